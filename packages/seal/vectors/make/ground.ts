import {
  type ClearColumns,
  type ClearRow,
  clearColumns,
  clearFacts,
  clearRow,
  type Event,
  encodeRow,
} from '@tacet/records';
import { toHex } from '../../src/encoding/bytes.ts';
import {
  type Authority,
  type AuthorityRecords,
  certifyWriter,
  createIdentity,
  type Founded,
  foundWorkspace,
  type Identity,
  verifyAuthority,
} from '../../src/index.ts';
import { repeatable } from '../../tests/random.ts';

/** 2026-01-01T00:00:00Z in milliseconds: the time of all vectors. */
export const NOW = Date.UTC(2026, 0, 1);
export const SECONDS = NOW / 1000;
export const DAY = 86_400;

export interface Ground {
  founded: Founded;
  authority: Authority;
  /** A reader without any grant. */
  stranger: Identity;
}

/** The workspace that all vectors live in; its writer is certified for two days only. */
export async function makeGround(): Promise<Ground> {
  const random = repeatable('vectors');
  const founded = await foundWorkspace({ workspace: 'acme', now: NOW, random });
  const { identity, rootHash, writer } = founded;
  const first = await verifyAuthority(founded.authority, { rootHash });
  const brief = await certifyWriter({ identity, authority: first, now: NOW }, { ...writer, days: 2 });
  founded.authority.writers = [brief];
  const authority = await verifyAuthority(founded.authority, { rootHash });
  return { founded, authority, stranger: await createIdentity(random) };
}

export function hexRecords(records: Partial<AuthorityRecords>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(records).map(([list, all]) => [list, all.map(toHex)]));
}

export const EVENTS: readonly Event[] = [
  {
    time: '1767225600123456789',
    kind: 'span',
    service: 'shop',
    operation: 'chat gpt-5',
    severity: '',
    status: 'error',
    provider: 'openai',
    model: 'gpt-5',
    duration_ns: 1_234_567_890,
    input_tokens: 1017,
    output_tokens: 0,
    trace_id: '5b8efff798038103d269b633813fc60c',
    user_id: 'ann@example.com',
    input: [{ role: 'user', content: 'Where is parcel 4711? 包裹在哪里' }],
    attributes: { 'http.route': '/chat', nested: { list: [1, 'Zwei', true, null] } },
    secrets: { 'openai-api-key': 2, password: 1 },
  },
  {
    time: '-1',
    kind: 'log',
    service: 'unknown_service',
    operation: '',
    severity: 'warn',
    status: '',
    provider: '',
    model: '',
    body: 'Straße ＡＢＣ ﬁn [secret:aws-key:0123456789abcdef0123456789abcdef] \ud800 "quoted"\n',
  },
];

export function clearOf(events: readonly Event[]): ClearColumns {
  return clearColumns(events.map((event) => clearFacts(event, () => 0.5)));
}

export function rowsOf(events: readonly Event[]): Uint8Array {
  return new TextEncoder().encode(events.map(encodeRow).join('\n'));
}

/** The columns as a page of JSON has them: of each the values, one a row. */
export function plainColumns(columns: ClearColumns): Record<string, unknown[]> {
  const rows = Array.from(columns.time, (_, row) => clearRow(columns, row));
  const names = Object.keys(rows[0]!) as (keyof ClearRow)[];
  return Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name])]));
}
