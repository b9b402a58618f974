import { encodedAround } from '../carriers/base64.ts';
import { CARRIERS } from '../carriers/carriers.ts';
import { hexAround } from '../carriers/hex.ts';
import { type Coding, codingAt, textualRuns } from '../carriers/textual.ts';
import type { View } from '../carriers/view.ts';
import type { Action, Compiled } from '../compile.ts';
import { Fingerprints, type Found, MARKER } from '../marker.ts';
import { type Names, ruleFor } from '../names/names.ts';
import type { ForeignRule, ParsedRule, PatternRule, Span } from '../rule.ts';
import { unguessable } from '../values/made.ts';
import { filledIn, placeholder } from '../values/none.ts';
import { argumentAt } from './argument.ts';
import { type Assignment, assignmentAt, optionAt, spacedAt } from './assignment.ts';
import { BY_RANK, type Candidate, type Finding, RANK, type Reason, type Suppressed } from './finding.ts';
import { issuedKind, judge, type Verdict } from './judge.ts';
import { linesAround } from './line.ts';
import { aloneAt, nearAt, phraseAt } from './near.ts';
import { settle } from './overlaps.ts';
import { matchPattern } from './patterns.ts';
import type { Hit, Look, Places, Seen } from './places.ts';
import { Runs } from './runs.ts';

/** Layers of encoding that are taken off one after another, */
const MAX_DEPTH = 5;
/** and how many of them may be base64 or hexadecimal. */
const MAX_DECODED = 3;
/** Layers that can be taken off in several orders multiply: so many units are looked at for one of the text. */
const MAX_WORK = 32;
const FREE_WORK = 1 << 16;

/** What is left to do with a text and the views of it, at all depths together. */
interface Work {
  units: number;
  /** Views that were scanned. */
  readonly seen: Set<string>;
}

/** A text at one depth of encoding, and what is remembered while it is walked. */
interface Layer {
  readonly text: string;
  readonly runs: Runs;
  readonly depth: number;
  /** Layers of base64 or hexadecimal that the text came out of. */
  readonly decoded: number;
  readonly work: Work;
  /** Beginnings of base64 values that were decoded. */
  readonly seen: Set<number>;
  /** Where the last value taken by its name ends. */
  valueEnd: number;
  /** Where the last secret of each rule ends. */
  readonly ends: Map<PatternRule | ParsedRule, number>;
  readonly found: Candidate[];
  /** Where the keywords of users' rules stand. */
  readonly foreign: Map<ForeignRule, number[]>;
  /** Where what was left alone is noted, when somebody asks. */
  readonly suppressed: Suppressed[] | undefined;
  /** Of the file, where there is one. */
  readonly path: string | undefined;
  readonly look: Look | undefined;
}

/** What is known beforehand of a text that is to be scanned, and what is wanted to know of it. */
export interface ScanOptions {
  /** What the key tells under which it stood. */
  readonly also?: readonly Candidate[];
  /** Takes what was left alone. */
  readonly suppressed?: Suppressed[];
  /** Of the file. */
  readonly path?: string | undefined;
  /** Where to look, when somebody knows, */
  readonly seen?: Seen | undefined;
  /** or can say of the text and of what comes out of it. */
  readonly look?: Look | undefined;
}

/** What a text to be scanned is known by: its own hits, when they are. */
type Unscanned = Pick<Layer, 'text' | 'depth' | 'decoded' | 'work' | 'suppressed' | 'path' | 'look'> & {
  readonly hits?: Hit[] | undefined;
  readonly encoded?: readonly number[] | undefined;
};

/** Whether a finding of a built-in rule is let go, by a user's lists. */
export type Allows = (
  kind: string,
  seen: {
    secret: string;
    match: string;
    line: string;
    path: string;
    text: string;
    start: number;
    end: number;
  },
) => boolean;

/** Finds secrets in texts by compiled rules. Keeps nothing between calls. */
export class Scanner {
  readonly #compiled: Compiled;
  readonly #names: Names;
  readonly #fingerprints: Fingerprints;
  readonly #places: Places;

