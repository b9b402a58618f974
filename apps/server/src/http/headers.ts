import type { MiddlewareHandler } from 'hono';

/** On every answer: nothing here may be framed, sniffed, cached or fetched by another site, or is a page unless it says so. */
const HEADERS: Record<string, string> = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'publickey-credentials-create=(self), publickey-credentials-get=(self)',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

/** With TLS of our own: browsers do not try without it for a year. */
export const strictTransport: MiddlewareHandler = async (c, next) => {
  await next();
  c.res.headers.set('Strict-Transport-Security', 'max-age=31536000');
};

/** Sets the headers above on whatever the handlers answered, errors included. */
export const securityHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  for (const [name, value] of Object.entries(HEADERS))
    if (!c.res.headers.has(name)) c.res.headers.set(name, value);
};
