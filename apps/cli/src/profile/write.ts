import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TacetError } from '@tacet/records';
import { GENERATED_PASSPHRASE_WORK_FACTOR, type Identity, protectIdentity } from '@tacet/seal';
import { createPrivate } from '@tacet/server/directory';
import type { Io } from '../io.ts';
import { askNewPassphrase, generatePassphrase, readPassphraseFile } from './passphrase.ts';

/** Writes a file that must not exist yet, for its owner only. Throws IDENTITY_EXISTS. */
export async function createNew(path: string, content: string | Uint8Array): Promise<void> {
  try {
    await createPrivate(path, content);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new TacetError('IDENTITY_EXISTS', `${path} exists; keys are never overwritten`);
  }
}

/**
 * The passphrase for a new identity: from a file, or asked for twice on a terminal; undefined when there
 * is neither, and one is to be generated. Throws USAGE.
 */
export async function newPassphrase(file: string | undefined, io: Io): Promise<string | undefined> {
  if (file !== undefined) return readPassphraseFile(file);
  return io.stdin.isTTY && io.stderr.isTTY ? await askNewPassphrase(io) : undefined;
}

/**
 * Writes a new identity file, and beside it a generated passphrase when none is given; gives the path of
 * that one. Throws IDENTITY_EXISTS.
 */
export async function createIdentityFile(
  path: string,
  identity: Identity,
  passphrase: string | undefined,
): Promise<string | undefined> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  if (passphrase !== undefined) {
    await createNew(path, await protectIdentity(identity, passphrase));
    return undefined;
  }
  const generated = generatePassphrase();
  await createNew(
    path,
    await protectIdentity(identity, generated, { workFactor: GENERATED_PASSPHRASE_WORK_FACTOR }),
  );
  const beside = path.replace(/(?:\.identity)?$/, '.passphrase');
  await createNew(beside, `${generated}\n`);
  return beside;
}
