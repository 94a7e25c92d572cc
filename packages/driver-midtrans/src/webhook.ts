import type { DriverDelivery, DriverObservation, DriverWebhookError, ParsedWebhook } from "@tautan/core/driver";
import { historyRecord } from "@tautan/core/driver";
import {
  isJsonContentType,
  type JsonObject,
  malformedWebhook,
  numberAsWritten,
  parseJsonObject,
  sameHex,
  sha512Hex,
  signatureInvalid,
  useRead,
} from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import { reportFromTransaction } from "./history.ts";
import { signedTexts } from "./money.ts";
import { isLongOrderId, isPurchaseId, linkOrderIds } from "./order-id.ts";
import { transaction } from "./wire.generated.ts";
import type { Transaction } from "./wire.ts";

/**
 * Verifies and reads one notification.
 *
 * The signature is the SHA-512 of `order_id`, `status_code`, `gross_amount` and the server key. It does not cover
 * `transaction_status`, so every observation is `partly_signed` and needs `confirm`. Source:
 * https://docs.midtrans.com/docs/https-notification-webhooks, "Verifying Notification Authenticity".
 */
export const parseNotification = (
  delivery: DriverDelivery,
  serverKey: string,
): ParsedWebhook | Promise<ParsedWebhook> => {
  if (!isJsonContentType(delivery.header("content-type")))
    return malformed("expected the content type application/json");
  const body = parseJsonObject(delivery.text);
  if (!body) return malformed("expected a JSON object");
  const signed = signedFields(body, delivery.text, serverKey);
  if (signed.isErr()) return err(signed.error);
  return useRead<Transaction, ParsedWebhook>(
    transaction,
    isAsSigned(body, signed.value) ? body : { ...body, ...signed.value },
    (read) => ok([observationOf(read, body)]),
    (fields) => malformed(`documented fields are missing or of another form: ${fields.join(", ")}`),
  );
};

/**
 * The subject of a notification. An account has one address for the notifications of all products. A link's purchase has the
 * link's order id with a suffix and, in `custom_field1`, the link's order id. If the second is missing, `confirm` checks
 * whether the link lists the purchase. Source: https://docs.midtrans.com/docs/payment-link-via-api, "Order ID Structure", and HTTP(S)
 * Notification.
 */
const observationOf = (transaction: Transaction, raw: JsonObject): DriverObservation => {
  const { order_id, transaction_id, transaction_status, custom_field1 } = transaction;
  const trust = "partly_signed";
  const possible = linkOrderIds(order_id);
  if (possible.length === 0 && !isLongOrderId(custom_field1)) {
    // Over BI-SNAP the transaction id can be in place of the order id. Get Status then has the purchase.
    return order_id === transaction_id
      ? { kind: "notice", trust, resource: "history", providerId: order_id }
      : { kind: "unknown", trust, event: transaction_status, raw };
  }
  const link = possible.find((each) => each === custom_field1);
  const report = reportFromTransaction(transaction, trust, { providerId: order_id, linkOrderId: link });
  if (link !== undefined) {
    const linkCandidates = [{ providerId: link, reference: link }];
    return { kind: "history", trust, record: historyRecord(report), linkCandidates, raw };
  }
  const untied =
    custom_field1 === undefined ? "custom_field1 is missing" : "custom_field1 names no link of this order id";
  const record = historyRecord({ ...report, notes: [...(report.notes ?? []), untied] });
  return { kind: "history", trust, record, linkCandidates: [], raw };
};

interface SignedTexts {
  readonly status_code: string;
  readonly gross_amount: string;
}

/** Whether the body has the signed texts, and not a number in place of one. */
const isAsSigned = (body: JsonObject, { status_code, gross_amount }: SignedTexts): boolean =>
  body["status_code"] === status_code && body["gross_amount"] === gross_amount;

/**
 * The signed fields, in exactly the signed texts. They are hashed without separators, so their forms must show where each
 * begins: three digits of a status code after the 13 of a purchase's suffix can only be read in one way. If an order id has
 * no suffix, the code must also be in Midtrans' list.
 */
const signedFields = (body: JsonObject, text: string, serverKey: string): Result<SignedTexts, DriverWebhookError> => {
  const { order_id: orderId, status_code: code, gross_amount: amount, signature_key: given } = body;
  if (given === undefined) return invalid("missing", "the notification has no signature_key");
  if (typeof orderId !== "string" || !isTextOrNumber(code) || !isTextOrNumber(amount)) {
    return invalid("missing", "at least one of the signed fields order_id, status_code and gross_amount is missing");
  }
  if (typeof given !== "string" || given.length !== 128) return invalid("malformed", NOT_HEXADECIMAL);
  const statusCode = String(code);
  const spelled =
    typeof amount === "string" ? [amount] : signedTexts(numberAsWritten(text, "gross_amount") ?? String(amount));
  const signed = spelled.find((each) => {
    const fields = orderId + statusCode + each;
    // A longer text is not hashed: a forged delivery must not cost more than a genuine one.
    return fields.length <= MAX_FIELDS_LENGTH && sameHex(sha512Hex(fields + serverKey), given);
  });
  if (signed === undefined) {
    if (!/^[0-9a-f]+$/i.test(given)) return invalid("malformed", NOT_HEXADECIMAL);
    return invalid("mismatch", "signature_key does not match order_id, status_code, gross_amount and the server key");
  }
  const isPurchase = isPurchaseId(orderId);
  if (orderId === "") return malformed("order_id is empty");
  if (!(isPurchase ? STATUS_CODE : LISTED_STATUS_CODE).test(statusCode))
    return malformed("status_code is of another form");
  if (!(typeof amount === "string" ? AMOUNT : AMOUNT_AS_NUMBER).test(signed)) {
    return malformed("gross_amount is of another form");
  }
  return ok({ status_code: statusCode, gross_amount: signed });
};

const NOT_HEXADECIMAL = "signature_key is not 128 hexadecimal digits";

/** Order ids have at most 50 characters: docs.midtrans.com, JSON Objects. The rest is a reserve for changes. */
const MAX_FIELDS_LENGTH = 255;
const STATUS_CODE = /^[2-5]\d\d$/;
/** Source: https://docs.midtrans.com/reference/code-statuses. */
const LISTED_STATUS_CODE = /^(?:20[0-2]|300|40\d|41[0-4]|429|50[0-5])$/;
/** Source: https://docs.midtrans.com/docs/https-notification-webhooks: every sample has two decimals. */
const AMOUNT = /^(?:0|[1-9]\d{0,14})\.\d\d$/;
const AMOUNT_AS_NUMBER = /^(?:0|[1-9]\d{0,14})(?:\.\d{1,2})?$/;

const isTextOrNumber = (value: unknown): value is string | number =>
  typeof value === "string" || typeof value === "number";

const UNKNOWN_SENDER =
  "Check that only Midtrans calls this address; the dashboard's test button sends incomplete bodies.";

const HINTS = {
  missing: UNKNOWN_SENDER,
  malformed: UNKNOWN_SENDER,
  mismatch: "Check that serverKey is the key of the account and environment that sends to this address.",
} as const;

const invalid = (problem: keyof typeof HINTS, message: string): Result<never, DriverWebhookError> =>
  err(signatureInvalid(problem, message, HINTS));

const malformed = (message: string): Result<never, DriverWebhookError> =>
  err(malformedWebhook(message, "Check that only Midtrans calls this address, and that no proxy changes the body."));
