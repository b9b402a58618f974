import { createHash, randomUUID } from 'node:crypto';
import { type ClearRow, TacetError } from '@tacet/records';
import type {
  ClearQuery,
  FactRow,
  FactsQuery,
  LogStore,
  MatchHit,
  MatchQuery,
  Reach,
  SegmentPlace,
  SegmentRow,
  StoreStats,
  TableColumns,
} from '../port.ts';
import { Cells, decodeClearRow, decodeHit, decodeSegments, SEGMENT_COLUMNS } from './decode.ts';
import { checkSegment, encodeSegments } from './encode.ts';
import type { Engine } from './engine.ts';
import { decodeFacts, factsSql } from './facts.ts';
import { dayLiteral, hex, idList, text } from './literal.ts';
import { planMatch } from './match.ts';
import { migrate } from './migrate.ts';
import { CLEAR_COLUMNS, IS_BODY, SLICES } from './schema.ts';

const MAX_CLEAR_ROWS = 100_000;

/** Migrates the database behind `engine` and gives the store over it; closes the engine on failure. */
export async function openLogStore(engine: Engine): Promise<LogStore> {
  try {
    await migrate(engine);
  } catch (error) {
    await engine.close();
    throw error;
  }
  return new EngineLogStore(engine);
}

const isU32 = (value: number) => Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff;

function distinct(rows: readonly SegmentRow[]): Map<string, SegmentRow> {
  return new Map(rows.map((row) => [hex(row.id), row]));
}

class EngineLogStore implements LogStore {
  readonly #engine: Engine;
  /** Inserts under way by id: a repeated call waits for the first instead of racing it. */
  readonly #underway = new Map<string, Promise<unknown>>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async insert(rows: SegmentRow[]): Promise<void> {
    rows.forEach(checkSegment);
    const wanted = distinct(rows);
    for (;;) {
      const others = [...wanted.keys()].flatMap((id) => this.#underway.get(id) ?? []);
      if (others.length === 0) break;
      await Promise.allSettled(others);
    }
    if (wanted.size === 0) return;
    const work = this.#insert(wanted);
    for (const id of wanted.keys()) this.#underway.set(id, work);
    try {
      await work;
    } finally {
      for (const id of wanted.keys()) this.#underway.delete(id);
    }
  }

  async #insert(wanted: Map<string, SegmentRow>): Promise<void> {
    const stored = new Set(await this.#present([...wanted.values()]));
    const rows = [...wanted].filter(([id]) => !stored.has(id)).map(([, row]) => row);
    if (rows.length === 0) return;
    const token = createHash('sha256')
      .update(
        rows
          .map((row) => hex(row.id))
          .sort()
          .join(),
      )
      .digest('hex');
    // An INSERT that reads nothing succeeds silently: only what can be read back counts as stored. The
    // engine also drops a block whose token it remembers although its rows have been removed since; the
    // second token it cannot know.
    for (const attempt of [token, `${token}-${randomUUID()}`]) {
      await this.#engine.insert(encodeSegments(rows), attempt);
      if ((await this.#present(rows)).length === rows.length) return;
    }
    throw new TacetError('STORE_UNAVAILABLE', 'the log engine took an insert but does not show its rows');
  }

  /** Which of `rows` are stored, looked for where the primary key says they must be. */
  async #present(rows: readonly SegmentRow[]): Promise<string[]> {
    const workspaces = [...new Set(rows.map((row) => text(row.workspace)))];
    const periods = [...new Set(rows.map((row) => row.periodNo))];
    const cells = await this.#select(
      `SELECT DISTINCT id FROM segments WHERE workspace IN (${workspaces.join(', ')})
AND period_no IN (${periods.join(', ')}) AND ${IS_BODY} AND id IN ${idList(rows.map((row) => row.id))}`,
    );
    return cells.map((row) => hex(cells.bytes('id', row)));
  }

  async #select(sql: string): Promise<Cells> {
    return new Cells(await this.#engine.select(sql));
  }

