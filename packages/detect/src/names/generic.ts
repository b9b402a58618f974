import type { Severity } from '../rule.ts';
import type { NameClass } from './telling.ts';

/** What is said of a value known by its name alone, when no rule knows it better. */
export interface GenericFacts {
  readonly kind: string;
  readonly opens: string;
  readonly severity: Severity;
  /** Whether a fingerprint is given when the value is beyond guessing. */
  readonly fingerprint: boolean;
}

export const GENERIC: Readonly<Record<NameClass, GenericFacts>> = {
  password: { kind: 'password', opens: 'the account it belongs to', severity: 'high', fingerprint: false },
  phrase: {
    kind: 'recovery-phrase',
    opens: 'the wallet or account it restores',
    severity: 'critical',
    fingerprint: false,
  },
  secret: { kind: 'secret', opens: 'whatever its name says', severity: 'high', fingerprint: true },
  key: { kind: 'api-key', opens: 'the API its name says', severity: 'high', fingerprint: true },
  'some-key': { kind: 'api-key', opens: 'the API its name says', severity: 'high', fingerprint: true },
  token: { kind: 'token', opens: 'the session or API its name says', severity: 'high', fingerprint: true },
  'token-alone': { kind: 'token', opens: 'a session or API', severity: 'high', fingerprint: true },
  authorization: {
    kind: 'authorization',
    opens: 'the request it came with',
    severity: 'high',
    fingerprint: true,
  },
  auth: { kind: 'authorization', opens: 'the request it came with', severity: 'high', fingerprint: true },
  cookie: {
    kind: 'cookie',
    opens: 'the session of the user who sent it',
    severity: 'high',
    fingerprint: false,
  },
  connection: {
    kind: 'connection-string',
    opens: 'the database or queue it leads to',
    severity: 'critical',
    fingerprint: false,
  },
};

/** Names that tell a secret only in a URL's query: `?sig=`, `&key=`. */
export const QUERY_NAMES: readonly string[] = [
  'sig',
  'signature',
  'x-amz-signature',
  'x-goog-signature',
  'key',
  'code',
  'auth',
  'pass',
  'sid',
  'ticket',
  'access',
  'hmac',
  'sas',
];
