import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ERROR_CODES, type ErrorCode, TacetError } from '@tacet/records';
import { layoutOf, readConfig, readIfThere, replacePrivate } from '@tacet/server/directory';
import {
  CHECKPOINT,
  folderSource,
  parseCheckpoint,
  parseVerifierKey,
  readNote,
  readUpTo,
  type TileSource,
  type VerifierKey,
} from '@tacet/trail';
import { type Connection, connectUrl } from '../connect.ts';
import type { Io } from '../io.ts';
import { directoryOrUrl } from '../options.ts';
import { profileFolder } from '../profile/folder.ts';
import { readProfile } from '../profile/index.ts';
import { findToken, type Named, profileEntry } from '../profile/locate.ts';

export interface TrailPlace extends Named {
  dir?: string;
  to?: string;
  /** The trail's public key, or a file that holds it. */
  key?: string;
}

/** A trail to look at: a folder, a copy of one, or a server. */
export interface FoundTrail {
  source: TileSource;
  /** What this person's index knows of it. */
  knownKey: string | undefined;
}

const MAX_KEY = 4_096;
const MAX_NOTE_FILE = 1024 * 1024;

/** Files of a trail at a server, over a connection that a token opens. */
export function httpSource(connection: Connection, token: string): TileSource {
  return {
    async read(path, limit) {
      const response = await requestTrail(connection, token, path);
      if (response.status === 404) return undefined;
      const chunks: Uint8Array[] = [];
      let length = 0;
      for await (const chunk of response.body ?? []) {
        length += chunk.length;
        if (length > limit) throw new TacetError('RESULT_INCOMPLETE', "the server's answer is too long");
        chunks.push(chunk);
      }
      return new Uint8Array(Buffer.concat(chunks));
    },
  };
}

/** Asks a route of the trail, by POST with a body. Answers of status 200 and 404; throws the server's own error for any other, and SERVER_UNREACHABLE. */
export async function requestTrail(
  connection: Connection,
  token: string,
  path: string,
  body?: object,
): Promise<Response> {
  const request = new Request(`${connection.base}/v1/trail/${path}`, {
    headers: { Authorization: `Bearer ${token}` },
    redirect: 'error',
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  });
  const response = await connection.send(request).catch((cause) => {
    throw new TacetError('SERVER_UNREACHABLE', 'the server cannot be reached', { cause });
  });
  if (response.ok || response.status === 404) return response;
  const answer = await response.json().catch(() => undefined);
  const { code, message } = (answer as { error?: { code?: unknown; message?: unknown } })?.error ?? {};
  if (typeof code === 'string' && Object.hasOwn(ERROR_CODES, code))
    throw new TacetError(code as ErrorCode, String(message).slice(0, 500));
  throw new TacetError('SERVER_UNREACHABLE', `something answered with status ${response.status}`);
}

/**
 * Finds a trail: below a Tacet directory, in a copy of its `trail` folder, or at a server. Needs no
 * server for files: a running one may go on writing meanwhile. Throws USAGE, DIRECTORY_MISSING, TOKEN_*.
 */
export async function findTrail(options: TrailPlace, io: Io): Promise<FoundTrail> {
  const place = directoryOrUrl(options);
  if ('to' in place) {
    const connection = connectUrl(place.to);
    const entry = await profileEntry(io.env, undefined);
    const token = await findToken('owner', options, io.env, entry);
    return { source: httpSource(connection, token), knownKey: entry?.trailKey };
  }
  const copy = folderSource(place.dir);
  const note = await readNote(copy, CHECKPOINT);
  if (note !== undefined) {
    const { origin } = parseCheckpoint(note);
    const keys = Object.values(await readProfile(io.env)).map(({ trailKey }) => trailKey);
    return { source: copy, knownKey: keys.find((known) => known?.startsWith(`${origin}+`)) };
  }
  const layout = layoutOf(place.dir);
  const { rootHash } = await readConfig(layout);
  const entry = await profileEntry(io.env, rootHash);
  return { source: folderSource(layout.trail), knownKey: entry?.trailKey };
}

/** A key as text, or in a file of that name. Throws TRAIL_KEY_INVALID. */
export async function readKey(given: string): Promise<VerifierKey> {
  const text = given.includes('+') ? given : ((await readIfThere(given)) ?? given);
  return parseVerifierKey(text.slice(0, MAX_KEY));
}

/** The key to verify with: from the flag, else from this person's index. Throws TRAIL_KEY_MISSING. */
export async function trailKeyOf(
  options: { key?: string },
  knownKey: string | undefined,
): Promise<VerifierKey> {
  const given = options.key ?? knownKey;
  if (given === undefined)
    throw new TacetError('TRAIL_KEY_MISSING', 'whose trail is it? No public key of it is known here');
  return readKey(given);
}

/** A checkpoint or a proof in a file. Throws FILE_UNREADABLE. */
export async function readNoteFile(path: string): Promise<string> {
  const bytes = await readUpTo(path, MAX_NOTE_FILE);
  if (!bytes) throw new TacetError('FILE_UNREADABLE', `there is no file ${path}`);
  return Buffer.from(bytes).toString('utf8');
}

const rememberedPath = (io: Io, key: VerifierKey) =>
  join(
    profileFolder(io.env),
    'trail',
    `${createHash('sha256').update(key.name).digest('hex').slice(0, 16)}.checkpoint`,
  );

/** The checkpoint that this person verified last; undefined when there is none. */
export function readRemembered(io: Io, key: VerifierKey): Promise<string | undefined> {
  return readIfThere(rememberedPath(io, key));
}

/** Keeps a verified checkpoint, to notice a trail that does not go on from it. */
export async function remember(io: Io, key: VerifierKey, checkpoint: string): Promise<void> {
  const path = rememberedPath(io, key);
  await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
  await replacePrivate(path, checkpoint);
}
