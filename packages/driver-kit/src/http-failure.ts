import { type DriverError, failure } from "@tautan/core/driver";
import { retryAfterMs } from "./retry-after.ts";
import type { HttpFailure, HttpReply } from "./transport.ts";

/** What a missing reply means to a caller: `not_sent` only where not one byte left. */
export const failureFromTransport = ({ reason, sent, code, retryAfterMs: waitMs }: HttpFailure): DriverError => {
  const outcome = sent ? "unknown" : "not_sent";
  const detail = code === undefined ? "" : ` (${code})`;
  switch (reason) {
    case "timeout":
      return failure("timeout", { message: "no answer before the deadline", outcome });
    case "aborted":
      return failure("aborted", { message: "the caller's signal fired", outcome });
    case "connect":
      return failure("network", { message: `the connection could not be opened${detail}`, outcome });
    case "broken":
      return failure("network", { message: `the connection broke before the answer was complete${detail}`, outcome });
    case "paused":
      return failure("rate_limited", {
        message: "the gateway's limit of requests, or our own, is used up for now; nothing was sent",
        retryAfterMs: waitMs,
        outcome,
      });
    case "too_large":
      return failure("malformed_response", { message: "the answer is larger than any the gateway documents", outcome });
  }
};

/**
 * What an HTTP status alone means, for replies that a provider's own rules do not explain.
 *
 * 5xx leaves the outcome unknown: the fault may have come after the work was done.
 */
export const failureFromStatus = (reply: HttpReply, message: string, providerCode?: string): DriverError => {
  const { status } = reply;
  const details = { message, status, providerCode };
  if (status === 401) return failure("unauthenticated", details);
  if (status === 403) return failure("forbidden", details);
  if (status === 404 || status === 410) return failure("not_found", details);
  // The server gave up waiting for the request, or says so: what it did with it is not known.
  if (status === 408) return failure("timeout", details);
  if (status === 429) return failure("rate_limited", { ...details, retryAfterMs: retryAfterMs(reply) });
  if (status >= 500) return failure("unavailable", details);
  if (status >= 400) return failure("rejected", details);
  return failure("malformed_response", details);
};
