import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { TacetError } from '@tacet/records';
import { isKeyName, type LogKey, SIGNATURE_TYPE, signingKey, type VerifierKey, Witness } from '@tacet/trail';
import { createPrivate } from '../directory/files.ts';
import { takeLock } from '../directory/lock.ts';

/** A witness in use by this process. */
export interface OpenWitness {
  witness: Witness;
  /** Its public key, under its name. */
  key: VerifierKey;
  close(): void;
}

const KEY = 'key';

/**
 * Opens the folder of a witness, making it and its key when they are new. Without a name it is called
 * after its key. Throws USAGE for a name that no key can have, STORE_LOCKED, CONFIG_INVALID.
 */
export async function openWitness(options: {
  directory: string;
  name?: string;
  logs: readonly VerifierKey[];
}): Promise<OpenWitness> {
  const { name, logs } = options;
  if (name !== undefined && !isKeyName(name))
    throw new TacetError('USAGE', 'a name has no spaces, no plus sign and no control characters');
  if (logs.some(({ type }) => type !== SIGNATURE_TYPE.note))
    throw new TacetError('TRAIL_KEY_INVALID', 'this is the key of a witness, not that of a trail');
  const folder = resolve(options.directory);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const release = takeLock(join(folder, 'lock'));
  try {
    const key = await keyIn(folder, name);
    return { witness: new Witness({ folder, key, logs }), key: key.key, close: release };
  } catch (error) {
    release();
    throw error;
  }
}

async function keyIn(folder: string, name: string | undefined): Promise<LogKey> {
  const path = join(folder, KEY);
  let seed = await readFile(path).catch((error) => {
    if (error.code === 'ENOENT') return undefined;
    throw new TacetError('CONFIG_INVALID', `${path} cannot be read`, { cause: error });
  });
  if (!seed) {
    seed = randomBytes(32);
    await createPrivate(path, seed);
  }
  if (seed.length !== 32) throw new TacetError('CONFIG_INVALID', `${path} is not a key of 32 bytes`);
  const named = name ?? ((key: Uint8Array) => `tacet-witness/${Buffer.from(key).toString('hex', 0, 8)}`);
  return signingKey(new Uint8Array(seed), SIGNATURE_TYPE.cosignature, named);
}
