import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TacetError } from '@tacet/records';
import { createPrivate } from './files.ts';
import type { Layout } from './layout.ts';

/** Keys that a server needs and a log database must not hold. None of them opens a segment. */
export interface ServerKeys {
  /** Makes fingerprints of secrets that were cut out. */
  fingerprint: Uint8Array;
  /** Makes the marks by which resends are known. */
  resend: Uint8Array;
  /** Protects the purposes kept beside the trail. */
  trail: Uint8Array;
  /** Seed of the Ed25519 key that signs the trail's checkpoints. */
  log: Uint8Array;
}

const NAMES = ['fingerprint', 'resend', 'trail', 'log'] as const satisfies (keyof ServerKeys)[];
const WRITER = 'writer';

/** File of the keys that wrap the shares at rest: read and written by the store. */
export function shareKeyFile(layout: Layout): string {
  return join(layout.keys, 'share.json');
}

/** Draws the keys of a new directory. */
export function drawKeys(): ServerKeys {
  const keys: Partial<ServerKeys> = {};
  for (const name of NAMES) keys[name] = new Uint8Array(randomBytes(32));
  return keys as ServerKeys;
}

/** Writes the keys, and the writer's credential, to files of mode 0600. */
export async function writeKeys(layout: Layout, keys: ServerKeys, writer: Uint8Array): Promise<void> {
  await mkdir(layout.keys, { mode: 0o700 });
  for (const name of NAMES) await createPrivate(join(layout.keys, name), keys[name]);
  await createPrivate(join(layout.keys, WRITER), writer);
}

/** Reads them back. Throws CONFIG_INVALID when one is missing or has a wrong length. */
export async function readKeys(layout: Layout): Promise<{ keys: ServerKeys; writer: Uint8Array }> {
  const read = async (name: string) => {
    try {
      return new Uint8Array(await readFile(join(layout.keys, name)));
    } catch (cause) {
      throw new TacetError('CONFIG_INVALID', `keys/${name} cannot be read`, { cause });
    }
  };
  const keys: Partial<ServerKeys> = {};
  for (const name of NAMES) {
    const key = await read(name);
    if (key.length !== 32) throw new TacetError('CONFIG_INVALID', `keys/${name} is not a key of 32 bytes`);
    keys[name] = key;
  }
  return { keys: keys as ServerKeys, writer: await read(WRITER) };
}
