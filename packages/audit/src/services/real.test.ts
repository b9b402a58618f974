/** Real servers, started here: each open, and guarded by the setting that its check names. */
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startClickHouse } from '../../../store/testing/clickhouse-server.ts';
import { freePort, type Program, type Started, start } from '../../testing/process.ts';
import { certificate, serverOf, type TestServer } from '../../testing/server.ts';
import * as servers from '../../testing/servers.ts';
import { wireTo } from '../../testing/wire.ts';
import type { Examination, Probe, Verdict } from '../probing/probe.ts';
import { WireError } from '../probing/wire.ts';
import { objectListing, SERVICES } from './index.ts';

const PROBES = [...SERVICES, ...objectListing('bucket')];

function probeOf(service: string): Probe {
  return PROBES.find((probe) => probe.service === service)!;
}

const examine = (service: string, port: number): Promise<Examination> =>
  probeOf(service).examine(wireTo(port).wire);

/** Examines until the server is up: many listen before they serve. */
async function settled(service: string, port: number): Promise<Examination> {
  for (let round = 0; ; round++) {
    const examination = await examine(service, port);
    const up = examination.verdict === 'open' || examination.verdict === 'asks-auth';
    if (up || round === 100) return examination;
    await delay(100);
  }
}

/** Which probes but these take a port for theirs; a server that says nothing to them is another one, too. */
async function strangers(port: number, own: readonly string[], probes = PROBES): Promise<string[]> {
  const said = probes
    .filter(({ service }) => !own.includes(service))
    .map(async (probe) => {
      try {
        const { verdict } = await probe.examine(wireTo(port, { limits: { total: 300 } }).wire);
        return verdict === 'other-service' ? [] : [`${probe.service}: ${verdict}`];
      } catch (error) {
        return error instanceof WireError ? [] : [`${probe.service}: ${error}`];
      }
    });
  return (await Promise.all(said)).flat();
}

/** Examines until the verdict is this one: a server takes its time to hear of a new setting. */
async function turned(service: string, port: number, verdict: Verdict): Promise<Examination> {
  for (let round = 0; ; round++) {
    const examination = await examine(service, port);
    if (examination.verdict === verdict || round === 100) return examination;
    await delay(30);
  }
}

/** Runs a server while `use` needs it. */
async function running(program: Program, use: (server: Started) => Promise<void>): Promise<void> {
  const server = await start(program);
  try {
    await use(server);
  } finally {
    await server.stop();
  }
}

/** Sends lines, and waits until the server has said this. */
const tell = (port: number, text: string, until = '') =>
  new Promise<void>((resolve, reject) => {
    let said = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (bytes) => {
      said += bytes;
      if (!said.includes(until)) return;
      socket.destroy();
      resolve();
    });
    socket.on('error', reject).on('end', () => reject(new Error(said)));
  });

const post = async (port: number, path: string, body: unknown) => {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
};

