import { MINUTE_MS, type RetryPolicy, retryPolicyOf } from "../simulator-kit/index.ts";

// docs.xfers.com, Callback retry logic: 20 times in total, first after 5 minutes, each gap 5 minutes longer.
export const RETRY_POLICY: RetryPolicy = retryPolicyOf({
  gapsMs: Array.from({ length: 19 }, (_, index) => (index + 1) * 5 * MINUTE_MS),
});
