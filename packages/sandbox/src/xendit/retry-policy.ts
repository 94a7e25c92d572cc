import { HOUR_MS, MINUTE_MS, type RetryPolicy, retryPolicyOf, SECOND_MS } from "../simulator-kit/index.ts";

/** When a callback is sent again, after the first try: docs.xendit.co, Webhook behavior. */
const AFTER_FIRST_MS = [15 * MINUTE_MS, ...[1, 3, 6, 12, 24].map((hours) => hours * HOUR_MS)];

export const RETRY_POLICY: RetryPolicy = retryPolicyOf({
  // help.xendit.co, article 28686969138585.
  timeoutMs: 30 * SECOND_MS,
  gapsMs: AFTER_FIRST_MS.map((afterMs, index) => afterMs - (AFTER_FIRST_MS[index - 1] ?? 0)),
});
