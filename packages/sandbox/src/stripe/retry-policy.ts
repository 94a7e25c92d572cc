import { HOUR_MS, MINUTE_MS, type RetryPolicy, retryPolicyOf } from "../simulator-kit/index.ts";

/**
 * docs.stripe.com/webhooks, "Retry behavior": in a sandbox three times over a few hours, with a new signature each time.
 * In live mode it is for three days, with exponential backoff.
 */
export const RETRY_POLICY: RetryPolicy = retryPolicyOf({
  gapsMs: [5 * MINUTE_MS, 30 * MINUTE_MS, 2 * HOUR_MS],
  signsAgain: true,
});
