import { parseToken } from '@tacet/access';
import { TacetError } from '@tacet/records';
import {
  type Authority,
  CAPABILITY,
  certifyWriter,
  epochKey,
  type Identity,
  openSubject,
  toHex,
  verifyStatement,
  writerMay,
} from '@tacet/seal';
import { type Call, httpSearchServer, ReaderKeys, type SearchServer } from '@tacet/search/client';
import {
  authorityMessage,
  ERASURE_ROUTES,
  type ErasureMessage,
  fromBase64,
  SEGMENTS_TYPE,
} from '@tacet/search/wire';
import { type Api, apiOf } from '../api.ts';
import { type Connection, connectDirectory, connectUrl } from '../connect.ts';
import { errorOf } from '../importing/sender.ts';
import type { Io } from '../io.ts';
import { directoryOrUrl } from '../options.ts';
import { findIdentity, findToken, type Named, profileEntry } from '../profile/locate.ts';
import { pinned } from '../profile/pin.ts';

export interface ErasingOptions extends Named {
  dir?: string;
  to?: string;
  json?: boolean;
}

/** How long a key holder who erases certifies itself for. */
const CERTIFICATE_DAYS = 1;

/** A person at the server of a workspace, with what erasing and approving need. */
export class ErasingDesk {
  readonly identity: Identity;
  readonly server: SearchServer;
  readonly api: Api;
  readonly keys: ReaderKeys;
  readonly call: Call;
  readonly #connection: Connection;
  readonly #token: string;

  private constructor(parts: { identity: Identity; connection: Connection; token: string; purpose: string }) {
    const { identity, connection, token, purpose } = parts;
    this.identity = identity;
    this.server = httpSearchServer({ url: connection.base, token, fetch: connection.send });
    this.api = apiOf(connection, token, purpose);
    this.keys = new ReaderKeys(identity);
    this.call = { purpose };
    this.#connection = connection;
    this.#token = token;
  }

  static async open(options: ErasingOptions, purpose: string, io: Io): Promise<ErasingDesk> {
    const where = directoryOrUrl(options);
    const connection = 'dir' in where ? await connectDirectory(where.dir, io) : connectUrl(where.to);
    try {
      const entry = await profileEntry(io.env, connection.rootHash);
      const token = await findToken('owner', options, io.env, entry);
      const identity = pinned(await findIdentity(options, io, entry), token);
      return new ErasingDesk({ identity, connection, token, purpose });
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  /** SHA-256 of root record 0, hexadecimal, as the token says. */
  get rootHash(): string {
    return toHex(parseToken(this.#token).rootHash);
  }

  /** The authority, verified. */
  async authority(): Promise<Authority> {
    return this.keys.use(await this.server.authority(this.call));
  }

  /**
   * Makes sure that this reader may erase; a holder of the operations key certifies itself, for a day.
   * Throws WRITER_INVALID for others.
   */
  async requireCapability(): Promise<Authority> {
    const authority = await this.authority();
    const now = Date.now();
    const { publicKey } = this.identity.signing;
    if (writerMay(authority, publicKey, Math.floor(now / 1000), 'erase')) return authority;
    if (this.identity.owner?.workspace !== authority.workspace)
      throw new TacetError(
        'WRITER_INVALID',
        'this identity may not erase: a holder of the operations key certifies it, or erases',
      );
    const record = await certifyWriter(
      { identity: this.identity, authority, now },
      { publicKey, name: 'eraser', days: CERTIFICATE_DAYS, capabilities: CAPABILITY.erase },
    );
    await this.api('/v1/authority', authorityMessage({ writers: [record] }));
    return this.authority();
  }

  async erasures(): Promise<ErasureMessage[]> {
    const { erasures } = await this.api<{ erasures: ErasureMessage[] }>(ERASURE_ROUTES.erasures);
    return erasures;
  }

  /** Whose rows an open erasure is about. Throws ERASURE_INVALID, GRANT_MISSING. */
  async subjectOf({ request, sealed }: ErasureMessage, authority: Authority): Promise<string> {
    const [key, signature] = [fromBase64(request.key), fromBase64(request.signature)];
    const signed =
      key && signature && (await verifyStatement('erasure-request', request.text, { key, signature }));
    const { epoch: number, tag } = JSON.parse(request.text);
    const epoch = authority.epochs[number - 1];
    const bytes = fromBase64(sealed ?? '');
    if (!signed || !epoch || !bytes || typeof tag !== 'string')
      throw new TacetError('ERASURE_INVALID', 'the request is not signed, or of no epoch of this workspace');
    const seed = await epochKey(this.identity, authority, epoch);
    const tagBytes = new Uint8Array(Buffer.from(tag, 'hex'));
    return openSubject(seed, authority.workspace, { tag: tagBytes, sealed: bytes });
  }

  /** Sends bytes to a route of one erasure; gives the JSON of its answer, if it has any. */
  async post<T>(path: string, id: string, body: Uint8Array, type = 'application/octet-stream'): Promise<T> {
    const response = await this.#connection.send(
      new Request(`${this.#connection.base}${path}?id=${id}`, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${this.#token}`,
          'Content-Type': type,
          'Tacet-Purpose': encodeURIComponent(this.call.purpose),
        },
        redirect: 'error',
        body: body as Uint8Array<ArrayBuffer>,
      }),
    );
    const text = await response.text();
    const answer = text === '' ? undefined : JSON.parse(text);
    if (!response.ok) throw errorOf(response.status, answer);
    return answer as T;
  }

  segments<T>(id: string, body: Uint8Array): Promise<T> {
    return this.post<T>(ERASURE_ROUTES.segments, id, body, SEGMENTS_TYPE);
  }

  async close(): Promise<void> {
    this.keys.close();
    await this.#connection.close();
  }
}
