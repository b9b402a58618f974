import { TacetError } from '@tacet/records';

/**
 * Bounds the bytes of all requests that are received and not yet durable. What does not fit is
 * refused at once with BUSY, which clients retry: a queue would only move the memory elsewhere.
 */
export class ByteBudget {
  readonly #most: number;
  #used = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get used(): number {
    return this.#used;
  }

  /** A lease that grows while a body arrives. */
  lease(): ByteLease {
    let held = 0;
    return {
      grow: (bytes) => {
        if (this.#used + bytes > this.#most)
          throw new TacetError('BUSY', 'the server is at its limit; send again shortly');
        this.#used += bytes;
        held += bytes;
      },
      release: () => {
        this.#used -= held;
        held = 0;
      },
    };
  }
}

export interface ByteLease {
  /** Takes more. Throws BUSY when the budget would be exceeded. */
  grow(bytes: number): void;
  /** Gives all of it back; may be called twice. */
  release(): void;
}
