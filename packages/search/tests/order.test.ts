import { clearColumns, clearFacts, type Event, encodeRow } from '@tacet/records';
import {
  encodeClear,
  type Founded,
  foundWorkspace,
  type SealedSegment,
  toHex,
  verifyAuthority,
  WriterSession,
} from '@tacet/seal';
import type { Cursor } from '@tacet/store';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { ReaderKeys, type SearchServer, search } from '../src/client/index.ts';

const NOW = 1_736_121_600;

let founded: Founded;
let session: WriterSession;
let keys: ReaderKeys;

beforeAll(async () => {
  founded = await foundWorkspace({ workspace: 'order', now: NOW * 1000 });
  const authority = await verifyAuthority(founded.authority, { rootHash: founded.rootHash });
  session = await WriterSession.start({
    workspace: 'order',
    authority,
    writer: founded.writer,
    now: NOW * 1000,
  });
  keys = new ReaderKeys(founded.identity);
});

/** Rows by the nanosecond after NOW; every third matches. */
function event(at: number): Event {
  const time = `${BigInt(NOW) * 1_000_000_000n + BigInt(at)}`;
  const named = { service: 's', operation: '', severity: '', status: '', provider: '', model: '' };
  return { time, kind: 'log', ...named, body: at % 3 === 0 ? `hit ${at}` : `miss ${at}` };
}

async function seal(times: number[], supersedes: SealedSegment[] = []): Promise<SealedSegment> {
  session.advance(NOW * 1000);
  const clear = clearColumns(times.map((at) => clearFacts(event(at), Math.random)));
  return session.seal({
    rows: new TextEncoder().encode(times.map((at) => encodeRow(event(at))).join('\n')),
    count: times.length,
    clear,
    timeMin: Math.min(...clear.time),
    timeMax: Math.max(...clear.time),
    share: crypto.getRandomValues(new Uint8Array(32)),
    trapdoors: new Uint8Array(),
    unfiltered: true,
    supersedes: supersedes.map(({ id }) => id).sort(Buffer.compare),
    codec: 'none',
  });
}

/** Everything is a candidate; pages of three. Counts what is released. */
function serverOf(segments: SealedSegment[]): SearchServer & { released: string[] } {
  const place = ({ timeMax, number }: SealedSegment): Cursor => ({ timeMax, periodNo: 0, number });
  const after = (a: Cursor, b: Cursor) => b.timeMax - a.timeMax || b.number - a.number;
  const sorted = [...segments].sort((a, b) => after(place(a), place(b)));
  const released: string[] = [];
  return {
    released,
    authority: async () => founded.authority,
    keyrings: async () => [],
    keepKeyring: async () => {},
    plan: async () => ({
      sessions: new Map([[toHex(session.id), session.record]]),
      periods: [{ periodNo: 0, session: toHex(session.id), period: 0 }],
      segments: segments.length,
      events: 0,
    }),
    match: async ({ before, from = -Infinity, to = Infinity }) => {
      const left = sorted.filter((segment) => {
        const overlaps = segment.timeMax >= from && segment.timeMin <= to;
        return overlaps && (!before || after(before, place(segment)) < 0);
      });
      const hits = left.slice(0, 3).map((segment) => {
        const { id, timeMin, timeMax, count, ciphertext } = segment;
        return { id, ...place(segment), timeMin, timeMax, count, bytes: ciphertext.length };
      });
      return { hits, ...(left.length > 3 && { next: place(left[2]!) }) };
    },
    manifests: async () => ({ checkpoint: '', entries: [] }),
    async *release({ ids }) {
      released.push(...ids);
      // In an order of the server's own.
      for (const id of ids.toReversed()) {
        const sealed = segments.find((segment) => toHex(segment.id) === id)!;
        yield { ...sealed, clear: encodeClear(sealed.clear) };
      }
    },
  };
}

async function run(server: SearchServer, options: { limit: number; from?: number; to?: number }) {
  const found = search({
    server,
    identity: founded.identity,
    keys,
    query: 'hit',
    purpose: 'order',
    ...options,
  });
  const bodies: unknown[] = [];
  for await (const result of found) bodies.push(result.event.body);
  return { bodies, summary: found.summary };
}

/** Up to six segments of distinct times within eight seconds, overlapping as they like. */
const layout = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: -2_000_000_000, max: 6_000_000_000 }), { minLength: 1, maxLength: 24 }),
    fc.integer({ min: 1, max: 6 }),
  )
  .map(([times, count]) => {
    const parts: number[][] = Array.from({ length: count }, () => []);
    for (const [i, at] of times.entries()) parts[(at + i * 7) & 0xff ? Math.abs(at) % count : 0]!.push(at);
    return parts.filter((part) => part.length > 0);
  });

describe('the order of results', () => {
  it('is newest first, and the limit takes the newest, however segments overlap', async () => {
    const second = fc.integer({ min: NOW - 3, max: NOW + 7 });
    await fc.assert(
      fc.asyncProperty(
        layout,
        fc.integer({ min: 1, max: 12 }),
        second,
        second,
        async (parts, limit, a, b) => {
          const [from, to] = [Math.min(a, b), Math.max(a, b)];
          const segments = await Promise.all(parts.map((part) => seal(part)));
          const server = serverOf(segments);
          const { bodies, summary } = await run(server, { limit, from, to });
          const expected = parts
            .flat()
            .filter((at) => at % 3 === 0 && at >= (from - NOW) * 1e9 && at < (to - NOW + 1) * 1e9)
            .sort((x, y) => y - x)
            .slice(0, limit);
          expect(bodies).toEqual(expected.map((at) => `hit ${at}`));
          expect(summary).toMatchObject({ complete: true, problems: [], limited: expected.length === limit });
          expect(new Set(server.released).size).toBe(server.released.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('shows rows once when a segment and those it replaces are both seen', async () => {
    await fc.assert(
      fc.asyncProperty(layout, fc.nat(5), async (parts, replaced) => {
        const small = await Promise.all(parts.map((part) => seal(part)));
        const old = small.slice(0, replaced + 1);
        const merged = await seal(parts.slice(0, replaced + 1).flat(), old);
        const { bodies, summary } = await run(serverOf([...small, merged]), { limit: 100 });
        const expected = parts.flat().filter((at) => at % 3 === 0);
        expect(bodies).toEqual(expected.sort((x, y) => y - x).map((at) => `hit ${at}`));
        expect(summary.complete).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('reports two segments in one place, and shows both', async () => {
    const authority = await verifyAuthority(founded.authority, { rootHash: founded.rootHash });
    const start = () =>
      WriterSession.start({
        workspace: 'order',
        authority,
        writer: founded.writer,
        now: NOW * 1000,
        random: (length) => new Uint8Array(length).fill(7),
      });
    const kept = session;
    try {
      session = await start();
      const one = await seal([0]);
      session = await start();
      const two = await seal([3_000_000_000]);
      const { bodies, summary } = await run(serverOf([one, two]), { limit: 10 });
      expect(bodies).toEqual(['hit 3000000000', 'hit 0']);
      expect(summary.problems).toMatchObject([{ code: 'SESSION_FORKED' }]);
    } finally {
      session = kept;
    }
  });

  it('is iterated once', async () => {
    const found = search({
      server: serverOf([]),
      identity: founded.identity,
      keys,
      query: 'hit',
      purpose: 'order',
    });
    for await (const _ of found);
    await expect(found[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(found.summary).toMatchObject({ complete: true, shown: 0 });
  });
});
