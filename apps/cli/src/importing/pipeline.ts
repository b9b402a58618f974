/**
 * Runs sends side by side, bounded by their number and bytes: the store commits in groups, so that
 * waiting for each batch before the next is sent would leave it idle most of the time.
 */
export class Pipeline {
  readonly #most: { count: number; bytes: number };
  readonly #running = new Set<Promise<void>>();
  #bytes = 0;
  #failure: { error: unknown } | undefined;

  constructor(most: { count: number; bytes: number }) {
    this.#most = most;
  }

  /** Starts `work` as soon as there is room; resolves when it has started. Throws an earlier failure. */
  async start(bytes: number, work: () => Promise<void>): Promise<void> {
    while (
      !this.#failure &&
      this.#running.size > 0 &&
      (this.#running.size >= this.#most.count || this.#bytes + bytes > this.#most.bytes)
    )
      await Promise.race(this.#running);
    this.#throwFailure();
    this.#bytes += bytes;
    const running = work()
      .catch((error) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#bytes -= bytes;
        this.#running.delete(running);
      });
    this.#running.add(running);
  }

  /** Waits for all that was started. Throws the first failure. */
  async finish(): Promise<void> {
    await Promise.all(this.#running);
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
