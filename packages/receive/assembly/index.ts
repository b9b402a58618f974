// The quick way from a JSON line to the row that is sealed: a line whose shape is known is copied value by
// value into the text that was learned for that shape. See ../src/shapes for how shapes are learned; the
// reference is the reader of lines, and what is not understood here is left to it.
import { copy, copyTight } from './copy';
import { hashOf, mix, seed, setKeys } from './hash';
import {
  DURATION, FAMILIES, KNOWN, KNOWN_SLOTS, LEAF, LEARNED, LEARNED_END, LEAVES, LEAVES_MAX, LINE, LINE_MAX, OPENED, OPENED_MAX,
  ROW, ROW_END, TIME, VARIANTS,
} from './layout';
import { afterSpace, containerEnd, numberEnd, spaced, startLine, stringEnd, whole, wordEnd } from './values';

// Classes of values; ../src/shapes/kernel.ts has the same.
const TEXT: u32 = 1;
const EMPTY: u32 = 2;
const HEX: u32 = 3; // 16 or 32 lower-case hexadecimal digits, not all zero
const WHOLE: u32 = 4;
const NUMBER: u32 = 5;
const TRUE: u32 = 6;
const FALSE: u32 = 7;
const NULL: u32 = 8;
const OBJECT: u32 = 9;
const LIST: u32 = 10;

const SLOW: u32 = 1;
const UNKNOWN_FAMILY: i32 = -1;
const UNKNOWN_VARIANT: i32 = -2;

let leaves: u32 = 0;
let family: u64 = 0;
let variant: u64 = 0;
let opened: u32 = 0;

/** Forgets every shape and takes new keys, 64 random bits each. */
export function forget(first: u64, second: u64): void {
  memory.fill(FAMILIES, 0, <usize>KNOWN_SLOTS * KNOWN);
  memory.fill(VARIANTS, 0, <usize>KNOWN_SLOTS * KNOWN);
  setKeys(first, second);
  opened = 0;
}

/** Looks into the objects under the name of `length` bytes at LINE: their members are leaves. */
export function open(length: u32): void {
  if (opened >= OPENED_MAX) return;
  store<u64>(OPENED + <usize>opened * 8, hashOf(seed, LINE, LINE + <usize>length));
  opened++;
}

function isOpened(hash: u64): bool {
  for (let i: u32 = 0; i < opened; i++) if (load<u64>(OPENED + <usize>i * 8) == hash) return true;
  return false;
}

function find(table: usize, hash: u64): usize {
  let slot = <u32>hash & (KNOWN_SLOTS - 1);
  while (true) {
    const at = table + <usize>slot * KNOWN;
    if (load<u32>(at, 8) == 0 || load<u64>(at) == hash) return at;
    slot = (slot + 1) & (KNOWN_SLOTS - 1);
  }
}

/** What was learned of the family of the last line, or of the variant: an address, or SLOW. */
export function learnFamily(address: u32): void {
  const at = find(FAMILIES, family);
  store<u64>(at, family);
  store<u32>(at, address, 8);
}

export function learnVariant(address: u32): void {
  const at = find(VARIANTS, variant);
  store<u64>(at, variant);
  store<u32>(at, address, 8);
}

@inline function leaf(kind: u32, start: usize, end: usize, loose: bool): bool {
  if (leaves >= LEAVES_MAX) return false;
  const at = LEAVES + <usize>leaves * LEAF;
  store<u32>(at, kind);
  store<u32>(at, <u32>start, 4);
  store<u32>(at, <u32>end, 8);
  store<u32>(at, loose ? 1 : 0, 12);
  leaves++;
  family = mix(family, <u64>kind);
  return true;
}

/** A text of 16 or 32 hexadecimal digits, one of them not zero. */
function isHex(start: usize, length: usize): bool {
  if (length != 16 && length != 32) return false;
  let any: u32 = 0;
  for (let p = start; p < start + length; p++) {
    const c = <u32>load<u8>(p);
    if (c - 0x30 >= 10 && c - 0x61 >= 6) return false;
    any |= c ^ 0x30;
  }
  return any != 0;
}

