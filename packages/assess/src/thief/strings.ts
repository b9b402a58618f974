/** Shorter runs of printable characters are chance. */
const MIN_RUN = 12;
/** Of a longer text the beginning is kept; characters. */
const MAX_RUN = 400;

/** 1 for what a readable line consists of in ASCII. */
const PRINTABLE = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === 9 || (byte >= 32 && byte < 127) ? 1 : 0,
);

/** Bytes of the UTF-8 character at `at` beyond ASCII: two for European scripts, three for the rest of the BMP. */
function wideLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
  const follows = (offset: number) => (bytes[at + offset]! & 0xc0) === 0x80;
  if (lead >= 0xc3 && lead <= 0xdf) return follows(1) ? 2 : 0;
  if (lead >= 0xe2 && lead <= 0xef) return follows(1) && follows(2) ? 3 : 0;
  return 0;
}

/** Finds readable text in bytes, as `strings` does, in UTF-8. A text over a border of pushes may be cut in two. */
export class StringFinder {
  readonly #report: (text: string) => void;
  #carried = '';

  constructor(report: (text: string) => void) {
    this.#report = report;
  }

  push(bytes: Uint8Array): void {
    let start = 0;
    let at = 0;
    while (at < bytes.length) {
      if (PRINTABLE[bytes[at]!]) {
        at++;
        continue;
      }
      const wide = wideLength(bytes, at);
      if (wide > 0) {
        at += wide;
        continue;
      }
      if (at - start + this.#carried.length >= MIN_RUN) this.#emit(bytes.subarray(start, at));
      this.#carried = '';
      start = ++at;
    }
    if (start < bytes.length) this.#carried = this.#joined(bytes.subarray(start));
  }

  end(): void {
    if (this.#carried.length >= MIN_RUN) this.#report(this.#carried);
    this.#carried = '';
  }

  #joined(bytes: Uint8Array): string {
    return (this.#carried + Buffer.from(bytes.subarray(0, 4 * MAX_RUN)).toString('utf8')).slice(0, MAX_RUN);
  }

  #emit(bytes: Uint8Array): void {
    this.#report(this.#joined(bytes));
  }
}
