// Words and value of one JSON string, 64 bytes at a time while they are ASCII. The reference is
// `tokensOfString` of the sealing package.
import { addCharacters, goesOn } from './characterwise';
import { PATH } from './layout';
import { addAscii, dropPending, hashAscii, pend, pendingFull, rollBack, takePending, tokenCount } from './tokens';

const MAX_WORD: usize = 64;
const MAX_VALUE: usize = 64;
/** A value that is one word at least this long gives no field token. */
const LONG_WORD: usize = 16;

/** Bit i: byte i of the 16 at `p` is a letter, a digit or `_`. */
@inline function wordBits16(v: v128): u64 {
  const letter = i8x16.lt_u(i8x16.sub(v128.or(v, i8x16.splat(0x20)), i8x16.splat(0x61)), i8x16.splat(26));
  const digit = i8x16.lt_u(i8x16.sub(v, i8x16.splat(0x30)), i8x16.splat(10));
  const under = i8x16.eq(v, i8x16.splat(0x5f));
  return <u64>i8x16.bitmask(v128.or(v128.or(letter, digit), under));
}

/** Bit i: byte i ends the plain stretch: a quote, a backslash, or beyond ASCII. */
@inline function stopBits16(v: v128): u64 {
  const quote = i8x16.eq(v, i8x16.splat(0x22));
  const backslash = i8x16.eq(v, i8x16.splat(0x5c));
  return <u64>i8x16.bitmask(v128.or(v128.or(quote, backslash), v));
}

@inline function equalBits(p: usize, c: i8): u64 {
  const wanted = i8x16.splat(c);
  return (
    <u64>i8x16.bitmask(i8x16.eq(v128.load(p), wanted)) |
    (<u64>i8x16.bitmask(i8x16.eq(v128.load(p, 16), wanted)) << 16) |
    (<u64>i8x16.bitmask(i8x16.eq(v128.load(p, 32), wanted)) << 32) |
    (<u64>i8x16.bitmask(i8x16.eq(v128.load(p, 48), wanted)) << 48)
  );
}

/** Whether the folded value may have at most 64 bytes: a lower bound of its length is not above. */
@inline function mayBeValue(p: usize): bool {
  // As written, an escape has at most 5 bytes more than what it stands for, and a character beyond
  // ASCII at most two thirds more than what it folds to.
  let saved: i32 = 0;
  let escaped = false;
  let q = p;
  while (<i32>(q - p) - saved <= <i32>MAX_VALUE) {
    const v = v128.load(q);
    const quotes = i8x16.bitmask(i8x16.eq(v, i8x16.splat(0x22)));
    const slashes = i8x16.bitmask(i8x16.eq(v, i8x16.splat(0x5c)));
    if (slashes) escaped = true;
    saved += 5 * popcnt(slashes) + popcnt(i8x16.bitmask(v));
    // An escaped quote may be taken for the end: the bound only gets lower.
    if (quotes) {
      if (!escaped) return <i32>(q - p) + ctz(quotes) - saved <= <i32>MAX_VALUE;
      return endOfString(p) - p <= <usize>(saved + <i32>MAX_VALUE);
    }
    q += 16;
  }
  return false;
}

/** Address of the quote that ends the string at `p`. */
function endOfString(p: usize): usize {
  while (true) {
    const c = load<u8>(p);
    if (c == 0x22) return p;
    p += c == 0x5c ? 2 : 1;
  }
}

@inline function wordBits(p: usize): u64 {
  return (
    wordBits16(v128.load(p)) | (wordBits16(v128.load(p, 16)) << 16) |
    (wordBits16(v128.load(p, 32)) << 32) | (wordBits16(v128.load(p, 48)) << 48)
  );
}

@inline function stopBits(p: usize): u64 {
  return (
    stopBits16(v128.load(p)) | (stopBits16(v128.load(p, 16)) << 16) |
    (stopBits16(v128.load(p, 32)) << 32) | (stopBits16(v128.load(p, 48)) << 48)
  );
}

