import type { Json } from '@tacet/records';
import { addMember, type Members } from '../members.ts';

const SPACE = /\s*/y;
const STRING = /'((?:[^'\\]|\\.|'')*)'/sy;
const WORD = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|NULL/y;
const ESCAPES: { readonly [letter: string]: string } = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  '0': '\0',
};
const MAX_DEPTH = 32;

/**
 * The value of an array, map or tuple as ClickHouse writes it into a column of text:
 * `['a','b']`, `{'k':'v'}`, `('a',1)`, with backslash escapes or doubled quotes in strings.
 *
 * @returns undefined when the text is none
 */
export function clickHouseLiteral(text: string): Json | undefined {
  if (!/^[[{(]/.test(text)) return undefined;
  let at = 0;

  function token(pattern: RegExp): RegExpExecArray | null {
    SPACE.lastIndex = at;
    SPACE.exec(text);
    pattern.lastIndex = SPACE.lastIndex;
    const match = pattern.exec(text);
    if (match) at = pattern.lastIndex;
    return match;
  }

  function value(depth: number): Json {
    if (depth > MAX_DEPTH) throw new RangeError('too deep');
    if (token(/[[(]/y)) return list(depth);
    if (token(/\{/y)) return map(depth);
    const string = token(STRING);
    if (string) return unescapeText(string[1]!);
    const word = token(WORD)?.[0];
    if (word === undefined) throw new SyntaxError('no literal');
    if (word === 'NULL') return null;
    if (word === 'true' || word === 'false') return word === 'true';
    return Number.isSafeInteger(Number(word)) || word.includes('.') ? Number(word) : word;
  }

  function list(depth: number): Json[] {
    const items: Json[] = [];
    if (token(/[\])]/y)) return items;
    do items.push(value(depth + 1));
    while (token(/,/y));
    if (!token(/[\])]/y)) throw new SyntaxError('no literal');
    return items;
  }

  function map(depth: number): Members {
    const members: Members = {};
    if (token(/\}/y)) return members;
    do {
      const key = value(depth + 1);
      if (!token(/:/y)) throw new SyntaxError('no literal');
      addMember(members, typeof key === 'string' ? key : JSON.stringify(key), value(depth + 1));
    } while (token(/,/y));
    if (!token(/\}/y)) throw new SyntaxError('no literal');
    return members;
  }

  try {
    const result = value(0);
    token(SPACE);
    return at === text.length ? result : undefined;
  } catch {
    return undefined;
  }
}

function unescapeText(text: string): string {
  return text.replace(/\\(.)|''/gs, (_all, letter?: string) => (letter ? (ESCAPES[letter] ?? letter) : "'"));
}
