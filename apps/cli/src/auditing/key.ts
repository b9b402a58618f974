import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readAuditKey } from '@tacet/audit';
import { TacetError } from '@tacet/records';
import type { Io } from '../io.ts';
import { profileFolder } from '../profile/folder.ts';
import { createNew } from '../profile/write.ts';

/** Where the auditor's key is unless a flag names another place: `audit.key` among the person's own files. */
export function keyPath(named: string | undefined, { env }: Pick<Io, 'env'>): string {
  return named ?? join(profileFolder(env), 'audit.key');
}

/** The auditor's key; undefined when there is none yet. Throws AUDIT_KEY_INVALID. */
export async function readKey(path: string): Promise<KeyObject | undefined> {
  let pem: string;
  try {
    pem = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return readAuditKey(pem);
  } catch {
    throw new TacetError('AUDIT_KEY_INVALID', `${path} is no Ed25519 private key in PEM`);
  }
}

/** The auditor's key, drawn when there is none yet. */
export async function readOrDrawKey(path: string): Promise<KeyObject> {
  const known = await readKey(path);
  if (known) return known;
  const { privateKey } = generateKeyPairSync('ed25519');
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await createNew(path, privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
  return privateKey;
}
