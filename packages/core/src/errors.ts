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
  "getHistory",
  "listPaymentMethods",
  "parseWebhook",
  "confirm",
] as const;

export type OperationName = (typeof OPERATIONS)[number];

/**
 * What became of the request at the gateway.
 *
 * `not_sent`: nothing left this process. `refused`: the gateway answered no. `unknown`: it may have taken effect; never
 * repeat it blindly, follow the error's `hint`.
 */
export type Outcome = "not_sent" | "refused" | "unknown";

interface ErrorBase {
  /** The gateway's key as configured; the key asked for where there is no such gateway. */
  readonly gateway: string;
  readonly operation: OperationName;
  /** What was expected and what came. Holds no secret and no personal datum. */
  readonly message: string;
  /** What to do. */
  readonly hint: string;
  /** Whether the same call may succeed later without a change by the caller. Says nothing about safety: see `outcome`. */
  readonly retryable: boolean;
  readonly outcome: Outcome;
  /** The HTTP status of the gateway's reply, where there was one. */
  readonly status?: number;
  /** The provider's own error code, where it gave one. */
  readonly providerCode?: string;
  /** Where a create went along a route: what every gateway that was tried answered, in order. */
  readonly tried?: readonly PaymentLinkError[];
  /** What a faulty driver threw, for its author. Not enumerable: it reaches no log by accident. */
  readonly cause?: unknown;
}

/** One thing wrong with an input. */
export interface Issue {
  /** Where: `items[1].quantity`; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** The request breaks a rule, ours (`outcome: "not_sent"`) or the gateway's (`"refused"`). */
export interface InvalidRequestError extends ErrorBase {
  readonly kind: "invalid_request";
  readonly issues: readonly Issue[];
}

/** A feature that a gateway lacks, why, and what to do instead. */
export interface UnsupportedFeature {
  /** The operation, or the field of the request: `list`, `items`, `usage.limit`. */
  readonly feature: string;
  readonly reason: string;
  readonly instead?: string;
}

/** The gateway cannot do what was asked. Nothing was sent. */
export interface UnsupportedError extends ErrorBase {
  readonly kind: "unsupported";
  readonly features: readonly UnsupportedFeature[];
}

/** The amount cannot be written exactly in the gateway's form, such as a fraction of a rupiah. Nothing was sent. */
export interface AmountUnrepresentableError extends ErrorBase {
  readonly kind: "amount_unrepresentable";
  readonly path: string;
}

/** No gateway is configured under this key. */
export interface UnknownGatewayError extends ErrorBase {
  readonly kind: "unknown_gateway";
}

/** The gateway does not accept the keys. */
export interface UnauthenticatedError extends ErrorBase {
  readonly kind: "unauthenticated";
}

/** The keys are valid but may not do this, or not from this address. */
export interface ForbiddenError extends ErrorBase {
  readonly kind: "forbidden";
}

/** The gateway knows no such link or history. */
export interface NotFoundError extends ErrorBase {
  readonly kind: "not_found";
}

/**
 * A link with this reference exists already and is of another request; `hint` names the fields that differ. `outcome:
 * "unknown"` where this call may have made a link all the same: the one that has the reference cannot be looked at, or is
 * as young as the request and no random slug of ours says whose it is, or the answer was lost at a gateway that takes a reference
 * twice.
 */
export interface DuplicateReferenceError extends ErrorBase {
  readonly kind: "duplicate_reference";
  /**
   * The link that has the reference, where the gateway can look it up. Not enumerable, because a link can name its
   * customer and errors are logged.
   */
  readonly existing?: PaymentLink;
}

/** The link's present state does not allow this. */
export interface InvalidStateError extends ErrorBase {
  readonly kind: "invalid_state";
}

/** The link cannot be deleted because it has histories; close it instead. */
export interface HasHistoriesError extends ErrorBase {
  readonly kind: "has_histories";
}

/** Too many requests. */
export interface RateLimitedError extends ErrorBase {
  readonly kind: "rate_limited";
  /** How long the gateway asks to wait, in milliseconds. */
  readonly retryAfterMs?: number;
}

/**
 * The gateway has a fault of its own (HTTP 5xx); or, with `outcome: "not_sent"`, a part of this library could not be loaded.
 */
export interface UnavailableError extends ErrorBase {
  readonly kind: "unavailable";
}

/** The deadline passed before an answer came. */
export interface TimeoutError extends ErrorBase {
  readonly kind: "timeout";
}

/** The caller's `AbortSignal` fired. */
export interface AbortedError extends ErrorBase {
  readonly kind: "aborted";
}

/** The connection could not be opened, or broke. */
export interface NetworkError extends ErrorBase {
  readonly kind: "network";
}

/** The reply is not what the gateway documents: HTML, cut short, too large, a field missing or of the wrong type. */
export interface MalformedResponseError extends ErrorBase {
  readonly kind: "malformed_response";
}

/**
 * The gateway answered for something else than was asked: another amount, currency, reference, usage limit or slug, or
 * another link or history altogether.
 */
export interface ReplyMismatchError extends ErrorBase {
  readonly kind: "reply_mismatch";
}

/** Any other refusal; see `providerCode`. */
export interface RejectedError extends ErrorBase {
  readonly kind: "rejected";
}

/** Why an operation failed: a closed union, tell the cases apart by `kind`, or branch on `outcome` alone. */
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

interface WebhookErrorBase extends ErrorBase {
  readonly operation: "parseWebhook";
  /** The reply this gateway should get. */
  readonly acknowledgement: WebhookAcknowledgement;
}

/** Why a signature did not verify. */
export type SignatureProblem =
  /** The signature, or a header or field it needs, is absent. */
  | "missing"
  /** It is there but not of the documented form, or there are several that differ. */
  | "malformed"
  /** It belongs to another key, or the body was changed on its way. */
  | "mismatch"
  /** It fits the same JSON written differently: the body was parsed and written again before it came here. */
  | "body_reserialised";

/** The delivery does not prove that the gateway sent it. Nothing in it was used. */
export interface SignatureInvalidError extends WebhookErrorBase {
  readonly kind: "signature_invalid";
  readonly problem: SignatureProblem;
}

/** The signature is right but too old, or from the future. */
export interface SignatureExpiredError extends WebhookErrorBase {
  readonly kind: "signature_expired";
}

/**
 * The delivery cannot be read: too large, not JSON, already consumed, a documented field missing. `retryable` where it was not
 * read in time or the library could not be loaded: the acknowledgement then asks for another try.
 */
export interface MalformedWebhookError extends WebhookErrorBase {
  readonly kind: "malformed_webhook";
}

/** No gateway is configured under the key in the webhook's path. */
export interface UnknownWebhookGatewayError extends WebhookErrorBase {
  readonly kind: "unknown_gateway";
}

/** Why a delivery was refused; each carries the acknowledgement to send. */
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
