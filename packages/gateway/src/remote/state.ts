import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type ParsedToken, parseToken } from '@tacet/access/token';
import type { LoadedRules } from '@tacet/detect/rules';
import { type ClearPolicy, TacetError } from '@tacet/records';
import { createWriter, decodeCredential, encodeCredential, type WriterCredential } from '@tacet/seal';
import { readClearPolicy } from '../clear-policy.ts';
import { readOwnRules } from '../own-rules.ts';
import { createPrivate, readIfThere, replacePrivate } from './files.ts';
import type { EpochMemory } from './writer.ts';

/** What a gateway without a server keeps: keys that seal, and none that opens. */
export interface WriterState {
  /** The ingest token in full, and what it says. */
  token: string;
  parsed: ParsedToken;
  writer: WriterCredential;
  /** 32 bytes each. */
  fingerprint: Uint8Array;
  resend: Uint8Array;
  epochs: EpochMemory;
  /** What is clear, sealed and dropped. */
  clear: ClearPolicy;
  /** Rules of `rules.toml`, beside the built-in ones. */
  rules: LoadedRules | undefined;
}

const KEY_BYTES = 32;
const MAX_TOKEN_FILE = 4_096;

/**
 * Makes the folder of a new writer: its key, the token, keys for fingerprints and resends. Readable by
 * its owner only. Throws DIRECTORY_EXISTS when there is anything in it, TOKEN_INVALID, NOT_ALLOWED for
 * another token than one for ingest.
 *
 * @param options.fingerprint a key to share with other writers, so that fingerprints are alike
 */
export async function createWriterState(
  folder: string,
  options: { token: string; name: string; fingerprint?: Uint8Array },
): Promise<WriterState> {
  const root = resolve(folder);
  const token = requireIngest(options.token);
  const writer = await createWriter(token.workspace, options.name);
  await mkdir(root, { recursive: true, mode: 0o700 });
  if ((await readdir(root)).length > 0)
    throw new TacetError('DIRECTORY_EXISTS', `${root} exists and is not empty`);
  await createPrivate(join(root, 'fingerprint'), options.fingerprint ?? randomBytes(KEY_BYTES));
  await createPrivate(join(root, 'resend'), randomBytes(KEY_BYTES));
  await createPrivate(join(root, 'token'), `${options.token}\n`);
  // Last: a folder without it is not yet a writer's.
  await createPrivate(join(root, 'writer'), encodeCredential(writer));
  return readWriterState(root);
}

/** Reads it back. Throws DIRECTORY_MISSING, CONFIG_INVALID, TOKEN_INVALID. */
export async function readWriterState(folder: string): Promise<WriterState> {
  const root = resolve(folder);
  const read = async (name: string, length?: number): Promise<Uint8Array> => {
    const bytes = await readFile(join(root, name)).catch((cause) => {
      throw new TacetError('CONFIG_INVALID', `${join(root, name)} cannot be read`, { cause });
    });
    if (length !== undefined && bytes.length !== length)
      throw new TacetError('CONFIG_INVALID', `${join(root, name)} is not a key of ${length} bytes`);
    return new Uint8Array(bytes);
  };
  if ((await readIfThere(join(root, 'writer')).catch(() => undefined)) === undefined)
    throw new TacetError(
      'DIRECTORY_MISSING',
      `${root} is not a writer's folder: make one with tacet gateway enroll`,
    );
  const token = Buffer.from(await read('token'))
    .toString('utf8', 0, MAX_TOKEN_FILE)
    .trim();
  const parsed = requireIngest(token);
  const writer = await decodeCredential(await read('writer'));
  if (writer.workspace !== parsed.workspace)
    throw new TacetError('CONFIG_INVALID', 'the token and the writer are of different workspaces');
  return {
    token,
    parsed,
    writer,
    fingerprint: await read('fingerprint', KEY_BYTES),
    resend: await read('resend', KEY_BYTES),
    epochs: epochFile(join(root, 'epoch')),
    clear: await readClearPolicy(root),
    rules: await readOwnRules(root),
  };
}

function requireIngest(token: string): ParsedToken {
  const parsed = parseToken(token);
  if (parsed.role !== 'ingest')
    throw new TacetError('NOT_ALLOWED', 'a writer needs an ingest token, which can write and never read');
  return parsed;
}

/** The highest epoch in a file: its number and its id, `7 9f…`. */
function epochFile(path: string): EpochMemory {
  return {
    read: async () => {
      const text = await readIfThere(path);
      if (text === undefined) return undefined;
      const [, number, id] = /^(\d{1,10}) ([0-9a-f]{64})\n$/.exec(text) ?? [];
      if (number === undefined || id === undefined)
        throw new TacetError('CONFIG_INVALID', `${path} does not hold the number and id of an epoch`);
      return { number: Number(number), id: new Uint8Array(Buffer.from(id, 'hex')) };
    },
    write: ({ number, id }) => replacePrivate(path, `${number} ${Buffer.from(id).toString('hex')}\n`),
  };
}
