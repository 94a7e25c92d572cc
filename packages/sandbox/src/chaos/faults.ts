/** What can go wrong with a webhook. */
export type WebhookFaultName =
  | "duplicate_webhook"
  | "reorder_webhooks"
  | "delay_webhook"
  | "drop_webhook"
  | "truncate_webhook"
  | "wrong_key"
  | "stale_timestamp"
  | "zero_id"
  | "webhook_before_response";

/** What can go wrong with a call of an API. */
export type ApiFaultName =
  | "timeout_before_commit"
  | "timeout_after_commit"
  | "reset_before_commit"
  | "reset_after_commit"
  | "rate_limit"
  | "server_error"
  | "server_error_after_commit"
  | "html_body"
  | "html_body_after_commit"
  | "slow_bytes"
  | "expired_token"
  | "numeric_expires_in";

export type FaultName = WebhookFaultName | ApiFaultName;

/** A number that a fault can be given besides how often it strikes. */
export interface FaultParameter {
  readonly name: FaultParameterName;
  readonly default: number;
  readonly min: number;
  readonly max: number;
  /** Present where nothing between the bounds but these is possible. */
  readonly oneOf?: readonly number[];
}

export type FaultParameterName = "delayMs" | "ageSeconds" | "retryAfterSeconds" | "status" | "pauseMs";

/** A fault of any provider. */
export interface Fault {
  readonly name: FaultName;
  readonly hits: "webhook" | "api";
  /** A sentence for people. */
  readonly does: string;
  readonly parameters: readonly FaultParameter[];
}

const MAX_DELAY_MS = 30 * 86_400_000;

const delay = (byDefault: number): FaultParameter => ({
  name: "delayMs",
  default: byDefault,
  min: 0,
  max: MAX_DELAY_MS,
});
/** The first is the default. */
const status = (oneOf: readonly [number, ...number[]]): FaultParameter => ({
  name: "status",
  default: oneOf[0],
  min: Math.min(...oneOf),
  max: Math.max(...oneOf),
  oneOf,
});

// What a client must tell apart, and what gateways, firewalls and content delivery networks answer by themselves.
const SERVER_ERRORS = status([500, 502, 503, 504]);
const PAGE_STATUSES = status([
  502, 200, 400, 401, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418, 421, 422, 423,
  424, 425, 426, 428, 429, 431, 451, 499, 500, 501, 503, 504, 520, 521, 522, 523, 524, 525, 526, 530,
]);

const webhookFault = (name: WebhookFaultName, does: string, parameters: readonly FaultParameter[] = []): Fault => ({
  name,
  hits: "webhook",
  does,
  parameters,
});

const apiFault = (name: ApiFaultName, does: string, parameters: readonly FaultParameter[] = []): Fault => ({
  name,
  hits: "api",
  does,
  parameters,
});

export const FAULTS: readonly Fault[] = [
  webhookFault("duplicate_webhook", "The webhook is sent twice, byte for byte."),
  webhookFault(
    "reorder_webhooks",
    "The webhook is held back until the next one has been sent, or until delayMs have passed by the clock.",
    [delay(60_000)],
  ),
  webhookFault("delay_webhook", "The webhook is sent delayMs later by the clock.", [delay(60_000)]),
  webhookFault("drop_webhook", "The webhook is never sent, and never sent again."),
  webhookFault("truncate_webhook", "The second half of the body is missing."),
  webhookFault("wrong_key", "The webhook is signed with a key that is not the merchant's."),
  webhookFault(
    "stale_timestamp",
    "The webhook is signed for a moment ageSeconds ago, as a genuine one that was held up, tried again or sent again by hand is.",
    [{ name: "ageSeconds", default: 600, min: 1, max: 90 * 86_400 }],
  ),
  webhookFault(
    "zero_id",
    "Each id in the webhook that is a number is 0, each time it is sent, as was seen in production.",
  ),
  webhookFault(
    "webhook_before_response",
    "The link is paid, and the webhooks have been answered, before the answer to its creation is sent.",
  ),
  apiFault("timeout_before_commit", "The request is ignored and never answered."),
  apiFault("timeout_after_commit", "The request is carried out and never answered."),
  apiFault("reset_before_commit", "The request is ignored and the connection reset."),
  apiFault("reset_after_commit", "The request is carried out and the connection reset."),
  apiFault("rate_limit", "429 with Retry-After; the request is not carried out.", [
    { name: "retryAfterSeconds", default: 1, min: 0, max: 86_400 },
  ]),
  apiFault("server_error", "A 5xx in the provider's own shape; the request is not carried out.", [SERVER_ERRORS]),
  apiFault("server_error_after_commit", "A 5xx in the provider's own shape; the request is carried out.", [
    SERVER_ERRORS,
  ]),
  apiFault("html_body", "A web page, as from a proxy on the way; the request is not carried out.", [PAGE_STATUSES]),
  apiFault("html_body_after_commit", "A web page, as from a proxy on the way; the request is carried out.", [
    PAGE_STATUSES,
  ]),
  apiFault("slow_bytes", "The answer comes byte by byte, with a pause of pauseMs of real time after each.", [
    { name: "pauseMs", default: 50, min: 0, max: 600_000 },
  ]),
  apiFault("expired_token", "Every token issued so far has expired."),
  apiFault(
    "numeric_expires_in",
    "The life of a new token is a number, as on another host of the provider, and not a text.",
  ),
];

export const faultNamed = (name: unknown): Fault | undefined => FAULTS.find((fault) => fault.name === name);