  async match(query: MatchQuery): Promise<MatchHit[]> {
    const cells = new Cells(await this.#engine.match(planMatch(query)));
    return cells.map((row) => decodeHit(cells, row));
  }

  async fetch(workspace: string, ids: Uint8Array[]): Promise<SegmentRow[]> {
    const asked = ids.filter((id) => id.length === 16);
    if (asked.length === 0) return [];
    const where = `workspace = ${text(workspace)} AND id IN ${idList(asked)}`;
    const bodies = await this.#select(
      `SELECT ${SEGMENT_COLUMNS} FROM segments PREWHERE ${IS_BODY} AND ${where}`,
    );
    const periods = new Set(bodies.map((row) => bodies.number('period_no', row)));
    // Blocks for themselves: of their granules, and only of these periods, no other columns need be read.
    const blocks = await this.#select(
      `SELECT id, block, low, high FROM segments PREWHERE ${where} AND NOT ${IS_BODY}
WHERE period_no IN (${[...periods].join(', ') || 'NULL'})`,
    );
    const found = distinct(decodeSegments(bodies, blocks));
    return [...new Set(asked.map(hex))].flatMap((id) => found.get(id) ?? []);
  }

  async remove(workspace: string, ids: Uint8Array[]): Promise<void> {
    const asked = ids.filter((id) => id.length === 16);
    if (asked.length === 0) return;
    const where = `workspace = ${text(workspace)} AND id IN ${idList(asked)}`;
    const cells = await this.#select(`SELECT DISTINCT received_day FROM segments PREWHERE ${where}`);
    // A deletion clones every part that it looks at: only the days concerned.
    for (const day of cells.map((row) => cells.number('received_day', row))) {
      await this.#engine.command(`DELETE FROM segments IN PARTITION ${dayLiteral(day)} WHERE ${where}`);
    }
  }

  async purge(): Promise<{ pending: number }> {
    // Only where something is masked: the statement would replace every other part by a copy, too.
    const parts = `system.parts WHERE database = currentDatabase() AND table = 'segments'`;
    const masked = await this.#select(
      `SELECT DISTINCT partition_id FROM ${parts} AND active AND has_lightweight_delete`,
    );
    for (const partition of masked.map((row) => masked.text('partition_id', row))) {
      await this.#engine.command(`ALTER TABLE segments APPLY DELETED MASK IN PARTITION ID '${partition}'`);
    }
    return { pending: (await this.oldParts()).length };
  }

  async oldParts(): Promise<string[]> {
    const cells = await this.#select(
      `SELECT name FROM system.parts WHERE database = currentDatabase() AND table = 'segments' AND NOT active`,
    );
    return cells.map((row) => cells.text('name', row));
  }

  async days(workspace: string): Promise<{ day: number; segments: number; events: number }[]> {
    const cells = await this.#select(
      `SELECT received_day, count() AS segments, sum(count) AS events FROM segments
WHERE workspace = ${text(workspace)} AND ${IS_BODY} GROUP BY received_day ORDER BY received_day`,
    );
    return cells.map((row) => ({
      day: cells.number('received_day', row),
      segments: cells.number('segments', row),
      events: cells.number('events', row),
    }));
  }

  async idsOn(
    workspace: string,
    day: number,
    { after, limit }: { after: Uint8Array; limit: number },
  ): Promise<Uint8Array[]> {
    const cells = await this.#select(
      `SELECT DISTINCT id FROM segments WHERE workspace = ${text(workspace)} AND received_day = ${dayLiteral(day)}
AND ${IS_BODY} AND id > unhex('${hex(after)}') ORDER BY id LIMIT ${Math.max(1, Math.floor(limit))}`,
    );
    return cells.map((row) => cells.bytes('id', row));
  }

  async dropDay(workspace: string, day: number): Promise<void> {
    const partition = dayLiteral(day);
    const others = await this.#select(
      `SELECT count() AS others FROM segments WHERE received_day = ${partition} AND workspace != ${text(workspace)}`,
    );
    if (others.number('others', 0) === 0) {
      await this.#engine.command(`ALTER TABLE segments DROP PARTITION ${partition}`);
      return;
    }
    await this.#engine.command(
      `DELETE FROM segments IN PARTITION ${partition} WHERE workspace = ${text(workspace)}`,
    );
    await this.purge();
  }

  async batchesSince(workspace: string, receivedDay: number): Promise<Uint8Array[]> {
    const day = Math.max(0, Math.min(0xffff, Math.floor(receivedDay)));
    const cells = await this.#select(
      `SELECT DISTINCT arrayJoin(batches) AS batch FROM segments WHERE workspace = ${text(workspace)} AND received_day >= ${dayLiteral(day)}`,
    );
    return cells.map((row) => cells.bytes('batch', row));
  }

  async placed(workspace: string, places: SegmentPlace[]): Promise<(SegmentPlace & { id: Uint8Array })[]> {
    const asked = places.filter((place) => isU32(place.periodNo) && isU32(place.number));
    if (asked.length === 0) return [];
    const pairs = asked.map(({ periodNo, number }) => `(${periodNo}, ${number})`).join(', ');
    const cells = await this.#select(
      `SELECT id, period_no, number FROM segments WHERE workspace = ${text(workspace)} AND ${IS_BODY} AND (period_no, number) IN (${pairs})`,
    );
    return cells.map((row) => ({
      id: cells.bytes('id', row),
      periodNo: cells.number('period_no', row),
      number: cells.number('number', row),
    }));
  }

  async contains(ids: Uint8Array[]): Promise<Uint8Array[]> {
    const asked = ids.filter((id) => id.length === 16);
    if (asked.length === 0) return [];
    const cells = await this.#select(
      `SELECT DISTINCT id FROM segments WHERE ${IS_BODY} AND id IN ${idList(asked)}`,
    );
    return cells.map((row) => cells.bytes('id', row));
  }

  async stats(workspace?: string): Promise<StoreStats> {
    const where = workspace === undefined ? '' : `WHERE workspace = ${text(workspace)}`;
    const cells = await this.#select(
      `SELECT countIf(${IS_BODY}) AS segments, sumIf(count, ${IS_BODY}) AS events,
sumIf(bytes, ${IS_BODY}) + ${SLICES} * sum(slice_bytes) AS bytes FROM segments ${where}`,
    );
    const totals = {
      segments: cells.number('segments', 0),
      events: cells.number('events', 0),
      bytes: cells.number('bytes', 0),
    };
    if (workspace !== undefined) return totals;
    const disk = await this.#select(
      `SELECT sum(bytes_on_disk) AS bytes FROM system.parts WHERE database = currentDatabase() AND active`,
    );
    return { ...totals, bytes: disk.number('bytes', 0) };
  }

  async clearRows(query: ClearQuery): Promise<ClearRow[]> {
    if (!Number.isInteger(query.limit) || query.limit < 1 || query.limit > MAX_CLEAR_ROWS) {
      throw new TacetError('MATCH_INVALID', 'the query for clear rows has a wrong limit');
    }
    const from = Math.floor(query.from ?? -Number.MAX_SAFE_INTEGER);
    const to = Math.floor(query.to ?? Number.MAX_SAFE_INTEGER);
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) {
      throw new TacetError('MATCH_INVALID', 'the query for clear rows has a wrong time');
    }
    const columns = CLEAR_COLUMNS.join(', ');
    const cells = await this.#select(
      `SELECT ${columns} FROM segments ARRAY JOIN ${columns}
PREWHERE time_max >= ${from} AND time_min <= ${to}
WHERE workspace = ${text(query.workspace)} AND time BETWEEN ${from} AND ${to}
ORDER BY time DESC LIMIT ${query.limit}`,
    );
    return cells.map((row) => decodeClearRow(cells, row));
  }

  async facts(query: FactsQuery): Promise<FactRow[]> {
    const cells = await this.#select(factsSql(query));
    return cells.map((row) => decodeFacts(cells, row));
  }

  async reach(workspace: string, ids: Uint8Array[]): Promise<Reach> {
    const asked = ids.filter((id) => id.length === 16);
    if (asked.length === 0) return { rows: 0, services: [] };
    const cells = await this.#select(
      `SELECT toInt64(sum(count)) AS rows, 
  CAST(arraySort(groupUniqArrayArray(service)) AS Array(LowCardinality(String))) AS services
FROM segments PREWHERE workspace = ${text(workspace)} AND ${IS_BODY} AND id IN ${idList(asked)}`,
    );
    return { rows: cells.number('rows', 0), services: cells.list<string>('services', 0) };
  }

  async tables(): Promise<TableColumns[]> {
    const cells = await this.#select(
      `SELECT table, groupArray(name) AS names, groupArray(type) AS types FROM (
SELECT table, name, type FROM system.columns WHERE database = currentDatabase() ORDER BY table, position)
GROUP BY table ORDER BY table`,
    );
    const decode = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');
    return cells.map((row) => {
      const types = cells.list<Uint8Array>('types', row).map(decode);
      const names = cells.list<Uint8Array>('names', row).map(decode);
      return {
        table: cells.text('table', row),
        columns: names.map((name, index) => ({ name, type: types[index]! })),
      };
    });
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#underway.values());
    await this.#engine.close();
  }
}
