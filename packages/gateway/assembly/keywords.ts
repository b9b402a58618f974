// Detection's keywords over the row's bytes: a filter on three or four bytes of each keyword (its anchor, after
// Wu and Manber, 1994), then the keyword and the conditions that detection attaches to it. It may say
// yes too often, never no wrongly: detection decides. No look-up waits for the one before, as an
// automaton's would. Both tables of bits stay in the first cache.
import { BITS, BUCKETS, HITS, KEYWORD, KEYWORDS, LONG_BITS, SHORT_BITS, SHORT_BUCKETS } from './layout';

/** Letters in either case are one here, and so are a few signs: the keyword itself tells. */
const FOLD: u64 = 0x2020202020202020;
const FACTOR: u32 = 0x9e3779b1;

@inline function shortHash(bytes: u64): u32 {
  return (<u32>bytes << 8) * FACTOR;
}

@inline function longHash(bytes: u64): u32 {
  return <u32>bytes * FACTOR;
}

@inline function shortBit(bytes: u64): u32 {
  const hash = shortHash(bytes) >> 16;
  return <u32>load<u8>(SHORT_BITS + <usize>(hash >> 3)) >> (hash & 7);
}

@inline function longBit(bytes: u64): u32 {
  const hash = longHash(bytes) >> 15;
  return <u32>load<u8>(LONG_BITS + <usize>(hash >> 3)) >> (hash & 7);
}

/** 1 when an anchor may begin here. */
@inline function bit(bytes: u64): u32 {
  return (shortBit(bytes) | longBit(bytes)) & 1;
}

/** Whether a secret may stand in [start, end). Reads up to 12 bytes beyond the end. */
export function mayHold(start: usize, end: usize): bool {
  for (let p = start; p < end; p += 8) {
    const x = load<u64>(p) | FOLD, y = load<u64>(p, 4) | FOLD;
    let found =
      bit(x) | (bit(x >> 8) << 1) | (bit(x >> 16) << 2) | (bit(x >> 24) << 3) |
      (bit(y) << 4) | (bit(y >> 8) << 5) | (bit(y >> 16) << 6) | (bit(y >> 24) << 7);
    while (found) {
      const at = p + ctz(found);
      if (at < end && standsAt(at, start)) return true;
      found &= found - 1;
    }
  }
  return false;
}

/** Whether a keyword whose anchor is at `anchor` stands there with its conditions. */
function standsAt(anchor: usize, start: usize): bool {
  const bytes = <u64>load<u32>(anchor) | FOLD;
  if (longBit(bytes) & 1) {
    const list = load<u16>(BUCKETS + (<usize>(longHash(bytes) >> 16) << 1));
    if (oneOf(list, anchor, start)) return true;
  }
  if (!(shortBit(bytes) & 1)) return false;
  return oneOf(load<u16>(SHORT_BUCKETS + (<usize>(shortHash(bytes) >> 16) << 1)), anchor, start);
}

/** One of the list of hits, which 0xffff ends. */
function oneOf(list: u32, anchor: usize, start: usize): bool {
  let hit = HITS + (<usize>list << 1);
  while (true) {
    const number = <u32>load<u16>(hit);
    if (number == 0xffff) return false;
    const keyword = KEYWORDS + <usize>number * KEYWORD;
    const at = anchor - <usize>load<u8>(keyword, 8);
    if (at >= start && satisfied(keyword, at, start)) return true;
    hit += 2;
  }
}

// A keyword: kind u8, start u8, length u8, exact u8, class bits u16, count u16, place
// of the anchor u8, then at 16 the text: exact, or in lower case.
const RUN: u32 = 1;
const ASSIGNMENT: u32 = 2;
const CREDENTIALS: u32 = 3;

function satisfied(keyword: usize, at: usize, start: usize): bool {
  const length = <usize>load<u8>(keyword, 2);
  const exact = load<u8>(keyword, 3) != 0;
  for (let i: usize = 0; i < length; i++) {
    let c = <u32>load<u8>(at + i);
    if (!exact && c - 0x41 < 26) c |= 0x20;
    if (c != <u32>load<u8>(keyword + i, 16)) return false;
  }
  if (load<u8>(keyword, 1) && !mayStart(at, start)) return false;
  const end = at + length;
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
