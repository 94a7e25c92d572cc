const ONCE = { once: true } as const;

/** The part of a call's time for a request whose effect can be read afterwards. */
const FIRST_SHARE = 2 / 3;

/**
 * A signal that aborts at a deadline or with its parent, whichever comes first: the reason is a `TimeoutError`, or the parent's reason.
 * `onAbort` is called once it aborts. Less than no time is none.
 */
export class Deadline {
  readonly #controller = new AbortController();
  readonly signal: AbortSignal = this.#controller.signal;
  readonly #parent: AbortSignal | undefined;
  readonly #onAbort: ((deadline: Deadline) => void) | undefined;
  readonly #follow: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #share: Deadline | undefined;

  constructor(remainingMs: number, parent?: AbortSignal, onAbort?: (deadline: Deadline) => void) {
    this.#parent = parent;
    this.#onAbort = onAbort;
    this.#follow = parent && (() => this.#abort(parent.reason));
    this.fireIn(remainingMs, () => this.#abort(timeoutError(remainingMs)));
    if (parent?.aborted) this.#abort(parent.reason);
    else if (this.#follow) parent?.addEventListener("abort", this.#follow, ONCE);
  }

  /** Calls back after a time, in place of what the timer was set for. */
  fireIn(timeoutMs: number, onTime: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(onTime, Math.max(0, timeoutMs));
  }

  /** The signal of the first of two steps: its deadline is shorter, so that time is left for the second. */
  startShare(timeoutMs: number): AbortSignal {
    this.#share = new Deadline(timeoutMs * FIRST_SHARE);
    if (this.signal.aborted) this.#share.#abort(this.signal.reason);
    return this.#share.signal;
  }

  endShare(): void {
    this.#share?.end();
    this.#share = undefined;
  }

  /** Frees the timers. Call it when the work is done. */
  end(): void {
    clearTimeout(this.#timer);
    this.endShare();
    if (this.#follow) this.#parent?.removeEventListener("abort", this.#follow);
  }

  #abort(reason: unknown): void {
    this.#controller.abort(reason);
    if (this.#share) this.#share.#abort(reason);
    this.#onAbort?.(this);
  }
}

const timeoutError = (timeoutMs: number): DOMException =>
  new DOMException(`no response within ${Math.round(Math.max(0, timeoutMs))} ms`, "TimeoutError");

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
  readonly onSilence: (signal: AbortSignal) => T;
}

/** Starts work, and calls back with its result. */
type Start<T> = (deadline: Deadline, end: (value: T) => void, fail: (thrown: unknown) => void) => void;

/** Returns a result at the deadline at the latest, even if the work ignores its signal or the wrapper hangs. */
export const withHardDeadline = <T>(
  start: Start<T>,
  { timeoutMs, graceMs, parent, wrap, onSilence }: HardDeadline<T>,
): Promise<T> =>
  // One promise: a race keeps two more for each of its sides.
  new Promise((resolve, reject) => {
    const deadline = new Deadline(timeoutMs - graceMs, parent, (aborted) => {
      if (graceMs === 0) queueMicrotask(() => giveUp());
      else aborted.fireIn(graceMs, () => giveUp());
    });
    const end = (value: T): void => {
      deadline.end();
      resolve(value);
    };
    const fail = (thrown: unknown): void => {
      deadline.end();
      reject(thrown);
    };
    let giveUp = (): void => end(onSilence(deadline.signal));
    if (!wrap) return deadline.signal.aborted ? undefined : start(deadline, end, fail);
    let finished: { readonly value: T } | undefined;
    let finish = (value: T): void => {
      finished ??= { value };
    };
    giveUp = () => {
      finish(onSilence(deadline.signal));
      if (finished) end(finished.value);
    };
    const run = (): Promise<T> =>
      new Promise((resolveRun, rejectRun) => {
        if (finished) return resolveRun(finished.value);
        finish = (value) => {
          finished ??= { value };
          resolveRun(finished.value);
        };
        if (!deadline.signal.aborted) start(deadline, finish, rejectRun);
      });
    wrap(run).then(end, fail);
  });

/** Whether a signal was aborted by a deadline, not by a caller. */
export const isTimeout = (signal: AbortSignal): boolean =>
  (signal.reason as Error | undefined)?.name === "TimeoutError";
