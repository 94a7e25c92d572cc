import type { Issue } from "@tautan/core";
import { type DriverError, type DriverErrorDetails, driverError } from "@tautan/core/driver";
import type { HttpReply } from "@tautan/driver-kit";
import {
  failureFromStatus,
  type JsonObject,
  parseJsonObject,
  provenRefusal,
  type ReplyContext,
  shownCode,
  unknownCursor,
} from "@tautan/driver-kit/http";

/** `error` of a reply that is not a success. Source: https://docs.stripe.com/api/errors. */
interface StripeError {
  readonly type: string;
  readonly code: string | undefined;
  readonly param: string | undefined;
  readonly message: string;
}

/** The documented types: https://docs.stripe.com/api/errors. */
const TYPES: ReadonlySet<unknown> = new Set([
  "api_error",
  "card_error",
  "idempotency_error",
  "invalid_request_error",
  // Older pages and replies have these too.
  "authentication_error",
  "rate_limit_error",
]);

/** Codes that may be shown for every request. Source: https://docs.stripe.com/error-codes. */
const CODES =
  /^(?:account_invalid|amount_too_(?:large|small)|api_key_expired|email_invalid|idempotency_key_in_use|invalid_charge_amount|lock_timeout|more_permissions_required|parameter_(?:invalid_(?:empty|integer|string_blank|string_empty)|missing|unknown|s_exclusive)|payment_method_invalid_parameter|platform_api_key_expired|rate_limit|resource_(?:already_exists|missing)|secret_key_required|testmode_charges_only|tls_version_unsupported|url_invalid)$/;

const errorIn = (body: JsonObject | undefined): StripeError | undefined => {
  const error = body?.["error"];
  if (typeof error !== "object" || error === null) return undefined;
  const { type, code, param, message } = error as JsonObject;
  if (!TYPES.has(type)) return undefined;
  const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
  return { type: String(type), code: text(code), param: text(param), message: text(message) ?? "" };
};

/** The error for a reply that is not a success. */
export const failureFromReply = (reply: HttpReply, context: ReplyContext): DriverError => {
  const error = errorIn(parseJsonObject(reply.text));
  return provenRefusal(failureIn(reply, error, context), reply, {
    purpose: context.purpose,
    isOwnForm: error !== undefined,
  });
};

const failureIn = (
  reply: HttpReply,
  error: StripeError | undefined,
  { purpose, redact }: ReplyContext,
): DriverError => {
  const { status } = reply;
  if (!error) return failureFromStatus(reply, `Stripe returned HTTP ${status}`);
  const { type, code, param } = error;
  const shown = redact(error.message);
  const message = `Stripe returned HTTP ${status}${shown === "" ? "" : `: ${shown}`}`;
  const providerCode = shownCode(code, CODES, redact);
  const details: DriverErrorDetails = { message, status, providerCode };
  if (status >= 500) return failureFromStatus(reply, message, providerCode);
  if (type === "idempotency_error" && status !== 409) {
    return purpose === "create"
      ? driverError("duplicate_reference", { ...details, hint: OTHER_REQUEST_HINT })
      : driverError("rejected", details);
  }
  // Stripe's own libraries treat it like 429: https://github.com/stripe/stripe-node, src/Error.ts.
  if (status === 429 || code === "rate_limit") {
    return Object.freeze({ ...failureFromStatus({ ...reply, status: 429 }, message, providerCode), status });
  }
  switch (status) {
    case 409:
      // The identical request that is still running may create the link.
      return driverError("unavailable", {
        ...details,
        retryable: true,
        outcome: purpose === "create" ? "unknown" : "refused",
        hint: IN_FLIGHT_HINT,
      });
    case 403:
      return driverError("forbidden", { ...details, hint: PERMISSION_HINT });
    case 400:
    case 404:
      if (param === "starting_after" || param === "ending_before") {
        return unknownCursor("expected a nextCursor of this list", "refused");
      }
      // Also for the id in a filter: https://docs.stripe.com/error-codes, resource_missing.
      if (status === 404 || (code === "resource_missing" && purpose !== "create")) {
        return driverError("not_found", details);
      }
      return driverError("invalid_request", {
        ...details,
        outcome: "refused",
        issues: [issueOf(param, shown, status)],
      });
    default:
      return failureFromStatus(reply, message, providerCode);
  }
};

const OTHER_REQUEST_HINT =
  "In the last 24 hours, another request was sent under this reference, and Stripe may have created its link. Use that link, or create with a fresh reference.";

const IN_FLIGHT_HINT =
  "Another request is being processed. Try again in a moment, with the SAME reference and request.";

const PERMISSION_HINT =
  "Give the restricted key the permissions that docs/gateways/stripe.md lists, or use the account's secret key.";

const issueOf = (param: string | undefined, shown: string, status: number): Issue => ({
  path: pathOf(param ?? ""),
  message: shown || `Stripe returned HTTP ${status}`,
});

/** The caller's names of the fields, by the first part of a parameter. */
const PATHS: ReadonlyMap<string, string> = new Map([
  ["after_completion", "redirect.url"],
  ["billing_address_collection", "providerOptions.stripe.billingAddress"],
  ["currency", "amount.currency"],
  ["custom_text", "title"],
  ["custom_unit_amount", "amount.open"],
  ["inactive_message", "providerOptions.stripe.inactiveMessage"],
  ["metadata", "metadata"],
  ["name_collection", "collect.name"],
  ["payment_intent_data", "providerOptions.stripe"],
  ["payment_method_types", "methods"],
  ["phone_number_collection", "collect.phone"],
  ["product_data", "title"],
  ["restrictions", "usage.limit"],
  ["submit_type", "providerOptions.stripe.submitType"],
]);

/** `line_items[1][quantity]` is our `items[1]`; empty for a parameter that we do not know. */
const pathOf = (param: string): string => {
  const [root = "", index] = param.replaceAll("]", "").split("[");
  if (root !== "line_items") return PATHS.get(root) ?? "";
  if (/\[(?:unit_amount|currency)\]$/.test(param)) return "amount";
  return index !== undefined && /^\d{1,2}$/.test(index) ? `items[${index}]` : "items";
};
