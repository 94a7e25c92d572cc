/** Whether a signal fired because of a deadline. */
export const firedByDeadline = (signal: AbortSignal): boolean =>
  (signal.reason as { readonly name?: unknown } | undefined)?.name === "TimeoutError";
