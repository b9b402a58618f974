import { parseToken } from '@tacet/access';
import { codeOf, TacetError } from '@tacet/records';
import {
  type Authority,
  type AuthorityRecords,
  equalBytes,
  type Identity,
  type OwnerKeys,
  type ReaderIssuer,
  verifyAuthority,
} from '@tacet/seal';
import { type AuthorityChangeMessage, authorityMessage, authorityRecords } from '@tacet/search/wire';
import { type Api, apiOf } from '../api.ts';
import { type Connection, connectDirectory, connectUrl } from '../connect.ts';
import type { Io } from '../io.ts';
import { directoryOrUrl } from '../options.ts';
import type { ProfileEntry } from '../profile/index.ts';
import {
  findToken,
  type IdentityFile,
  type Named,
  openIdentityFile,
  profileEntry,
} from '../profile/locate.ts';
import { StagedIdentity } from './staged.ts';

/** Flags that every command of keys takes. */
export interface KeysOptions extends Named {
  dir?: string;
  to?: string;
  json?: boolean;
}

/** How often a change is made anew when another one came between. */
const ATTEMPTS = 4;

/** What a change came to. */
export interface Changed {
  before: Authority;
  after: Authority;
  /** Grants and shares that the server deleted. */
  grants: number;
  shares: number;
}

/**
 * A workspace's authority at its server, for a holder of its keys: records are verified here against the
 * root hash in the token, made and signed here, and the server gets them to keep.
 */
export class Workspace {
  /** SHA-256 of root record 0. */
  readonly rootHash: Uint8Array;
  /** Where this person's files are, as far as the index knows. */
  readonly #entry: ProfileEntry | undefined;
  readonly #api: Api;
  readonly #connection: Connection;

  private constructor(
    rootHash: Uint8Array,
    entry: ProfileEntry | undefined,
    connection: Connection,
    api: Api,
  ) {
    this.rootHash = rootHash;
    this.#entry = entry;
    this.#connection = connection;
    this.#api = api;
  }

  /** Connects with the owner's token. `command` is what the request gives as its purpose. */
  static async open(options: KeysOptions, io: Io, command: string): Promise<Workspace> {
    const where = directoryOrUrl(options);
    const connection = 'dir' in where ? await connectDirectory(where.dir, io) : connectUrl(where.to);
    try {
      const entry = await profileEntry(io.env, connection.rootHash);
      const token = await findToken('owner', options, io.env, entry);
      const { rootHash } = parseToken(token);
      return new Workspace(rootHash, entry, connection, apiOf(connection, token, `tacet keys ${command}`));
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  /** This person's identity, as it counts now. Throws as `openIdentityFile`. */
  async identity(named: Named, io: Io): Promise<IdentityFile> {
    const file = await openIdentityFile(named, io, this.#entry);
    return { ...file, identity: await new StagedIdentity(file).settle(() => this.authority()) };
  }

  /** The authority, verified. Throws what `verifyAuthority` throws and the server's errors. */
  async authority(): Promise<Authority> {
    return verifyAuthority(await this.records(), { rootHash: this.rootHash });
  }

  /** The records as the server gives them. */
  async records(): Promise<AuthorityRecords> {
    return authorityRecords(await this.#api('/v1/authority'), (what) => {
      throw new TacetError('RESULT_INCOMPLETE', `the server's answer is not of the known form: ${what}`);
    });
  }

  /**
   * Makes records by `identity` and has them appended, all or none. `make` is called again when another
   * change came between. What the server shows afterwards is verified too.
   */
  async change(
    identity: Identity,
    make: (issuer: ReaderIssuer) => Promise<Partial<AuthorityRecords>>,
  ): Promise<Changed> {
    if (!identity.pins.some((pin) => equalBytes(pin.rootHash, this.rootHash)))
      throw new TacetError('ROOT_MISMATCH', 'the identity file does not know this workspace');
    for (let attempt = 1; ; attempt++) {
      const before = await this.authority();
      const records = await make({ identity, authority: before, now: Date.now() });
      try {
        const { grants, shares } = await this.#api<AuthorityChangeMessage>(
          '/v1/authority',
          authorityMessage(records),
        );
        return { before, after: await this.authority(), grants, shares };
      } catch (error) {
        if (codeOf(error) !== 'AUTHORITY_CHANGED' || attempt >= ATTEMPTS) throw error;
      }
    }
  }

  /**
   * Changes the owner's own keys: `make` gives the records and the keys that count once they are taken.
   * The identity file then holds those.
   */
  async changeOwner(
    file: IdentityFile,
    make: (issuer: ReaderIssuer) => Promise<{ records: Partial<AuthorityRecords>; owner: OwnerKeys }>,
  ): Promise<{ after: Authority; identity: Identity }> {
    const staged = new StagedIdentity(file);
    let { identity } = file;
    try {
      const { after } = await this.change(identity, async (issuer) => {
        const { records, owner } = await make(issuer);
        identity = { ...issuer.identity, owner };
        await staged.stage(identity);
        return records;
      });
      await staged.commit();
      return { after, identity };
    } catch (error) {
      await staged.drop(error);
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}
