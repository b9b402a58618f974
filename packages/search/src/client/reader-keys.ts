import { TacetError } from '@tacet/records';
import {
  type Authority,
  type AuthorityRecords,
  decodeSession,
  type Epoch,
  epochKey,
  equalBytes,
  type Identity,
  makeKeyrings,
  openKeyring,
  openSession,
  type ReaderSession,
  recordHash,
  type SessionSecrets,
  toHex,
  verifyAuthority,
  verifyKeyring,
} from '@tacet/seal';

/** Below this many sessions of an epoch a keyring is not worth a request: 3 milliseconds each. */
const KEYRING_FROM = 64;

function epochOf(record: Uint8Array): number | undefined {
  try {
    return decodeSession(record).session.epoch;
  } catch {
    return undefined;
  }
}

/**
 * What a reader holds between searches: the verified authority of a workspace and the sessions that
 * were opened, one decapsulation each. Keep one for as long as the identity is unlocked.
 */
export class ReaderKeys {
  readonly #identity: Identity;
  #authority: { seen: string; verified: Authority } | undefined;
  #sessions = new Map<string, Promise<ReaderSession>>();
  /** Private keys of epochs by their ids, hexadecimal: a grant is opened once. */
  #epochs = new Map<string, Promise<Uint8Array>>();
  /** Secrets of sessions out of keyrings: this reader's, and others'. */
  readonly #own: SessionSecrets = new Map();
  readonly #others: SessionSecrets = new Map();
  /** Those that are in no keyring of this reader, by epoch. */
  #fresh = new Map<number, SessionSecrets>();
  readonly #hashes = new WeakMap<Uint8Array, string>();

  constructor(identity: Identity) {
    this.#identity = identity;
  }

  /**
   * Verifies the records of a workspace against the identity's pins; the same records again cost a hash
   * each. New records let new certificates count, so sessions are then opened anew. Throws ROOT_MISMATCH
   * for a workspace that the identity does not know, and what `verifyAuthority` throws.
   */
  async use(records: AuthorityRecords): Promise<Authority> {
    const hashes = Object.values(records).map((kind: Uint8Array[]) =>
      kind.map((record) => toHex(recordHash(record))),
    );
    const seen = JSON.stringify(hashes);
    if (this.#authority?.seen === seen) return this.#authority.verified;
    const roots = records.root.map(recordHash);
    const pin = this.#identity.pins.find(({ rootHash }) => roots.some((root) => equalBytes(root, rootHash)));
    if (!pin) throw new TacetError('ROOT_MISMATCH', 'the identity file does not know this workspace');
    const verified = await verifyAuthority(records, { rootHash: pin.rootHash });
    // Not overwritten: another search may be in the middle of opening a segment with one of them.
    this.#sessions = new Map();
    this.#authority = { seen, verified };
    return verified;
  }

  /** What `use` verified. Throws INTERNAL before that. */
  get authority(): Authority {
    if (!this.#authority)
      throw new TacetError('INTERNAL', 'sessions are opened after the authority is verified');
    return this.#authority.verified;
  }

  /**
   * The session with this id (hexadecimal), opened once. Call `use` before. Throws SESSION_INVALID when
   * the record is of another session, and what `openSession` throws: GRANT_MISSING, EPOCH_INVALID, ...
   */
  session(id: string, record: Uint8Array): Promise<ReaderSession> {
    const key = this.#name(id, record);
    let opened = this.#sessions.get(key);
    if (!opened) {
      opened = this.#open(id, record);
      // Whoever waits for it is told; without this a failure nobody waits for ends the process.
      opened.catch(() => {});
      this.#sessions.set(key, opened);
    }
    return opened;
  }

  /** By the record, too: a wrong one must not stand in the way of the right one later. */
  #name(id: string, record: Uint8Array): string {
    const hash = this.#hashes.get(record) ?? toHex(recordHash(record));
    this.#hashes.set(record, hash);
    return `${id}/${hash}`;
  }

  async #open(id: string, record: Uint8Array): Promise<ReaderSession> {
    if (!this.#authority)
      throw new TacetError('INTERNAL', 'sessions are opened after the authority is verified');
    const session = await openSession(record, this.#identity, this.#authority.verified, {
      epochKey: (epoch) => this.#epochKey(epoch),
      secret: this.#own.get(id) ?? this.#others.get(id),
      own: this.#own.has(id),
      onSecret: ({ epoch }, secret) => {
        const fresh = this.#fresh.get(epoch) ?? new Map<string, Uint8Array>();
        this.#fresh.set(epoch, fresh.set(id, secret.slice()));
      },
    });
    if (toHex(session.id) === id) return session;
    session.end();
    throw new TacetError('SESSION_INVALID', 'the record is of another session');
  }

