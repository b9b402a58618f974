import { textualRuns } from '../carriers/textual.ts';
import type { Compiled, CompiledKeyword } from '../compile.ts';
import { Finder } from '../keywords/finder.ts';
import { type Keyword, overBytes } from '../keywords/keyword.ts';
import { satisfied } from '../keywords/satisfied.ts';
import type { ForeignRule } from '../rule.ts';

/** Bytes around a keyword that its conditions may look at: an escape before; a run, an assignment after. */
const BEFORE_KEYWORD = 32;
const AFTER_KEYWORD = 512;
const AFTER_CREDENTIALS = 4096;

/** A keyword whose conditions hold. */
export interface Hit {
  readonly entry: CompiledKeyword;
  readonly start: number;
  readonly end: number;
}

/** Says where in a text something may be. */
export class Places {
  readonly #compiled: Compiled;
  readonly #thorough: boolean;
  /** Made when it is needed first. */
  #overBytes: { finder: Finder; byWord: ByteKeyword[][] } | undefined;

  /** `thorough` looks at encoded values too, even where no keyword tells what they hold. */
  constructor(compiled: Compiled, thorough: boolean) {
    this.#compiled = compiled;
    this.#thorough = thorough;
  }

  /** Whether any keyword's conditions hold anywhere: false means that `scan` finds nothing. */
  mayHold(text: string): boolean {
    const { finder, byWord } = this.#compiled;
    return finder.run(text, (word, end) => {
      const entries = byWord[word]!;
      for (let i = 0; i < entries.length; i++) {
        const { keyword } = entries[i]!;
        if (satisfied(text, end - keyword.text.length, keyword)) return true;
      }
      return false;
    });
  }

  /** Where keywords stand with their conditions, in order: nothing is found away from these places. */
  all(text: string): number[] {
    const places = this.hits(text).map((hit) => hit.start);
    if (this.#thorough)
      textualRuns(
        text.length,
        (at) => text.charCodeAt(at),
        (start) => places.push(start),
      );
    return inOrder(places);
  }

  /** The same in the bytes of a text in UTF-8; `latin1` reads a part of them, one unit a byte. */
  inBytes(bytes: Uint8Array, latin1: (from: number, to: number) => string): number[] {
    this.#overBytes ??= byText(this.#compiled.byWord.flat());
    const { finder, byWord } = this.#overBytes;
    const places: number[] = [];
    const unitAt = (index: number) => bytes[index]!;
    finder.runBytes(bytes, (word, end) => {
      for (const { keyword, rules } of byWord[word]!) {
        const start = end - keyword.text.length;
        if (rules && !rules.some((rule) => rule.mayBegin(unitAt, start, bytes.length))) continue;
        const from = Math.max(0, start - BEFORE_KEYWORD);
        const after = keyword.next?.kind === 'credentials' ? AFTER_CREDENTIALS : AFTER_KEYWORD;
        const part = () => latin1(from, Math.min(bytes.length, end + after));
        if (hasConditions(keyword) && !satisfied(part(), start - from, keyword)) continue;
        places.push(start);
        break;
      }
      return false;
    });
    if (this.#thorough)
      textualRuns(
        bytes.length,
        (at) => bytes[at]!,
        (start) => places.push(start),
      );
    return inOrder(places);
  }

  /** Where keywords stand with their conditions, in the order in which they end, the longest first. */
  hits(text: string): Hit[] {
    const { finder, byWord } = this.#compiled;
    const hits: Hit[] = [];
    finder.run(text, (word, end) => {
      const entries = byWord[word]!;
      for (let i = 0; i < entries.length; i++) {
        const entry = entries[i]!;
        const start = end - entry.keyword.text.length;
        if (satisfied(text, start, entry.keyword)) hits.push({ entry, start, end });
      }
      return false;
    });
    return hits.sort((a, b) => a.end - b.end || a.start - b.start);
  }
}

function inOrder(places: number[]): number[] {
  return places.sort((a, b) => a - b);
}

function hasConditions({ exact, start, next }: Keyword): boolean {
  return exact !== undefined || start === true || next !== undefined;
}

/** A keyword for bytes, and the users' rules that it leads to when it leads nowhere else. */
interface ByteKeyword {
  readonly keyword: Keyword;
  readonly rules: readonly ForeignRule[] | undefined;
}

/** Keywords by their texts, and a finder of those. */
function byText(entries: readonly CompiledKeyword[]): { finder: Finder; byWord: ByteKeyword[][] } {
  const lists = new Map<string, ByteKeyword[]>();
  for (const { keyword, actions } of entries) {
    const rules = actions.flatMap((action) => (action.do === 'foreign' ? [action.rule] : []));
    const alone = rules.length > 0 && rules.length === actions.length;
    const { text } = overBytes(keyword);
    const list = lists.get(text) ?? [];
    list.push({ keyword: overBytes(keyword), rules: alone ? rules : undefined });
    lists.set(text, list);
  }
  return { finder: new Finder([...lists.keys()]), byWord: [...lists.values()] };
}
