import type { IncomingMessage } from 'node:http';
import { release, TacetError } from '@tacet/records';
import type { Context } from 'hono';
import type { ByteLease } from '../intake/budget.ts';

/**
 * The request as it comes from the socket, under the Node server. Its stream is read itself: the web stream around it
 * costs more than the parsing.
 */
const incomingOf = (c: Context) => (c.env as { incoming?: IncomingMessage } | undefined)?.incoming;

async function* empty(): AsyncGenerator<Uint8Array> {}

/**
 * Reads a body of at most `limit` bytes, taking its bytes out of `lease` as they arrive, so that
 * clients who promise much and send slowly hold only what they sent. Throws BODY_TOO_LARGE (at once
 * when the header says so), BUSY, or REQUEST_INVALID when the body is cut off. The body's memory is the caller's.
 */
export async function readBody(c: Context, limit: number, lease: ByteLease): Promise<Uint8Array> {
  const tooLarge = () => new TacetError('BODY_TOO_LARGE', `a body has at most ${limit} bytes`);
  if (Number(c.req.header('content-length') ?? 0) > limit) throw tooLarge();
  const incoming = incomingOf(c);
  // Giving up in the middle must not cut the connection: the client is to read why.
  const source: AsyncIterable<Uint8Array> =
    incoming?.iterator({ destroyOnReturn: false }) ?? c.req.raw.body ?? empty();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of source) {
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
  // Chunks that are not the socket's belong to whoever made the request.
  if (incoming && chunks.length === 1) return chunks[0]!;
  const body = Buffer.concat(chunks, length);
  if (incoming) for (const chunk of chunks) release(chunk);
  return body;
}
