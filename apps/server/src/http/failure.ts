import { type OtlpEncoding, otlpEncoding, otlpError } from '@tacet/receive';
import { TacetError } from '@tacet/records';
import type { Context } from 'hono';
import { OTLP_PATHS } from '../routes/otlp.ts';

/** Seconds after which a refused client should try again. */
const RETRY_AFTER = { BUSY: 1, other: 5 };

/** What we say of an error that nobody expected: its kind and where, never its message, which may quote content. */
export function describeUnexpected(error: unknown): string {
  if (!(error instanceof Error)) return 'something that is no error was thrown';
  const code = (error as { code?: unknown }).code;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [`${error.name}${typeof code === 'string' ? ` (${code})` : ''}`, ...frames.slice(0, 12)].join('\n');
}

function coded(error: unknown, report: (text: string) => void): TacetError {
  if (error instanceof TacetError) return error;
  report(`INTERNAL: ${describeUnexpected(error)}`);
  return new TacetError('INTERNAL', 'an internal error; the server has reported where it happened');
}

function encodingOf(c: Context): OtlpEncoding {
  try {
    return otlpEncoding(c.req.header('content-type'));
  } catch {
    return 'json';
  }
}

/**
 * Answers an error: a google.rpc.Status on OTLP paths, `{error: {code, message}}` elsewhere; with
 * `Retry-After` when sending again can help. Unexpected errors go to `report`, without content.
 */
export function answerError(error: unknown, c: Context, report: (text: string) => void): Response {
  const known = coded(error, report);
  const wait = known.code === 'BUSY' ? RETRY_AFTER.BUSY : RETRY_AFTER.other;
  if (known.status === 401) c.header('WWW-Authenticate', 'Bearer realm="tacet"');
  if (OTLP_PATHS.has(c.req.path)) {
    const { body, status, headers } = otlpError(known, encodingOf(c), wait);
    return c.body(body, status as 400, headers);
  }
  if (known.retry) c.header('Retry-After', `${wait}`);
  return c.json({ error: { code: known.code, message: known.message } }, known.status as 400);
}
