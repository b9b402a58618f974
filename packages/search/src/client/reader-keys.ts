import { TacetError } from '@tacet/records';
import {
  type Authority,
  type AuthorityRecords,
  equalBytes,
  type Identity,
  openSession,
  type ReaderSession,
  recordHash,
  toHex,
  verifyAuthority,
} from '@tacet/seal';

/**
 * What a reader holds between searches: the verified authority of a workspace and the sessions that
 * were opened, one decapsulation each. Keep one for as long as the identity is unlocked.
 */
export class ReaderKeys {
  readonly #identity: Identity;
  #authority: { seen: string; verified: Authority } | undefined;
  #sessions = new Map<string, Promise<ReaderSession>>();

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

  /**
   * The session with this id (hexadecimal), opened once. Call `use` before. Throws SESSION_INVALID when
   * the record is of another session, and what `openSession` throws: GRANT_MISSING, EPOCH_INVALID, ...
   */
  session(id: string, record: Uint8Array): Promise<ReaderSession> {
    // By the record, too: a wrong one must not stand in the way of the right one later.
    const key = `${id}/${toHex(recordHash(record))}`;
    let opened = this.#sessions.get(key);
    if (!opened) {
      opened = this.#open(id, record);
      // Whoever waits for it is told; without this a failure nobody waits for ends the process.
      opened.catch(() => {});
      this.#sessions.set(key, opened);
    }
    return opened;
  }

  async #open(id: string, record: Uint8Array): Promise<ReaderSession> {
    if (!this.#authority)
      throw new TacetError('INTERNAL', 'sessions are opened after the authority is verified');
    const session = await openSession(record, this.#identity, this.#authority.verified);
    if (toHex(session.id) === id) return session;
    session.end();
    throw new TacetError('SESSION_INVALID', 'the record is of another session');
  }

  /** Overwrites the keys of every session and forgets them; searches that use them fail. */
  close(): void {
    for (const opened of this.#sessions.values()) opened.then((session) => session.end()).catch(() => {});
    this.#sessions = new Map();
    this.#authority = undefined;
  }
}
