import { request } from 'node:http';
import { release } from '@tacet/records';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Listener, listen } from '../listen.ts';
import { type TestServer, testServer } from '../testing/server.ts';
import { readBody } from './body.ts';

let test: TestServer;
let listener: Listener;
beforeAll(async () => {
  test = await testServer();
  listener = await listen(test.server.app, { host: '127.0.0.1', port: 0, behindProxy: false });
});
afterAll(async () => {
  await listener.close();
  await test.remove();
});

const MIB = 1024 * 1024;

/** Sends `chunks` chunks of 1 MiB without saying before how much it will be. */
function upload(
  chunks: number,
): Promise<{ status: number | undefined; retryAfter: string | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = { Authorization: `Bearer ${test.tokens.ingest}`, 'Content-Type': 'application/x-ndjson' };
    const sent = request(`${listener.address}/v1/events`, { method: 'POST', headers }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => {
        resolve({ status: response.statusCode, retryAfter: response.headers['retry-after'], body });
        sent.destroy();
      });
    });
    // What the server no longer reads may fail to be written; its answer counts.
    sent.on('error', (error) => setTimeout(() => reject(error), 1_000));
    for (let at = 0; at < chunks; at++) sent.write(Buffer.alloc(MIB, 'x'));
    sent.end();
  });
}

describe('bodies over a socket', () => {
  it('that grow too large are answered, not cut off', async () => {
    const { status, body } = await upload(66);
    expect([status, body]).toEqual([413, expect.stringContaining('BODY_TOO_LARGE')]);
  });

  it('for which there is no room are answered with when to come back', async () => {
    const lease = test.server.parts.budget.lease();
    lease.grow(255 * MIB);
    const { status, retryAfter, body } = await upload(8);
    expect([status, retryAfter, body]).toEqual([503, '1', expect.stringContaining('BUSY')]);
    lease.release();
    expect(test.server.parts.budget.used).toBe(0);
  });

  it('are forgotten when their sender goes away', async () => {
    const headers = { Authorization: `Bearer ${test.tokens.ingest}`, 'Content-Type': 'application/x-ndjson' };
    const sent = request(`${listener.address}/v1/events`, { method: 'POST', headers });
    sent.on('error', () => {});
    sent.write(Buffer.alloc(MIB, 'x'));
    while (test.server.parts.budget.used < MIB) await new Promise((resolve) => setImmediate(resolve));
    sent.destroy();
    while (test.server.parts.budget.used > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(test.warnings).toEqual([]);
  });
});

it('a body that came by no socket is a copy: its reader may give its memory back', async () => {
  const lease = test.server.parts.budget.lease();
  const app = new Hono().post('/', async (c) => {
    const body = await readBody(c, MIB, lease);
    const { length } = body;
    release(body);
    return c.text(`${length}`);
  });
  const chunk = new Uint8Array(MIB);
  const body = new ReadableStream({
    start: (controller) => {
      controller.enqueue(chunk);
      controller.close();
    },
  });
  const answer = await app.request('/', { method: 'POST', body, duplex: 'half' } as RequestInit);
  lease.release();
  expect([await answer.text(), chunk.length]).toEqual([`${MIB}`, MIB]);
});
