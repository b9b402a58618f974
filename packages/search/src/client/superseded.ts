import { toHex } from '@tacet/seal';

/**
 * Segments whose rows stand in a newer one too. A writer can replace only what it wrote itself: a
 * stolen writer must not hide the segments of others.
 */
export class Superseded {
  readonly #names = new Set<string>();

  /** Notes that a verified segment of `writer` replaces these. */
  add(segments: readonly Uint8Array[], writer: string): void {
    for (const segment of segments) this.#names.add(`${writer}/${toHex(segment)}`);
  }

  /** Whether the segment (hexadecimal), written by `writer`, is replaced. */
  has(segment: string, writer: string): boolean {
    return this.#names.has(`${writer}/${segment}`);
  }
}
