import { TacetError } from '@tacet/records';

/** A whole number between two bounds, both allowed. Throws USAGE naming the flag. */
export function wholeNumber(flag: string, text: string, least: number, most: number): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most))
    throw new TacetError('USAGE', `${flag} takes a whole number from ${least} to ${most}`);
  return value;
}

/** Exactly one of the two places a command may work on. Throws USAGE. */
export function directoryOrUrl(options: { dir?: string; to?: string }): { dir: string } | { to: string } {
  if (options.dir !== undefined && options.to === undefined) return { dir: options.dir };
  if (options.to !== undefined && options.dir === undefined) return { to: options.to };
  throw new TacetError('USAGE', 'say where: either --dir D or --to URL');
}
