/** Measures and waits. Apart from the clock, which has the current time and may be set. */
export interface Timer {
  /** Milliseconds since some moment. */
  readonly elapsedMs: () => number;
  /** Ends after a time in milliseconds, or when the signal aborts. */
  readonly wait: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
  /** The same, for the limit of work that is under way: in a test, the clock must not move because work has a limit. */
  readonly limit: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** The longest time of `setTimeout`, which ends at once after a longer one. */
export const MAX_TIMEOUT_MS: number = 2 ** 31 - 1;

const wait: Timer["wait"] = (ms, signal) =>
  new Promise((resolve) => {
    const end = (): void => {
      signal?.removeEventListener("abort", end);
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(end, Math.min(ms, MAX_TIMEOUT_MS));
    signal?.addEventListener("abort", end, { once: true });
    if (signal?.aborted) end();
  });

/** The system's. */
export const systemTimer: Timer = { elapsedMs: () => performance.now(), wait, limit: wait };
