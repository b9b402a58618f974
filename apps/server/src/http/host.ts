import { TacetError } from '@tacet/records';
import type { MiddlewareHandler } from 'hono';

const LOOPBACK_NAME = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Whether a host name or address can only mean this machine. */
export function isLoopback(host: string): boolean {
  return LOOPBACK_NAME.test(host) || host === '::1';
}

/**
 * Answers requests for this machine's own names only: a page on the web that rebinds its name to
 * 127.0.0.1 does not reach the server through its visitor's browser (DNS rebinding).
 */
export const loopbackOnly: MiddlewareHandler = async (c, next) => {
  if (!isLoopback(new URL(c.req.url).hostname))
    throw new TacetError('NOT_ALLOWED', 'this server answers for localhost only; see --behind-proxy');
  await next();
};
