import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { codeOf } from '@tacet/records';
import { Hono } from 'hono';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { App } from './app.ts';
import { listen, requireSafeHost } from './listen.ts';
import { readTls } from './tls.ts';

let folder: string;
let files: { cert: string; key: string };
interface Pair {
  cert: string;
  private: string;
}
let [first, second]: Pair[] = [];

const write = async (cert: string, key: string) => {
  await writeFile(files.cert, cert);
  await writeFile(files.key, key);
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tacet-tls-'));
  files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  const make = (name: string) => generate([{ name: 'commonName', value: name }], { algorithm: 'sha256' });
  [first, second] = await Promise.all([make('localhost'), make('localhost')]);
  await write(first!.cert, first!.private);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const app = new Hono().get('/', (c) => c.text('sealed')) as unknown as App;

/** Body and certificate of an answer over TLS; any certificate is taken. */
function get(address: string): Promise<{ body: string; cert: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(address, { rejectUnauthorized: false, agent: false }, (response) => {
      const cert = (response.socket as import('node:tls').TLSSocket).getPeerX509Certificate()!.toString();
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ body, cert }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('TLS', () => {
  it('serves by the certificate, and by a new one once its files change', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const warnings: string[] = [];
    const options = { host: '127.0.0.1', port: 0, behindProxy: false, tls: files };
    const listener = await listen(app, { ...options, warn: (text) => warnings.push(text) });
    try {
      expect(listener.address).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
      const answer = await get(listener.address);
      expect([answer.body, answer.cert.trim()]).toEqual(['sealed', first!.cert.trim()]);

      // Half of a renewal: the old certificate stays, and somebody is told, once.
      await writeFile(files.cert, second!.cert);
      for (let times = 0; times < 2; times++) {
        vi.advanceTimersByTime(30_000);
        await vi.waitFor(() => expect(warnings).toHaveLength(1));
      }
      expect(warnings[0]).toContain('do not belong together; the old one stays');
      expect((await get(listener.address)).cert.trim()).toBe(first!.cert.trim());

      await writeFile(files.key, second!.private);
      vi.advanceTimersByTime(30_000);
      await vi.waitFor(async () =>
        expect((await get(listener.address)).cert.trim()).toBe(second!.cert.trim()),
      );
    } finally {
      vi.useRealTimers();
      await listener.close();
    }
  });

  it('does not speak versions that are broken', async () => {
    await write(first!.cert, first!.private);
    const listener = await listen(app, { host: '127.0.0.1', port: 0, behindProxy: false, tls: files });
    const failed = await new Promise<boolean>((resolve) => {
      const socket = connect({
        port: Number(new URL(listener.address).port),
        rejectUnauthorized: false,
        minVersion: 'TLSv1.1',
        maxVersion: 'TLSv1.1',
        ciphers: 'DEFAULT@SECLEVEL=0',
      });
      socket.on('secureConnect', () => resolve(false));
      socket.on('error', () => resolve(true));
    });
    expect(failed).toBe(true);
    await listener.close();
  });

  it('lets others reach the server', () => {
    const host = '0.0.0.0';
    expect(() => requireSafeHost({ host, behindProxy: false, tls: files })).not.toThrow();
    expect(() => requireSafeHost({ host, behindProxy: false })).toThrow('--tls-cert');
  });

  it('refuses files that are no certificate and key, and says nothing of the key', async () => {
    const code = async (cert: string, key: string, now = Date.now()) => {
      await write(cert, key);
      return readTls(files, now).then(
        () => undefined,
        (error) => {
          expect(error.message).not.toMatch(/BEGIN|MII/);
          return codeOf(error);
        },
      );
    };
    expect(await code(first!.cert, first!.private)).toBeUndefined();
    for (const [cert, key] of [
      [first!.cert, second!.private],
      [first!.private, first!.cert],
      ['', first!.private],
      [first!.cert, ''],
      [first!.cert.slice(0, 200), first!.private],
    ] as const)
      expect(await code(cert, key)).toBe('TLS_INVALID');
    expect(await code(first!.cert, first!.private, Date.now() + 20 * 365 * 86_400_000)).toBe('TLS_INVALID');
    await rm(files.key);
    expect(await readTls(files, Date.now()).catch(codeOf)).toBe('TLS_INVALID');
  });
});
