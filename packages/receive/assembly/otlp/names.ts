// Names of attributes, and what JavaScript says of each when it is met for the first time.
import { hashOf, seed, setKeys } from '../hash';
import { KNOWN, SLOT, SLOTS } from './layout';
import { at, bad, extent, fail, seek, tag } from './wire';

/** Learns the name of `length` bytes at `start`: its address at LEARNED, 0 when it is the reference's. */
@external("env", "learn") declare function learn(start: u32, length: u32): u32;

/** The trait of a name with which a record is the reference's; ../../src/otlp/traits.ts has the same. */
export const REFERENCE: u32 = 1 << 5;

/** Longer names are the reference's. */
const NAME_MAX: usize = 128;

/** Members of the record so far, at all depths. */
export let members: u32 = 0;
/** Of the last `keyValue`: the slot of the name, and where its AnyValue stands. */
export let slot: usize = 0;
export let valueStart: usize = 0;
export let valueEnd: usize = 0;

/** Forgets every name and takes new keys, 64 random bits each. */
export function forget(first: u64, second: u64): void {
  memory.fill(KNOWN, 0, <usize>SLOTS * SLOT);
  setKeys(first, second);
}

export function startMembers(): void {
  members = 0;
}

function same(a: usize, b: usize, length: usize): bool {
  for (let i: usize = 0; i < length; i += 16) {
    const differ = i8x16.bitmask(i8x16.ne(v128.load(a + i), v128.load(b + i)));
    if (length - i >= 16 ? differ : differ & ((1 << <i32>(length - i)) - 1)) return false;
  }
  return true;
}

/** The slot of a name; 0 when it is the reference's. */
export function slotOf(start: usize, end: usize): usize {
  const length = end - start;
  if (length > NAME_MAX) return 0;
  const hash = hashOf(seed, start, end);
  let i = <u32>hash & (SLOTS - 1);
  while (true) {
    const found = KNOWN + <usize>i * SLOT;
    let learned = <usize>load<u32>(found, 8);
    if (learned == 0) {
      learned = <usize>learn(<u32>start, <u32>length);
      if (learned == 0) return 0;
      store<u64>(found, hash);
      store<u32>(found, <u32>learned, 8);
      store<u32>(found, 0, 12);
      return found;
    }
    if (load<u64>(found) == hash && load<u32>(learned, 8) == <u32>length + 3 && same(learned + 13, start, length)) {
      return found;
    }
    i = (i + 1) & (SLOTS - 1);
  }
}

@inline export function learnedTraits(slot: usize): u32 {
  return load<u32>(<usize>load<u32>(slot, 8));
}

/** The lowest rank wins a field. */
@inline export function learnedRank(slot: usize): u32 {
  return load<u32>(<usize>load<u32>(slot, 8), 4);
}

/** Reads the KeyValue from the cursor to `end`. */
export function keyValue(end: usize): void {
  let keyStart = end;
  let keyEnd = end;
  let value = false;
  valueStart = end;
  valueEnd = end;
  while (at < end && !bad) {
    const next = tag();
    const stop = extent(end);
    if (next == 0x0a && keyStart == end) {
      keyStart = at;
      keyEnd = stop;
    } else if (next == 0x12 && !value) {
      value = true;
      valueStart = at;
      valueEnd = stop;
    } else fail();
    seek(stop);
  }
  if (bad) return;
  members++;
  slot = slotOf(keyStart, keyEnd);
  if (!slot) fail();
}
