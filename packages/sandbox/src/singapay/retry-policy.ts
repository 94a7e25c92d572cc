import { minuteMs } from "../time/times.ts";
import { type RetryPolicy, retriesByStatus, usualTimeoutMs } from "../webhooks/retries.ts";

// docs.singapay.id, webhooks/retry-mechanism.
export const retryPolicy: RetryPolicy = {
  timeoutMs: usualTimeoutMs,
  maxRedirects: 5,
  retriesAfter: (answer) => retriesByStatus(answer, { unanswered: 1, redirects: 0 }),
  gapMs: () => minuteMs,
};
