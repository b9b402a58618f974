import { type ErrorCode, TacetError } from '@tacet/records';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads canonical bytes that somebody else made. Anything short, long, or not in the one allowed form
 * is an error with the given code; lengths are compared with what is there before anything is allocated.
 */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #code: ErrorCode;
  #at = 0;

  constructor(bytes: Uint8Array, code: ErrorCode) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#code = code;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  fail(what: string): never {
    throw new TacetError(this.#code, `not in canonical form: ${what}`);
  }

  #take(count: number, what: string): number {
    if (count > this.left) this.fail(`${what} is cut off`);
    const start = this.#at;
    this.#at += count;
    return start;
  }

  u8(what: string): number {
    return this.#view.getUint8(this.#take(1, what));
  }

  u16(what: string): number {
    return this.#view.getUint16(this.#take(2, what));
  }

  u32(what: string, max = 0xffffffff): number {
    const value = this.#view.getUint32(this.#take(4, what));
    if (value > max) this.fail(`${what} is too large`);
    return value;
  }

  /** 64-bit two's complement that must be a safe integer. */
  i64(what: string): number {
    const at = this.#take(8, what);
    const value = this.#view.getInt32(at) * 2 ** 32 + this.#view.getUint32(at + 4);
    if (!Number.isSafeInteger(value)) this.fail(`${what} is out of range`);
    return value;
  }

  f64(what: string): number {
    return this.#view.getFloat64(this.#take(8, what));
  }

  /** Exactly `length` bytes, copied. */
  raw(length: number, what: string): Uint8Array {
    const start = this.#take(length, what);
    return this.#bytes.slice(start, start + length);
  }

  /** A byte string with its length before it; `exact` or at most `max` bytes, copied. */
  lp(what: string, limit: { exact?: number; max?: number }): Uint8Array {
    const length = this.u32(what);
    if (limit.exact !== undefined && length !== limit.exact) this.fail(`${what} has the wrong length`);
    if (limit.max !== undefined && length > limit.max) this.fail(`${what} is too long`);
    return this.raw(length, what);
  }

  /** UTF-8 with its length before it, at most `max` bytes. */
  text(what: string, max: number): string {
    const length = this.u32(what);
    if (length > max) this.fail(`${what} is too long`);
    const start = this.#take(length, what);
    try {
      return decoder.decode(this.#bytes.subarray(start, start + length));
    } catch {
      return this.fail(`${what} is not UTF-8`);
    }
  }

  /** How many entries of at least `size` bytes follow; never more than can be there. */
  count(what: string, size: number, max: number): number {
    const count = this.u32(what, max);
    if (count * size > this.left) this.fail(`${what} is cut off`);
    return count;
  }

  end(): void {
    if (this.left !== 0) this.fail('bytes follow the end');
  }
}
