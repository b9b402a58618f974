// Keyword automaton (Aho, Corasick 1975) over the row's bytes, as a flat goto table made in JavaScript.
import { ACCEPT, CLASSES, GOTO, RULES } from './layout';

/** Byte-level conditions after a keyword: see kernel.ts, which writes them. */
let columns: u32 = 1;

export function setColumns(n: u32): void {
  columns = n;
}

/** Whether a secret may stand in [p, end). */
export function mayHold(start: usize, end: usize): bool {
  let state: u32 = 0;
  for (let p = start; p < end; p++) {
    state = load<u16>(GOTO + ((<usize>(state * columns + load<u8>(CLASSES + <usize>load<u8>(p)))) << 1));
    const accept = load<u16>(ACCEPT + (<usize>state << 1));
    if (accept && accepted(accept - 1, p, start, end)) return true;
  }
  return false;
}

function accepted(rule: u32, p: usize, start: usize, end: usize): bool {
  return RULES > 0 && rule >= 0 && p >= start && p < end;
}
