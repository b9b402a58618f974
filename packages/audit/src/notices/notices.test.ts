import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitAfter } from './delivery.ts';
import { type MailServer, sendEmail } from './email.ts';
import { type Notice, textOf } from './notice.ts';
import { isPostable, sendSlack, sendWebhook, webhookKey } from './webhook.ts';

const ID = '0123456789abcdef0123456789abcdef';
const NOTICE: Notice = {
  type: 'audit.changed',
  timestamp: '2026-11-26T08:00:00.000Z',
  data: {
    workspace: 'acme',
    scope: 'shop',
    run: ID,
    findings: [
      {
        change: 'new',
        fingerprint: 'ab'.repeat(16),
        check: 'redis-open',
        severity: 'critical',
        title: 'Redis answers without a password <!channel> & more',
        subject: 'tcp://10.0.0.5:6379',
      },
    ],
    more: 2,
  },
};
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const key = webhookKey(SECRET)!;

/** A receiver that answers as its path says, and keeps what it got. */
let receiver: Server;
const got: { url: string; headers: IncomingMessage['headers']; body: string }[] = [];
const url = (path: string) => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}${path}`;

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const chunk of request) body += chunk;
  got.push({ url: request.url!, headers: request.headers, body });
  const status = Number(/^\/(\d{3})$/.exec(request.url!)?.[1] ?? 200);
  if (request.url === '/silent') return;
  if (request.url === '/endless') {
    response.writeHead(200);
    const timer = setInterval(() => response.write('x'.repeat(65_536)), 5);
    response.on('close', () => clearInterval(timer));
    return;
  }
  response
    .writeHead(status, status === 302 ? { Location: url('/elsewhere') } : {})
    .end('secret-in-the-answer');
}

beforeAll(async () => {
  receiver = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  receiver.closeAllConnections();
  receiver.close();
});

const send = (path: string) => sendWebhook({ url: url(path), key }, ID, NOTICE, 1_764_144_000_123, 300);

describe('a webhook', () => {
  it('is signed as Standard Webhooks says, over its id, its time and its body', async () => {
    expect(await send('/200')).toEqual({ outcome: 'sent' });
    const { headers, body } = got.at(-1)!;
    expect(JSON.parse(body)).toEqual(NOTICE);
    const [id, time] = [headers['webhook-id'], headers['webhook-timestamp']];
    expect([id, time]).toEqual([ID, '1764144000']);
    const secret = Buffer.from(SECRET.slice('whsec_'.length), 'base64');
    const signature = createHmac('sha256', secret).update(`${id}.${time}.${body}`).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${signature}`);
  });

  it('is sent again after any other answer, a redirect too, which is not followed', async () => {
    for (const status of [302, 400, 429, 500, 503])
      expect(await send(`/${status}`)).toEqual({ outcome: 'again', why: `status ${status}` });
    expect(await send('/410')).toEqual({ outcome: 'never', why: 'status 410' });
    expect(got.some((one) => one.url === '/elsewhere')).toBe(false);
  });

  it('waits for nobody who is silent, and reads nothing of whoever never ends', async () => {
    expect(await send('/silent')).toEqual({ outcome: 'again', why: 'no answer in time' });
    expect(await send('/endless')).toEqual({ outcome: 'sent' });
    const dead = await sendWebhook({ url: 'http://127.0.0.1:1/token', key }, ID, NOTICE, 0, 300);
    expect(dead.outcome).toBe('again');
    expect(JSON.stringify(dead)).not.toContain('token');
  });

  it('goes to no address where others could listen', () => {
    expect(
      ['https://h.example/x', 'http://127.0.0.1:9/x', 'http://localhost/x'].filter(isPostable),
    ).toHaveLength(3);
    const bad = [
      'http://h.example/x',
      'http://10.0.0.1/',
      'ftp://h/',
      'https://u:p@h.example/',
      'x',
      'http://127.0.0.1.evil.example/',
    ];
    expect(bad.filter(isPostable)).toEqual([]);
    expect(webhookKey(`whsec_${Buffer.alloc(23).toString('base64')}`)).toBeUndefined();
    expect(webhookKey('whsec_short')).toBeUndefined();
  });

  it('is plain text for Slack, in which nobody is mentioned', async () => {
    expect(await sendSlack(url('/200'), NOTICE)).toEqual({ outcome: 'sent' });
    const { text } = JSON.parse(got.at(-1)!.body);
    expect(text).toBe(
      '*Audit of shop (acme): 1 new, and 2 more*\n• new: [critical] Redis answers without a password &lt;!channel&gt; &amp; more, tcp://10.0.0.5:6379 (tacet audit show abababababab)',
    );
  });
});

