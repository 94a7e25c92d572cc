import { SECOND_MS } from "../time/times.ts";
import type { Answer, RetryPolicy } from "../webhooks/retries.ts";

/** When a provider sends a webhook again that was not taken. */
export interface RetrySchedule {
  /** How long it waits for an answer. Default: 15 seconds, for a provider that documents no other. */
  readonly timeoutMs?: number;
  /** How many redirects with 307 and 308 it follows. Default: 0. */
  readonly maxRedirects?: number;
  /** The time before each retry, in their order. */
  readonly gapsMs: readonly number[];
  /** How many retries there are at most after an answer with this status, or after none. Absent: one for each gap. */
  readonly retriesAfter?: { readonly [status: number]: number; readonly unanswered?: number };
  /** Whether a retry is signed at its own time. Default: it repeats the first signature. */
  readonly signsAgain?: boolean;
  /** The share of a gap that chance leaves of it at least. Default: 1, all of it. */
  readonly shortestShare?: number;
}

/** A table that several providers have in common. */
export const COMMON_RETRIES: Readonly<Record<number, number>> = {
  301: 0,
  302: 0,
  303: 0,
  400: 2,
  404: 2,
  500: 1,
  503: 4,
};

export const retryPolicyOf = (schedule: RetrySchedule): RetryPolicy => {
  const { timeoutMs = 15 * SECOND_MS, maxRedirects = 0, signsAgain = false } = schedule;
  const { gapsMs, retriesAfter = {}, shortestShare = 1 } = schedule;
  return {
    timeoutMs,
    maxRedirects,
    signsAgain,
    retriesAfter(answer) {
      if (isTaken(answer)) return 0;
      const retries = "error" in answer ? retriesAfter.unanswered : retriesAfter[answer.status];
      return retries ?? gapsMs.length;
    },
    gapMs(retry, random) {
      const gapMs = gapsMs[retry - 1] ?? 0;
      return shortestShare === 1 ? gapMs : Math.ceil(gapMs * (1 - random.fraction() * (1 - shortestShare)));
    },
  };
};

const isTaken = (answer: Answer): boolean => "status" in answer && answer.status >= 200 && answer.status <= 299;
