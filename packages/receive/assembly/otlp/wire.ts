// A cursor over protobuf (https://protobuf.dev/programming-guides/encoding/). What is unusual, valid or not, fails:
// the record is left to ../../src/otlp, which is the reference and knows what to say of it.

/** The cursor. */
export let at: usize = 0;
/** Whether the record is the reference's. */
export let bad: bool = false;
/** Fields of the message so far that come once: a bit each. */
let seen: u32 = 0;

export function startAt(p: usize): void {
  bad = false;
  startMessage(p);
}

export function startMessage(p: usize): void {
  at = p;
  seen = 0;
}

/** Notes a field that comes once in its message. */
@inline export function once(tag: u32): void {
  const bit = <u32>1 << (tag >> 3);
  if (seen & bit) fail();
  seen |= bit;
}

@inline export function seek(p: usize): void {
  at = p;
}

@inline export function fail(): void {
  bad = true;
}

/** The tag at the cursor, if it has one byte; others fail where they are looked for. */
@inline export function tag(): u32 {
  return <u32>load<u8>(at++);
}

@inline export function varint(end: usize): u64 {
  const first = <u64>load<u8>(at);
  if (first < 0x80 && at < end) {
    at++;
    return first;
  }
  return longVarint(end);
}

function longVarint(end: usize): u64 {
  let value: u64 = 0;
  for (let shift: u64 = 0; shift < 64 && at < end; shift += 7) {
    const byte = <u64>load<u8>(at++);
    if (shift == 63 && byte > 1) break;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  bad = true;
  return 0;
}

/** A varint of at most 31 bits. */
export function small(end: usize): u32 {
  const value = varint(end);
  if (value > 0x7fffffff) bad = true;
  return <u32>value;
}

/** Where the value ends whose length is at the cursor; the cursor stands on its first byte. */
@inline export function extent(end: usize): usize {
  const length = varint(end);
  if (length <= <u64>(end - at)) return at + <usize>length;
  bad = true;
  return end;
}

export function fixed64(end: usize): u64 {
  const p = at;
  at += 8;
  if (at > end) bad = true;
  return load<u64>(p);
}

export function fixed32(end: usize): u32 {
  const p = at;
  at += 4;
  if (at > end) bad = true;
  return load<u32>(p);
}

/** Passes over the field at the cursor, whose tag has one byte. */
export function skip(end: usize): void {
  const type = tag() & 7;
  if (type == 0) varint(end);
  else if (type == 1) fixed64(end);
  else if (type == 2) at = extent(end);
  else if (type == 5) fixed32(end);
  else bad = true;
}
