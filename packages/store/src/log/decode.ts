import {
  CLEAR_STRING_COLUMNS,
  type ClearColumns,
  type ClearRow,
  listColumn,
  TacetError,
  textColumn,
} from '@tacet/records';
import type { Columns, Value } from '../native/reader.ts';
import type { MatchHit, SegmentRow } from '../port.ts';
import { hex } from './literal.ts';
import { BLOCKS, BODY, RANGED_COLUMNS, UNFILTERED_BYTES } from './schema.ts';

/** Typed cells of a result; the types are those of the SELECT that asked for them. */
export class Cells {
  readonly rows: number;
  readonly #columns: Map<string, Value[]>;

  constructor(result: Columns) {
    this.rows = result.rows;
    this.#columns = result.columns;
  }

  value(name: string, row: number): Value {
    const value = this.#columns.get(name)?.[row];
    if (value === undefined) throw new TacetError('STORE_QUERY_FAILED', `a result lacks the column ${name}`);
    return value;
  }

  number(name: string, row: number): number {
    return this.value(name, row) as number;
  }

  bytes(name: string, row: number): Uint8Array {
    return this.value(name, row) as Uint8Array;
  }

  text(name: string, row: number): string {
    const value = this.value(name, row);
    return typeof value === 'string' ? value : Buffer.from(value as Uint8Array).toString('utf8');
  }

  list<T extends Value>(name: string, row: number): T[] {
    return this.value(name, row) as T[];
  }

  map<T>(read: (row: number) => T): T[] {
    return Array.from({ length: this.rows }, (_, row) => read(row));
  }
}

export const HIT_COLUMNS = 'id, period_no, number, time_min, time_max, count, bytes';

export function decodeHit(cells: Cells, row: number): MatchHit {
  return {
    id: cells.bytes('id', row),
    periodNo: cells.number('period_no', row),
    number: cells.number('number', row),
    timeMin: cells.number('time_min', row),
    timeMax: cells.number('time_max', row),
    count: cells.number('count', row),
    bytes: cells.number('bytes', row),
  };
}

export const SEGMENT_COLUMNS = [
  'id, workspace, period_no, block, number, received_day, count, time_min, time_max, slice_bytes',
  'low, high',
  'header, salt, commitment, signature, ciphertext, time',
  ...CLEAR_STRING_COLUMNS,
  ...RANGED_COLUMNS,
  'secrets, batches, supersedes',
].join(', ');

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * Segments of the rows of their bodies and those of their blocks, these in any order. Without one that lacks a
 * block: it was removed between the two reads.
 */
export function decodeSegments(bodies: Cells, blocks: Cells): SegmentRow[] {
  const slices = (cells: Cells, row: number) => [cells.bytes('low', row), cells.bytes('high', row)];
  const filters = new Map<string, Map<number, Uint8Array[]>>();
  for (let row = 0; row < blocks.rows; row++) {
    const id = hex(blocks.bytes('id', row));
    const parts = filters.get(id) ?? new Map();
    filters.set(id, parts.set(blocks.number('block', row), slices(blocks, row)));
  }
  const filterOf = (row: number): Uint8Array | undefined => {
    if (bodies.number('slice_bytes', row) === UNFILTERED_BYTES) return new Uint8Array(0);
    if (bodies.number('block', row) !== BODY) return join(slices(bodies, row));
    const parts = filters.get(hex(bodies.bytes('id', row)));
    if (parts?.size !== BLOCKS) return undefined;
    return join(Array.from({ length: BLOCKS }, (_, block) => parts.get(block)!).flat());
  };
  return Array.from({ length: bodies.rows }, (_, row) => {
    const filter = filterOf(row);
    return filter ? [{ ...decodeBody(bodies, row), filter }] : [];
  }).flat();
}

function decodeBody(cells: Cells, row: number): Omit<SegmentRow, 'filter'> {
  return {
    id: cells.bytes('id', row),
    workspace: cells.text('workspace', row),
    periodNo: cells.number('period_no', row),
    number: cells.number('number', row),
    receivedDay: cells.number('received_day', row),
    count: cells.number('count', row),
    timeMin: cells.number('time_min', row),
    timeMax: cells.number('time_max', row),
    header: cells.bytes('header', row),
    salt: cells.bytes('salt', row),
    commitment: cells.bytes('commitment', row),
    signature: cells.bytes('signature', row),
    ciphertext: cells.bytes('ciphertext', row),
    clear: decodeClear(cells, row),
    batches: cells.list<Uint8Array>('batches', row),
    supersedes: cells.list<Uint8Array>('supersedes', row),
  };
}

function decodeClear(cells: Cells, row: number): ClearColumns {
  const numbers = (name: string) => Float64Array.from(cells.list<number>(name, row));
  const texts = (name: string) => textColumn(cells.list<string>(name, row));
  return {
    time: numbers('time'),
    kind: texts('kind'),
    service: texts('service'),
    operation: texts('operation'),
    model: texts('model'),
    provider: texts('provider'),
    status: texts('status'),
    severity: texts('severity'),
    duration_ns: numbers('duration_ns'),
    input_tokens: numbers('input_tokens'),
    output_tokens: numbers('output_tokens'),
    secrets: listColumn(cells.list<string[]>('secrets', row)),
  };
}

/** One line of the `events` view. */
export function decodeClearRow(cells: Cells, row: number): ClearRow {
  return {
    time: cells.number('time', row),
    kind: cells.text('kind', row),
    service: cells.text('service', row),
    operation: cells.text('operation', row),
    model: cells.text('model', row),
    provider: cells.text('provider', row),
    status: cells.text('status', row),
    severity: cells.text('severity', row),
    duration_ns: cells.number('duration_ns', row),
    input_tokens: cells.number('input_tokens', row),
    output_tokens: cells.number('output_tokens', row),
    secrets: cells.list<string>('secrets', row),
  };
}
