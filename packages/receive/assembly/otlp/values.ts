// Values of OTLP as JSON.stringify writes what ../../src/otlp reads.
import { copy, copyTight } from '../copy';
import { afterCharacters } from '../values';
import { DIGITS, OPEN, OPEN_MAX, WORD, WORDS } from './layout';
import { keyValue, learnedTraits, REFERENCE, slot, valueEnd, valueStart } from './names';
import { at, bad, extent, fail, fixed64, seek, skip, tag, varint } from './wire';
import { FALSE, NULL, TRUE } from './words';

/** Writes a number as JavaScript prints it to `to`; gives its length. */
@external("env", "print") declare function print(value: f64, to: u32): u32;

/** Objects and arrays inside one another. */
const DEPTH_MAX: u32 = 16;
const MAX_SAFE: i64 = 9007199254740991;

/** Where the next byte of the row goes. */
export let to: usize = 0;
let open: u32 = 0;

export function writeTo(p: usize): void {
  to = p;
  open = 0;
}

@inline export function byte(c: u32): void {
  store<u8>(to++, c);
}

/** Text number `word` of WORDS. */
@inline export function word(word: u32): void {
  const from = WORDS + <usize>word * WORD;
  to = copy(to, from + 1, <usize>load<u8>(from));
}

@inline export function bytes(start: usize, end: usize): void {
  to = copy(to, start, end - start);
}

export function tight(start: usize, end: usize): void {
  to = copyTight(to, start, end);
}

/** A name with its quotes and colon. */
@inline export function name(slot: usize): void {
  const learned = <usize>load<u32>(slot, 8);
  to = copy(to, learned + 12, <usize>load<u32>(learned, 8));
}

export function decimal(value: u64): void {
  let p = DIGITS;
  do {
    const rest = value / 10;
    store<u8>(--p, 0x30 + <u32>(value - rest * 10));
    value = rest;
  } while (value);
  to = copy(to, p, DIGITS - p);
}

@inline function hexDigit(value: u32): u32 {
  return value + (value < 10 ? 0x30 : 0x57);
}

/** Bytes in lower-case hexadecimal, in quotes. */
export function hex(start: usize, end: usize): void {
  byte(0x22);
  for (; start < end; start++) {
    const value = <u32>load<u8>(start);
    byte(hexDigit(value >> 4));
    byte(hexDigit(value & 15));
  }
  byte(0x22);
}

/** \b, \t, \n, \f and \r by their codes. */
const SHORT = memory.data<u8>([0, 0, 0, 0, 0, 0, 0, 0, 0x62, 0x74, 0x6e, 0, 0x66, 0x72]);

@inline function escape(c: u32): void {
  byte(0x5c);
  if (c >= 0x20) byte(c);
  else if (c < 14 && load<u8>(SHORT + c)) byte(load<u8>(SHORT + c));
  else {
    store<u32>(to, 0x30303075);
    to += 3;
    byte(0x30 + (c >> 4));
    byte(hexDigit(c & 15));
  }
}

/** UTF-8 as a JSON string; what is not UTF-8 fails. */
export function text(p: usize, end: usize): void {
  byte(0x22);
  while (p < end) {
    const v = v128.load(p);
    v128.store(to, v);
    const special = v128.or(i8x16.eq(v, i8x16.splat(0x22)), i8x16.eq(v, i8x16.splat(0x5c)));
    const stop = i8x16.bitmask(v128.or(v128.or(special, i8x16.lt_u(v, i8x16.splat(0x20))), v));
    const plain = stop ? <usize>ctz(stop) : 16;
    p += plain;
    to += plain;
    if (p >= end || !stop) continue;
    const c = <u32>load<u8>(p);
    if (c < 0x80) {
      escape(c);
      p++;
      continue;
    }
    const after = afterCharacters(p);
    if (!after || after > end) {
      fail();
      return;
    }
    bytes(p, after);
    p = after;
  }
  to -= p - end;
  byte(0x22);
}

function integer(value: i64): void {
  const exact = value <= MAX_SAFE && value >= -MAX_SAFE;
  if (!exact) byte(0x22);
  if (value < 0) byte(0x2d);
  decimal(value < 0 ? <u64>0 - <u64>value : <u64>value);
  if (!exact) byte(0x22);
}

function double(value: f64): void {
  if (Math.abs(value) <= <f64>MAX_SAFE && <f64><i64>value == value) integer(<i64>value);
  else if (Math.abs(value) < Infinity) to += <usize>print(value, <u32>to);
  else fail();
}

function list(start: usize, end: usize, depth: u32): void {
  if (depth >= DEPTH_MAX) {
    fail();
    return;
  }
  byte(0x5b);
  seek(start);
  while (at < end && !bad) {
    if (at != start) byte(0x2c);
    if (tag() != 0x0a) {
      fail();
      return;
    }
    const stop = extent(end);
    any(at, stop, depth + 1);
    seek(stop);
  }
  byte(0x5d);
}

/**
 * The fields `number` (a tag) of the message [start, end), which are KeyValues, as an object. Other fields are passed
 * over when `others` says so.
 */
export function object(start: usize, end: usize, number: u32, others: bool, depth: u32): void {
  if (depth >= DEPTH_MAX) {
    fail();
    return;
  }
  const mine = open;
  byte(0x7b);
  seek(start);
  while (at < end && !bad) {
    if (load<u8>(at) != number) {
      if (others) skip(end);
      else fail();
      continue;
    }
    tag();
    const stop = extent(end);
    keyValue(stop);
    if (bad || learnedTraits(slot) & REFERENCE || open >= OPEN_MAX) {
      fail();
      return;
    }
    for (let i = mine; i < open; i++) if (load<u32>(OPEN + <usize>i * 4) == <u32>slot) fail();
    store<u32>(OPEN + <usize>open * 4, <u32>slot);
    if (open > mine) byte(0x2c);
    open++;
    name(slot);
    any(valueStart, valueEnd, depth);
    seek(stop);
  }
  open = mine;
  byte(0x7d);
}

/** The AnyValue [start, end). @param depth objects and arrays around it */
export function any(start: usize, end: usize, depth: u32): void {
  if (start == end) {
    word(NULL);
    return;
  }
  seek(start);
  const kind = tag();
  if (kind == 0x18) integer(<i64>varint(end));
  else if (kind == 0x10) word(varint(end) ? TRUE : FALSE);
  else if (kind == 0x21) double(reinterpret<f64>(fixed64(end)));
  else {
    const stop = extent(end);
    if (stop != end) fail();
    if (bad) return;
    if (kind == 0x0a) text(at, stop);
    else if (kind == 0x2a) list(at, stop, depth);
    else if (kind == 0x32) object(at, stop, 0x0a, false, depth + 1);
    else fail();
    return;
  }
  if (at != end) fail();
}
