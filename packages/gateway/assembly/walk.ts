// One pass over the JSON text of a row. The reference is `tokensOfEvent` of the sealing package.
import { OPEN, PATH, SLOW, SLOW_ENTRY, SLOW_MAX, STACK } from './layout';
import { addString } from './string';
import { addToken, dropPending, hashBytes, takePending } from './tokens';

const MAX_PATH: usize = 128;
const MAX_DEPTH: usize = 250;

/** Whole row to the reference. */
const GIVE_UP: i32 = -1;

let slow: u32 = 0;

/** What a field token's hash is mixed with: never 0, which means "no field token". */
@inline function hashOfPath(length: usize): u64 {
  return length > MAX_PATH ? 0 : (hashBytes(PATH, length) * 0x9e3779b97f4a7c15) | 1;
}

/** duration_ns, input_tokens, output_tokens: members whose numbers give no token. */
@inline function isUnindexed(key: usize, length: usize): bool {
  if (length == 11) return load<u64>(key) == 0x6e6f697461727564 && load<u32>(key, 7) == 0x736e5f6e;
  if (length == 12) return load<u64>(key) == 0x6f745f7475706e69 && load<u32>(key, 8) == 0x736e656b;
  if (length == 13) return load<u64>(key) == 0x745f74757074756f && load<u64>(key, 5) == 0x736e656b6f745f74;
  return false;
}

/** Address of the quote that closes the string whose first character is at `p`. */
export function closingQuote(p: usize): usize {
  while (true) {
    const v = v128.load(p);
    const stop = i8x16.bitmask(v128.or(i8x16.eq(v, i8x16.splat(0x22)), i8x16.eq(v, i8x16.splat(0x5c))));
    if (!stop) {
      p += 16;
      continue;
    }
    p += ctz(stop);
    if (load<u8>(p) == 0x22) return p;
    p += 2;
  }
}

/** Address of the quote that closes the name at `p`, 0 when there is an escape in it. */
@inline function endOfName(p: usize): usize {
  while (true) {
    const v = v128.load(p);
    const stop = i8x16.bitmask(v128.or(i8x16.eq(v, i8x16.splat(0x22)), i8x16.eq(v, i8x16.splat(0x5c))));
    if (stop) {
      p += ctz(stop);
      return load<u8>(p) == 0x22 ? p : 0;
    }
    p += 16;
  }
}

/** Appends `length` bytes, at most 192, to the path; may write 15 more. */
@inline function append(pathLength: usize, from: usize, length: usize): void {
  for (let i: usize = 0; i < length; i += 16) v128.store(PATH + pathLength + i, v128.load(from + i));
}

/** Notes the string [start, end) (quotes included) for JavaScript; false when there is no room. */
function leaveToReference(start: usize, end: usize, pathLength: usize): bool {
  if (slow >= SLOW_MAX) return false;
  const at = SLOW + <usize>slow * SLOW_ENTRY;
  store<u32>(at, <u32>start);
  store<u32>(at + 4, <u32>end);
  store<u32>(at + 8, <u32>pathLength);
  memory.copy(at + 12, PATH, MAX_PATH);
  slow++;
  return true;
}

/** Adds a token handed over by JavaScript. */
export function addOutside(field: usize, fieldLength: usize, token: usize, length: usize): void {
  let hash = hashBytes(token, length);
  if (fieldLength) {
    memory.copy(PATH, field, fieldLength);
    hash ^= hashOfPath(fieldLength);
  }
  addToken(hash, field, fieldLength, token, length);
}

/**
 * Adds the tokens of the row [p, end), which is what JSON.stringify gives for an event. Returns the
 * number of strings left to JavaScript at SLOW, or GIVE_UP when it must take the whole row.
 */
export function walkRow(p: usize, end: usize): i32 {
  slow = 0;
  dropPending();
  let pathLength: usize = 0;
  let pathHash: u64 = 0;
  let depth: usize = 0;
  let object = false; // whether the innermost container is one
  let expectKey = false;
  let indexed = true; // whether a number here gives a token
  while (p < end) {
    const c = <u32>load<u8>(p);
    if (c == 0x22) {
      if (expectKey) {
        const close = endOfName(p + 1);
        expectKey = false;
        const length = close - p - 1;
        if (close == 0 || length == 0) return GIVE_UP;
        if (depth == 1) {
          if (length == 4 && load<u32>(p, 1) == 0x656d6974) { // time
            p = closingQuote(close + 3) + 1;
            continue;
          }
          if (length == 7 && load<u32>(p, 1) == 0x72636573 && load<u32>(p, 4) == 0x73746572) { // secrets
            p = close + 2;
            while (load<u8>(p) != 0x7d) p++;
            p++;
            continue;
          }
          indexed = !isUnindexed(p + 1, length);
        } else indexed = true;
        pathLength = <usize>load<u32>(STACK + depth * OPEN);
        if (pathLength + length + 1 <= MAX_PATH + 64) {
          if (pathLength) {
            store<u8>(PATH + pathLength, 0x2e);
            pathLength++;
          }
          append(pathLength, p + 1, length);
          pathLength += length;
        } else pathLength = MAX_PATH + 64; // too long for good: every path below is longer
        pathHash = hashOfPath(pathLength);
        p = close + 2;
        continue;
      }
      const close = addString(p + 1, pathHash, pathLength);
      if (close) p = close + 1;
      else {
        const after = closingQuote(p + 1) + 1;
        if (!leaveToReference(p, after, pathLength)) return GIVE_UP;
        p = after;
      }
    } else if (c == 0x7b || c == 0x5b) {
      depth++;
      if (depth > MAX_DEPTH) return GIVE_UP;
      object = c == 0x7b;
      // `attributes.` is dropped at the head of a path.
      const attributes =
        object && depth == 2 && pathLength == 10 &&
        load<u64>(PATH) == 0x7475626972747461 && load<u16>(PATH, 8) == 0x7365;
      store<u32>(STACK + depth * OPEN, attributes ? 0 : <u32>pathLength);
      store<u32>(STACK + depth * OPEN, object ? 1 : 0, 4);
      store<u64>(STACK + depth * OPEN, pathHash, 8);
      expectKey = object;
      p++;
    } else if (c == 0x7d || c == 0x5d) {
      depth--;
      object = depth > 0 && load<u32>(STACK + depth * OPEN, 4) != 0;
      expectKey = false;
      p++;
    } else if (c == 0x2c) {
      expectKey = object;
      if (!object) {
        pathLength = <usize>load<u32>(STACK + depth * OPEN);
        pathHash = load<u64>(STACK + depth * OPEN, 8);
      }
      p++;
    } else {
      // A number, true, false or null: up to the next comma or bracket.
      const start = p;
      while (p < end) {
        const d = <u32>load<u8>(p);
        if (d == 0x2c || d == 0x7d || d == 0x5d) break;
        p++;
      }
      // A boolean or a nested value under such a name is no count: only numbers are left out.
      const counted = !indexed && depth == 1 && c != 0x74 && c != 0x66;
      if (c != 0x6e && pathHash && !counted) {
        addToken(hashBytes(start, p - start) ^ pathHash, PATH, pathLength, start, p - start);
      }
    }
  }
  takePending();
  return <i32>slow;
}
