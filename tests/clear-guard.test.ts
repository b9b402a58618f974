import { readFileSync, writeFileSync } from 'node:fs';
import { CLEAR_STRING_COLUMNS, type Event } from '@tacet/records';
import { openServer, type Server } from '@tacet/server';
import type { FACT_GROUPS } from '@tacet/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Workbench } from '../apps/cli/src/testing/command.ts';
import { fill, seeded } from '../packages/detect/src/template.ts';

// A secret or personal data in what becomes a clear column, by every way into the store.

const PLANTED = {
  secret: fill('sk-proj-<b62:48>', seeded(1)),
  password: 'postgres://app:hunter22x@db.internal/app',
  email: 'li.lei@qq.com',
  phone: '+49 30 901820',
  card: '4111 1111 1111 1111',
  iban: 'GB29 NWBK 6016 1331 9268 19',
  address: '8.8.4.4',
  'inner address': '10.1.2.3',
  'national id': '11010519491231002X',
};
const MEMBERS = ['service', 'operation', 'model', 'provider'] as const;
/** Enough lines of one shape that the way for learned shapes takes them. */
const LINES = 40;

let bench: Workbench;
let server: Server;
let ingest: Record<string, string>;

/** A planted value somewhere in each member. */
const texts = Object.values(PLANTED).flatMap((planted) => [planted, `for ${planted} now`]);
const eventOf = (planted: string, at: number) => ({
  timestamp: new Date(Date.UTC(2025, 0, 6) + at * 1000).toISOString(),
  msg: `row ${at}`,
  service: planted,
  operation: planted,
  model: planted,
  provider: planted,
  level: planted,
  status: planted,
});

/** OTLP in JSON: a log and a span for each text. */
function otlp(): { logs: string; traces: string } {
  const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const all = texts.map((text, at) => {
    const resource = { attributes: [attribute('service.name', text)] };
    const attributes = [
      attribute('gen_ai.request.model', text),
      attribute('gen_ai.provider.name', text),
      attribute('gen_ai.operation.name', text),
    ];
    const time = `${1_736_121_600 + at}000000000`;
    const ids = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
    const span = { ...ids, name: text, kind: 1, startTimeUnixNano: time, endTimeUnixNano: time, attributes };
    const record = { timeUnixNano: time, severityText: text, body: { stringValue: `log ${at}` }, attributes };
    return { resource, span, record };
  });
  return {
    logs: JSON.stringify({
      resourceLogs: all.map(({ resource, record }) => ({ resource, scopeLogs: [{ logRecords: [record] }] })),
    }),
    traces: JSON.stringify({
      resourceSpans: all.map(({ resource, span }) => ({ resource, scopeSpans: [{ spans: [span] }] })),
    }),
  };
}

const csv = () => {
  const names = Object.keys(eventOf('', 0));
  const cell = (value: unknown) => `"${String(value).replaceAll('"', '""')}"`;
  const rows = texts.map((text, at) => Object.values(eventOf(text, at)).map(cell).join(','));
  return [names.join(','), ...rows].join('\n');
};

beforeAll(async () => {
  bench = await Workbench.create();
  const directory = bench.path('store');
  const founded = JSON.parse((await bench.tacet(['init', '--dir', directory, '--json'])).stdout);
  // Clear, says the policy: it may show less, and never a value that holds such a thing.
  const attributes = Object.fromEntries(CLEAR_STRING_COLUMNS.map((name) => [name, 'clear']));
  writeFileSync(`${directory}/clear-policy.json`, JSON.stringify({ attributes }));
  const lines = texts.flatMap((text) => [
    ...Array.from({ length: LINES }, (_, at) => JSON.stringify(eventOf('plain', at))),
    JSON.stringify(eventOf(text, 1)),
  ]);
  writeFileSync(bench.path('a.jsonl'), lines.join('\n'));
  writeFileSync(bench.path('a.csv'), csv());
  for (const name of ['a.jsonl', 'a.csv'])
    expect((await bench.tacet(['import', bench.path(name), '--dir', directory])).status).toBe(0);
  server = await openServer({ directory });
  ingest = { Authorization: `Bearer ${readFileSync(founded.ingestTokenFile, 'utf8').trim()}` };
  const send = async (path: string, type: string, body: string) => {
    const headers = { ...ingest, 'Content-Type': type };
    const answer = await server.app.fetch(
      new Request(`http://localhost${path}`, { method: 'POST', headers, body }),
    );
    expect(answer.status, await answer.clone().text()).toBe(200);
  };
  const { logs, traces } = otlp();
  await send('/v1/logs', 'application/json', logs);
  await send('/v1/traces', 'application/json', traces);
  await send('/v1/events', 'application/x-ndjson', lines.join('\n'));
}, 120_000);
afterAll(async () => {
  await server?.close();
  await bench.remove();
});

/** Every value of a clear column of texts, with how many events have it. */
async function valuesOf(by: (typeof FACT_GROUPS)[number]) {
  const facts = await server.stores.log.facts({
    workspace: server.config.workspace,
    by,
    limit: 10_000,
  } as never);
  return new Map(facts.map(({ value, events }) => [value, events]));
}

describe('a secret or personal data in what is clear', () => {
  it.each(CLEAR_STRING_COLUMNS)('does not reach the column %s', async (column) => {
    const values = await valuesOf(column);
    const shown = [...values.keys()].join('\n');
    for (const [what, planted] of Object.entries(PLANTED)) expect(shown, what).not.toContain(planted);
    expect(shown).not.toMatch(/\[secret:|hunter22x/);
    if (!(MEMBERS as readonly string[]).includes(column)) return;
    expect(values.get('plain')).toBe(2 * LINES * texts.length);
    // JSON lines twice, CSV, logs and spans.
    expect(values.get('(withheld)')).toBe(5 * texts.length);
  });

  it('stands in the sealed row, where readers find it', async () => {
    const directory = bench.path('store');
    await server.close();
    const argv = [
      'search',
      `service:"${PLANTED.email}"`,
      '--dir',
      directory,
      '--purpose',
      'a test',
      '--json',
    ];
    const found = await bench.tacet(argv);
    expect(found.status).toBe(0);
    const events = found.stdout
      .split('\n')
      .filter(Boolean)
      .map((line): Event => JSON.parse(line));
    expect(events).toHaveLength(5);
    expect(new Set(events.map(({ service }) => service))).toEqual(new Set([PLANTED.email]));
  });
});
