import { toHex } from '@tacet/seal';

/** Stands for every writer. */
export const ANYBODY = '*';

/**
 * Segments whose rows stand in a newer one too. A writer can replace only what it wrote itself: a
 * stolen writer must not hide the segments of others. One that may erase replaces anybody's.
 */
export class Superseded {
  readonly #names = new Set<string>();

  /** Notes that a verified segment replaces these, if `writer` wrote them. */
  add(segments: readonly Uint8Array[], writer: string): void {
    for (const segment of segments) this.#names.add(`${writer}/${toHex(segment)}`);
  }

  /** Whether the segment (hexadecimal), written by `writer`, is replaced. */
  has(segment: string, writer: string): boolean {
    return this.#names.has(`${writer}/${segment}`) || this.#names.has(`${ANYBODY}/${segment}`);
  }
}
