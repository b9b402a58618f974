import type { Event } from '@tacet/records';

/** A row that matches. */
export interface SearchResult {
  event: Event;
  /** Id of its segment, hexadecimal. */
  segment: string;
  /** Its place in the segment, from 0. */
  row: number;
}

interface Held extends SearchResult {
  time: bigint;
  writer: string;
}

const SECOND = 1_000_000_000n;

/** Whole seconds since 1970, floor. */
export function secondOf(time: bigint): number {
  const whole = time / SECOND;
  return Number(time < 0n && whole * SECOND !== time ? whole - 1n : whole);
}

/** Matching rows that wait because a segment not yet opened may hold newer ones. Newest first. */
export class HeldRows {
  #rows: Held[] = [];

  /** Adds rows of one writer and keeps the newest `most` of all. */
  add(rows: readonly SearchResult[], writer: string, most: number): void {
    const held = rows.map((row) => ({ ...row, writer, time: BigInt(row.event.time) }));
    this.#rows = [...this.#rows, ...held].sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0));
    if (this.#rows.length > most) this.#rows.length = most;
  }

  /** Takes the rows of some segments out. */
  drop(replaced: (segment: string, writer: string) => boolean): void {
    this.#rows = this.#rows.filter(({ segment, writer }) => !replaced(segment, writer));
  }

  /** Removes and gives the rows that are newer than every row up to second `frontier`. */
  release(frontier: number): SearchResult[] {
    const kept = this.#rows.findIndex(({ time }) => secondOf(time) <= frontier);
    return this.#rows
      .splice(0, kept < 0 ? this.#rows.length : kept)
      .map(({ event, segment, row }) => ({ event, segment, row }));
  }

  /** Second of the row at `index`; undefined when there are fewer. */
  secondAt(index: number): number | undefined {
    const row = this.#rows[index];
    return row && secondOf(row.time);
  }
}
