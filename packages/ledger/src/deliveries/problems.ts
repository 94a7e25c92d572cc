import type { Clock } from "@tautan/core";
import type { Timer } from "../timer.ts";
import type { LedgerProblem, ProblemListener } from "./problem.ts";

/** Passes problems to the application's listener. */
export interface Problems {
  /** Whether anybody listens. */
  readonly isHeard: boolean;
  /** Reports a problem once, without waiting. Never throws. */
  readonly mention: (problem: LedgerProblem) => void;
  /** Reports a problem. Returns whether the listener has taken it. */
  readonly report: (problem: LedgerProblem) => Promise<boolean>;
  /** Whether a minute has passed since something was last done. */
  readonly isDue: (what: "look_for_workers" | "look_for_gateways") => boolean;
}

/** The longest wait for a listener that returns a promise, in milliseconds. */
const LISTENER_MS = 30_000;
const MINUTE_MS = 60_000;

export const createProblems = (
  listener: ProblemListener | undefined,
  { clock, timer }: { readonly clock: Clock; readonly timer: Timer },
): Problems => {
  const done = new Map<string, number>();
  const report: Problems["report"] = async (problem) => {
    if (!listener) return false;
    const end = new AbortController();
    try {
      const isTaken = (async () => {
        await listener(problem);
        return true;
      })();
      return await Promise.race([isTaken, timer.limit(LISTENER_MS, end.signal).then(() => false)]);
    } catch {
      // Whoever listens decides neither the answer to a webhook nor the work of others.
      return false;
    } finally {
      end.abort();
    }
  };
  return {
    isHeard: listener !== undefined,
    mention: (problem) => void report(problem),
    report,
    isDue: (what) => {
      const nowMs = clock.now();
      const lastMs = done.get(what) ?? Number.NEGATIVE_INFINITY;
      // A clock that was set back must not silence it.
      if (Math.abs(nowMs - lastMs) < MINUTE_MS) return false;
      done.set(what, nowMs);
      return true;
    },
  };
};
