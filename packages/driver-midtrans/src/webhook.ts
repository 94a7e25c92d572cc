import type { DriverDelivery, DriverObservation, DriverWebhookError } from "@tautan/core/driver";
import { historyEvidence } from "@tautan/core/driver";
import {
  isJsonContentType,
  type JsonObject,
  loadDigests,
  numberAsWritten,
  parseJsonObject,
} from "@tautan/driver-kit/calls";
import { err, ok, type Result } from "neverthrow";
import { loadWire } from "./load-wire.ts";
import { linkOrderIds } from "./order-id.ts";
import { reportFromTransaction } from "./transactions.ts";

type Parsed = Promise<Result<readonly DriverObservation[], DriverWebhookError>>;

/**
 * Verifies and reads one notification.
 *
 * The signature is the SHA-512 of `order_id`, `status_code`, `gross_amount` and the server key. It does not cover
 * `transaction_status`, so every observation is `partly_signed` and wants `confirm`. Source: docs.midtrans.com, HTTP(S)
 * Notification, "Verifying Notification Authenticity".
 */
export const parseNotification = async (delivery: DriverDelivery, serverKey: string): Parsed => {
  if (!isJsonContentType(delivery.header("content-type")))
    return malformed("expected the content type application/json");
  const body = parseJsonObject(delivery.text);
  if (!body) return malformed("expected a JSON object");
  const fault = await signatureFault(body, delivery.text, serverKey);
  if (fault) return err(fault);

  const { transaction } = await loadWire();
  const parsed = transaction.safeParse(body);
  if (!parsed.success) {
    const fields = parsed.error.issues.map((each) => each.path.join("."));
    return malformed(`documented fields are missing or of another form: ${[...new Set(fields)].join(", ")}`);
  }
  const { order_id, custom_field1 } = parsed.data;
  return ok([
    {
      kind: "history",
      trust: "partly_signed",
      evidence: historyEvidence(reportFromTransaction(parsed.data, "partly_signed", order_id)),
      linkCandidates: linkOrderIds(order_id, custom_field1).map((id) => ({ providerId: id, reference: id })),
      raw: body,
    },
  ]);
};

const signatureFault = async (
  body: JsonObject,
  text: string,
  serverKey: string,
): Promise<DriverWebhookError | undefined> => {
  const { order_id: orderId, signature_key: given } = body;
  const statusCode = asWritten(body, text, "status_code");
  const grossAmount = asWritten(body, text, "gross_amount");
  if (given === undefined) return invalid("missing", "the notification has no signature_key");
  if (typeof orderId !== "string" || statusCode === undefined || grossAmount === undefined) {
    return invalid("missing", "the signed fields order_id, status_code and gross_amount are not all there");
  }
  if (typeof given !== "string" || !/^[0-9a-f]{128}$/i.test(given)) {
    return invalid("malformed", "signature_key is not 128 hexadecimal digits");
  }
  const { sha512Hex, sameHex } = await loadDigests();
  const signs = (amount: string): boolean => sameHex(sha512Hex(orderId + statusCode + amount + serverKey), given);
  if (signs(grossAmount)) return undefined;
  // The API's own sample writes the amount as a number without decimals, while the signature is made over two.
  if (typeof body["gross_amount"] === "number" && signs(body["gross_amount"].toFixed(2))) return undefined;
  return invalid("mismatch", "signature_key does not fit order_id, status_code, gross_amount and the server key");
};

/** A signed field exactly as it was written: `JSON.parse` would make `10000` of the number `10000.00`. */
const asWritten = (body: JsonObject, text: string, field: string): string | undefined => {
  const value = body[field];
  if (typeof value === "string") return value;
  return typeof value === "number" ? (numberAsWritten(text, field) ?? String(value)) : undefined;
};

const invalid = (fault: "missing" | "malformed" | "mismatch", message: string): DriverWebhookError => ({
  kind: "signature_invalid",
  fault,
  message,
  hint:
    fault === "mismatch"
      ? "Check that serverKey is the key of the account and environment that sends to this address."
      : "Check that this address is only called by Midtrans; the dashboard's test button sends incomplete bodies.",
  retryable: false,
  outcome: "not_sent",
});

const malformed = (message: string): Result<never, DriverWebhookError> =>
  err({
    kind: "malformed_webhook",
    message,
    hint: "Check that this address is only called by Midtrans, and that nothing on the way changes the body.",
    retryable: false,
    outcome: "not_sent",
  });
