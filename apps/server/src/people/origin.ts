import type { IncomingMessage } from 'node:http';
import { TacetError } from '@tacet/records';
import type { Context } from 'hono';
import { isLoopback } from '../http/host.ts';

/** How people's browsers reach this server. */
export interface Reach {
  /** `https://logs.example.com`, when the settings name it. */
  publicUrl?: string | undefined;
  /** This server does TLS itself. */
  tls: boolean;
  /** A proxy in front does TLS, and says who asks. */
  behindProxy: boolean;
}

/** The origin that a browser at this server must have. */
export function originOf(c: Context, { publicUrl, tls, behindProxy }: Reach): URL {
  if (publicUrl !== undefined) return new URL(new URL(publicUrl).origin);
  return new URL(`${tls || behindProxy ? 'https' : 'http'}://${new URL(c.req.url).host}`);
}

/**
 * Refuses what another site made a browser send: a page of ours names its own origin whenever it
 * changes something. Throws ORIGIN_REFUSED.
 */
export function requireOwnOrigin(c: Context, reach: Reach): void {
  const safe = c.req.method === 'GET' || c.req.method === 'HEAD';
  const site = c.req.header('sec-fetch-site');
  const own = safe
    ? site === undefined || site === 'same-origin' || site === 'none'
    : c.req.header('origin') === originOf(c, reach).origin;
  if (!own) throw new TacetError('ORIGIN_REFUSED', 'this request comes from another site');
}

/** The address that asks, as a name to count attempts under; behind a proxy the last one it added. */
export function addressOf(c: Context, { behindProxy }: Reach): string {
  const forwarded = behindProxy ? c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() : undefined;
  const incoming = (c.env as { incoming?: IncomingMessage } | undefined)?.incoming;
  return (forwarded || incoming?.socket?.remoteAddress || 'unknown').slice(0, 64);
}

/** Whether passkeys can work here: browsers know them for names, not for bare addresses. */
export function passkeysWorkAt(origin: URL): boolean {
  const bare = /^\[|^\d{1,3}(?:\.\d{1,3}){3}$/.test(origin.hostname);
  return !bare && (origin.protocol === 'https:' || isLoopback(origin.hostname));
}
