import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TacetError } from '@tacet/records';
import { readIfThere, replacePrivate } from '@tacet/server/directory';
import { z } from 'zod';
import { profileFolder } from './folder.ts';

const Entry = z.strictObject({
  workspace: z.string(),
  identity: z.string(),
  /** Only when the passphrase was generated. */
  passphraseFile: z.string().optional(),
  ingestTokenFile: z.string(),
  readerTokenFile: z.string(),
  ownerTokenFile: z.string(),
  /** Makes fingerprints as the server does: a secret is looked for by them. */
  fingerprintKeyFile: z.string().optional(),
  /** Public key of the trail. */
  trailKey: z.string().optional(),
});

const Index = z.strictObject({ version: z.literal(1), workspaces: z.record(z.string(), Entry) });

/** Where a person's files for one workspace are, and what its trail is verified with: no secrets. */
export type ProfileEntry = z.infer<typeof Entry>;

/** Entries by the hash of the workspace's root record 0, hexadecimal. */
export type Profile = Record<string, ProfileEntry>;

const pathOf = (env: Record<string, string | undefined>) => join(profileFolder(env), 'index.json');

/** Reads the index of this user; empty when there is none. Throws CONFIG_INVALID. */
export async function readProfile(env: Record<string, string | undefined>): Promise<Profile> {
  const path = pathOf(env);
  const text = await readIfThere(path);
  if (text === undefined) return {};
  try {
    return Index.parse(JSON.parse(text)).workspaces;
  } catch (cause) {
    throw new TacetError('CONFIG_INVALID', `${path} is not readable; remove it and name files by flags`, {
      cause,
    });
  }
}

/** Adds or replaces the entry of one workspace; durable on return. */
export async function addToProfile(
  env: Record<string, string | undefined>,
  rootHash: string,
  entry: ProfileEntry,
): Promise<void> {
  const workspaces = { ...(await readProfile(env)), [rootHash]: entry };
  await mkdir(profileFolder(env), { recursive: true, mode: 0o700 });
  await replacePrivate(pathOf(env), `${JSON.stringify({ version: 1, workspaces }, null, 2)}\n`);
}
