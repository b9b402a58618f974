import { request } from 'node:http';
import { codeOf } from '@tacet/records';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import type { App } from './app.ts';
import { listen, requireSafeHost } from './listen.ts';

function app(): { app: App; release: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const made = new Hono() as App;
  made.get('/fast', (c) => c.text('fast'));
  made.get('/slow', async (c) => {
    await promise;
    return c.text('slow');
  });
  return { app: made, release: resolve };
}

describe('listening', () => {
  it('takes this machine, and others only behind a proxy', () => {
    const code = (host: string, behindProxy = false) => {
      try {
        requireSafeHost({ host, behindProxy });
      } catch (error) {
        return codeOf(error);
      }
    };
    for (const host of ['127.0.0.1', '127.8.8.8', 'localhost', '::1']) expect(code(host)).toBeUndefined();
    for (const host of ['0.0.0.0', '::', '10.0.0.5', 'logs.example.com', '127.0.0.1.example.com', ''])
      expect(code(host)).toBe('USAGE');
    expect(code('0.0.0.0', true)).toBeUndefined();
  });

  it('says where, and that a port is taken', async () => {
    const first = await listen(app().app, { host: '127.0.0.1', port: 0, behindProxy: false });
    expect(first.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await (await fetch(`${first.address}/fast`)).text()).toBe('fast');
    const port = Number(new URL(first.address).port);
    await expect(listen(app().app, { host: '127.0.0.1', port, behindProxy: false })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('EADDRINUSE'),
    });
    await first.close();
  });

  it('lets open requests finish when it closes, and takes no new ones', async () => {
    const { app: slow, release } = app();
    const listener = await listen(slow, { host: '127.0.0.1', port: 0, behindProxy: false });
    const answer = fetch(`${listener.address}/slow`);
    await fetch(`${listener.address}/fast`);
    const closed = listener.close();
    await expect(fetch(`${listener.address}/fast`)).rejects.toThrow();
    release();
    expect(await (await answer).text()).toBe('slow');
    await closed;
  });

  it('refuses headers beyond the bound', async () => {
    const listener = await listen(app().app, { host: '127.0.0.1', port: 0, behindProxy: false });
    const status = await new Promise((resolve) => {
      const sent = request(
        `${listener.address}/fast`,
        { headers: { 'X-Long': 'x'.repeat(40_000) } },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      );
      sent.end();
    });
    expect(status).toBe(431);
    await listener.close();
  });
});
