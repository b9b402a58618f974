// The members that every row begins with, in their fixed order: what the clear columns are made of.
import { FACTS, TEXTS, TEXT_ARENA, TEXT_ARENA_END, TEXT_PLACES, TEXT_SLOTS } from './layout';
import { hashBytes } from './tokens';

const TEXT: usize = 16;
const MAX_TEXTS: u32 = 1024;
/** A longer text in a row's head is the reference's. */
const MAX_TEXT: usize = 1024;

let texts: u32 = 0;
let arena: usize = TEXT_ARENA;

export function clearTexts(): void {
  memory.fill(TEXTS, 0, <usize>TEXT_SLOTS * TEXT);
  memory.fill(TEXT_ARENA, 0, arena - TEXT_ARENA);
  texts = 0;
  arena = TEXT_ARENA;
}

export function textCount(): u32 {
  return texts;
}

/** Whether there may be no room for the texts of one more row. */
export function textsFull(): bool {
  return texts + 8 > MAX_TEXTS || arena + 8 * MAX_TEXT > TEXT_ARENA_END;
}

/** Address of the quote that ends the text at `p`. */
@inline function closingQuote(p: usize): usize {
  while (true) {
    const v = v128.load(p);
    const stop = i8x16.bitmask(v128.or(i8x16.eq(v, i8x16.splat(0x22)), i8x16.eq(v, i8x16.splat(0x5c))));
    if (!stop) {
      p += 16;
      continue;
    }
    p += ctz(stop);
    if (load<u8>(p) == 0x22) return p;
    p += 2;
  }
}

/** The number of a text, given at its first appearance. */
function numberOf(start: usize, length: usize): u32 {
  const hash = hashBytes(start, length);
  let slot = <u32>hash & (TEXT_SLOTS - 1);
  while (true) {
    const at = TEXTS + <usize>slot * TEXT;
    const known = load<u32>(at, 8);
    if (known == 0) break;
    if (load<u32>(at) == <u32>length && memory.compare(<usize>load<u32>(at, 4), start, length) == 0) return known - 1;
    slot = (slot + 1) & (TEXT_SLOTS - 1);
  }
  const at = TEXTS + <usize>slot * TEXT;
  memory.copy(arena, start, length);
  store<u32>(at, <u32>length);
  store<u32>(at, <u32>arena, 4);
  store<u32>(TEXT_PLACES + <usize>texts * 8, <u32>arena);
  store<u32>(TEXT_PLACES + <usize>texts * 8, <u32>length, 4);
  arena += length;
  texts++;
  store<u32>(at, texts, 8);
  return texts - 1;
}

/** Decimal digits at `p` as a number, up to `length` of them; -1 when there is something else. */
@inline function decimal(p: usize, length: usize): f64 {
  if (length == 0 || length > 15) return -1;
  let value: u64 = 0;
  for (const end = p + length; p < end; p++) {
    const digit = <u32>load<u8>(p) - 0x30;
    if (digit > 9) return -1;
    value = value * 10 + digit;
  }
  return <f64>value;
}

/** `{"time":"` and what stands between the texts that follow; each address is of eight bytes of it or fewer. */
const NAMES = memory.data<u8>([
  34, 44, 34, 107, 105, 110, 100, 34, 58, 34, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // ","kind":"
  34, 44, 34, 115, 101, 114, 118, 105, 99, 101, 34, 58, 34, 0, 0, 0, 0, 0, 0, 0, // ","service":"
  34, 44, 34, 111, 112, 101, 114, 97, 116, 105, 111, 110, 34, 58, 34, 0, 0, 0, 0, 0, // ","operation":"
  34, 44, 34, 115, 101, 118, 101, 114, 105, 116, 121, 34, 58, 34, 0, 0, 0, 0, 0, 0, // ","severity":"
  34, 44, 34, 115, 116, 97, 116, 117, 115, 34, 58, 34, 0, 0, 0, 0, 0, 0, 0, 0, // ","status":"
  34, 44, 34, 112, 114, 111, 118, 105, 100, 101, 114, 34, 58, 34, 0, 0, 0, 0, 0, 0, // ","provider":"
  34, 44, 34, 109, 111, 100, 101, 108, 34, 58, 34, 0, 0, 0, 0, 0, 0, 0, 0, 0, // ","model":"
]);
const NAME: usize = 20;
const NAME_LENGTHS = memory.data<u8>([10, 13, 15, 14, 12, 14, 11]);
const TEXT_COLUMNS: usize = 7;

/** Behind `name` when it stands at `p`, else 0. */
@inline function after(p: usize, name: usize, length: usize): usize {
  for (let i: usize = 0; i < length; i++) if (load<u8>(p + i) != load<u8>(name + i)) return 0;
  return p + length;
}

const DURATION = memory.data<u8>([44, 34, 100, 117, 114, 97, 116, 105, 111, 110, 95, 110, 115, 34, 58]);
const INPUT = memory.data<u8>([44, 34, 105, 110, 112, 117, 116, 95, 116, 111, 107, 101, 110, 115, 34, 58]);
const OUTPUT = memory.data<u8>([44, 34, 111, 117, 116, 112, 117, 116, 95, 116, 111, 107, 101, 110, 115, 34, 58]);

/** The number behind `name` at `p`: at `fact`, -1 when absent. Returns what is behind, or 0. */
function optional(p: usize, name: usize, length: usize, fact: usize): usize {
  store<f64>(fact, -1);
  const start = after(p, name, length);
  if (!start) return p;
  let end = start;
  while (<u32>load<u8>(end) - 0x30 < 10) end++;
  const value = decimal(start, end - start);
  const next = <u32>load<u8>(end);
  if (value < 0 || (next != 0x2c && next != 0x7d)) return 0;
  store<f64>(fact, value);
  return end;
}

/**
 * Reads the head of the row at `p`: at FACTS the time in seconds, duration and tokens (f64 each), then the numbers
 * of the texts of kind, service, operation, severity, status, provider, model (u32 each). False when the head is
 * not the usual one; the reference reads the row then.
 */
export function readHead(p: usize): bool {
  if (textsFull() || load<u64>(p) != 0x3a22656d6974227b || load<u8>(p, 8) != 0x22) return false;
  p += 9;
  let end = p;
  while (<u32>load<u8>(end) - 0x30 < 10) end++;
  if (end - p < 10) return false;
  const seconds = decimal(p, end - p - 9);
  if (seconds < 0) return false;
  store<f64>(FACTS, seconds);
  for (let i: usize = 0; i < TEXT_COLUMNS; i++) {
    p = after(end, NAMES + i * NAME, <usize>load<u8>(NAME_LENGTHS + i));
    if (!p) return false;
    end = closingQuote(p);
    if (end - p > MAX_TEXT) return false;
    store<u32>(FACTS + 32 + i * 4, numberOf(p, end - p));
  }
  p = optional(end + 1, DURATION, 15, FACTS + 8);
  if (p) p = optional(p, INPUT, 16, FACTS + 16);
  if (p) p = optional(p, OUTPUT, 17, FACTS + 24);
  return p != 0;
}
