import { mkdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import chromium from '@sparticuz/chromium';
import { armor, Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { type Browser, chromium as playwright } from 'playwright-core';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildApp } from '../app.ts';
import { writeConfig } from '../directory/config.ts';
import { type Listener, listen } from '../listen.ts';
import { filesBelow } from '../testing/files.ts';
import { codeIn, type TestServer, testServer } from '../testing/server.ts';
import type { ReportStatus } from './reports.ts';
import { securityTxt } from './security-txt.ts';

let clock = Date.now();
let test: TestServer;
let identity: string;
let recipient: string;
const mails: string[] = [];
const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  disableReverseLookup: true,
  logger: false,
  onData(stream, _session, done) {
    let mail = '';
    stream.on('data', (chunk) => {
      mail += chunk;
    });
    stream.on('end', () => {
      mails.push(mail);
      done();
    });
  },
});

beforeAll(async () => {
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  identity = await generateX25519Identity();
  recipient = await identityToRecipient(identity);
  test = await testServer({ now: () => clock, publicUrl: 'https://logs.example.com' });
  const { port } = smtp.server.address() as AddressInfo;
  const mail = { host: '127.0.0.1', port, security: 'none' as const, from: 'security@example.com' };
  await writeConfig(test.server.layout, {
    ...test.server.config,
    audit: { mail, reports: { recipient, answerDays: 5 }, securityTxt: { preferredLanguages: ['en', 'de'] } },
  });
  await test.reopen();
});
afterAll(async () => {
  await test.remove();
  await new Promise<void>((resolve) => smtp.close(() => resolve()));
});

const send = (body: unknown, headers: Record<string, string> = {}) =>
  test.request('/report', {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json', ...headers },
  });

async function sent(body: unknown): Promise<ReportStatus & { page: string }> {
  // Everybody in a test comes from one network.
  clock += 3_600_001;
  const response = await send(body);
  expect(response.status, await response.clone().text()).toBe(201);
  return (await response.json()) as ReportStatus & { page: string };
}

interface Kept {
  finding: { fingerprint: string; check: string; title: string; subject: string };
  state: string;
  returns: number;
}
const findings = async () =>
  ((await (await test.administer('/v1/audit/findings')).json()) as { findings: Kept[] }).findings.filter(
    ({ finding }) => finding.check === 'outside-report',
  );
const told = async (fingerprint: string) => {
  const response = await test.administer(`/v1/audit/reports?finding=${fingerprint}`);
  return ((await response.json()) as { reports: (ReportStatus & Record<string, string>)[] }).reports;
};

const DETAILS = 'An open ClickHouse answers at this address without a password.';

