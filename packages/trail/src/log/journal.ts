import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { TacetError } from '@tacet/records';

/** A frame is length(4) ‖ CRC-32 of length and payload (4) ‖ payload; integers big-endian. */
const HEADER = 8;
/** Callers write no longer ones; a longer length read back is corruption, not an allocation. */
const MAX_PAYLOAD = 4 * 1024 * 1024;
const CHUNK = 1024 * 1024;

const corrupt = (what: string) => new TacetError('TRAIL_CORRUPT', `the trail is damaged: ${what}`);

function frame(payload: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER + payload.length);
  bytes.writeUInt32BE(payload.length, 0);
  bytes.set(payload, HEADER);
  bytes.writeUInt32BE(crc32(payload, crc32(bytes.subarray(0, 4))), 4);
  return bytes;
}

/**
 * An append-only file of frames. Appending is durable on return. A write that a crash cut short is
 * cut off at opening; any other damage is TRAIL_CORRUPT, because what was once acknowledged must not
 * be dropped silently.
 */
export class Journal {
  readonly #file: FileHandle;
  /** Where the last durable frame ends. */
  #end: number;
  /** Whether bytes beyond `#end` may be in the file after a failed write. */
  #dirty = false;

  private constructor(file: FileHandle, end: number) {
    this.#file = file;
    this.#end = end;
  }

  /** Length of the file, in bytes. */
  get bytes(): number {
    return this.#end;
  }

  /** Opens or creates the file, hands every payload to `visit` in order, and cuts a torn tail off. */
  static async open(path: string, visit: (payload: Uint8Array) => void): Promise<Journal> {
    const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    try {
      const directory = await open(dirname(path), 'r');
      await directory.sync().finally(() => directory.close());
      const end = await scan(file, Number.POSITIVE_INFINITY, visit);
      const { size } = await file.stat();
      if (size > end) {
        await file.truncate(end);
        await file.sync();
      }
      return new Journal(file, end);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Appends the payloads by one write and one sync; all of them or, after an error, none. */
  async append(payloads: Uint8Array[]): Promise<void> {
    if (payloads.length === 0) return;
    const bytes = Buffer.concat(payloads.map(frame));
    if (this.#dirty) await this.#file.truncate(this.#end);
    this.#dirty = true;
    let written = 0;
    while (written < bytes.length) {
      const { bytesWritten } = await this.#file.write(
        bytes,
        written,
        bytes.length - written,
        this.#end + written,
      );
      written += bytesWritten;
    }
    await this.#file.datasync();
    this.#end += bytes.length;
    this.#dirty = false;
  }

  /** Hands every durable payload to `visit`, in order. */
  async read(visit: (payload: Uint8Array) => void): Promise<void> {
    await scan(this.#file, this.#end, visit);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** Visits whole frames before `limit`; returns where the last of them ends. */
async function scan(file: FileHandle, limit: number, visit: (payload: Uint8Array) => void): Promise<number> {
  const size = Math.min(limit, (await file.stat()).size);
  let end = 0;
  let buffer = Buffer.alloc(0);
  for (let position = 0; ; ) {
    while (buffer.length >= HEADER) {
      const length = buffer.readUInt32BE(0);
      if (length === 0 || length > MAX_PAYLOAD) return await torn(file, end, size);
      if (buffer.length < HEADER + length) break;
      const payload = buffer.subarray(HEADER, HEADER + length);
      if (crc32(payload, crc32(buffer.subarray(0, 4))) !== buffer.readUInt32BE(4))
        throw corrupt('a checksum does not match');
      visit(new Uint8Array(payload));
      end += HEADER + length;
      buffer = buffer.subarray(HEADER + length);
    }
    if (position >= size) return end;
    const chunk = Buffer.alloc(Math.min(CHUNK, size - position));
    const { bytesRead } = await file.read(chunk, 0, chunk.length, position);
    if (bytesRead === 0) return end;
    position += bytesRead;
    buffer = Buffer.concat([buffer, chunk.subarray(0, bytesRead)]);
  }
}

/**
 * A length that no frame has: only the zeros that a file system leaves when it had grown the file
 * but not yet written it are the trace of a crash.
 */
async function torn(file: FileHandle, end: number, size: number): Promise<number> {
  const chunk = Buffer.alloc(64 * 1024);
  for (let position = end; position < size; ) {
    const { bytesRead } = await file.read(chunk, 0, Math.min(chunk.length, size - position), position);
    if (bytesRead === 0) break;
    if (chunk.subarray(0, bytesRead).some((byte) => byte !== 0))
      throw corrupt('an entry has an impossible length');
    position += bytesRead;
  }
  return end;
}
