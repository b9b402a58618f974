import { createHash, randomBytes } from 'node:crypto';
import type { Principal } from '@tacet/access';
import { TacetError } from '@tacet/records';
import {
  type ApprovalText,
  type Authority,
  type AuthorityRecords,
  activeReaders,
  equalBytes,
  mayErase,
  parseHeader,
  type Reader,
  type RequestText,
  type SealedSegment,
  type SignedText,
  toHex,
  type VerifiedSession,
  verifyAuthority,
  verifySession,
  verifyStatement,
  type WriterCredential,
} from '@tacet/seal';
import type { ErasureMessage, ErasureOrder, Replaced, SentSegment } from '@tacet/search/wire';
import type { ControlStore, LogStore, SegmentRow } from '@tacet/store';
import { removedEntries, type Trail } from '@tacet/trail';
import { CLOCK_SECONDS, checkSent } from '../sealed/check.ts';
import type { StoreSink } from '../sink.ts';
import type { Erased } from './erased.ts';
import { type Erasure, messageOf, readErasure, writeErasure } from './erasure.ts';
import { receiptOf } from './receipt.ts';

export interface ErasureParts {
  workspace: string;
  rootHash: Uint8Array;
  log: LogStore;
  control: ControlStore;
  sink: StoreSink;
  trail: Trail;
  erased: Erased;
  /** Signs receipts. */
  writer: WriterCredential;
  readRecords: () => Promise<AuthorityRecords>;
  now: () => number;
}

const fromHex = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));
const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

/** A request waits for its approval so long at most, in milliseconds. */
const TERM_MS = 30 * 86_400_000;

/**
 * Erasing a person's rows, from the request to the receipt. The server cannot see whose rows they are: it
 * sees to it that two certified readers agreed, that no more rows go than they agreed on, that what stays
 * is sealed again before the old goes, and that nothing of the old is left when it says so.
 *
 * Each step is durable before the next; a step that a crash cut off is made up for by the next call.
 */
export class Erasures {
  readonly #parts: ErasureParts;
  readonly #all: Map<string, Erasure>;
  readonly #sessions = new Map<string, VerifiedSession>();

  private constructor(parts: ErasureParts, all: Map<string, Erasure>) {
    this.#parts = parts;
    this.#all = all;
  }

  static async open(parts: ErasureParts): Promise<Erasures> {
    const rows = await parts.control.erasures(parts.workspace);
    const all = new Map(rows.map((row) => [toHex(row.id), readErasure(row)]));
    for (const { replaced, pending } of all.values())
      parts.erased.add([...Object.keys(replaced), ...Object.keys(pending)]);
    return new Erasures(parts, all);
  }

