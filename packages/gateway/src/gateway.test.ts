import { randomBytes } from 'node:crypto';
import { createDetector } from '@tacet/detect';
import { type Event, encodeRows, TacetError } from '@tacet/records';
import {
  type Authority,
  foundWorkspace,
  openSession,
  toHex,
  verifyAuthority,
  WriterSession,
} from '@tacet/seal';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { Gateway, type GatewaySegment, type Sink } from './index.ts';

let founded: Awaited<ReturnType<typeof foundWorkspace>>;
let authority: Authority;
const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);

beforeAll(async () => {
  founded = await foundWorkspace({ workspace: 'w', now: START });
  authority = await verifyAuthority(founded.authority, { rootHash: founded.rootHash });
});

/** Keeps everything in memory, as a store does: by id, superseded ones gone. */
class MemorySink implements Sink {
  sessions = new Map<string, Uint8Array>();
  segments = new Map<string, GatewaySegment>();
  inserts: GatewaySegment[][] = [];
  statements: Uint8Array[] = [];
  failures: TacetError[] = [];

  async openSession(session: WriterSession): Promise<void> {
    this.sessions.set(toHex(session.id), session.record);
  }
  async commit(segments: GatewaySegment[]): Promise<void> {
    const failure = this.failures.shift();
    if (failure) throw failure;
    this.inserts.push(segments);
    for (const segment of segments) this.segments.set(toHex(segment.sealed.id), segment);
  }
  async supersede(ids: Uint8Array[]): Promise<void> {
    for (const id of ids) this.segments.delete(toHex(id));
  }
  async statement(record: Uint8Array): Promise<void> {
    this.statements.push(record);
  }
  /** Opens everything as a reader would. */
  async events(): Promise<Event[]> {
    const events: Event[] = [];
    for (const { sealed } of this.segments.values()) {
      const session = await openSession(
        this.sessions.get(toHex(sealed.session))!,
        founded.identity,
        authority,
      );
      events.push(...(await session.open(sealed)).events);
    }
    return events;
  }
}

function event(i: number, body: string): Event {
  return {
    time: `${BigInt(START) * 1_000_000n + BigInt(i)}`,
    kind: 'log',
    service: 'api',
    operation: 'chat',
    severity: 'info',
    status: '',
    provider: '',
    model: '',
    body,
  };
}

function open(sink: Sink, extra: Partial<ConstructorParameters<typeof Gateway>[0]> = {}) {
  let now = START + 1000;
  const gateway = new Gateway({
    detector: createDetector({ fingerprintKey: new Uint8Array(32).fill(9) }),
    startSession: () => WriterSession.start({ workspace: 'w', authority, writer: founded.writer, now }),
    sink,
    share: () => randomBytes(32),
    now: () => now,
    lingerMs: 0,
    ...extra,
  });
  return { gateway, advance: (ms: number) => (now += ms) };
}

const bodies = (events: Event[]) => events.map(({ body }) => body as string).sort();