/** Takes the value at `p` as a leaf; returns what is behind it, or 0. */
function takeValue(p: usize): usize {
  const c = <u32>load<u8>(p);
  if (c == 0x22) {
    const end = stringEnd(p + 1);
    if (!end) return 0;
    const length = end - p - 1;
    const kind = length == 0 ? EMPTY : isHex(p + 1, length) ? HEX : TEXT;
    return leaf(kind, p, end + 1, false) ? end + 1 : 0;
  }
  if (c == 0x7b || c == 0x5b) {
    const end = containerEnd(p);
    return end && leaf(c == 0x7b ? OBJECT : LIST, p, end, spaced) ? end : 0;
  }
  if (c == 0x2d || c - 0x30 < 10) {
    const end = numberEnd(p);
    return end && leaf(whole ? WHOLE : NUMBER, p, end, false) ? end : 0;
  }
  const end = wordEnd(p);
  return end && leaf(c == 0x74 ? TRUE : c == 0x66 ? FALSE : NULL, p, end, false) ? end : 0;
}

/** Whether the name [start, end) ends with `.names`, or with `.values`. */
@inline function endsNames(start: usize, end: usize): bool {
  return end - start > 6 && load<u32>(end - 6) == 0x6d616e2e && load<u16>(end - 2) == 0x7365;
}

@inline function endsValues(start: usize, end: usize): bool {
  return end - start > 7 && load<u32>(end - 7) == 0x6c61762e && load<u32>(end - 4) == 0x7365756c;
}

/** A list of names, each a part of the shape. */
function takeNames(p: usize): usize {
  p = afterSpace(p + 1);
  family = mix(family, 0x100);
  if (load<u8>(p) == 0x5d) return p + 1;
  while (true) {
    if (load<u8>(p) != 0x22) return 0;
    const end = stringEnd(p + 1);
    if (!end) return 0;
    family = hashOf(family, p + 1, end);
    p = afterSpace(end + 1);
    const c = load<u8>(p);
    if (c == 0x5d) return p + 1;
    if (c != 0x2c) return 0;
    p = afterSpace(p + 1);
  }
}

/** A list of values, each a leaf. */
function takeValues(p: usize): usize {
  p = afterSpace(p + 1);
  family = mix(family, 0x101);
  if (load<u8>(p) == 0x5d) return p + 1;
  while (true) {
    p = takeValue(p);
    if (!p) return 0;
    p = afterSpace(p);
    const c = load<u8>(p);
    if (c == 0x5d) break;
    if (c != 0x2c) return 0;
    p = afterSpace(p + 1);
  }
  family = mix(family, 0x102);
  return p + 1;
}

/** The members of the object whose first brace is at `p`; those of a line may be lists or objects to look into. */
function takeMembers(p: usize, top: bool): usize {
  p = afterSpace(p + 1);
  if (load<u8>(p) == 0x7d) return p + 1;
  while (true) {
    if (load<u8>(p) != 0x22) return 0;
    const start = p + 1;
    const end = stringEnd(start);
    if (!end) return 0;
    const name = hashOf(seed, start, end);
    family = mix(family, name);
    p = afterSpace(end + 1);
    if (load<u8>(p) != 0x3a) return 0;
    p = afterSpace(p + 1);
    const c = load<u8>(p);
    if (top && c == 0x7b && isOpened(name)) {
      family = mix(family, 0x103);
      p = takeMembers(p, false);
      family = mix(family, 0x104);
    } else if (top && c == 0x5b && endsNames(start, end)) p = takeNames(p);
    else if (top && c == 0x5b && endsValues(start, end)) p = takeValues(p);
    else p = takeValue(p);
    if (!p) return 0;
    p = afterSpace(p);
    const after = load<u8>(p);
    if (after == 0x7d) return p + 1;
    if (after != 0x2c) return 0;
    p = afterSpace(p + 1);
  }
}

