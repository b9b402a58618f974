/** Shorter runs of printable characters are chance; bytes. */
const MIN_RUN = 12;
/** Of a longer text the beginning is kept; characters. */
const MAX_RUN = 400;

/** Bytes of the UTF-8 character that a byte begins: European scripts have two, the rest of the BMP three. */
const LENGTH = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === 9 || (byte >= 32 && byte < 127)) return 1;
  if (byte >= 0xc3 && byte <= 0xdf) return 2;
  return byte >= 0xe2 && byte <= 0xef ? 3 : 0;
});

/** 0 for a byte that no readable text has. */
const POSSIBLE = Uint8Array.from({ length: 256 }, (_, byte) =>
  LENGTH[byte]! > 0 || (byte >= 0x80 && byte < 0xc0) ? 1 : 0,
);

/** Where the run of printable characters that begins at `at` ends. */
function runEnd(bytes: Uint8Array, at: number): number {
  for (;;) {
    const length = LENGTH[bytes[at] ?? 0]!;
    if (length === 0) return at;
    if (length > 1 && (bytes[at + 1]! & 0xc0) !== 0x80) return at;
    if (length > 2 && (bytes[at + 2]! & 0xc0) !== 0x80) return at;
    at += length;
  }
}

/** Finds readable text in bytes, as `strings` does, in UTF-8. A text over a border of pushes may be cut in two. */
export class StringFinder {
  readonly #report: (text: string) => void;
  #carried = '';

  constructor(report: (text: string) => void) {
    this.#report = report;
  }

  push(bytes: Uint8Array): void {
    let at = 0;
    if (this.#carried !== '') {
      at = runEnd(bytes, 0);
      this.#emit(bytes, 0, at);
    }
    while (at < bytes.length) {
      // From the far end of the shortest run backwards: most bytes of ciphertext are never looked at.
      let back = Math.min(at + MIN_RUN, bytes.length) - 1;
      while (back >= at && POSSIBLE[bytes[back]!] === 1) back--;
      if (back >= at) {
        at = back + 1;
        continue;
      }
      const end = runEnd(bytes, at);
      this.#emit(bytes, at, end);
      at = end + 1;
    }
  }

  end(): void {
    if (Buffer.byteLength(this.#carried) >= MIN_RUN) this.#report(this.#carried);
    this.#carried = '';
  }

  #emit(bytes: Uint8Array, start: number, end: number): void {
    const open = end >= bytes.length;
    if (!open && end - start + Buffer.byteLength(this.#carried) < MIN_RUN) this.#carried = '';
    else {
      const text = Buffer.from(
        bytes.buffer,
        bytes.byteOffset + start,
        Math.min(end - start, 4 * MAX_RUN),
      ).toString('utf8');
      this.#carried = (this.#carried + text).slice(0, MAX_RUN);
      if (!open) this.end();
    }
  }
}
