import { nameOfThrown } from "../contained.ts";
import type { DriverError, DriverWebhookError } from "../driver-contract.ts";
import type {
  Issue,
  MalformedWebhookProblem,
  OperationName,
  Outcome,
  PaymentLinkError,
  UnsupportedFeature,
} from "../errors.ts";
import { omitUndefined } from "../omit-undefined.ts";
import type { PaymentLink } from "../payment-link.ts";
import { withHidden } from "../raw.ts";

type Kind = DriverError["kind"];

const NOT_SENT = { retryable: false, outcome: "not_sent" } as const;
const REFUSED = { retryable: false, outcome: "refused" } as const;
const UNKNOWN = { retryable: true, outcome: "unknown" } as const;

/** The meaning of an error kind and its advice, unless the error states otherwise. */
const DEFAULTS: Readonly<Record<Kind, readonly [Pick<DriverError, "retryable" | "outcome">, hint: string]>> = {
  invalid_request: [NOT_SENT, "Correct the fields named in issues."],
  unsupported: [NOT_SENT, "Leave the fields out, list them in omitIfUnsupported, or choose another gateway."],
  amount_unrepresentable: [NOT_SENT, "Round the amount to a value that the gateway supports."],
  unknown_gateway: [NOT_SENT, "Use a configured key."],
  unauthenticated: [REFUSED, "Check the keys, and that they belong to this environment (sandbox or production)."],
  forbidden: [
    REFUSED,
    "Check the account's permissions and whether this server's address must be registered with the gateway.",
  ],
  not_found: [REFUSED, "Check the id, and that it was created with these keys."],
  duplicate_reference: [REFUSED, "Use the existing link, or create with a fresh reference."],
  invalid_state: [REFUSED, "Read the link to see its current state."],
  has_histories: [REFUSED, "Close the link instead of deleting it."],
  rejected: [REFUSED, "See providerCode and the gateway's documents."],
  rate_limited: [{ ...REFUSED, retryable: true }, "Wait, for retryAfterMs if it is given, then retry."],
  unavailable: [UNKNOWN, "Try again later."],
  timeout: [UNKNOWN, "Try again, or allow more time with timeoutMs."],
  aborted: [UNKNOWN, "The caller gave up."],
  network: [UNKNOWN, "Check the connection to the gateway."],
  malformed_response: [UNKNOWN, "The gateway may have a failure, or a proxy or firewall responded in its place."],
  reply_mismatch: [{ ...UNKNOWN, retryable: false }, "Do not share the link. Check it in the gateway's dashboard."],
};