describe.concurrent('a real', () => {
  it.skipIf(!servers.found.redis)('Redis', async () => {
    await running(servers.redis(), async ({ port }) => {
      await tell(port, 'SET a 1\r\n');
      await tell(port, 'SET b 1\r\n');
      expect(await examine('redis', port)).toMatchObject({
        verdict: 'open',
        version: expect.stringMatching(/^\d+\./),
        readable: [{ kind: 'database', name: 'db0', count: 2 }],
      });
      expect(await strangers(port, ['redis'])).toEqual([]);
      await tell(port, 'ACL SETUSER default -@all +ping\r\n');
      expect(await examine('redis', port)).toMatchObject({ verdict: 'asks-auth' });
    });
    await running(servers.redis(servers.PASSWORD), async ({ port }) => {
      expect(await examine('redis', port)).toMatchObject({
        verdict: 'asks-auth',
        proof: { request: 'PING', reply: '-NOAUTH Authentication required.' },
      });
    });
  });

  it.skipIf(!servers.found.postgres)('PostgreSQL', async () => {
    await running(servers.postgres, async ({ port, directory, child }) => {
      expect(await settled('postgresql', port)).toMatchObject({
        verdict: 'open',
        version: expect.stringMatching(/^\d+/),
        readable: expect.arrayContaining([{ kind: 'database', name: 'postgres', bytes: expect.any(Number) }]),
      });
      expect(await strangers(port, ['postgresql'])).toEqual([]);
      for (const [method, reply] of [
        ['scram-sha-256', 'Authentication 10: asks for SASL'],
        ['md5', /^Authentication (5|10): asks for/],
        ['password', 'Authentication 3: asks for a clear-text password'],
        ['reject', /^ErrorResponse 28000/],
      ] as const) {
        await turned('postgresql', port, 'open');
        servers.setMethod(directory, method, child.pid!);
        expect(await turned('postgresql', port, 'asks-auth')).toMatchObject({
          verdict: 'asks-auth',
          proof: { reply: expect.stringMatching(reply) },
        });
        servers.setMethod(directory, 'trust', child.pid!);
      }
      await turned('postgresql', port, 'open');
      servers.setMethod(directory, 'trust', child.pid!, 'hostssl');
      expect(await turned('postgresql', port, 'asks-auth')).toMatchObject({ verdict: 'asks-auth' });
      servers.offerTls(directory, await certificate('localhost'));
      process.kill(child.pid!, 'SIGHUP');
      expect(await turned('postgresql', port, 'open')).toMatchObject({
        verdict: 'open',
        version: expect.stringMatching(/^\d+/),
        upgrades: true,
        proof: { request: expect.stringMatching(/^SSLRequest/) },
        readable: expect.arrayContaining([{ kind: 'database', name: 'postgres', bytes: expect.any(Number) }]),
      });
    });
  });

  it.skipIf(!servers.found.mariadb)('MariaDB', async () => {
    await running(servers.mariadb, async ({ port, directory }) => {
      await servers.sql(
        directory,
        'CREATE DATABASE chats; CREATE TABLE chats.lines (id INT); INSERT INTO chats.lines VALUES (1), (2)',
      );
      expect(await examine('mysql', port)).toMatchObject({
        verdict: 'asks-auth',
        version: expect.stringMatching(/^1\d\..*MariaDB/),
      });
      expect(await examine('mysql-empty-password', port)).toMatchObject({
        verdict: 'open',
        readable: [{ kind: 'table', name: 'chats.lines', count: 2 }],
      });
      expect(await strangers(port, ['mysql', 'mysql-empty-password'])).toEqual([]);
      await servers.sql(directory, `SET PASSWORD FOR 'root'@'127.0.0.1' = PASSWORD('${servers.PASSWORD}')`);
      expect(await examine('mysql-empty-password', port)).toMatchObject({
        verdict: 'asks-auth',
        proof: { reply: expect.stringMatching(/^Error 1045: Access denied/) },
      });
    });
  });

  it.skipIf(!servers.found.nats)('NATS', async () => {
    await running(servers.nats(), async ({ port }) => {
      const stream = JSON.stringify({ name: 'chats', subjects: ['chats.>'] });
      const inbox = 'CONNECT {}\r\nSUB me 1\r\n';
      const create = `PUB $JS.API.STREAM.CREATE.chats me ${stream.length}\r\n${stream}\r\n`;
      await tell(port, inbox + create, 'stream_create_response');
      await tell(port, `${inbox}PUB chats.a me 2\r\nhi\r\n`, '"seq":1');
      expect(await examine('nats', port)).toMatchObject({
        verdict: 'open',
        readable: [{ kind: 'stream', name: 'chats', count: 1 }],
      });
      expect(await strangers(port, ['nats'])).toEqual([]);
    });
    await running(servers.nats(servers.PASSWORD), async ({ port }) => {
      expect(await examine('nats', port)).toMatchObject({ verdict: 'asks-auth' });
    });
    const tls = await certificate('localhost');
    await running(servers.nats('', { ...tls, verify: false }), async ({ port }) => {
      expect(await examine('nats', port)).toMatchObject({
        verdict: 'open',
        upgrades: true,
        proof: { request: expect.stringMatching(/TLS/), reply: 'PONG' },
      });
    });
    await running(servers.nats('', { ...tls, verify: true }), async ({ port }) => {
      expect(await examine('nats', port)).toMatchObject({
        verdict: 'asks-auth',
        proof: { reply: expect.stringMatching(/tls_verify/) },
      });
    });
  });

  it.skipIf(!servers.found.mosquitto)('MQTT broker', async () => {
    await running(servers.mosquitto(true), async ({ port }) => {
      expect(await examine('mqtt', port)).toMatchObject({
        verdict: 'open',
        version: expect.stringMatching(/^mosquitto/),
      });
      expect(await strangers(port, ['mqtt'])).toEqual([]);
    });
    await running(servers.mosquitto(false), async ({ port }) => {
      expect(await examine('mqtt', port)).toMatchObject({ verdict: 'asks-auth' });
    });
  });

  it.skipIf(!servers.found.etcd)('etcd', async () => {
    await running(servers.etcd, async ({ port }) => {
      await post(port, '/v3/kv/put', { key: 'YQ==', value: 'Yg==' });
      expect(await examine('etcd', port)).toMatchObject({
        verdict: 'open',
        version: expect.stringMatching(/^3\./),
        readable: [{ kind: 'store', name: 'keys', count: 1 }],
      });
      expect(await strangers(port, ['etcd'])).toEqual([]);
      await post(port, '/v3/auth/user/add', { name: 'root', password: servers.PASSWORD });
      await post(port, '/v3/auth/role/add', { name: 'root' });
      await post(port, '/v3/auth/user/grant', { user: 'root', role: 'root' });
      await post(port, '/v3/auth/enable', {});
      expect(await examine('etcd', port)).toMatchObject({ verdict: 'asks-auth' });
    });
  });

  it.skipIf(!servers.found.memcached)('memcached', async () => {
    await running(servers.memcached(), async ({ port }) => {
      await tell(port, 'set a 0 0 1\r\nx\r\n');
      expect(await examine('memcached', port)).toMatchObject({
        verdict: 'open',
        readable: [{ kind: 'cache', name: 'items', count: 1 }],
      });
      expect(await strangers(port, ['memcached'])).toEqual([]);
    });
    await running(servers.memcached(servers.PASSWORD), async ({ port }) => {
      expect(await examine('memcached', port)).toMatchObject({ verdict: 'asks-auth' });
    });
  });

  it.skipIf(!servers.found.prometheus)('Prometheus', async () => {
    await running(servers.prometheus(false), async ({ port }) => {
      expect(await settled('prometheus', port)).toMatchObject({
        verdict: 'open',
        version: expect.stringMatching(/^\d/),
      });
      expect(await strangers(port, ['prometheus'])).toEqual([]);
    });
    await running(servers.prometheus(true), async ({ port }) => {
      expect(await examine('prometheus', port)).toMatchObject({ verdict: 'asks-auth' });
    });
  });

  it.skipIf(!servers.found.nginx)('nginx is nobody that is looked for', async () => {
    await running(servers.nginx, async ({ port }) => {
      expect(await strangers(port, [])).toEqual([]);
    });
  });

  it('S3 server', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'tacet-audited-'));
    const S3rver = createRequire(import.meta.url)('s3rver');
    const port = await freePort();
    const configureBuckets = [{ name: 'bucket' }];
    const server = new S3rver({ port, address: '127.0.0.1', silent: true, directory, configureBuckets });
    await server.run();
    try {
      const made = await fetch(`http://127.0.0.1:${port}/bucket/dump.sql`, { method: 'PUT', body: 'none' });
      expect(made.status).toBe(200);
      expect(await examine('s3', port)).toMatchObject({
        verdict: 'open',
        readable: [{ kind: 'bucket', name: 'bucket' }],
      });
      expect(await examine('s3-listing', port)).toMatchObject({
        verdict: 'open',
        readable: [{ kind: 'object', name: 'dump.sql', bytes: 4 }],
      });
      expect(await strangers(port, ['s3', 's3-listing'])).toEqual([]);
    } finally {
      await server.close();
      rmSync(directory, { recursive: true });
    }
  });

  it.skipIf(!servers.fromNpm('azurite/dist/src/blob/main.js'))('Azure Blob server', async () => {
    const key = Buffer.from(servers.PASSWORD.repeat(3)).toString('base64');
    await running(servers.azurite(`account:${key}`), async ({ port }) => {
      const put = async (path: string, headers: Record<string, string>, body = '') => {
        const query = path.split('?')[1] ?? '';
        const named = { 'x-ms-date': new Date().toUTCString(), 'x-ms-version': '2021-08-06', ...headers };
        const lines = Object.entries(named)
          .toSorted()
          .map(([name, value]) => `${name}:${value}`);
        const resource = [
          `/account/account${path.split('?')[0]}`,
          ...query
            .split('&')
            .filter(Boolean)
            .toSorted()
            .map((pair) => pair.replace('=', ':')),
        ];
        const type = body ? 'text/plain;charset=UTF-8' : '';
        const signed = [
          'PUT',
          '',
          '',
          body ? body.length : '',
          '',
          type,
          '',
          '',
          '',
          '',
          '',
          '',
          ...lines,
          ...resource,
        ];
        const hmac = createHmac('sha256', Buffer.from(key, 'base64'))
          .update(signed.join('\n'))
          .digest('base64');
        const answer = await fetch(`http://127.0.0.1:${port}/account${path}`, {
          method: 'PUT',
          headers: { ...named, authorization: `SharedKey account:${hmac}` },
          ...(body && { body }),
        });
        expect([answer.status, await answer.text()]).toEqual([201, '']);
      };
      await put('/public?restype=container', { 'x-ms-blob-public-access': 'container' });
      await put('/private?restype=container', {});
      await put('/public/dump.sql', { 'x-ms-blob-type': 'BlockBlob' }, 'none');
      const listing = (name: string) => objectListing(`account/${name}`)[2]!.examine(wireTo(port).wire);
      expect(await listing('public')).toMatchObject({
        verdict: 'open',
        readable: [{ kind: 'object', name: 'dump.sql', bytes: 4 }],
      });
      expect(await listing('private')).toMatchObject({ verdict: 'asks-auth' });
      expect(await strangers(port, ['azure-blob-listing'])).toEqual([]);
    });
  });

  it.skipIf(!servers.fromNpm('chromadb-js-bindings-linux-x64-gnu'))('Chroma', async () => {
    await running(servers.chroma, async ({ port }) => {
      await fetch(
        `http://127.0.0.1:${port}/api/v2/tenants/default_tenant/databases/default_database/collections`,
        {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ name: 'chats' }),
        },
      );
      expect(await examine('chroma', port)).toMatchObject({
        verdict: 'open',
        version: expect.stringMatching(/^\d/),
        readable: [{ kind: 'collection', name: 'chats', count: 0 }],
      });
      expect(await strangers(port, ['chroma'])).toEqual([]);
    });
  });

  it.skipIf(!servers.found.rabbitmq)('RabbitMQ', { timeout: 60_000 }, async () => {
    const management = await freePort();
    await running(servers.epmd(), async (epmd) => {
      await running(servers.rabbitmq(management, await freePort(), epmd.port), async ({ port }) => {
        expect(await settled('rabbitmq', management)).toMatchObject({ verdict: 'asks-auth' });
        expect(await examine('rabbitmq-guest', management)).toMatchObject({
          verdict: 'open',
          version: expect.stringMatching(/^\d/),
        });
        expect(await examine('amqp', port)).toMatchObject({
          verdict: 'asks-auth',
          version: expect.stringMatching(/^\d/),
        });
        expect(await examine('amqp-guest', port)).toMatchObject({ verdict: 'open' });
        expect(await strangers(management, ['rabbitmq', 'rabbitmq-guest'])).toEqual([]);
        expect(await strangers(port, ['amqp', 'amqp-guest'])).toEqual([]);
        const changed = await fetch(`http://127.0.0.1:${management}/api/users/guest`, {
          method: 'PUT',
          headers: { authorization: `Basic ${btoa('guest:guest')}` },
          body: JSON.stringify({ password: servers.PASSWORD, tags: 'administrator' }),
        });
        expect(changed.status).toBe(204);
        expect(await examine('rabbitmq-guest', management)).toMatchObject({ verdict: 'asks-auth' });
        expect(await examine('amqp-guest', port)).toMatchObject({ verdict: 'asks-auth' });
      });
    });
  });
});

