// Prompts and answers that come as JSON text: when ../../src/content.ts would parse them.
import { afterSpace, colon, containerEnd, spaced, startLine, stringEnd, valueEnd } from '../values';

/** What becomes of a text. */
export const KEPT: u32 = 0; // it stays a text
export const COPIED: u32 = 1; // it is the value
export const TIGHTENED: u32 = 2; // likewise, without the white space in it
export const UNKNOWN: u32 = 3; // the reference decides

/** `role`, `parts`, `content` or `messages`. */
@inline function isMessageName(start: usize, length: usize): bool {
  const word = load<u32>(start);
  if (length == 4) return word == 0x656c6f72;
  if (length == 5) return word == 0x74726170 && load<u8>(start, 4) == 0x73;
  if (length == 7) return word == 0x746e6f63 && load<u32>(start, 3) == 0x746e6574;
  return length == 8 && load<u64>(start) == 0x736567617373656d;
}

let found: bool = false;

/** Passes over the object at `p`; `found` says whether it is a message, or a prompt where that counts. */
function passObject(p: usize, prompts: bool): usize {
  found = false;
  p = afterSpace(p + 1);
  while (load<u8>(p) != 0x7d) {
    const start = p + 1;
    const end = stringEnd(start);
    p = afterSpace(afterSpace(end + 1) + 1);
    const text = load<u8>(p) == 0x22;
    if (isMessageName(start, end - start)) found = true;
    else if (text && end - start == 4 && load<u32>(start) == 0x65707974) found = true; // type
    else if (text && prompts && end - start == 6 && load<u32>(start) == 0x6d6f7270 && load<u16>(start, 4) == 0x7470) found = true;
    p = afterSpace(valueEnd(p, 0));
    if (load<u8>(p) == 0x2c) p = afterSpace(p + 1);
  }
  return p + 1;
}

/** Whether the container at `p`, which is JSON, holds messages. */
function isMessages(p: usize): bool {
  if (load<u8>(p) == 0x7b) {
    passObject(p, true);
    return found;
  }
  p = afterSpace(p + 1);
  if (load<u8>(p) == 0x5d) return false;
  while (true) {
    if (load<u8>(p) != 0x7b) return false;
    p = afterSpace(passObject(p, false));
    if (!found) return false;
    if (load<u8>(p) == 0x5d) return true;
    p = afterSpace(p + 1);
  }
}

/** What becomes of the text [start, end); only messages are parsed when `messages` says so. */
export function contentOf(start: usize, end: usize, messages: bool): u32 {
  let first = start;
  while (first < end && load<u8>(first) <= 0x20) first++;
  if (first == end) return KEPT;
  const c = load<u8>(first);
  if (c != 0x7b && c != 0x5b) return KEPT;
  let last = end - 1;
  while (load<u8>(last) <= 0x20) last--;
  if (load<u8>(last) != c + 2) return KEPT;
  if (first != start || last != end - 1) return UNKNOWN;
  startLine();
  const behind = containerEnd(start);
  if (behind != end || colon) return UNKNOWN;
  const form = spaced ? TIGHTENED : COPIED;
  startLine();
  return !messages || isMessages(start) ? form : KEPT;
}
