import { appendFileSync, chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { Finding, Plan } from '@tacet/audit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saying, type TestServer } from '../../../../packages/audit/testing/server.ts';
import {
  type ClickHouseServer,
  startClickHouse,
} from '../../../../packages/store/testing/clickhouse-server.ts';
import { Workbench } from '../testing/command.ts';
import { Journal } from './journal.ts';

let bench: Workbench;
let clickhouse: ClickHouseServer;
let web: TestServer;
let httpPort: number;

/** As the incident's table was: names, and lines in plain text with a key among them. */
const TABLE = `CREATE TABLE log_stream (timestamp DateTime, span_name String, _service String, _source String,
  string Nested(names String, values String)) ENGINE = MergeTree ORDER BY timestamp`;
const KEY = ['sk', 'proj', 'A1b2C3d4E5f6G7h8I9j0K1l2M3n4'].join('-');
const ROWS = `INSERT INTO log_stream SELECT toDateTime('2025-01-06 00:00:00') + number, '/api/v0/chat', 'chat-backend',
  '{"path":"/srv/chat"}', ['text'], ['My salary is 61000, key ${KEY}'] FROM numbers(250000)`;

const sql = (text: string) =>
  fetch(clickhouse.url, {
    method: 'POST',
    headers: { 'X-ClickHouse-User': clickhouse.username, 'X-ClickHouse-Key': clickhouse.password },
    body: text,
  }).then(async (answer) => expect([answer.status, await answer.text()]).toEqual([200, '']));

beforeAll(async () => {
  bench = await Workbench.create();
  clickhouse = await startClickHouse({ open: true });
  httpPort = Number(new URL(clickhouse.url).port);
  web = await saying('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>ref: refs/heads/main</html>');
  await sql(TABLE);
  await sql(ROWS);
  const ports = [httpPort, clickhouse.tcpPort];
  writeFileSync(
    bench.path('targets.yaml'),
    JSON.stringify({
      hosts: [{ host: '127.0.0.1', ports, configuration: [clickhouse.directory] }],
    }),
  );
  // What is measured below is the audit, not the loading of its code by the test runner.
  await audit(clickhouse.directory);
  writeFileSync(bench.path('web.yaml'), `hosts: [{ host: 127.0.0.1, ports: [${web.port}, 1] }]\n`);
});
afterAll(async () => {
  await Promise.all([bench?.remove(), clickhouse?.stop(), web?.close()]);
});

const audit = (...argv: string[]) => bench.tacet(['audit', ...argv]);
const targets = () => ['--targets', bench.path('targets.yaml')];

describe('tacet audit', () => {
  it('finds the incident, and names the line that caused it, within ten seconds', async () => {
    const begun = performance.now();
    const { status, stdout } = await audit(...targets(), '--json', '--packets', bench.path('sent.jsonl'));
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect(status).toBe(1);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const found = (check: string): Finding => lines.find((line) => line.check === check);
    const users = readFileSync(`${clickhouse.directory}/users.xml`, 'utf8').split('\n');
    const password = users.findIndex((line) => line.includes('<password></password>')) + 1;
    for (const [check, port] of [
      ['clickhouse-http-open', httpPort],
      ['clickhouse-native-open', clickhouse.tcpPort],
    ] as const) {
      expect(found(check)).toMatchObject({
        severity: 'critical',
        source: 'probe',
        subject: `tcp://127.0.0.1:${port}`,
        readable: expect.arrayContaining([
          expect.objectContaining({ name: 'default.log_stream', count: 250_000 }),
        ]),
      });
      expect(found(check).causes).toContainEqual(
        expect.objectContaining({ file: `${clickhouse.directory}/users.xml`, line: password }),
      );
    }
    expect(
      lines
        .filter(({ asked }) => asked)
        .map(({ asked }) => [asked.subject, asked.verdict])
        .toSorted(),
    ).toEqual(
      [
        [`tcp://127.0.0.1:${httpPort}`, 'open'],
        [`tcp://127.0.0.1:${clickhouse.tcpPort}`, 'open'],
      ].toSorted(),
    );
    // Nothing of a row is in the report, and every packet is on the record.
    expect(stdout).not.toMatch(/salary|sk-proj/);
    const sent = readFileSync(bench.path('sent.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(sent.length).toBeGreaterThan(20);
    expect(sent.every(({ to }) => /^t(cp|ls):\/\/127\.0\.0\.1:\d+$/.test(to))).toBe(true);
    expect(statSync(bench.path('sent.jsonl')).mode & 0o777).toBe(0o600);
  });

  it('says it to people, to a SIEM, as SARIF and as a page', async () => {
    const people = await audit(...targets());
    expect(people.stdout).toMatch(/^# {2}SEVERITY {2}WHERE {2,}WHAT\n1 {2}critical {2}tcp:\/\/127\.0\.0\.1:/);
    expect(people.stdout).toContain('read    table default.log_stream (250,000;');
    expect(people.stdout).toMatch(/cause {3}\S+users\.xml:\d+:\d+ {2}users\.default\.password/);
    expect(people.stderr).toMatch(
      /^\d+ findings: .*; 2 doors answered \(2 open\), \d+ packets sent; \d+ conf/,
    );
    const users = `${clickhouse.directory}/users.xml`;
    const ocsf = (await audit(users, '--ocsf')).stdout.trim().split('\n');
    expect(JSON.parse(ocsf[0]!)).toMatchObject({
      class_uid: 2003,
      severity_id: 4,
      unmapped: { causes: [{}, {}] },
    });
    expect(JSON.parse((await audit(users, '--sarif')).stdout).runs[0].results.length).toBe(ocsf.length);
    expect((await audit(users, '--html')).stdout).toMatch(/^<!doctype html>[\s\S]*::\/0[\s\S]*<\/html>\n$/);
  });

  it('finds nothing at a site that answers everything alike', async () => {
    const { status, stdout, stderr } = await audit('--targets', bench.path('web.yaml'));
    expect([status, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(/^0 findings; 1 door answered \(1 other-service\), /);
  });

  it('goes on where it was stopped, and trusts no state of another', async () => {
    const state = bench.path('state.jsonl');
    const plan: Plan = { hosts: [], sites: [], buckets: [], skipped: [] };
    const done = { key: 'port a 10.0.0.1 80', asked: [], findings: [], clear: [], unclear: [] };
    const first = new Journal(state, plan);
    first.add(done);
    first.close();
    expect(statSync(state).mode & 0o777).toBe(0o600);
    // Killed while it wrote.
    appendFileSync(state, '{"key":"port a 10.0.0.1 81","asked":[');
    const second = new Journal(state, plan);
    expect(second.done).toEqual([done]);
    second.add({ ...done, key: 'port a 10.0.0.1 81' });
    second.close();
    expect(new Journal(state, plan).done.map(({ key }) => key)).toEqual([done.key, 'port a 10.0.0.1 81']);

    const other = await audit(...targets(), '--resume', state);
    expect([other.status, other.stdout]).toEqual([2, '']);
    expect(other.stderr).toContain('AUDIT_STATE_INVALID');
    chmodSync(state, 0o666);
    expect(() => new Journal(state, plan)).toThrow('by you');
    const nowhere = ['--targets', bench.path('nowhere.yaml'), '--resume', bench.path('new.jsonl')];
    writeFileSync(bench.path('nowhere.yaml'), 'hosts: [{ host: 127.0.0.1, ports: [1] }]\n');
    expect((await audit(...nowhere)).status).toBe(0);
    expect(existsSync(bench.path('new.jsonl'))).toBe(false);
  });

  it('sends nothing in a dry run, and says what it would send', async () => {
    const { stdout, status } = await audit(...targets(), '--dry-run', '--packets', bench.path('none.jsonl'));
    expect([status, readFileSync(bench.path('none.jsonl'), 'utf8')]).toEqual([0, '']);
    expect(stdout).toContain(`tcp://127.0.0.1:${httpPort}\n  first\n    connect`);
    expect(stdout).toContain('    ClickHouse (HTTP): GET /?query=SELECT%201\n');
  });

  it('takes the severity that counts, and says what is wrong with its use', async () => {
    const folder = [`${clickhouse.directory}/users.xml`];
    expect((await audit(...folder)).status).toBe(1);
    expect((await audit(...folder, '--fail-on', 'critical')).status).toBe(0);
    expect((await audit(bench.path('absent.xml'))).status).toBe(2);
    for (const [argv, why] of [
      [[], 'say what to audit'],
      [['--json', '--html', 'x'], 'exclude each other'],
      [['--fail-on', 'worst', 'x'], '--fail-on takes one of critical'],
      [[...targets(), '--rate', '0'], '--rate takes a whole number'],
      [['--targets', `${clickhouse.directory}/users.xml`], 'TARGETS_INVALID'],
      [['--targets', bench.path('absent.yaml')], 'FILE_UNREADABLE'],
      [[...targets(), '--packets', bench.path('absent/sent.jsonl')], 'cannot be written (ENOENT)'],
      [[...targets(), '--resume', bench.path('absent/state.jsonl')], 'cannot be written (ENOENT)'],
      [['--self', '--every', '6h'], '--self looks at this installation alone'],
    ] as const) {
      const { status, stderr } = await audit(...argv);
      expect([status, stderr]).toEqual([2, expect.stringContaining(why)]);
    }
  });

  it('prints what an owner publishes, and holds to the key it names', async () => {
    const first = JSON.parse((await audit('prove', 'DB.example.com', '--days', '30', '--json')).stdout);
    expect(first).toMatchObject({
      record: '_tacet-audit.db.example.com',
      file: 'https://db.example.com/.well-known/tacet-audit',
      value: expect.stringMatching(/^tacet-audit-v1 host=db\.example\.com until=20\d\d-/),
    });
    expect(statSync(first.key).mode & 0o777).toBe(0o600);
    const people = await audit('prove', '*.example.com');
    const [key] = /key=\S+/.exec(first.value) ?? [];
    expect(people.stdout).toContain(
      `_tacet-audit.example.com. 300 IN TXT "tacet-audit-v1 host=*.example.com`,
    );
    expect([people.stdout.includes(key!), people.stdout.includes('well-known')]).toEqual([true, false]);
    expect((await audit('prove', '10.0.0.0/8')).stderr).toContain('prove takes one host name');
    writeFileSync(bench.path('beyond.yaml'), 'hosts: [203.0.113.7]\n');
    // Without a key nobody can have named it: nothing is asked, of whomever.
    const beyond = await audit(
      ...['--targets', bench.path('beyond.yaml'), '--key', bench.path('absent.key')],
      ...['--packets', bench.path('beyond.jsonl')],
    );
    expect([beyond.status, beyond.stderr]).toEqual([2, expect.stringContaining('not probed: 203.0.113.7')]);
    expect(readFileSync(bench.path('beyond.jsonl'), 'utf8')).toBe('');
  });
});
