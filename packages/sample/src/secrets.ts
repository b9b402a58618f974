import { crc32 } from 'node:zlib';
import type { Random } from './random.ts';

/** One secret as it is kept in a log: `shown` is how a line spells it, `secret` the part that must not stay. */
export interface SampleSecret {
  type: string;
  secret: string;
  shown: string;
}

const DIGITS = '0123456789';
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const LOWER = UPPER.toLowerCase();
const BASE62 = DIGITS + UPPER + LOWER;
const BASE64 = `${UPPER}${LOWER}${DIGITS}+/`;
const BASE64URL = `${UPPER}${LOWER}${DIGITS}-_`;

/** Base62 of the CRC-32 of the random part, six digits: the checksum of GitHub's and npm's tokens. */
function checksum62(text: string): string {
  let value = crc32(text);
  let digits = '';
  for (let index = 0; index < 6; index++) {
    digits = BASE62[value % 62] + digits;
    value = Math.floor(value / 62);
  }
  return digits;
}

// Prefixes are joined at run time: no text of this repository looks like a secret to a scanner.
const join = (glue: string, ...parts: string[]) => parts.join(glue);

function checksummed(prefix: string, random: Random): string {
  const body = random.string(30, BASE62);
  return join('_', prefix, body + checksum62(body));
}

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function password(random: Random): string {
  const word = () => random.string(1, UPPER) + random.string(5, LOWER);
  return `${word()}.${word()}-${random.between(1000, 9999)}`;
}

function url(scheme: string, user: string, host: string) {
  return (random: Random): [string, string] => {
    const secret = random.string(20, BASE62);
    return [secret, `${scheme}://${user}:${secret}@${host}`];
  };
}

/** Builders give the secret, and how it is shown when that is more than the secret. */
type Builder = (random: Random) => string | [secret: string, shown: string];

const BUILDERS: Readonly<Record<string, Builder>> = {
  'github-token': (random) => checksummed('ghp', random),
  'github-oauth-token': (random) => checksummed('gho', random),
  'npm-token': (random) => checksummed('npm', random),
  'gitlab-token': (random) => join('-', 'glpat', random.string(20, BASE62)),
  'openai-api-key': (random) =>
    join('-', 'sk', 'proj', `${random.string(74, BASE62)}T3Blbk${'FJ'}${random.string(74, BASE62)}`),
  'anthropic-api-key': (random) => join('-', 'sk', 'ant', 'api03', `${random.string(93, BASE62)}AA`),
  'platform-api-key': (random) => {
    const secret = join('-', 'sk', random.hex(32));
    return [secret, `API_KEY=${secret}`];
  },
  'huggingface-token': (random) => join('_', 'hf', random.string(34, UPPER + LOWER)),
  'replicate-token': (random) => join('_', 'r8', random.string(37, BASE62)),
  'groq-api-key': (random) => join('_', 'gsk', random.string(52, BASE62)),
  'google-api-key': (random) => `AI${'za'}Sy${random.string(33, BASE62)}`,
  'aws-access-key': (random) => {
    const secret = random.string(40, BASE64);
    const id = `AK${'IA'}${random.string(16, `${UPPER}234567`)}`;
    return [secret, `AWS_ACCESS_KEY_ID=${id} AWS_SECRET_ACCESS_KEY=${secret}`];
  },
  'azure-storage-key': (random) => {
    const secret = `${random.string(86, BASE64)}==`;
    return [
      secret,
      `DefaultEndpointsProtocol=https;AccountName=uploads${random.below(99)};AccountKey=${secret};EndpointSuffix=core.windows.net`,
    ];
  },
  'stripe-secret-key': (random) => join('_', 'sk', 'live', random.string(24, BASE62)),
  'slack-token': (random) =>
    join('-', 'xoxb', random.string(12, DIGITS), random.string(12, DIGITS), random.string(24, BASE62)),
  'slack-webhook': (random) => {
    const secret = random.string(24, BASE62);
    const path = join('/', 'services', `T${random.string(8, UPPER)}`, `B${random.string(8, UPPER)}`, secret);
    return [secret, `https://hooks.slack.com/${path}`];
  },
  'sendgrid-api-key': (random) => join('.', 'SG', random.string(22, BASE62), random.string(43, BASE62)),
  'digitalocean-token': (random) => join('_', 'dop', 'v1', random.hex(64)),
  'shopify-token': (random) => join('_', 'shpat', random.hex(32)),
  'databricks-token': (random) => `da${'pi'}${random.hex(32)}`,
  'telegram-bot-token': (random) =>
    join(':', `${random.between(1, 9)}${random.string(9, DIGITS)}`, `AA${random.string(33, BASE62)}`),
  'pypi-token': (random) => join('-', 'pypi', `AgEIcHlwaS5vcmc${random.string(150, BASE64URL)}`),
  'json-web-token': (random) =>
    join(
      '.',
      base64url({ alg: 'HS256', typ: 'JWT' }),
      base64url({ sub: random.uuid(), iat: 1736121600 + random.below(900000), scope: 'chat:write' }),
      random.string(43, BASE64URL),
    ),
  'private-key': (random) => {
    const lines = Array.from({ length: 12 }, () => random.string(64, BASE64));
    const edge = (word: string) => `-----${word} ${join(' ', 'PRIVATE', 'KEY')}-----`;
    return [lines[3]!, [edge('BEGIN'), ...lines, edge('END')].join('\n')];
  },
  'postgres-url': url('postgresql', 'billing', 'pg-main.internal:5432/usage?sslmode=require'),
  'mysql-url': url('mysql', 'root', 'mysql-0.mysql.data.svc:3306/accounts'),
  'mongodb-url': url('mongodb+srv', 'sessions', 'cluster0.q7vd.mongodb.net/chat?retryWrites=true'),
  'redis-url': url('redis', 'default', 'redis-cache-2.internal:6379/0'),
  'clickhouse-url': url('clickhouse', 'writer', 'oauth2callback.internal:9000/logs'),
  'amqp-url': url('amqps', 'worker', 'rabbit.queue.svc:5671/jobs'),
  'basic-authorization': (random) => {
    const secret = Buffer.from(`deploy:${random.string(18, BASE62)}`).toString('base64');
    return [secret, `Authorization: Basic ${secret}`];
  },
  'bearer-authorization': (random) => {
    const secret = random.string(48, BASE64URL);
    return [secret, `Authorization: Bearer ${secret}`];
  },
  password: (random) => {
    const secret = password(random);
    return [secret, `password=${secret}`];
  },
};

export const SECRET_TYPES: readonly string[] = Object.keys(BUILDERS);

/**
 * A made-up secret of one of SECRET_TYPES in its real format, checksums included.
 * Throws RangeError on a type that is not there.
 */
export function sampleSecret(type: string, random: Random): SampleSecret {
  const builder = BUILDERS[type];
  if (!builder) throw new RangeError(`no kind of secret named ${type}`);
  const built = builder(random);
  return typeof built === 'string'
    ? { type, secret: built, shown: built }
    : { type, secret: built[0], shown: built[1] };
}
