import { codeOf, TacetError } from '@tacet/records';
import {
  AUTHORITY_LISTS,
  type Authority,
  type AuthorityRecords,
  decodeEpoch,
  decodeGrant,
  decodeReader,
  decodeRevocation,
  decodeWriter,
  emptyRecords,
  equalBytes,
  recordHash,
  toHex,
  verifyAuthority,
} from '@tacet/seal';
import type { ControlStore, RecordRow } from '@tacet/store';
import { SHREDDED, type Trail } from '@tacet/trail';
import { readRecords } from './authority.ts';

/** What a change came to. */
export interface AuthorityChange {
  /** Records that were not there before. */
  added: number;
  /** Grants that were deleted, because their reader or epoch was revoked. */
  grants: number;
  /** Shares that were deleted with their epochs. */
  shares: number;
}

/** Grants to a revoked reader, or of a shredded epoch, beside those that open something. */
function endedGrants(stored: readonly Uint8Array[], authority: Authority): Uint8Array[] {
  return stored.filter((record) => {
    const { grant } = decodeGrant(record);
    const epoch = authority.epochs[grant.epoch - 1];
    const reader = authority.readers.find((one) => equalBytes(one.id, grant.recipient));
    return epoch?.shredded !== undefined || reader?.revoked !== undefined;
  });
}

/**
 * Appends records to a workspace's authority: what holders of its keys signed elsewhere. The server
 * holds no key for any of it; it checks what came, enters it in the trail and stores it, or enters what
 * it refused and why.
 */
export class AuthorityChanges {
  readonly #options: {
    workspace: string;
    rootHash: Uint8Array;
    control: ControlStore;
    trail: Pick<Trail, 'append'>;
    onChange: () => Promise<void>;
  };
  #last: Promise<unknown> = Promise.resolve();

  /** `onChange` is called after each change, before shares are deleted: writers move on in it. */
  constructor(options: {
    workspace: string;
    rootHash: Uint8Array;
    control: ControlStore;
    trail: Pick<Trail, 'append'>;
    onChange: () => Promise<void>;
  }) {
    this.#options = options;
  }

  /**
   * Takes records by `actor` (the id of a token); those already there change nothing. All are stored or
   * none. Throws what `verifyAuthority` throws, GRANT_INVALID and its like for records that would not
   * count, AUTHORITY_CHANGED when another change came between, TRAIL_UNAVAILABLE and the store's errors.
   */
  append(given: AuthorityRecords, actor: string): Promise<AuthorityChange> {
    const mine = this.#last.then(() => this.#append(given, actor));
    this.#last = mine.catch(() => {});
    return mine;
  }

  async #append(given: AuthorityRecords, actor: string): Promise<AuthorityChange> {
    const { workspace, rootHash, control, onChange } = this.#options;
    const seen = await control.recordsSeen(workspace);
    const stored = await readRecords(control, workspace);
    const [fresh, union] = [emptyRecords(), emptyRecords()];
    for (const list of AUTHORITY_LISTS) {
      const known = new Set(stored[list].map((record) => toHex(recordHash(record))));
      fresh[list] = given[list].filter((record) => !known.has(toHex(recordHash(record))));
      union[list] = [...stored[list], ...fresh[list]];
    }
    const add = rowsOf(fresh);
    if (add.length === 0) return { added: 0, grants: 0, shares: 0 };
    let authority: Authority;
    try {
      authority = await verifyAuthority(union, { rootHash });
      requireCounting(fresh, authority);
    } catch (error) {
      await this.#enter('keys-refused', actor, fresh, { code: codeOf(error) ?? 'INTERNAL' });
      throw error;
    }
    const ended = endedGrants(stored.grants, authority);
    await this.#enter('keys', actor, fresh, { grants_ended: ended.length });
    const remove = ended.map((body) => ({ kind: 'grants', body }));
    if (!(await control.changeRecords(workspace, { seen, add, remove }))) {
      await this.#enter('keys-refused', actor, fresh, { code: 'AUTHORITY_CHANGED' });
      throw new TacetError('AUTHORITY_CHANGED', 'the authority was changed meanwhile: try again');
    }
    await onChange();
    await this.#enterShredded(stored, authority, actor);
    return { added: add.length, grants: ended.length, shares: await dropShredded(control, authority) };
  }

  /** Says of each epoch that was not shredded before that nothing sealed in it opens any more. */
  async #enterShredded(before: AuthorityRecords, authority: Authority, actor: string): Promise<void> {
    const { workspace, rootHash, trail } = this.#options;
    const known = await verifyAuthority(before, { rootHash });
    const gone = new Set(known.epochs.filter(isShredded).map(({ number }) => number));
    for (const { number } of authority.epochs.filter(isShredded))
      if (!gone.has(number))
        await trail.append({ kind: 'removed', workspace, actor, facts: { reason: SHREDDED, epoch: number } });
  }

  async #enter(
    kind: 'keys' | 'keys-refused',
    actor: string,
    records: AuthorityRecords,
    facts: { [name: string]: string | number },
  ) {
    const hashes = rowsOf(records).map(({ kind: list, body }) => `${list} ${toHex(recordHash(body))}`);
    const { workspace, trail } = this.#options;
    await trail.append({ kind, workspace, actor, facts: { ...facts, records: hashes } });
  }
}

