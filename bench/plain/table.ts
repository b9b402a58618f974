import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Event } from '@tacet/records';
import { Session } from 'chdb';
import { NativeBlock } from '../../packages/store/src/native/block.ts';

/** Members of an event that are columns of their own; the rest is one JSON text. */
const TEXTS = [
  'kind',
  'service',
  'operation',
  'severity',
  'status',
  'provider',
  'model',
  'trace_id',
  'span_id',
  'parent_span_id',
  'conversation_id',
  'session_id',
  'user_id',
  'response_id',
] as const;
const NUMBERS = ['duration_ns', 'input_tokens', 'output_tokens'] as const;
const COLUMNS = new Set<string>(['time', ...TEXTS, ...NUMBERS]);

const DURABLE = `fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1,
min_compressed_bytes_to_fsync_after_merge = 1`;

/**
 * The twin: the same events in plain columns of the same engine, ZSTD(3), synced as the sealed store
 * is; with a text index over the text when asked. Embedded, one to a process.
 */
export class PlainTable {
  readonly #session: Session;
  readonly #path: string;

  constructor(path: string, textIndex: boolean) {
    this.#path = path;
    this.#session = new Session(join(path, 'engine'), { connectionArgs: ['--log_queries=0'] });
    const zstd = 'CODEC(ZSTD(3))';
    const columns = [
      `time Int64 CODEC(Delta, ZSTD(3))`,
      'received_day Date',
      ...TEXTS.map((name) => `${name} ${name.endsWith('_id') ? 'String' : 'LowCardinality(String)'} ${zstd}`),
      ...NUMBERS.map((name) => `${name} Int64 ${zstd}`),
      `text String ${zstd}`,
    ];
    if (textIndex) columns.push(`INDEX words lower(text) TYPE text(tokenizer = splitByNonAlpha)`);
    this.#session.query(`CREATE TABLE IF NOT EXISTS plain (${columns.join(',\n')}) ENGINE = MergeTree
PARTITION BY received_day ORDER BY (service, time) SETTINGS ${DURABLE}`);
  }

  /** One synced INSERT through a Native file, as the sealed store does it. */
  async insert(events: readonly Event[]): Promise<void> {
    const rows = events.length;
    const block = new NativeBlock(3 + TEXTS.length + NUMBERS.length, rows, rows * 1200);
    block.column('time', 'Int64').i64((row) => Math.floor(Number(events[row]!.time)));
    const day = Math.floor(Date.now() / 86_400_000);
    block.column('received_day', 'UInt16').u16(() => day);
    for (const name of TEXTS) block.column(name, 'String').text((row) => events[row]![name] ?? '');
    for (const name of NUMBERS) block.column(name, 'Int64').i64((row) => events[row]![name] ?? -1);
    block.column('text', 'String').text((row) => {
      const rest: Record<string, unknown> = {};
      for (const [name, value] of Object.entries(events[row]!)) if (!COLUMNS.has(name)) rest[name] = value;
      return JSON.stringify(rest);
    });
    const file = join(this.#path, `${randomUUID()}.native`);
    writeFileSync(file, block.finish());
    await this.#session.queryAsync(`INSERT INTO plain SELECT * FROM file('${file}', 'Native')`, {
      format: 'Native',
    });
    rmSync(file);
  }

  async rows(sql: string): Promise<Record<string, unknown>[]> {
    const text = (await this.#session.queryAsync(sql, { format: 'JSONEachRow' })).text().trim();
    return text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  close(): void {
    this.#session.close();
  }
}
