import { codeOf, TacetError } from '@tacet/records';
import {
  type AuthorityMessage,
  decodeSent,
  SEALED_LIMITS,
  SEALED_ROUTES,
  SEGMENTS_TYPE,
  type SentSegment,
  toBase64,
} from '@tacet/search/wire';
import type { Context } from 'hono';
import type { App, AppParts } from '../app.ts';
import { readBody } from '../http/body.ts';

/**
 * The way in for writers far away, who seal before they send (docs/gateway.md). Each route answers once
 * what it took is durable.
 */
export function routeSealed(app: App, parts: AppParts): void {
  const { workspace } = parts.config;

  app.get(SEALED_ROUTES.authority, async (c) => {
    const records = async (kind: string) =>
      (await parts.stores.control.records(workspace, kind)).map(toBase64);
    const message: AuthorityMessage = {
      root: await records('root'),
      operations: await records('operations'),
      epochs: await records('epochs'),
      writers: await records('writers'),
      // A writer opens nothing, and need not know who does.
      readers: [],
      revocations: [],
      grants: [],
    };
    return c.json(message);
  });

  app.post(SEALED_ROUTES.sessions, async (c) => {
    await parts.desk.openSession(await readRecord(c, parts, SEALED_LIMITS.recordBytes));
    return c.body(null, 204);
  });

  app.post(SEALED_ROUTES.statements, async (c) => {
    await parts.desk.state(await readRecord(c, parts, SEALED_LIMITS.recordBytes));
    return c.body(null, 204);
  });

  app.post(SEALED_ROUTES.segments, async (c) => {
    const principal = c.get('principal');
    const allow = (services: string[]) => {
      if (principal.services)
        parts.policy.authorize(principal, 'ingest', { workspace }, { services }, parts.now());
    };
    const { events } = await readSegments(c, parts, (segments) => parts.desk.store(segments, allow));
    parts.metrics.events.add(events, 'sealed');
    return c.body(null, 204);
  });

  app.post(SEALED_ROUTES.known, async (c) => {
    const bytes = await readRecord(c, parts, SEALED_LIMITS.marks * 16);
    if (bytes.length % 16 !== 0) throw new TacetError('REQUEST_INVALID', 'a resend mark has 16 bytes');
    const register = await parts.register();
    const marks = Array.from({ length: bytes.length / 16 }, (_, at) => bytes.slice(at * 16, at * 16 + 16));
    return c.body(Uint8Array.from(marks, (mark) => (register.isStored(mark) ? 1 : 0)));
  });
}

/** A short body in binary. Throws as `readBody`. */
export async function readRecord(
  c: Context,
  { budget }: Pick<AppParts, 'budget'>,
  most: number,
): Promise<Uint8Array> {
  const lease = budget.lease();
  try {
    return new Uint8Array(await readBody(c, most, lease));
  } finally {
    lease.release();
  }
}

/** Hands the segments of a body to `take`. Throws CONTENT_TYPE_UNSUPPORTED, REQUEST_INVALID, as `readBody`. */
export async function readSegments<T>(
  c: Context,
  { budget, limits }: Pick<AppParts, 'budget' | 'limits'>,
  take: (segments: SentSegment[]) => Promise<T>,
): Promise<T> {
  if (c.req.header('content-type') !== SEGMENTS_TYPE)
    throw new TacetError('CONTENT_TYPE_UNSUPPORTED', `send segments as ${SEGMENTS_TYPE}`);
  const lease = budget.lease();
  try {
    const body = await readBody(c, limits.bodyBytes, lease);
    // Its parts are copies.
    lease.grow(body.length);
    return await take(await segmentsIn(body));
  } finally {
    lease.release();
  }
}

/** @throws TacetError REQUEST_INVALID when the body is no whole stream of segments. */
async function segmentsIn(body: Uint8Array): Promise<SentSegment[]> {
  const segments: SentSegment[] = [];
  try {
    for await (const segment of decodeSent(one(body), SEALED_LIMITS.segments)) segments.push(segment);
  } catch (error) {
    if (codeOf(error) !== 'RESULT_INCOMPLETE') throw error;
    throw new TacetError('REQUEST_INVALID', 'the body is no whole stream of segments', { cause: error });
  }
  return segments;
}

async function* one(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body;
}
