import { type DriverError, driverError } from "@tautan/core/driver";
import type { HttpFailure, HttpReply, RequestPurpose } from "./http-types.ts";
import { whatCame } from "./json.ts";
import type { Redactor } from "./redact.ts";
import { retryAfterMs } from "./retry-after.ts";

/** The error for a missing reply: `not_sent` only if no byte was sent. */
export const failureFromTransport = (failure: HttpFailure): DriverError => {
  const { reason, sent, retryAfterMs: waitMs } = failure;
  const outcome = sent ? "unknown" : "not_sent";
  // A custom transport may write anything there.
  const details = [matching(failure.code, SYSTEM_CODE), matching(failure.peer, HOST)].filter(
    (each) => each !== undefined,
  );
  const detail = details.length === 0 ? "" : ` (${details.join(", ")})`;
  const host = matching(failure.host, HOST);
  const connection = host === undefined ? "the connection" : `the connection to ${host}`;
  const errors = {
    timeout: ["timeout", `no response${host === undefined ? "" : ` from ${host}`} before the deadline`],
    aborted: ["aborted", "the caller's signal was aborted"],
    connect: ["network", `${connection} could not be opened${detail}`],
    broken: ["network", `${connection} was lost before the response was complete${detail}`],
    paused: ["rate_limited", "the gateway's limit of requests, or your own, is used up for now; nothing was sent"],
    too_large: ["malformed_response", "the response is larger than any that the gateway documents"],
  } as const;
  const [kind, message] = errors[reason];
  return driverError(kind, { message, outcome, retryAfterMs: waitMs });
};

const matching = (text: string | undefined, form: RegExp): string | undefined =>
  text !== undefined && form.test(text) ? text : undefined;

/** Such as `ECONNREFUSED` or `UND_ERR_SOCKET`, and our own of proxies. */
const SYSTEM_CODE =
  /^(?:E[A-Z0-9]{2,20}|(?:UND_ERR|HPE|CERT|ERR|UNABLE|DEPTH|SELF|NOT|INVALID)_[A-Z0-9_]{2,50}|PROXY_ANSWERED_\d{3})$/;

/** A name or an address, with a port or without. */
const HOST = /^(?:\[[\da-f:.]{2,45}\]|[a-z\d-]{1,63}(?:\.[a-z\d-]{1,63}){0,9}\.?)(?::\d{1,5})?$/i;

/**
 * The meaning of an HTTP status alone, for replies that a provider's own rules do not explain.
 *
 * 5xx leaves the outcome unknown: the failure may have happened after the request took effect.
 */
export const failureFromStatus = (reply: HttpReply, message: string, providerCode?: string): DriverError => {
  const { status } = reply;
  const details = { message, status, providerCode };
  if (status === 401) return driverError("unauthenticated", details);
  if (status === 403) return driverError("forbidden", details);
  if (status === 404 || status === 410) return driverError("not_found", details);
  // The server reports that it stopped waiting for the request: whether it took effect is unknown.
  if (status === 408) return driverError("timeout", details);
  if (status === 429) return driverError("rate_limited", { ...details, retryAfterMs: retryAfterMs(reply) });
  if (status >= 500) return driverError("unavailable", details);
  if (status >= 400) return driverError("rejected", details);
  return driverError("malformed_response", details);
};

/** The purpose of a request, and the redactor for the texts of its response. */
export interface ReplyContext {
  readonly purpose: RequestPurpose;
  readonly redact: Redactor;
}

/** The request that a reply answers, and whether the provider itself can have written that reply. */
export interface Answered {
  readonly purpose: RequestPurpose;
  /** Whether the reply has the form that the provider documents for its errors. */
  readonly isOwnForm: boolean;
}

/**
 * A refusal counts only if the provider itself wrote it. A proxy, a firewall or a load balancer responds with its own pages,
 * possibly after it passed the request on. A create or change that gets such a page is `unknown`, with the kind of the
 * status alone, and "not found" does not prove that a link is gone.
 *
 * Every error that a driver reads from a reply goes through this function.
 */
export const provenRefusal = (error: DriverError, reply: HttpReply, { purpose, isOwnForm }: Answered): DriverError => {
  if (isOwnForm || error.outcome !== "refused") return error;
  const doubtful = { hint: NOT_ITS_OWN_HINT, outcome: "unknown" } as const;
  if (purpose === "create" || purpose === "change") {
    const message = `${error.message} (${whatCame(reply)}, not the form of the provider's own errors)`;
    return Object.freeze({ ...failureFromStatus(reply, message), ...doubtful });
  }
  return error.kind === "not_found" ? Object.freeze({ ...error, ...doubtful }) : error;
};

const NOT_ITS_OWN_HINT =
  "A proxy or firewall may have responded in the gateway's place: check proxies, firewalls and baseUrl.";