  #epochKey(epoch: Epoch): Promise<Uint8Array> {
    const name = toHex(epoch.id);
    let key = this.#epochs.get(name);
    if (!key) {
      key = epochKey(this.#identity, this.#authority!.verified, epoch);
      // A grant that is missing may come with the next records.
      key.catch(() => this.#epochs.delete(name));
      this.#epochs.set(name, key);
    }
    return key;
  }

  /** The id of this reader, hexadecimal. */
  get reader(): string {
    return toHex(this.#identity.reader.id);
  }

  /** The epochs of which so many sessions are to be opened that keyrings are worth asking for. */
  epochsToLearn(records: ReadonlyMap<string, Uint8Array>): number[] {
    const counts = new Map<number, number>();
    for (const [id, record] of records) {
      if (this.#own.has(id) || this.#sessions.has(this.#name(id, record))) continue;
      const epoch = epochOf(record);
      if (epoch !== undefined) counts.set(epoch, (counts.get(epoch) ?? 0) + 1);
    }
    return [...counts].filter(([, count]) => count >= KEYRING_FROM).map(([epoch]) => epoch);
  }

  /** Takes up keyrings; what does not verify or open is passed over, as the sessions open without it. */
  async learn(records: readonly Uint8Array[]): Promise<void> {
    const authority = this.#authority!.verified;
    for (const record of records) {
      try {
        const keyring = await verifyKeyring(record, authority);
        const key = await this.#epochKey(authority.epochs[keyring.epoch - 1]!);
        await openKeyring(keyring, key, this.#isMine(keyring.reader) ? this.#own : this.#others);
      } catch (error) {
        if (!(error instanceof TacetError)) throw error;
      }
    }
  }

  /** By both keys: whoever certifies could put another signing key beside this reader's. */
  #isMine(reader: Uint8Array): boolean {
    const { signing } = this.#identity;
    const certified = this.#authority!.verified.readers.find(({ id }) => equalBytes(id, reader));
    return (
      certified !== undefined &&
      equalBytes(certified.id, this.#identity.reader.id) &&
      equalBytes(certified.signing, signing.publicKey)
    );
  }

  /** Keyrings of the sessions that were in none of this reader's, of the epochs where they are many; once. */
  async keyrings(now: number): Promise<Uint8Array[]> {
    const authority = this.#authority?.verified;
    const records: Uint8Array[] = [];
    for (const [number, secrets] of this.#fresh) {
      if (!authority || secrets.size < KEYRING_FROM) continue;
      this.#fresh.delete(number);
      const epoch = authority.epochs[number - 1]!;
      records.push(...(await makeKeyrings(this.#identity, authority, epoch, secrets, now)));
      for (const [id, secret] of secrets) this.#own.set(id, secret);
    }
    return records;
  }

  /** Overwrites the keys of every session and forgets them; searches that use them fail. */
  close(): void {
    for (const opened of this.#sessions.values()) opened.then((session) => session.end()).catch(() => {});
    const wipe = (secret: Uint8Array) => secret.fill(0);
    for (const key of this.#epochs.values()) key.then(wipe).catch(() => {});
    for (const secrets of [this.#own, this.#others, ...this.#fresh.values()]) {
      for (const secret of secrets.values()) wipe(secret);
      secrets.clear();
    }
    this.#sessions = new Map();
    this.#epochs = new Map();
    this.#authority = undefined;
  }
}
