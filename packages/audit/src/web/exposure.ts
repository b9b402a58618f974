import type { Check } from '../finding.ts';
import type { HttpReply } from '../probing/wire.ts';

/** A file or page that should not be there, known by what it says and never by its status alone. */
export interface Exposure {
  readonly check: Check;
  /** Asked for below the root of the site, in this order, until one is found. */
  readonly paths: readonly string[];
  /** Whether all of the answer is looked at, as far as it is read, and not its beginning only. */
  readonly whole?: true;
  /** The telling part of the answer when it is what was looked for; never a value that it holds. */
  tells(reply: HttpReply): string | undefined;
}

/** The first part of the answer that matches, at most 120 characters of it; only of a good answer. */
export function matched(reply: HttpReply, pattern: RegExp): string | undefined {
  return pattern.exec(reply.body)?.[0].slice(0, 120);
}

export function isPage({ headers, body }: HttpReply): boolean {
  return /html/i.test(headers['content-type'] ?? '') || /^\s*<(?:!doctype|html|head|body)/i.test(body);
}
