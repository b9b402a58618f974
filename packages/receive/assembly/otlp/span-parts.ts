// Events and links of a span.
import { EVENT, LINK, listed, listedAt } from './fields';
import { isGenAi, quoted } from './row';
import { byte, decimal, hex, object, text, word } from './values';
import { at, bad, extent, fail, fixed32, fixed64, once, seek, small, startMessage, tag } from './wire';
import {
  EVENTS, LINKS, MEMBER_ATTRIBUTES, MEMBER_DROPPED, MEMBER_FLAGS, MEMBER_NAME, MEMBER_SPAN_ID, MEMBER_TIME, MEMBER_TRACE_ID,
  MEMBER_TRACE_STATE,
} from './words';

/** Whether the next member of an event or a link is its first. */
let first: bool = true;

function open(): void {
  byte(0x7b);
  first = true;
}

function member(name: u32): void {
  if (!first) byte(0x2c);
  first = false;
  word(name);
}

function memberText(name: u32, start: usize, end: usize): void {
  if (start == end) return;
  member(name);
  text(start, end);
}

function memberNumber(name: u32, value: u32): void {
  if (value == 0) return;
  member(name);
  decimal(value);
}

/** An id, of which one of zeros is none. */
function memberId(name: u32, start: usize, end: usize): void {
  let p = start;
  while (p < end && !load<u8>(p)) p++;
  if (p == end) return;
  member(name);
  hex(start, end);
}

/** The attributes of an event or a link: the fields `number` of its message. */
function memberAttributes(start: usize, end: usize, number: u32): void {
  member(MEMBER_ATTRIBUTES);
  object(start, end, number, true, 1);
}

function event(start: usize, end: usize): void {
  let time: u64 = 0;
  let nameStart: usize = 0;
  let nameEnd: usize = 0;
  let dropped: u32 = 0;
  let some = false;
  startMessage(start);
  while (at < end && !bad) {
    const next = tag();
    if (next != 0x1a) once(next);
    if (next == 0x09) time = fixed64(end);
    else if (next == 0x20) dropped = small(end);
    else {
      const stop = extent(end);
      if (next == 0x12) {
        nameStart = at;
        nameEnd = stop;
      } else if (next == 0x1a) some = true;
      else fail();
      seek(stop);
    }
  }
  if (bad || isGenAi(nameStart, nameEnd)) {
    fail();
    return;
  }
  open();
  memberText(MEMBER_NAME, nameStart, nameEnd);
  if (time) {
    member(MEMBER_TIME);
    quoted(time);
  }
  if (some) memberAttributes(start, end, 0x1a);
  memberNumber(MEMBER_DROPPED, dropped);
  byte(0x7d);
}

function link(start: usize, end: usize): void {
  let flags: u32 = 0;
  let dropped: u32 = 0;
  let some = false;
  let traceStart: usize = 0;
  let traceEnd: usize = 0;
  let spanStart: usize = 0;
  let spanEnd: usize = 0;
  let stateStart: usize = 0;
  let stateEnd: usize = 0;
  startMessage(start);
  while (at < end && !bad) {
    const next = tag();
    if (next != 0x22) once(next);
    if (next == 0x35) flags = fixed32(end);
    else if (next == 0x28) dropped = small(end);
    else {
      const stop = extent(end);
      if (next == 0x0a) {
        traceStart = at;
        traceEnd = stop;
      } else if (next == 0x12) {
        spanStart = at;
        spanEnd = stop;
      } else if (next == 0x1a) {
        stateStart = at;
        stateEnd = stop;
      } else if (next == 0x22) some = true;
      else fail();
      seek(stop);
    }
  }
  if (bad) return;
  open();
  memberId(MEMBER_TRACE_ID, traceStart, traceEnd);
  memberId(MEMBER_SPAN_ID, spanStart, spanEnd);
  memberText(MEMBER_TRACE_STATE, stateStart, stateEnd);
  if (some) memberAttributes(start, end, 0x22);
  memberNumber(MEMBER_FLAGS, flags);
  memberNumber(MEMBER_DROPPED, dropped);
  byte(0x7d);
}

/** What was kept of a kind, if there is any, behind the word that begins it. */
function each(kind: usize, begin: u32): void {
  let count = 0;
  for (let i: u32 = 0; i < listed && !bad; i++) {
    const p = listedAt(i);
    if (<usize>load<u32>(p) != kind) continue;
    if (count++) byte(0x2c);
    else word(begin);
    if (kind == EVENT) event(<usize>load<u32>(p, 4), <usize>load<u32>(p, 8));
    else link(<usize>load<u32>(p, 4), <usize>load<u32>(p, 8));
  }
  if (count) byte(0x5d);
}

export function events(): void {
  each(EVENT, EVENTS);
}

export function links(): void {
  each(LINK, LINKS);
}
