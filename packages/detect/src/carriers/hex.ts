import { HEX } from '../keywords/classes.ts';
import type { Keyword } from '../keywords/keyword.ts';
import type { Runs } from '../scan/runs.ts';
import type { Encoded } from './base64.ts';
import { BEYOND } from './percent.ts';

/** A digest may hold any few digits by chance: shorter texts are not looked for. */
const MIN_LETTERS = 4;
/** A secret must follow. */
const MIN_REST = 16;

/** `text` in hexadecimal, as in `0x…`, `\x…` and dumps; undefined when it is too short to tell. */
export function inHex(text: string): Keyword | undefined {
  if (text.length < MIN_LETTERS) return undefined;
  const digits = [...text].map((char) => char.charCodeAt(0).toString(16).padStart(2, '0')).join('');
  return { text: digits.slice(0, 40), next: { kind: 'run', class: 'hex', min: MIN_REST } };
}

/** The hexadecimal value around a hit at `at`; undefined when it was decoded before, as `seen` remembers. */
export function hexAround(text: string, at: number, runs: Runs, seen: Set<number>): Encoded | undefined {
  const run = runs.around(HEX, at);
  const first = run.from + ((at - run.from) % 2);
  // Apart from the beginnings of base64 values.
  if (seen.has(-1 - first)) return undefined;
  seen.add(-1 - first);
  let decoded = '';
  for (let pair = first; pair + 1 < run.to; pair += 2) {
    const byte = Number.parseInt(text.slice(pair, pair + 2), 16);
    decoded += byte < 128 ? String.fromCharCode(byte) : BEYOND;
  }
  return { start: run.from, end: run.to, text: decoded };
}
