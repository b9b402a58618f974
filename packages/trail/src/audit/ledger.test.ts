import { clearColumns } from '@tacet/records';
import { foundWorkspace, type SealedSegment, toHex, verifyAuthority, WriterSession } from '@tacet/seal';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeEntry, encodeEntry, type TrailEntry } from '../proof/entry.ts';
import { manifestEntries, removedEntries } from '../proof/manifest.ts';
import { SegmentLedger } from './ledger.ts';

const NOW = Date.UTC(2026, 0, 31, 8);
const workspace = 'acme';
let session: WriterSession;
let started: TrailEntry;
const segments: SealedSegment[] = [];
const statements: { heartbeat: TrailEntry; closing: TrailEntry } = {} as never;

const statement = (record: Uint8Array): TrailEntry => ({
  kind: 'statement',
  workspace,
  actor: 'server',
  facts: { record: Buffer.from(record).toString('base64') },
});

beforeAll(async () => {
  const founded = await foundWorkspace({ workspace, now: NOW });
  const authority = await verifyAuthority(founded.authority, { rootHash: founded.rootHash });
  session = await WriterSession.start({ workspace, authority, writer: founded.writer, now: NOW });
  const { id, epoch, record } = session;
  started = {
    kind: 'session',
    workspace,
    actor: 'server',
    facts: { session: toHex(id), epoch, record: Buffer.from(record).toString('base64') },
  };
  for (let number = 0; number < 3; number++) {
    session.advance(NOW + number * 1000);
    segments.push(await session.seal(row(number, number === 2 ? [segments[0]!.id] : [])));
  }
  statements.heartbeat = statement(await session.heartbeat(NOW + 60_000));
  statements.closing = statement(await session.close(NOW + 90_000));
});

const row = (number: number, supersedes: Uint8Array[]) => ({
  rows: new TextEncoder().encode(JSON.stringify({ number })),
  count: 1,
  clear: clearColumns([
    {
      time: 1,
      kind: 'log',
      service: 's',
      operation: '',
      model: '',
      provider: '',
      status: '',
      severity: '',
      duration_ns: -1,
      input_tokens: -1,
      output_tokens: -1,
      secrets: [],
    },
  ]),
  timeMin: 1,
  timeMax: 1,
  share: new Uint8Array(32),
  trapdoors: new Uint8Array(),
  unfiltered: true,
  supersedes,
});

/** The account of entries that came a second after each other. */
async function account(entries: readonly TrailEntry[], later = 0) {
  const ledger = new SegmentLedger();
  for (const [at, entry] of entries.entries()) {
    const time = NOW + at * 1000 + (at === entries.length - 1 ? later : 0);
    ledger.see(at, decodeEntry(encodeEntry(entry, new Date(time)).leaf));
  }
  const { problems, ...report } = await ledger.report();
  return { ...report, codes: problems.map(({ code }) => code), current: [...ledger.current()] };
}
const manifests = (list: readonly SealedSegment[]) => manifestEntries(workspace, list);
const other: TrailEntry = { kind: 'search', workspace, actor: 'reader', facts: {} };

describe('the account of segments', () => {
  it('agrees with a session that was closed', async () => {
    const { heartbeat, closing } = statements;
    const report = await account([started, ...manifests(segments), heartbeat, closing], 3_600_000);
    expect(report).toMatchObject({
      codes: [],
      notes: [],
      sessions: 1,
      segments: { named: 3, superseded: 1 },
    });
    expect(report.current).toEqual([segments[1]!, segments[2]!].map(({ id }) => toHex(id)));
  });

  it('finds a segment that a writer signed for and the trail does not name', async () => {
    const { closing } = statements;
    expect((await account([started, ...manifests(segments.slice(0, 2)), closing])).codes).toEqual([
      'SEGMENTS_MISSING',
    ]);
    // Naming one twice does not make up for another.
    const twice = [started, ...manifests(segments.slice(0, 2)), ...manifests(segments.slice(0, 1)), closing];
    expect((await account(twice)).codes).toEqual(['SEGMENTS_MISSING']);
  });

  it('notices a missing closing record, and how much is missing', async () => {
    const report = await account(
      [started, ...manifests(segments.slice(0, 1)), statements.heartbeat, other],
      3_600_000,
    );
    expect(report.codes).toEqual([]);
    expect(report.notes).toEqual([
      expect.stringMatching(/no closing record.*last heard at 2026-01-31T08:01:00Z, with 2 more segments/),
    ]);
  });

  it('is patient with a session that goes on', async () => {
    const { heartbeat } = statements;
    expect((await account([started, ...manifests(segments), heartbeat, other], 120_000)).notes).toEqual([]);
  });

  it('finds a statement that the writer did not sign, or that is of another session', async () => {
    const record = Buffer.from(statements.closing.facts.record as string, 'base64');
    for (const at of [20, record.length - 1]) {
      const forged = Buffer.from(record);
      forged[at]! ^= 1;
      expect(
        (await account([started, ...manifests(segments), statement(forged)])).codes.length,
      ).toBeGreaterThan(0);
    }
    expect((await account([...manifests(segments), statements.closing])).codes).toEqual(['SESSION_INVALID']);
  });

  it('expects nothing of what was removed with a reason', async () => {
    const removed = removedEntries(workspace, 'server', 'erased', [segments[1]!.id]);
    const report = await account([started, ...manifests(segments), ...removed, statements.closing]);
    expect(report.current).toEqual([toHex(segments[2]!.id)]);
    expect(report.segments.removed).toBe(1);
    const shredded: TrailEntry = { ...other, kind: 'removed', facts: { reason: 'shredded', epoch: 1 } };
    expect((await account([started, ...manifests(segments), shredded])).current).toEqual([]);
  });
});
