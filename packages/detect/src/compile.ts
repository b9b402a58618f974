import { type Alignment, alignments } from './carriers/base64.ts';
import { Finder } from './keywords/finder.ts';
import { type Keyword, overBytes } from './keywords/keyword.ts';
import { QUERY_NAMES } from './names/generic.ts';
import { nameKeywords } from './names/telling.ts';
import type { IssuerRule, NamedRule, ParsedRule, PatternRule, Rule } from './rule.ts';

/** What is to be tried where a keyword stands. */
export type Action =
  | { readonly do: 'rule'; readonly rule: PatternRule | ParsedRule }
  | { readonly do: 'assignment' }
  | { readonly do: 'query' }
  | { readonly do: 'option' }
  | { readonly do: 'spaced' }
  | { readonly do: 'near' }
  | { readonly do: 'alone' }
  | { readonly do: 'decode'; readonly phase: number };

export interface CompiledKeyword {
  readonly keyword: Keyword;
  readonly actions: Action[];
}

export interface Compiled {
  readonly finder: Finder;
  /** By the finder's word: the keywords of that text, which differ in their conditions. */
  readonly byWord: readonly (readonly CompiledKeyword[])[];
  readonly keywords: readonly Keyword[];
  readonly named: readonly NamedRule[];
  readonly issuers: readonly IssuerRule[];
}

/** How much must stand before the first slash of a keyword to be told alone. */
const MIN_CUT = 5;

/** Other scripts are not looked for in carriers: decoding keeps to ASCII. */
function isAscii(text: string): boolean {
  return !/[^ -~]/.test(text);
}

