import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { TacetError } from '@tacet/records';
import { z } from 'zod';
import { fileCode, fileError } from '../errors.ts';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SHARE_BYTES = 32;
const VERSION = 1;

const FILE = z.strictObject({
  version: z.literal(VERSION),
  current: z.string(),
  keys: z.record(z.string().regex(/^[0-9a-f]{16}$/), z.base64()),
});

function invalid(file: string, why: string): TacetError {
  return new TacetError('SHARE_KEY_INVALID', `the share key file ${file} ${why}`);
}

function textOf(current: string, keys: ReadonlyMap<string, Uint8Array>): string {
  const texts = [...keys].map(([id, key]) => [id, Buffer.from(key).toString('base64')]);
  return `${JSON.stringify({ version: VERSION, current, keys: Object.fromEntries(texts) })}\n`;
}

/** In one step: a crash leaves the old file or the new one. Durable on return. */
function replaceFile(file: string, text: string): void {
  const next = `${file}.new`;
  writeFileSync(next, text, { mode: 0o600, flush: true });
  renameSync(next, file);
  const folder = openSync(dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/**
 * Draws a share key and writes it to a new file, readable by its owner only. Keep the file outside the
 * database's directory and its backups: shares deleted there can then not be brought back from a backup
 * once the key has been rotated. Throws SHARE_KEY_INVALID when the file exists: a key in use is never lost.
 */
export function createShareKeyFile(file: string): void {
  const id = randomBytes(8).toString('hex');
  const text = textOf(id, new Map([[id, randomBytes(KEY_BYTES)]]));
  try {
    writeFileSync(file, text, { mode: 0o600, flag: 'wx', flush: true });
  } catch (error) {
    if (fileCode(error) === 'EEXIST') throw invalid(file, 'exists already');
    throw fileError(error, `the share key file ${file} cannot be written`);
  }
}

/** A wrapped share, and the id of the key that opens it. */
export interface WrappedShare {
  keyId: string;
  /** nonce(12) ‖ ciphertext(32) ‖ tag(16). */
  wrapped: Uint8Array;
}

/**
 * The keys that wrap shares at rest: AES-256-GCM, random nonces (far fewer than 2^32 shares a key),
 * bound to key, workspace and segment, so that no row can stand in for another.
 */
export class ShareKeys {
  #current: string;
  #keys: ReadonlyMap<string, Uint8Array>;
  /** No longer in the file. A read under way may hold a row of before, so they stay until the process ends. */
  readonly #forgotten = new Map<string, Uint8Array>();
  readonly #file: string;

  constructor(file: string, current: string, keys: ReadonlyMap<string, Uint8Array>) {
    this.#file = file;
    this.#current = current;
    this.#keys = keys;
  }

  /** Reads a file made by `createShareKeyFile`. Throws SHARE_KEY_INVALID. */
  static load(file: string): ShareKeys {
    let parsed: z.infer<typeof FILE>;
    try {
      parsed = FILE.parse(JSON.parse(readFileSync(file, 'utf8')));
    } catch (error) {
      throw invalid(file, fileCode(error) === 'ENOENT' ? 'is missing' : 'cannot be read');
    }
    const keys = new Map<string, Uint8Array>();
    for (const [id, text] of Object.entries(parsed.keys)) {
      const key = Buffer.from(text, 'base64');
      if (key.length !== KEY_BYTES) throw invalid(file, 'holds a key of a wrong length');
      keys.set(id, new Uint8Array(key));
    }
    if (!keys.has(parsed.current)) throw invalid(file, 'lacks its current key');
    return new ShareKeys(file, parsed.current, keys);
  }

  /** Id of the key that wraps. */
  get current(): string {
    return this.#current;
  }

  /** Draws a new key, which wraps from now on; the keys before still open. Durable on return. */
  renew(): void {
    const id = randomBytes(8).toString('hex');
    this.#write(id, new Map([...this.#keys, [id, new Uint8Array(randomBytes(KEY_BYTES))]]));
  }

  /** Takes every key but the current one out of the file: no share may be wrapped under one. Durable. */
  forget(): void {
    const before = this.#keys;
    this.#write(this.#current, new Map([[this.#current, before.get(this.#current)!]]));
    for (const [id, key] of before) if (id !== this.#current) this.#forgotten.set(id, key);
  }

  #write(current: string, keys: ReadonlyMap<string, Uint8Array>): void {
    try {
      replaceFile(this.#file, textOf(current, keys));
    } catch (error) {
      throw fileError(error, `the share key file ${this.#file} cannot be written`);
    }
    this.#current = current;
    this.#keys = keys;
  }

  #bound(keyId: string, workspace: string, segment: Uint8Array): Buffer {
    const parts = [Buffer.from('tacet/v1/share'), Buffer.from(keyId), Buffer.from(workspace), segment];
    return Buffer.concat(
      parts.flatMap((part) => {
        const length = Buffer.alloc(4);
        length.writeUInt32BE(part.length);
        return [length, part];
      }),
    );
  }

  wrap(workspace: string, segment: Uint8Array, share: Uint8Array): WrappedShare {
    if (share.length !== SHARE_BYTES) throw new TacetError('SEGMENT_MALFORMED', 'a share has 32 bytes');
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#keys.get(this.#current)!, nonce);
    cipher.setAAD(this.#bound(this.#current, workspace, segment));
    const sealed = Buffer.concat([cipher.update(share), cipher.final()]);
    return { keyId: this.#current, wrapped: Buffer.concat([nonce, sealed, cipher.getAuthTag()]) };
  }

  /** Throws SHARE_KEY_INVALID when the key is not in the file or the row was changed. */
  unwrap(workspace: string, segment: Uint8Array, { keyId, wrapped }: WrappedShare): Uint8Array {
    const key = this.#keys.get(keyId) ?? this.#forgotten.get(keyId);
    if (key === undefined) throw invalid(this.#file, 'lacks the key of a stored share');
    if (wrapped.length !== NONCE_BYTES + SHARE_BYTES + TAG_BYTES) {
      throw new TacetError('STORE_CORRUPT', 'a stored share has a wrong length');
    }
    const decipher = createDecipheriv('aes-256-gcm', key, wrapped.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(this.#bound(keyId, workspace, segment));
    decipher.setAuthTag(wrapped.subarray(-TAG_BYTES));
    try {
      const opened = decipher.update(wrapped.subarray(NONCE_BYTES, -TAG_BYTES));
      decipher.final();
      return new Uint8Array(opened);
    } catch {
      throw invalid(this.#file, 'does not open a stored share: another key, or the row was changed');
    }
  }
}
