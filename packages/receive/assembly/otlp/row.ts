// The row of a record, whose fields are resolved: its fields, then its attributes and what has no other place.
import {
  AS_ANY, AS_HEX, AS_IT_IS, AS_NUMBER, AS_TEXT, AS_TIGHT, candidateAt, candidates, FIELD_COUNT, fieldAt, fieldOf, give, LAST_IN_ALL,
  LINK, listed, listedAt, SERVICE_FIELD, startFields, UNSET,
} from './fields';
import { RECORD, ROW, SERVICE, TAIL } from './layout';
import { members } from './names';
import { any, byte, bytes, decimal, hex, name, text, tight, to, word, writeTo } from './values';
import { bad, fail, startAt } from './wire';
import { ATTRIBUTES, BEGIN, FIRST_FIELD, NOTHING, UNKNOWN_SERVICE } from './words';

/** Time of receipt in nanoseconds since 1970, for records without a time. */
export let now: u64 = 0;
let serviceLength: usize = 0;
let tailLength: usize = 0;
/** Whether the row has an attribute so far. */
let some: bool = false;

/**
 * What the next records share: time of receipt in nanoseconds since 1970, lengths of the service as JSON at SERVICE (0:
 * none) and of what stands behind the attributes at TAIL.
 */
export function share(time: u64, service: u32, tail: u32): void {
  now = time;
  serviceLength = <usize>service;
  tailLength = <usize>tail;
}

/** Begins the record of `size` bytes at RECORD, where the cursor is set; gives its end. */
export function begin(size: u32): usize {
  const end = RECORD + <usize>size;
  for (let i: usize = 0; i < 64; i += 16) v128.store(end + i, i8x16.splat(0));
  startAt(RECORD);
  startFields();
  if (serviceLength) give(SERVICE_FIELD, AS_IT_IS, SERVICE, SERVICE + serviceLength);
  return end;
}

function value(field: u32): void {
  const p = fieldAt(field);
  const form = load<u32>(p);
  const start = <usize>load<u32>(p, 8);
  const end = <usize>load<u32>(p, 12);
  if (form == AS_TEXT) text(start, end);
  else if (form == AS_ANY) any(start, end, 0);
  else if (form == AS_HEX) hex(start, end);
  else if (form == AS_IT_IS) bytes(start, end);
  else if (form == AS_TIGHT) tight(start, end);
  else if (form == AS_NUMBER) decimal(load<u64>(p, 8));
  else word(<u32>start);
}

/** The row up to its attributes. @param kind the word that says what it is */
export function head(kind: u32, time: u64): void {
  writeTo(ROW);
  word(BEGIN);
  decimal(time);
  word(kind);
  for (let field: u32 = 0; field < FIELD_COUNT; field++) {
    const set = load<u32>(fieldAt(field)) != UNSET;
    if (!set && field > LAST_IN_ALL) continue;
    word(FIRST_FIELD + field);
    if (set) value(field);
    else word(field == SERVICE_FIELD ? UNKNOWN_SERVICE : NOTHING);
  }
  some = false;
}

/** Before the next attribute. */
@inline function more(): void {
  if (some) byte(0x2c);
  else word(ATTRIBUTES);
  some = true;
}

/** Those that are no field's. */
export function attributes(): void {
  for (let i: u32 = 0; i < listed && !bad; i++) {
    const p = listedAt(i);
    const slot = <usize>load<u32>(p);
    if (slot <= LINK) continue;
    more();
    name(slot);
    any(<usize>load<u32>(p, 4), <usize>load<u32>(p, 8), 0);
  }
}

export function quoted(value: u64): void {
  byte(0x22);
  decimal(value);
  byte(0x22);
}

// Members of the record that an event has no place for; 0 and '' are none.

export function extra(name: u32, value: u64): void {
  if (value == 0) return;
  more();
  word(name);
  decimal(value);
}

export function extraWord(name: u32, value: u32): void {
  more();
  word(name);
  word(value);
}

export function extraText(name: u32, start: usize, end: usize): void {
  if (start == end) return;
  more();
  word(name);
  text(start, end);
}

export function extraTime(name: u32, value: u64): void {
  more();
  word(name);
  quoted(value);
}

/** Candidates that did not win are attributes, unless they say the same. Ends the attributes. */
export function losers(): void {
  for (let number: u32 = 1; number <= candidates && !bad; number++) {
    const p = candidateAt(number);
    const field = fieldOf(p);
    if (load<u32>(field, 4) == number) continue;
    const form = load<u32>(field);
    if (form != load<u32>(p) || (form != AS_TEXT && form != AS_NUMBER)) {
      fail();
      return;
    }
    if (form == AS_NUMBER ? load<u64>(p, 8) == load<u64>(field, 8) : sameText(p + 8, field + 8)) continue;
    more();
    name(<usize>load<u32>(p, 4));
    any(<usize>load<u32>(p, 16), <usize>load<u32>(p, 20), 0);
  }
  if (some) byte(0x7d);
}

/** Whether two texts, given by the addresses of their starts and ends, are equal. */
function sameText(a: usize, b: usize): bool {
  const start = <usize>load<u32>(a);
  const other = <usize>load<u32>(b);
  const length = <usize>load<u32>(a, 4) - start;
  return length == <usize>load<u32>(b, 4) - other && memory.compare(start, other, length) == 0;
}

/** What records share ends the row. Returns its length; 0 when the record is the reference's. */
export function finish(most: u32): u32 {
  bytes(TAIL, TAIL + tailLength);
  return bad || members > most ? 0 : <u32>(to - ROW);
}

/** Whether an event's name is one of those of GenAI, of which some move what stands in the event. */
export function isGenAi(start: usize, end: usize): bool {
  return end - start > 7 && load<u32>(start) == 0x5f6e6567 && load<u32>(start, 3) == 0x2e69615f;
}
