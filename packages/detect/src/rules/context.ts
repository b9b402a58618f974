import type { RuleRow, Span } from '../rule.ts';
import { wordlike } from '../values/language.ts';
import { looksMade } from '../values/made.ts';
import { placeholder, plainlyNone } from '../values/none.ts';

const KEY_ID = /A(?:KIA|SIA)[A-Z2-7]{16}(?![A-Za-z0-9])/y;
const AWS_SECRET = /(?<![A-Za-z0-9/+=_-])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=_-])/g;
/** How far from its key id a secret key is looked for, in UTF-16 units. */
const NEAR = 160;
const CURL_OPTIONS = ['-u', '--user', '--proxy-user', '-U'];
const CURL_USER =
  /^curl(?=\s)(?:[^\n]|\\\n){0,500}?\s(?:-u|--user|--proxy-user)[ =]{0,4}['"]?[^\s:'"]{0,64}['"]?:['"]?(?<secret>[^\s'"]{3,128})/i;
/** A key as the user, without a password. */
const CURL_KEY =
  /^curl(?=\s)(?:[^\n]|\\\n){0,500}?\s(?:-u|--user)[ =]{0,4}['"]?(?<secret>[^\s:'"]{12,128}):(?=['"\s]|$)/i;
const SQL_PASSWORD =
  /^(?:identified\s{1,4}(?:with\s{1,4}[\w'"]{1,40}\s{1,4})?(?:by|as)|with\s{1,4}(?:encrypted\s{1,4})?password|alter\s{1,4}user\s{1,4}[^\s]{1,64}\s{1,4}password)\s{1,4}['"](?<secret>[^'"\n]{3,256})['"]/i;

/** Commands that take a password among their options. */
const COMMAND_PASSWORD =
  /^(?:sshpass\s{1,4}-p\s{0,4}|psexec(?:64)?(?:\.exe)?\s(?:[^\n]{0,200}?\s)??-p\s{1,4}|convertto-securestring\s{1,4}(?:-string\s{1,4})?|(?:mysql|mysqldump|mysqladmin)\s(?:[^\n]{0,200}?\s)??-p|redis-cli\s(?:[^\n]{0,200}?\s)??-a\s{1,4}|docker\s{1,4}login\s(?:[^\n]{0,200}?\s)??(?:-p|--password)[ =]{1,4})(?<quote>['"]?)(?<secret>[^\s'"]{4,128})\k<quote>/i;

/** The group `secret` of `pattern` in the window that begins at `at`. */
function within(text: string, at: number, length: number, pattern: RegExp): Span | undefined {
  const match = pattern.exec(text.slice(at, at + length));
  const secret = match?.groups?.secret;
  if (!match || secret === undefined || plainlyNone(secret)) return undefined;
  const start = at + match.index + match[0].lastIndexOf(secret);
  return { start, end: start + secret.length };
}

/** The 40 letters of a secret key closest to the key id at `at`. */
function nearKeyId(text: string, at: number): Span | undefined {
  KEY_ID.lastIndex = at;
  if (!KEY_ID.test(text)) return undefined;
  const from = Math.max(0, at - NEAR);
  let best: Span | undefined;
  let distance = Number.POSITIVE_INFINITY;
  for (const match of text.slice(from, at + 20 + NEAR).matchAll(AWS_SECRET)) {
    const start = from + match.index;
    const gap = start > at ? start - at - 20 : at - start - 40;
    // A digest in hexadecimal is no secret key, nor is a path.
    if (gap >= distance || !/[a-z]/.test(match[0]) || !/[A-Z]/.test(match[0]) || wordlikeAlone(match[0]))
      continue;
    distance = gap;
    best = { start, end: start + 40 };
  }
  return best;
}

/** Letters alone that read as words: a path or a name, no key. */
function wordlikeAlone(text: string): boolean {
  return !/\d/.test(text) && wordlike(text);
}

/** Secrets that what stands around them gives away. */
export const context: readonly RuleRow[] = [
  {
    kind: 'aws-secret-access-key',
    provider: 'Amazon Web Services',
    by: 'parser',
    opens: 'whatever the user or role may do in the account',
    severity: 'critical',
    fingerprint: true,
    keywords: ['AKIA', 'ASIA'].map((exact) => ({
      text: exact.toLowerCase(),
      exact,
      start: true,
      next: { kind: 'run', class: 'alnum', min: 16 },
    })),
    parse: nearKeyId,
    positive: [
      'AKIA<b32:16>,<b62:38>/a,us-east-1',
      'id AKIA<b32:16> key <b62:20>+<b62:18>Z9'.replace('Z9', 'Z'),
    ],
    negative: [],
  },
  {
    kind: 'curl-user-password',
    provider: 'any',
    rotation: 'password',
    by: 'parser',
    opens: 'the service that the command calls',
    severity: 'high',
    fingerprint: false,
    keywords: [{ text: 'curl ', start: true }],
    parse: (text, at, runs) => {
      // The option is looked for once, not at every `curl`.
      const near = CURL_OPTIONS.some((option) => {
        const index = runs.indexOf(option, at);
        return index !== -1 && index - at < 520;
      });
      if (!near) return undefined;
      const key = within(text, at, 640, CURL_KEY);
      return key && looksMade(text.slice(key.start, key.end), 12) ? key : within(text, at, 640, CURL_USER);
    },
    verify: (secret) =>
      !/^\$|^<|>$|\$\{|^(?:password|pass|token|api_token)$/i.test(secret) && !placeholder(secret),
    positive: [
      'curl -X POST -u admin:<b62:12> https://x.example',
      "curl --user 'svc:<b62:9>!' https://x.example",
      'curl https://api.example.com -u <b62:23>7: -d amount=5',
    ],
    negative: ['curl -u user:password https://x.example', 'curl -u "$USER:$PASS" https://x.example'],
  },
  {
    kind: 'command-password',
    provider: 'any',
    rotation: 'password',
    by: 'parser',
    opens: 'the host or service that the command talks to',
    severity: 'high',
    fingerprint: false,
    keywords: [
      { text: 'sshpass -p' },
      { text: 'convertto-securestring ' },
      ...[
        'mysql -',
        'mysqldump -',
        'mysqladmin -',
        'redis-cli -',
        'docker login ',
        'psexec ',
        'psexec.exe ',
        'psexec64',
      ].map((text) => ({
        text,
        start: true as const,
      })),
    ],
    parse: (text, at) => within(text, at, 320, COMMAND_PASSWORD),
    verify: (secret) => !/^[$%]|^<|^(?:password|assword)$/i.test(secret) && !placeholder(secret),
    positive: [
      "sshpass -p '<b62:12>' ssh root@10.0.0.1",
      'mysqldump -u root -p<b62:12> shop',
      'redis-cli -h cache -a <b62:12> ping',
      'docker login -u bob -p <b62:12> registry.example.com',
      'ConvertTo-SecureString "<b62:12>" -AsPlainText -Force',
    ],
    negative: ['mysql -u root -p shop', 'docker login registry.example.com', 'mysql -uroot -p < dump.sql'],
  },
  {
    kind: 'sql-password',
    provider: 'any',
    rotation: 'password',
    by: 'parser',
    opens: 'the account of the database user',
    severity: 'critical',
    fingerprint: false,
    keywords: [
      { text: 'identified by ' },
      { text: 'identified with ' },
      { text: 'with password ' },
      { text: 'with encrypted password ' },
      { text: 'alter user ' },
    ],
    parse: (text, at) => within(text, at, 480, SQL_PASSWORD),
    verify: (secret) => !/^(?:password|secret|your.*|<.*|\?|%s|:\w+)$/i.test(secret),
    positive: [
      "CREATE USER 'app'@'%' IDENTIFIED BY '<b62:12>'",
      "CREATE USER a IDENTIFIED WITH sha256_password BY '<b62:12>'",
      "ALTER ROLE app WITH PASSWORD '<b62:12>'",
      "ALTER USER postgres PASSWORD '<b62:10>';",
    ],
    negative: ["CREATE USER 'app' IDENTIFIED BY 'password'", 'the culprit was identified by the police'],
  },
  {
    kind: 'told-password',
    provider: 'any',
    rotation: 'password',
    by: 'parser',
    opens: 'the account that the sentence speaks of',
    severity: 'high',
    fingerprint: false,
    keywords: [
      { text: 'password is ' },
      { text: 'password was ' },
      { text: 'password to ' },
      { text: 'passcode is ' },
      { text: 'api key is ' },
      { text: 'token is ' },
      { text: 'passphrase is ' },
      { text: '密码是' },
      { text: '密码为' },
      { text: '密钥是' },
    ],
    parse: (text, at) =>
      within(
        text,
        at,
        160,
        /^(?:[a-z ]{8,16} (?:now )?|.{3}[：:]? {0,4})["'`“]?(?<secret>[^\s"'`“”,;，。；！]{6,100})/i,
      ),
    verify: (secret) => looksMade(secret, 6) && !/^[a-z]{1,12}-?\d{1,2}[.!?]?$|^\d+-/i.test(secret),
    positive: [
      'my password is Tr<b62:6>9!x',
      'the token is <b62:20>, keep it',
      '我的密码是<b62:6>9!x，请帮我登录',
    ],
    negative: [
      '密码是必填的，请输入密码',
      'my password is not working',
      'the password is required',
      'the token is an opaque string',
      'password is 8-20 characters',
    ],
  },
];