describe('mail', () => {
  const mails: string[] = [];
  const servers: SMTPServer[] = [];
  let pem: { private: string; cert: string };

  async function start(options: object): Promise<MailServer> {
    const server = new SMTPServer({
      key: pem.private,
      cert: pem.cert,
      disableReverseLookup: true,
      logger: false,
      onAuth: ({ username, password }, _session, done) =>
        username === 'tacet' && password === 'right' ? done(null, { user: 'tacet' }) : done(new Error('no')),
      onData: (stream, _session, done) => {
        let mail = '';
        stream.on('data', (chunk) => {
          mail += chunk;
        });
        stream.on('end', () => {
          mails.push(mail);
          done();
        });
      },
      ...options,
    });
    server.on('error', () => {});
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.server.address() as AddressInfo;
    const login = { user: 'tacet', pass: 'right' };
    return { host: 'localhost', port, security: 'starttls', from: 'tacet@example.com', login, ca: pem.cert };
  }

  beforeAll(async () => {
    pem = await generate([{ name: 'commonName', value: 'localhost' }], {
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
    });
  });
  afterAll(() =>
    Promise.all(servers.map((server) => new Promise<void>((done) => server.close(() => done())))),
  );

  const mail = (server: MailServer) => sendEmail(server, ['sec@example.com'], ID, NOTICE, 2_000);

  it('is sent over TLS, with the same id in every attempt', async () => {
    const plain = await start({});
    expect(await mail(plain)).toEqual({ outcome: 'sent' });
    const tls = await start({ secure: true });
    expect(await mail({ ...tls, security: 'tls' })).toEqual({ outcome: 'sent' });
    expect(mails).toHaveLength(2);
    for (const text of mails) {
      expect(text).toContain(`Message-ID: <${ID}@example.com>`);
      expect(text).toContain('Subject: Audit of shop (acme): 1 new, and 2 more');
      expect(text).toContain('To: sec@example.com');
    }
  });

  it('does not go out in the clear, to whom it does not trust, or with a wrong password', async () => {
    const bare = await start({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'] });
    expect((await mail(bare)).outcome).toBe('again');
    const server = await start({});
    const { ca: _, ...stranger } = server;
    const untrusted = await mail(stranger);
    expect(untrusted.outcome).toBe('again');
    const wrong = await mail({ ...server, login: { user: 'tacet', pass: 'wrong-password' } });
    expect(wrong).toEqual({ outcome: 'again', why: 'SMTP 535' });
    expect(mails).toHaveLength(2);
    expect(JSON.stringify([untrusted, wrong])).not.toContain('wrong-password');
    expect((await mail({ ...server, port: 1 })).outcome).toBe('again');
  });
});

describe('a notice', () => {
  it('is tried for about three days', () => {
    const waits = Array.from({ length: 12 }, (_, at) => waitAfter(at + 1, () => 0.5));
    expect(waits.at(-1)).toBeUndefined();
    const all = waits.reduce<number>((sum, wait) => sum + (wait ?? 0), 0);
    expect(all / 86_400).toBeGreaterThan(2.5);
    expect(all / 86_400).toBeLessThan(3.5);
  });

  it('tells whoever reports where to look, and nothing of what they wrote', () => {
    const data = {
      to: 'bob@example.com',
      page: 'https://logs.example.com/report/ab',
      due: '2026-12-03T00:00:00Z',
    };
    const { lines } = textOf({ type: 'report.acknowledged', timestamp: '2026-11-26T08:00:00Z', data });
    expect(lines.join(' ')).toContain('by 2026-12-03');
    expect(lines.join(' ')).toContain('https://logs.example.com/report/ab');
  });
});
