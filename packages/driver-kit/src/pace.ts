import { err } from "neverthrow";
import { pause, reasonOf } from "./pause.ts";
import { retryAfterMs } from "./retry-after.ts";
import type { Transport } from "./transport.ts";

export interface PaceOptions {
  /** Requests that may leave in a second, spread evenly; may be a fraction. Default: no limit of ours. */
  readonly maxRequestsPerSecond?: number | undefined;
  /** The longest a request waits for its turn, in milliseconds; one that would wait longer fails at once. Default 10,000. */
  readonly maxWaitMs?: number | undefined;
}

/** The statuses whose `Retry-After` holds for everybody. */
const ASKING_TO_WAIT: ReadonlySet<number> = new Set([429, 503]);

/** Lets requests leave no faster than allowed, and none before the time that a provider's `Retry-After` named. */
export const withPace = (
  transport: Transport,
  { maxRequestsPerSecond, maxWaitMs = 10_000 }: PaceOptions = {},
): Transport => {
  const intervalMs = maxRequestsPerSecond === undefined ? 0 : 1000 / maxRequestsPerSecond;
  let freeAtMs = 0;
  return {
    send: async (request) => {
      const nowMs = performance.now();
      const waitMs = Math.max(freeAtMs - nowMs, 0);
      if (waitMs > maxWaitMs) return err({ reason: "paused", sent: false, retryAfterMs: Math.ceil(waitMs) });
      freeAtMs = nowMs + waitMs + intervalMs;
      if (waitMs > 0 && !(await pause(waitMs, request.signal))) {
        return err({ reason: reasonOf(request.signal), sent: false });
      }
      const result = await transport.send(request);
      const askedMs = result.isOk() && ASKING_TO_WAIT.has(result.value.status) ? retryAfterMs(result.value) : undefined;
      if (askedMs !== undefined) freeAtMs = Math.max(freeAtMs, performance.now() + askedMs);
      return result;
    },
  };
};
