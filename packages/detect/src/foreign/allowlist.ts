import { TacetError } from '@tacet/records';
import { Finder } from '../keywords/finder.ts';
import type { ForeignAllowlist } from './config.ts';
import { ForeignPattern } from './pattern.ts';

/** Instructions of the patterns that are looked for together. */
const MAX_TOGETHER = 2_000;

/** A finding as allowlists and filters see it. */
export interface Seen {
  readonly secret: string;
  readonly match: string;
  readonly line: string;
  /** Of the file; empty where there is none. */
  readonly path: string;
  /** What was scanned, and where in it the match is. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** What an allowlist lets through. */
export interface Allowlist {
  /** The file as a whole. */
  allowsPath(path: string): boolean;
  allows(seen: Seen): boolean;
}

/** @throws RULES_INVALID */
export function allowlistOf(list: ForeignAllowlist, place: string): Allowlist {
  const regexes = patternsOf(list.regexes, place);
  const paths = patternsOf(list.paths, place);
  const stopwords = list.stopwords ?? [];
  const hasAny = anyOf(stopwords);
  const commits = list.commits?.length ?? 0;
  if (regexes.length + paths.length + stopwords.length + commits === 0)
    throw new TacetError('RULES_INVALID', `${place} names no commits, paths, regexes or stopwords`);
  const target = list.regexTarget ?? 'secret';
  const pathMatches = remembered((path) => path !== '' && paths.some((pattern) => pattern.test(path)));
  const regexMatches = (seen: Seen) => regexes.some((pattern) => pattern.test(seen[target]));
  const hasStopword = ({ secret }: Seen) => hasAny(secret);
  if (!/^(?:and|&&)$/i.test(list.condition ?? ''))
    return { allowsPath: pathMatches, allows: (seen) => regexMatches(seen) || hasStopword(seen) };
  // What is scanned here is in no commit.
  const possible = commits === 0;
  const byPathAlone = regexes.length + stopwords.length === 0;
  return {
    allowsPath: (path) => possible && byPathAlone && pathMatches(path),
    allows: (seen) =>
      possible &&
      (paths.length === 0 || pathMatches(seen.path)) &&
      (regexes.length === 0 || regexMatches(seen)) &&
      (stopwords.length === 0 || hasStopword(seen)),
  };
}

/** What matches wherever one of `sources` does: one pattern of all of them, where they are small enough together. */
function patternsOf(sources: readonly string[] = [], place: string): ForeignPattern[] {
  const each = sources.map((source) => new ForeignPattern(source, place));
  const size = each.reduce((sum, pattern) => sum + pattern.size, 0);
  if (each.length < 2 || size > MAX_TOGETHER) return each;
  return [new ForeignPattern(sources.map((source) => `(?:${source})`).join('|'), place)];
}

/** One file's path is asked for again and again. */
function remembered(answer: (path: string) => boolean): (path: string) => boolean {
  let last: { path: string; yes: boolean } | undefined;
  return (path) => {
    if (last?.path !== path) last = { path, yes: answer(path) };
    return last.yes;
  };
}

/** So many are looked for all at once. */
const MANY_WORDS = 16;
const FINDABLE = /^[ -~]{2,40}$/;

/** Tells whether a text holds any of `words`, whatever the case of its letters; lists have thousands. */
export function anyOf(words: readonly string[]): (text: string) => boolean {
  const folded = [...new Set(words.map((word) => word.toLowerCase()))];
  const findable = folded.filter((word) => FINDABLE.test(word));
  const others = findable.length >= MANY_WORDS ? folded.filter((word) => !FINDABLE.test(word)) : folded;
  const finder = findable.length >= MANY_WORDS ? new Finder(findable) : undefined;
  return (text) => {
    const lower = text.toLowerCase();
    return finder?.run(lower, () => true) || others.some((word) => lower.includes(word));
  };
}
