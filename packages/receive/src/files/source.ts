import { createReadStream } from 'node:fs';
import { type Duplex, pipeline, Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { release, TacetError } from '@tacet/records';

/** Where events are read from. `name` helps to tell the format of a stream. */
export type FileSource = { path: string } | { stream: AsyncIterable<Uint8Array>; name?: string };

/** An opened source: its bytes after decompression, with the first ones at hand. */
export interface Opened {
  /** The first bytes, to tell the format by; `chunks` gives them again. */
  head: Buffer;
  chunks: AsyncIterable<Buffer>;
  /** Gives a chunk's memory back; nothing of it may be read afterwards. */
  done: (chunk: Buffer) => void;
  /** Bytes of the source, as it is stored, that were read so far. */
  bytesRead: () => number;
  compressed: boolean;
  /** Gives the file back when `chunks` will not be read to the end. */
  close(): Promise<void>;
}

const CHUNK = 1 << 20;
const HEAD = 64 * 1024;

const GZIP = Buffer.from([0x1f, 0x8b]);
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

function unreadable(error: unknown): TacetError {
  const { code } = error as NodeJS.ErrnoException;
  return new TacetError('FILE_UNREADABLE', `The file cannot be read (${code ?? 'unknown reason'})`);
}

/** Opens a source and undoes gzip or zstd, told by their first bytes. @throws FILE_UNREADABLE, DECOMPRESSION_FAILED */
export async function openSource(source: FileSource): Promise<Opened> {
  let bytes = 0;
  const stored = 'path' in source ? createReadStream(source.path, { highWaterMark: CHUNK }) : source.stream;
  async function* counted(): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of stored) {
        bytes += chunk.byteLength;
        yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      }
    } catch (error) {
      throw unreadable(error);
    }
  }
  const raw = await peek(counted(), ZSTD.length);
  const decoder = decoderOf(raw.head);
  const plain = await peek(decoder ? decoded(raw.chunks, decoder) : raw.chunks, HEAD);
  const compressed = decoder !== undefined;
  // What somebody else reads from is theirs.
  const ours = compressed || 'path' in source;
  return { ...plain, done: (chunk) => ours && release(chunk), bytesRead: () => bytes, compressed };
}

function decoderOf(head: Buffer): Duplex | undefined {
  if (head.subarray(0, GZIP.length).equals(GZIP)) return createGunzip({ chunkSize: CHUNK });
  if (head.subarray(0, ZSTD.length).equals(ZSTD)) return createZstdDecompress({ chunkSize: CHUNK });
  return undefined;
}

async function* decoded(chunks: AsyncIterable<Buffer>, decoder: Duplex): AsyncGenerator<Buffer> {
  const input = Readable.from(chunks, { objectMode: false, highWaterMark: CHUNK });
  try {
    // The callback only keeps a failure from being thrown at nobody: the iteration below sees it too.
    pipeline(input, decoder, () => {});
    for await (const chunk of decoder) yield chunk as Buffer;
  } catch (error) {
    if (error instanceof TacetError) throw error;
    throw new TacetError('DECOMPRESSION_FAILED', 'The file is not what its first bytes say, or is cut off');
  }
}

/** Reads until `count` bytes or the end, and gives them back in front of the rest. */
async function peek(
  chunks: AsyncIterable<Buffer>,
  count: number,
): Promise<Pick<Opened, 'head' | 'chunks' | 'close'>> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first: Buffer[] = [];
  let length = 0;
  while (length < count) {
    const next = await iterator.next();
    if (next.done) break;
    first.push(next.value);
    length += next.value.length;
  }
  const close = async () => {
    await iterator.return?.();
  };
  async function* again(): AsyncGenerator<Buffer> {
    try {
      yield* first;
      for (;;) {
        const next = await iterator.next();
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await close();
    }
  }
  return { head: first.length === 1 ? first[0]! : Buffer.concat(first), chunks: again(), close };
}
