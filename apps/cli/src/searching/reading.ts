import { checkPurpose } from '@tacet/access';
import type { Authority } from '@tacet/seal';
import {
  httpSearchServer,
  ReaderKeys,
  type SearchOptions,
  type SearchRun,
  search,
} from '@tacet/search/client';
import type { Query } from '@tacet/search/query';
import type { VerifierKey } from '@tacet/trail';
import { type Api, apiOf } from '../api.ts';
import { connectDirectory, connectUrl } from '../connect.ts';
import type { Io } from '../io.ts';
import type { ProfileEntry } from '../profile/index.ts';
import { findIdentity, findToken, type Named, profileEntry } from '../profile/locate.ts';
import { pinned } from '../profile/pin.ts';
import { readKey } from '../trailing/place.ts';
import { placeAndRange, type RangeFlags } from './range.ts';

export interface ReadingOptions extends Named, RangeFlags {
  purpose?: string;
  /** The trail's public key, or a file that holds it. */
  trailKey?: string;
  json?: boolean;
}

type Wishes = Pick<SearchOptions, 'limit' | 'onProgress' | 'onProblem'>;

/** A reader at work: searches at one server, for one purpose, within one range of time. */
export interface Reading {
  search(query: Query, wishes: Wishes): SearchRun;
  /** The records that say who may seal, verified. */
  authority(): Promise<Authority>;
  /** What else the same token may ask. */
  api: Api;
  /** What this user's index has about the workspace. */
  entry: ProfileEntry | undefined;
}

/** Connects, unlocks the identity, lets `work` read, and closes everything again. Throws what these throw. */
export async function withReading<T>(
  options: ReadingOptions,
  io: Io,
  work: (reading: Reading) => Promise<T>,
): Promise<T> {
  const purpose = checkPurpose(options.purpose);
  const { place, range } = placeAndRange(options);
  const connection = 'dir' in place ? await connectDirectory(place.dir, io) : connectUrl(place.to);
  let keys: ReaderKeys | undefined;
  try {
    const entry = await profileEntry(io.env, connection.rootHash);
    const token = await findToken('reader', options, io.env, entry);
    const identity = pinned(await findIdentity(options, io, entry), token);
    const trailKey = await knownTrailKey(options, entry?.trailKey, io);
    const readerKeys = new ReaderKeys(identity);
    keys = readerKeys;
    const server = httpSearchServer({ url: connection.base, token, fetch: connection.send });
    const always = { server, identity, keys: readerKeys, ...range, purpose, trailKey, signal: io.stop };
    return await work({
      search: (query, wishes) => search({ ...always, query, ...wishes }),
      authority: async () => readerKeys.use(await server.authority({ purpose, signal: io.stop })),
      api: apiOf(connection, token, purpose),
      entry,
    });
  } finally {
    keys?.close();
    await connection.close();
  }
}

/**
 * The key by which segments must be named in the trail; without one it is said that nobody checks.
 * Throws TRAIL_KEY_INVALID.
 */
async function knownTrailKey(
  options: ReadingOptions,
  known: string | undefined,
  io: Io,
): Promise<VerifierKey | undefined> {
  const given = options.trailKey ?? known;
  if (given !== undefined) return readKey(given);
  const warning =
    'no public key of the trail is known here (--trail-key): whether it names what is shown is not checked';
  io.stderr.write(options.json ? `${JSON.stringify({ warning })}\n` : `tacet: ${warning}\n`);
  return undefined;
}
