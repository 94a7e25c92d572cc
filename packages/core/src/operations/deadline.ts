/** A signal that fires at a deadline or with its parent, whichever comes first. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Frees the timer; call it when the work is done. */
  readonly dispose: () => void;
}

/** Starts a deadline. The reason is a `TimeoutError` at the deadline, and the parent's own where that fires. */
export const startDeadline = (timeoutMs: number, parent?: AbortSignal): Deadline => {
  const controller = new AbortController();
  const timer = setTimeout(
    () => controller.abort(new DOMException(`no answer within ${Math.round(timeoutMs)} ms`, "TimeoutError")),
    timeoutMs,
  );
  const follow = (): void => controller.abort(parent?.reason);
  if (parent?.aborted) follow();
  else parent?.addEventListener("abort", follow, { once: true });
  return {
    signal: controller.signal,
    dispose: () => {
      clearTimeout(timer);
      parent?.removeEventListener("abort", follow);
    },
  };
};

/** The part of a call's time that a request may take where its effect can be read afterwards. */
const FIRST_SHARE = 2 / 3;

/** Runs the first of two steps under a deadline of its own, so that time is left for the second. */
export const withDeadlineShare = async <T>(
  timeoutMs: number,
  parent: AbortSignal,
  work: (signal: AbortSignal) => PromiseLike<T>,
): Promise<T> => {
  const deadline = startDeadline(timeoutMs * FIRST_SHARE, parent);
  try {
    return await work(deadline.signal);
  } finally {
    deadline.dispose();
  }
};

/** Whether a signal fired because a deadline passed, rather than because somebody gave up. */
export const isTimeout = (signal: AbortSignal): boolean =>
  (signal.reason as Error | undefined)?.name === "TimeoutError";
