import { TacetError } from '@tacet/records';

/** Reads exact lengths from chunks of any size. Holds what has come and was not read yet, no more. */
export class ChunkReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #chunks: Uint8Array[] = [];
  #length = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The next `length` bytes, a buffer of their own. Throws RESULT_INCOMPLETE when they do not come. */
  async read(length: number): Promise<Uint8Array> {
    while (this.#length < length) if (!(await this.#more())) throw cut();
    const out = new Uint8Array(length);
    for (let filled = 0; filled < length; ) {
      const chunk = this.#chunks[0]!;
      const part = chunk.subarray(0, length - filled);
      out.set(part, filled);
      filled += part.length;
      if (part.length === chunk.length) this.#chunks.shift();
      else this.#chunks[0] = chunk.subarray(part.length);
    }
    this.#length -= length;
    return out;
  }

  /** Whether everything was read and the source has ended. */
  async atEnd(): Promise<boolean> {
    while (this.#length === 0) if (!(await this.#more())) return true;
    return false;
  }

  /** Tells the source that nobody reads on. */
  async cancel(): Promise<void> {
    await this.#source.return?.();
  }

  async #more(): Promise<boolean> {
    const next = await this.#source.next();
    if (next.done) return false;
    if (next.value.length > 0) this.#chunks.push(next.value);
    this.#length += next.value.length;
    return true;
  }
}

function cut(): TacetError {
  return new TacetError('RESULT_INCOMPLETE', 'the answer ended too early');
}
