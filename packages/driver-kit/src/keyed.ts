import { err } from "neverthrow";
import type { HttpRequest, Sent, Transport } from "./http-types.ts";
import { pause } from "./pause.ts";
import { retryAfterMs } from "./retry-after.ts";

/** The rules of a provider's idempotency keys, from its documents. */
export interface KeyRules {
  /** The header that has the key, such as `Idempotency-Key`. A POST without it is sent once. */
  readonly header: string;
  /** The statuses of a reply that a request with the same key is still being processed, such as 409. Default: none. */
  readonly inFlight?: readonly number[];
  /** The maximum number of repeats of a request. Default 2. */
  readonly maxRepeats?: number;
  /** The first pause before a repeat, in milliseconds; doubles each time, with jitter. Default 500. */
  readonly repeatDelayMs?: number;
  /** A repeat for which the provider asks to wait longer is not sent. In milliseconds; default 10,000. */
  readonly maxWaitMs?: number;
}

/**
 * Repeats a POST that has a key, byte for byte, if it may have taken effect and nothing proves it: after a lost connection, a
 * 5xx, or a reply that the same key is still being processed. Only for providers that document that a repeat with the same key
 * has no second effect. Ends at the deadline, at an abort, and after `maxRepeats`.
 *
 * The result is never better than what is proven. If no repeat gets an answer, it is that of a request that may have been sent,
 * so the outcome is unknown. A refusal before the key is looked at, such as 401 or 429, does not prove that the first
 * request had no effect: then that of the first is the result. If every reply reports that the key is being processed, the last
 * one is the result, and the driver must read it as an unknown outcome.
 *
 * @example
 * ```ts
 * import { createTransport } from "@tautan/driver-kit";
 * import { withKeyedRepeats } from "@tautan/driver-kit/http";
 *
 * const transport = withKeyedRepeats(createTransport(), { header: "Idempotency-Key", inFlight: [409] });
 * ```
 */
export const withKeyedRepeats = (transport: Transport, rules: KeyRules): Transport => {
  const { header, maxRepeats = 2, repeatDelayMs = 500, maxWaitMs = 10_000 } = rules;
  return {
    send: async (request) => {
      const first = await transport.send(request);
      if (request.method !== "POST" || !hasHeader(request, header)) return first;
      let result = first;
      let open: Sent | undefined;
      for (let repeat = 0; repeat < maxRepeats; repeat += 1) {
        if (isOpen(result)) open = result;
        else if (isInFlight(result, rules)) open ??= result;
        if (!mayRepeat(result, rules, open !== undefined)) break;
        const askedMs = result.isOk() ? retryAfterMs(result.value) : undefined;
        if (askedMs !== undefined && askedMs > maxWaitMs) break;
        const pauseMs = askedMs ?? repeatDelayMs * 2 ** repeat * (0.5 + Math.random() / 2);
        if (!(await pause(pauseMs, request.signal))) break;
        result = await transport.send(request);
      }
      return open === undefined ? result : provenBy(result, open, rules);
    },
  };
};

/** An empty key is none. */
const hasHeader = ({ headers }: HttpRequest, header: string): boolean =>
  Object.entries(headers).some(([name, value]) => name.toLowerCase() === header.toLowerCase() && value !== "");

/** Whether a request may have taken effect, and its result does not show it. */
const isOpen = (result: Sent): boolean => (result.isOk() ? result.value.status >= 500 : result.error.sent);

const isInFlight = (result: Sent, { inFlight = [] }: KeyRules): boolean =>
  result.isOk() && inFlight.includes(result.value.status);

const mayRepeat = (result: Sent, rules: KeyRules, wasSent: boolean): boolean => {
  if (result.isOk()) {
    return result.value.mayRepeat ?? (isOpen(result) || isInFlight(result, rules));
  }
  const { reason } = result.error;
  // Of a first request that was not sent, the transport has repeated the connection already.
  return reason === "broken" || (reason === "connect" && wasSent);
};

/** Refusals before a provider looks at the key. */
const BEFORE_THE_KEY: ReadonlySet<number> = new Set([401, 403, 408, 425, 429]);

/** The last result if it answers for the earlier request too, otherwise that of the earlier request. */
const provenBy = (result: Sent, open: Sent, rules: KeyRules): Sent => {
  if (result.isOk()) return BEFORE_THE_KEY.has(result.value.status) || isInFlight(result, rules) ? open : result;
  const { reason, sent } = result.error;
  if (sent) return result;
  return reason === "timeout" || reason === "aborted" ? err({ ...result.error, sent: true }) : open;
};
