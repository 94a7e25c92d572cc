/** A signal that aborts at a deadline or with its parent, whichever comes first. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Frees the timer. Call it when the work is done. */
  readonly dispose: () => void;
}

/** Starts a deadline. The reason of the abort is a `TimeoutError`, or the parent's reason. Less than no time is none. */
export const startDeadline = (remainingMs: number, parent?: AbortSignal): Deadline => {
  const timeoutMs = Math.max(0, remainingMs);
  const controller = new AbortController();
  const timer = setTimeout(
    () => controller.abort(new DOMException(`no response within ${Math.round(timeoutMs)} ms`, "TimeoutError")),
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
  /** How long before the deadline the signal aborts, so that the work can still return the effect of the request. */
  readonly graceMs: number;
  readonly parent?: AbortSignal | undefined;
  /** Foreign code that the work runs inside. */
  readonly wrap: (run: () => Promise<T>) => Promise<T>;
  /** The result if there is none at the deadline. */
  readonly onSilence: (signal: AbortSignal) => T;
}

/** Returns a result at the deadline at the latest, even if the work ignores its signal or the wrapper hangs. */
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

/** The part of a call's time for a request whose effect can be read afterwards. */
const FIRST_SHARE = 2 / 3;

/** Runs the first of two steps with a shorter deadline, so that time is left for the second. */
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

/** Whether a signal was aborted by a deadline, not by a caller. */
export const isTimeout = (signal: AbortSignal): boolean =>
  (signal.reason as Error | undefined)?.name === "TimeoutError";
