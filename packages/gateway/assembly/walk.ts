// One pass over the JSON text of a row: paths, words, values. The reference is `tokensOfEvent` of
// the sealing package; a string with characters outside the ranges below is left to it (SLOW).
import { PATH, SLOW, SLOW_ENTRY, SLOW_MAX, STACK, VALUE, WORD } from './layout';
import { addToken, rollBack, tokenCount } from './tokens';

const MAX_WORD: usize = 64;
const MAX_VALUE: usize = 256;
const MAX_PATH: usize = 128;
const MAX_DEPTH: usize = 250;

/** Whole row to the reference. */
export const GIVE_UP: i32 = -1;

let slow: u32 = 0;
let pathLength: usize = 0;
let valueLength: usize = 0;
let wordLength: usize = 0;
let wordFull: bool = false;
let previousCjk: u32 = 0;

@inline function isWordAscii(c: u32): bool {
  return (c | 0x20) - 0x61 < 26 || c - 0x30 < 10 || c == 0x5f;
}

@inline function lowerAscii(c: u32): u32 {
  return c - 0x41 < 26 ? c | 0x20 : c;
}

@inline function endWord(): void {
  if (wordLength) {
    addToken(0, 0, WORD, wordLength);
    wordLength = 0;
  }
  wordFull = false;
}

@inline function pushValue(c: u32): void {
  if (valueLength <= MAX_VALUE) store<u8>(VALUE + valueLength, c);
  valueLength++;
}

/** One folded ASCII character, word or not. */
@inline function ascii(c: u32): void {
  pushValue(c);
  previousCjk = 0;
  if (isWordAscii(c)) {
    if (wordLength < MAX_WORD && !wordFull) {
      store<u8>(WORD + wordLength, c);
      wordLength++;
    } else wordFull = true;
  } else endWord();
}

/** One folded letter beyond ASCII that is not CJK, as two UTF-8 bytes. */
@inline function letter2(cp: u32): void {
  const first = 0xc0 | (cp >> 6), second = 0x80 | (cp & 0x3f);
  pushValue(first);
  pushValue(second);
  previousCjk = 0;
  if (wordLength + 2 <= MAX_WORD && !wordFull) {
    store<u8>(WORD + wordLength, first);
    store<u8>(WORD + wordLength + 1, second);
    wordLength += 2;
  } else wordFull = true;
}

/** One CJK character of three UTF-8 bytes (packed little-endian, as read). */
@inline function cjk(packed: u32): void {
  endWord();
  pushValue(packed & 0xff);
  pushValue((packed >> 8) & 0xff);
  pushValue((packed >> 16) & 0xff);
  if (previousCjk) {
    store<u32>(WORD, previousCjk);
    store<u32>(WORD + 3, packed);
    addToken(0, 0, WORD, 6);
  }
  previousCjk = packed;
}

/** A separator of `n` bytes that folding leaves alone. */
@inline function separator(packed: u32, n: u32): void {
  endWord();
  previousCjk = 0;
  for (let i: u32 = 0; i < n; i++) pushValue((packed >> (i << 3)) & 0xff);
}

/** Two-byte characters: Latin-1 letters and the Cyrillic of Russian and its neighbours. */
@inline function twoBytes(cp: u32): bool {
  if (cp >= 0xc0 && cp <= 0xff) {
    if (cp == 0xd7 || cp == 0xf7) separator(cp == 0xd7 ? 0x97c3 : 0xb7c3, 2);
    else letter2(cp < 0xdf ? cp + 0x20 : cp);
    return true;
  }
  if (cp >= 0x400 && cp <= 0x45f) {
    letter2(cp < 0x410 ? cp + 0x50 : cp < 0x430 ? cp + 0x20 : cp);
    return true;
  }
  return false;
}

