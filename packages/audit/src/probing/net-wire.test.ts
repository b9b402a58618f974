import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { afterAll, describe, expect, it } from 'vitest';
import { certificate, saying, serverOf, type TestServer } from '../../testing/server.ts';
import { wireTo } from '../../testing/wire.ts';
import { requestText } from './net-wire.ts';
import { WireError } from './wire.ts';

const servers: TestServer[] = [];
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
});

async function started(server: Promise<TestServer>): Promise<number> {
  servers.push(await server);
  return servers.at(-1)!.port;
}

/** A server that, once asked, sends `start` and then `piece` again and again, until the other side is gone. */
const endless = (start: string, piece: string | Uint8Array) =>
  started(
    serverOf((socket) => {
      const go = () => {
        while (!socket.destroyed && socket.write(piece));
      };
      socket.once('data', () => {
        socket.write(start);
        socket.on('drain', go);
        go();
      });
    }),
  );

/** A server that drips a byte every few milliseconds. */
const dripping = (start: string) =>
  started(
    serverOf((socket) => {
      socket.write(start);
      const timer = setInterval(() => socket.write('x'), 5);
      socket.on('close', () => clearInterval(timer));
    }),
  );

/** For what ends by its bytes, however busy the machine; and for what ends by its time only. */
const PATIENT = { connect: 20_000, total: 20_000, bytes: 256 << 10 };
const FAST = { ...PATIENT, total: 150 };
const BIG = Buffer.alloc(1 << 16, 'a');

const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error: unknown) => (error instanceof WireError ? error.failure : String(error)),
  );

describe('HTTP over a wire', () => {
  it('gives status, headers and body, whatever says where the body ends', async () => {
    const head = 'HTTP/1.1 200 OK\r\nX-A: 1\r\nx-a: 2\r\n';
    for (const [answer, body] of [
      [`${head}Content-Length: 3\r\n\r\nabcdef`, 'abc'],
      [`${head}\r\nabcdef`, 'abcdef'],
      [
        `${head}Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n`,
        'abc0123456789',
      ],
      [`HTTP/1.1 100 Continue\r\n\r\n${head}Content-Length: 2\r\n\r\nok`, 'ok'],
      ['HTTP/1.0 200\nX-A: 1\n\nold', 'old'],
      [`${head}Content-Length: 3\r\n\r\né!`, 'é!'],
    ] as const) {
      const { wire } = wireTo(await started(saying(answer)));
      const reply = await wire.http({ path: '/' });
      expect(reply).toMatchObject({ status: 200, body, cut: false });
      expect(reply.headers['x-a']).toBe('1');
    }
    const { wire } = wireTo(await started(saying(`${head}Content-Length: 9\r\n\r\nabc`)));
    expect(await wire.http({ path: '/' })).toMatchObject({ body: 'abc', cut: true });
  });

  it('speaks TLS with whoever answers, by the name of the host and by IPv6', async () => {
    const seen: (string | false)[] = [];
    const tls = await certificate('db.example.com');
    const server = serverOf(
      (socket) => {
        seen.push((socket as unknown as { servername: string | false }).servername);
        socket.once('data', (bytes) =>
          socket.end(
            `HTTP/1.1 200 OK\r\n\r\n${/host: (.*)\r/.exec(String(bytes))?.[1]}${'z'.repeat(200_000)}`,
          ),
        );
      },
      { tls },
    );
    const port = await started(server);
    const named = wireTo(port, { tls: true, host: 'db.example.com' });
    const reply = await named.wire.http({ path: '/' });
    expect([reply.cut, reply.body.length]).toEqual([false, 200_000 + `db.example.com:${port}`.length]);
    expect(reply.body.slice(0, 30)).toContain(`db.example.com:${port}`);
    expect(seen).toEqual(['db.example.com']);
    expect(named.packets.map(({ what, to }) => [what, to])).toEqual(
      ['connect', 'handshake', 'send'].map((what) => [what, `tls://127.0.0.1:${port}`]),
    );
    const six = wireTo(await started(saying('HTTP/1.1 204 No\r\n\r\n', { address: '::1' })), { host: '::1' });
    expect(await six.wire.http({ path: '/' })).toMatchObject({ status: 204, body: '' });
    expect(Buffer.from(six.packets[1]!.bytes!).toString()).toContain('host: [::1]:');
  });

  it('does not follow a redirect', async () => {
    let followed = 0;
    const other = await started(serverOf(() => followed++));
    const { wire, packets } = wireTo(
      await started(saying(`HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:${other}/\r\n\r\n`)),
    );
    expect(await wire.http({ path: '/' })).toMatchObject({ status: 302 });
    expect([followed, packets.length]).toEqual([0, 2]);
  });

  it('ends with every hostile server', async () => {
    const ok = 'HTTP/1.1 200 OK\r\n';
    const ask = async (port: number, limits = PATIENT) => wireTo(port, { limits }).wire.http({ path: '/' });
    for (const [port, failure] of [
      [await endless('HTTP/1.1 200 OK\r\nX: ', BIG), 'too-long'],
      [await endless(ok, 'X-Header: and another\r\n'.repeat(1000)), 'too-long'],
      [await endless('', BIG), 'not-http'],
      [await endless(`${ok}Transfer-Encoding: chunked\r\n\r\n`, BIG), 'not-http'],
      [await endless('', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(1000)), 'too-long'],
      [await dripping('HTTP/1.1 200 OK\r\nX: '), 'timeout'],
      [await started(serverOf(() => {})), 'timeout'],
      [await started(serverOf((socket) => socket.end())), 'ended'],
      [await started(serverOf((socket) => socket.once('data', () => socket.resetAndDestroy()))), 'reset'],
      [await started(saying('\0\x01\x02garbage')), 'not-http'],
      [await started(saying('HTTP/2')), 'not-http'],
      [await started(saying(`${ok}Transfer-Encoding: chunked\r\n\r\nFFFFFFFFF\r\n`)), 'not-http'],
    ] as const)
      expect([failure, await failureOf(ask(port, failure === 'timeout' ? FAST : PATIENT))]).toEqual([
        failure,
        failure,
      ]);
    for (const [port, limits] of [
      [await endless(`${ok}\r\n`, BIG), PATIENT],
      [await endless(`${ok}Content-Length: 999999999999\r\n\r\n`, BIG), PATIENT],
      [
        await endless(`${ok}Transfer-Encoding: chunked\r\n\r\n`, `10\r\n${'b'.repeat(16)}\r\n`.repeat(4000)),
        PATIENT,
      ],
      [await endless(`${ok}Transfer-Encoding: chunked\r\n\r\n7FFFFFFF\r\n`, BIG), PATIENT],
      [await dripping(`${ok}\r\n`), FAST],
    ] as const) {
      const reply = await ask(port, limits);
      expect([reply.status, reply.cut, /^[abx]+$/.test(reply.body)]).toEqual([200, true, true]);
      expect(reply.body.length).toBeLessThanOrEqual(FAST.bytes);
    }
    const tls = (port: number, limits = PATIENT) =>
      failureOf(wireTo(port, { tls: true, limits }).wire.http({ path: '/' }));
    expect(await tls(await started(saying('HTTP/1.1 400 Bad\r\n\r\n')))).toBe('tls');
    expect(await tls(await endless('', BIG))).toBe('tls');
    expect(await tls(await started(serverOf((socket) => socket.resetAndDestroy())))).toMatch(/^(tls|reset)$/);
    // The time for all holds while connecting too, where it is the shorter one.
    const before = performance.now();
    expect(await tls(await started(serverOf(() => {})), FAST)).toBe('timeout');
    expect(performance.now() - before).toBeLessThan(FAST.connect / 2);
  });

  it('sends one request only', () => {
    const endpoint = { host: 'a', address: '127.0.0.1', port: 80, tls: false };
    for (const request of [
      { path: 'x' },
      { path: '/a b' },
      { path: '/\r\nX: y' },
      { path: '/', headers: { a: 'b\r\nc: d' } },
      { path: '/', headers: { 'a b': 'c' } },
    ])
      expect(() => requestText(endpoint, request)).toThrow(TypeError);
    expect(requestText(endpoint, { method: 'POST', path: '/', body: 'é' })).toContain(
      'content-length: 2\r\n',
    );
  });
});

