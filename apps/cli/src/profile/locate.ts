import { readFile } from 'node:fs/promises';
import { TacetError } from '@tacet/records';
import { type Identity, openIdentity, workFactorOf } from '@tacet/seal';
import { readIfThere } from '@tacet/server/directory';
import type { Io } from '../io.ts';
import { askHidden } from '../terminal/ask.ts';
import { type ProfileEntry, readProfile } from './index.ts';
import { readPassphraseFile } from './passphrase.ts';

/** Files that flags named; environment variables and this user's index stand in for what is absent. */
export interface Named {
  identity?: string;
  passphraseFile?: string;
  tokenFile?: string;
}

/** The longest file that can be a token's, in characters. */
const MAX_TOKEN_FILE = 4_096;

/**
 * The index entry of the workspace with this root hash; without a hash (a server by URL) that of the
 * only workspace there is. Undefined when there is none, or too many to choose.
 */
export async function profileEntry(
  env: Io['env'],
  rootHash: string | undefined,
): Promise<ProfileEntry | undefined> {
  const profile = await readProfile(env);
  if (rootHash !== undefined) return profile[rootHash];
  const entries = Object.values(profile);
  return entries.length === 1 ? entries[0] : undefined;
}

/** The tokens that `init` makes. */
export type KnownToken = 'ingest' | 'reader' | 'owner';

/** The token to use: flag, then TACET_TOKEN_FILE, then the index. Throws TOKEN_MISSING. */
export async function findToken(
  kind: KnownToken,
  named: Named,
  env: Io['env'],
  entry: ProfileEntry | undefined,
): Promise<string> {
  const path = named.tokenFile ?? env.TACET_TOKEN_FILE ?? entry?.[`${kind}TokenFile`];
  if (path === undefined)
    throw new TacetError('TOKEN_MISSING', `no ${kind} token is known for this workspace`);
  const text = await readIfThere(path);
  if (text === undefined) throw new TacetError('TOKEN_MISSING', `there is no token file ${path}`);
  const token = text.trim();
  if (token === '' || token.length > MAX_TOKEN_FILE)
    throw new TacetError('TOKEN_INVALID', `${path} does not hold a token`);
  return token;
}

/** An identity, and what it takes to write it back. */
export interface IdentityFile {
  identity: Identity;
  path: string;
  passphrase: string;
  workFactor: number;
}

/**
 * Opens the identity to use: flag, then TACET_IDENTITY, then the index; its passphrase likewise, and
 * in the end by asking on a terminal. Throws IDENTITY_MISSING, IDENTITY_PASSPHRASE, IDENTITY_MALFORMED.
 */
export async function openIdentityFile(
  named: Named,
  io: Io,
  entry: ProfileEntry | undefined,
): Promise<IdentityFile> {
  const path = named.identity ?? io.env.TACET_IDENTITY ?? entry?.identity;
  if (path === undefined) throw new TacetError('IDENTITY_MISSING', 'no identity is known for this workspace');
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await readFile(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new TacetError('IDENTITY_MISSING', `there is no identity file ${path}`);
  }
  const passphrase = await findPassphrase(path, named, io, entry);
  const identity = await openIdentity(bytes, passphrase);
  return { identity, path, passphrase, workFactor: workFactorOf(bytes) };
}

/** The identity alone. Throws as `openIdentityFile`. */
export async function findIdentity(named: Named, io: Io, entry: ProfileEntry | undefined): Promise<Identity> {
  return (await openIdentityFile(named, io, entry)).identity;
}

async function findPassphrase(
  identity: string,
  named: Named,
  io: Io,
  entry: ProfileEntry | undefined,
): Promise<string> {
  const file = named.passphraseFile ?? io.env.TACET_PASSPHRASE_FILE;
  if (file !== undefined) return readPassphraseFile(file);
  const beside = identity.replace(/(?:\.identity)?$/, '.passphrase');
  const known = [entry?.identity === identity ? entry.passphraseFile : undefined, beside];
  for (const path of known)
    if (path !== undefined && (await readIfThere(path)) !== undefined) return readPassphraseFile(path);
  if (io.stdin.isTTY) return askHidden(io, `Passphrase for ${identity}`);
  throw new TacetError('IDENTITY_MISSING', `no passphrase is known for ${identity}; use --passphrase-file F`);
}
