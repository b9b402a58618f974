import { join, resolve } from 'node:path';
import { TacetError } from '@tacet/records';
import { isWorkspaceName } from '@tacet/seal';
import { type Founding, foundDirectory } from '@tacet/server';
import { type Io, STATUS } from '../io.ts';
import { profileFolder } from '../profile/folder.ts';
import { addToProfile, type ProfileEntry } from '../profile/index.ts';
import { requireOutside } from '../profile/outside.ts';
import { createIdentityFile, createNew, newPassphrase } from '../profile/write.ts';

export interface InitOptions {
  dir: string;
  workspace: string;
  identity?: string;
  passphraseFile?: string;
  json?: boolean;
}

/** What is always written. */
type Files = Required<Omit<ProfileEntry, 'passphraseFile'>> & { fingerprintKeyFile: string };

/** Most bytes of a workspace's name that a token can carry. */
const MAX_NAME = 64;

/** `tacet init`: founds a workspace and writes what belongs to its owner outside the directory. */
export async function init(options: InitOptions, io: Io): Promise<number> {
  const { dir, workspace } = options;
  if (!isWorkspaceName(workspace) || Buffer.byteLength(workspace) > MAX_NAME)
    throw new TacetError(
      'USAGE',
      `a workspace is named by 1 to ${MAX_NAME} bytes without control characters`,
    );
  const chosen = options.identity ?? io.env.TACET_IDENTITY;
  const passphraseFile = options.passphraseFile ?? io.env.TACET_PASSPHRASE_FILE;
  for (const file of [chosen ?? join(profileFolder(io.env), 'identity'), passphraseFile])
    if (file !== undefined) await requireOutside(file, dir);
  const asked = await newPassphrase(passphraseFile, io);

  let entry: ProfileEntry | undefined;
  const founding = await foundDirectory({
    directory: dir,
    workspace,
    now: Date.now(),
    keep: async (founded) => {
      const files = filesFor(founded, chosen ?? defaultIdentity(founded, io.env));
      entry = await writeFiles(founded, files, asked);
      if (passphraseFile !== undefined) entry.passphraseFile = resolve(passphraseFile);
      await addToProfile(io.env, Buffer.from(founded.rootHash).toString('hex'), entry);
    },
  });
  if (entry === undefined) throw new TacetError('INTERNAL', 'the identity was not written');
  report(founding, entry, { dir, generated: asked === undefined, json: options.json === true }, io);
  return STATUS.done;
}

function defaultIdentity(founding: Founding, env: Io['env']): string {
  // Names are free text; a file's name is what of it every system takes.
  const name = founding.workspace.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[.-]+/, '') || 'workspace';
  return join(profileFolder(env), `${name}-${Buffer.from(founding.rootHash).toString('hex', 0, 4)}.identity`);
}

function filesFor(founding: Founding, identity: string): Files {
  const path = resolve(identity);
  const stem = path.replace(/\.identity$/, '');
  return {
    workspace: founding.workspace,
    identity: path,
    ingestTokenFile: `${stem}.ingest-token`,
    readerTokenFile: `${stem}.reader-token`,
    ownerTokenFile: `${stem}.owner-token`,
    fingerprintKeyFile: `${stem}.fingerprint-key`,
    trailKey: founding.trailKey,
  };
}

/** Writes identity, generated passphrase and tokens; files that exist are never overwritten. */
async function writeFiles(
  founding: Founding,
  entry: Files,
  passphrase: string | undefined,
): Promise<ProfileEntry> {
  const written: ProfileEntry = { ...entry };
  const passphraseFile = await createIdentityFile(entry.identity, founding.identity, passphrase);
  if (passphraseFile !== undefined) written.passphraseFile = passphraseFile;
  await createNew(entry.ingestTokenFile, `${founding.tokens.ingest}\n`);
  await createNew(entry.readerTokenFile, `${founding.tokens.reader}\n`);
  await createNew(entry.ownerTokenFile, `${founding.tokens.owner}\n`);
  await createNew(entry.fingerprintKeyFile, founding.fingerprintKey);
  return written;
}

function report(
  founding: Founding,
  entry: ProfileEntry,
  about: { dir: string; generated: boolean; json: boolean },
  io: Io,
): void {
  const directory = resolve(about.dir);
  const rootHash = Buffer.from(founding.rootHash).toString('hex');
  if (about.json) {
    const { workspace, ...files } = entry;
    io.stdout.write(`${JSON.stringify({ directory, workspace, rootHash, ...files })}\n`);
    return;
  }
  const lines = [
    `Workspace ${founding.workspace} is in ${directory}.`,
    '',
    'These belong to you and open what is stored. They are not in the directory; keep a copy somewhere safe:',
    `  identity      ${entry.identity}`,
    ...(entry.passphraseFile ? [`  passphrase    ${entry.passphraseFile}`] : []),
    `  owner token   ${entry.ownerTokenFile}`,
    `  reader token  ${entry.readerTokenFile}`,
    `  ingest token  ${entry.ingestTokenFile}`,
    `  fingerprints  ${entry.fingerprintKeyFile}`,
    '',
    'Ingest token, for exporters (it can write and never read; shown only now):',
    `  ${founding.tokens.ingest}`,
    '',
    'Public key of the trail, for whoever is to verify it (not secret; keep it apart from the directory):',
    `  ${founding.trailKey}`,
    '',
  ];
  if (about.generated)
    lines.push(
      'No passphrase was given, so one was generated into the file above: whoever reads both files can read',
      'your logs. Move the passphrase to a password manager and give it back by --passphrase-file.',
      '',
    );
  lines.push(
    'Next:',
    `  tacet serve --dir ${about.dir}`,
    `  tacet import FILE --dir ${about.dir}`,
    `  tacet keys recovery --shares DIRECTORY --dir ${about.dir}     for the day on which the identity is lost`,
    `  tacet keys agent --dir ${about.dir}     renews what else ends in 30 days; better elsewhere, see docs/keys.md`,
    '',
  );
  io.stdout.write(lines.join('\n'));
}