describe('a conversation', () => {
  it('hands over what came since the last time, and all of it', async () => {
    const port = await started(
      serverOf((socket) => {
        socket.write('hello\n');
        socket.on('data', (bytes) => socket.write(`you said ${bytes}`));
      }),
    );
    const { wire } = wireTo(port);
    const lines = (bytes: Uint8Array) => bytes.at(-1) === 10;
    const said = await wire.talk(async (line) => {
      const greeting = await line.receive(lines);
      await line.send(Buffer.from('x\n'));
      return [greeting, await line.receive(lines)].map((bytes) => Buffer.from(bytes).toString());
    });
    expect(said).toEqual(['hello\n', 'you said x\n']);
  });

  it('ends with every hostile server, and with closed ports', async () => {
    const listen = (port: number, tls = false, limits = PATIENT) =>
      failureOf(
        wireTo(port, { tls, limits }).wire.talk(async (line) => {
          await line.send(Buffer.from('x'));
          return line.receive(() => false);
        }),
      );
    expect(await listen(await endless('', BIG))).toBe('too-long');
    expect(await listen(await dripping(''), false, FAST)).toBe('timeout');
    expect(await listen(await started(saying('bye')))).toBe('ended');
    const gone = await serverOf(() => {});
    await gone.close();
    expect(await listen(gone.port)).toBe('refused');
  });

  it('goes on behind TLS on the same connection, and believes nothing that was said in the clear', async () => {
    const tls = await certificate('localhost');
    const upgrade = (port: number, limits = PATIENT) =>
      wireTo(port, { limits }).wire.talk(async (line) => {
        await line.send(Buffer.from('STARTTLS'));
        await line.receive(() => true);
        await line.secure();
        await line.send(Buffer.from('x'));
        return Buffer.from(await line.receive(() => true)).toString();
      });
    const agreeing = (then: (socket: Socket) => void) =>
      started(
        serverOf((socket) => {
          socket.once('data', () => {
            socket.write('S');
            then(socket);
          });
        }),
      );
    const honest = await agreeing((socket) => {
      const secure = new TLSSocket(socket, { isServer: true, ...tls });
      secure.on('error', () => {}).once('data', () => secure.end('behind TLS'));
    });
    expect(await upgrade(honest)).toBe('behind TLS');
    const injected = wireTo(await agreeing((socket) => setTimeout(() => socket.write('R'), 10))).wire.talk(
      async (line) => {
        await line.send(Buffer.from('STARTTLS'));
        await line.receive(() => true);
        await new Promise((resolve) => setTimeout(resolve, 50));
        return line.secure();
      },
    );
    expect(await failureOf(injected)).toBe('tls');
    expect(
      await failureOf(upgrade(await agreeing((socket) => socket.on('data', () => socket.write(BIG))))),
    ).toBe('tls');
    expect(await failureOf(upgrade(await agreeing((socket) => socket.end())))).toMatch(/^(tls|ended|reset)$/);
    expect(await failureOf(upgrade(await agreeing(() => {}), FAST))).toBe('timeout');
  });
});
