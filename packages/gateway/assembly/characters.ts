// Which characters the kernel folds by itself, and how; every other one goes to the reference.

/** ASCII: the folded character of a word, 0 for a separator, 1 for a quote or backslash. */
export const ASCII = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 0, 0, 0, 0, 0, 0,
  0, 97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111,
  112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 0, 1, 0, 0, 95,
  0, 97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111,
  112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 0, 0, 0, 0, 0,
]);

/** How a character counts. */
export const UNKNOWN: u32 = 0;
export const LETTER: u32 = 1; // folded to the code point returned, two UTF-8 bytes
export const CJK: u32 = 2;
export const SEPARATOR: u32 = 3; // unchanged by folding
export const AS_ASCII: u32 = 4; // folds to one ASCII character

/** Two-byte characters: Latin-1 letters, and the Cyrillic of Russian and its neighbours. */
@inline export function foldTwoBytes(cp: u32): u32 {
  if (cp >= 0xc0 && cp <= 0xff) return cp == 0xd7 || cp == 0xf7 ? 0 : cp < 0xdf ? cp + 0x20 : cp;
  if (cp >= 0x400 && cp <= 0x45f) return cp < 0x410 ? cp + 0x50 : cp < 0x430 ? cp + 0x20 : cp;
  return 0;
}

/** Two-byte signs that folding leaves alone: currency, punctuation, `×` and `÷`. */
@inline export function isTwoByteSeparator(cp: u32): bool {
  if (cp >= 0xa1 && cp <= 0xbf) {
    // ¨ ª ­ ¯ ² ³ ´ µ ¸ ¹ º and the fractions fold to something else, or are no plain signs.
    return (0x88c35afe & ((<u32>1) << (cp - 0xa0))) != 0;
  }
  return cp == 0xd7 || cp == 0xf7;
}

/** Three-byte characters. U+2026 and U+3000 are the caller's. */
@inline export function classOfThreeBytes(cp: u32): u32 {
  if (
    (cp >= 0x4e00 && cp <= 0x9fff) || (cp >= 0xac00 && cp <= 0xd7a3) || (cp >= 0x3400 && cp <= 0x4dbf) ||
    (cp >= 0x3041 && cp <= 0x3096) || (cp >= 0x30a1 && cp <= 0x30fa) || cp == 0x30fc
  ) return CJK;
  if (cp >= 0xff01 && cp <= 0xff5e) return AS_ASCII;
  if (
    (cp >= 0x3001 && cp <= 0x3003) || (cp >= 0x3008 && cp <= 0x3011) || (cp >= 0x3014 && cp <= 0x301b) ||
    (cp >= 0x2018 && cp <= 0x201e) || (cp >= 0x2012 && cp <= 0x2015) || cp == 0x20ac || cp == 0x2020 || cp == 0x2022 ||
    (cp >= 0x2190 && cp <= 0x21ff) || (cp >= 0x2500 && cp <= 0x2775) || (cp >= 0x2794 && cp <= 0x27bf)
  ) return SEPARATOR;
  return UNKNOWN;
}

/** Emoji blocks whose characters are symbols. */
@inline export function isFourByteSeparator(cp: u32): bool {
  return (cp >= 0x1f300 && cp <= 0x1f6d7) || (cp >= 0x1f900 && cp <= 0x1f9ff);
}
