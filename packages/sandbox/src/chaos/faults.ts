/** The faults of webhooks. */
export type WebhookFaultName =
  | "duplicate_webhook"
  | "reorder_webhooks"
  | "delay_webhook"
  | "drop_webhook"
  | "truncate_webhook"
  | "wrong_key"
  | "rolled_key"
  | "stale_timestamp"
  | "zero_id"
  | "webhook_before_response";

/** The faults of API calls. */
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

/** A parameter of a fault, beside how often it is triggered. */
export interface FaultParameter {
  readonly name: FaultParameterName;
  readonly default: number;
  readonly min: number;
  readonly max: number;
  /** Present if only these values are possible. */
  readonly oneOf?: readonly number[];
}

export type FaultParameterName = "delayMs" | "ageSeconds" | "retryAfterSeconds" | "status" | "pauseMs";

/** A fault of any provider. */
export interface Fault {
  readonly name: FaultName;
  readonly hits: "webhook" | "api";
  /** A sentence that describes it. */
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

// Statuses that a client must distinguish, and those of gateways, firewalls and content delivery networks.
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
  webhookFault("duplicate_webhook", "The webhook is sent twice, with the same bytes."),
  webhookFault(
    "reorder_webhooks",
    "The webhook is held back until the next one has been sent, or until delayMs have passed.",
    [delay(60_000)],
  ),
  webhookFault("delay_webhook", "The webhook is sent delayMs later.", [delay(60_000)]),
  webhookFault("drop_webhook", "The webhook is never sent, and never sent again."),
  webhookFault("truncate_webhook", "The second half of the body is missing."),
  webhookFault("wrong_key", "The webhook is signed with a key that is not the merchant's."),
  webhookFault(
    "rolled_key",
    "The webhook is signed with the merchant's key and with an earlier one, as while the merchant changes it.",
  ),
  webhookFault(
    "stale_timestamp",
    "The webhook is signed with a timestamp ageSeconds ago, like a genuine webhook that was delayed or sent again.",
    [{ name: "ageSeconds", default: 600, min: 1, max: 90 * 86_400 }],
  ),
  webhookFault("zero_id", "Each numeric id in the webhook is 0, each time it is sent, as was observed in production."),
  webhookFault(
    "webhook_before_response",
    "The link is paid, and the webhooks have been answered, before the response to its creation is sent.",
  ),
  apiFault("timeout_before_commit", "The request is not executed and gets no response."),
  apiFault("timeout_after_commit", "The request is executed and gets no response."),
  apiFault("reset_before_commit", "The request is not executed, and the connection is reset."),
  apiFault("reset_after_commit", "The request is executed, and the connection is reset."),
  apiFault("rate_limit", "429 with Retry-After. The request is not executed.", [
    { name: "retryAfterSeconds", default: 1, min: 0, max: 86_400 },
  ]),
  apiFault("server_error", "A 5xx in the provider's form. The request is not executed.", [SERVER_ERRORS]),
  apiFault("server_error_after_commit", "A 5xx in the provider's form. The request is executed.", [SERVER_ERRORS]),
  apiFault("html_body", "A web page, as from a proxy. The request is not executed.", [PAGE_STATUSES]),
  apiFault("html_body_after_commit", "A web page, as from a proxy. The request is executed.", [PAGE_STATUSES]),
  apiFault("slow_bytes", "The response is sent byte by byte, with a pause of pauseMs of real time after each.", [
    { name: "pauseMs", default: 50, min: 0, max: 600_000 },
  ]),
  apiFault("expired_token", "All tokens issued so far expire."),
  apiFault(
    "numeric_expires_in",
    "The lifetime of a new token is a number instead of a text, as on another host of the provider.",
  ),
];

/** Faults that only providers have which name them. */
export const RARE_FAULTS: readonly ["rolled_key"] = ["rolled_key"];

export type RareFaultName = (typeof RARE_FAULTS)[number];

export const faultNamed = (name: unknown): Fault | undefined => FAULTS.find((fault) => fault.name === name);
