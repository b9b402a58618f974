import { type Alignment, alignments } from './carriers/base64.ts';
import { inHex } from './carriers/hex.ts';
import { Finder } from './keywords/finder.ts';
import { type Keyword, overBytes } from './keywords/keyword.ts';
import { OPENING } from './marker.ts';
import { QUERY_NAMES } from './names/generic.ts';
import { nameKeywords } from './names/telling.ts';
import type { ForeignRule, IssuerRule, NamedRule, ParsedRule, PatternRule, Rule } from './rule.ts';

/** What is to be tried where a keyword stands. */
export type Action =
  | { readonly do: 'rule'; readonly rule: PatternRule | ParsedRule }
  | { readonly do: 'foreign'; readonly rule: ForeignRule }
  | { readonly do: 'assignment' }
  | { readonly do: 'query' }
  | { readonly do: 'option' }
  | { readonly do: 'argument' }
  | { readonly do: 'spaced' }
  | { readonly do: 'near' }
  | { readonly do: 'alone' }
  | { readonly do: 'decode'; readonly phase: number }
  | { readonly do: 'unhex' };

export interface CompiledKeyword {
  readonly keyword: Keyword;
  readonly actions: Action[];
}

export interface Compiled {
  readonly finder: Finder;
  /** By the finder's word: the keywords of that text, which differ in their conditions. */
  readonly byWord: readonly (readonly CompiledKeyword[])[];
  readonly keywords: readonly Keyword[];
  /** By number of a keyword, what it leads to. */
  readonly entries: readonly CompiledKeyword[];
  /** By number of a keyword: the users' rules that it leads to, when it leads nowhere else. */
  readonly foreignBy: readonly (readonly ForeignRule[] | undefined)[];
  readonly named: readonly NamedRule[];
  readonly issuers: readonly IssuerRule[];
  /** Whether any rule is a user's. */
  readonly foreign: boolean;
  /** Those of them that no keyword announces: they are tried in every text. */
  readonly everywhere: readonly ForeignRule[];
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

/**
 * What is looked for in hexadecimal: logs are full of it, so every keyword more costs, and few people log keys
 * so. Where all encoded texts are looked into, these are needed for short ones only.
 */
const IN_HEX = [
  ...ENCODED_NAMES,
  ...[
    'sk-proj-',
    'sk-ant-',
    'ghp_',
    'github_pat_',
    'glpat-',
    'AKIA',
    'xoxb-',
    'sk_live_',
    'AIza',
    'eyJhbGci',
  ],
  ...['-----BEGIN ', 'postgres', 'mongodb', 'mysql', 'redis'],
];

/** How a keyword's letters are usually written; base64 does not fold them. */
function casings({ text, exact }: Keyword): Iterable<string> {
  if (!isAscii(text)) return [];
  return exact ? [exact] : new Set([text, text.toUpperCase(), text[0]!.toUpperCase() + text.slice(1)]);
}

/** In base64, a short keyword is told only together with what stands before it. */
const LEADS = ['"', "'", '=', ' ', ':', '\n'];

function decodeKeywords(text: string, rest: number | undefined, rule: Rule | undefined): Alignment[] {
  const own = rule?.by === 'pattern' || rule?.by === 'parser' ? rule.leads : undefined;
  const leads = text.length < 4 ? (own ?? LEADS) : [];
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

/** Functions that take a name and then its value, or what it is without one: `getenv("API_KEY", "…")`. */
const CALLS = ['define(', 'define (', 'env(', 'environ.get(', 'env.get(', 'env.fetch(', 'process.env.']
  .concat(['setproperty(', 'putstring(', 'header(', 'headers.set(', 'headers.append('])
  .concat(['buildconfigfield', 'resvalue']);

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

/** Keywords and what they lead to, as they are gathered. */
class Table {
  readonly #entries = new Map<string, CompiledKeyword>();

  add(keyword: Keyword, action?: Action): void {
    checkStable(keyword.text);
    const key = JSON.stringify([keyword.text, keyword.exact, keyword.start, keyword.next]);
    const known = this.#entries.get(key) ?? { keyword, actions: [] };
    if (action) known.actions.push(action);
    this.#entries.set(key, known);
  }

  /** In base64. */
  addEncoded(text: string, rule?: Rule): void {
    // Where the secret ends with its keyword, nothing need follow.
    const rest = rule?.by === 'pattern' && rule.back ? 0 : undefined;
    for (const { keyword, phase } of decodeKeywords(text, rest, rule))
      this.add(keyword, { do: 'decode', phase });
  }

  /** Also where an encoding hides the keyword's signs. */
  addCarried(keyword: Keyword, action: Action): void {
    this.add(keyword, action);
    for (const spelling of encodedSpellings(keyword)) this.add(spelling);
  }

  get entries(): CompiledKeyword[] {
    return [...this.#entries.values()];
  }
}

/** Names under which whatever was made, or chosen, is a secret. */
function addNames(table: Table, named: readonly NamedRule[]): void {
  for (const keyword of nameKeywords(named.flatMap((rule) => rule.names ?? []))) {
    table.add(keyword, { do: 'assignment' });
  }
  for (const text of IN_HEX) {
    const hex = inHex(text);
    if (hex) table.add(hex, { do: 'unhex' });
  }
  for (const name of ENCODED_NAMES) {
    table.addEncoded(name);
    // Commands of PowerShell are UTF-16 in base64.
    table.addEncoded([...name].join('\0'));
  }
  for (const name of QUERY_NAMES) {
    for (const lead of ['?', '&', ';']) {
      const next = { kind: 'run', class: 'base64', min: 8 } as const;
      table.addCarried({ text: `${lead}${name}=`, next }, { do: 'query' });
    }
  }
  for (const text of CALLS) table.add({ text }, { do: 'argument' });
  for (const option of OPTIONS) table.add({ text: `--${option}` }, { do: 'option' });
  for (const name of SPACED) {
    table.add({ text: `${name} `, next: { kind: 'run', class: 'base64', min: 20 } }, { do: 'spaced' });
  }
}

function addIssuers(table: Table, issuers: readonly IssuerRule[]): void {
  if (issuers.length === 0) return;
  for (const word of NEAR_WORDS) {
    for (const sign of NEAR_SIGNS) {
      table.addCarried(
        { text: word + sign, next: { kind: 'run', class: 'base64', min: 12 } },
        { do: 'near' },
      );
    }
  }
  for (const { name, alone } of issuers.flatMap((rule) => rule.names)) {
    if (!alone) continue;
    table.add({ text: name, start: true, next: { kind: 'assignment', within: 0 } }, { do: 'alone' });
    // Shorter names stand before too many words.
    if (name.length < 4) continue;
    table.add(
      { text: `${name} `, start: true, next: { kind: 'run', class: 'word', min: 24 } },
      { do: 'alone' },
    );
  }
}

/** An object in base64 begins so: it is worth looking into, whatever it holds. */
const ENCODED_OBJECT: Keyword = {
  text: 'eyj',
  exact: 'eyJ',
  start: true,
  next: { kind: 'run', class: 'base64', min: 16 },
};

/** Where signs are hidden, nothing else need stand: the views without escapes and entities have the rest. */
const SIGNS = [
  // Gson, Go and others write so.
  ...['\\u003d', '\\u003e', '\\u0026quot', '\\u0026#'],
  ...['&#', '&quot;', '&apos;', '&gt;', '&equals;', '&colon;'],
  // UTF-16 that was read byte by byte.
  ...['\\u0000', '%00'],
];

/** Stands in the JSON of every row: for rules that no keyword announces, every row is worth a look. */
const EVERY_ROW: Keyword = { text: '":' };

/**
 * Prepares rules for scanning. Throws RangeError when a keyword is not in lower case, or would not
 * survive `JSON.stringify`.
 */
export function compile(rules: readonly Rule[]): Compiled {
  const named = rules.filter((rule) => rule.by === 'name');
  const issuers = rules.filter((rule) => rule.by === 'issuer');
  const foreign = rules.filter((rule) => rule.by === 'foreign');
  const everywhere = foreign.filter(({ keywords }) => keywords.length === 0);
  const table = new Table();
  for (const rule of rules) {
    if (rule.by === 'name' || rule.by === 'issuer') continue;
    for (const keyword of rule.keywords) {
      table.addCarried(keyword, rule.by === 'foreign' ? { do: 'foreign', rule } : { do: 'rule', rule });
      for (const text of casings(keyword)) table.addEncoded(text, rule);
    }
  }
  // Names tell whatever the rules are, unless these are a user's and nothing else.
  if (rules.length === 0 || foreign.length < rules.length) addNames(table, named);
  addIssuers(table, issuers);
  table.add(ENCODED_OBJECT, { do: 'decode', phase: 0 });
  // Rows with what a sender wrote in the form of a marker are looked at, too.
  table.add({ text: OPENING, exact: OPENING });
  for (const text of SIGNS) {
    table.add({ text });
    for (const spelling of encodedSpellings({ text })) table.add(spelling);
  }

  const compiled = table.entries;
  const words = [...new Set(compiled.map((entry) => entry.keyword.text))];
  const indexOf = new Map(words.map((word, index) => [word, index]));
  const byWord: CompiledKeyword[][] = words.map(() => []);
  for (const entry of compiled) byWord[indexOf.get(entry.keyword.text)!]!.push(entry);
  const keywords = compiled.map((entry) => overBytes(entry.keyword));
  return {
    finder: new Finder(words),
    byWord,
    keywords: everywhere.length > 0 ? [...keywords, EVERY_ROW] : keywords,
    entries: compiled,
    foreignBy: compiled.map(({ actions }) => {
      const rules = actions.flatMap((action) => (action.do === 'foreign' ? [action.rule] : []));
      return rules.length > 0 && rules.length === actions.length ? rules : undefined;
    }),
    named,
    issuers,
    foreign: foreign.length > 0,
    everywhere,
  };
}
