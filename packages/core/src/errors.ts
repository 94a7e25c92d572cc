import type { PaymentLink } from "./payment-link.ts";
import type { WebhookAcknowledgement } from "./webhook.ts";

/** The operations of the facade and of a gateway. */
export const OPERATIONS = [
  "create",
  "get",
  "find",
  "list",
  "update",
  "close",
  "reopen",
  "delete",
  "listHistories",
  "listRecentHistories",
  "getHistory",
  "listPaymentMethods",
  "parseWebhook",
  "confirm",
] as const;

export type OperationName = (typeof OPERATIONS)[number];

/**
 * The effect of a failed request at the gateway.
 *
 * - `not_sent`: nothing left this process.
 * - `refused`: the gateway refused the request.
 * - `unknown`: the request may have taken effect. Do not repeat it blindly: follow the error's `hint`.
 */
export type Outcome = "not_sent" | "refused" | "unknown";

interface ErrorOf<Kind extends string> {
  readonly kind: Kind;
  /** The gateway's configured key, or the requested key if there is no such gateway. */
  readonly gateway: string;
  readonly operation: OperationName;
  /** The expected and the received value. Contains no secrets and no personal data. */
  readonly message: string;
  /** What to do. */
  readonly hint: string;
  /** Whether retrying the same call may succeed. Not whether retrying is safe: see `outcome`. */
  readonly retryable: boolean;
  readonly outcome: Outcome;
  /** The HTTP status of the gateway's response, if there was one. */
  readonly status?: number;
  /** The provider's own error code, if there was one. */
  readonly providerCode?: string;
  /** For a create along a route: the errors of all gateways that were tried, in order. */
  readonly tried?: readonly PaymentLinkError[];
  /** The exception of a faulty driver, for its author. Not enumerable, so that it is not logged by accident. */
  readonly cause?: unknown;
}

/** One problem of an input. */
export interface Issue {
  /** The path of the field, such as `items[1].quantity`; empty for the whole input. */
  readonly path: string;
  readonly message: string;
}

/** Why an input is not valid. */
export interface InvalidInput {
  readonly issues: readonly Issue[];
}

/** The request breaks a rule of Tautan (`outcome: "not_sent"`) or of the gateway (`"refused"`). */
export interface InvalidRequestError extends ErrorOf<"invalid_request"> {
  readonly issues: readonly Issue[];
}

/** A feature that a gateway does not support, with the reason and an alternative. */
export interface UnsupportedFeature {
  /** The operation, or the field of the request: `list`, `items`, `usage.limit`. */
  readonly feature: string;
  readonly reason: string;
  readonly instead?: string;
}

/** The gateway does not support the request. Nothing was sent. */
export interface UnsupportedError extends ErrorOf<"unsupported"> {
  readonly features: readonly UnsupportedFeature[];
}

/** The gateway's format cannot express the amount exactly, such as a fraction of a rupiah. Nothing was sent. */
export interface AmountUnrepresentableError extends ErrorOf<"amount_unrepresentable"> {
  readonly path: string;
}

/** No gateway is configured under this key. */
export type UnknownGatewayError = ErrorOf<"unknown_gateway">;

/** The gateway does not accept the keys. */
export type UnauthenticatedError = ErrorOf<"unauthenticated">;

/** The keys are valid, but do not permit this operation or this client address. */
export type ForbiddenError = ErrorOf<"forbidden">;

/** The gateway has no such link or history. */
export type NotFoundError = ErrorOf<"not_found">;

/**
 * A link of a different request already has this reference. `hint` names the fields that differ.
 *
 * The `outcome` is `"unknown"` if this call may have created a link all the same:
 *
 * - The existing link cannot be read.
 * - The existing link is as recent as the request, and no random slug shows which call created it.
 * - The response was lost, and the gateway accepts a reference twice.
 */
export interface DuplicateReferenceError extends ErrorOf<"duplicate_reference"> {
  /**
   * The link that has the reference, if the gateway can look it up. Not enumerable, because errors are logged and a link can
   * contain the customer's data.
   */
  readonly existing?: PaymentLink;
}

/** The link's current state does not allow this operation. */
export type InvalidStateError = ErrorOf<"invalid_state">;

/** The link cannot be deleted because it has payments. Close it instead. */
export type HasHistoriesError = ErrorOf<"has_histories">;

