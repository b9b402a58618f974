import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { codeOf } from '@tacet/records';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SERVICES } from '../services/index.ts';
import { CONFIGURATION_CHECKS, causesOf, checkConfiguration, readingOf } from './configuration.ts';
import { FAMILIES } from './families.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tacet-configuration-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes files below a folder of their own, and gives its path. */
function files(name: string, texts: Readonly<Record<string, string | Buffer>>): string {
  for (const [path, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(folder, name, path)), { recursive: true });
    writeFileSync(join(folder, name, path), text);
  }
  return join(folder, name);
}

const OPEN_REDIS = 'bind 0.0.0.0\nprotected-mode no\n';

describe('files', () => {
  it('that cannot be read or parsed do not keep others from being checked', async () => {
    const at = files('broken', {
      'a/redis.conf': OPEN_REDIS,
      'b/users.xml': '<clickhouse><users></clickhouse>',
      'c/compose.yaml': 'services: [',
      'd/redis.conf': Buffer.from([0x62, 0xff, 0xfe]),
      'e/redis.conf': '#'.repeat(4_200_000),
      'f/notes.txt': 'protected-mode no',
    });
    const { findings, files: read, failed } = await checkConfiguration([at, join(at, 'missing')]);
    expect(findings.map(({ check }) => check)).toEqual(['redis-open-to-world']);
    expect(read.map(({ software }) => software)).toEqual(['redis']);
    expect(failed.map(({ file, error }) => [file.slice(at.length + 1), codeOf(error)])).toEqual([
      ['b/users.xml', 'CONFIGURATION_INVALID'],
      ['c/compose.yaml', 'CONFIGURATION_INVALID'],
      ['d/redis.conf', 'CONFIGURATION_UNREADABLE'],
      ['e/redis.conf', 'CONFIGURATION_UNREADABLE'],
      ['missing', 'CONFIGURATION_UNREADABLE'],
    ]);
  });

  it('are not reached by links that lead out of what was named, nor twice', async () => {
    const outside = files('outside', { 'redis.conf': OPEN_REDIS });
    const at = files('inside', { 'real/redis.conf': OPEN_REDIS });
    symlinkSync(outside, join(at, 'out'));
    symlinkSync(join(at, 'real'), join(at, 'again'));
    symlinkSync(join(at, 'nowhere'), join(at, 'dangling.conf'));
    symlinkSync(at, join(at, 'real', 'loop'));
    const { files: read, failed } = await checkConfiguration([at]);
    expect([read.length, failed]).toEqual([1, []]);
  });
});

describe('causes', () => {
  it('of an open ClickHouse lead to the line of users.xml', async () => {
    const at = files('clickhouse', {
      'config.xml':
        '<clickhouse>\n  <listen_host>::</listen_host>\n  <http_port>8123</http_port>\n  <users_config>users.xml</users_config>\n</clickhouse>',
      'users.xml':
        '<clickhouse>\n  <profiles><default/></profiles>\n  <users>\n    <default>\n      <password/>\n      <networks><ip>::/0</ip></networks>\n    </default>\n  </users>\n</clickhouse>',
      'redis.conf': OPEN_REDIS,
    });
    const { findings } = await checkConfiguration([at]);
    for (const service of ['clickhouse-http', 'clickhouse-native'])
      expect(causesOf(service, findings)).toEqual([
        {
          file: join(at, 'users.xml'),
          line: 5,
          column: 7,
          setting: 'users.default.password',
          excerpt: 'password: (empty)',
        },
        {
          file: join(at, 'users.xml'),
          line: 6,
          column: 17,
          setting: 'users.default.networks.ip',
          excerpt: 'ip: ::/0',
        },
        {
          file: join(at, 'config.xml'),
          line: 2,
          column: 3,
          setting: 'listen_host',
          excerpt: 'listen_host: ::',
        },
      ]);
    expect(causesOf('redis', findings).map(({ line }) => line)).toEqual([2, 1]);
    expect(causesOf('mongodb', findings)).toEqual([]);
  });

  it('are named for services that are probed', () => {
    const probed = SERVICES.map(({ service }) => service);
    // Buckets are listed by probes of their own, ports of containers by those of what runs in them.
    const named = new Set([...CONFIGURATION_CHECKS.values()].flatMap(({ explains = [] }) => explains));
    const unknown = [...named].filter(
      (name) => !probed.some((one) => one === name || one.startsWith(`${name}-`)),
    );
    expect(unknown.sort()).toEqual(
      ['admin-tool', 'influxdb', 'jaeger', 'loki', 'neo4j', 'open-webui'].sort(),
    );
  });
});

