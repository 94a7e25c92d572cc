import type { LedgerContext } from "../context.ts";
import type { StorageError } from "../errors.ts";
import type { Handler } from "../events/event.ts";
import type { Worker } from "../types.ts";
import { drainDue } from "./drain.ts";
import type { LaneOptions } from "./work-lane.ts";

export interface WorkerOptions extends LaneOptions {
  readonly concurrency: number;
  readonly pollMs: number;
  readonly onDatabaseError: (error: StorageError) => void;
}

/** Wakes the workers of one ledger. */
export interface Bell {
  /** How often it was rung. */
  readonly count: () => number;
  readonly ring: () => void;
  /** Resolves when it rings, or after a time. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

export const createBell = (): Bell => {
  const waiting = new Set<() => void>();
  let count = 0;
  return {
    count: () => count,
    ring: () => {
      count += 1;
      for (const wake of waiting) wake();
    },
    wait: (ms, signal) =>
      new Promise((resolve) => {
        const wake = (): void => {
          waiting.delete(wake);
          signal.removeEventListener("abort", wake);
          clearTimeout(timer);
          resolve();
        };
        const timer = setTimeout(wake, ms);
        waiting.add(wake);
        signal.addEventListener("abort", wake, { once: true });
        if (signal.aborted) wake();
      }),
  };
};

/** Handles what is due, again and again, until it is stopped. */
export const startWorker = <Tx, Done>(
  context: LedgerContext<Tx, Done>,
  bell: Bell,
  handler: Handler<Tx, Done>,
  options: WorkerOptions,
): Worker => {
  const end = new AbortController();
  const { signal } = end;
  const work = async (): Promise<void> => {
    while (!signal.aborted) {
      const rung = bell.count();
      const drained = await drainDue(context, handler, { ...options, goesOn: () => !signal.aborted });
      if (drained.isErr()) tell(options, drained.error);
      // What has come while it worked may have come too late for its last look.
      if (drained.isErr() || bell.count() === rung) await bell.wait(options.pollMs, signal);
    }
  };
  const working = work();
  const stop = async (): Promise<void> => {
    end.abort();
    await working;
  };
  return { stop, [Symbol.asyncDispose]: stop };
};

const tell = ({ onDatabaseError }: WorkerOptions, error: StorageError): void => {
  try {
    onDatabaseError(error);
  } catch {
    // Whoever listens must not stop the worker.
  }
};