  readonly #allows: Allows | undefined;
  readonly #thorough: boolean;

  /** `thorough` looks into encoded values even where no keyword tells what they hold. */
  constructor(
    compiled: Compiled,
    places: Places,
    names: Names,
    fingerprintKey: Uint8Array,
    { allows, thorough = false }: { allows?: Allows | undefined; thorough?: boolean | undefined } = {},
  ) {
    this.#compiled = compiled;
    this.#places = places;
    this.#allows = allows;
    this.#thorough = thorough;
    this.#names = names;
    this.#fingerprints = new Fingerprints(fingerprintKey);
  }

  /**
   * The secrets of `text`, in order, without overlaps, doubtful ones too. Linear in its length.
   */
  scan(text: string, { also = [], suppressed, path, seen, look }: ScanOptions = {}): Finding[] {
    const work = { units: FREE_WORK + MAX_WORK * text.length, seen: new Set<string>() };
    const known = seen && { hits: this.#places.seen(text, seen.keywords), encoded: seen.encoded };
    const found = this.#scanLayer({ text, depth: 0, decoded: 0, work, suppressed, path, look, ...known });
    const better = found.length > 0 || text.includes('[secret:');
    found.push(
      ...this.#notAllowed(
        text,
        also.filter(({ weak }) => !(weak && better)),
        path,
        suppressed,
      ),
    );
    if (found.length === 0) return [];
    const settled = settle(withMarkers(text, doubted(found)), (span, start, end) =>
      remainder(text, span, start, end),
    );
    const facts = ({ kind, secret }: Candidate): Found =>
      secret === undefined ? { kind } : { kind, fingerprint: this.#fingerprints.of(kind, secret) };
    return settled
      .filter((candidate) => candidate.rank !== RANK.marker)
      .map((candidate) => {
        const { start, end, inside, certain, doubt, rank } = candidate;
        return {
          ...facts(candidate),
          start,
          end,
          by: BY_RANK[rank]!,
          ...(certain === undefined ? {} : { certain }),
          ...(doubt === undefined ? {} : { doubt }),
          ...(inside ? { inside: inside.map(facts) } : {}),
        };
      });
  }

  #scanLayer(of: Unscanned): Candidate[] {
    const { text, depth, work, path, suppressed } = of;
    const { everywhere } = this.#compiled;
    const all = of.hits ?? this.#places.hits(text, of.look);
    const hits = outsideMarkers(text, all);
    const textual = this.#textual(of);
    if (hits.length + everywhere.length + textual.length === 0 && !text.includes('\0')) return [];
    const layer: Layer = {
      ...of,
      runs: new Runs(text),
      seen: new Set(),
      valueEnd: 0,
      ends: new Map(),
      found: [],
      foreign: new Map(),
    };
    for (const { entry, start, end } of hits) {
      for (const action of entry.actions) this.#act(action, layer, start, end);
    }
    for (const [start, coding] of textual) this.#decode(layer, start, coding);
    const found = this.#notAllowed(text, layer.found, path, suppressed);
    for (const rule of everywhere) found.push(...foreignIn(rule, layer, undefined));
    for (const [rule, places] of layer.foreign) found.push(...foreignIn(rule, layer, places));
    if (depth >= MAX_DEPTH) return found;
    for (const [sign, undo] of CARRIERS) {
      const view = work.units > 0 && text.includes(sign) ? undo(text) : undefined;
      if (!view) continue;
      const known = view.stringified ? this.#places.inView(view, all) : undefined;
      this.#scanView(view, known, layer, found);
    }
    return found;
  }

  /** Where encoded texts begin: where one value was encoded, another may be in it. */
  #textual({ text, decoded, encoded }: Unscanned): [start: number, coding: Coding][] {
    const textual: [start: number, coding: Coding][] = [];
    if (!this.#thorough && decoded === 0) return textual;
    const unitAt = (at: number) => text.charCodeAt(at);
    if (encoded) for (const start of encoded) textual.push([start, codingAt(start, unitAt)]);
    else textualRuns(text.length, unitAt, (start, coding) => textual.push([start, coding]));
    return textual;
  }

