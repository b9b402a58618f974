import { textualRuns } from '../carriers/textual.ts';
import type { View } from '../carriers/view.ts';
import type { Compiled, CompiledKeyword } from '../compile.ts';
import { satisfied } from '../keywords/satisfied.ts';

/** A keyword whose conditions hold. */
export interface Hit {
  readonly entry: CompiledKeyword;
  readonly start: number;
  readonly end: number;
}

/** A keyword, by its number in `Detector.keywords`, and the UTF-16 index at which it stands. */
export interface Sighting {
  readonly number: number;
  readonly start: number;
}

/**
 * What was seen of a text beforehand, over its bytes: keywords and where encoded texts begin. All that stand in it, in
 * UTF-16 indices; whether a keyword's conditions hold is looked at again.
 */
export interface Seen {
  readonly keywords: readonly Sighting[];
  readonly encoded: readonly number[];
}

/** Says which keywords stand in a text, all of them and perhaps more; undefined when it cannot tell. */
export type Look = (text: string) => readonly Sighting[] | undefined;

/** Says where in a text something may be. */
export class Places {
  readonly #compiled: Compiled;
  readonly #thorough: boolean;

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
    return places.sort((a, b) => a - b);
  }

  /** Where keywords stand with their conditions, in the order in which they end, the longest first. */
  hits(text: string, look?: Look): Hit[] {
    const seen = look?.(text);
    if (seen) return this.seen(text, seen);
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
    return inOrder(hits);
  }

  /** The same from what was seen beforehand. */
  seen(text: string, keywords: readonly Sighting[]): Hit[] {
    const hits: Hit[] = [];
    for (const { number, start } of keywords) {
      const entry = this.#compiled.entries[number];
      const hit = entry && hitAt(text, start, entry);
      if (hit) hits.push(hit);
    }
    return inOrder(hits);
  }

  /** The same of a text with JSON's escapes taken off, from those of the text with them. */
  inView(view: View, hits: readonly Hit[]): Hit[] {
    const inside: Hit[] = [];
    for (const { entry, start } of hits) {
      const hit = hitAt(view.text, view.toDecoded(start), entry);
      if (hit) inside.push(hit);
    }
    return inside;
  }
}

/** A keyword, when it stands there with its conditions. */
function hitAt(text: string, start: number, entry: CompiledKeyword): Hit | undefined {
  const { keyword } = entry;
  const end = start + keyword.text.length;
  return text.slice(start, end).toLowerCase() === keyword.text && satisfied(text, start, keyword)
    ? { entry, start, end }
    : undefined;
}

function inOrder(hits: Hit[]): Hit[] {
  return hits.sort((a, b) => a.end - b.end || a.start - b.start);
}
