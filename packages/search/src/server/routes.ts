import type { Principal } from '@tacet/access';
import { TacetError } from '@tacet/records';
import { type Context, Hono } from 'hono';
import { REQUEST_LIMITS } from '../wire/messages.ts';
import { SEGMENTS_TYPE } from '../wire/segments.ts';
import type { SearchService } from './service.ts';

/** Who asks; throws TOKEN_*, NOT_ALLOWED, PURPOSE_*. */
export type Authenticate = (c: Context) => Principal | Promise<Principal>;

/**
 * The search routes: GET /v1/authority, POST /v1/plan, /v1/match, /v1/release. Errors are thrown as
 * TacetError for the app that mounts this to answer; an authentication that fails reads no body.
 */
export function searchRoutes(service: SearchService, authenticate: Authenticate): Hono {
  const app = new Hono();
  app.get('/v1/authority', async (c) => c.json(await service.authority(await authenticate(c))));
  app.post('/v1/plan', async (c) => {
    const principal = await authenticate(c);
    return c.json(await service.plan(principal, await readJson(c, REQUEST_LIMITS.bodyBytes)));
  });
  app.post('/v1/match', async (c) => {
    const principal = await authenticate(c);
    return c.json(await service.match(principal, await readJson(c, REQUEST_LIMITS.matchBytes)));
  });
  app.post('/v1/release', async (c) => {
    const principal = await authenticate(c);
    const stream = await service.release(principal, await readJson(c, REQUEST_LIMITS.bodyBytes));
    return c.body(readable(stream), 200, { 'Content-Type': SEGMENTS_TYPE });
  });
  return app;
}

/** Pulled by the connection: a slow client holds one chunk, and one that leaves ends the reading. */
function readable(source: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const iterator = source[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const next = await iterator.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value as Uint8Array<ArrayBuffer>);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}

/** A JSON body of at most `limit` bytes, counted as they come. BODY_TOO_LARGE, JSON_INVALID. */
async function readJson(c: Context, limit: number): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of c.req.raw.body ?? []) {
    length += chunk.length;
    if (length > limit) throw new TacetError('BODY_TOO_LARGE', `a body has at most ${limit} bytes here`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)));
  } catch {
    throw new TacetError('JSON_INVALID', 'the body is not JSON');
  }
}