/** Carriers that hide a keyword's signs: the keyword stays, its text changes. */
function encodedSpellings(keyword: Keyword): Keyword[] {
  if (!/[^\w.~-]/.test(keyword.text) || !isAscii(keyword.text)) return [];
  const percent = (prefix: string) =>
    keyword.text.replace(
      /[^\w.~-]/g,
      (char) => `%${prefix}${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
    );
  const { exact: _, ...rest } = keyword;
  const slash = keyword.text.indexOf('/');
  // `\/` in JSON: what stands before it is told by the backslash.
  const cut = slash >= MIN_CUT ? [{ text: `${keyword.text.slice(0, slash)}\\` }] : [];
  return [...cut, ...[percent(''), percent('25')].map((text) => ({ ...rest, text }))];
}

/** Names that are looked for in base64 as well, in the cases they are written in: part of most others. */
const ENCODED_NAMES = [
  ...['password', 'Password', 'PASSWORD', 'passwd', 'secret', 'Secret', 'SECRET', 'token', 'Token', 'TOKEN'],
  ...['api_key', 'API_KEY', 'api-key', 'apikey', 'apiKey', 'access_key', 'ACCESS_KEY', 'accessKey'],
];

/** How a keyword's letters are usually written; base64 does not fold them. */
function casings({ text, exact }: Keyword): Iterable<string> {
  if (!isAscii(text)) return [];
  return exact ? [exact] : new Set([text, text.toUpperCase(), text[0]!.toUpperCase() + text.slice(1)]);
}

/** In base64, a short keyword is told only together with what stands before it. */
const LEADS = ['"', "'", '=', ' ', ':', '\n'];

function decodeKeywords(text: string, rule?: PatternRule | ParsedRule): Alignment[] {
  // Where the secret ends with its keyword, nothing need follow.
  const rest = rule?.by === 'pattern' && rule.back ? 0 : undefined;
  const leads = text.length < 4 ? (rule?.leads ?? LEADS) : [];
  return ['', ...leads].flatMap((lead) => alignments(lead + text, rest));
}

/** Options of commands that take a secret as the next word. */
const OPTIONS = [
  'password',
  'passwd',
  'passphrase',
  'token',
  'secret',
  'api-key',
  'apikey',
  'access-key',
  'auth-token',
];

/** Words after which a value may follow without a sign: `api key 8f3a…`. It must look made. */
const SPACED = [
  'api key',
  'apikey',
  'api_key',
  'secret',
  'secret key',
  'secretkey',
  'privatekey',
  'access key',
  'private key',
  'token',
  'password',
];

/** Words after which, with an issuer's name before them, a made value is its key. */
const NEAR_WORDS = ['key', 'secret', 'token', 'access', 'private'];
const NEAR_SIGNS = [' ', '-', '.', '=', ':', ': ', ' = '];

/**
 * Refuses a keyword that JSON would tear apart: a backslash or quote inside it becomes two units in a
 * row, and the prefilter would miss what detection finds.
 */
function checkStable(text: string): void {
  if (/[^ -~\u0080-\uffff]|."|.\\./.test(text)) throw new RangeError('keywords must survive JSON.stringify');
}

/**
 * Prepares rules for scanning. Throws RangeError when a keyword is not in lower case, or would not
 * survive `JSON.stringify`.
 */
export function compile(rules: readonly Rule[]): Compiled {
  const table = new Map<string, CompiledKeyword>();
  const add = (keyword: Keyword, action?: Action) => {
    checkStable(keyword.text);
    const key = JSON.stringify([keyword.text, keyword.exact, keyword.start, keyword.next]);
    const known = table.get(key) ?? { keyword, actions: [] };
    if (action) known.actions.push(action);
    table.set(key, known);
  };
  const addEncoded = (text: string, rule?: PatternRule | ParsedRule) => {
    for (const { keyword, phase } of decodeKeywords(text, rule)) add(keyword, { do: 'decode', phase });
  };
  const addCarried = (keyword: Keyword, action: Action) => {
    add(keyword, action);
    for (const spelling of encodedSpellings(keyword)) add(spelling);
  };

  const named = rules.filter((rule) => rule.by === 'name');
  const issuers = rules.filter((rule) => rule.by === 'issuer');
  for (const rule of rules) {
    if (rule.by === 'name' || rule.by === 'issuer') continue;
    for (const keyword of rule.keywords) {
      addCarried(keyword, { do: 'rule', rule });
      for (const text of casings(keyword)) addEncoded(text, rule);
    }
  }
  for (const keyword of nameKeywords(named.flatMap((rule) => rule.names ?? []))) {
    add(keyword, { do: 'assignment' });
  }
  for (const name of ENCODED_NAMES) addEncoded(name);
  // An object in base64 begins so: it is worth looking into, whatever it holds.
  const object = {
    text: 'eyj',
    exact: 'eyJ',
    start: true,
    next: { kind: 'run', class: 'base64', min: 16 },
  } as const;
  add(object, { do: 'decode', phase: 0 });
  for (const name of QUERY_NAMES) {
    for (const lead of ['?', '&', ';']) {
      const next = { kind: 'run', class: 'base64', min: 8 } as const;
      const keyword: Keyword = { text: `${lead}${name}=`, next };
      addCarried(keyword, { do: 'query' });
    }
  }
  for (const option of OPTIONS) add({ text: `--${option}` }, { do: 'option' });

  for (const name of SPACED) {
    add({ text: `${name} `, next: { kind: 'run', class: 'base64', min: 20 } }, { do: 'spaced' });
  }
  if (issuers.length > 0) {
    for (const word of NEAR_WORDS) {
      for (const sign of NEAR_SIGNS) {
        addCarried({ text: word + sign, next: { kind: 'run', class: 'base64', min: 12 } }, { do: 'near' });
      }
    }
  }
  for (const { name, alone } of issuers.flatMap((rule) => rule.names)) {
    if (!alone) continue;
    add({ text: name, start: true, next: { kind: 'assignment', within: 0 } }, { do: 'alone' });
    // Shorter names stand before too many words.
    if (name.length < 4) continue;
    add({ text: `${name} `, start: true, next: { kind: 'run', class: 'word', min: 24 } }, { do: 'alone' });
  }
  // A sign that Gson and others write so; the view without escapes has the rest.
  add({ text: '\\u003d' });

  const compiled = [...table.values()];
  const words = [...new Set(compiled.map((entry) => entry.keyword.text))];
  const indexOf = new Map(words.map((word, index) => [word, index]));
  const byWord: CompiledKeyword[][] = words.map(() => []);
  for (const entry of compiled) byWord[indexOf.get(entry.keyword.text)!]!.push(entry);
  return {
    finder: new Finder(words),
    byWord,
    keywords: compiled.map((entry) => overBytes(entry.keyword)),
    named,
    issuers,
  };
}