/**
 * Reads the line of `length` bytes at LINE. Returns the address of the plan for its shape, 0 when the line is
 * the reference's, UNKNOWN_FAMILY or UNKNOWN_VARIANT when its shape was not seen before.
 */
export function scan(length: u32): i32 {
  const stop = LINE + <usize>length;
  for (let at: usize = 0; at < 64; at += 16) v128.store(stop + at, i8x16.splat(0));
  startLine();
  leaves = 0;
  family = seed;
  const begin = afterSpace(LINE);
  if (load<u8>(begin) != 0x7b) return 0;
  const end = takeMembers(begin, true);
  if (!end || leaves == 0 || afterSpace(end) != stop) return 0;
  const deciders = <usize>load<u32>(find(FAMILIES, family), 8);
  if (deciders == 0) return UNKNOWN_FAMILY;
  if (deciders == SLOW) return 0;
  return planOf(deciders);
}

@inline function leafStart(leaf: u32): usize {
  return <usize>load<u32>(LEAVES + <usize>leaf * LEAF, 4);
}

@inline function leafEnd(leaf: u32): usize {
  return <usize>load<u32>(LEAVES + <usize>leaf * LEAF, 8);
}

function sameText(a: u32, b: u32): bool {
  const start = leafStart(a);
  const other = leafStart(b);
  const length = leafEnd(a) - start;
  return length == leafEnd(b) - other && memory.compare(start, other, length) == 0;
}

/**
 * The plan of the last line: by its family, and by what decides what becomes of it. `family` has u32 number of
 * leaves whose values do, those leaves, then u32 number of pairs of leaves and the pairs: whether they are equal.
 */
export function planOf(deciders: usize): i32 {
  variant = family;
  let at = deciders + 4;
  for (let left = load<u32>(deciders); left > 0; left--, at += 4) {
    const leaf = load<u32>(at);
    variant = hashOf(variant, leafStart(leaf), leafEnd(leaf));
  }
  let pairs = load<u32>(at);
  for (at += 4; pairs > 0; pairs--, at += 8) {
    variant = mix(variant, sameText(load<u32>(at), load<u32>(at, 4)) ? 1 : 0);
  }
  const plan = load<u32>(find(VARIANTS, variant), 8);
  return plan == 0 ? UNKNOWN_VARIANT : plan == SLOW ? 0 : <i32>plan;
}

export function leafCount(): u32 {
  return leaves;
}

/** Leaves above the last that stand for something else in a plan. */
const THE_TIME: u32 = 128;
const THE_DURATION: u32 = 129;
const NOTHING: u32 = 130;

/**
 * Writes the row of the last line at ROW by the plan: u32 number of pieces, and for each u32 address and u32
 * length of the text before it, u32 leaf. The time has `timeLength` digits at TIME, the duration `durationLength`
 * at DURATION. Returns the row's length.
 */
export function emit(plan: usize, timeLength: u32, durationLength: u32): u32 {
  let to = ROW;
  let piece = plan + 4;
  const end = piece + <usize>load<u32>(plan) * 12;
  for (; piece < end; piece += 12) {
    to = copy(to, <usize>load<u32>(piece), <usize>load<u32>(piece, 4));
    const number = load<u32>(piece, 8);
    if (number == NOTHING) continue;
    if (number == THE_TIME) {
      to = copy(to, TIME, <usize>timeLength);
      continue;
    }
    if (number == THE_DURATION) {
      to = copy(to, DURATION, <usize>durationLength);
      continue;
    }
    const start = leafStart(number);
    const stop = leafEnd(number);
    to = load<u32>(LEAVES + <usize>number * LEAF, 12) ? copyTight(to, start, stop) : copy(to, start, stop - start);
  }
  return <u32>(to - ROW);
}

export const atLine: usize = LINE;
export const lineSize: usize = LINE_MAX;
export const atRow: usize = ROW;
export const rowSize: usize = ROW_END - ROW;
export const atLeaves: usize = LEAVES;
export const atTime: usize = TIME;
export const atDuration: usize = DURATION;
export const atLearned: usize = LEARNED;
export const learnedEnd: usize = LEARNED_END;
