import { TacetError } from '@tacet/records';
import { type Matcher, RE2JS } from 're2js';
import type { Span } from '../rule.ts';
import { Program } from './program.ts';
import { Search } from './search.ts';
import { Walk } from './walk.ts';

/** A match of a foreign pattern, without its preamble. */
export interface ForeignMatch extends Span {
  readonly groups: readonly (Span | undefined)[];
}

/**
 * Programs of more instructions are refused: their repetitions are beyond any secret, and where the text makes them
 * match, time grows with their size.
 */
const MAX_PROGRAM = 5_000;

/** What may be done for a text, in steps along it: so much, and so much more for each unit. */
const FREE_WORK = 1 << 13;
const WORK_EACH = 8;
/** What the engine does for a unit. */
const ENGINE_WORK = 32;

/**
 * What many patterns begin with: some letters of the name before. It costs more than all the rest, and
 * leads nowhere else; see `matches`.
 */
const PREAMBLE = /^(?<flags>(?:\(\?i\))?)\[\\w\.-\]\{0,(?<most>\d{1,3})\}\?/;
/** For the engine: only from the beginning of the text. */
const ANCHORED = 1;
const PREAMBLE_LETTER = /[\w.-]/;

/**
 * A pattern in the dialect of Go (RE2). The engine never goes back in the text: a look takes time in
 * proportion to the text's length, whatever the pattern.
 */
export class ForeignPattern {
  /** Without a preamble. */
  readonly program: Program;
  readonly groupCount: number;
  readonly #preamble: number;
  readonly #pattern: RE2JS;
  /** The same behind any one character, which boundaries look at. */
  readonly #behind: RE2JS;
  /** From where a match begins. */
  readonly walk: Walk;
  /** Tells most texts without a match, faster than the engine. */
  readonly #search: Search;

  /** How many instructions it is. */
  get size(): number {
    return this.#pattern.programSize();
  }

  /** @throws RULES_INVALID; `place` says where the pattern stands */
  constructor(source: string, place: string) {
    compiled(source, place);
    const { flags = '', most = '0' } = PREAMBLE.exec(source)?.groups ?? {};
    const body = source.replace(PREAMBLE, flags);
    this.#preamble = Number(most);
    this.#pattern = compiled(body, place);
    this.#behind = compiled(`(?s:.)(?:${body})`, place);
    this.program = new Program(this.#pattern);
    this.walk = new Walk(this.program);
    this.#search = new Search(this.program);
    this.groupCount = this.#pattern.groupCount();
  }

  test(text: string): boolean {
    return this.#search.mayMatch(text) && this.#pattern.test(text);
  }

  /** All matches in `text` that begin at `from` or later, in order, without overlaps. */
  *matches(text: string, from: number): Generator<ForeignMatch> {
    if (!this.#search.mayMatch(text)) return;
    let next = from;
    // The engine goes along all ways at once: it has only what begins where a match may, if that is not too much.
    let work = this.walk.work + FREE_WORK + WORK_EACH * text.length;
    while (next <= text.length) {
      const at = this.walk.next(text, next, work);
      if (at === undefined) break;
      if (at > text.length) return;
      const end = Math.min(text.length, this.walk.ends(text, at, text.length) + 1);
      work -= ENGINE_WORK * (end - at + 1);
      const match = this.at(text, at, end);
      if (match) yield match;
      next = match && match.end > at ? match.end : at + 1;
    }
    if (next > text.length) return;
    const matcher = this.#pattern.matcher(text);
    for (let found = matcher.find(next); found; found = matcher.find()) {
      yield { start: matcher.start(), end: matcher.end(), groups: this.#groups(matcher) };
    }
  }

  /** The match that begins at `at`, of those that end at `end` or before. */
  at(text: string, at: number, end: number): ForeignMatch | undefined {
    const offset = Math.max(0, at - 1);
    const part = text.slice(offset, end);
    const pattern = at === 0 ? this.#pattern : this.#behind;
    // A matcher would look once for the match, and once more for its groups.
    const [found, spans] = pattern.re2().matchWithGroup(part, 0, part.length, ANCHORED, 1 + this.groupCount);
    if (!found) return undefined;
    const groups = Array.from({ length: this.groupCount }, (_, index) => {
      const start = spans[2 * index + 2] ?? -1;
      return start < 0 ? undefined : { start: offset + start, end: offset + spans[2 * index + 3] };
    });
    return { start: at, end: offset + spans[1], groups };
  }

  /** Where a match begins with its preamble, which may go back to `last`. */
  beginning(text: string, { start }: ForeignMatch, last: number): number {
    const first = Math.max(last, start - this.#preamble);
    let at = start;
    while (at > first && PREAMBLE_LETTER.test(text[at - 1]!)) at--;
    return at;
  }

  #groups(matcher: Matcher): ForeignMatch['groups'] {
    return Array.from({ length: this.groupCount }, (_, index) => {
      const start = matcher.start(index + 1);
      return start < 0 ? undefined : { start, end: matcher.end(index + 1) };
    });
  }
}

function compiled(source: string, place: string): RE2JS {
  let pattern: RE2JS;
  try {
    pattern = RE2JS.compile(source);
  } catch (error) {
    const { error: reason } = error as { error?: unknown };
    const why = typeof reason === 'string' ? ` (${reason})` : '';
    throw new TacetError('RULES_INVALID', `${place}: this regular expression is not supported${why}`);
  }
  if (pattern.programSize() > MAX_PROGRAM) throw tooLarge(place);
  return pattern;
}

export function tooLarge(place: string): TacetError {
  return new TacetError('RULES_INVALID', `${place}: this regular expression is too large`);
}
