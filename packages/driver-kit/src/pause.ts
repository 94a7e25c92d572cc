/** Waits. Returns false if the signal fired first. */
export const pause = (ms: number, signal: AbortSignal): Promise<boolean> => {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const stop = (): void => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve(true);
    }, ms);
    signal.addEventListener("abort", stop, { once: true });
  });
};

/** Why a signal fired: a deadline, or an abort by the caller. */
export const reasonOf = (signal: AbortSignal): "timeout" | "aborted" =>
  (signal.reason as Error | undefined)?.name === "TimeoutError" ? "timeout" : "aborted";
