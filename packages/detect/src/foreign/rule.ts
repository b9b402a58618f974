import { TacetError } from '@tacet/records';
import type { Keyword } from '../keywords/keyword.ts';
import type { ForeignRule, ForeignSpan, Span } from '../rule.ts';
import { OWN_PAGE } from '../rules/revocation.ts';
import { linesAround } from '../scan/line.ts';
import { entropy } from '../values/made.ts';
import { type Allowlist, allowlistOf, anyOf, type Seen } from './allowlist.ts';
import type { ForeignAllowlist, ForeignRow } from './config.ts';
import { filterOf } from './expression.ts';
import { type ForeignMatch, ForeignPattern, tooLarge } from './pattern.ts';
import { around, pieces } from './regions.ts';
import { type Units, Walk } from './walk.ts';

/** Instructions of a pattern that no keyword announces. */
const MAX_ALONE = 1_000;
/** A pattern whose matches may be longer is looked for in the whole text. */
const MAX_REACH = 4096;
/** Most matches without a limit end before this length. */
const USUAL = 1024;
/** They are found up to this one. */
const LONG = 32 << 10;
/** Rules of betterleaks yield to those that are more specific. */
const USUAL_SPECIFICITY = 100;

/** Findings and what they require are compared one by one up to so many pairs. */
const MAX_PAIRS = 1_000_000;

/** What a look ahead says of the places up to `until`. */
interface Ahead {
  readonly match: ForeignMatch | undefined;
  readonly until: number;
}

/** What holds for every rule of a file. */
export interface Everywhere {
  readonly allowlists: readonly Allowlist[];
  readonly filter: ((seen: Seen) => boolean) | undefined;
}

/** What is to be found with a rule for it to count. */
export interface Requirement {
  readonly rule: ForeignMatcher;
  readonly withinLines?: number | undefined;
  readonly withinColumns?: number | undefined;
}

/** A rule of a file, compiled. */
export class ForeignMatcher {
  readonly row: ForeignRow;
  readonly pattern: ForeignPattern;
  /** What must stand in a text for the rule to be tried; undefined when nothing need. */
  readonly keywords: readonly string[] | undefined;
  requirements: readonly Requirement[] = [];
  readonly #path: ForeignPattern | undefined;
  readonly #allowlists: readonly Allowlist[];
  readonly #filters: readonly ((seen: Seen) => boolean)[];
  /** How far a match reaches from its keyword; undefined where there is no saying. */
  readonly #reach: number | undefined;
  /** Whether every match begins with a keyword. */
  readonly #begins: boolean;
  /** Tells where a keyword stands that is the first of no match; undefined where there is no saying. */
  readonly #walk: Walk | undefined;
  /** Of a rule whose matches have no limit: whether a text holds what a match holds beside a keyword. */
  readonly #required: ((text: string) => boolean) | undefined;
  /** Whether all keywords stand as they are in every encoding: else the first of a match may not be seen. */
  readonly #plain: boolean;

  /** @throws RULES_INVALID */
  constructor(row: ForeignRow, everywhere: Everywhere, place: string) {
    this.row = row;
    this.pattern = new ForeignPattern(row.regex!, `${place}: regex`);
    if ((row.secretGroup ?? 0) > this.pattern.groupCount)
      throw new TacetError('RULES_INVALID', `${place}: secretGroup ${row.secretGroup} is none of the regex`);
    this.#path = row.path === undefined ? undefined : new ForeignPattern(row.path, `${place}: path`);
    this.#allowlists = [...everywhere.allowlists, ...ownLists(row, place)];
    const filter = row.filter === undefined ? undefined : filterOf(row.filter, place);
    this.#filters = [everywhere.filter, filter].filter((one) => one !== undefined);
    const { program } = this.pattern;
    const given = [...new Set(row.keywords?.map((keyword) => keyword.toLowerCase()))];
    if (given.length > 0 && !given.includes('')) this.keywords = given;
    else {
      const literal = program.literal();
      this.keywords = literal === undefined ? undefined : [literal];
    }
    // What is tried in every text must be small: whoever writes texts could make all of it work.
    if (!this.keywords && this.pattern.size > MAX_ALONE) throw tooLarge(`${place}: regex, without keywords`);
    const whole = this.keywords?.every(isTrigger) ? this.keywords : undefined;
    this.#begins = whole !== undefined && program.beginsWith(whole);
    const before = whole && program.beforeKeyword(whole);
    if (before) this.#walk = this.#begins ? this.pattern.walk : new Walk(program, before);
    this.#plain = whole?.every(isPlain) ?? false;
    const longest = program.longest();
    if (longest <= MAX_REACH && (before || (this.keywords && program.alwaysHolds(this.keywords))))
      this.#reach = longest;
    else if (this.#walk) {
      const required = program.required(this.keywords!);
      this.#required = required && anyOf(required);
    }
  }

