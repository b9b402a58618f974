import type { Event, Json } from '@tacet/records';
import { utf8 } from './encoding/bytes.ts';

/** A word is cut to this many bytes of UTF-8, at a code point's border. */
export const MAX_WORD_BYTES = 64;
/** A string longer than this, folded, in UTF-8, has words but is no field token. */
export const MAX_FIELD_TOKEN_BYTES = 64;
/** Members whose exact numbers give no token: they are nearly all different, and have clear columns. */
export const UNINDEXED_NUMBERS: ReadonlySet<string> = new Set([
  'duration_ns',
  'input_tokens',
  'output_tokens',
]);
/** One word so long tells as much without its field: ids, digests. */
const LONG_WORD = /^[a-z0-9_]{16,}$/;
/** A path longer than this, in UTF-8, gives no field token. */
export const MAX_PATH_BYTES = 128;

const RUN = /[\p{L}\p{N}\p{M}_]+/gu;
const CJK_CLASS = '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\u30FC]';
const SUB_RUN = new RegExp(`(${CJK_CLASS}+)|((?:(?!${CJK_CLASS})[^])+)`, 'gu');
const HAS_CJK = new RegExp(CJK_CLASS, 'u');
// biome-ignore lint/suspicious/noControlCharactersInRegex: the whole of ASCII is meant
const ASCII = /^[\x00-\x7f]*$/;

/** What case and width make no difference to: NFKC, then lower case without regard to locale. */
export function fold(text: string): string {
  return ASCII.test(text) ? text.toLowerCase() : text.normalize('NFKC').toLowerCase();
}

/** UTF-8 length; a lone surrogate counts 3, as the U+FFFD it becomes. */
function utf8Length(text: string): number {
  return ASCII.test(text) ? text.length : utf8(text).length;
}

/** The longest start of `text` that has at most `max` bytes of UTF-8 and splits no code point. */
function cutTo(text: string, max: number): string {
  if (text.length * 3 <= max || utf8Length(text) <= max) return text;
  let bytes = 0;
  let end = 0;
  for (const char of text) {
    const code = char.codePointAt(0)!;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (bytes > max) break;
    end += char.length;
  }
  return text.slice(0, end);
}

function addRun(run: string, words: string[]): void {
  if (ASCII.test(run) || !HAS_CJK.test(run)) {
    words.push(cutTo(run, MAX_WORD_BYTES));
    return;
  }
  for (const [part, cjk] of run.matchAll(SUB_RUN)) {
    if (cjk === undefined) {
      words.push(cutTo(part, MAX_WORD_BYTES));
      continue;
    }
    const chars = [...cjk];
    for (let i = 1; i < chars.length; i++) words.push(chars[i - 1]! + chars[i]!);
  }
}

/**
 * The words of a text in order, repeats included: runs of letters, numbers, marks and `_` in the folded
 * text; Chinese, Japanese and Korean runs as overlapping pairs of characters.
 */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const [run] of fold(text).matchAll(RUN)) addRun(run, words);
  return words;
}

/**
 * Whether a string gives a token of its field: at most 64 bytes, and not one long word. What has none
 * is found by its words. Numbers and booleans always have one. @param folded result of `fold`.
 */
export function hasValueToken(folded: string): boolean {
  if (folded.length === 0 || folded.length > MAX_FIELD_TOKEN_BYTES || LONG_WORD.test(folded)) return false;
  return utf8Length(folded) <= MAX_FIELD_TOKEN_BYTES;
}

type Add = (field: string, token: string) => void;

/** The name a query uses for a path: a leading `attributes.` is dropped; undefined when too long. */
function fieldOf(path: string): string | undefined {
  const field = path.startsWith('attributes.') ? path.slice('attributes.'.length) : path;
  return utf8Length(field) > MAX_PATH_BYTES ? undefined : field;
}

/**
 * Gives the tokens of one string to `add`: its words, and itself as a value of `field`, which is undefined where no field token is due.
 */
export function tokensOfText(text: string, field: string | undefined, add: Add): void {
  for (const word of wordsOf(text)) add('', word);
  if (field === undefined || text.length > 4 * MAX_FIELD_TOKEN_BYTES) return;
  const folded = fold(text);
  if (hasValueToken(folded)) add(field, folded);
}

function walk(value: Json | undefined, path: string, add: Add): void {
  if (value === null || value === undefined) return;
  if (typeof value === 'string') {
    tokensOfText(value, fieldOf(path), add);
  } else if (typeof value === 'object') {
    if (Array.isArray(value)) for (const entry of value) walk(entry, path, add);
    else for (const key of Object.keys(value)) walk(value[key], `${path}.${key}`, add);
  } else {
    const field = fieldOf(path);
    if (field !== undefined) add(field, fold(String(value)));
  }
}

/**
 * Gives every token of an event to `add`, repeats included, in no promised order. This is the reference:
 * a faster tokenizer must give the same set (docs/format.md, Tokens).
 */
export function tokensOfEvent(event: Event, add: (field: string, token: string) => void): void {
  for (const [name, value] of Object.entries(event)) {
    if (name === 'time') continue;
    if (name === 'secrets') {
      for (const kind of Object.keys(event.secrets ?? {})) add('secrets', fold(kind));
      continue;
    }
    if (typeof value === 'number' && UNINDEXED_NUMBERS.has(name)) continue;
    walk(value as Json, name, add);
  }
}