/** Adds the token of the whole value at `p`: `length` bytes of plain ASCII, 1 to 64, of which `words` are words. */
@inline function addValue(p: usize, length: usize, words: u64, pathHash: u64, pathLength: usize): void {
  const all = length < 64 ? (<u64>1 << <u64>length) - 1 : ~(<u64>0);
  if (length < LONG_WORD || (words & all) != all) {
    addAscii(hashAscii(p, length) ^ pathHash, PATH, pathLength, p, length);
  }
}

/**
 * Adds the tokens of the string whose first character is at `p`. The path has `pathLength` bytes at
 * PATH and the hash `pathHash`; the hash 0 means that there is no field token. Returns the address of
 * the closing quote, or 0 when the string is left to the reference (nothing of it is kept then).
 */
export function addString(p: usize, pathHash: u64, pathLength: usize): usize {
  let words = wordBits(p);
  let stops = stopBits(p);
  const length: usize = stops ? <usize>ctz(stops) : 64;
  const short = load<u8>(p + length) == 0x22;
  // What is pending of a string that may be rolled back is of that string alone.
  if (short ? pendingFull() : true) takePending();
  const mark = tokenCount();
  if (pathHash) {
    if (short) {
      if (length > 0) addValue(p, length, words, pathHash, pathLength);
    } else if (stops && mayBeValue(p)) return addCharacters(p, pathHash, pathLength, mark);
    else if (!stops && load<u8>(p, 64) >= 0x80 && mayBeValue(p)) return addCharacters(p, pathHash, pathLength, mark);
  }
  while (true) {
    let next: usize = 64;
    if (pendingFull()) takePending();
    // Escapes of one character, none beside another, are no stops: they stand between words.
    const backs = equalBits(p, 0x5c);
    const escaped = backs << 1;
    if (backs && !(backs >> 63) && !(escaped & (backs | equalBits(p, 0x75)))) {
      words &= ~escaped;
      stops &= ~(backs | (escaped & equalBits(p, 0x22)));
    }
    // From one stop to the next within the 64 bytes.
    while (true) {
      let stop: usize = stops ? <usize>ctz(stops) : 64;
      let plain = stop < 64 ? words & ((<u64>1 << stop) - 1) : words;
      next = stop;
      while (plain) {
        const start = <usize>ctz(plain);
        const run = ~(plain >> start);
        const length = run ? <usize>ctz(run) : 64 - start;
        if (start + length >= stop) {
          // The word reaches the border of what is known to be plain.
          if (stop == 64) {
            next = start;
            if (start == 0) {
              // Longer than a word may be: its first 64 bytes count.
              const end = endOfWord(p + 64);
              if (load<u8>(end) >= 0x80) {
                next = addCharacters(p, 0, 0, mark);
                if (!goesOn) return next;
                next -= p;
                break;
              }
              pend(hashAscii(p, MAX_WORD), p, MAX_WORD);
              next = end - p;
            }
            break;
          }
          // A letter may follow: the word is not over.
          if (load<u8>(p + stop) >= 0x80) {
            stop = start;
            break;
          }
        }
        pend(hashAscii(p + start, length), p + start, length);
        if (start + length >= 64) break;
        plain &= ~(<u64>0) << (start + length);
      }
      if (stop == 64) break;
      const at = p + stop;
      const e = load<u8>(at);
      if (e == 0x22) return at;
      if (e != 0x5c) {
        const after = addCharacters(at, 0, 0, mark);
        if (!goesOn) return after;
        next = after - p;
      } else if (load<u8>(at, 1) != 0x75) next = stop + 2;
      else if (load<u16>(at, 2) == 0x3030) next = stop + 6;
      else {
        dropPending();
        rollBack(mark);
        return 0; // a lone surrogate
      }
      if (next >= 64) break;
      words &= ~(<u64>0) << next;
      stops &= ~(<u64>0) << next;
    }
    p += next;
    words = wordBits(p);
    stops = stopBits(p);
  }
  return p;
}

/** End of the run of ASCII word characters at `p`. */
function endOfWord(p: usize): usize {
  while (true) {
    const bits = ~wordBits16(v128.load(p)) & 0xffff;
    if (bits) return p + <usize>ctz(bits);
    p += 16;
  }
}
