import { constants, inflateRawSync } from 'node:zlib';
import { Inflater, type Sink } from './inflate.ts';
import { lz4Block, lz4Frame } from './lz4.ts';

/** Something compressed or encoded that was found inside other bytes and is being undone. */
export interface Decoder {
  readonly alive: boolean;
  push(bytes: Uint8Array): Promise<void>;
  end(): Promise<void>;
}

/** Longest head that `decoderAt` looks at. */
export const LOOKAHEAD = 160;
/** Blocks of ClickHouse hold 64 KiB to 1 MiB, or one value. */
const MAX_BLOCK = 1 << 24;
/** Formats that must be whole before they can be undone are kept up to here. */
const MAX_COLLECTED = 1 << 26;

const le32 = (bytes: Uint8Array, at: number) =>
  (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;

/** Collects bytes until `full`, or the end, then undoes them at once. */
class Collector implements Decoder {
  alive = true;
  readonly #parts: Uint8Array[] = [];
  readonly #full: number;
  readonly #sink: Sink;
  readonly #undo: (bytes: Uint8Array) => Iterable<Uint8Array>;
  #size = 0;

  constructor(full: number, sink: Sink, undo: (bytes: Uint8Array) => Iterable<Uint8Array>) {
    this.#full = full;
    this.#sink = sink;
    this.#undo = undo;
  }

  async push(bytes: Uint8Array): Promise<void> {
    this.#parts.push(new Uint8Array(bytes.subarray(0, this.#full - this.#size)));
    this.#size += this.#parts.at(-1)!.length;
    if (this.#size >= this.#full) await this.end();
  }

  async end(): Promise<void> {
    if (!this.alive) return;
    this.alive = false;
    for (const bytes of this.#undo(Buffer.concat(this.#parts))) await this.#sink.write(bytes);
    await this.#sink.end();
  }
}

/** Drops the first bytes of a stream. */
class Skipper implements Decoder {
  readonly #inner: Inflater;
  #left: number;

  constructor(skip: number, inner: Inflater) {
    this.#left = skip;
    this.#inner = inner;
  }

  get alive(): boolean {
    return this.#inner.alive;
  }

  async push(bytes: Uint8Array): Promise<void> {
    const skipped = Math.min(this.#left, bytes.length);
    this.#left -= skipped;
    if (skipped < bytes.length) await this.#inner.push(bytes.subarray(skipped));
  }

  end(): Promise<void> {
    return this.#inner.end();
  }
}

/** Whether deflate data may begin at `at`: two bytes of header are not enough to tell from chance. */
function startsDeflate(bytes: Uint8Array, at: number): boolean {
  try {
    inflateRawSync(bytes.subarray(at, at + LOOKAHEAD), { finishFlush: constants.Z_SYNC_FLUSH });
    return true;
  } catch {
    return false;
  }
}

/** RFC 1952: length of the header at `at`, 0 when it is none or is longer than can be seen here. */
function gzipHeader(bytes: Uint8Array, at: number): number {
  const flags = bytes[at + 3] ?? 0xff;
  if (flags & 0xe0) return 0;
  let end = at + 10;
  if (flags & 4) end += 2 + (bytes[end]! | (bytes[end + 1]! << 8));
  for (const bit of [8, 16]) {
    if (flags & bit) end = bytes.indexOf(0, end) + 1 || bytes.length + 1;
  }
  if (flags & 2) end += 2;
  return end < bytes.length ? end - at : 0;
}

function decodeBase64(bytes: Uint8Array): Uint8Array {
  const digits = /^[\w+/=-]+/.exec(Buffer.from(bytes).toString('latin1'))?.[0] ?? '';
  return Buffer.from(digits, 'base64');
}

/** What was found: its name, where its bytes begin, and who undoes them into a sink. */
export interface Carved {
  name: string;
  start: (sink: Sink) => Decoder;
  /** Bytes that need not be looked through for more: known only where a header gives a length. */
  length: number;
}

const FIRST_BYTES = new Uint8Array(256);
for (const byte of [0x1f, 0x28, 0x78, 0x04, 0x50, 0x82, 0x48, 0x4b]) FIRST_BYTES[byte] = 1;

/** Next position from `at` on, below `end`, at which `decoderAt` is worth asking; `end` when none. */
export function nextCandidate(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && FIRST_BYTES[bytes[at]!] === 0) at++;
  return at;
}

/** Recognises gzip, zlib, zstd, LZ4 frames, zip members, ClickHouse's LZ4 blocks, and the first two in base64. */
export function decoderAt(bytes: Uint8Array, at: number): Carved | undefined {
  const head = le32(bytes, at);
  const inflate = (name: string, skip: number): Carved => ({
    name,
    start: (sink) => new Skipper(skip, new Inflater('deflate', sink)),
    length: 1,
  });
  switch (bytes[at]) {
    case 0x1f: {
      const header = (head & 0xffffff) === 0x088b1f ? gzipHeader(bytes, at) : 0;
      return header > 0 ? inflate('gzip', header) : undefined;
    }
    case 0x28:
      if (head !== 0xfd2fb528) return undefined;
      return { name: 'zstd', start: (sink) => new Inflater('zstd', sink), length: 1 };
    case 0x78: {
      const second = bytes[at + 1]!;
      const valid = (0x7800 + second) % 31 === 0 && (second & 0x20) === 0;
      return valid && startsDeflate(bytes, at + 2) ? inflate('zlib', 2) : undefined;
    }
    case 0x04:
      if (head !== 0x184d2204) return undefined;
      return { name: 'lz4', start: (sink) => new Collector(MAX_COLLECTED, sink, lz4Frame), length: 1 };
    case 0x50: {
      const names = bytes[at + 26]! + (bytes[at + 27]! << 8) + bytes[at + 28]! + (bytes[at + 29]! << 8);
      return head === 0x04034b50 && bytes[at + 8] === 8 ? inflate('zip', 30 + names) : undefined;
    }
    case 0x82:
      return clickhouseBlock(bytes, at);
    default: {
      const text = Buffer.from(bytes.subarray(at, at + 5)).toString('latin1');
      if (!text.startsWith('H4sI') && text !== 'KLUv/') return undefined;
      return {
        name: 'base64',
        start: (sink) => new Collector(MAX_BLOCK, sink, (all) => [decodeBase64(all)]),
        length: 1,
      };
    }
  }
}

/**
 * A compressed block of ClickHouse, after its 16-byte checksum: method, size with these nine bytes, size
 * without compression. ZSTD blocks (0x90) need no rule: the frame inside has its own magic number.
 */
function clickhouseBlock(bytes: Uint8Array, at: number): Carved | undefined {
  const packed = le32(bytes, at + 1) - 9;
  const size = le32(bytes, at + 5);
  if (packed < 1 || packed > MAX_BLOCK || size < 1 || size > MAX_BLOCK || size > packed * 255)
    return undefined;
  const undo = (all: Uint8Array): Uint8Array[] => {
    const output = new Uint8Array(size);
    return lz4Block(all.subarray(9), output) === size ? [output] : [];
  };
  const whole = at + 9 + packed <= bytes.length && undo(bytes.subarray(at, at + 9 + packed)).length > 0;
  return {
    name: 'lz4 block',
    start: (sink) => new Collector(packed + 9, sink, undo),
    length: whole ? packed + 9 : 1,
  };
}
