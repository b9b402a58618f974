import { TacetError } from '@tacet/records';
import type { Context } from 'hono';
import type { z } from 'zod';
import type { AppParts } from '../app.ts';
import { readBody } from './body.ts';

/** What a request to administer may weigh, in bytes. */
const MAX_BODY = 64 * 1024;

/**
 * The request's body, of at most `most` bytes, as `schema` says. Throws BODY_TOO_LARGE, BUSY, JSON_INVALID or REQUEST_INVALID;
 * the message names the field, never its value.
 */
export async function readJson<T>(
  c: Context,
  parts: Pick<AppParts, 'budget'>,
  schema: z.ZodType<T>,
  most = MAX_BODY,
): Promise<T> {
  const lease = parts.budget.lease();
  let value: unknown;
  try {
    const body = await readBody(c, most, lease);
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    if (error instanceof TacetError) throw error;
    throw new TacetError('JSON_INVALID', 'the body is not JSON');
  } finally {
    lease.release();
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.') || 'the body';
  throw new TacetError('REQUEST_INVALID', `${where} is not as it must be`);
}