  /**
   * What users' rules find in a value together with the key under which it stands: their patterns are
   * written for lines, such as `"key":"value"`. Only what lies in the value.
   */
  member(key: string, value: string): Candidate[] {
    if (!this.#compiled.foreign || key === '') return [];
    const before = `"${key}":"`;
    const rules = new Set(this.#compiled.everywhere);
    for (const { entry } of this.#places.hits(before)) {
      for (const action of entry.actions) if (action.do === 'foreign') rules.add(action.rule);
    }
    const layer = { text: `${before}${value}"`, suppressed: undefined, path: undefined };
    const end = before.length + value.length;
    return [...rules]
      .flatMap((rule) => foreignIn(rule, layer, undefined))
      .filter((found) => found.start >= before.length && found.end <= end)
      .map((found) => ({ ...found, start: found.start - before.length, end: found.end - before.length }));
  }

  /** Those that no list of the user lets go. */
  #notAllowed(
    text: string,
    found: readonly Candidate[],
    path = '',
    suppressed: Suppressed[] | undefined,
  ): Candidate[] {
    const allows = this.#allows;
    if (!allows) return [...found];
    return found.filter(({ kind, start, end }) => {
      const secret = text.slice(start, end);
      const line = linesAround(text, { start, end });
      const allowed = allows(kind, { secret, match: secret, line, path, text, start, end });
      if (allowed) suppressed?.push({ kind, reason: 'allowlist', start, end });
      return !allowed;
    });
  }

  #scanView(
    view: View,
    hits: Hit[] | undefined,
    { depth, decoded, work, suppressed, path, look }: Layer,
    found: Candidate[],
  ): void {
    if (depth > 0) {
      // The same may come of two layers in either order.
      if (work.seen.has(view.text)) return;
      work.seen.add(view.text);
    }
    work.units -= view.text.length;
    const back = <S extends Span>(span: S): S => ({
      ...span,
      start: view.toEncoded(span.start),
      end: view.toEncoded(span.end),
    });
    const inside = suppressed ? [] : undefined;
    const of = { text: view.text, depth: depth + 1, decoded, work, suppressed: inside, path, look, hits };
    for (const candidate of this.#scanLayer(of)) found.push(back(candidate));
    if (inside) suppressed?.push(...inside.map(back<Suppressed>));
  }

  #act(action: Action, layer: Layer, start: number, end: number): void {
    if (action.do === 'rule') this.#applyRule(action.rule, layer, start);
    else if (action.do === 'foreign') append(layer.foreign, action.rule, start);
    else if (action.do === 'decode') this.#decode(layer, start, 'base64', action.phase);
    else if (action.do === 'unhex') this.#decode(layer, start, 'hex');
    // A name inside a value that is taken already tells nothing.
    else if (start < layer.valueEnd) return;
    else if (action.do === 'near' || action.do === 'alone') this.#beside(action.do, layer, start, end);
    // Whose key it is comes first.
    else if (action.do !== 'spaced' || !this.#beside('near', layer, start, end))
      this.#assign(action.do, layer, start, end);
  }

  #applyRule(rule: PatternRule | ParsedRule, layer: Layer, at: number): void {
    // Prefixes inside a secret of the same rule are part of it.
    if (at < (layer.ends.get(rule) ?? 0)) return;
    const { text, runs, found } = layer;
    const span = rule.by === 'parser' ? rule.parse(text, at, runs) : matchPattern(rule, text, at);
    if (!span) return;
    const secret = text.slice(span.start, span.end);
    const { kind } = rule;
    const refused =
      rule.verify && !rule.verify(secret)
        ? 'structure'
        : rule.by === 'pattern' && filledIn(secret)
          ? 'placeholder'
          : undefined;
    if (refused) {
      suppress(layer, kind, refused, span);
      return;
    }
    layer.ends.set(rule, span.end);
    const rank = rule.by === 'parser' || rule.weak ? RANK.parser : RANK.pattern;
    const certain = rule.by === 'pattern' && rule.checksum ? { certain: rule.checksum(secret) } : {};
    const doubt = rule.doubt?.(secret, text, span);
    const candidate = {
      kind,
      start: span.start,
      end: span.end,
      rank,
      ...certain,
      ...(doubt ? { doubt } : {}),
      ...(rule.by === 'pattern' && rule.shared ? { shared: true } : {}),
    };
    const printed =
      rule.fingerprint && (rank === RANK.pattern || rule.by === 'parser' || unguessable(secret));
    found.push(printed ? { ...candidate, secret: rule.normalise?.(secret) ?? secret } : candidate);
  }

