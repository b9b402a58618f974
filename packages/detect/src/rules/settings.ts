import type { ParsedRule, RuleRow, Span } from '../rule.ts';
import { placeholder, plainlyNone } from '../values/none.ts';

/** A template, a variable, a mask: what stands where a password is filled in later. */
const TEMPLATE = /^[$%#<{[*@]|^\W{3,}$|\$\{|#\{|\{\{|[>}\]]$|^(?:null|none|\.{3,})$/i;

/** The group `secret` of the sticky `pattern` at `at`, when `around` holds within 240 units on either side. */
function inSetting(pattern: RegExp, around: RegExp): ParsedRule['parse'] {
  return (text, at): Span | undefined => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    const secret = match?.groups?.secret;
    if (!match || secret === undefined || TEMPLATE.test(secret)) return undefined;
    if (!around.test(text.slice(Math.max(0, at - 240), pattern.lastIndex + 240))) return undefined;
    const start = at + match[0].lastIndexOf(secret);
    return { start, end: start + secret.length };
  };
}

/** Passwords that the files and addresses around them give away. */
export const settings: readonly RuleRow[] = [
  {
    kind: 'connection-string-password',
    provider: 'any',
    by: 'parser',
    opens: 'the database that the connection string names',
    severity: 'critical',
    rotation: 'password',
    fingerprint: false,
    keywords: ['password=', 'password =', 'pwd=', 'pwd ='].map((text) => ({ text, start: true })),
    parse: inSetting(
      /(?:password|pwd) ?= ?(?<secret>[^\s;"'<>,]{3,128})(?=[;"'\s]|$)/iy,
      /(?:^|[;"'(])\s{0,4}(?:user ?id|uid|user ?name)\s?=[^;]{1,128};[\s\S]{0,400}(?:server|host|data ?source|database|initial ?catalog)\s?=|(?:server|host|data ?source|dsn|driver|provider)\s?=[^;]{1,128};[\s\S]{0,400}(?:user ?id|uid|user ?name)\s?=/i,
    ),
    positive: [
      'Server=db01;Port=5432;User Id=app;Password=<b62:10>;Database=shop;',
      'Driver={SQL Server};Server=s;Uid=sa;Pwd=<low:8>;',
    ],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a program's variable
    negative: ['Server=db;User Id=app;Password=${PASSWORD};Database=shop;'],
  },
  {
    kind: 'config-password',
    provider: 'any',
    by: 'parser',
    opens: 'the account that the lines name',
    severity: 'high',
    rotation: 'password',
    fingerprint: false,
    keywords: ['password=', 'password =', 'password: '].map((text) => ({ text, start: true })),
    parse: inSetting(
      /password ?[=:] {0,4}(?<secret>(?![\w-]{0,16}(?:pass|pwd|token|secret|user))[\w!@#$%^&*+-]{4,64})(?=[;\s"'\\]|$)/iy,
      /(?:^|[\s;])\$?(?:user|login|username|user_name) ?[=:] {0,4}["']?[\w@.-]{1,64}["']?;?\s(?:[^\n]{0,80}\n){0,4}[^\n]{0,16}password ?[=:]/i,
    ),
    verify: (secret) => !plainlyNone(secret) && !placeholder(secret),
    positive: ['user = bob\npassword = sun_<low:6>\n'],
    negative: ['user: string\npassword: string\n', 'user = getUser()\npassword = getPassword()'],
  },
  {
    kind: 'netrc-password',
    provider: 'any',
    by: 'parser',
    opens: 'the account on the machine that the file names',
    severity: 'high',
    rotation: 'password',
    fingerprint: false,
    keywords: [{ text: 'password ', start: true, next: { kind: 'run', class: 'word', min: 3 } }],
    parse: inSetting(
      /password {1,4}(?<secret>[^\s"'`\\]{4,128})(?=[\s"'\\]|$)/iy,
      /\bmachine\s{1,8}[\w.-]{1,253}\s{1,8}login\s{1,8}\S{1,128}\s{1,8}password\s/,
    ),
    positive: ['machine api.example.com login bob password <b62:12>'],
    negative: ['machine learning login password reset is described below'],
  },
  {
    kind: 'build-password',
    provider: 'any',
    by: 'parser',
    opens: 'the repository that the build file names',
    severity: 'high',
    rotation: 'password',
    fingerprint: false,
    keywords: [{ text: 'password', start: true }],
    parse: inSetting(
      /password\s{1,4}(["'])(?<secret>[^"'\s$]{3,128})\1/iy,
      /(?:user(?:name)?|login)\s{1,4}["'][^"'\n]{1,128}["']/i,
    ),
    positive: ['credentials {\n  username "ci"\n  password "<b62:12>"\n}'],
    negative: ['set the password "from the console"'],
  },
  {
    kind: 'ethereum-private-key',
    provider: 'Ethereum and like chains',
    by: 'parser',
    opens: 'the account, for ever',
    severity: 'critical',
    rotation: 'key-pair',
    revoke: 'https://ethereum.org/security',
    fingerprint: true,
    keywords: [{ text: '0x', start: true, next: { kind: 'run', class: 'hex', min: 64 } }],
    parse: inSetting(
      /(?<secret>0x[0-9a-f]{64})(?![0-9a-f])/iy,
      /private[_ -]?key|wallet|mnemonic|seed phrase|secret key/i,
    ),
    positive: ['wallet 0x<hex:64>'],
    negative: ['transaction 0x<hex:64> was mined'],
  },
  {
    kind: 'truenas-api-key',
    provider: 'TrueNAS',
    by: 'pattern',
    opens: 'the storage server',
    severity: 'critical',
    rotation: 'console',
    revoke: 'https://www.truenas.com/docs/scale/scaletutorials/toptoolbar/managingapikeys',
    fingerprint: true,
    keywords: [{ text: 'login_with_api_key' }],
    pattern:
      /login_with_api_key[\\"']{1,4},\s{0,40}[\\"']{1,4}params[\\"']{1,4}\s{0,4}:\s{0,4}\[\s{0,40}[\\"']{1,4}(?<secret>\d{1,4}-[A-Za-z0-9]{64})(?![A-Za-z0-9])/y,
    positive: ['{"method":"auth.login_with_api_key", "params": ["8-<b62:64>"]}'],
    negative: ['{"method":"auth.login_with_api_key", "params": []}'],
  },
  {
    kind: 'thingsboard-device-token',
    provider: 'ThingsBoard',
    by: 'pattern',
    opens: 'writing as a device',
    severity: 'medium',
    rotation: 'console',
    revoke: 'https://thingsboard.cloud/entities/devices',
    fingerprint: true,
    keywords: [{ text: 'thingsboard.cloud/api/v1/' }],
    pattern: /thingsboard\.cloud\/api\/v1\/(?<secret>[A-Za-z0-9]{20})(?![A-Za-z0-9])/y,
    positive: ['https://thingsboard.cloud/api/v1/<low:20>/telemetry'],
    negative: ['https://thingsboard.cloud/api/v1/integrations'],
  },
  {
    kind: 'automation-webhook',
    provider: 'Zapier, Tines, Make, Pipedream, n8n',
    by: 'pattern',
    opens: 'starting a workflow with made-up data',
    severity: 'medium',
    rotation: 'console',
    revoke: 'https://zapier.com/app/zaps',
    fingerprint: true,
    keywords: [
      { text: 'hooks.zapier.com/hooks/catch/' },
      { text: '.tines.com/webhook/' },
      { text: '.make.com/' },
      { text: '.m.pipedream.net' },
      { text: '.n8n.cloud/webhook/' },
    ],
    back: { class: 'token', min: 0, max: 40 },
    pattern:
      /(?:hooks\.zapier\.com\/hooks\/catch\/(?<secret>[\w/]{12,64})|[\w-]{1,40}\.tines\.com\/webhook\/[a-z0-9]{32}\/[a-z0-9]{32}|hook\.[a-z]{2}\d\.make\.com\/[a-z0-9]{32}|e[nop][a-z0-9]{8,24}\.m\.pipedream\.net|[\w-]{1,40}\.app\.n8n\.cloud\/webhook\/[a-f0-9-]{36})(?![A-Za-z0-9])/y,
    positive: [
      'https://hooks.zapier.com/hooks/catch/<d:7>/<low:12>',
      'https://acme.tines.com/webhook/<hex:32>/<hex:32>',
      'https://hook.eu1.make.com/<low:32>',
    ],
    negative: ['https://hooks.zapier.com/hooks/catch/', 'https://www.make.com/en/pricing'],
  },
  {
    kind: 'maxmind-license-key',
    provider: 'MaxMind',
    by: 'pattern',
    opens: 'the data bases of an account',
    severity: 'medium',
    rotation: 'console',
    revoke: 'https://www.maxmind.com/en/accounts/current/license-key',
    fingerprint: true,
    keywords: [{ text: '_mmk', exact: '_mmk' }],
    back: { class: 'word', min: 36, max: 36 },
    pattern: /[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk(?![A-Za-z0-9])/y,
    positive: ['<b62:6>_<b62:29>_mmk'],
    negative: ['the_mmk'],
  },
  {
    kind: 'grafana-legacy-key',
    provider: 'Grafana',
    by: 'pattern',
    opens: 'the dashboards and data sources of an organisation',
    severity: 'high',
    fingerprint: true,
    keywords: [
      { text: 'eyjrijoi', exact: 'eyJrIjoi', start: true, next: { kind: 'run', class: 'base64', min: 60 } },
    ],
    pattern: /eyJrIjoi[A-Za-z0-9+/]{60,400}={0,2}/y,
    positive: ['eyJrIjoi<b62:90>='],
    negative: ['eyJrIjoi<b62:20>'],
  },
  {
    kind: 'facebook-app-token',
    provider: 'Meta',
    by: 'pattern',
    opens: 'an application, with the rights of its maker',
    severity: 'critical',
    fingerprint: true,
    keywords: ['facebook', 'fb_', 'access_token='].map((text) => ({ text })),
    pattern:
      /(?:facebook|fb_|access_token=)[^\n|]{0,40}?(?<secret>\d{15,16}(?:\||%7[cC])[\w-]{27})(?![\w-])/iy,
    verify: (secret) => !placeholder(secret) && !plainlyNone(secret),
    positive: ['facebook <d:16>|<w:27>', 'FB_ACCESS_TOKEN=<d:15>|<w:27>'],
    negative: ['facebook | twitter | mastodon'],
  },
];
