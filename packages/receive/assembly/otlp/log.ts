import {
  AS_ANY, AS_WORD, attribute, BODY, fieldAt, give, giveId, giveText, OPERATION, resolve, SEVERITY, SPAN_ID, TRACE_ID,
} from './fields';
import { learnedTraits, slotOf } from './names';
import { attributes, begin, extra, extraText, extraTime, finish, head, isGenAi, losers, now } from './row';
import { at, bad, extent, fail, fixed32, fixed64, once, seek, small, tag } from './wire';
import { DROPPED_ATTRIBUTES, FLAGS, LEVELS, LOG, OBSERVED_TIME, SEVERITY_NUMBER, SEVERITY_TEXT } from './words';

// What a text says as a severity; ../../src/otlp/traits.ts has the same.
const LEVEL_SHIFT: u32 = 16;
const WHOLE_LEVEL: u32 = 1 << 20;

/**
 * The row of the LogRecord of `size` bytes at RECORD, at ROW: its length, or 0 when the reference must read it. It may
 * have `most` members.
 */
export function log(size: u32, most: u32): u32 {
  const end = begin(size);
  let time: u64 = 0;
  let observed: u64 = 0;
  let number: u32 = 0;
  let levelStart: usize = 0;
  let levelEnd: usize = 0;
  let flags: u32 = 0;
  let dropped: u32 = 0;
  while (at < end && !bad) {
    const next = tag();
    if (next == 0x32) {
      attribute(end);
      continue;
    }
    once(next);
    if (next == 0x09) time = fixed64(end);
    else if (next == 0x59) observed = fixed64(end);
    else if (next == 0x10) number = small(end);
    else if (next == 0x45) flags = fixed32(end);
    else if (next == 0x38) dropped = small(end);
    else {
      const stop = extent(end);
      if (next == 0x2a) body(at, stop);
      else if (next == 0x1a) {
        levelStart = at;
        levelEnd = stop;
      } else if (next == 0x4a) giveId(TRACE_ID, at, stop);
      else if (next == 0x52) giveId(SPAN_ID, at, stop);
      else if (next == 0x62) giveText(OPERATION, at, stop);
      else fail();
      seek(stop);
    }
  }
  const said = levelStart == levelEnd ? 0 : levelOf(levelStart, levelEnd);
  const named = (said >> LEVEL_SHIFT) & 7;
  const level = number >= 1 && number <= 24 ? (number - 1) / 4 + 1 : named;
  if (level) give(SEVERITY, AS_WORD, <usize>(LEVELS + level - 1), 0);
  resolve();
  if (load<u32>(fieldAt(BODY)) && isNamedByGenAi()) fail();
  if (bad) return 0;
  const begins = time ? time : observed ? observed : now;
  head(LOG, begins);
  attributes();
  if (!(said & WHOLE_LEVEL && named == level)) extraText(SEVERITY_TEXT, levelStart, levelEnd);
  if (number % 4 != 1 || level == 0) extra(SEVERITY_NUMBER, number);
  if (observed && observed != begins) extraTime(OBSERVED_TIME, observed);
  extra(FLAGS, flags);
  extra(DROPPED_ATTRIBUTES, dropped);
  losers();
  return finish(most);
}

/** The body, unless it is nothing or an empty text. */
function body(start: usize, end: usize): void {
  if (start == end || (end - start == 2 && load<u16>(start) == 0x000a)) return;
  give(BODY, AS_ANY, start, end);
}

function levelOf(start: usize, end: usize): u32 {
  const found = slotOf(start, end);
  if (found) return learnedTraits(found);
  fail();
  return 0;
}

function isNamedByGenAi(): bool {
  const operation = fieldAt(OPERATION);
  return load<u32>(operation) != 0 && isGenAi(<usize>load<u32>(operation, 8), <usize>load<u32>(operation, 12));
}
