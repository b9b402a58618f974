import {
  AS_WORD, attribute, DURATION, EVENT, give, giveId, giveNumber, giveText, keep, LINK, OPERATION, PARENT_SPAN_ID, resolve, SPAN_ID,
  STATUS, STATUS_MESSAGE, TRACE_ID,
} from './fields';
import { attributes, begin, extra, extraText, extraWord, finish, head, losers, now } from './row';
import { events, links } from './span-parts';
import { at, bad, extent, fail, fixed32, fixed64, once, seek, small, tag } from './wire';
import {
  DROPPED_ATTRIBUTES, DROPPED_EVENTS, DROPPED_LINKS, FLAGS, KINDS, SPAN, SPAN_KIND, STATUSES, TRACE_STATE,
} from './words';

/** The row of the Span of `size` bytes at RECORD, as `log` for a LogRecord. */
export function span(size: u32, most: u32): u32 {
  const end = begin(size);
  let starts: u64 = 0;
  let ends: u64 = 0;
  let kind: u32 = 0;
  let flags: u32 = 0;
  let dropped: u32 = 0;
  let droppedEvents: u32 = 0;
  let droppedLinks: u32 = 0;
  let stateStart: usize = 0;
  let stateEnd: usize = 0;
  while (at < end && !bad) {
    const next = tag();
    if (next == 0x4a) {
      attribute(end);
      continue;
    }
    if (next != 0x5a && next != 0x6a) once(next);
    if (next == 0x39) starts = fixed64(end);
    else if (next == 0x41) ends = fixed64(end);
    else if (next == 0x30) kind = small(end);
    else if (next == 0x50) dropped = small(end);
    else if (next == 0x60) droppedEvents = small(end);
    else if (next == 0x70) droppedLinks = small(end);
    else if (next == 0x85) {
      // Field 16, the only one whose tag has two bytes.
      if (tag() != 0x01) fail();
      flags = fixed32(end);
    } else {
      const stop = extent(end);
      if (next == 0x0a) giveId(TRACE_ID, at, stop);
      else if (next == 0x12) giveId(SPAN_ID, at, stop);
      else if (next == 0x22) giveId(PARENT_SPAN_ID, at, stop);
      else if (next == 0x2a) giveText(OPERATION, at, stop);
      else if (next == 0x7a) status(stop);
      else if (next == 0x5a) keep(EVENT, at, stop);
      else if (next == 0x6a) keep(LINK, at, stop);
      else if (next == 0x1a) {
        stateStart = at;
        stateEnd = stop;
      } else fail();
      seek(stop);
    }
  }
  if (starts && ends) {
    if (ends < starts) fail();
    else giveNumber(DURATION, ends - starts);
  }
  resolve();
  if (bad || kind > 5) return 0;
  head(SPAN, starts ? starts : ends ? ends : now);
  attributes();
  if (kind) extraWord(SPAN_KIND, KINDS + kind - 1);
  extraText(TRACE_STATE, stateStart, stateEnd);
  extra(FLAGS, flags);
  extra(DROPPED_ATTRIBUTES, dropped);
  extra(DROPPED_EVENTS, droppedEvents);
  extra(DROPPED_LINKS, droppedLinks);
  losers();
  events();
  links();
  return finish(most);
}

/** The code and the message of a span's status. */
function status(end: usize): void {
  let codes = 0;
  let messages = 0;
  while (at < end && !bad) {
    const next = tag();
    if (next == 0x18 && codes++ == 0) {
      const code = small(end);
      if (code > 2) fail();
      else if (code) give(STATUS, AS_WORD, <usize>(STATUSES + code - 1), 0);
    } else {
      const stop = extent(end);
      if (next != 0x12 || messages++ > 0) fail();
      giveText(STATUS_MESSAGE, at, stop);
      seek(stop);
    }
  }
}