describe('a real ClickHouse', () => {
  let server: Awaited<ReturnType<typeof startClickHouse>>;
  const relays: TestServer[] = [];
  beforeAll(async () => {
    server = await startClickHouse({ open: true });
  });
  afterAll(async () => {
    await Promise.all(relays.map((relay) => relay.close()));
    await server.stop();
  });

  const httpPort = () => Number(new URL(server.url).port);
  const table = { kind: 'table', name: 'default.log_stream', count: 1000 };

  /** The engine that is embedded here cannot close its own user `default`: whoever asks is named otherwise. */
  async function relay(port: number, rename: (said: Buffer) => Buffer): Promise<number> {
    const between = await serverOf((socket) => {
      const to = connect(port, '127.0.0.1');
      socket.on('data', (bytes) => to.write(rename(Buffer.from(bytes)))).on('close', () => to.destroy());
      to.on('error', () => {})
        .on('data', (bytes) => socket.write(bytes))
        .on('close', () => socket.end());
    });
    relays.push(between);
    return between.port;
  }

  it('is open, by HTTP and in its own protocol, down to the rows of a table', async () => {
    for (const sql of [
      'CREATE TABLE log_stream (timestamp DateTime, line String) ENGINE = MergeTree ORDER BY timestamp',
      "INSERT INTO log_stream SELECT now(), 'x' FROM numbers(1000)",
    ])
      expect((await fetch(server.url, { method: 'POST', body: sql })).status).toBe(200);
    for (const [service, port] of [
      ['clickhouse-http', httpPort()],
      ['clickhouse-native', server.tcpPort],
    ] as const) {
      expect(await examine(service, port)).toMatchObject({
        verdict: 'open',
        version: expect.stringMatching(/^\d\d\./),
        readable: [table],
      });
      // The embedded engine ends when a connection breaks its protocol, as a server does not: HTTP alone.
      const http = PROBES.filter(({ speaks }) => speaks === 'http');
      expect(await strangers(port, [service], http)).toEqual([]);
    }
  });

  it('is guarded, when who asks has a password', async () => {
    const http = await relay(httpPort(), (said) =>
      Buffer.from(String(said).replace('\r\n', '\r\nX-ClickHouse-User: guarded\r\n')),
    );
    const native = await relay(server.tcpPort, (said) =>
      Buffer.from(said.toString('latin1').replace('default', 'guarded'), 'latin1'),
    );
    expect(await examine('clickhouse-http', http)).toMatchObject({
      verdict: 'asks-auth',
      proof: { reply: expect.stringMatching(/^HTTP 403: Code: 516/) },
    });
    expect(await examine('clickhouse-native', native)).toMatchObject({
      verdict: 'asks-auth',
      proof: { reply: expect.stringMatching(/^Exception 516/) },
    });
  });
});
