import type { Place, Readable } from '../finding.ts';

/** `users.xml:8:7`. */
export function placeText({ file, line, column }: Place): string {
  return [file, line, column].filter((part) => part !== undefined).join(':');
}

/** `table default.log_stream (1,000,000; 212.0 MB)`. */
export function readableText({ kind, name, count, bytes }: Readable): string {
  const much = [
    ...(count === undefined ? [] : [count.toLocaleString('en-US')]),
    ...(bytes === undefined ? [] : [sizeText(bytes)]),
  ];
  return `${kind} ${name}${much.length > 0 ? ` (${much.join('; ')})` : ''}`;
}

function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return `${(bytes / 1000 ** step).toFixed(step === 0 ? 0 : 1)} ${units[step]}`;
}
