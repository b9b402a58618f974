import { encodedAround } from '../carriers/base64.ts';
import { unescaped } from '../carriers/escapes.ts';
import { percentDecoded } from '../carriers/percent.ts';
import type { View } from '../carriers/view.ts';
import type { Action, Compiled } from '../compile.ts';
import { runAutomaton } from '../keywords/automaton.ts';
import { satisfied } from '../keywords/satisfied.ts';
import { type Found, fingerprint, MARKER } from '../marker.ts';
import type { PatternRule, Rule, Span } from '../rule.ts';
import { filledIn } from '../values/none.ts';
import { type Assignment, assignmentAt, optionAt, spacedAt } from './assignment.ts';
import { type Finding, RANK } from './finding.ts';
import { judge } from './judge.ts';
import { settle } from './overlaps.ts';
import { Runs } from './runs.ts';

/** Layers of encoding that are taken off one after another. */
const MAX_DEPTH = 4;
/** Base64 inside base64 is not looked for. */
const MAX_BASE64 = 1;

/** Finds secrets in texts by compiled rules. Holds no state between calls. */
export class Scanner {
  readonly #compiled: Compiled;
  readonly #key: Uint8Array;

  constructor(compiled: Compiled, fingerprintKey: Uint8Array) {
    this.#compiled = compiled;
    this.#key = fingerprintKey;
  }

  /** Whether any keyword's conditions hold anywhere: false means that `scan` finds nothing. */
  mayHold(text: string): boolean {
    const { automaton, byWord } = this.#compiled;
    return runAutomaton(automaton, text, (word, end) =>
      byWord[word]!.some((entry) => satisfied(text, end - entry.keyword.text.length, entry.keyword)),
    );
  }

  /**
   * The secrets of `text`, in order, without overlaps. Linear in its length. `whole` is what is known
   * of the text beforehand, by the key under which it stood.
   */
  scan(text: string, whole?: Finding): Finding[] {
    const found = this.#scanLayer(text, 0, 0);
    if (whole && !(whole.weak && found.length > 0)) found.push(whole);
    if (found.length === 0) return [];
    return settle(found.concat(this.#markers(text)), (span, start, end) =>
      remainder(text, span, start, end),
    ).filter((finding) => finding.rank !== RANK.marker);
  }

  /** What stands for a secret known by its name. */
  found(kind: string, secret: string, withFingerprint: boolean): Found {
    return withFingerprint ? { kind, fingerprint: fingerprint(this.#key, kind, secret) } : { kind };
  }

  #markers(text: string): Finding[] {
    if (!text.includes('[secret:')) return [];
    return [...text.matchAll(MARKER)].map((match) => ({
      rule: '',
      kind: '',
      start: match.index,
      end: match.index + match[0].length,
      rank: RANK.marker,
    }));
  }

  #scanLayer(text: string, depth: number, base64Depth: number): Finding[] {
    const { automaton, byWord } = this.#compiled;
    const found: Finding[] = [];
    const layer: Layer = { text, runs: new Runs(text), decoded: new Set(), valueEnd: 0, depth, base64Depth };
    let flagged = false;
    runAutomaton(automaton, text, (word, end) => {
      for (const { keyword, actions } of byWord[word]!) {
        const start = end - keyword.text.length;
        if (!satisfied(text, start, keyword)) continue;
        flagged = true;
        for (const action of actions) this.#act(action, layer, start, end, found);
      }
      return false;
    });
    if (!flagged || depth >= MAX_DEPTH) return found;
    if (text.includes('\\')) found.push(...this.#scanView(unescaped(text), depth, base64Depth));
    if (text.includes('%')) found.push(...this.#scanView(percentDecoded(text), depth, base64Depth));
    return found;
  }

  #scanView(view: View | undefined, depth: number, base64Depth: number): Finding[] {
    if (!view) return [];
    return this.#scanLayer(view.text, depth + 1, base64Depth).map((finding) => ({
      ...finding,
      start: view.toEncoded(finding.start),
      end: view.toEncoded(finding.end),
    }));
  }

  #act(action: Action, layer: Layer, start: number, end: number, found: Finding[]): void {
    switch (action.do) {
      case 'rule': {
        const finding = this.#applyRule(action.rule, layer, start);
        if (finding) found.push(finding);
        return;
      }
      case 'decode':
        this.#decode(layer, start, action.phase, found);
        return;
      default: {
        // A name inside a value that is taken already tells nothing.
        if (start < layer.valueEnd) return;
        const assignment = assignmentFor(action.do, layer, start, end);
        if (!assignment) return;
        const verdict = judge(
          layer.text,
          assignment,
          action.do === 'query',
          this.#compiled.named,
          layer.runs,
        );
        if (!verdict) return;
        layer.valueEnd = verdict.end;
        const secret = layer.text.slice(verdict.start, verdict.end);
        const { kind } = verdict;
        found.push({
          rule: kind,
          start: verdict.start,
          end: verdict.end,
          rank: RANK.name,
          ...this.found(kind, secret, verdict.fingerprint),
        });
      }
    }
  }

  #applyRule(rule: Exclude<Rule, { by: 'name' }>, layer: Layer, at: number): Finding | undefined {
    const span =
      rule.by === 'parser' ? rule.parse(layer.text, at, layer.runs) : matchPattern(rule, layer.text, at);
    if (!span) return undefined;
    const secret = layer.text.slice(span.start, span.end);
    if (rule.verify && !rule.verify(secret)) return undefined;
    if (rule.by === 'pattern' && filledIn(secret)) return undefined;
    const normal = rule.normalise ? rule.normalise(secret) : secret;
    const rank = rule.by === 'parser' || rule.weak ? RANK.parser : RANK.pattern;
    return { rule: rule.kind, ...span, rank, ...this.found(rule.kind, normal, rule.fingerprint) };
  }

  #decode(layer: Layer, at: number, phase: number, found: Finding[]): void {
    if (layer.base64Depth >= MAX_BASE64) return;
    const encoded = encodedAround(layer.text, at, phase, layer.runs, layer.decoded);
    if (!encoded) return;
    const inner = this.#scanLayer(
      encoded.text,
      Math.max(layer.depth + 1, MAX_DEPTH - 1),
      layer.base64Depth + 1,
    );
    const inside = settle(inner, (span, start, end) => remainder(encoded.text, span, start, end));
    const first = inside[0];
    if (!first) return;
    found.push({ ...first, start: encoded.start, end: encoded.end, rank: RANK.encoded, inside });
  }
}