describe('a report from outside', () => {
  it('becomes a finding, is acknowledged at once and by mail, and has a clock', async () => {
    const report = { title: 'Open database', where: 'https://logs.example.com:8123/play', details: DETAILS };
    const status = await sent({ ...report, email: 'bob+tacet@example.com' });
    expect(status).toMatchObject({ state: 'received', acknowledged: status.received });
    expect(status.due - status.received).toBe(5 * 86_400);
    expect(status.page).toBe(`https://logs.example.com/report/${status.id}`);
    await test.server.auditing.outbox.kick();
    expect(mails).toHaveLength(1);
    expect(mails[0]).toContain('To: bob+tacet@example.com');
    expect(mails[0]?.replaceAll('=\r\n', '')).toContain(status.page);
    expect(mails[0]).not.toContain('database');
    const [finding] = await findings();
    expect(finding).toMatchObject({
      state: 'open',
      finding: { subject: 'report:https://logs.example.com:8123/play' },
    });
    expect(await told(finding!.finding.fingerprint)).toMatchObject([{ ...report, state: 'received' }]);
    const shown = await test.request(`/report/${status.id}`, { headers: { Accept: 'text/html' } });
    const html = await shown.text();
    expect(html).toContain('Received. A person will read it.');
    for (const text of ['Open database', 'ClickHouse', 'bob', '8123']) expect(html).not.toContain(text);
    expect(await (await test.request(`/report/${status.id}`)).json()).toMatchObject({ id: status.id });
  });

  it('stands readable nowhere on disk', async () => {
    await test.reopen();
    for (const { path, bytes } of filesBelow(test.directory))
      for (const text of [DETAILS, 'Open database', 'bob+tacet'])
        expect([path, text, bytes.includes(text)]).toEqual([path, text, false]);
  });

  it('is known again, in other words too, and nobody is written to twice a day', async () => {
    const again = await sent({
      title: 'ClickHouse reachable',
      where: 'http://LOGS.example.com:8123/play/?x=1',
      details: 'the same',
      email: 'Bob+other@example.com',
    });
    const kept = await findings();
    expect(kept).toHaveLength(1);
    const reports = await told(kept[0]!.finding.fingerprint);
    expect(reports.map(({ title }) => title)).toEqual(['Open database', 'ClickHouse reachable']);
    expect(again.id).not.toBe(reports[0]!.id);
    await test.server.auditing.outbox.kick();
    expect(mails).toHaveLength(1);
  });

  it('is answered by a person, and comes back when it is reported again', async () => {
    const [{ finding }] = (await findings()) as [Kept];
    const answer = (state: string) =>
      test.administer('/v1/audit/answer', { fingerprint: finding.fingerprint, state });
    expect((await answer('confirmed')).status).toBe(200);
    const [first] = await told(finding.fingerprint);
    clock += 86_400_000;
    expect((await answer('fixed')).status).toBe(200);
    const status = (await (await test.request(`/report/${first!.id}`)).json()) as ReportStatus;
    expect(status).toMatchObject({ state: 'fixed', answered: first!.answered });
    expect((await findings())[0]?.state).toBe('gone');
    await sent({ title: 'Again', where: 'logs.example.com:8123/play', details: 'it is back' });
    expect((await findings())[0]).toMatchObject({ state: 'open', returns: 1 });
    expect(
      await codeIn(
        await test.administer('/v1/audit/answer', { fingerprint: 'ab'.repeat(16), state: 'fixed' }),
      ),
    ).toBe('REPORT_UNKNOWN');
  });

  it('keeps no secret that somebody pasted', async () => {
    const secret = ['ghp', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('_');
    await sent({ title: `Key ${secret}`, details: `I found ${secret} in your logs` });
    const all = await findings();
    const leaked = all.find(({ finding }) => finding.title.includes('Key'))!;
    const everything = JSON.stringify([all, await told(leaked.finding.fingerprint)]);
    expect(everything).not.toContain(secret);
    expect(everything).toContain('[secret:github-token');
  });

  it('can be encrypted so that the server never reads it', async () => {
    expect(await (await test.request('/report-key.txt')).text()).toBe(`${recipient}\n`);
    const encrypter = new Encrypter();
    encrypter.addRecipient(recipient);
    const encrypted = armor.encode(await encrypter.encrypt(DETAILS));
    await sent({ title: 'Encrypted', encrypted: encrypted.replaceAll('\n', '\r\n') });
    const [finding] = (await findings()).filter((one) => one.finding.title.endsWith('Encrypted'));
    const [kept] = await told(finding!.finding.fingerprint);
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    expect(await decrypter.decrypt(armor.decode(kept!.encrypted!), 'text')).toBe(DETAILS);
    const fake = `-----BEGIN AGE ENCRYPTED FILE-----\n${Buffer.from('plain').toString('base64')}\n-----END AGE ENCRYPTED FILE-----`;
    for (const wrong of [fake, DETAILS]) {
      clock += 3_600_001;
      expect(await codeIn(await send({ title: 'Encrypted', encrypted: wrong }))).toBe('REQUEST_INVALID');
    }
  });

  it('is refused when it is wrong, too large, from another site, or one of many', async () => {
    clock += 3_600_001;
    for (const wrong of [
      { title: 'No details' },
      { title: 'x', details: 'y' },
      { title: 'two\nlines', details: 'y' },
      { title: 'Mail', details: 'y', email: 'a@b\r\nBcc: c@d' },
      { title: 'More', details: 'y', severity: 'critical' },
    ])
      expect(await codeIn(await send(wrong))).toBe('REQUEST_INVALID');
    expect(await codeIn(await send({ title: 'Long', details: 'y'.repeat(300_000) }))).toBe('BODY_TOO_LARGE');
    const elsewhere = { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' };
    expect(await codeIn(await send({ title: 'From elsewhere', details: 'y' }, elsewhere))).toBe(
      'ORIGIN_REFUSED',
    );
    const codes = [];
    for (let times = 0; times < 6; times++)
      codes.push(await codeIn(await send({ title: 'Many', details: 'y' })));
    expect(codes.at(-1)).toBe('REPORT_LIMITED');
    expect(await codeIn(await test.request('/report/nobody'))).toBe('REPORT_UNKNOWN');
    const before = (await findings()).length;
    for (const path of ['/report/..%2Fx', `/report/${'0'.repeat(32)}`])
      expect((await test.request(path, { headers: { Accept: 'text/html' } })).status).toBe(404);
    expect(await findings()).toHaveLength(before);
  });

  it('is found by the installation when it waits too long', async () => {
    clock += 9 * 86_400_000;
    const { findings: own } = await test.server.auditing.selfAudit.run('server');
    expect(own.map(({ check }) => check)).toContain('self-report-overdue');
  });
});

describe('security.txt', () => {
  it('names the form, and is always valid', async () => {
    const response = await test.request('/.well-known/security.txt');
    expect(response.headers.get('Content-Type')).toBe('text/plain; charset=utf-8');
    const text = await response.text();
    const fields = new Map(
      text
        .trim()
        .split('\n')
        .map((line) => line.split(': ', 2) as [string, string]),
    );
    expect(fields.get('Contact')).toBe('https://logs.example.com/report');
    expect(fields.get('Encryption')).toBe('https://logs.example.com/report-key.txt');
    expect(fields.get('Canonical')).toBe('https://logs.example.com/.well-known/security.txt');
    expect(fields.get('Preferred-Languages')).toBe('en, de');
    const days = (Date.parse(fields.get('Expires')!) - clock) / 86_400_000;
    expect(days).toBeGreaterThan(170);
    expect(days).toBeLessThan(365);
  });

  it('is not there when it could name nobody, and what the settings name comes first', () => {
    const local = new URL('http://localhost:4318');
    expect(securityTxt({}, local, 0)).toBeUndefined();
    expect(securityTxt({ reports: false }, new URL('https://a.example'), 0)).toBeUndefined();
    const contact = ['mailto:security@example.com', 'https://example.com/vdp'];
    const text = securityTxt({ securityTxt: { contact, policy: 'https://example.com/p' } }, local, 0);
    expect(text).toBe(
      'Contact: mailto:security@example.com\nContact: https://example.com/vdp\nExpires: 1970-06-30T00:00:00.000Z\nPolicy: https://example.com/p\n',
    );
  });
});

async function start(): Promise<{ browser?: Browser; missing: string }> {
  try {
    const executablePath = await chromium.executablePath();
    return { browser: await playwright.launch({ executablePath, args: chromium.args }), missing: '' };
  } catch (error) {
    return { missing: ` (skipped: Chromium does not start on this machine: ${`${error}`.split('\n')[0]})` };
  }
}
const { browser, missing } = await start();
afterAll(() => browser?.close());

describe.skipIf(!browser)(`the form in a real browser${missing}`, () => {
  let listener: Listener;
  beforeAll(async () => {
    clock += 3_600_001;
    const app = buildApp({ ...test.server.parts, reach: { tls: false, behindProxy: false } });
    listener = await listen(app, { host: '127.0.0.1', port: 0, behindProxy: false });
  });
  afterAll(() => listener.close());

  it('works without scripts, breaks no rule of its policy, and leads to the status of the report', async () => {
    const context = await browser!.newContext({
      javaScriptEnabled: false,
      viewport: { width: 720, height: 1000 },
    });
    const page = await context.newPage();
    const trouble: string[] = [];
    page.on('console', (message) => trouble.push(message.text()));
    page.on('requestfailed', (request) => trouble.push(request.url()));
    const picture = async (name: string) => {
      const folder = process.env.TACET_TEST_PICTURES;
      if (folder === undefined) return;
      mkdirSync(folder, { recursive: true });
      await writeFile(join(folder, `${name}.png`), await page.screenshot({ fullPage: true }));
    };
    await page.goto(`${listener.address}/report`);
    await page.fill('[name=title]', 'Keys <b>in</b> a public log');
    await page.fill('[name=details]', 'See <script>alert(1)</script>');
    await page.click('summary');
    await picture('form');
    await page.fill('[name=encrypted]', 'not encrypted at all');
    await page.click('[type=submit]');
    expect(await page.textContent('[role=alert]')).toContain('not an age file');
    await picture('problem');
    await page.goBack();
    // As the page of the problem promises.
    expect(await page.inputValue('[name=title]')).toBe('Keys <b>in</b> a public log');
    expect(await page.inputValue('[name=details]')).toBe('See <script>alert(1)</script>');
    await page.click('summary');
    await page.fill('[name=encrypted]', '');
    await page.click('[type=submit]');
    expect(page.url()).toMatch(/\/report\/[0-9a-f]{32}$/);
    expect(await page.textContent('.state')).toBe('Received. A person will read it.');
    await picture('status');
    await page.goto(`${listener.address}/report/${'0'.repeat(32)}`);
    expect(await page.textContent('h1')).toBe('There is no such report');
    expect(trouble.filter((text) => !text.includes('404') && !text.includes('400'))).toEqual([]);
    await context.close();
  });
});
