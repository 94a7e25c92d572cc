/** Runs the work of each key one at a time, in the order of the calls. */
export class Turns {
  /** By key: resolves when all its work is over. */
  readonly #last = new Map<string, Promise<void>>();

  /**
   * Runs the work when all earlier work of the key is over. If the signal aborts, the turn is over: work that ignores its
   * signal does not delay others, and an aborted call does not let later calls pass earlier ones. Work that still waits then
   * starts immediately, and must check the signal first.
   */
  async take<T>(key: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key);
    const { promise: over, resolve: end } = Promise.withResolvers<void>();
    const turn = (before ? Promise.all([before, over]) : over).then(() => {
      if (this.#last.get(key) === turn) this.#last.delete(key);
    });
    this.#last.set(key, turn);
    const stop = (): void => end();
    if (signal.aborted) end();
    else signal.addEventListener("abort", stop, { once: true });
    try {
      // Never at once: the caller has not kept the promise yet.
      await (before && Promise.race([before, over]));
      return await work();
    } finally {
      signal.removeEventListener("abort", stop);
      end();
    }
  }
}
