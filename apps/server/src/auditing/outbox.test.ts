import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { findingOf } from '@tacet/audit/watching';
import { codeOf } from '@tacet/records';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeConfig } from '../directory/config.ts';
import { type TestServer, testServer } from '../testing/server.ts';

let clock = Date.parse('2026-11-26T08:00:00Z');
let test: TestServer;
let receiver: Server;
/** What the receiver got, and what it answers next. */
const got: { id: string; time: string; body: { data: { findings: { change: string }[] } } }[] = [];
let status = 200;

const URL_SECRET = 'path-that-nobody-may-know';

beforeAll(async () => {
  receiver = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { 'webhook-id': id, 'webhook-timestamp': time } = request.headers;
    if (request.url?.startsWith('/hook')) got.push({ id: `${id}`, time: `${time}`, body: JSON.parse(body) });
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.address() as AddressInfo;
  test = await testServer({ now: () => clock });
  const { layout, config } = test.server;
  const secretFile = join(layout.root, '..', 'hook.secret');
  const urlFile = join(layout.root, '..', 'hook.url');
  await writeFile(secretFile, `whsec_${Buffer.alloc(32, 1).toString('base64')}\n`, { mode: 0o600 });
  await writeFile(urlFile, `http://127.0.0.1:${port}/hook/${URL_SECRET}\n`, { mode: 0o600 });
  const audit = {
    notices: { ops: { kind: 'webhook' as const, urlFile, secretFile, least: 'high' as const } },
  };
  await writeConfig(layout, { ...config, audit });
  await test.reopen();
});
afterAll(async () => {
  await test.remove();
  receiver.close();
});

const check = {
  id: 'x-open',
  title: 'X is open',
  severity: 'high' as const,
  why: '',
  fix: '',
  references: [],
};

async function run(severity: 'high' | 'low', subject: string): Promise<void> {
  const { audits, outbox } = test.server.auditing;
  const id = await audits.begin('shop');
  const proof = { request: 'GET /', reply: 'rows-of-somebody' };
  const findings = [findingOf(check, { source: 'probe', subject, severity, proof })];
  await audits.finish(id, { complete: true, findings, covered: [], targets: [] }, 'server');
  await outbox.kick();
}

const waiting = () => test.server.stores.control.notices('acme', 9);

it('tells of what changed, once, and of nothing that is less than was asked for', async () => {
  await run('high', 'tcp://10.0.0.1:1');
  await run('low', 'tcp://10.0.0.2:1');
  await run('high', 'tcp://10.0.0.1:1');
  expect(got.map(({ body }) => body.data.findings.map(({ change }) => change))).toEqual([['new']]);
  expect(JSON.stringify(got)).not.toContain('rows-of-somebody');
  expect(await waiting()).toEqual([]);
});

it('sends again, later and later, over a restart, under the same id', async () => {
  got.length = 0;
  status = 500;
  await run('high', 'tcp://10.0.0.3:1');
  expect(got).toHaveLength(1);
  await test.server.auditing.outbox.kick();
  expect(got).toHaveLength(1);
  clock += 10_000;
  await test.server.auditing.outbox.kick();
  expect(got).toHaveLength(2);
  await test.reopen();
  expect((await waiting()).map(({ attempts }) => attempts)).toEqual([2]);
  status = 200;
  clock += 60_000;
  await test.server.auditing.outbox.kick();
  expect(got).toHaveLength(3);
  expect(new Set(got.map(({ id }) => id)).size).toBe(1);
  expect(new Set(got.map(({ time }) => time)).size).toBe(3);
  expect(await waiting()).toEqual([]);
  expect(test.warnings.join('\n')).toContain('a notice to ops was not taken (status 500); it is sent again');
  expect(test.warnings.join('\n')).not.toContain(URL_SECRET);
});

it('gives up after days, says so, and the installation finds it', async () => {
  status = 503;
  await run('high', 'tcp://10.0.0.4:1');
  for (let times = 0; times < 12; times++) {
    clock += 2 * 86_400_000;
    await test.server.auditing.outbox.kick();
  }
  expect((await waiting()).map(({ state }) => state)).toEqual(['failed']);
  expect(test.warnings.at(-1)).toBe('a notice to ops was not taken (status 503); given up');
  const { findings } = await test.server.auditing.selfAudit.run('server');
  expect(findings.map((one) => one.check)).toContain('self-notices-failing');
});

it('does not start with settings that would tell others', async () => {
  const { layout, config } = test.server;
  const urlFile = join(layout.root, '..', 'bad.url');
  const notices = (url: string) => ({
    notices: { chat: { kind: 'slack' as const, urlFile: url, least: 'low' as const } },
  });
  await writeFile(urlFile, `http://hooks.example.com/${URL_SECRET}\n`);
  const { Channels } = await import('./channels.ts');
  const opening = (audit: object) => Channels.open(layout, audit).catch((error) => error);
  const error = await opening(notices(urlFile));
  expect(codeOf(error)).toBe('CONFIG_INVALID');
  expect(`${error.message}`).not.toContain(URL_SECRET);
  expect(codeOf(await opening(notices('nowhere.url')))).toBe('CONFIG_INVALID');
  const email = { ops: { kind: 'email' as const, to: ['a@example.com'], least: 'low' as const } };
  expect(codeOf(await opening({ notices: email }))).toBe('CONFIG_INVALID');
  const { readConfig } = await import('../directory/config.ts');
  for (const mail of [
    { host: 'smtp.example.com', port: 25, security: 'none', from: 'a@example.com' },
    { host: 'smtp.example.com', port: 25, from: 'a@example.com\r\nBcc: b@example.com' },
  ]) {
    await writeConfig(layout, { ...config, audit: { mail } } as never);
    expect(codeOf(await readConfig(layout).catch((thrown) => thrown))).toBe('CONFIG_INVALID');
  }
});