  /** What it finds in `text`, of whose keywords one begins at each of `places`, or anywhere if undefined. */
  find(text: string, places: readonly number[] | undefined, path: string): ForeignSpan[] {
    return places || this.#mayMatch(text) ? this.findAll(text, path, places) : [];
  }

  /** The same, whether a keyword stands there or not, as another rule requires it. */
  findAll(text: string, path: string, places?: readonly number[]): ForeignSpan[] {
    if (this.#path && !this.#path.test(path)) return [];
    if (this.#allowlists.some((list) => list.allowsPath(path))) return [];
    const found: ForeignSpan[] = [];
    let last = 0;
    for (const match of this.#matches(text, places)) {
      found.push(this.#judged(text, match, this.pattern.beginning(text, match, last), path));
      last = match.end;
    }
    return this.requirements.length === 0 ? found : this.#accompanied(text, found, path);
  }

  /**
   * Whether the keyword at `at` may be the first of a match, or may once what hides signs before `end` is
   * undone.
   */
  mayBegin(unitAt: Units, at: number, end: number): boolean {
    return !this.#plain || (this.#walk?.mayMatchHidden(unitAt, at, end) ?? true);
  }

  #matches(text: string, places: readonly number[] | undefined): Iterable<ForeignMatch> {
    if (places && this.#required?.(text) === false) return [];
    const likely = places && this.#walk ? this.#walk.among(text, places) : places;
    const sorted = likely?.toSorted((a, b) => a - b);
    if (sorted?.length === 0) return [];
    if (sorted && this.#begins) return this.#atPlaces(text, sorted);
    if (sorted && this.#reach) return this.#within(text, around(text, sorted, this.#reach));
    if (sorted && !this.#mayMatch(text)) return [];
    return this.#within(text, pieces(text, { start: 0, end: text.length }, LONG));
  }

  /** Matches that begin where a keyword does. */
  *#atPlaces(text: string, places: readonly number[]): Generator<ForeignMatch> {
    const usual = this.#reach ?? USUAL;
    let last = 0;
    let ahead: Ahead | undefined;
    for (const place of places) {
      if (place < last) continue;
      const limit = Math.min(text.length, place + usual + 1);
      const ends = this.#walk?.ends(text, place, limit) ?? limit;
      let match = this.pattern.at(text, place, Math.min(limit, ends + 1));
      // Without a limit it may end beyond.
      if (!this.#reach && ends === limit && limit < text.length && (!match || match.end === limit)) {
        if (!ahead || ahead.until < place) ahead = this.#lookAhead(text, place);
        match = ahead.match?.start === place ? ahead.match : undefined;
      }
      if (!match) continue;
      last = match.end;
      yield match;
    }
  }

  /** The first match after `from`: one look answers for many places. */
  #lookAhead(text: string, from: number): Ahead {
    const offset = Math.max(0, from - 1);
    const part = text.slice(offset, from + 2 * LONG);
    const [match] = this.pattern.matches(part, from - offset).take(1);
    if (!match) return { match, until: from + LONG };
    const placed = moved(match, offset);
    return { match: placed, until: placed.start };
  }

  /** Matches that lie within one of the spans. */
  *#within(text: string, spans: Iterable<Span>): Generator<ForeignMatch> {
    let last = 0;
    for (const span of spans) {
      // Most have nothing, which a look at the whole says soonest, where places say nothing.
      if (!this.#walk && !this.pattern.test(text.slice(span.start, span.end))) continue;
      for (const piece of pieces(text, span, this.#reach ?? LONG)) {
        const part = text.slice(piece.start, piece.end);
        for (const match of this.pattern.matches(part, Math.max(piece.from, last) - piece.start)) {
          if (piece.start + match.start >= piece.to) break;
          // The end of a piece is no end of the text.
          if (piece.end < text.length && match.end === part.length) continue;
          last = piece.start + match.end;
          yield moved(match, piece.start);
        }
      }
    }
  }

  /** Keywords are looked for by parts of them where they are long or hold signs. */
  #mayMatch(text: string): boolean {
    const folded = text.toLowerCase();
    return this.keywords?.some((keyword) => folded.includes(keyword)) ?? true;
  }

  #judged(text: string, match: ForeignMatch, start: number, path: string): ForeignSpan {
    const span = this.#secretOf(text, { ...match, start });
    const seen: Seen = {
      secret: text.slice(span.start, span.end),
      match: text.slice(start, match.end).replace(/^\n+|\n+$/g, ''),
      line: linesAround(text, { start, end: match.end }),
      path,
      text,
      start,
      end: match.end,
    };
    const placed = { ...span, at: start };
    const threshold = this.row.entropy ?? 0;
    if (threshold !== 0 && entropy(seen.secret) <= threshold) return { ...placed, reason: 'entropy' };
    const allowed =
      this.#allowlists.some((list) => list.allows(seen)) || this.#filters.some((filter) => filter(seen));
    return allowed ? { ...placed, reason: 'allowlist' } : placed;
  }

  /** The group that is named, or else the first that is not empty, or else the match. */
  #secretOf(text: string, match: ForeignMatch): Span {
    const { secretGroup } = this.row;
    if (secretGroup) return match.groups[secretGroup - 1] ?? { start: match.start, end: match.start };
    const group = match.groups.find((one) => one !== undefined && one.end > one.start);
    if (group) return group;
    let { start, end } = match;
    while (start < end && text[start] === '\n') start++;
    while (start < end && text[end - 1] === '\n') end--;
    return { start, end };
  }

  /** Those with all that they require near them. */
  #accompanied(text: string, spans: readonly ForeignSpan[], path: string): ForeignSpan[] {
    if (spans.every(({ reason }) => reason !== undefined)) return [...spans];
    const near = this.requirements.map((requirement) => {
      const found = requirement.rule.findAll(text, path).filter(({ reason }) => !reason);
      return { ...requirement, places: placesOf(text, found) };
    });
    const own = placesOf(text, spans);
    const pairs = spans.length * near.reduce((sum, { places }) => sum + places.length, 0);
    // Of so many nobody could tell which belong together: better one too many than one too few.
    if (pairs > MAX_PAIRS && near.every(({ places }) => places.length > 0)) return [...spans];
    return spans.map((span, index) => {
      const { line, column } = own[index]!;
      const all = near.every(({ places, withinLines, withinColumns }) =>
        places.some(
          (place) =>
            Math.abs(place.line - line) <= (withinLines ?? Number.POSITIVE_INFINITY) &&
            Math.abs(place.column - column) <= (withinColumns ?? Number.POSITIVE_INFINITY),
        ),
      );
      return all || span.reason ? span : { ...span, reason: 'required' };
    });
  }
}

function moved({ start, end, groups }: ForeignMatch, by: number): ForeignMatch {
  return {
    start: start + by,
    end: end + by,
    groups: groups.map((group) => group && { start: group.start + by, end: group.end + by }),
  };
}

/** Line and column of each, from 0; they come in order. */
function placesOf(text: string, spans: readonly ForeignSpan[]): { line: number; column: number }[] {
  let line = 0;
  let start = 0;
  let next = text.indexOf('\n');
  return spans.map(({ at }) => {
    for (; next !== -1 && next < at; next = text.indexOf('\n', start)) {
      line++;
      start = next + 1;
    }
    return { line, column: at - start };
  });
}

function ownLists(row: ForeignRow, place: string): Allowlist[] {
  const lists: readonly ForeignAllowlist[] = row.allowlists ?? (row.allowlist ? [row.allowlist] : []);
  return lists.map((list) => allowlistOf(list, `${place}: allowlist`));
}

/** Whether the finder can look for the whole keyword. */
function isTrigger(keyword: string): boolean {
  return /^[ !#-[\]-~]{2,40}$/.test(keyword);
}

/** Whether no encoder hides any of its letters (RFC 3986, section 2.3). */
function isPlain(keyword: string): boolean {
  return /^[\w.~-]+$/.test(keyword);
}

/** The rule as detection knows it. */
export function asRule(matcher: ForeignMatcher): ForeignRule {
  const { row } = matcher;
  return {
    by: 'foreign',
    kind: kindOf(row.id),
    provider: 'a rule of your own',
    opens: row.description ?? 'what its rule says',
    severity: 'high',
    rotation: 'console',
    revoke: OWN_PAGE,
    fingerprint: true,
    keywords: triggers(matcher.keywords),
    weak:
      row.id.toLowerCase().includes('generic') || (row.specificity ?? USUAL_SPECIFICITY) < USUAL_SPECIFICITY,
    find: (text, places, path) => matcher.find(text, places, path ?? ''),
    mayBegin: (unitAt, at, end) => matcher.mayBegin(unitAt, at, end),
    positive: [],
    negative: [],
  };
}

/** The kind that stands in markers, of the letters that these have. */
export function kindOf(id: string): string {
  const kind = id
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 59);
  return kind.length < 3 ? `rule-${kind}` : kind;
}

/**
 * What the finder looks for in the place of keywords: the longest part of each that it can have. None when
 * a keyword has no such part: the rule is tried everywhere then.
 */
function triggers(keywords: readonly string[] | undefined): Keyword[] {
  const texts = keywords?.map((keyword) => {
    const parts = keyword.split(/[^ !#-[\]-~]/).map((part) => part.slice(0, 40));
    return parts.reduce((best, part) => (part.length > best.length ? part : best), '');
  });
  if (!texts || texts.some((text) => text.length < 2)) return [];
  return [...new Set(texts)].map((text) => ({ text }));
}
