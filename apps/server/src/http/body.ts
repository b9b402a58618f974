import type { IncomingMessage } from 'node:http';
import { TacetError } from '@tacet/records';
import type { Context } from 'hono';
import type { ByteLease } from '../intake/budget.ts';

/**
 * Chunks of the request's body. Under the Node server they come straight from the socket's stream:
 * the web stream around it costs more than the parsing.
 */
function chunksOf(c: Context): AsyncIterable<Uint8Array> {
  const incoming = (c.env as { incoming?: IncomingMessage } | undefined)?.incoming;
  // Giving up in the middle must not cut the connection: the client is to read why.
  return incoming?.iterator({ destroyOnReturn: false }) ?? c.req.raw.body ?? empty();
}

async function* empty(): AsyncGenerator<Uint8Array> {}

/**
 * Reads a body of at most `limit` bytes, taking its bytes out of `lease` as they arrive, so that
 * clients who promise much and send slowly hold only what they sent. Throws BODY_TOO_LARGE (at once
 * when the header says so), BUSY, or REQUEST_INVALID when the body is cut off.
 */
export async function readBody(c: Context, limit: number, lease: ByteLease): Promise<Uint8Array> {
  const tooLarge = () => new TacetError('BODY_TOO_LARGE', `a body has at most ${limit} bytes`);
  if (Number(c.req.header('content-length') ?? 0) > limit) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of chunksOf(c)) {
      length += chunk.length;
      if (length > limit) throw tooLarge();
      lease.grow(chunk.length);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof TacetError) throw error;
    // The client went away; nobody reads the answer.
    throw new TacetError('REQUEST_INVALID', 'the body was cut off');
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length);
}