describe('a gateway', () => {
  it('acknowledges what is durable, and a reader opens it', async () => {
    const sink = new MemorySink();
    const { gateway } = open(sink);
    const accepted = await gateway.accept([event(1, 'hello'), event(2, '数据库泄露了')]);
    expect(accepted).toEqual({ events: 2, secrets: {} });
    expect(bodies(await sink.events())).toEqual(['hello', '数据库泄露了'].sort());
    await gateway.close();
  });

  it('gives the memory of rows back that were handed over, and of no others', async () => {
    const sink = new MemorySink();
    const { gateway } = open(sink);
    const [kept, given] = [encodeRows([event(1, 'kept')]), encodeRows([event(2, 'given')])];
    await Promise.all([gateway.accept(kept), gateway.accept(given, { handedOver: true })]);
    expect([kept.bytes.length > 0, given.bytes.length]).toEqual([true, 0]);
    await gateway.accept(kept);
    expect(bodies(await sink.events())).toEqual(['given', 'kept', 'kept']);
    await gateway.close();
    expect(sink.statements).toHaveLength(1);
  });

  it('cuts secrets out before anything else and counts them', async () => {
    const sink = new MemorySink();
    const { gateway } = open(sink);
    const key = `AKIA${'ABCDEFGH23456723'}`;
    const accepted = await gateway.accept([event(1, `my key is ${key}, keep it`)]);
    expect(Object.values(accepted.secrets)).toEqual([1]);
    const [stored] = await sink.events();
    expect(stored!.body).toMatch(/^my key is \[secret:[a-z0-9-]+:[0-9a-f]{32}\], keep it$/);
    expect([...sink.segments.values()][0]!.sealed.clear.secrets.texts).toHaveLength(1);
    await gateway.close();
  });

  it('keeps a batch in one insert, with its identity in every segment that holds its rows', async () => {
    const sink = new MemorySink();
    const { gateway } = open(sink, { lingerMs: 50 });
    const batch = randomBytes(16);
    const rich = Array.from({ length: 3000 }, (_, i) =>
      event(i, `n${i * 3} n${i * 3 + 1} ${'filler '.repeat(80)}`),
    );
    await Promise.all([gateway.accept([event(0, 'before')]), gateway.accept(rich, { batch })]);
    const holding = sink.inserts.map(
      (insert) => insert.filter(({ batches }) => batches.some((one) => toHex(one) === toHex(batch))).length,
    );
    expect(holding.filter((count) => count > 0)).toEqual([expect.any(Number)]);
    expect(Math.max(...holding)).toBeGreaterThan(1);
    expect((await sink.events()).length).toBe(3001);
    await gateway.close();
  });

  it('tells clients when the store fails, tries the same bytes again, and goes on by itself', async () => {
    const sink = new MemorySink();
    sink.failures = [new TacetError('STORE_UNAVAILABLE', 'gone'), new TacetError('STORE_FULL', 'full')];
    const { gateway } = open(sink);
    await expect(gateway.accept([event(1, 'first')])).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(gateway.failing).toBeDefined();
    await expect(gateway.accept([event(2, 'second')])).rejects.toMatchObject({ retry: true });
    while (gateway.failing) await new Promise((resolve) => setTimeout(resolve, 20));
    await gateway.accept([event(3, 'third')]);
    expect(bodies(await sink.events())).toEqual(['first', 'third']);
    await gateway.close();
  });

  it('refuses what would not fit in memory', async () => {
    const sink = new MemorySink();
    const { gateway } = open(sink, { maxQueuedBytes: 1000, lingerMs: 20 });
    const first = gateway.accept([event(1, 'a')], { bytes: 900 });
    await expect(gateway.accept([event(2, 'b')], { bytes: 900 })).rejects.toMatchObject({ code: 'BUSY' });
    await first;
    await gateway.close();
    await expect(gateway.accept([event(3, 'c')])).rejects.toMatchObject({ code: 'BUSY' });
  });

  it('seals recent small segments again into one, with the same clear facts', async () => {
    const sink = new MemorySink();
    const { gateway, advance } = open(sink);
    const marks = Array.from({ length: 12 }, (_, i) => new Uint8Array(16).fill(i));
    for (let i = 0; i < 12; i++) {
      await gateway.accept([{ ...event(i, `slow ${i}`), duration_ns: 1000 + i }], { batch: marks[i]! });
    }
    const before = [...sink.segments.values()].flatMap(({ sealed }) => [...sealed.clear.duration_ns]);
    expect(sink.segments.size).toBe(12);
    advance(11 * 60_000);
    await gateway.flush();
    expect(sink.segments.size).toBe(1);
    const [{ sealed, batches } = { sealed: undefined, batches: undefined }] = [...sink.segments.values()];
    expect(batches).toEqual(marks);
    expect(sealed!.supersedes).toHaveLength(12);
    expect([...sealed!.clear.duration_ns].sort()).toEqual(before.sort());
    expect(bodies(await sink.events())).toEqual(Array.from({ length: 12 }, (_, i) => `slow ${i}`).sort());
    await gateway.close();
  });

  it('seals them again when it closes', async () => {
    const sink = new MemorySink();
    const { gateway } = open(sink);
    for (let i = 0; i < 3; i++) await gateway.accept([event(i, `row ${i}`)]);
    await gateway.close();
    expect(sink.segments.size).toBe(1);
    expect((await sink.events()).length).toBe(3);
  });

  it('begins a new session when told, and when its epoch has expired', async () => {
    const sink = new MemorySink();
    const { gateway, advance } = open(sink);
    await gateway.accept([event(1, 'one')]);
    gateway.rotate();
    await gateway.accept([event(2, 'two')]);
    expect(sink.sessions.size).toBe(2);
    advance(40 * DAY);
    await expect(gateway.accept([event(3, 'three')])).rejects.toMatchObject({ code: 'EPOCH_EXPIRED' });
    expect(bodies(await sink.events())).toEqual(['one', 'two']);
    await gateway.close();
  });

  it('seals nothing in an old session once told, and moves nothing from one to another', async () => {
    const sink = new MemorySink();
    const { gateway } = open(sink, { lingerMs: 100 });
    const waiting = gateway.accept([event(1, 'waits')]);
    await new Promise((resolve) => setTimeout(resolve, 1));
    gateway.rotate();
    await Promise.all([waiting, gateway.accept([event(2, 'after')])]);
    await gateway.close();
    const sessions = [...sink.segments.values()].map(({ sealed }) => toHex(sealed.session));
    expect([sessions.length, new Set(sessions).size]).toEqual([2, 2]);
    expect(bodies(await sink.events())).toEqual(['after', 'waits']);
  });

  it('moves nothing from the session of a failure to the next', async () => {
    const sink = new MemorySink();
    const { gateway } = open(sink);
    await gateway.accept([event(1, 'before')]);
    const deep = JSON.parse(`${'['.repeat(1_100)}"--password","hunter2hunter2"${']'.repeat(1_100)}`);
    const refused = gateway.accept([{ ...event(2, 'deep'), attributes: { deep } }]);
    await expect(refused).rejects.toMatchObject({ code: 'EVENT_TOO_DEEP' });
    await gateway.accept([event(3, 'after')]);
    await gateway.close();
    const sessions = [...sink.segments.values()].map(({ sealed }) => toHex(sealed.session));
    expect([sessions.length, new Set(sessions).size]).toEqual([2, 2]);
    expect(bodies(await sink.events())).toEqual(['after', 'before']);
  });

  it('waits with an insert while rows fill segments, and no longer than they come', async () => {
    const sink = new MemorySink();
    const { gateway } = open(sink);
    const large = (i: number) => event(i, `row ${i} ${'x '.repeat(300_000)}`);
    await Promise.all(Array.from({ length: 3 }, (_, i) => gateway.accept([large(2 * i), large(2 * i + 1)])));
    expect(sink.inserts.length).toBe(1);
    expect(sink.segments.size).toBeGreaterThan(2);
    await gateway.close();
  });

  it.each([
    { ms: 300, inserts: [5] },
    { ms: 1_500, inserts: [3, 3] },
  ])('inserts together what is here already, for two seconds: $ms ms a segment', async ({ ms, inserts }) => {
    const sink = new MemorySink();
    const real = performance.now.bind(performance);
    let ahead = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => real() + ahead);
    const share = () => {
      ahead += ms;
      return randomBytes(32);
    };
    const { gateway } = open(sink, { share });
    const rows = Array.from({ length: 300 }, (_, i) => event(i, 'filler '.repeat(550)));
    await Promise.all(Array.from({ length: 4 }, () => gateway.accept(rows)));
    clock.mockRestore();
    expect(sink.inserts.map(({ length }) => length)).toEqual(inserts);
    await gateway.close();
  });

  it('takes events of any size and neighbours of huge ones', async () => {
    const sink = new MemorySink();
    const { gateway } = open(sink);
    const huge = 'x '.repeat(2_500_000);
    const rich = Array.from({ length: 60_000 }, (_, i) => `word${i}`).join(' ');
    await gateway.accept([event(1, 'small'), event(2, huge), event(3, rich), event(4, 'after')]);
    expect(bodies(await sink.events())).toEqual([huge, rich, 'small', 'after'].sort());
    await gateway.close();
  });
});
