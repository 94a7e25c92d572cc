/** Runs work one after the other under a key, in the order of asking. */
export class Turns {
  /** By key: ends when everything that was asked for under it is over. */
  readonly #last = new Map<string, Promise<void>>();

  /**
   * Runs work once all before it is over. Where the signal fires, its turn is over: whoever does not listen to a signal holds
   * nobody up, and whoever gives up while waiting lets nobody pass those before him. The work then starts at once, and has to
   * look at the signal first.
   */
  async take<T>(key: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key);
    const { promise: over, resolve: end } = Promise.withResolvers<void>();
    const turn = Promise.all([before, over]).then(() => {
      if (this.#last.get(key) === turn) this.#last.delete(key);
    });
    this.#last.set(key, turn);
    const stop = (): void => end();
    if (signal.aborted) end();
    else signal.addEventListener("abort", stop, { once: true });
    try {
      await Promise.race([before, over]);
      return await work();
    } finally {
      signal.removeEventListener("abort", stop);
      end();
    }
  }
}
