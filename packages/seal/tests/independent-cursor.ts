/** An error with the code that docs/format.md asks for. */
export class Refused extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

export function refuse(code: string): never {
  throw new Refused(code);
}

/** text(s) of docs/format.md, section 1. */
export function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** Reads the integers and strings of docs/format.md, section 1; what is not there is `code`. */
export class Cursor {
  readonly #bytes: Buffer;
  readonly #code: string;
  #at = 0;

  constructor(bytes: Buffer, code: string) {
    this.#bytes = bytes;
    this.#code = code;
  }

  raw(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) refuse(this.#code);
    const out = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return out;
  }

  u8 = () => this.raw(1).readUInt8();
  u16 = () => this.raw(2).readUInt16BE();
  u32 = () => this.raw(4).readUInt32BE();
  f64 = () => this.raw(8).readDoubleBE();

  i64(): number {
    const value = Number(this.raw(8).readBigInt64BE());
    return Number.isSafeInteger(value) ? value : refuse(this.#code);
  }

  lp(length: number): Buffer {
    return this.u32() === length ? this.raw(length) : refuse(this.#code);
  }

  /** All bytes left, as UTF-8. */
  decode(bytes: Buffer = this.raw(this.#bytes.length - this.#at)): string {
    const value = bytes.toString('utf8');
    return Buffer.from(value).equals(bytes) ? value : refuse(this.#code);
  }

  text(max: number): string {
    const length = this.u32();
    return length > max ? refuse(this.#code) : this.decode(this.raw(length));
  }

  list<T>(max: number, size: number, read: () => T): T[] {
    const count = this.u32();
    if (count > max || count * size > this.#bytes.length - this.#at) refuse(this.#code);
    return Array.from({ length: count }, read);
  }

  intro(kind: number): void {
    if (this.raw(5).toString('latin1') !== 'TACET' || this.u8() !== kind) refuse(this.#code);
    if (this.u8() !== 1) refuse('RECORD_VERSION_UNKNOWN');
  }

  end(): void {
    if (this.#at !== this.#bytes.length) refuse(this.#code);
  }
}