/** What a name at [start, end) is given, by how it was found. */
function assignmentFor(by: Action['do'], layer: Layer, start: number, end: number): Assignment | undefined {
  const { text, runs } = layer;
  if (by === 'option') return optionAt(text, start, end, runs);
  if (by === 'spaced') return spacedAt(text, start, end, runs);
  // A query's keyword has a sign at each end.
  return by === 'query' ? assignmentAt(text, start + 1, end - 1, runs) : assignmentAt(text, start, end, runs);
}

interface Layer {
  readonly text: string;
  readonly runs: Runs;
  /** Beginnings of base64 values that were decoded. */
  readonly decoded: Set<number>;
  /** Where the last value taken by its name ends. */
  valueEnd: number;
  readonly depth: number;
  readonly base64Depth: number;
}

const BACK = {
  digit: /[0-9]/,
  alnum: /[A-Za-z0-9]/,
  hex: /[0-9a-fA-F]/,
  word: /[\w-]/,
  token: /[\w.~-]/,
} as const;

function matchPattern(rule: PatternRule, text: string, at: number): Span | undefined {
  let from = at;
  if (rule.back) {
    const unit = BACK[rule.back.class];
    while (from > 0 && at - from < rule.back.max && unit.test(text[from - 1]!)) from--;
  }
  // What stands before may be no part of the secret, such as the `m` that ends a colour.
  let match: RegExpExecArray | null = null;
  for (; match === null && from <= at; from++) {
    rule.pattern.lastIndex = from;
    match = rule.pattern.exec(text);
  }
  if (!match) return undefined;
  from = match.index;
  const secret = match.groups?.secret;
  if (secret === undefined) return { start: from, end: from + match[0].length };
  const start = from + match[0].lastIndexOf(secret);
  return { start, end: start + secret.length };
}

/** What is left of a span that another one cut: still replaced, unless only signs remain. */
function remainder(text: string, span: Finding, start: number, end: number): Finding | undefined {
  if (!/[\p{L}\p{N}]/u.test(text.slice(start, Math.min(end, start + 4096)))) return undefined;
  const { fingerprint: _, inside: __, ...rest } = span;
  return { ...rest, start, end };
}
