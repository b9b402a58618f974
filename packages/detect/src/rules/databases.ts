import { ALNUM, bitsOf } from '../keywords/classes.ts';
import type { ParsedRule, Rotation, RuleRow, Severity } from '../rule.ts';
import { placeholder } from '../values/none.ts';

const USERINFO = /:\/\/[^\s:@/?#"'<>`\\]{0,256}:(?<secret>[^\s/?#"'<>`\\]{1,1024})@(?=[\w.[%-])/y;
/** Masks, templates and variables where the password goes. */
const TEMPLATE = /^(?:your.*|xxx+|\.{3,}|\[.*\]|\{.*\}|\$.*|%[A-Z_]+%|<.*|[*•x]+)$/i;
/** `user:password@localhost` is what manuals write; with a real host it may be what people run. */
const MANUAL =
  /^:\/\/(?:my|db|your)?_?user(?:name)?:(?:my|db|your)?_?pass(?:w(?:or)?d)?@(?:localhost|127\.0\.0\.1|host(?:name)?|server|db)\b/i;

/** What manuals call a password, */
const ITS_NAME = /^(?:my|your|db|the)?[-_]?(?:pass(?:w(?:or)?d)?|pwd|secret)$/i;
/** and the user it belongs to, */
const USER = /^(?:my|your|db|the)?[-_]?user(?:[-_]?name)?$/i;
/** and where the two are: hosts that RFC 2606 and RFC 6761 keep for this, or the machine itself. */
const NOWHERE =
  /^(?:localhost|127\.0\.0\.1|\[::1\]|(?:[\w-]{1,63}\.){0,4}(?:example(?:\.(?:com|net|org))?|test|invalid|localhost))(?![\w.-])/i;

/** The database of a manual: `postgres://user:password@db`, `mysql://app:secret@db.example.com`, `redis://redis:redis@localhost`. */
const manual: NonNullable<ParsedRule['doubt']> = (secret, text, { start, end }) => {
  const before = /([a-z]{1,32})[+\w]{0,16}:\/\/([^\s:@/]{0,64}):$/i.exec(
    text.slice(Math.max(0, start - 120), start),
  );
  const user = before?.[2] ?? '';
  const nowhere = NOWHERE.test(text.slice(end + 1, end + 320));
  const manuals = ITS_NAME.test(secret)
    ? nowhere || USER.test(user)
    : nowhere && secret === user && before![1]!.toLowerCase().startsWith(secret);
  return manuals ? 'example' : undefined;
};

/** Letters, digits, `+`: of the signs that a scheme may hold, those that these schemes do. */
function inScheme(unit: number): boolean {
  return (bitsOf(unit) & ALNUM) !== 0 || unit === 0x2b;
}

/** The letters of a scheme that end at `at`, in lower case. */
function schemeBefore(text: string, at: number): string {
  let start = at;
  while (start > 0 && at - start < 32 && inScheme(text.charCodeAt(start - 1))) start--;
  return text.slice(start, at).toLowerCase();
}

/** The password of the URL whose `://` stands at `at` (RFC 3986 section 3.2.1), for these schemes. */
function passwordOf(schemes: RegExp | undefined): ParsedRule['parse'] {
  return (text, at) => {
    if (schemes && !schemes.test(schemeBefore(text, at))) return undefined;
    USERINFO.lastIndex = at;
    const match = USERINFO.exec(text);
    const secret = match?.groups?.secret;
    if (!match || secret === undefined || TEMPLATE.test(secret) || secret.startsWith('[secret:'))
      return undefined;
    if (placeholder(secret) && secret.length > 4) return undefined;
    if (MANUAL.test(text.slice(at, at + 128))) return undefined;
    const end = at + match[0].length - 1;
    return { start: end - secret.length, end };
  };
}

interface Row {
  readonly kind: string;
  readonly provider: string;
  readonly opens: string;
  readonly severity: Severity;
  readonly schemes?: RegExp;
  readonly rotation?: Rotation;
  readonly positive: readonly string[];
  readonly negative?: readonly string[];
}

function url(row: Row): RuleRow {
  const { schemes, negative = [], ...facts } = row;
  return {
    ...facts,
    negative,
    by: 'parser',
    fingerprint: false,
    keywords: [
      { text: '://', next: { kind: 'credentials' } },
      { text: ':%2f%2f', next: { kind: 'credentials' } },
      // `:\/\/`, as PHP writes URLs into JSON; the view without escapes has the rest.
      { text: '\\/\\', next: { kind: 'credentials' } },
    ],
    // The last letters of schemes.
    leads: ['s', 'l', 'b', 'v', 'p', 'e', 'c', 'q', 'r', 'g'],
    parse: passwordOf(schemes),
    // Of queues and web addresses, less is printed so.
    ...(schemes && !schemes.test('amqp') ? { doubt: manual } : {}),
  };
}

/** Passwords in the addresses of databases, queues and anything else. */
export const databases: readonly RuleRow[] = [
  url({
    kind: 'postgres-password',
    provider: 'PostgreSQL',
    opens: 'the database that the address names',
    severity: 'critical',
    schemes: /^(?:postgres(?:ql)?|pgsql|cockroachdb|redshift|timescaledb)(?:[+:]\w+)?$/,
    positive: ['postgres://app:<b62:12>@db.internal:5432/app', 'postgresql+asyncpg://u:p%40<b62:8>@h/d'],
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: a shell's variable
    negative: [
      'postgresql://user:password@localhost/db',
      'postgres://localhost:5432/app',
      'postgres://u:${PGPASSWORD}@h/d',
    ],
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: a shell's variable
  }),
  url({
    kind: 'mysql-password',
    provider: 'MySQL, MariaDB',
    opens: 'the database that the address names',
    severity: 'critical',
    schemes: /^(?:mysqlx?|mariadb|mysql2)(?:[+:]\w+)?$/,
    positive: ['mysql+pymysql://root:<b62:12>@10.0.0.5/shop', 'DATABASE_URL=mysql://a:<b62:9>@db/x'],
  }),
  url({
    kind: 'mongodb-password',
    provider: 'MongoDB',
    opens: 'the database that the address names',
    severity: 'critical',
    schemes: /^mongodb(?:\+srv)?$/,
    positive: ['mongodb+srv://admin:<b62:16>@cluster0.ab1cd.mongodb.net/?retryWrites=true'],
    negative: ['mongodb://localhost:27017/test'],
  }),
  url({
    kind: 'redis-password',
    provider: 'Redis, Valkey',
    opens: 'the store that the address names',
    severity: 'high',
    schemes: /^(?:rediss?|valkeys?|keydb)$/,
    positive: ['redis://:<b62:16>@cache:6379/0', 'rediss://default:<b62:20>@x.upstash.io:6379'],
  }),
  url({
    kind: 'amqp-password',
    provider: 'RabbitMQ and other AMQP brokers',
    opens: 'the queues that the address names',
    severity: 'high',
    schemes: /^amqps?$/,
    positive: ['amqps://svc:<b62:16>@mq.example.net/vhost'],
  }),
  url({
    kind: 'clickhouse-password',
    provider: 'ClickHouse',
    opens: 'the database that the address names',
    severity: 'critical',
    schemes: /^(?:clickhouse(?:s|db)?|chdb)(?:[+:]\w+)?$/,
    positive: ['clickhouse://default:<b62:14>@ch.example.net:9440/logs'],
  }),
  url({
    kind: 'mssql-password',
    provider: 'Microsoft SQL Server',
    opens: 'the database that the address names',
    severity: 'critical',
    schemes: /^(?:mssql|sqlserver|tds)(?:[+:]\w+)?$/,
    positive: ['mssql+pyodbc://sa:<b62:14>@sql01/app'],
  }),
  url({
    kind: 'url-password',
    provider: 'any',
    rotation: 'password',
    opens: 'the service that the address names',
    severity: 'high',
    positive: [
      'https://admin:<b62:12>@registry.example.com/v2/',
      'ftp://u:<b62:10>@files.example.org',
      'smtp://a%40b.c:<b62:16>@smtp.x.y:587',
    ],
    negative: ['https://example.com:8080/@user', 'see http://host:80 or a@b.c', 'https://user@example.com/'],
  }),
];
