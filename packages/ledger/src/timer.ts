/** Measures and waits. Apart from the clock, which has the current time and may be set. */
export interface Timer {
  /** Milliseconds since some moment. */
  readonly elapsedMs: () => number;
  /** Ends after a time in milliseconds, or when the signal aborts. */
  readonly wait: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

/** The system's. */
export const systemTimer: Timer = {
  elapsedMs: () => performance.now(),
  wait: (ms, signal) =>
    new Promise((resolve) => {
      const end = (): void => {
        signal?.removeEventListener("abort", end);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal?.addEventListener("abort", end, { once: true });
      if (signal?.aborted) end();
    }),
};