/** Too many requests. */
export interface RateLimitedError extends ErrorOf<"rate_limited"> {
  /** How long to wait, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** The gateway has a failure (HTTP 5xx). */
export type UnavailableError = ErrorOf<"unavailable">;

/** The deadline passed before a response arrived. */
export type TimeoutError = ErrorOf<"timeout">;

/** The caller's `AbortSignal` aborted the call. */
export type AbortedError = ErrorOf<"aborted">;

/** The connection could not be opened, or was lost. */
export type NetworkError = ErrorOf<"network">;

/** The response does not have the documented form: HTML, truncated, too large, or a field is missing or has the wrong type. */
export type MalformedResponseError = ErrorOf<"malformed_response">;

/**
 * The response differs from the request: a different amount, currency, reference, usage limit or slug, or a different link or
 * history.
 */
export type ReplyMismatchError = ErrorOf<"reply_mismatch">;

/** Any other refusal; see `providerCode`. */
export type RejectedError = ErrorOf<"rejected">;

/**
 * The error of an operation: a closed union. Distinguish the cases by `kind`, or branch only on `outcome`.
 *
 * @example
 * ```ts
 * import type { PaymentLinkError } from "@tautan/core";
 *
 * const adviceFor = (error: PaymentLinkError): string => {
 *   if (error.kind === "invalid_request") return error.issues.map(({ path, message }) => `${path}: ${message}`).join("\n");
 *   if (error.kind === "duplicate_reference") return `Already used by ${error.existing?.id ?? "another link"}`;
 *   if (error.outcome === "unknown") return `Do not repeat blindly: ${error.hint}`;
 *   return error.retryable ? "Try again later" : `${error.message} ${error.hint}`;
 * };
 * ```
 */
export type PaymentLinkError =
  | InvalidRequestError
  | UnsupportedError
  | AmountUnrepresentableError
  | UnknownGatewayError
  | UnauthenticatedError
  | ForbiddenError
  | NotFoundError
  | DuplicateReferenceError
  | InvalidStateError
  | HasHistoriesError
  | RateLimitedError
  | UnavailableError
  | TimeoutError
  | AbortedError
  | NetworkError
  | MalformedResponseError
  | ReplyMismatchError
  | RejectedError;

interface WebhookErrorOf<Kind extends string> extends ErrorOf<Kind> {
  readonly operation: "parseWebhook";
  /** The response to send to the gateway. */
  readonly acknowledgement: WebhookAcknowledgement;
}

/** Why a signature does not verify. */
export type SignatureProblem =
  /** The signature, or a header or field that it needs, is absent. */
  | "missing"
  /** The signature does not have the documented form, or there are several different ones. */
  | "malformed"
  /** The signature was made with another key, or the body was modified. */
  | "mismatch"
  /** The signature matches a different serialisation of the same JSON: the body was parsed and serialised again. */
  | "body_reserialised";

/** The delivery does not prove that the gateway sent it. Nothing of it was used. */
export interface SignatureInvalidError extends WebhookErrorOf<"signature_invalid"> {
  readonly problem: SignatureProblem;
}

/** The signature is valid, but too old or from the future. */
export type SignatureExpiredError = WebhookErrorOf<"signature_expired">;

/** Why a delivery cannot be read before anything is known of its content. */
export type MalformedWebhookProblem =
  /** Something before, such as a JSON parser, read the body. The fault is the server's: the delivery may be genuine. */
  | "body_parsed"
  /** The connection closed before the whole body arrived. */
  | "incomplete"
  /** The body is larger than `maxWebhookBytes`. */
  | "too_large";

/**
 * The delivery cannot be read: it is too large, not JSON, already consumed, or a documented field is missing. It is
 * `retryable` if it was already consumed or not read in time. The acknowledgement then requests a retry.
 */
export interface MalformedWebhookError extends WebhookErrorOf<"malformed_webhook"> {
  /** Absent if the content is at fault. */
  readonly problem?: MalformedWebhookProblem;
}

/** No gateway is configured under the key in the webhook's path. */
export type UnknownWebhookGatewayError = WebhookErrorOf<"unknown_gateway">;

/** The error of `parseWebhook`. Each has the acknowledgement to send. */
export type WebhookError =
  | SignatureInvalidError
  | SignatureExpiredError
  | MalformedWebhookError
  | UnknownWebhookGatewayError;

/** A configuration that cannot be used. */
export interface ConfigError {
  readonly kind: "invalid_config";
  readonly message: string;
  readonly hint: string;
  readonly issues: readonly Issue[];
  readonly retryable: false;
  readonly outcome: "not_sent";
}
