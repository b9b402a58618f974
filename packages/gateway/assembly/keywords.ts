// Detection's keywords over bytes: a filter on four bytes of each keyword (its anchor, after Wu and Manber, 1994), then
// the keyword and the conditions that detection attaches to it. It may say yes too often, never no wrongly:
// detection decides. No look-up waits for the one before, as an automaton's would, and the table of bits stays in the
// first cache: three bytes of the anchor choose a word of it, the fourth a bit, so that keywords of three bytes
// are in the same table, with a bit for each byte that may follow. The few of two bytes are told by their nibbles,
// sixteen places at once (after Hyperscan's Teddy).
import { ANCHORS, BITS, FOUND, FOUND_MAX, HIT, HITS, KEYWORD, KEYWORDS, LISTS, PAIR_LIST, PAIRS, RANKS } from './layout';

/** Letters in either case are one here, and so are a few signs: the keyword itself tells. */
const FOLD: u32 = 0x20202020;
const FACTOR: u32 = 0x9e3779b1;

@inline function word(hash: u32): u32 {
  return load<u32>(ANCHORS + (<usize>(hash >> 19) << 2));
}

/** The lowest bit is 1 when an anchor may begin at the place of a lane of `folded`. */
@inline function bits4(folded: v128): u32 {
  const hashes = i32x4.mul(i32x4.shl(folded, 8), i32x4.splat(FACTOR));
  // A shift takes the lowest five bits of how far.
  const fourth = i32x4.shr_u(folded, 24);
  return (
    (word(i32x4.extract_lane(hashes, 0)) >> i32x4.extract_lane(fourth, 0)) |
    (word(i32x4.extract_lane(hashes, 1)) >> i32x4.extract_lane(fourth, 1)) |
    (word(i32x4.extract_lane(hashes, 2)) >> i32x4.extract_lane(fourth, 2)) |
    (word(i32x4.extract_lane(hashes, 3)) >> i32x4.extract_lane(fourth, 3))
  );
}

/** Bits of the places among sixteen at which a keyword of two bytes may stand. */
@inline function pairs(first: v128, second: v128): u32 {
  const low = i8x16.splat(0x0f);
  const may = v128.and(
    v128.and(
      i8x16.swizzle(v128.load(PAIRS), v128.and(first, low)),
      i8x16.swizzle(v128.load(PAIRS, 16), i8x16.shr_u(first, 4)),
    ),
    v128.and(
      i8x16.swizzle(v128.load(PAIRS, 32), v128.and(second, low)),
      i8x16.swizzle(v128.load(PAIRS, 48), i8x16.shr_u(second, 4)),
    ),
  );
  return ~i8x16.bitmask(i8x16.eq(may, i8x16.splat(0))) & 0xffff;
}

let found: u32 = 0;

export function foundCount(): u32 {
  return found;
}

/** Begins to keep what is found. */
export function keepNone(): void {
  found = 0;
}

export function keep(at: usize, number: u32): void {
  store<u32>(FOUND + (<usize>found << 3), <u32>at);
  store<u32>(FOUND + (<usize>found << 3), number, 4);
  found++;
}

/** Whether a secret may stand in [start, end). Reads up to 20 bytes beyond the end. */
export function mayHold(start: usize, end: usize): bool {
  keepNone();
  search(start, start, end, 1);
  return found > 0;
}

/**
 * Writes to FOUND where keywords stand with their conditions in [start, end), from `from` on. Returns the address up to
 * which it came, and `foundCount` how many it found.
 */
export function findAll(from: usize, start: usize, end: usize): usize {
  keepNone();
  return search(from, start, end, FOUND_MAX / 2);
}

function search(from: usize, start: usize, end: usize, enough: u32): usize {
  let p = from;
  for (; p < end && found < enough; p += 16) {
    const fold = i8x16.splat(0x20);
    const bytes = v128.load(p);
    const first = v128.or(bytes, fold);
    const last = v128.or(v128.load(p, 12), fold);
    const a = bits4(i8x16.swizzle(first, i8x16(0, 1, 2, 3, 1, 2, 3, 4, 2, 3, 4, 5, 3, 4, 5, 6)));
    const b = bits4(i8x16.swizzle(first, i8x16(4, 5, 6, 7, 5, 6, 7, 8, 6, 7, 8, 9, 7, 8, 9, 10)));
    const c = bits4(i8x16.swizzle(first, i8x16(8, 9, 10, 11, 9, 10, 11, 12, 10, 11, 12, 13, 11, 12, 13, 14)));
    const d = bits4(i8x16.swizzle(last, i8x16(0, 1, 2, 3, 1, 2, 3, 4, 2, 3, 4, 5, 3, 4, 5, 6)));
    const pair = pairs(bytes, v128.load(p, 1));
    if (!(((a | b | c | d) & 1) | pair)) continue;
    let places = (a & 1) | ((b & 1) << 1) | ((c & 1) << 2) | ((d & 1) << 3);
    for (; places; places &= places - 1) anchored(p + (ctz(places) << 2), start, end);
    for (let left = pair; left; left &= left - 1) paired(p + ctz(left), start, end);
  }
  return p;
}

/** Looks at the four places from `p` on. */
function anchored(p: usize, start: usize, end: usize): void {
  for (let i: usize = 0; i < 4; i++) {
    const bytes = load<u32>(p + i) | FOLD;
    const hash = (bytes << 8) * FACTOR;
    const bits = word(hash);
    const bit = (bytes >> 24) & 31;
    if ((bits >> bit) & 1 && p + i < end) {
      const rank = <u32>load<u16>(RANKS + (<usize>(hash >> 19) << 1)) + popcnt(bits & ((1 << bit) - 1));
      oneOf(load<u16>(LISTS + (<usize>rank << 1)), bytes, p + i, start, end);
    }
  }
}

// A hit: the anchor u32, and its mask u32, for keywords of three bytes; keyword u16, place of the anchor u8, whether it
// is the last of its list u8; two more bytes of the keyword u16, and where, from the anchor, i8.

function oneOf(list: u32, bytes: u32, anchor: usize, start: usize, end: usize): void {
  for (let hit = HITS + <usize>list * HIT; ; hit += HIT) {
    const beside = <u32>load<u16>(anchor + <usize>(<isize>load<i8>(hit, 14))) | 0x2020;
    // One branch, seldom taken, for both.
    if (!(((bytes & load<u32>(hit, 4)) ^ load<u32>(hit)) | (beside ^ <u32>load<u16>(hit, 12)))) take(load<u16>(hit, 8), anchor - <usize>load<u8>(hit, 10), start, end);
    if (load<u8>(hit, 11)) return;
  }
}

function paired(at: usize, start: usize, end: usize): void {
  for (let list = PAIR_LIST; load<u16>(list) != 0xffff; list += 2) take(load<u16>(list), at, start, end);
}

/** Keeps a keyword that stands at `at` with its conditions. */
function take(number: u32, at: usize, start: usize, end: usize): void {
  const keyword = KEYWORDS + <usize>number * KEYWORD;
  if (at >= start && at < end && satisfied(keyword, at, start) && found < FOUND_MAX) keep(at, number);
}

// A keyword: kind u8, start u8, length u8, exact u8, class bits u16, count u16, then at 16 the text: exact, or in
// lower case.
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
