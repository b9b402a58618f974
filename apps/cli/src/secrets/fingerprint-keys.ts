import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TacetError } from '@tacet/records';
import { layoutOf } from '@tacet/server/directory';

const KEY_BYTES = 32;

/** Reads a key that makes fingerprints. Throws USAGE. */
export async function readFingerprintKey(path: string): Promise<Uint8Array> {
  const bytes = await readFile(path).catch(() => {
    throw new TacetError('USAGE', `there is no file ${path}`);
  });
  if (bytes.length !== KEY_BYTES) throw new TacetError('USAGE', `${path} is not a key of ${KEY_BYTES} bytes`);
  return new Uint8Array(bytes);
}

/**
 * The keys of a workspace's writers: those that flags name, and the server's, out of its directory or this
 * user's index. Throws FINGERPRINT_KEY_MISSING, and USAGE for a file that is none.
 */
export async function fingerprintKeys(
  named: readonly string[],
  place: { dir?: string | undefined; known?: string | undefined },
): Promise<Uint8Array[]> {
  const server = place.dir === undefined ? place.known : join(layoutOf(place.dir).keys, 'fingerprint');
  const files = new Set([...named, ...(server === undefined ? [] : [server])]);
  if (files.size === 0)
    throw new TacetError('FINGERPRINT_KEY_MISSING', 'no fingerprint key is known for this workspace');
  return Promise.all([...files].map(readFingerprintKey));
}
