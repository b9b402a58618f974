import type { Keyword } from '../keywords/keyword.ts';
import { KEYS_OF_THINGS, PROVIDERS } from './providers.ts';

/**
 * What a name says of its value: `password` is what people choose, `key` and `token` what machines
 * make; `token-alone` and `some-key` are names so common that the value must look made too.
 */
export type NameClass =
  | 'password'
  | 'secret'
  | 'key'
  | 'some-key'
  | 'token'
  | 'token-alone'
  | 'authorization'
  | 'auth'
  | 'cookie'
  | 'connection'
  | 'phrase';

/** The last words of a telling name, and how long a suffix such as `_prod` may follow. */
interface Tail {
  readonly words: readonly string[];
  readonly class: NameClass;
  readonly within: number;
  /** Too common inside other words: must stand at a word's beginning. */
  readonly start?: true;
}

const SUFFIX = 24;

function tails(nameClass: NameClass, within: number, ...names: string[]): Tail[] {
  return names.map((name) => ({ words: name.split(' '), class: nameClass, within }));
}

const TAILS: readonly Tail[] = [
  ...tails('password', SUFFIX, 'password', 'passwd', 'passphrase', 'passcode', 'pwd', 'passwort', 'kennwort'),
  ...tails('password', 0, 'pass phrase', 'pass word', 'passw', 'psw'),
  { words: ['pass'], class: 'password', within: 0, start: true },
  ...tails(
    'password',
    0,
    'db pass',
    'user pass',
    'root pass',
    'mysql pass',
    'smtp pass',
    'mail pass',
    'admin pass',
  ),
  ...tails('secret', SUFFIX, 'secret'),
  ...tails('key', SUFFIX, 'api key', 'secret key', 'private key', 'access key'),
  ...tails('key', 0, 'account key', 'auth key', 'encryption key', 'signing key', 'master key', 'storage key'),
  ...tails(
    'key',
    0,
    'service key',
    'subscription key',
    'shared key',
    'admin key',
    'app key',
    'application key',
  ),
  ...tails(
    'key',
    0,
    'deploy key',
    'session key',
    'service role key',
    'functions key',
    'license key',
    'host key',
  ),
  ...tails(
    'key',
    0,
    'webhook key',
    'client key',
    'server key',
    'token key',
    'write key',
    'rest key',
    'integration key',
  ),
  ...tails('token', 0, 'token', 'jwt'),
  ...tails('authorization', 0, 'authorization'),
  { words: ['auth'], class: 'auth', within: 0, start: true },
  { words: ['pat'], class: 'token-alone', within: 0, start: true },
  ...tails('auth', 0, 'x auth', 'credential', 'credentials', 'bearer'),
  ...tails('cookie', 0, 'cookie', 'cookies'),
  ...tails(
    'connection',
    0,
    'connection string',
    'conn string',
    'conn str',
    'connection uri',
    'connection url',
  ),
  { words: ['dsn'], class: 'connection', within: 0, start: true },
  ...tails('phrase', 0, 'mnemonic', 'seed phrase', 'recovery phrase', 'mnemonic phrase'),
];

const SEPARATORS = ['_', '-', '', ' ', '.'];

/** Every way of writing a tail's words. */
function spellings(words: readonly string[]): string[] {
  return words.length === 1 ? [words[0]!] : SEPARATORS.map((separator) => words.join(separator));
}

/** Keywords at which a telling name may end; `extra` are further tails, from rules. */
export function nameKeywords(extra: readonly string[]): Keyword[] {
  const keywords: Keyword[] = TAILS.flatMap((tail) =>
    spellings(tail.words).map((text) => ({
      text,
      ...(tail.start ? { start: true as const } : {}),
      next: { kind: 'assignment' as const, within: tail.within },
    })),
  );
  keywords.push(...SOME_KEY);
  for (const [text] of TRANSLATED) keywords.push({ text, next: { kind: 'assignment', within: 0 } });
  for (const name of extra) {
    for (const text of spellings(name.split(' '))) {
      keywords.push({ text, start: true, next: { kind: 'assignment', within: 0 } });
    }
  }
  return keywords;
}

/** `alchemy_key`, `adobeKey`: any key, if its value looks like one. */
const SOME_KEY: readonly Keyword[] = [
  { text: '_key', next: { kind: 'assignment', within: 0 } },
  { text: '-key', next: { kind: 'assignment', within: 0 } },
  { text: '.key', next: { kind: 'assignment', within: 0 } },
  { text: 'key', exact: 'Key', next: { kind: 'assignment', within: 0 } },
];

