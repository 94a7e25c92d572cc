import { MINUTE_MS } from "../time/times.ts";
import { type RetryPolicy, retriesByStatus } from "../webhooks/retries.ts";

// docs.midtrans.com, Best Practices to Handle Notification: the gaps from the first retry to the fifth.
const GAPS_MS = [2, 10, 30, 90, 210].map((minutes) => minutes * MINUTE_MS);

// docs.midtrans.com, HTTP(S) Notification / Webhooks: its example of a time shift has the first retry, of two minutes, after
// 33 seconds.
const SHORTEST_GAP = 0.275;

// docs.midtrans.com, Best Practices to Handle Notification, and HTTP(S) Notification / Webhooks.
export const RETRY_POLICY: RetryPolicy = {
  timeoutMs: 15_000,
  maxRedirects: 5,
  // "All other failures" has no answer, and too many redirects, among it.
  retriesAfter: (answer) => retriesByStatus(answer, { unanswered: 5, redirects: 5 }),
  gapMs(retry, random) {
    const gapMs = GAPS_MS[retry - 1] ?? 0;
    // "Put a time shift for each retry based on the above interval": at most the interval.
    return Math.ceil(gapMs * (1 - random.fraction() * (1 - SHORTEST_GAP)));
  },
};
