// Keyword automaton (Aho, Corasick 1975) over the row's bytes, with the conditions that detection
// attaches to its keywords. It may say yes too often, never no wrongly: detection decides.
import { ACCEPT, BITS, CLASSES, GOTO, HITS, KEYWORD, KEYWORDS } from './layout';

let columns: u32 = 1;
let firstAccepting: u32 = 0;

/** States are numbered so that the accepting ones come last; entries of GOTO are state × columns. */
export function setAutomaton(columnCount: u32, accepting: u32): void {
  columns = columnCount;
  firstAccepting = accepting * columnCount;
}

@inline function step(state: u32, p: usize): u32 {
  return load<u32>(GOTO + (<usize>(state + <u32>load<u8>(CLASSES + <usize>load<u8>(p))) << 2));
}

/** Whether a secret may stand in [start, end). Reads up to 8 bytes beyond the end. */
export function mayHold(start: usize, end: usize): bool {
  const accepting = firstAccepting;
  let state: u32 = 0;
  // Eight at a time: a loop costs a stack check, and few bytes accept.
  for (let p = start; p < end; p += 8) {
    state = step(state, p);
    if (state >= accepting && accepted(state, p + 1, start)) return true;
    state = step(state, p + 1);
    if (state >= accepting && accepted(state, p + 2, start)) return true;
    state = step(state, p + 2);
    if (state >= accepting && accepted(state, p + 3, start)) return true;
    state = step(state, p + 3);
    if (state >= accepting && accepted(state, p + 4, start)) return true;
    state = step(state, p + 4);
    if (state >= accepting && accepted(state, p + 5, start)) return true;
    state = step(state, p + 5);
    if (state >= accepting && accepted(state, p + 6, start)) return true;
    state = step(state, p + 6);
    if (state >= accepting && accepted(state, p + 7, start)) return true;
    state = step(state, p + 7);
    if (state >= accepting && accepted(state, p + 8, start)) return true;
  }
  return false;
}

function accepted(state: u32, end: usize, start: usize): bool {
  const index = (state - firstAccepting) / columns;
  let hit = HITS + (<usize>load<u16>(ACCEPT + (<usize>index << 1)) << 1);
  while (true) {
    const number = <u32>load<u16>(hit);
    if (number == 0xffff) return false;
    if (satisfied(KEYWORDS + <usize>number * KEYWORD, end, start)) return true;
    hit += 2;
  }
}

// A keyword: kind u8, start u8, length u8, exact u8, class bits u16, count u16, then at 16 the exact text.
const RUN: u32 = 1;
const ASSIGNMENT: u32 = 2;
const CREDENTIALS: u32 = 3;

function satisfied(keyword: usize, end: usize, start: usize): bool {
  const length = <usize>load<u8>(keyword, 2);
  const at = end - length;
  if (load<u8>(keyword, 3)) {
    for (let i: usize = 0; i < length; i++) if (load<u8>(at + i) != load<u8>(keyword + i, 16)) return false;
  }
  if (load<u8>(keyword, 1) && !mayStart(at, start)) return false;
  const kind = <u32>load<u8>(keyword);
  if (kind == RUN) return runFollows(end, load<u16>(keyword, 4), load<u16>(keyword, 6));
  if (kind == ASSIGNMENT) return assignmentMayFollow(end, load<u16>(keyword, 6));
  if (kind == CREDENTIALS) return credentialsMayFollow(end);
  return true;
}

// Bits of packages/detect/src/keywords/classes.ts.
const ALNUM: u32 = 1 | 2;
const HEX: u32 = 4;
const WORD: u32 = 8;
const BASE64: u32 = 16;

@inline function bits(p: usize): u32 {
  return <u32>load<u16>(BITS + (<usize>load<u8>(p) << 1));
}

/** Not after a letter or digit, unless an escape may end there. */
function mayStart(at: usize, start: usize): bool {
  if (at <= start || !(bits(at - 1) & ALNUM)) return true;
  if (load<u8>(at - 1) == 0x6d) return true; // the end of a terminal colour
  for (let i: usize = 2; i < 8; i++) {
    const c = load<u8>(at - i);
    if (c == 0x5c || c == 0x25) return true;
  }
  return false;
}

function runFollows(p: usize, wanted: u32, min: u32): bool {
  const escape: u32 = wanted == BASE64 ? 0x25 : 0x5c;
  let count: u32 = 0;
  while (count < min) {
    if (bits(p) & wanted) count++;
    else {
      const c = <u32>load<u8>(p);
      if (c != 0x5c && c != escape) return false;
    }
    p++;
  }
  return true;
}

@inline function isQuote(c: u32): bool {
  return c == 0x22 || c == 0x27 || c == 0x60;
}

function assignmentMayFollow(p: usize, within: u32): bool {
  for (let i: u32 = 0; i < within && bits(p) & WORD; i++) p++;
  let quoted = false;
  for (let gap: u32 = 0; gap <= 40; p++) {
    const c = <u32>load<u8>(p);
    if (c == 0x3a || c == 0x3d || c == 0x3e) return true;
    if (c == 0xef) return load<u16>(p, 1) == 0x9abc || load<u16>(p, 1) == 0x9dbc;
    if (c == 0x5c) {
      const e = <u32>load<u8>(p, 1);
      if (e == 0x6e || e == 0x72 || e == 0x74) {
        p++;
        gap++;
      }
      continue;
    }
    if (c == 0x25) return true; // percent forms: for detection to decide
    if (c == 0x2c && quoted) return true;
    if (!(c == 0x20 || c == 0x09 || c == 0x0a || c == 0x0d || isQuote(c) || c == 0x5d || c == 0x2a)) return false;
    quoted = isQuote(c) || (quoted && c == 0x20);
    gap++;
  }
  return false;
}

function credentialsMayFollow(p: usize): bool {
  let colon = false;
  let leading = true;
  for (let i: u32 = 0; i < 2048; i++, p++) {
    const c = <u32>load<u8>(p);
    if (c == 0x5c) continue;
    if (c == 0x2f) {
      if (leading) continue;
      return false;
    }
    if (c == 0x25) return true; // percent forms: for detection to decide
    leading = false;
    if (c == 0x3a) colon = true;
    else if (c == 0x40 && colon) return true;
    if (c <= 0x20 || isQuote(c) || c == 0x3c || c == 0x3e || c == 0x3f || c == 0x23) return false;
  }
  return false;
}
