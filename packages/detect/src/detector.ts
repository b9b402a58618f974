import type { Event } from '@tacet/records';
import { compile } from './compile.ts';
import { EventScrubber } from './event/scrubber.ts';
import { StringScrubber } from './event/strings.ts';
import { Tellings } from './event/tellings.ts';
import type { Keyword } from './keywords/keyword.ts';
import type { Found } from './marker.ts';
import { Issuers } from './names/issuers.ts';
import { Names } from './names/names.ts';
import type { Rule } from './rule.ts';
import { RULES } from './rules/index.ts';
import type { Finding, Suppressed } from './scan/finding.ts';
import { type Look, Places, type Seen } from './scan/places.ts';
import { type Allows, Scanner } from './scan/scanner.ts';

/** Finds secrets in texts and events, and replaces them by markers. Pure: no state between calls. */
export interface Detector {
  readonly rules: readonly Rule[];
  /** What `mayHold` looks for, as data; keyword.ts says what each condition means. */
  readonly keywords: readonly Keyword[];
  /** Whether a user's rule is tried in every text: then `places` do not say where to look. */
  readonly everywhere: boolean;
  /** Whether it looks into every encoded text. */
  readonly thorough: boolean;
  /** The secrets of `text`, in order, without overlaps, but for doubtful ones; UTF-16 indices. */
  scan(text: string): Finding[];
  /** Where something may be, in order: a long text need be scanned around these places only. */
  places(text: string): number[];
  /**
   * Whether what a keyword announces may begin where it stands: users' rules can tell. `keyword` is its number in
   * `keywords`, `unitAt` gives the units, or bytes, of which there are `end`.
   */
  mayBegin(keyword: number, unitAt: (index: number) => number, at: number, end: number): boolean;
  /**
   * What `scan` says, and everything that looked like a secret and was left alone, or is doubtful, with the
   * reason. `path` is the file's, where there is one; `seen` saves looking where something may be.
   */
  explain(text: string, path?: string, seen?: Seen): { findings: Finding[]; suppressed: Suppressed[] };
  /** `text` with every secret replaced by its marker; the same string when nothing was found. */
  scrubText(text: string): { text: string; found: readonly Found[] };
  /**
   * `event` with every secret replaced, in values and in keys, at any depth, and counted in its
   * `secrets`; the same object when nothing was found. Throws EVENT_TOO_DEEP past 1,000 levels.
   */
  scrub(event: Event): { event: Event; found: number };
  /**
   * What `scrub` makes of a string under `key` ('' for none) when nothing tells about it but that; `look` saves looking for
   * keywords.
   */
  scrubMember(key: string, value: string, look?: Look): { text: string; found: readonly Found[] };
  /**
   * Whether `scrub` may find something in the event whose row (`JSON.stringify(event)`) this is; false
   * is certain. The reference of the prefilter that runs over bytes.
   */
  mayHold(rowJson: string): boolean;
}

/**
 * A detector with the built-in rules, or with `rules` alone, such as `loadRules` gives them together with
 * `allows`. `fingerprintKey` (32 bytes) keys the fingerprints: two detectors with the same key give the same
 * one for the same secret. `thorough` looks into every encoded text, not only where a keyword shows through:
 * for files; no prefilter over rows could say so. Throws RangeError for a key of another length.
 */
export function createDetector(options: {
  fingerprintKey: Uint8Array;
  rules?: readonly Rule[];
  allows?: Allows;
  thorough?: boolean;
}): Detector {
  if (options.fingerprintKey.length !== 32) throw new RangeError('fingerprintKey must have 32 bytes');
  const rules = options.rules ?? RULES;
  const compiled = compile(rules);
  const names = new Names(compiled.named, new Issuers(compiled.issuers));
  const thorough = options.thorough ?? false;
  const places = new Places(compiled, thorough);
  const scanner = new Scanner(compiled, places, names, options.fingerprintKey.slice(), options);
  const strings = new StringScrubber(scanner);
  const tellings = new Tellings(places, names);
  const events = new EventScrubber(tellings, strings);
  return {
    rules,
    keywords: compiled.keywords,
    everywhere: compiled.everywhere.length > 0,
    thorough,
    scan: (text) => scanner.scan(text).filter((finding) => !finding.doubt),
    places: (text) => places.all(text),
    mayBegin: (keyword, unitAt, at, end) =>
      compiled.foreignBy[keyword]?.some((rule) => rule.mayBegin(unitAt, at, end)) ?? true,
    explain: (text, path, seen) => {
      const suppressed: Suppressed[] = [];
      const all = scanner.scan(text, { suppressed, path, seen });
      for (const { kind, doubt, start, end } of all)
        if (doubt) suppressed.push({ kind, reason: doubt, start, end });
      return { findings: all.filter((finding) => !finding.doubt), suppressed: distinct(suppressed) };
    },
    scrubText: (text) => strings.scrub(text),
    scrub: (event) => events.scrub(event),
    scrubMember: (key, value, look) =>
      strings.scrub(value, { telling: key === '' ? undefined : tellings.ofKey(key), key, look }),
    mayHold: (rowJson) => compiled.everywhere.length > 0 || places.mayHold(rowJson),
  };
}

/** What several keywords looked at is left alone once. */
function distinct(suppressed: readonly Suppressed[]): Suppressed[] {
  const seen = new Map(suppressed.map((one) => [`${one.start} ${one.end} ${one.kind} ${one.reason}`, one]));
  return [...seen.values()];
}
