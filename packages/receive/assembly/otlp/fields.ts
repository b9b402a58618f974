// What an event's fields become: a record's own members first, then the attribute that has the lowest rank.
import { contentOf, KEPT, TIGHTENED, UNKNOWN } from './content';
import {
  CANDIDATE, CANDIDATES, CANDIDATES_MAX, FIELD, FIELDS, FIELDS_MAX, ITEM, LISTED, LISTED_MAX,
} from './layout';
import { keyValue, learnedRank, learnedTraits, REFERENCE, slot, startMembers, valueEnd, valueStart } from './names';
import { at, bad, extent, fail, seek, tag, varint } from './wire';

// Traits of a name besides REFERENCE; ../../src/otlp/traits.ts has the same.
const FIELD_OF: u32 = 31;
const NO_FIELD: u32 = 31;
const TEXT_FITS: u32 = 1 << 6;
const COUNT_FITS: u32 = 1 << 7;
const LIST_FITS: u32 = 1 << 8;
const OBJECT_FITS: u32 = 1 << 9;
const MESSAGES: u32 = 1 << 10;
const STRUCTURE: u32 = 1 << 11;
const REASONS: u32 = 1 << 12;

// Fields by their index in ../../src/dialects/dialect.ts.
export const SERVICE_FIELD: u32 = 0;
export const OPERATION: u32 = 1;
export const SEVERITY: u32 = 2;
export const STATUS: u32 = 3;
export const LAST_IN_ALL: u32 = 5;
export const DURATION: u32 = 6;
export const TRACE_ID: u32 = 9;
export const SPAN_ID: u32 = 10;
export const PARENT_SPAN_ID: u32 = 11;
export const STATUS_MESSAGE: u32 = 17;
export const BODY: u32 = 18;
export const FIELD_COUNT: u32 = 23;

// Forms of a field's value.
export const UNSET: u32 = 0;
export const AS_TEXT: u32 = 1;
export const AS_ANY: u32 = 2;
export const AS_HEX: u32 = 3;
export const AS_IT_IS: u32 = 4;
export const AS_TIGHT: u32 = 5;
export const AS_NUMBER: u32 = 6;
export const AS_WORD: u32 = 7;

export const MAX_SAFE: u64 = 9007199254740991;

/** What stands for the name of an event or a link of a span. */
export const EVENT: usize = 1;
export const LINK: usize = 2;

/** How many attributes stay such, with events and links, and how many may become fields. */
export let listed: u32 = 0;
export let candidates: u32 = 0;
/** Numbers the records, so that a name met twice in one is noticed. */
let record: u32 = 0;

export function startFields(): void {
  memory.fill(FIELDS, 0, <usize>FIELDS_MAX * FIELD);
  startMembers();
  record++;
  listed = 0;
  candidates = 0;
}

@inline export function fieldAt(field: u32): usize {
  return FIELDS + <usize>field * FIELD;
}

@inline export function listedAt(index: u32): usize {
  return LISTED + <usize>index * ITEM;
}

/** They are numbered from 1. */
@inline export function candidateAt(number: u32): usize {
  return CANDIDATES + <usize>(number - 1) * CANDIDATE;
}

/** The field that candidate `p` may become. */
@inline export function fieldOf(p: usize): usize {
  return fieldAt(learnedTraits(<usize>load<u32>(p, 4)) & FIELD_OF);
}

/** Gives a field a value of the record's own, before every attribute. */
export function give(field: u32, form: u32, start: usize, end: usize): void {
  const p = fieldAt(field);
  store<u32>(p, form);
  store<u32>(p, 0, 4);
  store<u32>(p, <u32>start, 8);
  store<u32>(p, <u32>end, 12);
}

export function giveNumber(field: u32, value: u64): void {
  if (value > MAX_SAFE) fail();
  give(field, AS_NUMBER, 0, 0);
  store<u64>(fieldAt(field), value, 8);
}

export function giveText(field: u32, start: usize, end: usize): void {
  if (start != end) give(field, AS_TEXT, start, end);
}

/** An id of zeros is none. */
export function giveId(field: u32, start: usize, end: usize): void {
  for (let p = start; p < end; p++) {
    if (load<u8>(p)) {
      give(field, AS_HEX, start, end);
      return;
    }
  }
}