/** By the words without separators; of two spellings, the first in the table counts. */
const CLASS_OF = new Map([...TAILS].reverse().map((tail) => [tail.words.join(''), tail]));

/** Words that may follow a telling name without changing what it tells. */
const TRAILERS = new Set(
  'prod production dev development staging stage test testing live sandbox old new current previous primary secondary main backup default value val raw plain plaintext text b64 base64 encoded str string env v1 v2 v3 base a b'.split(
    ' ',
  ),
);

/** Words before `token` that make it a piece of text or a place in a list. */
const NO_SECRET_TOKEN = new Set(
  'public publishable anon csrf xsrf csrfmiddleware next page nextpage continuation sync pad padding eos bos unk sep cls mask special stop start end begin first last per each prompt completion image audio video text input output cancellation cancel skip cursor resume reasoning max min total num idempotency generated new sampled logit vocab lex current'.split(
    ' ',
  ),
);
/** Words before any telling tail that make it a question or a deed, not a value. */
const NO_VALUE = new Set(
  'reset forgot forgotten has have is show hide require requires required needs no without invalid wrong incorrect missing bad expired allow enable disable enabled disabled use uses using'.split(
    ' ',
  ),
);
/** Glued prefixes are understood for tails that are no part of other words. */
const GLUED = [
  'password',
  'passwd',
  'passphrase',
  'secret',
  'token',
  'apikey',
  'secretkey',
  'accesskey',
  'privatekey',
];

/** Names that tell in other scripts, and what they are in English. */
const TRANSLATED: readonly (readonly [string, string])[] = [
  ['密码', 'password'],
  ['密碼', 'password'],
  ['口令', 'password'],
  ['密钥', 'secret key'],
  ['秘钥', 'secret key'],
  ['密鑰', 'secret key'],
  ['金鑰', 'secret key'],
  ['私钥', 'private key'],
  ['令牌', 'access token'],
  ['パスワード', 'password'],
  ['비밀번호', 'password'],
];

/** A name's words: split at what is no letter or digit and where camel case rises; lower case. */
export function wordsOfName(name: string): string[] {
  let english = name;
  if (/[^ -~]/.test(name)) {
    for (const [native, translation] of TRANSLATED) english = english.replaceAll(native, ` ${translation} `);
  }
  return english
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

function tailAt(words: readonly string[]): { tail: Tail; left: number } | undefined {
  for (let count = Math.min(4, words.length); count > 0; count--) {
    const joined = words.slice(-count).join('');
    const tail = CLASS_OF.get(joined);
    if (tail) return { tail, left: words.length - count };
    const unnumbered = joined.replace(/\d{1,3}$/, '');
    const numbered = unnumbered !== joined ? CLASS_OF.get(unnumbered) : undefined;
    if (numbered && numbered.within > 0) return { tail: numbered, left: words.length - count };
  }
  const last = words.at(-1)!.replace(/\d{1,3}$/, '');
  for (const glued of GLUED) {
    const tail = CLASS_OF.get(glued)!;
    if (last.endsWith(glued) && (last === words.at(-1) || tail.within > 0))
      return { tail, left: words.length };
  }
  return undefined;
}

/** The class of a name that ends in `key` and tells no more; `api key` and its like come before. */
function ofSomeKey(words: readonly string[], issued: boolean): NameClass | undefined {
  const before = words.at(-2);
  if (words.at(-1) !== 'key' || before === undefined) return undefined;
  if (issued || PROVIDERS.has(before)) return 'key';
  return KEYS_OF_THINGS.has(before) || NO_VALUE.has(before) ? undefined : 'some-key';
}

/**
 * What a name tells, or undefined when nothing. `words` as of `wordsOfName`; `issued` when one of them is
 * known to issue keys.
 */
export function classOfName(words: readonly string[], issued = false): NameClass | undefined {
  if (words.length === 0 || words.length > 12) return undefined;
  let end = words.length;
  let found = tailAt(words);
  while (!found && end > 1 && (TRAILERS.has(words[end - 1]!) || /^\d{1,3}$/.test(words[end - 1]!))) {
    end--;
    const shorter = tailAt(words.slice(0, end));
    if (shorter && shorter.tail.within > 0) found = shorter;
    else if (shorter) break;
  }
  if (!found) return ofSomeKey(words, issued);
  const before = words[found.left - 1];
  if (before !== undefined && NO_VALUE.has(before)) return undefined;
  if (found.tail.class !== 'token') return found.tail.class;
  if (before !== undefined && NO_SECRET_TOKEN.has(before)) return undefined;
  return words.length === 1 ? 'token-alone' : 'token';
}
