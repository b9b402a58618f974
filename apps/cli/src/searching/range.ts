import { TacetError } from '@tacet/records';
import { directoryOrUrl } from '../options.ts';
import { parseMoment } from './moment.ts';

/** The flags of a command about a range of time. */
export interface RangeFlags {
  dir?: string;
  from?: string;
  /** A time or a URL; given at most once each. */
  to?: string[];
}

/** Whole seconds since 1970, both included. */
export interface Range {
  from?: number;
  to?: number;
}

const isUrl = (text: string) => /^https?:\/\//i.test(text);

/** Where and when: `--to` means either. Throws USAGE and QUERY_TIME. */
export function placeAndRange(flags: RangeFlags): { place: { dir: string } | { to: string }; range: Range } {
  const urls = (flags.to ?? []).filter(isUrl);
  const times = (flags.to ?? []).filter((value) => !isUrl(value));
  if (urls.length > 1 || times.length > 1)
    throw new TacetError('USAGE', '--to is given once with a time and once with a URL at most');
  const now = Date.now();
  return {
    place: directoryOrUrl({
      ...(flags.dir !== undefined && { dir: flags.dir }),
      ...(urls[0] !== undefined && { to: urls[0] }),
    }),
    range: {
      ...(flags.from !== undefined && { from: parseMoment('--from', flags.from, now).first }),
      ...(times[0] !== undefined && { to: parseMoment('--to', times[0], now).last }),
    },
  };
}
