// The set of tokens of a segment, over a table of the period's tokens.
//
// A token is known by a 64-bit hash under secret keys, drawn anew whenever the table is emptied: two
// of the 10^5 tokens of a table coincide with probability 10^-9, and then one of them is not found.
import {
  ARENA, ARENA_END, ENTRIES, ENTRY, ENTRY_MAX, LIST, LIST_MAX, PENDING, PENDING_MAX, SEEN, SEEN_COUNT, SLOT, SLOTS, SLOT_COUNT, UNSEEN,
} from './layout';

let entries: u32 = 0;
let arena: usize = ARENA;
let stamp: u32 = 1;
let listed: u32 = 0;
let overflow: bool = false;
let pending: u32 = 0;

/** Where every hash begins, and what it multiplies with. */
export let seed: u64 = 1;
export let multiplier: u64 = 1;

/** Empties the table: at a new period, or when it is half full. The keys are 64 random bits each. */
export function clearTokens(first: u64, second: u64): void {
  memory.fill(SLOTS, 0, <usize>SLOT_COUNT * SLOT);
  memory.fill(ENTRIES, 0, <usize>entries * ENTRY);
  memory.fill(ARENA, 0, arena - ARENA);
  entries = 0;
  arena = ARENA;
  listed = 0;
  stamp = 1;
  seed = first;
  multiplier = second | 1;
}

/**
 * Begins the next segment: the table stays, the set is empty. SEEN holds hashes of tokens that are in the set
 * already, in a place that stays in the cache: nearly every word of a text was there before.
 */
export function beginSegment(): void {
  memory.fill(SEEN, 0, SEEN_COUNT * 8);
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
  if (listed > count) memory.fill(SEEN, 0, SEEN_COUNT * 8);
  while (listed > count) {
    listed--;
    const entry = ENTRIES + <usize>load<u32>(LIST + <usize>listed * 4) * ENTRY;
    store<u32>(SLOTS + <usize>load<u32>(entry + 8) * SLOT + 12, 0);
  }
  overflow = false;
}

/** Folds eight bytes into a hash. */
@inline export function mix(hash: u64, word: u64): u64 {
  const h = rotl(hash ^ word, 29) * multiplier;
  return h ^ (h >> 32);
}

/**
 * The hash of a token is of its chunks of eight bytes, the last filled with zeros, at least two of them, and of its
 * length: so that the hash of nearly every word takes the same few steps, whatever its length.
 * `finish` takes the last chunk when it is a part of one, and the length.
 */
@inline export function finish(hash: u64, rest: u64, length: u64): u64 {
  if (length < 8) hash = mix(mix(hash, rest), 0);
  else if (length & 7 || length == 8) hash = mix(hash, rest);
  return mix(hash, length + 0x9e3779b97f4a7c15);
}

/** What to keep of the first and of the second eight bytes of a word of 0 to 16. */
const KEPT = memory.data<u64>([
  0, 0, 0xff, 0, 0xffff, 0, 0xffffff, 0, 0xffffffff, 0, 0xffffffffff, 0, 0xffffffffffff, 0, 0xffffffffffffff, 0,
  0xffffffffffffffff, 0, 0xffffffffffffffff, 0xff, 0xffffffffffffffff, 0xffff, 0xffffffffffffffff, 0xffffff,
  0xffffffffffffffff, 0xffffffff, 0xffffffffffffffff, 0xffffffffff, 0xffffffffffffffff, 0xffffffffffff,
  0xffffffffffffffff, 0xffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff,
]);

/** The hash of `length` bytes at `at`, as the walk computes it on the way. May read 15 bytes further. */
@inline export function hashBytes(at: usize, length: usize): u64 {
  if (length > 16) return hashLongBytes(at, length);
  const kept = KEPT + (length << 4);
  const first = load<u64>(at) & load<u64>(kept);
  const second = load<u64>(at, 8) & load<u64>(kept, 8);
  return mix(mix(mix(seed, first), second), <u64>length + 0x9e3779b97f4a7c15);
}

function hashLongBytes(at: usize, length: usize): u64 {
  let h = seed;
  let rest = length;
  while (rest >= 8) {
    h = mix(h, load<u64>(at));
    at += 8;
    rest -= 8;
  }
  return finish(h, rest ? load<u64>(at) & (((<u64>1) << (<u64>rest << 3)) - 1) : 0, length);
}

/** Eight ASCII bytes in lower case. */
@inline export function lower(x: u64): u64 {
  const upper = (x + 0x3f3f3f3f3f3f3f3f) & ~(x + 0x2525252525252525) & 0x8080808080808080;
  return x + (upper >> 2);
}

/** The hash of the `length` ASCII bytes at `at`, in lower case. May read 15 bytes further. */
@inline export function hashAscii(at: usize, length: usize): u64 {
  if (length > 16) return hashLongAscii(at, length);
  const kept = KEPT + (length << 4);
  const first = lower(load<u64>(at) & load<u64>(kept));
  const second = lower(load<u64>(at, 8) & load<u64>(kept, 8));
  return mix(mix(mix(seed, first), second), <u64>length + 0x9e3779b97f4a7c15);
}

