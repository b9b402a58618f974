import { createWriteStream } from 'node:fs';
import { type ColumnMessage, encodeFrame, FRAME, type FrameKind } from './messages.ts';

/** Frames stay below this, so that the parent needs little memory. */
const MAX_DATA = 1 << 20;

/** The writing end of the frames, in a child process: file descriptor 3, which no engine prints to. */
export class ChildOutput {
  readonly #stream = createWriteStream('', { fd: 3 });

  column(message: ColumnMessage): Promise<void> {
    return this.#write(FRAME.column, JSON.stringify(message));
  }

  note(text: string): Promise<void> {
    return this.#write(FRAME.note, text);
  }

  /** Sends all values of a column as bytes. */
  async values(where: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
    await this.#write(FRAME.begin, where);
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length; at += MAX_DATA) {
        await this.#write(FRAME.data, chunk.subarray(at, at + MAX_DATA));
      }
    }
    await this.#write(FRAME.end, '');
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#stream.end(resolve));
  }

  #write(kind: FrameKind, payload: Uint8Array | string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#stream.write(encodeFrame(kind, payload), (error) => (error ? reject(error) : resolve()));
    });
  }
}
