import { type ClearColumns, codeOf, listColumn, textColumn } from '@tacet/records';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { FactsQuery, Formula, LogStore, MatchQuery } from '../src/port.ts';
import { FILTER_BYTES } from '../testing/filter.ts';
import { filtered, NO_KEYS, randomBytes, segment } from '../testing/segments.ts';

let workspaces = 0;
/** A workspace of its own for each test: they share one store. */
const newWorkspace = () => `workspace-${++workspaces}`;

const everything = (workspace: string, part: Partial<MatchQuery> = {}): MatchQuery => ({
  workspace,
  formula: { all: true },
  keys: NO_KEYS,
  limit: 1000,
  ...part,
});

/** What every adapter of `LogStore` must do; `open` is called once. */
export function logStoreContract(name: string, open: () => Promise<LogStore>): void {
  describe(`${name} as a LogStore`, () => {
    let store: LogStore;
    beforeAll(async () => {
      store = await open();
    });
    afterAll(async () => {
      await store?.close();
    });

    it('drops a day of one workspace, and nothing else', async () => {
      const [workspace, other] = [newWorkspace(), newWorkspace()];
      const day = 11_000 + workspaces;
      const filter = randomBytes(16 * 13 * 88);
      const rows = Array.from({ length: 5 }, () =>
        segment({ workspace, receivedDay: day, count: 2, filter }),
      );
      const later = segment({ workspace, receivedDay: day + 1, count: 3 });
      const theirs = segment({ workspace: other, receivedDay: day });
      await store.insert([...rows, later, theirs]);
      expect(await store.days(workspace)).toEqual([
        { day, segments: 5, events: 10 },
        { day: day + 1, segments: 1, events: 3 },
      ]);
      const sorted = rows.map((row) => row.id).sort(Buffer.compare);
      const page = await store.idsOn(workspace, day, { after: new Uint8Array(16), limit: 3 });
      expect(page).toEqual(sorted.slice(0, 3));
      expect(await store.idsOn(workspace, day, { after: page[2]!, limit: 3 })).toEqual(sorted.slice(3));
      await store.dropDay(workspace, day);
      await store.dropDay(workspace, day);
      expect(await store.days(workspace)).toEqual([{ day: day + 1, segments: 1, events: 3 }]);
      expect(await store.contains([later.id, theirs.id])).toHaveLength(2);
      await store.dropDay(other, day);
      expect(await store.days(other)).toEqual([]);
      expect(await store.contains([later.id, theirs.id])).toEqual([later.id]);
    });

    it('says which segments stand in a place, forks too', async () => {
      const workspace = newWorkspace();
      const at = { workspace, periodNo: 4, number: 7 };
      const filter = randomBytes(16 * 13 * 88);
      const rows = [
        segment({ ...at, filter }),
        segment(at),
        segment({ ...at, number: 8 }),
        segment({ ...at, periodNo: 5 }),
      ];
      await store.insert(rows);
      const found = await store.placed(workspace, [
        { periodNo: 4, number: 7 },
        { periodNo: 9, number: 9 },
        { periodNo: -1, number: 0.5 },
      ]);
      const ids = (list: { id: Uint8Array }[]) =>
        list.map(({ id }) => Buffer.from(id).toString('hex')).sort();
      expect(ids(found)).toEqual(ids(rows.slice(0, 2)));
      expect(found[0]).toMatchObject({ periodNo: 4, number: 7 });
      expect(await store.placed(newWorkspace(), [{ periodNo: 4, number: 7 }])).toEqual([]);
    });

    it('gives rows back as they were stored, in the order asked', async () => {
      const workspace = newWorkspace();
      const rows = [
        segment({ workspace }),
        segment({ workspace, filter: new Uint8Array(0), ciphertext: randomBytes(60_000) }),
        segment({ workspace, count: 0, batches: [], ciphertext: new Uint8Array(0) }),
        ...FILTER_BYTES.map((size) => filtered([], { workspace }, size)),
        segment({
          workspace,
          timeMin: -Number.MAX_SAFE_INTEGER,
          timeMax: Number.MAX_SAFE_INTEGER,
          periodNo: 0xffff_ffff,
          number: 0xffff_ffff,
          receivedDay: 0xffff,
          batches: [randomBytes(16), randomBytes(16)],
          supersedes: [randomBytes(16)],
        }),
      ];
      await store.insert(rows);
      const ids = rows.map((row) => row.id).reverse();
      expect(await store.fetch(workspace, ids)).toEqual(rows.toReversed());
      expect(await store.fetch(workspace, [ids[0]!, ids[0]!, randomBytes(16)])).toEqual([rows.at(-1)]);
      expect(await store.fetch(newWorkspace(), ids)).toEqual([]);
    });

    it('keeps odd texts in clear columns', async () => {
      const workspace = newWorkspace();
      const odd = ['', "'; DROP TABLE segments; --", '\\', '\n\n', '\0', 'ﬀ İ 東京 😀', 'x'.repeat(96)];
      const row = segment({ workspace, count: odd.length });
      row.clear.service = textColumn(odd);
      row.clear.secrets = listColumn(odd.map((text) => [text]));
      await store.insert([row]);
      const [kept] = await store.fetch(workspace, [row.id]);
      expect(kept).toEqual(row);
    });

    it('keeps many different clear values', async () => {
      const workspace = newWorkspace();
      const row = segment({ workspace, count: 70_000 });
      row.clear.operation = textColumn(Array.from({ length: row.count }, (_, index) => `operation ${index}`));
      await store.insert([row]);
      const [kept] = await store.fetch(workspace, [row.id]);
      expect(kept?.clear.operation).toEqual(row.clear.operation);
    });

    it('stores a row once, however often it is given', async () => {
      const workspace = newWorkspace();
      const filter = randomBytes(16 * 13 * 88);
      const rows = Array.from({ length: 5 }, () => segment({ workspace, filter }));
      await Promise.all([
        store.insert(rows),
        store.insert(rows.slice(2)),
        store.insert([rows[0]!, rows[0]!]),
      ]);
      await store.insert([...rows, segment({ workspace })]);
      expect(await store.match(everything(workspace))).toHaveLength(6);
      expect((await store.stats(workspace)).segments).toBe(6);
    });

    it('stores a removed row again', async () => {
      const workspace = newWorkspace();
      const row = segment({ workspace });
      await store.insert([row]);
      await store.remove(workspace, [row.id]);
      await store.insert([row]);
      expect(await store.fetch(workspace, [row.id])).toEqual([row]);
    });

    it('refuses malformed rows and stores nothing of the call', async () => {
      const workspace = newWorkspace();
      const good = segment({ workspace });
      const { clear } = good;
      const wrong = (part: Partial<ClearColumns>) => ({ clear: { ...clear, ...part } });
      const bad = [
        wrong({ duration_ns: Float64Array.of(1, 2) }),
        wrong({ duration_ns: Float64Array.of(1, 2, 2 ** 53) }),
        wrong({ service: textColumn(['a', 'b']) }),
        wrong({ service: { texts: ['a'], places: Uint32Array.of(0, 0, 1) } }),
        wrong({ secrets: listColumn([['a'], []]) }),
        wrong({ secrets: { ...listColumn([['a'], [], []]), texts: [] } }),
        wrong({ secrets: { ...listColumn([['a'], [], []]), ends: Uint32Array.of(1, 0, 1) } }),
        wrong({ secrets: { ...listColumn([['a'], [], []]), ends: Uint32Array.of(0, 0, 0) } }),
        { id: randomBytes(15) },
        { filter: randomBytes(14) },
        { filter: randomBytes(13 * 161) },
        { filter: randomBytes(16 * 13 * 96) },
        { periodNo: -1 },
        { periodNo: 2 ** 32 },
        { number: 0.5 },
        { receivedDay: 65_536 },
        { timeMin: Number.NaN },
        { count: 4 },
        { batches: [randomBytes(17)] },
      ];
      for (const part of bad) {
        const row = { ...segment({ workspace }), ...part };
        expect(codeOf(await store.insert([good, row]).catch((error) => error))).toBe('SEGMENT_MALFORMED');
      }
      expect(await store.match(everything(workspace))).toEqual([]);
    });

    it('orders newest first and continues after a cursor', async () => {
      const workspace = newWorkspace();
      const places = [
        [500, 1, 1],
        [500, 1, 0],
        [500, 0, 7],
        [400, 9, 9],
        [-3, 0, 1],
      ];
      const rows = places.map(([timeMax, periodNo, number]) =>
        segment({ workspace, timeMin: -10, timeMax: timeMax!, periodNo: periodNo!, number: number! }),
      );
      await store.insert(rows.toReversed());
      const all = await store.match(everything(workspace));
      expect(all.map((hit) => [hit.timeMax, hit.periodNo, hit.number])).toEqual(places);
      const second = all[1]!;
      const after = await store.match(everything(workspace, { before: second, limit: 2 }));
      expect(after).toEqual(all.slice(2, 4));
      expect(all[0]).toEqual({
        id: rows[0]!.id,
        periodNo: 1,
        number: 1,
        timeMin: -10,
        timeMax: 500,
        count: 3,
        bytes: 2048,
      });
    });

    it('leaves out what does not overlap the time asked for', async () => {
      const workspace = newWorkspace();
      const row = segment({ workspace, timeMin: 100, timeMax: 200 });
      await store.insert([row]);
      const found = async (from?: number, to?: number) =>
        (await store.match(everything(workspace, { from, to }))).length;
      expect(
        await Promise.all([found(200), found(undefined, 100), found(150, 160), found(-5, 5000)]),
      ).toEqual([1, 1, 1, 1]);
      expect(await Promise.all([found(201), found(undefined, 99), found(201, 99)])).toEqual([0, 0, 0]);
      expect(await found(200.9)).toBe(1);
    });

    it('refuses malformed matches', async () => {
      const token: Formula = { token: 0 };
      const key = { first: 0, tokens: [randomBytes(16)] };
      const bad: Partial<MatchQuery>[] = [
        { limit: 0 },
        { limit: 1.5 },
        { limit: 1e9 },
        { formula: token },
        { formula: { token: 1 }, keys: key },
        { formula: token, keys: { first: 0, tokens: [randomBytes(17)] } },
        { formula: token, keys: { first: -1, tokens: [randomBytes(16)] } },
        { formula: token, keys: { first: 0, tokens: [randomBytes(16), randomBytes(32)] } },
        { formula: { or: Array.from({ length: 1000 }, () => token) }, keys: key },
        { from: Number.NaN },
        { before: { timeMax: 0, periodNo: 0.5, number: 0 } },
        { formula: { clear: { column: 'duration_ns', op: '>', value: 'long' } } },
        { formula: { clear: { column: 'bytes' as 'time', op: '>', value: 1 } } },
        { formula: { clear: { column: 'time', op: '!=' as '=', value: 1 } } },
        { formula: {} as Formula },
      ];
      for (const part of bad) {
        const error = await store.match(everything('main', part)).catch((thrown) => thrown);
        expect(codeOf(error), JSON.stringify(part.formula)).toBe('MATCH_INVALID');
      }
    });

    it('removes rows, and their bytes with the next purge', async () => {
      const workspace = newWorkspace();
      const rows = Array.from({ length: 20 }, (_, index) =>
        segment({ workspace, receivedDay: 300 + (index % 2), filter: randomBytes(16 * 13 * 88) }),
      );
      await store.insert(rows);
      const gone = rows.slice(0, 15).map((row) => row.id);
      await store.remove(workspace, gone);
      await store.remove(workspace, [...gone, randomBytes(16), randomBytes(3)]);
      await store.remove(newWorkspace(), [rows[16]!.id]);
      expect(await store.contains(rows.map((row) => row.id))).toHaveLength(5);
      expect(await store.fetch(workspace, gone)).toEqual([]);
      await store.purge();
      await vi.waitFor(async () => expect(await store.oldParts()).toEqual([]), { timeout: 15_000 });
      expect((await store.match(everything(workspace))).map((hit) => hit.id)).toHaveLength(5);
    });

    it('says which ids exist', async () => {
      const workspace = newWorkspace();
      const row = segment({ workspace });
      await store.insert([row]);
      expect(await store.contains([row.id, randomBytes(16), randomBytes(1)])).toEqual([row.id]);
      expect(await store.contains([])).toEqual([]);
    });

    it('lists the resend marks since a day', async () => {
      const workspace = newWorkspace();
      const mark = randomBytes(16);
      const old = segment({ workspace, receivedDay: 64_000, batches: [randomBytes(16)] });
      const fresh = segment({ workspace, receivedDay: 64_001, batches: [mark, randomBytes(16)] });
      const again = segment({ workspace, receivedDay: 64_002, batches: [mark] });
      await store.insert([old, fresh, again]);
      const marks = (await store.batchesSince(workspace, 64_001)).map((bytes) =>
        Buffer.from(bytes).toString('hex'),
      );
      expect(marks.filter((hex) => hex === Buffer.from(mark).toString('hex'))).toHaveLength(1);
      expect(marks).toContain(Buffer.from(fresh.batches[1]!).toString('hex'));
      expect(await store.batchesSince(newWorkspace(), 64_001)).toEqual([]);
      expect(marks).not.toContain(Buffer.from(old.batches[0]!).toString('hex'));
    });

    it('counts segments, events and bytes', async () => {
      const workspace = newWorkspace();
      expect(await store.stats(workspace)).toEqual({ segments: 0, events: 0, bytes: 0 });
      const filter = randomBytes(16 * 13 * 88);
      await store.insert([segment({ workspace, count: 5 }), segment({ workspace, count: 7, filter })]);
      const filters = 13 * 160 + filter.length;
      expect(await store.stats(workspace)).toEqual({ segments: 2, events: 12, bytes: 2 * 2048 + filters });
      const whole = await store.stats();
      expect(whole.segments).toBeGreaterThanOrEqual(2);
      expect(whole.bytes).toBeGreaterThan(2 * 2048);
    });

    it('shows clear rows one line an event, newest first', async () => {
      const workspace = newWorkspace();
      await store.insert([
        segment({ workspace, timeMin: 100, count: 3 }),
        segment({ workspace, timeMin: 200, count: 2, filter: randomBytes(16 * 13 * 88) }),
      ]);
      const rows = await store.clearRows({ workspace, limit: 4 });
      expect(rows.map((row) => row.time)).toEqual([201, 200, 102, 101]);
      expect(rows[0]).toEqual({
        time: 201,
        kind: 'log',
        service: 'checkout',
        operation: 'embeddings',
        model: 'm-1',
        provider: '',
        status: 'ok',
        severity: 'info',
        duration_ns: 1000,
        input_tokens: 100,
        output_tokens: -1,
        secrets: ['aws-key×1', 'openai-api-key×2'],
      });
      expect(await store.clearRows({ workspace, from: 101, to: 102, limit: 100 })).toHaveLength(2);
    });

    it('counts by clear facts, for some services or all', async () => {
      const workspace = newWorkspace();
      const filter = randomBytes(16 * 13 * 88);
      const rows = segment({ workspace, timeMin: 86_399, count: 3, filter });
      rows.clear.service = textColumn(['chat', 'chat', 'billing']);
      rows.clear.status = textColumn(['error', 'ok', 'ok']);
      rows.clear.severity = textColumn(['', '', '']);
      rows.clear.input_tokens = Float64Array.of(10, -1, 5);
      rows.clear.output_tokens = Float64Array.of(-1, -1, -1);
      rows.clear.duration_ns = Float64Array.of(100, 300, -1);
      rows.clear.secrets = listColumn([['aws-key×2'], [], ['aws-key×1', 'jwt×1']]);
      await store.insert([rows, segment({ workspace: newWorkspace(), count: 9 })]);
      const facts = (by: FactsQuery['by'], more = {}) => store.facts({ workspace, by, limit: 100, ...more });
      expect(await facts('service')).toEqual([
        {
          value: 'chat',
          events: 2,
          errors: 1,
          first: 86_399,
          last: 86_400,
          inputTokens: 10,
          medianNs: 200,
          slowNs: 290,
        },
        { value: 'billing', events: 1, errors: 0, first: 86_401, last: 86_401, inputTokens: 5 },
      ]);
      expect((await facts('day')).map(({ value, events }) => [value, events])).toEqual([
        ['1970-01-01', 1],
        ['1970-01-02', 2],
      ]);
      expect(
        (await facts('secret')).map(({ value, events, first, last }) => [value, events, first, last]),
      ).toEqual([
        ['aws-key', 2, 86_399, 86_401],
        ['jwt', 1, 86_401, 86_401],
      ]);
      expect((await facts('service', { services: ['billing'] })).map(({ value }) => value)).toEqual([
        'billing',
      ]);
      expect(await facts('service', { services: [] })).toEqual([]);
      expect(await facts('service', { services: ["x') OR 1=1 --"] })).toEqual([]);
      expect((await facts('hour', { from: 86_400 })).map(({ value }) => value)).toEqual([
        '1970-01-02T00:00Z',
      ]);
      for (const wrong of [{ by: 'ciphertext' }, { limit: 0 }, { limit: 10_001 }, { from: Number.NaN }])
        await expect(facts('day', wrong)).rejects.toMatchObject({ code: 'MATCH_INVALID' });
      expect(await store.reach(workspace, [rows.id, randomBytes(16)])).toEqual({
        rows: 3,
        services: ['billing', 'chat'],
      });
      expect(await store.reach(newWorkspace(), [rows.id])).toEqual({ rows: 0, services: [] });
      expect(await store.reach(workspace, [])).toEqual({ rows: 0, services: [] });
    });

    it('tells what someone with the database alone can see', async () => {
      const tables = await store.tables();
      expect(tables.map((table) => table.table)).toEqual(['events', 'schema_versions', 'segments']);
      const columns = tables.find((table) => table.table === 'events')?.columns.map((column) => column.name);
      expect(columns).toContain('model');
      expect(columns).not.toContain('ciphertext');
    });
  });
}
