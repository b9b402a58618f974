import { once } from 'node:events';
import type { Transform } from 'node:stream';
import { createInflateRaw, createZstdDecompress } from 'node:zlib';

/** Takes bytes one after another; whoever writes waits for each, and may then use its buffer again. */
export interface Sink {
  write(bytes: Uint8Array): Promise<void>;
  end(): Promise<void>;
}

/** Fed a little at a time, so that no more than this times the highest ratio is ever in memory. */
const SLICE = 8192;
/** A bomb is not worth more time than this: bytes out of one compressed stream. */
const MAX_OUTPUT = 16 * 2 ** 30;

/** Decompresses from wherever a stream begins; goes on until it ends or breaks, and keeps what came before. */
export class Inflater {
  /** False as soon as more bytes would change nothing. */
  alive = true;
  readonly #stream: Transform;
  readonly #sink: Sink;
  #ready: Uint8Array[] = [];
  #written = 0;

  /** `deflate` is bare deflate data (RFC 1951): checksums after it are not looked at. */
  constructor(kind: 'deflate' | 'zstd', sink: Sink) {
    this.#sink = sink;
    this.#stream =
      kind === 'zstd' ? createZstdDecompress({ chunkSize: 65_536 }) : createInflateRaw({ chunkSize: 65_536 });
    this.#stream.on('data', (bytes: Uint8Array) => this.#ready.push(bytes));
    this.#stream.on('error', () => {
      this.alive = false;
    });
    this.#stream.on('end', () => {
      this.alive = false;
    });
  }

  async push(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length && this.alive; at += SLICE) {
      await this.#settled((done) => this.#stream.write(bytes.subarray(at, at + SLICE), done));
      await this.#drain();
    }
  }

  async end(): Promise<void> {
    if (this.alive) await this.#settled((done) => this.#stream.end(done));
    this.alive = false;
    await this.#drain();
    this.#stream.destroy();
    await this.#sink.end();
  }

  /** Runs a step and lets the output events that it causes happen, also when it breaks the stream. */
  async #settled(step: (done: () => void) => void): Promise<void> {
    const stop = new AbortController();
    const closed = once(this.#stream, 'close', { signal: stop.signal }).catch(() => undefined);
    await Promise.race([new Promise<void>((resolve) => step(resolve)), closed]);
    stop.abort();
    await new Promise((resolve) => setImmediate(resolve));
  }

  async #drain(): Promise<void> {
    for (const bytes of this.#ready.splice(0)) {
      this.#written += bytes.length;
      if (this.#written > MAX_OUTPUT) this.alive = false;
      else await this.#sink.write(bytes);
    }
  }
}