/** Keeps a stretch of the record for later. */
export function keep(slot: usize, start: usize, end: usize): void {
  if (listed >= LISTED_MAX) {
    fail();
    return;
  }
  const p = listedAt(listed++);
  store<u32>(p, <u32>slot);
  store<u32>(p, <u32>start, 4);
  store<u32>(p, <u32>end, 8);
}

/** Reads the attribute at the cursor, a KeyValue. */
export function attribute(end: usize): void {
  const stop = extent(end);
  keyValue(stop);
  if (bad) return;
  const traits = learnedTraits(slot);
  if (traits & REFERENCE || load<u32>(slot, 12) == record) {
    fail();
    return;
  }
  store<u32>(slot, record, 12);
  if ((traits & FIELD_OF) == NO_FIELD) keep(slot, valueStart, valueEnd);
  else candidate(traits, slot, valueStart, valueEnd);
  seek(stop);
}

/** An attribute that may become a field: by its name and the kind of its value. */
function candidate(traits: u32, slot: usize, start: usize, end: usize): void {
  seek(start);
  const kind = start == end ? 0 : tag();
  if (kind == 0x18 && traits & COUNT_FITS) {
    offer(AS_NUMBER, slot, start, end);
    return;
  }
  const stop = extent(end);
  if (stop != end || kind == 0) fail();
  if (bad) return;
  if (kind == 0x0a && at < end) {
    if (traits & TEXT_FITS) {
      offer(AS_TEXT, slot, start, end);
      return;
    }
    if (traits & (MESSAGES | STRUCTURE)) {
      const content = contentOf(at, end, (traits & MESSAGES) != 0);
      if (content == UNKNOWN) fail();
      offer(content == KEPT ? AS_TEXT : content == TIGHTENED ? AS_TIGHT : AS_IT_IS, slot, start, end);
      return;
    }
  } else if (kind == 0x2a && (traits & LIST_FITS || (traits & REASONS && isReasons(at, end)))) {
    offer(AS_ANY, slot, start, end);
    return;
  } else if (kind == 0x32 && traits & OBJECT_FITS) {
    offer(AS_ANY, slot, start, end);
    return;
  }
  fail();
}

/** Whether the list [start, end) has texts only, at least one, none of which could be JSON. */
function isReasons(start: usize, end: usize): bool {
  if (start == end) return false;
  seek(start);
  while (at < end && !bad) {
    if (tag() != 0x0a) return false;
    const item = extent(end);
    if (tag() != 0x0a || extent(item) != item) return false;
    let p = at;
    while (p < item && load<u8>(p) <= 0x20) p++;
    if (p < item && (load<u8>(p) == 0x5b || load<u8>(p) == 0x7b)) return false;
    seek(item);
  }
  return true;
}

/** Keeps an attribute that may become a field, by what becomes of its value; it stands at the cursor. */
function offer(form: u32, slot: usize, start: usize, end: usize): void {
  if (candidates >= CANDIDATES_MAX) {
    fail();
    return;
  }
  const p = candidateAt(++candidates);
  store<u32>(p, form);
  store<u32>(p, <u32>slot, 4);
  if (form == AS_NUMBER) {
    const value = varint(end);
    if (at != end || value > MAX_SAFE) fail();
    store<u64>(p, value, 8);
  } else {
    store<u32>(p, <u32>(form == AS_ANY ? start : at), 8);
    store<u32>(p, <u32>end, 12);
  }
  store<u32>(p, <u32>start, 16);
  store<u32>(p, <u32>end, 20);
}

/** Gives every field that the record itself does not name to its best candidate. */
export function resolve(): void {
  for (let number: u32 = 1; number <= candidates; number++) {
    const p = candidateAt(number);
    const field = fieldOf(p);
    if (load<u32>(field) != UNSET) {
      const holder = load<u32>(field, 4);
      if (!holder) continue;
      const rank = learnedRank(<usize>load<u32>(p, 4));
      const held = learnedRank(<usize>load<u32>(candidateAt(holder), 4));
      if (held == rank) fail();
      if (held < rank) continue;
    }
    store<u32>(field, load<u32>(p));
    store<u32>(field, number, 4);
    store<u64>(field, load<u64>(p, 8), 8);
  }
}
