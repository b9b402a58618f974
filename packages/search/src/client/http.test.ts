import { codeOf } from '@tacet/records';
import { describe, expect, it } from 'vitest';
import { httpSearchServer } from './http.ts';

const call = { purpose: '调查 a leak' };
const serverOf = (answer: (request: Request) => Response | Promise<Response>) =>
  httpSearchServer({ url: 'http://tacet.test/base/', token: 'secret', fetch: answer });
const json = (value: unknown, status = 200) => Response.json(value, { status });
const reason = (answer: () => Response | Promise<Response>) => serverOf(answer).plan({}, call).catch(codeOf);

describe('a search server over HTTP', () => {
  it('sends token and purpose, and follows no redirect', async () => {
    let seen: Request | undefined;
    const server = serverOf((request) => {
      seen = request;
      return json({ sessions: [], periods: [], segments: 1, events: 2 });
    });
    expect(await server.plan({ from: 1 }, call)).toEqual({
      sessions: new Map(),
      periods: [],
      segments: 1,
      events: 2,
    });
    expect(seen?.url).toBe('http://tacet.test/base/v1/plan');
    expect(seen?.redirect).toBe('error');
    expect(seen?.headers.get('authorization')).toBe('Bearer secret');
    expect(decodeURIComponent(seen?.headers.get('tacet-purpose') ?? '')).toBe('调查 a leak');
  });

  it("passes the server's coded errors on, without control characters", async () => {
    const answer = () =>
      json({ error: { code: 'TRAIL_UNAVAILABLE', message: `disk\u001b[31m${'x'.repeat(999)}` } }, 503);
    const error = await serverOf(answer)
      .plan({}, call)
      .catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'TRAIL_UNAVAILABLE', retry: true });
    expect(error.message).toMatch(/^disk \[31mx+$/);
    expect(error.message.length).toBe(500);
  });

  it.each<[string, () => Response | Promise<Response>, string]>([
    ['a connection that fails', () => Promise.reject(new TypeError('ECONNREFUSED')), 'SERVER_UNREACHABLE'],
    ["a proxy's page", () => new Response('<html>', { status: 502 }), 'SERVER_UNREACHABLE'],
    ['an unknown code', () => json({ error: { code: 'toString', message: '' } }, 500), 'SERVER_UNREACHABLE'],
    ['a page', () => new Response('<html>'), 'RESULT_INCOMPLETE'],
    ['another shape', () => json({ sessions: {}, periods: [] }), 'RESULT_INCOMPLETE'],
    [
      'a negative number',
      () => json({ sessions: [], periods: [], segments: -1, events: 0 }),
      'RESULT_INCOMPLETE',
    ],
    [
      'a broken body',
      () => new Response(new ReadableStream({ pull: (c) => c.error(new Error('reset')) })),
      'RESULT_INCOMPLETE',
    ],
  ])('gives a code for %s', async (_, answer, code) => {
    expect(await reason(answer)).toBe(code);
  });

  it('believes no more hits than it asked for, and only well-formed ones', async () => {
    const hit = { id: '00'.repeat(16), periodNo: 0, number: 0, timeMin: 0, timeMax: 0, count: 1, bytes: 1 };
    const order = { formula: { all: true } as const, keys: { first: 0, tokens: [] }, limit: 1 };
    const match = (answer: unknown) =>
      serverOf(() => json(answer))
        .match(order, call)
        .catch(codeOf);
    expect(await match({ hits: [hit] })).toMatchObject({ hits: [{ count: 1 }] });
    expect(await match({ hits: [hit, hit] })).toBe('RESULT_INCOMPLETE');
    expect(await match({ hits: [{ ...hit, id: 'x' }] })).toBe('RESULT_INCOMPLETE');
    expect(await match({ hits: [{ ...hit, timeMax: 1e300 }] })).toBe('RESULT_INCOMPLETE');
    expect(await match({ hits: [], next: {} })).toBe('RESULT_INCOMPLETE');
  });

  it('takes a release only as a stream of segments', async () => {
    const order = { ids: ['00'.repeat(16)], search: '00'.repeat(16) };
    const release = async (answer: Response) => {
      for await (const _ of serverOf(() => answer).release(order, call));
    };
    expect(await release(new Response('<html>')).catch(codeOf)).toBe('RESULT_INCOMPLETE');
    const headers = { 'Content-Type': 'application/vnd.tacet.segments' };
    expect(await release(new Response('TACET', { headers })).catch(codeOf)).toBe('RESULT_INCOMPLETE');
  });

  it('gives the reason of an abort as it is', async () => {
    const stop = new AbortController();
    stop.abort(new Error('enough'));
    const server = serverOf((request) => {
      request.signal.throwIfAborted();
      return json({});
    });
    await expect(server.plan({}, { ...call, signal: stop.signal })).rejects.toThrow('enough');
  });
});
