import { MINUTE_MS } from "../time/times.ts";
import { isTaken, type RetryPolicy, USUAL_TIMEOUT_MS } from "../webhooks/retries.ts";

// docs.xfers.com, Callback retry logic: 20 times in total, first after 5 minutes, each gap 5 minutes longer.
export const RETRY_POLICY: RetryPolicy = {
  timeoutMs: USUAL_TIMEOUT_MS,
  maxRedirects: 0,
  retriesAfter: (answer) => (isTaken(answer) ? 0 : 19),
  gapMs: (retry) => retry * 5 * MINUTE_MS,
};
