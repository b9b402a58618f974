import type { Seen } from '@tacet/detect';
import { ENCODED, type Sightings } from '@tacet/gateway/places';
import type { Window } from './windows.ts';

/** Stands for what only makes a place worth a look. */
export const OTHER = 0xfffe;

/**
 * Gives what was seen in one window after another, from the first to the last, as the detector takes it. `narrow`
 * when every byte of the window is a unit of its text.
 */
export function seenIn(bytes: Buffer, { at, what }: Sightings): (window: Window, narrow: boolean) => Seen {
  let next = 0;
  return ({ start, end }, narrow) => {
    const seen = { keywords: [] as { number: number; start: number }[], encoded: [] as number[] };
    let [byte, index] = [start, 0];
    while (next < at.length && at[next]! < start) next++;
    for (; next < at.length && at[next]! < end; next++) {
      const place = at[next]!;
      index += narrow ? place - byte : units(bytes, byte, place);
      byte = place;
      const number = what[next]!;
      if (number === ENCODED) seen.encoded.push(index);
      else if (number !== OTHER) seen.keywords.push({ number, start: index });
    }
    return seen;
  };
}

/** UTF-16 units of valid UTF-8, which begins and ends with a character. */
function units(bytes: Buffer, from: number, to: number): number {
  let count = 0;
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!;
    if ((byte & 0xc0) !== 0x80) count += byte >= 0xf0 ? 2 : 1;
  }
  return count;
}