  list(): ErasureMessage[] {
    return [...this.#all.values()].map(messageOf);
  }

  /**
   * Keeps a request that a certified reader with the capability _erase_ signed, or gives the open one of
   * the same subject by the same person. Throws ERASURE_INVALID, WRITER_INVALID.
   */
  async request(principal: Principal, { request, sealed }: ErasureOrder): Promise<ErasureMessage> {
    const text = await this.#signed<RequestText>('erasure-request', request, 'tacet erasure request');
    const authority = await this.#authority();
    this.#reader(authority, request);
    this.#requireEraser(authority, bytesOf(request.key), text.epoch);
    this.#requireNow(text.time);
    const known = [...this.#all.values()].find(
      (one) =>
        one.state !== 'done' &&
        one.request.key === request.key &&
        this.#requestOf(one).tag === text.tag &&
        !this.#isStale(one),
    );
    if (known) {
      await this.#settle(known);
      return messageOf(known);
    }
    const erasure: Erasure = {
      id: randomBytes(16).toString('hex'),
      state: 'requested',
      actor: principal.id,
      request,
      sealed,
      replaced: {},
      pending: {},
      rows: 0,
    };
    const facts = { step: 'requested', erasure: erasure.id, request: hashOf(request.text) };
    await this.#enter(principal, { ...facts, rows: text.rows, segments: text.segments });
    await this.#save(erasure);
    return messageOf(erasure);
  }

  /** Keeps the approval of a second certified reader. Throws ERASURE_UNKNOWN, ERASURE_INVALID, APPROVAL_NEEDED. */
  async approve(principal: Principal, id: string, approval: SignedText): Promise<ErasureMessage> {
    const erasure = this.#find(id);
    const text = await this.#signed<ApprovalText>('erasure-approval', approval, 'tacet erasure approval');
    if (erasure.state !== 'requested' || this.#isStale(erasure))
      throw new TacetError('ERASURE_INVALID', 'this erasure does not wait for an approval');
    if (text.erasure !== id || text.request !== hashOf(erasure.request.text))
      throw new TacetError('ERASURE_INVALID', 'the approval is of another request');
    this.#requireNow(text.time);
    const authority = await this.#authority();
    const [asked, agreed] = [this.#reader(authority, erasure.request), this.#reader(authority, approval)];
    if (principal.id === erasure.actor || equalBytes(asked.id, agreed.id))
      throw new TacetError(
        'APPROVAL_NEEDED',
        'a second person approves, with an identity and a token of their own',
      );
    await this.#parts.trail.append({
      kind: 'approval',
      workspace: this.#parts.workspace,
      actor: principal.id,
      facts: { of: 'erasure', erasure: id, approval: hashOf(approval.text) },
      ...(principal.purpose !== undefined && { texts: { purpose: principal.purpose } }),
    });
    await this.#save(Object.assign(erasure, { state: 'approved', approval, approvedAt: this.#iso() }));
    return messageOf(erasure);
  }

  /** Makes a session record of who asked durable. Throws what `verifySession` throws, ERASURE_INVALID. */
  async openSession(id: string, record: Uint8Array): Promise<void> {
    const erasure = this.#approved(id);
    const authority = await this.#authority();
    const verified = await verifySession(record, authority);
    const { session, writer, epoch, started } = verified.session;
    if (!equalBytes(writer, bytesOf(erasure.request.key)))
      throw new TacetError('ERASURE_INVALID', 'the session is of somebody else than who asked');
    this.#requireEraser(authority, writer, epoch);
    if (Math.abs(started - this.#seconds()) > CLOCK_SECONDS)
      throw new TacetError('SESSION_INVALID', 'the session does not begin now: compare the clocks');
    await this.#parts.sink.openSession({ id: session, epoch, record });
    this.#sessions.set(toHex(session), verified);
  }

  /** Puts segments in the place of those that they supersede, one each. */
  async replace(id: string, sent: readonly SentSegment[]): Promise<Replaced> {
    const erasure = this.#approved(id);
    const authority = await this.#authority();
    const fresh = new Map<string, SealedSegment>();
    for (const segment of sent) {
      const session = this.#sessions.get(toHex(parseHeader(segment.header).session));
      if (!session || !equalBytes(session.session.writer, bytesOf(erasure.request.key)))
        throw new TacetError('SESSION_INVALID', 'no such session of this erasure: open it first');
      const sealed = await checkSent(segment, session, authority, this.#seconds());
      const [old] = sealed.supersedes;
      if (!old || sealed.supersedes.length > 1)
        throw new TacetError('ERASURE_INVALID', 'a segment stands in for one other');
      fresh.set(toHex(old), sealed);
    }
    return this.#take(id, [...fresh.keys()], fresh);
  }

  /** Removes segments of which no row stays. */
  emptied(id: string, segments: readonly string[]): Promise<Replaced> {
    return this.#take(id, segments, new Map());
  }

  /**
   * Goes on with what is left to do when all segments were replaced: shares and rows deleted, files
   * rewritten, the share key rotated, old files gone. Then there is a receipt. Call again until then.
   */
  async finish(principal: Principal, id: string): Promise<ErasureMessage> {
    const erasure = this.#find(id);
    if (erasure.state === 'requested')
      throw new TacetError('APPROVAL_NEEDED', 'a second person has not approved this erasure yet');
    if (erasure.state === 'done') return messageOf(erasure);
    const { control, log } = this.#parts;
    await this.#settle(erasure);
    if (!erasure.entry) {
      erasure.sharesDeletedAt = this.#iso();
      const rewritten = Object.values(erasure.replaced).filter(Boolean).length;
      const facts = { step: 'removed', erasure: id, rows: erasure.rows, rewritten };
      const segments = Object.keys(erasure.replaced);
      const { index, hash } = await this.#enter(principal, { ...facts, segments: segments.length });
      await this.#save(Object.assign(erasure, { state: 'finishing', entry: { index, leaf: toHex(hash) } }));
    }
    if (!erasure.parts) {
      await log.purge();
      await this.#save(Object.assign(erasure, { parts: await log.oldParts() }));
    }
    if (!erasure.rotatedAt) {
      await control.rotateShareKey();
      await this.#save(Object.assign(erasure, { rotatedAt: this.#iso() }));
    }
    // Other parts come and go meanwhile: those that held the old segments must be gone.
    const there = new Set(await log.oldParts());
    const left = erasure.parts!.filter((name) => there.has(name));
    if (left.length > 0) {
      await this.#save(Object.assign(erasure, { parts: left }));
      return messageOf(erasure);
    }
    const { workspace, rootHash, writer, readRecords } = this.#parts;
    const receipt = await receiptOf(erasure, {
      workspace,
      rootHash: toHex(rootHash),
      writer,
      records: await readRecords(),
      now: this.#iso(),
    });
    const { sealed: _, parts: __, ...kept } = erasure;
    const done: Erasure = { ...kept, state: 'done', receipt };
    await this.#enter(principal, { step: 'receipt', erasure: id, receipt: hashOf(receipt.receipt.text) });
    await this.#save(done);
    return messageOf(done);
  }

  /**
   * What is meant is durable first, then what stays, and then the old goes. Days of receipt and resend
   * marks stay with the rows: they are kept no longer than before, and known when they are sent again.
   */
  async #take(
    id: string,
    names: readonly string[],
    fresh: ReadonlyMap<string, SealedSegment>,
  ): Promise<Replaced> {
    const { workspace, log, control, sink, erased } = this.#parts;
    return erased.alone(async () => {
      const erasure = this.#approved(id);
      await this.#settlePending(erasure);
      const ids = names.map(fromHex);
      const present = await control.sharesPresent(workspace, ids);
      const rows = (await log.fetch(workspace, ids)).filter((row) => present.has(toHex(row.id)));
      for (const row of rows) requireFewer(row, fresh.get(toHex(row.id)));
      this.#requireApproved(erasure, rows, fresh);
      const replaced = rows.map((row) => toHex(row.id));
      erased.add(replaced);
      for (const row of rows) {
        const by = fresh.get(toHex(row.id));
        erasure.pending[toHex(row.id)] = { by: by ? toHex(by.id) : '', rows: row.count - (by?.count ?? 0) };
      }
      await this.#save(erasure);
      for (const [day, received] of Map.groupBy(rows, (row) => row.receivedDay)) {
        const segments = received.flatMap((row) => {
          const sealed = fresh.get(toHex(row.id));
          return sealed ? [{ sealed, batches: row.batches }] : [];
        });
        if (segments.length > 0) await sink.commitOn(day, segments);
      }
      await this.#complete(erasure, replaced);
      return { replaced, gone: names.filter((name) => !replaced.includes(name)) };
    });
  }

  async #removed(reason: 'erased' | 'not-stored', names: readonly string[]): Promise<void> {
    const { workspace, trail } = this.#parts;
    for (const entry of removedEntries(workspace, 'server', reason, names.map(fromHex)))
      await trail.append(entry);
  }

  #requireApproved(
    erasure: Erasure,
    rows: readonly SegmentRow[],
    fresh: ReadonlyMap<string, SealedSegment>,
  ): void {
    const going = rows.reduce((sum, { id, count }) => sum + count - (fresh.get(toHex(id))?.count ?? 0), 0);
    const most = this.#requestOf(erasure).atMost;
    if (erasure.rows + going > most)
      throw new TacetError('ERASURE_INVALID', `no more than ${most} rows were approved: ask again`);
  }

  /** Everything that a crash left half done, forward where the new segment is stored, else back. */
  #settle(erasure: Erasure): Promise<void> {
    return this.#parts.erased.alone(async () => {
      const { workspace, log, control } = this.#parts;
      await this.#settlePending(erasure);
      const old = Object.keys(erasure.replaced).map(fromHex);
      if ((await control.sharesPresent(workspace, old)).size > 0) await control.dropShares(workspace, old);
      const left = await log.contains(old);
      if (left.length > 0) await log.remove(workspace, left);
    });
  }

  async #settlePending(erasure: Erasure): Promise<void> {
    const pending = Object.entries(erasure.pending);
    if (pending.length === 0) return;
    const { workspace, log, control } = this.#parts;
    const stored = new Set((await log.contains(pending.map(([, { by }]) => fromHex(by)))).map(toHex));
    const forward = pending.filter(([, { by }]) => by === '' || stored.has(by));
    const back = pending.filter(([, { by }]) => by !== '' && !stored.has(by));
    await control.dropShares(
      workspace,
      back.map(([, { by }]) => fromHex(by)),
    );
    // The trail names segments before they are stored: these never were.
    await this.#removed(
      'not-stored',
      back.map(([, { by }]) => by),
    );
    for (const [name] of back) delete erasure.pending[name];
    await this.#complete(
      erasure,
      forward.map(([name]) => name),
    );
  }

  /** The new segments are stored: the old ones go. */
  async #complete(erasure: Erasure, names: readonly string[]): Promise<void> {
    const { workspace, log, control } = this.#parts;
    await this.#removed('erased', names);
    for (const name of names) {
      const { by, rows } = erasure.pending[name]!;
      erasure.replaced[name] = by;
      erasure.rows += rows;
      delete erasure.pending[name];
    }
    await this.#save(erasure);
    await control.dropShares(workspace, names.map(fromHex));
    await log.remove(workspace, names.map(fromHex));
  }

  #approved(id: string): Erasure {
    const erasure = this.#find(id);
    if (erasure.state === 'requested')
      throw new TacetError('APPROVAL_NEEDED', 'a second person has not approved this erasure yet');
    if (erasure.state !== 'approved')
      throw new TacetError('ERASURE_INVALID', 'this erasure is finished: ask for another');
    return erasure;
  }

  #find(id: string): Erasure {
    const erasure = this.#all.get(id);
    if (!erasure) throw new TacetError('ERASURE_UNKNOWN', 'there is no such erasure');
    return erasure;
  }

  #isStale({ state, request }: Erasure): boolean {
    const asked = Date.parse((JSON.parse(request.text) as RequestText).time);
    return state === 'requested' && this.#parts.now() - asked > TERM_MS;
  }

  #requestOf({ request }: Erasure): RequestText {
    return JSON.parse(request.text) as RequestText;
  }

  async #signed<T extends RequestText | ApprovalText>(
    kind: 'erasure-request' | 'erasure-approval',
    signed: SignedText,
    says: T['kind'],
  ): Promise<T> {
    const by = { key: bytesOf(signed.key), signature: bytesOf(signed.signature) };
    const good = await verifyStatement(kind, signed.text, by).catch(() => false);
    if (!good) throw new TacetError('ERASURE_INVALID', 'the signature does not fit');
    const text = parseText(signed.text) as T;
    if (text.kind !== says || text.workspace !== this.#parts.workspace || !isFilled(text))
      throw new TacetError('ERASURE_INVALID', `not a ${says} of this workspace`);
    return text;
  }

  #reader(authority: Authority, { key }: SignedText): Reader {
    const reader = activeReaders(authority).find((one) => equalBytes(one.signing, bytesOf(key)));
    if (!reader) throw new TacetError('ERASURE_INVALID', 'signed by a key that no certified reader has');
    return reader;
  }

  #requireEraser(authority: Authority, key: Uint8Array, number: number): void {
    const epoch = authority.epochs[number - 1];
    if (!epoch || !mayErase(authority, key, epoch, this.#seconds()))
      throw new TacetError('WRITER_INVALID', 'no certificate lets this reader erase');
  }

  #requireNow(time: string): void {
    if (!(Math.abs(Date.parse(time) - this.#parts.now()) <= CLOCK_SECONDS * 1000))
      throw new TacetError('ERASURE_INVALID', 'the statement is not of now: compare the clocks');
  }

  async #authority(): Promise<Authority> {
    const { readRecords, rootHash } = this.#parts;
    return verifyAuthority(await readRecords(), { rootHash });
  }

  async #enter(principal: Principal, facts: { [name: string]: string | number }) {
    const { workspace, trail } = this.#parts;
    const texts = principal.purpose === undefined ? {} : { texts: { purpose: principal.purpose } };
    return trail.append({ kind: 'erasure', workspace, actor: principal.id, facts, ...texts });
  }

  async #save(erasure: Erasure): Promise<void> {
    this.#all.set(erasure.id, erasure);
    await this.#parts.control.putErasure(writeErasure(this.#parts.workspace, erasure));
  }

  #seconds(): number {
    return Math.floor(this.#parts.now() / 1000);
  }

  #iso(): string {
    return new Date(this.#parts.now()).toISOString();
  }
}

/** @throws TacetError ERASURE_INVALID unless fewer rows are sealed again, under the epoch that they were in. */
function requireFewer(old: SegmentRow, sealed: SealedSegment | undefined): void {
  if (!sealed) return;
  if (sealed.epoch !== parseHeader(old.header).epoch || sealed.count >= old.count)
    throw new TacetError('ERASURE_INVALID', 'fewer rows are sealed again, under the epoch that they were in');
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new TacetError('ERASURE_INVALID', 'a statement is JSON');
  }
}

const isHex = (value: unknown, bytes: number) =>
  typeof value === 'string' && new RegExp(`^[0-9a-f]{${bytes * 2}}$`).test(value);
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;

function isFilled(text: RequestText | ApprovalText): boolean {
  if (text.kind === 'tacet erasure approval') return isHex(text.erasure, 16) && isHex(text.request, 32);
  const { tag, epoch, fields, rows, segments, atMost } = text;
  const named =
    Array.isArray(fields) &&
    fields.length > 0 &&
    fields.length <= 16 &&
    fields.every((field) => typeof field === 'string' && /^[\w.-]{1,128}$/.test(field));
  return isHex(tag, 32) && named && [epoch, rows, segments, atMost].every(isCount);
}
