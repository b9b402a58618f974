// The set of tokens of a segment, over a table of the period's tokens.
import { ARENA, ARENA_END, ENTRIES, ENTRY, ENTRY_MAX, LIST, LIST_MAX, SLOTS, SLOT_COUNT } from './layout';

let entries: u32 = 0;
let arena: usize = ARENA;
let stamp: u32 = 1;
let listed: u32 = 0;
let overflow: bool = false;
let seed: u64 = 0x9e3779b97f4a7c15;

/** Empties the table: at a new period, or when it is nearly full. `s` makes collisions unguessable. */
export function clearTokens(s: u64): void {
  memory.fill(SLOTS, 0, <usize>SLOT_COUNT * 4);
  memory.fill(ENTRIES, 0, <usize>entries * ENTRY);
  memory.fill(ARENA, 0, arena - ARENA);
  entries = 0;
  arena = ARENA;
  listed = 0;
  stamp = 1;
  seed = s | 1;
}

/** Begins the next segment: the table stays, the set is empty. */
export function beginSegment(): void {
  stamp++;
  listed = 0;
  overflow = false;
}

export function tokenCount(): u32 {
  return listed;
}

/** Whether a token could not be taken because the list or the table was full. */
export function overflowed(): bool {
  return overflow;
}

/** Whether the table should be emptied before the next segment begins. */
export function nearlyFull(): bool {
  return entries > ENTRY_MAX / 2 || arena > ARENA + (ARENA_END - ARENA) / 2;
}

/** Takes back the tokens added since the set held `count` of them. */
export function rollBack(count: u32): void {
  while (listed > count) {
    listed--;
    store<u32>(ENTRIES + <usize>load<u32>(LIST + <usize>listed * 4) * ENTRY + 8, 0);
  }
  overflow = false;
}

@inline function mix(hash: u64, word: u64): u64 {
  const h = (hash ^ word) * 0xff51afd7ed558ccd;
  return h ^ (h >> 32);
}

@inline function hashBytes(start: u64, at: usize, length: usize): u64 {
  let h = start;
  let i: usize = 0;
  for (; i + 8 <= length; i += 8) h = mix(h, load<u64>(at + i));
  let rest: u64 = 0;
  for (let shift: u64 = 0; i < length; i++, shift += 8) rest |= <u64>load<u8>(at + i) << shift;
  return mix(h, rest + (<u64>length << 56));
}

@inline function same(a: usize, b: usize, length: usize): bool {
  let i: usize = 0;
  for (; i + 8 <= length; i += 8) if (load<u64>(a + i) != load<u64>(b + i)) return false;
  for (; i < length; i++) if (load<u8>(a + i) != load<u8>(b + i)) return false;
  return true;
}

/** Adds (field, token) to the segment's set. */
export function addToken(field: usize, fieldLength: usize, token: usize, tokenLength: usize): void {
  let h = hashBytes(seed, token, tokenLength);
  if (fieldLength) h = hashBytes(h, field, fieldLength);
  let slot = <u32>h & (SLOT_COUNT - 1);
  const lengths = <u32>fieldLength | (<u32>tokenLength << 16);
  while (true) {
    const number = load<u32>(SLOTS + <usize>slot * 4);
    if (number == 0) break;
    const entry = ENTRIES + <usize>(number - 1) * ENTRY;
    if (load<u32>(entry + 4) == lengths) {
      const bytes = <usize>load<u32>(entry);
      if (same(bytes + fieldLength, token, tokenLength) && same(bytes, field, fieldLength)) {
        if (load<u32>(entry + 8) != stamp) list(entry, number - 1);
        return;
      }
    }
    slot = (slot + 1) & (SLOT_COUNT - 1);
  }
  if (entries >= ENTRY_MAX || arena + fieldLength + tokenLength + 8 > ARENA_END) {
    overflow = true;
    return;
  }
  const entry = ENTRIES + <usize>entries * ENTRY;
  store<u32>(entry, <u32>arena);
  store<u32>(entry + 4, lengths);
  store<u32>(entry + 8, 0);
  store<u32>(entry + 12, 0);
  memory.copy(arena, field, fieldLength);
  memory.copy(arena + fieldLength, token, tokenLength);
  arena += fieldLength + tokenLength;
  entries++;
  store<u32>(SLOTS + <usize>slot * 4, entries);
  list(entry, entries - 1);
}

@inline function list(entry: usize, number: u32): void {
  if (listed >= LIST_MAX) {
    overflow = true;
    return;
  }
  store<u32>(entry + 8, stamp);
  store<u32>(LIST + <usize>listed * 4, number);
  listed++;
}

/** Copies trapdoors of the listed tokens [from, to) to `at`, 16 bytes each. */
export function copyTrapdoors(from: u32, to: u32, at: usize): void {
  for (let i = from; i < to; i++) {
    const entry = ENTRIES + <usize>load<u32>(LIST + <usize>i * 4) * ENTRY;
    v128.store(at + <usize>(i - from) * 16, v128.load(entry + 16));
  }
}
