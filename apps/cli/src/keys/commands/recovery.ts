import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { TacetError } from '@tacet/records';
import {
  admitReader,
  createIdentity,
  decodeShare,
  type Identity,
  joinShares,
  RECOVERY_SHARES,
  RECOVERY_THRESHOLD,
  type RecoveryShare,
  splitIdentity,
} from '@tacet/seal';
import { type Io, STATUS } from '../../io.ts';
import { openIdentityFile } from '../../profile/locate.ts';
import { createIdentityFile, createNew, newPassphrase } from '../../profile/write.ts';
import { type KeysOptions, Workspace } from '../workspace.ts';

export interface RecoveryOptions extends KeysOptions {
  shares?: string;
  file?: string;
  newPassphraseFile?: string;
}

const HEAD = 'tacet-recovery-1';
const MAX_BYTES = 16_384;

/**
 * `tacet keys recovery`: keys of their own for the day on which the owner's identity is lost, granted
 * every epoch and together with the owner's keys, in three shares or in a file under a passphrase.
 */
export async function makeRecovery(options: RecoveryOptions, io: Io): Promise<number> {
  if ((options.shares === undefined) === (options.file === undefined))
    throw new TacetError('USAGE', 'say how: either --shares DIRECTORY or --file FILE');
  const workspace = await Workspace.open(options, io, 'recovery');
  try {
    const { identity } = await workspace.identity(options, io);
    if (!identity.owner?.roots)
      throw new TacetError('ROOT_MISMATCH', 'this identity does not own the workspace');
    const { owner, pins } = identity;
    const kept: Identity = { ...(await createIdentity()), owner, pins };
    const passphrase =
      options.file === undefined ? undefined : await newPassphrase(options.newPassphraseFile, io);
    // Granted first: what is handed out must open something.
    await workspace.change(identity, (issuer) =>
      admitReader(
        issuer,
        { name: 'recovery', publicKey: kept.reader.publicKey, signing: kept.signing.publicKey },
        { kind: 'recovery' },
      ),
    );
    const files =
      options.shares !== undefined
        ? await writeShares(options.shares, kept)
        : await writeFile(resolve(options.file!), kept, passphrase);
    const lines =
      options.shares !== undefined
        ? [
            ...files.map((file) => `  ${file}`),
            '',
            `Any ${RECOVERY_THRESHOLD} of these ${RECOVERY_SHARES} give the owner’s keys back; one alone says nothing. Move each to another place,`,
            'with another person, and keep none here.',
          ]
        : [
            ...files.map((file) => `  ${file}`),
            '',
            'Whoever has this file and its passphrase owns the workspace.',
          ];
    io.stdout.write(options.json ? `${JSON.stringify({ files })}\n` : `${lines.join('\n')}\n`);
    return STATUS.done;
  } finally {
    await workspace.close();
  }
}

async function writeFile(path: string, kept: Identity, passphrase: string | undefined): Promise<string[]> {
  const passphraseFile = await createIdentityFile(path, kept, passphrase);
  return passphraseFile ? [path, passphraseFile] : [path];
}

async function writeShares(directory: string, kept: Identity): Promise<string[]> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const shares = await splitIdentity(kept, kept.owner!.workspace);
  const files: string[] = [];
  for (const [at, share] of shares.entries()) {
    const file = join(resolve(directory), `share-${at + 1}.txt`);
    await createNew(file, `${HEAD} ${Buffer.from(share).toString('base64')}\n`);
    files.push(file);
  }
  return files;
}

export interface RecoverOptions {
  share?: string[];
  file?: string;
  passphraseFile?: string;
  identity: string;
  newPassphraseFile?: string;
  json?: boolean;
}

/** `tacet keys recover`: the owner's keys from what `tacet keys recovery` made; needs no server. */
export async function recover(options: RecoverOptions, io: Io): Promise<number> {
  if ((options.share === undefined) === (options.file === undefined))
    throw new TacetError('USAGE', 'say from what: two times --share FILE, or --file FILE');
  const { file, passphraseFile } = options;
  const identity =
    file !== undefined
      ? (await openIdentityFile({ identity: file, ...(passphraseFile && { passphraseFile }) }, io, undefined))
          .identity
      : await joinShares(await Promise.all(options.share!.map(readShare)));
  const path = resolve(options.identity);
  const written = await createIdentityFile(
    path,
    identity,
    await newPassphrase(options.newPassphraseFile, io),
  );
  const name = identity.owner?.workspace ?? identity.pins[0]?.workspace ?? '';
  const lines = [
    `The keys of ${name} are in ${path}.`,
    ...(written ? [`Its passphrase is in ${written}.`] : []),
    '',
    'They open what the lost identity opened, and sign for it. If that one may be in somebody’s hands, make a reader',
    'of your own (tacet keys identity new, tacet keys grant) and revoke the lost one. Then make recovery anew.',
    '',
  ];
  io.stdout.write(
    options.json
      ? `${JSON.stringify({ workspace: name, identity: path, ...(written && { passphraseFile: written }) })}\n`
      : lines.join('\n'),
  );
  return STATUS.done;
}

async function readShare(path: string): Promise<RecoveryShare> {
  const bytes = await readFile(path).catch((cause) => {
    throw new TacetError('FILE_UNREADABLE', `${path} cannot be read`, { cause });
  });
  const line = bytes.length <= MAX_BYTES ? bytes.toString('latin1').trim() : '';
  const encoded = /^tacet-recovery-1 ([A-Za-z0-9+/]+={0,2})$/.exec(line)?.[1];
  if (encoded === undefined)
    throw new TacetError('RECOVERY_INVALID', `${path} is not a share (one line: ${HEAD} …)`);
  return decodeShare(new Uint8Array(Buffer.from(encoded, 'base64')));
}
