import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Workbench } from '../testing/command.ts';

let bench: Workbench;
let dir: string[];
beforeAll(async () => {
  bench = await Workbench.create();
  dir = ['--dir', bench.path('logs')];
  expect((await bench.tacet(['init', ...dir])).status).toBe(0);
});
afterAll(() => bench.remove());

const audit = (...argv: string[]) => bench.tacet(['audit', ...argv, ...dir]);

it('looks at this installation, keeps what it found, and lets it be accepted', async () => {
  const first = await audit('--self');
  expect([first.status, first.stderr]).toEqual([1, '']);
  expect(first.stdout).toContain(
    'medium    Nobody has the account of an owner\n          workspace:default\n',
  );
  expect(first.stdout).toMatch(/\n\d findings, \d new\.\n$/);
  expect((await audit('--self', '--fail-on', 'high')).status).toBe(0);
  const found = await audit('findings', '--json');
  const findings = found.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const owner = findings.find(({ finding }) => finding.check === 'self-no-owner').finding.fingerprint;
  const shown = await audit('show', owner.slice(0, 8));
  expect(shown.stdout).toContain(`\nFinding   ${owner}\n`);
  const until = new Date(Date.now() + 9 * 86_400_000).toISOString().slice(0, 10);
  const accepted = await audit('accept', owner.slice(0, 12), '--reason', 'one laptop', '--until', until);
  expect([accepted.status, accepted.stderr]).toEqual([0, '']);
  expect((await audit('--self', '--fail-on', 'medium')).status).toBe(0);
  expect((await audit('show', owner)).stdout).toContain('accepted by init until');
  const json = JSON.parse((await audit('--self', '--json')).stdout);
  expect(json.findings.map(({ state }: { state: string }) => state)).toContain('accepted');
  const history = (await audit('history')).stdout.trim().split('\n');
  expect(history[0]).toMatch(/^RUN +STARTED +OF +STATE +CRITICAL/);
  expect(history).toHaveLength(5);
  expect((await audit('targets')).stdout).toContain('this installation  self');
}, 60_000);

it('keeps what runs find, and says what is new, gone and back', async () => {
  const listen = (port: number) =>
    new Promise<ReturnType<typeof createServer>>((resolve) => {
      const server = createServer((request, response) => {
        response.end(request.url === '/.git/HEAD' ? 'ref: refs/heads/main\n' : '<title>Shop</title>');
      });
      server.listen(port, '127.0.0.1', () => resolve(server));
    });
  const stopped = (server: ReturnType<typeof createServer>) =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  let web = await listen(0);
  const { port } = web.address() as AddressInfo;
  const targets = bench.path('shop.yaml');
  const run = async () => {
    const { status, stdout, stderr } = await audit('--targets', targets, '--keep', '--json');
    expect(stderr).toBe('');
    const { changes, findings } = JSON.parse(stdout);
    return [status, changes.map(({ change }: { change: string }) => change), findings.length];
  };
  try {
    writeFileSync(targets, `hosts: [{ host: 127.0.0.1, ports: [${port}] }]\n`);
    expect(await run()).toEqual([1, ['new'], 1]);
    expect(await run()).toEqual([1, ['still'], 1]);
    await stopped(web);
    expect(await run()).toEqual([0, ['gone'], 0]);
    web = await listen(port);
    expect((await audit('--targets', targets, '--keep')).stdout).toMatch(
      /^back\nhigh .*\n.*http:\/\/127[\s\S]*came back 1 times\n\n.* UTC: 1 finding, 1 back\.\n$/,
    );
    expect((await audit('history')).stdout).toContain('  shop  ');
  } finally {
    await stopped(web);
  }
}, 60_000);

it('sees that a bucket was closed', async () => {
  const policy = () =>
    `{"Statement":{"Effect":"${effect}","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::chats/*"}}`;
  let effect = 'Allow';
  // A stand-in for a store that has policies and lists, but no blocks.
  const store = createServer(({ url = '' }, response) => {
    const [status, body] = url.startsWith('/?')
      ? [
          200,
          '<ListAllMyBucketsResult><Buckets><Bucket><Name>chats</Name></Bucket></Buckets></ListAllMyBucketsResult>',
        ]
      : /[?&]policy\b/.test(url)
        ? [200, policy()]
        : /[?&]acl\b/.test(url)
          ? [200, '<AccessControlPolicy><Owner><ID>me</ID></Owner><AccessControlList/></AccessControlPolicy>']
          : [501, '<Error><Code>NotImplemented</Code></Error>'];
    response.writeHead(status, { 'content-type': 'application/xml' }).end(body);
  });
  await new Promise<void>((done) => store.listen(0, '127.0.0.1', done));
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'somebody');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'somebody');
  const env = { AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${(store.address() as AddressInfo).port}` };
  const run = async () => {
    const { stdout } = await bench.tacet(['audit', '--s3', '--keep', '--scope', 's3', '--json', ...dir], {
      env,
    });
    return JSON.parse(stdout).changes.map(({ change }: { change: string }) => change);
  };
  try {
    expect(await run()).toEqual(['new']);
    effect = 'Deny';
    expect(await run()).toEqual(['gone']);
  } finally {
    vi.unstubAllEnvs();
    store.close();
    store.closeAllConnections();
  }
}, 60_000);

it('says what was wrong', async () => {
  const wrong = [
    [['--self', '--fail-on', 'severe'], 'USAGE'],
    [['accept', 'ffff', '--reason', 'none', '--until', 'tomorrow'], 'USAGE'],
    [['accept', 'ffff', '--reason', 'none', '--until', '2026-12-31'], 'FINDING_UNKNOWN'],
    [['show', 'ffff'], 'FINDING_UNKNOWN'],
    [['.', '--every', '5s'], 'USAGE'],
    [['.', '--keep', '--html'], 'USAGE'],
    [['.', '--keep', '--scope', 'self'], 'USAGE'],
  ] as const;
  for (const [argv, code] of wrong) {
    const { status, stderr, stdout } = await audit(...argv);
    expect([status, stdout, stderr.split(':')[1]?.trim()]).toEqual([2, '', code]);
  }
}, 60_000);