const isShredded = ({ shredded }: Authority['epochs'][number]): boolean => shredded !== undefined;

function rowsOf(records: AuthorityRecords): RecordRow[] {
  return AUTHORITY_LISTS.flatMap((kind) => records[kind].map((body) => ({ kind, body })));
}

/** The kind under which the control store keeps a reader's keyrings of an epoch. */
export const keyringsOf = (epoch: number, reader: Uint8Array) => `keyring ${epoch} ${toHex(reader)}`;

/** Epochs of which no share is left under a share key that still exists: their ids. */
const FORGOTTEN = 'forgotten';

/**
 * Deletes shares and keyrings of shredded epochs, and rotates the share key, so that copies of the control
 * records made before hold such shares under a key that is gone. Also called at start, in case a crash came
 * between.
 */
export async function dropShredded(control: ControlStore, authority: Authority): Promise<number> {
  const { workspace, readers } = authority;
  const shredded = authority.epochs.filter(isShredded);
  let shares = 0;
  for (const { number } of shredded) {
    shares += await control.dropEpochShares(workspace, number);
    for (const { id } of readers) {
      const kind = keyringsOf(number, id);
      const seen = await control.recordsSeen(workspace);
      const remove = (await control.records(workspace, kind)).map((body) => ({ kind, body }));
      if (remove.length > 0) await control.changeRecords(workspace, { seen, add: [], remove });
    }
  }
  const forgotten = await control.records(workspace, FORGOTTEN);
  const due = shredded.filter(({ id }) => !forgotten.some((one) => equalBytes(one, id)));
  if (due.length > 0 || shares > 0) await control.rotateShareKey();
  for (const { id } of due) await control.appendRecord(workspace, FORGOTTEN, id);
  return shares;
}

/**
 * Verifying passes over what was signed under a void delegation and over grants that were ended: good
 * for what is stored, but nobody appends such a thing in good faith.
 */
function requireCounting(fresh: AuthorityRecords, authority: Authority): void {
  const counts = (operations: Uint8Array) =>
    authority.operations.some((entry) => entry.counts && equalBytes(entry.hash, operations));
  const fail = (code: 'EPOCH_INVALID' | 'WRITER_INVALID' | 'READER_INVALID' | 'REVOCATION_INVALID') => {
    throw new TacetError(code, 'signed under a delegation that no longer counts');
  };
  for (const record of fresh.epochs) if (!counts(decodeEpoch(record).epoch.operations)) fail('EPOCH_INVALID');
  for (const record of fresh.writers)
    if (!counts(decodeWriter(record).writer.operations)) fail('WRITER_INVALID');
  for (const record of fresh.readers)
    if (!counts(decodeReader(record).reader.operations)) fail('READER_INVALID');
  for (const record of fresh.revocations)
    if (!counts(decodeRevocation(record).revocation.operations)) fail('REVOCATION_INVALID');
  for (const record of fresh.grants) {
    const { grant } = decodeGrant(record);
    const opens = authority.grants.some(
      ({ epochId, recipient }) =>
        equalBytes(epochId, grant.epochId) && equalBytes(recipient, grant.recipient),
    );
    if (!opens) throw new TacetError('GRANT_INVALID', 'a grant of what was revoked, or by a void key');
  }
}
