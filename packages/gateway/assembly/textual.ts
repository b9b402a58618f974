// Encoded texts: runs of digits of base64 or hexadecimal that begin like text. The same as
// packages/detect/src/carriers/textual.ts, over bytes.
import { foundCount, keep, keepNone } from './keywords';
import { BITS, FOUND_MAX } from './layout';

/** Shorter values are told by keywords alone. */
const MIN_RUN: usize = 28;
/** Bytes whose digits must all be text. */
const HEAD: u32 = 18;
const HEAD16: u32 = 14;
const HEX: u32 = 4;

/** Bits of those of the sixteen bytes at `p` that are no digits of base64 or base64url. */
@inline function gaps(p: usize): u32 {
  const bytes = v128.load(p);
  const low = i8x16.swizzle(
    i8x16(0x1a, 0x1e, 0x1e, 0x1e, 0x1e, 0x1e, 0x1e, 0x1e, 0x1e, 0x1e, 0x1c, 0x05, 0x04, 0x05, 0x04, 0x0d),
    v128.and(bytes, i8x16.splat(0x0f)),
  );
  const high = i8x16.swizzle(
    i8x16(0, 0, 0x01, 0x02, 0x04, 0x08, 0x04, 0x10, 0, 0, 0, 0, 0, 0, 0, 0),
    i8x16.shr_u(bytes, 4),
  );
  return i8x16.bitmask(i8x16.eq(v128.and(low, high), i8x16.splat(0)));
}

/**
 * Writes to FOUND where runs in [from, end) begin like an encoded text. Returns the address up to which it came, and
 * `foundCount` how many it found. Reads up to 16 bytes beyond the end.
 */
export function findTextual(from: usize, start: usize, end: usize): usize {
  let p = from;
  keepNone();
  while (p + MIN_RUN <= end && foundCount() < FOUND_MAX) {
    let gap = gaps(p + MIN_RUN - 16);
    if (gap) {
      p += MIN_RUN - 16 + 32 - clz(gap);
      continue;
    }
    gap = gaps(p) & ((1 << <u32>(MIN_RUN - 16)) - 1);
    if (gap) {
      p += 32 - clz(gap);
      continue;
    }
    const first = p + prefixAt(p, start);
    if (isHex(first) || isBase64(first)) keep(first, 0);
    p += MIN_RUN;
    while (p < end) {
      gap = gaps(p);
      if (gap) break;
      p += 16;
    }
    p += ctz(gap) + 1;
  }
  return p + MIN_RUN > end ? end : p;
}

/** Bytes at the beginning of a run that are none of the value's: `0x`, the rest of an escape. */
function prefixAt(p: usize, start: usize): usize {
  const before: u32 = p == start ? 0 : load<u8>(p - 1);
  const byte: u32 = load<u8>(p);
  const next: u32 = load<u8>(p, 1);
  if (byte == 0x30 && (next | 0x20) == 0x78) return 2;
  if (before == 0x25) return byte == 0x32 && next == 0x35 ? 4 : 2;
  if (before == 0x5c) return byte == 0x75 ? 5 : 1;
  return 0;
}

@inline function isPrintable(byte: u32): bool {
  return (byte >= 0x20 && byte < 0x7f) || (byte >= 9 && byte <= 13);
}

function isHex(p: usize): bool {
  let zeros: u32 = 0;
  for (let i: u32 = 0; i < HEAD16; i++) {
    const high: u32 = load<u8>(p + (i << 1)), low: u32 = load<u8>(p + (i << 1), 1);
    if (!(load<u16>(BITS + (<usize>high << 1)) & load<u16>(BITS + (<usize>low << 1)) & HEX)) return false;
    const byte = (digit16(high) << 4) | digit16(low);
    if (byte == 0) zeros++;
    else if (!isPrintable(byte)) return false;
  }
  return zeros * 5 <= HEAD16 * 4;
}

@inline function digit16(c: u32): u32 {
  return c <= 0x39 ? c - 0x30 : (c | 0x20) - 0x57;
}

function isBase64(p: usize): bool {
  let zeros: u32 = 0;
  for (let i: u32 = 0; i < HEAD; i++) {
    const at = p + (i / 3) * 4 + (i % 3);
    const shift = (i % 3) * 2 + 2;
    const byte = ((digit64(load<u8>(at)) << shift) | (digit64(load<u8>(at, 1)) >> (6 - shift))) & 0xff;
    if (byte == 0) zeros++;
    else if (!isPrintable(byte)) return false;
  }
  return zeros * 5 <= HEAD * 4;
}

@inline function digit64(c: u32): u32 {
  if (c >= 0x61) return c - 71;
  if (c >= 0x41 && c <= 0x5a) return c - 65;
  if (c >= 0x30 && c <= 0x39) return c + 4;
  // `+` and `-`, or `/` and `_`.
  return c == 0x2b || c == 0x2d ? 62 : 63;
}
