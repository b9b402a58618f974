import type { Position } from '../setting.ts';

/** Turns offsets of a text into lines and columns. */
export class Lines {
  readonly #starts: number[] = [0];

  constructor(text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  /** `offset` in UTF-16 units from 0. */
  at(offset: number): Position {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - this.#starts[low]! + 1 };
  }
}

/** A line of a text that says something: without comment lines, blank ones, and space around it. */
export interface Line extends Position {
  readonly text: string;
}

/** The lines of a text whose comments begin with one of `marks`, at their beginning only. */
export function* saying(text: string, marks: RegExp): Generator<Line> {
  let line = 0;
  for (const raw of text.split('\n')) {
    line++;
    const trimmed = raw.trim();
    if (trimmed === '' || marks.test(trimmed)) continue;
    yield { text: trimmed, line, column: raw.length - raw.trimStart().length + 1 };
  }
}
