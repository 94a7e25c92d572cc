import type { Random } from "../state/random.ts";
import { minuteMs } from "../time/times.ts";
import type { Provider } from "../types.ts";

/** What became of one POST to the merchant. */
export type Answer = { readonly status: number } | { readonly error: string };

/** How a provider goes about a webhook that was not taken. */
export interface RetryPolicy {
  /** How many redirects with 307 and 308 it follows, posting the same again. */
  readonly maxRedirects: number;
  /** How many times it sends again at most, where this was the newest answer. */
  retriesAfter(answer: Answer): number;
  /** How long it waits before it sends again; `retry` counts from 1. */
  gapMs(retry: number, random: Random): number;
}

const isTaken = (answer: Answer): boolean => "status" in answer && answer.status >= 200 && answer.status <= 299;

/** A table of answers: the same at Midtrans and SingaPay but for what is not in it. */
function retriesByStatus(answer: Answer, others: { readonly unanswered: number; readonly redirects: number }): number {
  if (isTaken(answer)) return 0;
  if ("error" in answer) return others.unanswered;
  switch (answer.status) {
    case 500:
      return 1;
    case 503:
      return 4;
    case 400:
    case 404:
      return 2;
    case 301:
    case 302:
    case 303:
      return 0;
    case 307:
    case 308:
      return others.redirects;
    default:
      return 5;
  }
}

// docs.midtrans.com, Best Practices to Handle Notification: the gaps from the first retry to the fifth.
const midtransGapsMs = [2, 10, 30, 90, 210].map((minutes) => minutes * minuteMs);

// docs.midtrans.com, HTTP(S) Notification / Webhooks: its example of a time shift has the first retry, of two minutes, after
// 33 seconds.
const midtransShortestGap = 0.275;

export const retryPolicies: Readonly<Record<Provider, RetryPolicy>> = {
  // docs.midtrans.com, Best Practices to Handle Notification, and HTTP(S) Notification / Webhooks.
  midtrans: {
    maxRedirects: 5,
    // "All other failures" has no answer, and too many redirects, among it.
    retriesAfter: (answer) => retriesByStatus(answer, { unanswered: 5, redirects: 5 }),
    gapMs(retry, random) {
      const gapMs = midtransGapsMs[retry - 1] ?? 0;
      // "Put a time shift for each retry based on the above interval": at most the interval.
      return Math.ceil(gapMs * (1 - random.fraction() * (1 - midtransShortestGap)));
    },
  },
  // docs.xfers.com, Callback retry logic: 20 times in total, first after 5 minutes, each gap 5 minutes longer.
  xfers: {
    maxRedirects: 0,
    retriesAfter: (answer) => (isTaken(answer) ? 0 : 19),
    gapMs: (retry) => retry * 5 * minuteMs,
  },
  // docs.singapay.id, webhooks/retry-mechanism.
  singapay: {
    maxRedirects: 5,
    retriesAfter: (answer) => retriesByStatus(answer, { unanswered: 1, redirects: 0 }),
    gapMs: () => minuteMs,
  },
};
