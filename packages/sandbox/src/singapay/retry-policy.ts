import { COMMON_RETRIES, MINUTE_MS, type RetryPolicy, retryPolicyOf } from "../simulator-kit/index.ts";

// docs.singapay.id, webhooks/retry-mechanism.
export const RETRY_POLICY: RetryPolicy = retryPolicyOf({
  maxRedirects: 5,
  gapsMs: Array.from({ length: 5 }, () => MINUTE_MS),
  retriesAfter: { ...COMMON_RETRIES, 307: 0, 308: 0, unanswered: 1 },
});