/** Three-byte characters. */
@inline function threeBytes(cp: u32, packed: u32): bool {
  if (
    (cp >= 0x4e00 && cp <= 0x9fff) || (cp >= 0x3400 && cp <= 0x4dbf) || (cp >= 0xac00 && cp <= 0xd7a3) ||
    (cp >= 0x3041 && cp <= 0x3096) || (cp >= 0x30a1 && cp <= 0x30fa) || cp == 0x30fc
  ) {
    cjk(packed);
    return true;
  }
  if (cp >= 0xff01 && cp <= 0xff5e) {
    ascii(lowerAscii(cp - 0xfee0)); // full-width forms fold to ASCII
    return true;
  }
  if (
    cp == 0x2013 || cp == 0x2014 || (cp >= 0x2018 && cp <= 0x201e) || cp == 0x2020 || cp == 0x2022 ||
    (cp >= 0x3001 && cp <= 0x3003) || (cp >= 0x3008 && cp <= 0x3011) || (cp >= 0x3014 && cp <= 0x301b) ||
    (cp >= 0x2190 && cp <= 0x21ff) || (cp >= 0x2500 && cp <= 0x27bf)
  ) {
    if (cp >= 0x2776 && cp <= 0x2793) return false; // dingbat digits are numbers
    separator(packed, 3);
    return true;
  }
  if (cp == 0x2026) {
    ascii(0x2e);
    ascii(0x2e);
    ascii(0x2e);
    return true;
  }
  if (cp == 0x3000) {
    ascii(0x20);
    return true;
  }
  return false;
}

/** Emoji blocks whose characters are symbols. */
@inline function fourBytes(cp: u32, packed: u32): bool {
  if ((cp >= 0x1f300 && cp <= 0x1f6ff) || (cp >= 0x1f900 && cp <= 0x1f9ff)) {
    separator(packed, 4);
    return true;
  }
  return false;
}

@inline function hex(c: u32): u32 {
  return c <= 0x39 ? c - 0x30 : (c | 0x20) - 0x57;
}

/**
 * Tokens of the string whose first character is at `p`; returns the address of its closing quote,
 * or 0 when the string has a character that is left to the reference (nothing of it is kept then).
 */
function stringTokens(p: usize): usize {
  const mark = tokenCount();
  valueLength = 0;
  wordLength = 0;
  wordFull = false;
  previousCjk = 0;
  while (true) {
    const c = <u32>load<u8>(p);
    if (c < 0x80) {
      if (c == 0x22) break;
      if (c == 0x5c) {
        const e = <u32>load<u8>(p, 1);
        p += 2;
        if (e == 0x6e) ascii(0x0a);
        else if (e == 0x74) ascii(0x09);
        else if (e == 0x72) ascii(0x0d);
        else if (e == 0x62) ascii(0x08);
        else if (e == 0x66) ascii(0x0c);
        else if (e == 0x75) {
          if (load<u16>(p) != 0x3030) { // not \u00..: a lone surrogate
            rollBack(mark);
            return 0;
          }
          ascii((hex(load<u8>(p, 2)) << 4) | hex(load<u8>(p, 3)));
          p += 4;
        } else ascii(e);
        continue;
      }
      // A marker carries a fingerprint that is a token of its own.
      if (c == 0x5b && load<u32>(p, 1) == 0x72636573 && load<u32>(p, 4) == 0x3a746572) {
        rollBack(mark);
        return 0;
      }
      ascii(lowerAscii(c));
      p++;
      continue;
    }
    let taken = false;
    if (c < 0xe0) {
      taken = twoBytes(((c & 0x1f) << 6) | (load<u8>(p, 1) & 0x3f));
      p += 2;
    } else if (c < 0xf0) {
      const packed = load<u32>(p) & 0xffffff;
      taken = threeBytes(
        ((c & 0x0f) << 12) | ((packed & 0x3f00) >> 2) | ((packed >> 16) & 0x3f),
        packed,
      );
      p += 3;
    } else {
      const packed = load<u32>(p);
      taken = fourBytes(
        ((c & 7) << 18) | ((packed & 0x3f00) << 4) | ((packed & 0x3f0000) >> 10) | (packed >> 24 & 0x3f),
        packed,
      );
      p += 4;
    }
    if (!taken) {
      rollBack(mark);
      return 0;
    }
  }
  endWord();
  if (valueLength > 0 && valueLength <= MAX_VALUE && pathLength <= MAX_PATH) {
    addToken(PATH, pathLength, VALUE, valueLength);
  }
  return p;
}