  /** What an encoded value holds: the value is replaced as a whole. */
  #decode(layer: Layer, at: number, coding: Coding, phase = 0): void {
    const { decoded, depth, work, path, look, found, suppressed, runs, seen } = layer;
    if (decoded >= MAX_DECODED || depth >= MAX_DEPTH || work.units <= 0) return;
    const encoded =
      coding === 'hex'
        ? hexAround(layer.text, at, runs, seen)
        : encodedAround(layer.text, at, phase, runs, seen);
    if (!encoded) return;
    work.units -= encoded.text.length;
    const { text, start, end } = encoded;
    const left: Suppressed[] | undefined = suppressed ? [] : undefined;
    const inside = settle(
      doubted(
        this.#scanLayer({ text, depth: depth + 1, decoded: decoded + 1, work, suppressed: left, path, look }),
      ),
      (span, from, to) => remainder(text, span, from, to),
    );
    for (const { kind, reason } of left ?? []) suppressed?.push({ kind, reason, start, end });
    const first = inside[0];
    if (!first) return;
    const doubt = inside.every((one) => one.doubt) ? first.doubt : undefined;
    const candidate = { kind: first.kind, start, end, rank: RANK.encoded, inside: flat(inside) };
    found.push(doubt ? { ...candidate, doubt } : candidate);
  }

  #assign(by: AssignmentBy, layer: Layer, start: number, end: number): void {
    const { text, runs, found } = layer;
    const assignment = assignmentBy[by](text, start, end, runs);
    if (!assignment) return;
    const telling = this.#names.of(assignment.name);
    const verdict = judge(text, assignment, telling, by === 'query', runs);
    if (typeof verdict === 'string') {
      if (telling.class) suppress(layer, telling.class, verdict, assignment);
      return;
    }
    layer.valueEnd = verdict.end;
    const { fingerprint, ...candidate } = verdict;
    const secret = fingerprint ? { secret: text.slice(verdict.start, verdict.end) } : {};
    found.push({ ...candidate, rank: RANK.name, ...secret });
  }

  /** A value that the name of its issuer gives away, with or without a telling word between them. */
  #beside(by: 'near' | 'alone', layer: Layer, start: number, end: number): boolean {
    const { text, runs } = layer;
    const { issuers } = this.#names;
    const near = by === 'near' ? nearAt(text, start, end, issuers) : aloneAt(text, start, end, runs, issuers);
    if (near) return this.#take(layer, near, issuedKind(near.issued.rule, near.value));
    const phrase = by === 'near' ? phraseAt(text, start, end) : undefined;
    const rule = phrase && ruleFor(this.#names.of(phrase.name), phrase.value);
    if (!phrase || !rule || placeholder(phrase.value)) return false;
    return this.#take(layer, phrase, { kind: rule.kind, fingerprint: rule.fingerprint });
  }

  #take(
    layer: Layer,
    span: Span & { value: string },
    of: Pick<Verdict, 'kind' | 'fingerprint' | 'doubt'>,
  ): true {
    layer.valueEnd = span.end;
    const { kind, fingerprint, doubt } = of;
    const candidate = { kind, start: span.start, end: span.end, rank: RANK.name };
    layer.found.push({
      ...candidate,
      ...(doubt ? { doubt } : {}),
      ...(fingerprint ? { secret: span.value } : {}),
    });
    return true;
  }
}

