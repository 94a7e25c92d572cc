import type { LedgerContext } from "../context.ts";
import type { StopTimedOut } from "../deliveries/problem.ts";
import { reportUnresolved } from "../deliveries/report-unresolved.ts";
import type { LedgerError } from "../errors.ts";
import type { Handler } from "../events/event.ts";
import { reconcileLinks } from "../reconcile/reconcile.ts";
import { MAX_TIMEOUT_MS } from "../timer.ts";
import type { ReconcileReport, Worker } from "../types.ts";
import { drainDue } from "./drain.ts";
import { notify } from "./notify.ts";
import type { LaneOptions } from "./work-lane.ts";

export interface WorkerOptions extends LaneOptions {
  readonly concurrency: number;
  readonly pollMs: number;
  readonly reconcile: boolean;
  readonly stopTimeoutMs: number;
  readonly onDatabaseError: (error: LedgerError) => void;
  readonly onReconciled: (report: ReconcileReport) => void;
}

/** How often a worker looks for links that are due, in milliseconds. */
const RECONCILE_MS = 60_000;
/** How often a worker looks for deliveries that need a person, in milliseconds. */
const REPORT_MS = 10_000;

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
        const timer = setTimeout(wake, Math.min(ms, MAX_TIMEOUT_MS));
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
  const running = createRunning();
  const work = async (): Promise<void> => {
    while (!signal.aborted) {
      const rung = bell.count();
      const drained = await drainDue(context, running.noting(handler), { ...options, goesOn: () => !signal.aborted });
      if (drained.isErr()) notify(options.onDatabaseError, drained.error);
      // Work that came meanwhile may have come too late for its last look.
      if (drained.isErr() || bell.count() === rung) await bell.wait(options.pollMs, signal);
    }
  };
  // Apart from the handling, which must not wait for a slow gateway.
  const sweep = async (): Promise<void> => {
    const pause = createBell();
    const limits = { endsAtMs: Number.POSITIVE_INFINITY, goesOn: () => !signal.aborted };
    while (!signal.aborted) {
      const reconciled = await reconcileLinks(context, {}, limits);
      reconciled.match(
        (report) => isWorthReporting(report) && notify(options.onReconciled, report),
        (error) => notify(options.onDatabaseError, error),
      );
      await pause.wait(RECONCILE_MS, signal);
    }
  };
  // Apart from the handling, which must not wait for a slow listener.
  const report = async (): Promise<void> => {
    const pause = createBell();
    while (!signal.aborted) {
      const reported = await reportUnresolved(context, () => !signal.aborted);
      if (reported.isErr()) notify(options.onDatabaseError, reported.error);
      await pause.wait(REPORT_MS, signal);
    }
  };
  const working = Promise.all([work(), report(), options.reconcile ? sweep() : undefined]);
  const stopInTime = async (): Promise<void> => {
    end.abort();
    const over = new AbortController();
    const isLate = await Promise.race([
      working.then(() => false),
      context.timer.limit(options.stopTimeoutMs, over.signal).then(() => true),
    ]);
    over.abort();
    if (isLate) context.problems.mention(stopTimedOut(options.stopTimeoutMs, running.events()));
  };
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= stopInTime();
    return stopping;
  };
  return { stop, [Symbol.asyncDispose]: stop };
};

/** The events whose handlers have not returned. */
const createRunning = () => {
  const ids = new Set<string>();
  return {
    events: (): readonly string[] => [...ids],
    noting:
      <Tx, Done>(handler: Handler<Tx, Done>): Handler<Tx, Done> =>
      (event, tx) => {
        const end = (): void => void ids.delete(event.id);
        ids.add(event.id);
        try {
          const done = handler(event, tx);
          if (done instanceof Promise) done.then(end, end);
          else end();
          return done;
        } catch (thrown) {
          end();
          throw thrown;
        }
      },
  };
};

const stopTimedOut = (stopTimeoutMs: number, events: readonly string[]): StopTimedOut => ({
  kind: "stop_timed_out",
  events,
  message: `expected a worker to stop within ${stopTimeoutMs} ms, and it had not: ${events.length} handlers have not returned`,
  hint: "Nothing is lost: what they have not committed is handled again. Give the library of the transaction, and each call that the handler makes, a timeout below leaseMs.",
});

const isWorthReporting = ({ looked, changed, unresolved, failed }: ReconcileReport): boolean =>
  looked > 0 || changed > 0 || unresolved.length > 0 || failed.length > 0;
