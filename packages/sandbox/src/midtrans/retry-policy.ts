import { COMMON_RETRIES, MINUTE_MS, type RetryPolicy, retryPolicyOf } from "../simulator-kit/index.ts";

// docs.midtrans.com, HTTP(S) Notification / Webhooks: its example of a time shift has the first retry, of two minutes, after
// 33 seconds.
const SHORTEST_SHARE = 0.275;

// docs.midtrans.com, Best Practices to Handle Notification, and HTTP(S) Notification / Webhooks.
export const RETRY_POLICY: RetryPolicy = retryPolicyOf({
  timeoutMs: 15_000,
  maxRedirects: 5,
  gapsMs: [2, 10, 30, 90, 210].map((minutes) => minutes * MINUTE_MS),
  // "All other failures" has no answer, and too many redirects, among it: all five.
  retriesAfter: COMMON_RETRIES,
  // "Put a time shift for each retry based on the above interval": at most the interval.
  shortestShare: SHORTEST_SHARE,
});
