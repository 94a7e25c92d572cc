import { MINUTE_MS } from "../time/times.ts";
import { type RetryPolicy, retriesByStatus, USUAL_TIMEOUT_MS } from "../webhooks/retries.ts";

// docs.singapay.id, webhooks/retry-mechanism.
export const RETRY_POLICY: RetryPolicy = {
  timeoutMs: USUAL_TIMEOUT_MS,
  maxRedirects: 5,
  retriesAfter: (answer) => retriesByStatus(answer, { unanswered: 1, redirects: 0 }),
  gapMs: () => MINUTE_MS,
};
