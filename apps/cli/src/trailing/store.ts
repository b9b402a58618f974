import { TacetError } from '@tacet/records';
import { type Connection, connectDirectory, connectUrl } from '../connect.ts';
import type { Io } from '../io.ts';
import { directoryOrUrl } from '../options.ts';
import { findToken, profileEntry } from '../profile/locate.ts';
import { requestTrail, type TrailPlace } from './place.ts';

/** A connection to the server of a directory or URL, with the token of somebody who may audit. */
export async function auditor(
  options: TrailPlace,
  io: Io,
): Promise<{ connection: Connection; token: string }> {
  const place = directoryOrUrl(options);
  const connection = 'to' in place ? connectUrl(place.to) : await connectDirectory(place.dir, io);
  try {
    const entry = await profileEntry(io.env, connection.rootHash);
    return { connection, token: await findToken('owner', options, io.env, entry) };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** Asks a server which segments it has, with their shares. */
export async function askStore(options: TrailPlace, io: Io) {
  const { connection, token } = await auditor(options, io);
  return {
    stored: async (ids: string[]): Promise<Set<string>> => {
      const response = await requestTrail(connection, token, 'segments', { ids });
      const answer = (await response.json().catch(() => undefined)) as { stored?: unknown } | undefined;
      if (!Array.isArray(answer?.stored))
        throw new TacetError('RESULT_INCOMPLETE', "the server's answer is not of the known form");
      return new Set(answer.stored as string[]);
    },
    close: () => connection.close(),
  };
}
