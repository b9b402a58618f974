import { TacetError } from '@tacet/records';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/**
 * Segments that were erased. A gateway keeps the rows of recent small segments in memory to seal them
 * together later: what supersedes an erased segment would bring its rows back, and is refused.
 */
export class Erased {
  readonly #ids = new Set<string>();
  #last: Promise<unknown> = Promise.resolve();

  add(ids: Iterable<string>): void {
    for (const id of ids) this.#ids.add(id);
  }

  /** Throws SEGMENT_ERASED when one of these ids (16 bytes each) was erased. */
  require(superseded: readonly Uint8Array[]): void {
    if (superseded.some((id) => this.#ids.has(hex(id))))
      throw new TacetError('SEGMENT_ERASED', 'these rows stood in a segment that was erased meanwhile');
  }

  /** Runs one at a time what seals rows again and what erases them: neither undoes the other. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work, work);
    this.#last = mine.catch(() => {});
    return mine;
  }
}
