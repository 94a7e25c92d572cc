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

interface HardDeadline<T> {
  readonly timeoutMs: number;
  /** How long before the deadline the work is told to stop, so that it can still return what became of the request. */
  readonly graceMs: number;
  readonly parent?: AbortSignal | undefined;
  /** Code of somebody else's that the work runs inside. */
  readonly wrap: (run: () => Promise<T>) => Promise<T>;
  /** The result if there is none at the deadline. */
  readonly onSilence: (signal: AbortSignal) => T;
}

/** Runs work to a result at the deadline at the latest: neither work that ignores its signal nor a wrapper that hangs holds it up. */
export const withHardDeadline = async <T>(
  work: (signal: AbortSignal) => Promise<T>,
  { timeoutMs, graceMs, parent, wrap, onSilence }: HardDeadline<T>,
): Promise<T> => {
  const { signal, dispose } = startDeadline(timeoutMs - graceMs, parent);
  let graceTimer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<void>((resolve) => {
    const startGrace = (): void => {
      if (graceMs === 0) resolve();
      else graceTimer = setTimeout(resolve, graceMs);
    };
    if (signal.aborted) startGrace();
    else signal.addEventListener("abort", startGrace, { once: true });
  }).then(() => onSilence(signal));
  let finished: T | undefined;
  const run = async (): Promise<T> => {
    finished = await (signal.aborted ? silence : Promise.race([work(signal), silence]));
    return finished;
  };
  try {
    return await Promise.race([wrap(run), silence.then((silent) => finished ?? silent)]);
  } finally {
    dispose();
    clearTimeout(graceTimer);
  }
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