describe('findings', () => {
  it('show nothing of what is secret, however it is called', async () => {
    const at = files('secret', {
      'secret.yaml':
        'apiVersion: v1\nkind: Secret\nmetadata: { name: s }\ndata:\n  key: aHVudGVyMi1odW50ZXIy\n',
      'alertmanager.yml':
        'route: { receiver: x }\nreceivers:\n  - name: x\n    slack_configs: [{ api_url: "https://hooks.example.com/hunter2" }]\n',
      'redis.conf': 'bind 0.0.0.0\nprotected-mode no\nuser default on nopass >hunter2 ~* +@all\n',
      'compose.yaml':
        'services:\n  a:\n    image: etcd\n    command: etcd --listen-client-urls http://u:hunter2@0.0.0.0:2379 --password hunter2\n    ports: ["2379:2379"]\n',
    });
    const report = await checkConfiguration([at]);
    expect(new Set(report.findings.map(({ subject }) => subject)).size).toBe(4);
    expect(JSON.stringify(report)).not.toMatch(/hunter2|aHVudGVy/);
  });

  it('of one place are told once, and are the same when lines move', async () => {
    const text =
      'x-env: &env\n  DB_PASSWORD: EXAMPLE-only\nservices:\n  a: { image: x, environment: *env }\n  b: { image: x, environment: *env }\n';
    const at = files('moved', { 'compose.yaml': text });
    const before = (await checkConfiguration([at])).findings;
    files('moved', { 'compose.yaml': `# one more\n\n${text}` });
    const after = (await checkConfiguration([at])).findings;
    expect(before.map(({ check }) => check)).toEqual(['container-password-in-file']);
    expect(after.map(({ fingerprint }) => fingerprint)).toEqual(before.map(({ fingerprint }) => fingerprint));
    expect(after[0]!.causes![0]!.line).toBe(before[0]!.causes![0]!.line! + 2);
  });
});

describe('a large file', () => {
  // In quadratic time each of these took longer than a test may.
  it.each([
    ['Dockerfile', 0, `FROM a\nRUN ${'a:'.repeat(200_000)}\nENV ${'a'.repeat(200_000)}\n`],
    ['nginx.conf', 10_000, `server { ${'location /a { proxy_pass http://x:9200; } '.repeat(10_000)} }`],
    ['values.yaml', 10_000, 'redis:\n  service:\n    type: NodePort\n'.repeat(10_000)],
    ['compose.yaml', 1, `services: {a: {image: redis, ports: [${'1-60000, '.repeat(20_000)}]}}`],
  ])('is checked in time: %s', { timeout: 15_000 }, (file, hits, text) => {
    const reading = readingOf(file, text)!;
    expect(FAMILIES.flatMap((family) => [...family.run([reading])]).length).toBe(hits);
  });

  it('is shown in time, by what its values begin with', { timeout: 15_000 }, async () => {
    const at = files('long', {
      'redis.conf': `protected-mode no\nbind 0.0.0.0 ${'a:'.repeat(200_000)}\n`,
    });
    const { findings } = await checkConfiguration([at]);
    expect(findings.map(({ check }) => check)).toEqual(['redis-open-to-world']);
    for (const { excerpt = '' } of findings[0]!.causes!) expect(excerpt.length).toBeLessThanOrEqual(200);
  });
});

it('checks come to an end with whatever a file says', () => {
  const names = [
    'users.xml',
    'compose.yaml',
    'redis.conf',
    'pg_hba.conf',
    'nginx.conf',
    'nats.conf',
    'Dockerfile',
    '.env',
    'values.yaml',
    'pod.yaml',
    'collector.yaml',
    'server.properties',
    'my.cnf',
    'daemon.json',
  ];
  const words = fc.constantFrom(
    'services',
    'image',
    'ports',
    'apiVersion',
    'kind',
    'Pod',
    'spec',
    'containers',
    'users',
    'listen',
    'host',
    'all',
    'trust',
    '0.0.0.0/0',
    'server',
    'proxy_pass',
    'RUN',
    'ENV',
    'A=b',
    'receivers',
    'service',
    'listeners',
    '[mysqld]',
    'password',
    'command',
    'etcd',
    'redis',
  );
  const signs = fc.constantFrom(
    ': ',
    '\n',
    '\n  ',
    '\n    - ',
    ' ',
    '{ ',
    ' }',
    '[',
    ']',
    ';',
    '=',
    '"',
    '<users>',
    '</users>',
    '<clickhouse>',
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.array(fc.oneof(words, signs), { maxLength: 60 }),
      (name, parts) => {
        try {
          const reading = readingOf(name, parts.join(''));
          for (const family of reading ? FAMILIES : []) Array.from(family.run([reading!]));
        } catch (error) {
          expect(codeOf(error)).toBe('CONFIGURATION_INVALID');
        }
      },
    ),
    { numRuns: 1_000 },
  );
});