function hashLongAscii(at: usize, length: usize): u64 {
  let h = seed;
  let rest = length;
  while (rest >= 8) {
    h = mix(h, lower(load<u64>(at)));
    at += 8;
    rest -= 8;
  }
  const last = rest ? lower(load<u64>(at) & (((<u64>1) << (<u64>rest << 3)) - 1)) : 0;
  return finish(h, last, length);
}

/** Address in SEEN of a hash. */
@inline function seenAt(hash: u64): usize {
  return SEEN + (<usize>(hash >> 20) & (SEEN_COUNT - 1)) * 8;
}

/** Adds the token of `length` ASCII bytes at `token`, in lower case. */
export function addAscii(hash: u64, field: usize, fieldLength: usize, token: usize, length: usize): void {
  const seen = seenAt(hash);
  if (load<u64>(seen) == hash) return;
  store<u64>(seen, hash);
  addUnseenAscii(hash, field, fieldLength, token, length);
}

/**
 * Notes a word of `length` ASCII bytes at `token`; `takePending` adds it. Looking up many at once lets the processor
 * wait for all their memory together.
 */
@inline export function pend(hash: u64, token: usize, length: usize): void {
  const at = PENDING + <usize>pending * 16;
  store<u64>(at, hash);
  store<u32>(at, <u32>token, 8);
  store<u32>(at, <u32>length, 12);
  pending++;
}

/** Whether 64 more words may find no room. */
@inline export function pendingFull(): bool {
  return pending > PENDING_MAX - 64;
}

export function dropPending(): void {
  pending = 0;
}

let touched: u64 = 0;

/** Adds the pending words. */
export function takePending(): void {
  let unseen: usize = 0;
  const end = PENDING + <usize>pending * 16;
  for (let at = PENDING; at < end; at += 16) {
    const hash = load<u64>(at);
    const seen = seenAt(hash);
    const other = load<u64>(seen) != hash;
    store<u64>(seen, hash);
    store<u32>(UNSEEN + unseen, <u32>at);
    unseen += other ? 4 : 0;
  }
  pending = 0;
  let all: u64 = 0;
  for (let i: usize = 0; i < unseen; i += 4) {
    all |= load<u64>(SLOTS + <usize>(<u32>load<u64>(<usize>load<u32>(UNSEEN + i)) & (SLOT_COUNT - 1)) * SLOT);
  }
  touched = all;
  for (let i: usize = 0; i < unseen; i += 4) {
    const at = <usize>load<u32>(UNSEEN + i);
    addUnseenAscii(load<u64>(at), 0, 0, <usize>load<u32>(at, 8), <usize>load<u32>(at, 12));
  }
}

function addUnseenAscii(hash: u64, field: usize, fieldLength: usize, token: usize, length: usize): void {
  const before = entries;
  addUnseen(hash, field, fieldLength, token, length);
  if (entries == before) return;
  // A new token: its bytes were copied as they stand.
  const end = arena;
  for (let at = arena - length; at < end; at++) {
    const c = load<u8>(at);
    if (<u32>c - 0x41 < 26) store<u8>(at, c | 0x20);
  }
}

/** Adds the token whose bytes stand at `token`, of the field at `field` ('' for words). */
@inline export function addToken(hash: u64, field: usize, fieldLength: usize, token: usize, length: usize): void {
  const seen = seenAt(hash);
  if (load<u64>(seen) == hash) return;
  store<u64>(seen, hash);
  addUnseen(hash, field, fieldLength, token, length);
}

function addUnseen(hash: u64, field: usize, fieldLength: usize, token: usize, length: usize): void {
  let slot = <u32>hash & (SLOT_COUNT - 1);
  while (true) {
    const at = SLOTS + <usize>slot * SLOT;
    const known = load<u32>(at + 8);
    if (known == 0) break;
    if (load<u64>(at) == hash) {
      if (load<u32>(at + 12) != stamp) list(at, known - 1);
      return;
    }
    slot = (slot + 1) & (SLOT_COUNT - 1);
  }
  if (entries >= ENTRY_MAX || arena + fieldLength + length + 8 > ARENA_END) {
    overflow = true;
    return;
  }
  const entry = ENTRIES + <usize>entries * ENTRY;
  store<u32>(entry, <u32>arena);
  store<u32>(entry + 4, <u32>fieldLength | (<u32>length << 16));
  store<u32>(entry + 8, slot);
  store<u32>(entry + 12, 0);
  memory.copy(arena, field, fieldLength);
  memory.copy(arena + fieldLength, token, length);
  arena += fieldLength + length;
  entries++;
  const at = SLOTS + <usize>slot * SLOT;
  store<u64>(at, hash);
  store<u32>(at + 8, entries);
  list(at, entries - 1);
}

@inline function list(slot: usize, entry: u32): void {
  if (listed >= LIST_MAX) {
    overflow = true;
    return;
  }
  store<u32>(slot + 12, stamp);
  store<u32>(LIST + <usize>listed * 4, entry);
  listed++;
}

/** Copies trapdoors of the listed tokens [from, to) to `at`, 16 bytes each. */
export function copyTrapdoors(from: u32, to: u32, at: usize): void {
  for (let i = from; i < to; i++) {
    const entry = ENTRIES + <usize>load<u32>(LIST + <usize>i * 4) * ENTRY;
    v128.store(at + <usize>(i - from) * 16, v128.load(entry + 16));
  }
}
