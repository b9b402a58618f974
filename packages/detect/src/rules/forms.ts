import type { RuleRow } from '../rule.ts';
import { looksMade } from '../values/made.ts';
import { jwtAt, pemAt, pemBody } from './parsers.ts';

const PRIVATE_KEY = [
  { text: 'private key-----' },
  { text: 'private key block-----' },
  { text: 'private+key-----' },
] as const;

/** Secrets known by a form of their own, whoever issued them. */
export const forms: readonly RuleRow[] = [
  {
    kind: 'gcp-service-account-key',
    provider: 'Google Cloud',
    by: 'parser',
    opens: 'whatever the service account may do',
    severity: 'critical',
    fingerprint: true,
    keywords: PRIVATE_KEY,
    parse: (text, at, runs) => {
      const span = pemAt(text, at, runs);
      if (!span) return undefined;
      const around = text.slice(Math.max(0, span.start - 2048), span.end + 2048);
      return /gserviceaccount\.com|"service_account/.test(around) ? span : undefined;
    },
    normalise: pemBody,
    positive: [
      '{"type": "service_account", "private_key": "-----BEGIN PRIVATE KEY-----\\nMII<b64:64>\\n<b64:64>\\n-----END PRIVATE KEY-----\\n", "client_email": "a@b.iam.gserviceaccount.com"}',
    ],
    negative: ['{"type": "service_account", "private_key": "-----BEGIN PRIVATE KEY-----\\n...'],
  },
  {
    kind: 'private-key',
    provider: 'any',
    rotation: 'key-pair',
    by: 'parser',
    opens: 'what trusts its public half: servers, signatures, encrypted data',
    severity: 'critical',
    fingerprint: true,
    keywords: PRIVATE_KEY,
    parse: pemAt,
    normalise: pemBody,
    positive: [
      '-----BEGIN RSA PRIVATE KEY-----\n<b64:64>\n<b64:64>\n-----END RSA PRIVATE KEY-----',
      '-----BEGIN OPENSSH PRIVATE KEY-----\\n<b64:70>\\n<b64:70>\\n-----END OPENSSH PRIVATE KEY-----\\n',
      '-----BEGIN EC PRIVATE KEY----- <b64:64> <b64:40>',
      '-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n<b64:64>\n<b64:64>\n=<b64:4>\n-----END PGP PRIVATE KEY BLOCK-----',
    ],
    negative: [
      '-----BEGIN PUBLIC KEY-----\n<b64:64>\n-----END PUBLIC KEY-----',
      '-----BEGIN PRIVATE KEY----- ... ',
    ],
  },
  {
    kind: 'private-key-der',
    provider: 'any',
    rotation: 'key-pair',
    by: 'pattern',
    opens: 'what trusts its public half',
    severity: 'critical',
    fingerprint: true,
    keywords: [
      { text: 'badanbgkqhkig9w0baqefaasc', exact: 'BADANBgkqhkiG9w0BAQEFAASC' },
      { text: 'mighageambmgbyqgsm49', exact: 'MIGHAgEAMBMGByqGSM49' },
      { text: 'mc4caqawbqydk2vwbcie', exact: 'MC4CAQAwBQYDK2VwBCIE' },
      { text: 'b3blbnnzac1rzxktdje', exact: 'b3BlbnNzaC1rZXktdjE' },
    ],
    back: { class: 'alnum', min: 0, max: 8 },
    pattern:
      /(?:M[A-Za-z0-9+/]{4,10}BADANBgkqhkiG9w0BAQEFAASC|MIGHAgEAMBMGByqGSM49|MC4CAQAwBQYDK2VwBCIE|b3BlbnNzaC1rZXktdjE)[A-Za-z0-9+/\r\n]{40,8192}={0,2}/y,
    positive: ['MIIEvQIBADANBgkqhkiG9w0BAQEFAASC<b64:400>', 'MC4CAQAwBQYDK2VwBCIE<b64:44>'],
    negative: [],
  },
  {
    kind: 'jwt',
    provider: 'any',
    rotation: 'session',
    by: 'parser',
    opens: 'the session or service it was issued for, until it expires',
    severity: 'high',
    fingerprint: true,
    keywords: [{ text: 'eyj', exact: 'eyJ', start: true, next: { kind: 'run', class: 'base64', min: 16 } }],
    parse: jwtAt,
    positive: [
      'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI<b62:20>.<w:43>',
      '<basic:{"alg":"none","typ":"JWT"}>.<w:60>.',
    ].map((text) =>
      text.replace('<basic:{"alg":"none","typ":"JWT"}>', 'eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0'),
    ),
    negative: ['eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9', 'eyJ<b62:20>'],
  },
  {
    kind: 'bearer-token',
    provider: 'any',
    rotation: 'session',
    by: 'pattern',
    opens: 'the API that the request went to',
    severity: 'high',
    fingerprint: true,
    keywords: [{ text: 'bearer ', start: true, next: { kind: 'run', class: 'base64', min: 16 } }],
    weak: true,
    pattern: /bearer {1,4}(?<secret>[\w.~+/-]{16,4096}={0,2})/iy,
    verify: (secret) => looksMade(secret, 16),
    positive: ['Authorization: Bearer <b62:40>', "curl -H 'authorization: bearer <w:32>'"],
    negative: ['the bearer authentication scheme', 'Bearer of the ring', 'Authorization: Bearer <token>'],
  },
  {
    kind: 'password-hash',
    provider: 'any',
    rotation: 'password',
    by: 'pattern',
    opens: 'the password, to who guesses it',
    severity: 'medium',
    fingerprint: false,
    keywords: [
      ...['$1$', '$2a$', '$2b$', '$2y$', '$5$', '$6$', '$7$', '$8$', '$9$', '$y$', '$apr1$'].map((text) => ({
        text,
        next: { kind: 'run', class: 'alnum', min: 1 } as const,
      })),
      { text: '$argon2' },
      { text: '$krb5' },
      { text: '$scrypt$' },
      { text: 'pbkdf2_sha' },
    ],
    pattern:
      /\$(?:2[aby]\$\d{2}\$[./A-Za-z0-9]{53}|argon2(?:id|i|d)\$v=\d{1,3}\$[\w=,]{1,64}\$[A-Za-z0-9+/]{8,128}\$[A-Za-z0-9+/]{16,256}|[567y]\$(?:rounds=\d{1,9}\$)?[./A-Za-z0-9$=,]{1,64}\$[./A-Za-z0-9]{32,128}|(?:1|apr1)\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22}|[89]\$[./A-Za-z0-9]{14}\$[./A-Za-z0-9]{43}|scrypt\$ln=\d{1,2},r=\d{1,3},p=\d{1,3}\$[A-Za-z0-9+/]{8,128}\$[A-Za-z0-9+/]{32,128}|krb5(?:asrep|tgs|pa)\$\d{1,2}\$[^\s"']{1,256}?\$[a-fA-F0-9$]{32,8192})|pbkdf2_sha\d{1,3}\$\d{1,9}\$[\w./+]{4,64}\$[A-Za-z0-9+/=]{20,128}/y,
    positive: ['$2b$12$<b62:53>', '$argon2id$v=19$m=65536,t=3,p=4$<b64:22>$<b64:43>', '$6$<b62:16>$<b62:86>'],
    negative: ['it costs $2b$ or $6$ a piece'],
  },
];
