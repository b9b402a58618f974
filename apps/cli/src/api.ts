import { encodePurpose } from '@tacet/access';
import { TacetError } from '@tacet/records';
import { type Connection, connectDirectory, connectUrl } from './connect.ts';
import { errorOf } from './importing/sender.ts';
import type { Io } from './io.ts';
import { directoryOrUrl } from './options.ts';
import { findToken, type KnownToken, profileEntry } from './profile/locate.ts';

/** Where a command works, and with which token. */
export interface Place {
  dir?: string;
  to?: string;
  tokenFile?: string;
  purpose?: string;
}

/** Asks the server: a body makes it a POST of JSON. Throws the server's error or SERVER_UNREACHABLE. */
export type Api = <T>(path: string, body?: unknown) => Promise<T>;

/** The answers of a server to one token. */
export function apiOf(connection: Connection, token: string, purpose?: string): Api {
  return async <T>(path: string, body?: unknown) => {
    const request = new Request(`${connection.base}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
        ...(purpose !== undefined && { 'Tacet-Purpose': encodePurpose(purpose) }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: 'error',
    });
    let response: Response;
    let answer: unknown;
    try {
      response = await connection.send(request);
      answer = await response.json();
    } catch (cause) {
      throw new TacetError('SERVER_UNREACHABLE', `no answer from ${connection.base}`, { cause });
    }
    if (!response.ok) throw errorOf(response.status, answer);
    return answer as T;
  };
}

/** Connects as `place` says, lets `work` ask, and closes the connection again. */
export async function withApi<T>(
  place: Place,
  kind: KnownToken,
  io: Io,
  work: (api: Api, connection: Connection) => Promise<T>,
): Promise<T> {
  const where = directoryOrUrl(place);
  const connection = 'dir' in where ? await connectDirectory(where.dir, io) : connectUrl(where.to);
  try {
    const entry = await profileEntry(io.env, connection.rootHash);
    const token = await findToken(kind, place, io.env, entry);
    return await work(apiOf(connection, token, place.purpose), connection);
  } finally {
    await connection.close();
  }
}
