import { jakartaWallClock } from "../times.ts";
import type { Purchase, Transaction, TransactionStatus } from "./links.ts";
import { signatureKey } from "./signature.ts";

export const merchantId = "G000000001";

/** What a notification and a reply under /v2 say about a transaction. `status_code` and message differ between the two. */
export function transactionBody(
  purchase: Purchase,
  transaction: Transaction,
  outcome: { readonly statusCode: string; readonly statusMessage: string },
  serverKey: string,
): Readonly<Record<string, unknown>> {
  const amount = wireAmount(purchase.amount);
  const fields: Record<string, unknown> = {
    transaction_time: wireTime(transaction.createdAtMs),
    transaction_status: transaction.status,
    transaction_id: transaction.id,
    status_message: outcome.statusMessage,
    status_code: outcome.statusCode,
    signature_key: signatureKey(purchase.orderId, outcome.statusCode, amount, serverKey),
    payment_type: transaction.method.paymentType,
    order_id: purchase.orderId,
    merchant_id: merchantId,
    gross_amount: amount,
    currency: "IDR",
    ...transaction.channel,
  };
  // docs.midtrans.com, HTTP(S) Notification / Webhooks: the sample of Indomaret alone has no fraud_status.
  if (transaction.method.code !== "indomaret") fields["fraud_status"] = "accept";
  if (transaction.status === "pending") fields["expiry_time"] = wireTime(transaction.expiresAtMs);
  if (transaction.settledAtMs !== undefined) fields["settlement_time"] = wireTime(transaction.settledAtMs);
  for (const [index, text] of purchase.link.request.customFields.entries()) {
    if (text !== undefined) fields[`custom_field${index + 1}`] = text;
  }
  // All samples of that page list their fields from Z to A.
  return Object.fromEntries(Object.entries(fields).sort(([left], [right]) => (left < right ? 1 : -1)));
}

/** `150000.00` */
export function wireAmount(amount: number): string {
  return `${amount}.00`;
}

/** `2026-01-01 07:00:00`: Jakarta time without an offset. */
export function wireTime(atMs: number): string {
  const { date, time } = jakartaWallClock(atMs);
  return `${date} ${time}`;
}

// docs.midtrans.com, Cancel Transaction and Expire transaction: 202 in the notification where the reply has 200 or 407.
const notifiedCodes: Readonly<Record<TransactionStatus, string>> = {
  pending: "201",
  authorize: "200",
  capture: "200",
  settlement: "200",
  deny: "202",
  cancel: "202",
  expire: "202",
};

export function notificationBody(purchase: Purchase, transaction: Transaction, serverKey: string): string {
  const outcome = { statusCode: notifiedCodes[transaction.status], statusMessage: "midtrans payment notification" };
  return JSON.stringify(transactionBody(purchase, transaction, outcome, serverKey));
}

/** `status_code` in replies under /v2. */
export function replyCodeOf(status: TransactionStatus): string {
  if (status === "cancel") return "200";
  return status === "expire" ? "407" : notifiedCodes[status];
}
