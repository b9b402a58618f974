import { WORD } from '../keywords/classes.ts';
import type { Span } from '../rule.ts';
import type { Runs } from '../scan/runs.ts';

/** The longest PEM document that is taken for one key, in UTF-16 units: RSA of 16,384 bits and to spare. */
const MAX_PEM = 65536;
const MAX_JWT = 16384;
const MIN_BODY = 24;

/**
 * The PEM or OpenPGP private key whose first line ends at the hit `private key-----` at `at` (RFC 7468,
 * RFC 9580); line breaks may be written `\n`, be spaces, or be gone. A key that a log cut off counts.
 */
export function pemAt(text: string, at: number, runs: Runs): Span | undefined {
  const before = text.slice(Math.max(0, at - 48), at);
  const opening = /-----BEGIN[ +][A-Z0-9 +]{0,32}$/i.exec(before);
  if (!opening) return undefined;
  const start = at - opening[0].length;
  const body = text.indexOf('-----', at) + 5;
  let end = runs.indexOf('-----END', body);
  const closed = end !== -1 && end - body <= MAX_PEM;
  if (!closed) end = bodyEnd(text, body);
  if (pemBody(text.slice(body, end)).length < MIN_BODY) return undefined;
  if (!closed) return { start, end };
  // To the end of the last line's dashes; the label before them is short.
  const dashes = text.indexOf('-----', end + 8);
  return { start, end: dashes !== -1 && dashes - end < 64 ? dashes + 5 : end + 8 };
}

/** The end of the base64 lines that begin at `at`, for a key without its last line. */
function bodyEnd(text: string, at: number): number {
  const match = /^(?:[A-Za-z0-9+/=]|\\+[nr]|[\s"',]){0,65536}/.exec(text.slice(at, at + MAX_PEM));
  return at + match![0].trimEnd().length;
}

/** The base64 of a PEM document alone: how the same key is the same in every way of writing it. */
export function pemBody(pem: string): string {
  return pem
    .replace(/-----[^-]{1,64}-----/g, '')
    .replace(/\\+[nrt]/g, '\n')
    .replace(/^[A-Za-z-]{1,32}: .{0,256}$/gm, '')
    .replace(/[^A-Za-z0-9+/=]/g, '');
}

/** A JSON Web Token, signed or encrypted, at `at` (RFC 7515, RFC 7516 compact serialisation). */
export function jwtAt(text: string, at: number, runs: Runs): Span | undefined {
  const header = runs.end(WORD, at);
  if (text[header] !== '.' || header - at > 4096 || !isHeader(text.slice(at, header))) return undefined;
  let end = runs.end(WORD, header + 1);
  // Claims begin with a brace, encoded; what is encrypted is long.
  if (end - header < 5 || (end - header < 20 && !text.startsWith('eyJ', header + 1))) return undefined;
  // Two parts follow the header, or four; the signature of an unsigned token is empty.
  let parts = 1;
  while (parts < 4 && text[end] === '.') {
    end = runs.end(WORD, end + 1);
    parts++;
  }
  // A signature has 20 letters or more, unless the log ended before it did.
  const last = end - text.lastIndexOf('.', end) - 1;
  const signature = text.slice(end - last, end);
  if (parts === 2 && last > 0 && last < 20 && (end < text.length || signature === 'signature'))
    return undefined;
  return end - at > MAX_JWT ? undefined : { start: at, end };
}

function isHeader(part: string): boolean {
  if (part.length < 16) return false;
  try {
    const json = atob(part.replace(/[-_]/g, (char) => (char === '-' ? '+' : '/')).slice(0, part.length & ~3));
    return /"(?:alg|typ|kid|enc|x5t)"/.test(json);
  } catch {
    return false;
  }
}
