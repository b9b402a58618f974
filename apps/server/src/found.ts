import { mkdir, readdir, rm } from 'node:fs/promises';
import { issueToken, type Role } from '@tacet/access';
import { TacetError } from '@tacet/records';
import { encodeCredential, foundWorkspace, type Identity } from '@tacet/seal';
import { createShareKeyFile } from '@tacet/store';
import { formatVerifierKey, openTrail, trailKey } from '@tacet/trail';
import { storeAuthority } from './authority.ts';
import { type Config, DIRECTORY_VERSION, writeConfig } from './directory/config.ts';
import { type Layout, layoutOf } from './directory/layout.ts';
import { takeLock } from './directory/lock.ts';
import { createPolicies } from './directory/policies.ts';
import { drawKeys, shareKeyFile, writeKeys } from './directory/secrets.ts';
import { openControlOf } from './stores.ts';

/** What a new workspace gives its owner. The directory keeps none of it but the tokens' hashes. */
export interface Founding {
  workspace: string;
  /** SHA-256 of root record 0, 32 bytes. */
  rootHash: Uint8Array;
  /** Holds every private key; protect it by a passphrase and keep it out of the directory. */
  identity: Identity;
  /** Public key of the trail: what its checkpoints are verified with, whoever has them. */
  trailKey: string;
  /** Makes fingerprints of secrets, 32 bytes: for readers who look for one. */
  fingerprintKey: Uint8Array;
  /** The first tokens, in full. */
  tokens: { ingest: string; reader: string; owner: string };
}

/**
 * Makes a new directory: keys, control records, trail, first tokens. `keep` is called with what only
 * the owner may have before anything depends on it; when it throws, the directory is removed again.
 * `now` is milliseconds since 1970. Throws DIRECTORY_EXISTS when there is anything at `directory`.
 */
export async function foundDirectory(options: {
  directory: string;
  workspace: string;
  now: number;
  keep: (founding: Founding) => Promise<void>;
}): Promise<Founding> {
  const layout = layoutOf(options.directory);
  await requireEmpty(layout);
  await mkdir(layout.root, { recursive: true, mode: 0o700 });
  const release = takeLock(layout.lock);
  try {
    return await fill(layout, options);
  } catch (error) {
    await rm(layout.root, { recursive: true, force: true });
    throw error;
  } finally {
    release();
  }
}

/** Throws DIRECTORY_EXISTS unless there is nothing at the place, or an empty folder. */
async function requireEmpty(layout: Layout): Promise<void> {
  try {
    if ((await readdir(layout.root)).length === 0) return;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
  }
  throw new TacetError('DIRECTORY_EXISTS', `${layout.root} exists and is not empty`);
}

async function fill(
  layout: Layout,
  options: { workspace: string; now: number; keep: (founding: Founding) => Promise<void> },
): Promise<Founding> {
  const { workspace, now } = options;
  const { identity, authority, writer, rootHash } = await foundWorkspace({ workspace, now });
  const seconds = Math.floor(now / 1000);
  const issue = (role: Role) =>
    issueToken({ role, workspace, rootHash, lowestEpoch: 1, now: seconds, label: 'init' });
  const [ingest, reader, owner] = [issue('ingest'), issue('reader'), issue('owner')];
  const tokens = { ingest: ingest.token, reader: reader.token, owner: owner.token };
  const records = [ingest, reader, owner].map(({ record }) => record);
  const keys = drawKeys();
  const log = await trailKey(keys.log, rootHash);
  const publicKey = formatVerifierKey(log.key);
  const founding: Founding = {
    workspace,
    rootHash,
    identity,
    tokens,
    trailKey: publicKey,
    fingerprintKey: keys.fingerprint,
  };
  await options.keep(founding);

  await writeKeys(layout, keys, encodeCredential(writer));
  createShareKeyFile(shareKeyFile(layout));
  const control = await openControlOf(layout, {});
  try {
    await storeAuthority(control, workspace, authority);
    for (const record of records) await control.addToken(record);
  } finally {
    await control.close();
  }
  const trail = await openTrail({ path: layout.trail, key: keys.trail, log });
  try {
    const facts = { root: hex(rootHash), tokens: records.map(({ id }) => id), verifier: publicKey };
    await trail.append({ kind: 'founded', workspace, actor: 'owner', facts });
  } finally {
    await trail.close();
  }
  await createPolicies(layout);
  const config: Config = {
    version: DIRECTORY_VERSION,
    workspace,
    rootHash: hex(rootHash),
    created: new Date(now).toISOString(),
    trailVerifier: publicKey,
  };
  // Last: a folder without settings is not yet a Tacet directory.
  await writeConfig(layout, config);
  return founding;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
