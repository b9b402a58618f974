const SLOTS = 4096;
const MAX_LENGTH = 40;

/**
 * Strings out of bytes, remembering short ASCII ones: attribute names and most of their values come
 * again and again, and comparing 20 bytes costs a fifth of making a string. A slot holds the last
 * string that hashed to it, so memory is bounded by `SLOTS` short strings whatever is sent.
 */
export class ByteStrings {
  readonly #slots: (string | undefined)[] = new Array(SLOTS).fill(undefined);

  /** `bytes[start, start + length)` as text; invalid UTF-8 becomes U+FFFD. */
  read(bytes: Buffer, start: number, length: number): string {
    if (length > MAX_LENGTH) return bytes.toString('utf8', start, start + length);
    if (length === 0) return '';
    let hash = length;
    let or = 0;
    const end = start + length;
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!;
      or |= byte;
      hash = (Math.imul(hash, 31) + byte) | 0;
    }
    if (or >= 0x80) return bytes.toString('utf8', start, end);
    const slot = (hash ^ (hash >>> 12)) & (SLOTS - 1);
    const known = this.#slots[slot];
    if (known !== undefined && known.length === length) {
      let at = 0;
      while (at < length && known.charCodeAt(at) === bytes[start + at]) at++;
      if (at === length) return known;
    }
    const text = bytes.toString('latin1', start, end);
    this.#slots[slot] = text;
    return text;
  }
}
