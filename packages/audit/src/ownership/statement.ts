import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** Days that a statement may be valid at most. */
export const MAX_DAYS = 400;
const DAY_MS = 86_400_000;

const FORM =
  /^tacet-audit-v1 host=([a-z0-9._:*-]{1,255}) until=(\d{4}-\d{2}-\d{2}) key=([A-Za-z0-9_-]{43}) sig=([A-Za-z0-9_-]{86})$/;

/** Whoever controls a host publishes one: the holder of `key` may probe it until that day. */
export interface Statement {
  /** A host name, an address, or `*.` and a domain for all names below it. */
  readonly host: string;
  /** The last day, UTC: `2027-01-31`. */
  readonly until: string;
  /** Ed25519, base64url, 43 characters. */
  readonly key: string;
}

const signed = ({ host, until, key }: Statement) =>
  Buffer.from(`tacet-audit-v1\n${host}\n${until}\n${key}\n`);

/** The public half of an auditor's key (Ed25519), base64url. */
export function publicKeyOf(key: KeyObject): string {
  return createPublicKey(key).export({ format: 'jwk' }).x ?? '';
}

/** Reads an auditor's private key, PEM. Throws when it is none, or not Ed25519. */
export function readAuditKey(pem: string): KeyObject {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('not an Ed25519 key');
  return key;
}

/** The one line to publish for `host`, valid for `days` from `now` on. */
export function statementFor(host: string, key: KeyObject, days: number, now = Date.now()): string {
  const until = new Date(now + days * DAY_MS).toISOString().slice(0, 10);
  const statement = { host, until, key: publicKeyOf(key) };
  const signature = sign(undefined, signed(statement), key).toString('base64url');
  return `tacet-audit-v1 host=${host} until=${until} key=${statement.key} sig=${signature}`;
}

/** What a published line says, when its signature is right; else undefined. */
export function readStatement(line: string): Statement | undefined {
  const [, host, until, key, signature] = FORM.exec(line.trim()) ?? [];
  if (!host || !until || !key || !signature) return undefined;
  const statement = { host, until, key };
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: key }, format: 'jwk' });
  const right = verify(undefined, signed(statement), publicKey, Buffer.from(signature, 'base64url'));
  return right ? statement : undefined;
}

/** Whether a statement lets the holder of `key` (base64url) probe `host` on the day of `now`. */
export function allows(statement: Statement, host: string, key: string, now = Date.now()): boolean {
  const end = Date.parse(`${statement.until}T23:59:59.999Z`);
  const inTime = now <= end && end <= now + (MAX_DAYS + 1) * DAY_MS;
  return statement.key === key && statement.host === host && inTime;
}
