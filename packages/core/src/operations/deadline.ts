const ONCE = { once: true } as const;

/** A signal that aborts at a deadline or with its parent, whichever comes first. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Frees the timer. Call it when the work is done. */
  readonly dispose: () => void;
}

/**
 * Starts a deadline. The reason of the abort is a `TimeoutError`, or the parent's reason. `onAbort` is called once it aborts. Less than no
 * time is none.
 */
export const startDeadline = (remainingMs: number, parent?: AbortSignal, onAbort?: () => void): Deadline => {
  const timeoutMs = Math.max(0, remainingMs);
  const controller = new AbortController();
  const abort = (reason: unknown): void => {
    controller.abort(reason);
    onAbort?.();
  };
  const timer = setTimeout(
    () => abort(new DOMException(`no response within ${Math.round(timeoutMs)} ms`, "TimeoutError")),
    timeoutMs,
  );
  const follow = (): void => abort(parent?.reason);
  if (parent?.aborted) follow();
  else parent?.addEventListener("abort", follow, ONCE);
  return {
    signal: controller.signal,
    dispose: () => {
      clearTimeout(timer);
      parent?.removeEventListener("abort", follow);
    },
  };
};

/** Returns the result of the work, or another one after a time, even if the work never ends. */
export const withTimeLimit = <T>(timeoutMs: number, work: Promise<T>, onTimeout: () => T): Promise<T> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(onTimeout()), timeoutMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });

interface HardDeadline<T> {
  readonly timeoutMs: number;
  /** How long before the deadline the signal aborts, so that the work can still return the effect of the request. */
  readonly graceMs: number;
  readonly parent?: AbortSignal | undefined;
  /** Foreign code that the work runs inside, if there is any. */
  readonly wrap?: ((run: () => Promise<T>) => Promise<T>) | undefined;
  /** The result if there is none at the deadline. */
  readonly onSilence: (signal: AbortSignal) => T;
}

/** Returns a result at the deadline at the latest, even if the work ignores its signal or the wrapper hangs. */
export const withHardDeadline = <T>(
  work: (signal: AbortSignal) => Promise<T>,
  { timeoutMs, graceMs, parent, wrap, onSilence }: HardDeadline<T>,
): Promise<T> =>
  // One promise: a race keeps two more for each of its sides.
  new Promise((resolve, reject) => {
    let graceTimer: ReturnType<typeof setTimeout> | undefined;
    let finished: { readonly value: T } | undefined;
    let finish = (value: T): void => {
      finished ??= { value };
    };
    const stop = (): void => {
      deadline.dispose();
      clearTimeout(graceTimer);
    };
    const end = (value: T): void => {
      stop();
      resolve(value);
    };
    const fail = (thrown: unknown): void => {
      stop();
      reject(thrown);
    };
    const giveUp = (): void => {
      finish(onSilence(deadline.signal));
      if (finished) end(finished.value);
    };
    const deadline = startDeadline(timeoutMs - graceMs, parent, () => {
      if (graceMs === 0) queueMicrotask(giveUp);
      else graceTimer = setTimeout(giveUp, graceMs);
    });
    const start = (): Promise<T> | undefined => (deadline.signal.aborted ? undefined : work(deadline.signal));
    if (!wrap) return void start()?.then(end, fail);
    const run = (): Promise<T> =>
      new Promise((resolveRun, rejectRun) => {
        if (finished) return resolveRun(finished.value);
        finish = (value) => {
          finished ??= { value };
          resolveRun(finished.value);
        };
        start()?.then(finish, rejectRun);
      });
    wrap(run).then(end, fail);
  });

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
