// Words and value of one JSON string, a character at a time: any string that is not plain ASCII.
import { AS_ASCII, ASCII, CJK, classOfThreeBytes, foldTwoBytes, isFourByteSeparator, isTwoByteSeparator, SEPARATOR } from './characters';
import { PATH, VALUE, WORD } from './layout';
import { addToken, dropPending, finish, mix, rollBack, seed } from './tokens';

const MAX_WORD: u64 = 64;
const MAX_VALUE: u64 = 64;
const LONG_WORD: u64 = 16;

@inline function hex(c: u32): u32 {
  return c <= 0x39 ? c - 0x30 : (c | 0x20) - 0x57;
}

/** Whether the last string went on in plain ASCII: what was returned is where, at the border of a word. */
export let goesOn: bool = false;

/**
 * Adds the tokens of the string whose rest begins at `p`, at the border of a word. The path has `pathLength` bytes at
 * PATH and the hash `pathHash`; the hash 0 means that there is no field token, and then only what is not plain ASCII
 * is read. Returns the address of the closing quote, or of the rest when it `goesOn`; 0 when the string is left to
 * the reference (nothing since `mark` is kept then).
 */
export function addCharacters(p: usize, pathHash: u64, pathLength: usize, mark: u32): usize {
  const start = seed;
  let word: u64 = 0; // up to eight bytes not yet hashed
  let n: u64 = 0; // bytes of the word
  let limit: u64 = MAX_WORD;
  let h = start;
  let previous: u64 = 0; // the CJK character just before
  let value: u64 = 0;
  let v: u64 = 0;
  let hv = start;
  let valueOn = pathHash != 0;
  let oneWord = true; // ASCII and nothing but one word
  let met = false; // a character beyond ASCII
  goesOn = false;

  while (true) {
    let c = <u32>load<u8>(p);
    if (c < 0x80) {
      let folded = <u32>load<u8>(ASCII + c);
      if (folded > 1) {
        // A letter or digit: by far the most frequent.
        if (n < limit) {
          word |= <u64>folded << ((n & 7) << 3);
          n++;
          if ((n & 7) == 0) {
            store<u64>(WORD + <usize>n - 8, word);
            h = mix(h, word);
            word = 0;
          }
        }
        p++;
      } else {
        if (folded == 1) {
          if (c == 0x22) break;
          if (c == 0x5c) {
            c = <u32>load<u8>(p, 1);
            p++;
            if (c == 0x6e) c = 0x0a;
            else if (c == 0x74) c = 0x09;
            else if (c == 0x72) c = 0x0d;
            else if (c == 0x62) c = 0x08;
            else if (c == 0x66) c = 0x0c;
            else if (c == 0x75) {
              // \u00XX is a control character; anything else is a lone surrogate.
              if (load<u16>(p, 1) != 0x3030) {
                dropPending();
                rollBack(mark);
                return 0;
              }
              c = (hex(load<u8>(p, 3)) << 4) | hex(load<u8>(p, 4));
              p += 4;
            }
          }
        }
        p++;
        folded = c;
        if (n) {
          store<u64>(WORD + <usize>(n & ~7), word);
          addToken(finish(h, word, n), 0, 0, WORD, <usize>n);
          n = 0;
          word = 0;
          h = start;
        }
        limit = MAX_WORD;
        if (met && !pathHash) {
          goesOn = true;
          return p;
        }
      }
      previous = 0;
      if (valueOn) {
        value |= <u64>folded << ((v & 7) << 3);
        v++;
        if ((v & 7) == 0) {
          if (v > MAX_VALUE) valueOn = false;
          else {
            store<u64>(VALUE + <usize>v - 8, value);
            hv = mix(hv, value);
            value = 0;
          }
        }
      }
      continue;
    }

    // Beyond ASCII: what folding gives, as up to four UTF-8 bytes.
    met = true;
    if (c < 0xef) oneWord = false; // full-width forms begin with 0xef and fold to ASCII
    let bytes: u64 = 0;
    let length: u64 = 0;
    let kind: u32 = 0;
    if (c < 0xe0) {
      const from = ((c & 0x1f) << 6) | (<u32>load<u8>(p, 1) & 0x3f);
      const cp = foldTwoBytes(from);
      if (isTwoByteSeparator(from)) {
        bytes = load<u16>(p);
        length = 2;
        kind = SEPARATOR;
      } else if (cp) {
        bytes = (0xc0 | (cp >> 6)) | ((0x80 | (cp & 0x3f)) << 8);
        length = 2;
        kind = 1;
      }
      p += 2;
    } else if (c < 0xf0) {
      bytes = load<u32>(p) & 0xffffff;
      const cp = ((c & 0x0f) << 12) | ((<u32>bytes & 0x3f00) >> 2) | ((<u32>bytes >> 16) & 0x3f);
      length = 3;
      kind = classOfThreeBytes(cp);
      if (kind == AS_ASCII) {
        const plain = cp - 0xfee0;
        bytes = <u64>(plain - 0x41 < 26 ? plain | 0x20 : plain);
        length = 1;
        kind = load<u8>(ASCII + <usize>plain) > 1 ? 1 : SEPARATOR;
      } else if (cp == 0x2026) {
        bytes = 0x2e2e2e;
        kind = SEPARATOR;
      } else if (cp == 0x3000) {
        bytes = 0x20;
        length = 1;
        kind = SEPARATOR;
      }
      p += 3;
    } else {
      bytes = load<u32>(p);
      length = 4;
      const cp =
        ((c & 7) << 18) | ((<u32>bytes & 0x3f00) << 4) | ((<u32>bytes & 0x3f0000) >> 10) |
        ((<u32>bytes >> 24) & 0x3f);
      if (isFourByteSeparator(cp)) kind = SEPARATOR;
      p += 4;
    }
    if (kind == 0) {
      dropPending();
      rollBack(mark);
      return 0;
    }
    if (kind == 1) {
      previous = 0;
      if (n + length <= limit) {
        for (let i: u64 = 0; i < length; i++) {
          word |= ((bytes >> (i << 3)) & 0xff) << ((n & 7) << 3);
          n++;
          if ((n & 7) == 0) {
            store<u64>(WORD + <usize>n - 8, word);
            h = mix(h, word);
            word = 0;
          }
        }
      } else limit = n; // cut at a border; nothing more of this word
    } else {
      if (n) {
        store<u64>(WORD + <usize>(n & ~7), word);
        addToken(finish(h, word, n), 0, 0, WORD, <usize>n);
        n = 0;
        word = 0;
        h = start;
      }
      limit = MAX_WORD;
      if (kind == CJK) {
        if (previous) {
          const pair = previous | (bytes << 24);
          store<u64>(WORD, pair);
          addToken(finish(start, pair, 6), 0, 0, WORD, 6);
        }
        previous = bytes;
      } else previous = 0;
    }
    if (valueOn) {
      for (let i: u64 = 0; i < length; i++) {
        value |= ((bytes >> (i << 3)) & 0xff) << ((v & 7) << 3);
        v++;
        if ((v & 7) == 0) {
          if (v > MAX_VALUE) {
            valueOn = false;
            break;
          }
          store<u64>(VALUE + <usize>v - 8, value);
          hv = mix(hv, value);
          value = 0;
        }
      }
    }
  }
  if (n) {
    store<u64>(WORD + <usize>(n & ~7), word);
    addToken(finish(h, word, n), 0, 0, WORD, <usize>n);
  }
  if (valueOn && v > 0 && v <= MAX_VALUE && !(v >= LONG_WORD && oneWord && n == v)) {
    store<u64>(VALUE + <usize>(v & ~7), value);
    addToken(finish(hv, value, v) ^ pathHash, PATH, pathLength, VALUE, <usize>v);
  }
  return p;
}
