/** The most subjects whose answers are kept. */
const MAX_KEPT = 1000;

interface Kept<T> {
  readonly atMs: number;
  readonly answer: Promise<T>;
  isRunning: boolean;
}

/** The answers of the last moments: payers reload a page, and each reload must not be a request to a gateway. */
export class Recent<T> {
  readonly #clock: { now(): number };
  readonly #everyMs: number;
  /** Oldest first. */
  readonly #kept = new Map<string, Kept<T>>();

  constructor(clock: { now(): number }, everyMs: number) {
    this.#clock = clock;
    this.#everyMs = everyMs;
  }

  /** Asks, or shares the answer to the same question. `isRunning`: that question has no answer yet. */
  ask(key: string, send: () => Promise<T>): { readonly answer: Promise<T>; readonly isRunning: boolean } {
    const now = this.#clock.now();
    const kept = this.#kept.get(key);
    if (kept && (kept.isRunning || (now >= kept.atMs && now - kept.atMs < this.#everyMs))) return kept;
    const asked: Kept<T> = { atMs: now, answer: send(), isRunning: true };
    const end = (): void => void (asked.isRunning = false);
    asked.answer.then(end, end);
    this.#kept.delete(key);
    this.#kept.set(key, asked);
    this.#forget(now);
    return asked;
  }

  #forget(now: number): void {
    for (const [key, { atMs, isRunning }] of this.#kept) {
      const isInUse = isRunning || now - atMs < this.#everyMs;
      if (isInUse && this.#kept.size <= MAX_KEPT) break;
      this.#kept.delete(key);
    }
  }
}
