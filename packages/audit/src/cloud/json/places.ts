import type { Position } from '../../configuration/setting.ts';

/** Names and numbers from the top of a document to a value. */
export type Path = readonly (string | number)[];

interface Wanted {
  readonly below: Map<string, Wanted>;
  at?: number;
}

/**
 * Where values stand in a JSON text that `JSON.parse` takes; in the order of `paths`, undefined for what is not
 * there. It passes over the text once and looks only into what it must, so that a plan of 50 MB costs no tree of
 * positions: values are read by `JSON.parse`, and places only of what is reported.
 */
export function placesOf(text: string, paths: readonly Path[]): (Position | undefined)[] {
  const root: Wanted = { below: new Map() };
  const wanted = paths.map((path) => {
    let node = root;
    for (const part of path) {
      const next = node.below.get(String(part)) ?? { below: new Map() };
      node.below.set(String(part), next);
      node = next;
    }
    return node;
  });
  new Walk(text).value(skipSpace(text, text.charCodeAt(0) === 0xfeff ? 1 : 0), root);
  return positionsOf(
    text,
    wanted.map(({ at }) => at),
  );
}

const SPACE = /[ \t\r\n]*/y;
const STRUCTURE = /["{}[\]]/g;
const SCALAR = /[^,\]}\s]*/y;

function skipSpace(text: string, from: number): number {
  SPACE.lastIndex = from;
  SPACE.exec(text);
  return SPACE.lastIndex;
}

class Walk {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** Notes where a value begins, and gives where it ends. Depth is that of the paths, not of the text. */
  value(start: number, node: Wanted): number {
    node.at = start;
    const first = this.#text[start];
    if (node.below.size === 0 || (first !== '{' && first !== '[')) return this.#end(start);
    let at = skipSpace(this.#text, start + 1);
    for (let index = 0; this.#text[at] !== '}' && this.#text[at] !== ']'; index++) {
      if (at >= this.#text.length) return at;
      let name = String(index);
      const member = at;
      if (first === '{') {
        const end = this.#end(at);
        name = JSON.parse(this.#text.slice(at, end)) as string;
        at = skipSpace(this.#text, skipSpace(this.#text, end) + 1);
      }
      const next = node.below.get(name);
      if (next === undefined) at = this.#end(at);
      else {
        at = this.value(at, next);
        // A member is where its name stands.
        next.at = member;
      }
      at = skipSpace(this.#text, at);
      if (this.#text[at] === ',') at = skipSpace(this.#text, at + 1);
    }
    return at + 1;
  }

  #end(start: number): number {
    const text = this.#text;
    const first = text[start];
    if (first === '"') return this.#endOfText(start);
    if (first !== '{' && first !== '[') {
      SCALAR.lastIndex = start;
      SCALAR.exec(text);
      return Math.max(SCALAR.lastIndex, start + 1);
    }
    let depth = 0;
    STRUCTURE.lastIndex = start;
    for (let found = STRUCTURE.exec(text); found; found = STRUCTURE.exec(text)) {
      if (found[0] === '"') STRUCTURE.lastIndex = this.#endOfText(found.index);
      else if (found[0] === '{' || found[0] === '[') depth++;
      else if (--depth === 0) return found.index + 1;
    }
    return text.length;
  }

  #endOfText(start: number): number {
    for (
      let quote = this.#text.indexOf('"', start + 1);
      quote > 0;
      quote = this.#text.indexOf('"', quote + 1)
    ) {
      let escapes = 0;
      while (this.#text[quote - 1 - escapes] === '\\') escapes++;
      if (escapes % 2 === 0) return quote + 1;
    }
    return this.#text.length;
  }
}

function positionsOf(text: string, offsets: readonly (number | undefined)[]): (Position | undefined)[] {
  const sorted = [...new Set(offsets.filter((offset) => offset !== undefined))].sort((a, b) => a - b);
  const positions = new Map<number, Position>();
  let line = 1;
  let start = 0;
  for (const offset of sorted) {
    for (let end = text.indexOf('\n', start); end >= 0 && end < offset; end = text.indexOf('\n', start)) {
      line++;
      start = end + 1;
    }
    positions.set(offset, { line, column: offset - start + 1 });
  }
  return offsets.map((offset) => (offset === undefined ? undefined : positions.get(offset)));
}
