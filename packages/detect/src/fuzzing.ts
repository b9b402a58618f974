import type { Detector } from './detector.ts';
import { RULES } from './rules/index.ts';
import { fill } from './template.ts';

/** What detection has an opinion on: signs of every carrier, names, halves of markers. */
const FRAGMENTS = [
  ...[
    '"',
    "'",
    '`',
    '\\',
    '\\"',
    '\\n',
    '\\u0022',
    '\\u',
    '%',
    '%22',
    '%2522',
    '%3D',
    '%u',
    '&quot;',
    '&#34;',
    '&#x',
    '&amp;',
  ],
  ...[
    '\0',
    '\n',
    '\r\n',
    '\t',
    '\u001b[31m',
    '\ud800',
    '\udc00',
    '\u{1f511}',
    '：',
    '密码',
    'ß',
    '\u212a',
    '\uffff',
  ],
  ...[
    '=',
    ':',
    ': ',
    '=>',
    '":"',
    '","value":"',
    '@',
    '://',
    '//',
    '?',
    '&',
    ';',
    ',',
    '{',
    '}',
    '[',
    ']',
    '<',
    '>',
    '|',
  ],
  ...[
    'password',
    'PASSWORD=',
    'api_key',
    '--token',
    'secret ',
    'Bearer ',
    'Basic ',
    'authorization',
    'Cookie: ',
    'key',
  ],
  ...[
    '[secret:',
    '[secret:github-token]',
    '-----BEGIN PRIVATE KEY-----',
    '-----END',
    'eyJ',
    'ghp_',
    'AKIA',
    'postgres://u:',
  ],
  ...[
    'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    '0'.repeat(40),
    'f'.repeat(64),
    'a'.repeat(300),
    ' '.repeat(60),
    '-'.repeat(90),
  ],
];

const encode = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));
const utf8 = (text: string) => new TextEncoder().encode(text);
const CODES: readonly ((text: string) => string)[] = [
  (text) => JSON.stringify({ a: text }),
  (text) => encodeURIComponent(text.toWellFormed()),
  (text) => encode(utf8(text)),
  (text) => [...utf8(text)].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
  (text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`),
  (text) => [...text].join('\0'),
];
/** Longer lines are cut: encodings grow them. Most are of a log's length, so that many are tried. */
const [LONGEST, USUAL] = [6000, 800];
const LONG_OF = 16;

/** Lines without an end: `given`, and those that rules find, changed in a few places. `random` gives [0, 1). */
export function* mutatedLines(given: readonly string[], random: () => number): Generator<string> {
  const below = (count: number) => Math.floor(random() * count);
  const one = <T>(list: readonly T[]): T => list[below(list.length)]!;
  const planted = () => fill(one(one(RULES).positive), random);
  const base = () => (given.length > 0 && random() < 0.5 ? one(given) : planted());
  const changes: readonly ((line: string) => string)[] = [
    (line) => splice(line, below(line.length + 1), 0, one(FRAGMENTS)),
    (line) => splice(line, below(line.length + 1), 0, planted()),
    (line) => splice(line, below(line.length + 1), below(12), ''),
    (line) => splice(line, below(line.length + 1), 1, String.fromCharCode(below(0x250))),
    (line) => splice(line, below(line.length + 1), 1, String.fromCharCode(below(0x10000))),
    (line) => line.slice(0, below(line.length + 1)),
    (line) => line.slice(below(line.length + 1)),
    (line) => line.repeat(1 + below(3)),
    (line) => line.slice(0, below(line.length + 1)) + base(),
    (line) => one(CODES)(line),
  ];
  for (;;) {
    const most = below(LONG_OF) === 0 ? LONGEST : USUAL;
    let line = base().slice(0, most);
    for (let count = below(6); count >= 0; count--) line = one(changes)(line).slice(0, most);
    yield line;
  }
}

function splice(line: string, at: number, removed: number, added: string): string {
  return line.slice(0, at) + added + line.slice(at + removed);
}

/**
 * What is wrong with how `detector` takes `line`, if anything is: an offset outside of it, a secret that stays, or
 * one that the filter of rows would miss. A thorough detector has no such filter.
 */
export function wrongWith(detector: Detector, line: string, filtered = true): string | undefined {
  const { findings, suppressed } = detector.explain(line);
  let last = 0;
  for (const { start, end, kind } of findings) {
    if (start < last || end <= start || end > line.length)
      return `${kind} at ${start} to ${end} of ${line.length}`;
    last = end;
  }
  for (const { start, end, kind } of suppressed) {
    if (start < 0 || end < start || end > line.length)
      return `left ${kind} at ${start} to ${end} of ${line.length}`;
  }
  if (detector.places(line).some((place) => place < 0 || place > line.length)) return 'a place outside';
  if (filtered && findings.length > 0 && !detector.mayHold(JSON.stringify({ body: line })))
    return 'the filter says no';
  // Without any, it does what was done already.
  if (findings.length > 0 && detector.scrubText(line).found.length < findings.length)
    return 'fewer were cut out than found';
  return undefined;
}