export interface DriverErrorDetails {
  readonly message: string;
  readonly hint?: string | undefined;
  readonly retryable?: boolean | undefined;
  readonly outcome?: Outcome | undefined;
  readonly status?: number | undefined;
  readonly providerCode?: string | undefined;
  readonly issues?: readonly Issue[] | undefined;
  readonly features?: readonly UnsupportedFeature[] | undefined;
  readonly path?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

type DetailsOf<K extends Kind> = K extends "invalid_request"
  ? { readonly issues: readonly Issue[] }
  : K extends "unsupported"
    ? { readonly features: readonly UnsupportedFeature[] }
    : K extends "amount_unrepresentable"
      ? { readonly path: string }
      : K extends "duplicate_reference"
        ? { readonly existingProviderId?: string | undefined }
        : unknown;

/**
 * Creates an error. Omitted details follow from the kind: the outcome of a timeout is `unknown`, that of a refusal `refused`.
 * Messages must not contain secrets or personal data: redact the provider's texts first.
 *
 * @example
 * ```ts
 * import { driverError } from "@tautan/core/driver";
 *
 * const expired = driverError("unauthenticated", { message: "the gateway refused the token", status: 401 });
 * const slow = driverError("rate_limited", { message: "the gateway refused the request", retryAfterMs: 2000 });
 * ```
 */
export const driverError = <K extends Kind>(
  kind: K,
  details: DriverErrorDetails & DetailsOf<K>,
): Extract<DriverError, { kind: K }> => {
  // DetailsOf requires the details of each kind, which the compiler cannot see through the spread.
  const [meaning, hint] = DEFAULTS[kind];
  const given = Object.entries({ ...meaning, hint, ...omitUndefined(details) });
  return Object.freeze({ kind, ...Object.fromEntries(given) }) as unknown as Extract<DriverError, { kind: K }>;
};

export const isDriverError = (error: unknown): error is DriverError => {
  const { kind, message, outcome } = (error ?? {}) as Partial<DriverError>;
  return typeof kind === "string" && Object.hasOwn(DEFAULTS, kind) && typeof message === "string" && isOutcome(outcome);
};

const isOutcome = (outcome: unknown): outcome is Outcome =>
  outcome === "not_sent" || outcome === "refused" || outcome === "unknown";

/**
 * Creates the error of an invalid request. `whole` names the input in issues without a path.
 *
 * @example
 * ```ts
 * import { invalidRequest } from "@tautan/core/driver";
 *
 * // nothing was sent: providerOptions.acme.branch: expected text, got a number
 * invalidRequest("the request", [{ path: "providerOptions.acme.branch", message: "expected text, got a number" }]);
 * ```
 */
export const invalidRequest = (
  whole: string,
  issues: readonly Issue[],
  details?: Pick<DriverErrorDetails, "hint" | "outcome">,
): DriverError => {
  const problems = issues.map((each) => `${each.path || whole}: ${each.message}`).join("; ");
  const message = (details?.outcome ?? "not_sent") === "not_sent" ? `nothing was sent: ${problems}` : problems;
  return driverError("invalid_request", { ...details, message, issues: Object.freeze(issues) });
};

export interface UnreadDetails {
  readonly retryable?: boolean;
  readonly problem?: MalformedWebhookProblem;
}

export const malformedWebhook = (
  message: string,
  hint: string,
  { retryable = false, problem }: UnreadDetails = {},
): DriverWebhookError => ({
  kind: "malformed_webhook",
  message,
  hint,
  retryable,
  outcome: "not_sent",
  ...(problem && { problem }),
});

/** The error of arguments that throw when they are read, from plain JavaScript. */
export const unreadableArguments = (thrown: unknown): DriverError =>
  driverError("invalid_request", {
    message: `nothing was sent: the arguments could not be read (${nameOfThrown(thrown)})`,
    hint: "Compare the call with the types.",
    issues: [],
  });

export const withHint = (error: DriverError, hint: string): DriverError =>
  withHidden({ ...error, hint }, "cause", error.cause);

const ATTRIBUTED: WeakSet<object> = new WeakSet();

/** Adds the gateway's key and the operation to a driver's error. `existing` is the link that already has the reference. */
export const attributeError = (
  error: DriverError,
  gateway: string,
  operation: OperationName,
  existing?: PaymentLink,
): PaymentLinkError => {
  // Only core reads the link that a driver names.
  const { existingProviderId: _, ...known } = { existingProviderId: undefined, ...error };
  const fields = { ...known, gateway, operation };
  if (existing) Object.defineProperty(fields, "existing", { value: existing, enumerable: false });
  const attributed = withHidden<PaymentLinkError>(fields, "cause", error.cause);
  ATTRIBUTED.add(attributed);
  return attributed;
};

export const withOutcome = (error: PaymentLinkError, outcome: Outcome): PaymentLinkError => {
  if (error.outcome === outcome) return error;
  const { cause, gateway, operation } = error;
  const existing = error.kind === "duplicate_reference" ? error.existing : undefined;
  return attributeError(withHidden<DriverError>({ ...error, outcome }, "cause", cause), gateway, operation, existing);
};

/** Whether core already attributed an error. Its fields do not prove that: a driver may set any. */
export const isAttributed = (error: DriverError | PaymentLinkError): error is PaymentLinkError => ATTRIBUTED.has(error);
