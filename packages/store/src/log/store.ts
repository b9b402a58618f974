import { createHash } from 'node:crypto';
import { type ClearRow, TacetError } from '@tacet/records';
import type {
  ClearQuery,
  LogStore,
  MatchHit,
  MatchQuery,
  SegmentRow,
  StoreStats,
  TableColumns,
} from '../port.ts';
import { Cells, decodeClearRow, decodeHit, decodeSegment, SEGMENT_COLUMNS } from './decode.ts';
import { checkSegment, encodeSegments } from './encode.ts';
import type { Engine } from './engine.ts';
import { hex, idList, text } from './literal.ts';
import { planMatch } from './match.ts';
import { migrate } from './migrate.ts';

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
    for (const id of await this.#present([...wanted.values()])) wanted.delete(id);
    if (wanted.size === 0) return;
    const rows = [...wanted.values()];
    const token = createHash('sha256')
      .update([...wanted.keys()].sort().join())
      .digest('hex');
    await this.#engine.insert(encodeSegments(rows), token);
    // An INSERT that reads nothing succeeds silently: only what can be read back counts as stored.
    const present = await this.#present(rows);
    if (present.length !== rows.length) {
      throw new TacetError('STORE_UNAVAILABLE', 'the log engine took an insert but does not show its rows');
    }
  }

  /** Which of `rows` are stored, looked for where the primary key says they must be. */
  async #present(rows: readonly SegmentRow[]): Promise<string[]> {
    const workspaces = [...new Set(rows.map((row) => text(row.workspace)))];
    const periods = [...new Set(rows.map((row) => row.periodNo))];
    const cells = await this.#select(
      `SELECT DISTINCT id FROM segments WHERE workspace IN (${workspaces.join(', ')})
AND period_no IN (${periods.join(', ')}) AND id IN ${idList(rows.map((row) => row.id))}`,
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
    const cells = await this.#select(
      `SELECT ${SEGMENT_COLUMNS} FROM segments PREWHERE workspace = ${text(workspace)} AND id IN ${idList(asked)}`,
    );
    const found = distinct(cells.map((row) => decodeSegment(cells, row)));
    return [...new Set(asked.map(hex))].flatMap((id) => found.get(id) ?? []);
  }

  async remove(workspace: string, ids: Uint8Array[]): Promise<void> {
    const asked = ids.filter((id) => id.length === 16);
    if (asked.length === 0) return;
    await this.#engine.command(
      `DELETE FROM segments WHERE workspace = ${text(workspace)} AND id IN ${idList(asked)}`,
    );
  }

  async purge(): Promise<void> {
    await this.#engine.command('ALTER TABLE segments APPLY DELETED MASK SETTINGS mutations_sync = 2');
  }

  async batchesSince(receivedDay: number): Promise<Uint8Array[]> {
    const day = Math.max(0, Math.min(0xffff, Math.floor(receivedDay)));
    const cells = await this.#select(
      `SELECT DISTINCT arrayJoin(batches) AS batch FROM segments WHERE received_day >= toDate(${day})`,
    );
    return cells.map((row) => cells.bytes('batch', row));
  }

  async contains(ids: Uint8Array[]): Promise<Uint8Array[]> {
    const asked = ids.filter((id) => id.length === 16);
    if (asked.length === 0) return [];
    const cells = await this.#select(`SELECT DISTINCT id FROM segments WHERE id IN ${idList(asked)}`);
    return cells.map((row) => cells.bytes('id', row));
  }

  async stats(workspace?: string): Promise<StoreStats> {
    const where = workspace === undefined ? '' : `WHERE workspace = ${text(workspace)}`;
    const cells = await this.#select(
      `SELECT count() AS segments, sum(count) AS events, sum(bytes + 13 * slice_bytes) AS bytes FROM segments ${where}`,
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
    const cells = await this.#select(
      `SELECT time, kind, service, operation, model, provider, status, severity, duration_ns, input_tokens,
output_tokens, secrets FROM events WHERE workspace = ${text(query.workspace)} AND time BETWEEN ${from} AND ${to}
ORDER BY time DESC LIMIT ${query.limit}`,
    );
    return cells.map((row) => decodeClearRow(cells, row));
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