/** Address of the quote that closes the string whose first character is at `p`. */
function closingQuote(p: usize): usize {
  while (true) {
    const c = load<u8>(p);
    if (c == 0x22) return p;
    p += c == 0x5c ? 2 : 1;
  }
}

/** Notes the string [start, end) (quotes included) for JavaScript; false when there is no room. */
function leaveToReference(start: usize, end: usize): bool {
  if (slow >= SLOW_MAX) return false;
  const at = SLOW + <usize>slow * SLOW_ENTRY;
  store<u32>(at, <u32>start);
  store<u32>(at + 4, <u32>end);
  store<u32>(at + 8, <u32>pathLength);
  memory.copy(at + 12, PATH, MAX_PATH);
  slow++;
  return true;
}

@inline function appendPath(c: u8): void {
  if (pathLength <= MAX_PATH) store<u8>(PATH + pathLength, c);
  pathLength++;
}

/**
 * Adds the tokens of the row [p, end), which is what JSON.stringify gives for an event. Returns the
 * number of strings left to JavaScript at SLOW, or GIVE_UP when it must take the whole row.
 */
export function walkRow(p: usize, end: usize): i32 {
  slow = 0;
  pathLength = 0;
  let depth: usize = 0;
  let expectKey = false;
  while (p < end) {
    const c = <u32>load<u8>(p);
    if (c == 0x22) {
      if (expectKey) {
        const close = closingQuote(p + 1);
        expectKey = false;
        if (depth == 1) {
          const length = close - p - 1;
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
        }
        const base = <usize>load<u32>(STACK + depth * 8);
        pathLength = base;
        if (base) appendPath(0x2e);
        for (let q = p + 1; q < close; q++) {
          const k = load<u8>(q);
          if (k == 0x5c) return GIVE_UP;
          appendPath(k);
        }
        p = close + 2;
        continue;
      }
      const close = stringTokens(p + 1);
      if (close) p = close + 1;
      else {
        const after = closingQuote(p + 1) + 1;
        if (!leaveToReference(p, after)) return GIVE_UP;
        p = after;
      }
      continue;
    }
    if (c == 0x7b || c == 0x5b) {
      depth++;
      if (depth > MAX_DEPTH) return GIVE_UP;
      const object = c == 0x7b;
      // `attributes.` is dropped at the head of a path.
      const attributes =
        object && depth == 2 && pathLength == 10 &&
        load<u64>(PATH) == 0x7475626972747461 && load<u16>(PATH, 8) == 0x7365;
      store<u32>(STACK + depth * 8, attributes ? 0 : <u32>pathLength);
      store<u32>(STACK + depth * 8 + 4, object ? 1 : 0);
      expectKey = object;
      p++;
      continue;
    }
    if (c == 0x7d || c == 0x5d) {
      depth--;
      expectKey = false;
      p++;
      continue;
    }
    if (c == 0x2c) {
      expectKey = load<u32>(STACK + depth * 8 + 4) != 0;
      if (!expectKey) pathLength = <usize>load<u32>(STACK + depth * 8);
      p++;
      continue;
    }
    // A number, true, false or null: up to the next comma or bracket.
    const start = p;
    while (true) {
      const d = <u32>load<u8>(p);
      if (d == 0x2c || d == 0x7d || d == 0x5d || p >= end) break;
      p++;
    }
    if (c != 0x6e && pathLength <= MAX_PATH) {
      // Exponents are written `e` already; nothing to fold.
      addToken(PATH, pathLength, start, p - start);
    }
  }
  return <i32>slow;
}
