import type { PersonalFinding } from './finding.ts';

/** RFC 5321, 4.5.3.1. */
const MAX_LOCAL = 64;
const MAX_DOMAIN = 255;
const LOCAL = /[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]/u;
/** What stands before an address more often than it belongs to one: a path, the name of a parameter, quotes. */
const AROUND = /^(?:.{0,63}[/?&{|])?(?:[\w.-]{1,40}=)?[.'`*=-]{0,64}/;
const DOMAIN =
  /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,8}(?:xn--[a-z0-9-]{2,59}|\p{L}{2,24})(?![\p{L}\p{N}])/iu;
/** What follows an `@` in the names of files: `logo@2x.png`. */
const FILE = /\.(?:png|jpe?g|gif|svg|webp|ico|css|m?js|ts|json|html?|ya?ml|map|exe|dll|so)$/i;
/** RFC 2606 and 6761, and accounts of services: nobody's. */
const RESERVED =
  /(?:^|[.])(?:example(?:\.(?:com|net|org))?|test|invalid|localhost|local|internal|gserviceaccount\.com)$/i;
/** Accounts of machines. */
const MACHINE = /^(?:git|hg|svn|root|nobody|no-?reply|do-?not-?reply|postmaster|mailer-daemon)$/i;

/** Addresses of e-mail (RFC 5321, RFC 6531), without comments and quoted local parts. */
export function emails(text: string): PersonalFinding[] {
  const found: PersonalFinding[] = [];
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const domain = DOMAIN.exec(text.slice(at + 1, at + 1 + MAX_DOMAIN))?.[0];
    if (domain === undefined || FILE.test(domain)) continue;
    let start = at;
    while (start > 0 && at - start < MAX_LOCAL && LOCAL.test(text[start - 1]!)) start--;
    start += AROUND.exec(text.slice(start, at))?.[0].length ?? 0;
    // The user of a URL: its host is a machine's.
    const head = text.slice(Math.max(0, at - MAX_LOCAL), at);
    if (start === at || /\/\/\S{0,64}$/.test(head)) continue;
    const local = text.slice(start, at);
    if (local.endsWith('.') || local.includes('..')) continue;
    const low = RESERVED.test(domain) || MACHINE.test(local);
    found.push({ kind: 'email', start, end: at + 1 + domain.length, confidence: low ? 'low' : 'high' });
  }
  return found;
}