/** Those in a form of several providers, with the doubt that the name beside them brings. */
function doubted(found: Candidate[]): Candidate[] {
  if (!found.some(({ shared }) => shared)) return found;
  const named = new Map(
    found.flatMap(({ start, end, rank, doubt }) =>
      rank === RANK.name && doubt ? [[`${start} ${end}`, doubt] as const] : [],
    ),
  );
  return found.map((one) => {
    const doubt = one.shared && named.get(`${one.start} ${one.end}`);
    return doubt ? { ...one, doubt } : one;
  });
}

/** What is in values that are in a value. */
function flat(candidates: readonly Candidate[]): Candidate[] {
  return candidates.flatMap((candidate) => candidate.inside ?? [candidate]);
}

/** What a user's rule finds. A secret that a person may have chosen gets no fingerprint. */
function foreignIn(
  rule: ForeignRule,
  layer: Pick<Layer, 'text' | 'path' | 'suppressed'>,
  places: readonly number[] | undefined,
): Candidate[] {
  const { kind, weak } = rule;
  const found: Candidate[] = [];
  for (const { start, end, reason } of rule.find(layer.text, places, layer.path)) {
    if (reason) suppress(layer, kind, reason, { start, end });
    if (reason || end <= start) continue;
    const secret = layer.text.slice(start, end);
    const candidate = { kind, start, end, rank: weak ? RANK.name : RANK.pattern };
    found.push(unguessable(secret) ? { ...candidate, secret } : candidate);
  }
  return found;
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

function suppress(
  layer: Pick<Layer, 'suppressed'>,
  kind: string,
  reason: Reason,
  { start, end }: Span,
): void {
  layer.suppressed?.push({ kind, reason, start, end });
}

type AssignmentBy = 'assignment' | 'query' | 'option' | 'argument' | 'spaced';
type AssignmentParser = (text: string, start: number, end: number, runs: Runs) => Assignment | undefined;

const assignmentBy: Readonly<Record<AssignmentBy, AssignmentParser>> = {
  assignment: assignmentAt,
  // The keyword has a sign at each end.
  query: (text, start, end, runs) => assignmentAt(text, start + 1, end - 1, runs),
  option: optionAt,
  argument: argumentAt,
  spaced: spacedAt,
};

/** Hits that begin outside of markers: the names of kinds are full of keywords. */
function outsideMarkers(text: string, hits: Hit[]): Hit[] {
  if (hits.length === 0 || !text.includes('[secret:')) return hits;
  const spans = [...text.matchAll(MARKER)].map(({ 0: marker, index }) => ({
    start: index,
    end: index + marker.length,
  }));
  // Hits are in the order of their ends, which is nearly that of their beginnings.
  let next = 0;
  return hits.filter(({ start }) => {
    while (next > 0 && spans[next - 1]!.end > start) next--;
    while (next < spans.length && spans[next]!.end <= start) next++;
    return !spans[next] || spans[next]!.start > start;
  });
}

/** Markers from an earlier scrub take their place like findings, so nothing is found inside them. */
function withMarkers(text: string, found: Candidate[]): Candidate[] {
  if (!text.includes('[secret:')) return found;
  const all = [...found];
  for (const match of text.matchAll(MARKER)) {
    all.push({ kind: '', start: match.index, end: match.index + match[0].length, rank: RANK.marker });
  }
  return all;
}

/** What is left of a span that another one cut: still replaced, unless only signs remain. */
function remainder(text: string, span: Candidate, start: number, end: number): Candidate | undefined {
  if (!/[\p{L}\p{N}]/u.test(text.slice(start, Math.min(end, start + 4096)))) return undefined;
  return { kind: span.kind, start, end, rank: span.rank };
}
