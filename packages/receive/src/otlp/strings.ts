const SLOT_BITS = 12;
const MAX_LENGTH = 40;

/**
 * Strings out of bytes, remembering short ASCII ones: attribute names and most of their values come
 * again and again, and comparing 20 bytes costs a fifth of making a string. A slot holds the last
 * string that hashed to it, so memory is bounded by 4,096 short strings whatever is sent.
 */
export class ByteStrings {
  readonly #slots: (string | undefined)[] = new Array(1 << SLOT_BITS).fill(undefined);

  /** `bytes[start, start + length)` as text; invalid UTF-8 becomes U+FFFD. */
  read(bytes: Buffer, start: number, length: number): string {
    const end = start + length;
    if (length > MAX_LENGTH) return bytes.toString('utf8', start, end);
    if (length === 0) return '';
    // A few bytes tell most strings apart; the comparison below looks at all of them.
    const ends = (bytes[start]! << 24) ^ (bytes[end - 1]! << 16) ^ (bytes[start + (length >> 1)]! << 8);
    const hash = Math.imul(ends ^ bytes[start + (length >> 2)]! ^ (length << 3), 0x9e3779b1);
    const slot = hash >>> (32 - SLOT_BITS);
    const known = this.#slots[slot];
    if (known !== undefined && known.length === length) {
      let at = 0;
      while (at < length && known.charCodeAt(at) === bytes[start + at]) at++;
      if (at === length) return known;
    }
    for (let at = start; at < end; at++) {
      if (bytes[at]! >= 0x80) return bytes.toString('utf8', start, end);
    }
    const text = bytes.toString('latin1', start, end);
    this.#slots[slot] = text;
    return text;
  }
}
