import type { ClearColumns, ClearRow } from '@tacet/records';
import { CLEAR_STRING_COLUMNS, TacetError } from '@tacet/records';
import type { Columns, Value } from '../native/reader.ts';
import type { MatchHit, SegmentRow } from '../port.ts';
import { hex } from './literal.ts';
import { BODY, RANGED_COLUMNS, UNFILTERED_BYTES } from './schema.ts';

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

/** The part of a filter that a row holds: a block, all of it, or none. */
function decodePart(cells: Cells, row: number): Uint8Array[] {
  if (cells.number('slice_bytes', row) === UNFILTERED_BYTES) return [];
  return [cells.bytes('low', row), cells.bytes('high', row)];
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The segments of a result that has all of their rows, in any order. */
export function decodeSegments(cells: Cells): SegmentRow[] {
  const blocks = new Map<string, Uint8Array[][]>();
  const bodies: number[] = [];
  for (let row = 0; row < cells.rows; row++) {
    const block = cells.number('block', row);
    if (block >= BODY) {
      bodies.push(row);
      continue;
    }
    const id = hex(cells.bytes('id', row));
    const parts = blocks.get(id) ?? [];
    parts[block] = decodePart(cells, row);
    blocks.set(id, parts);
  }
  return bodies.map((row) => {
    const segment = decodeBody(cells, row);
    const parts = blocks.get(hex(segment.id))?.flat() ?? decodePart(cells, row);
    return { ...segment, filter: join(parts) };
  });
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
  return {
    time: cells.list<number>('time', row),
    kind: cells.list<string>('kind', row),
    service: cells.list<string>('service', row),
    operation: cells.list<string>('operation', row),
    model: cells.list<string>('model', row),
    provider: cells.list<string>('provider', row),
    status: cells.list<string>('status', row),
    severity: cells.list<string>('severity', row),
    duration_ns: cells.list<number>('duration_ns', row),
    input_tokens: cells.list<number>('input_tokens', row),
    output_tokens: cells.list<number>('output_tokens', row),
    secrets: cells.list<string[]>('secrets', row),
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
