import { jakartaWallClock } from "../simulator-kit/index.ts";
import type { Purchase, Refund, Transaction, TransactionStatus } from "./links.ts";
import { refundedAmount } from "./refunds.ts";
import { signatureKey } from "./signature.ts";

export const MERCHANT_ID = "G000000001";

/** In what a notification and a reply under /v2 differ. */
interface Outcome {
  readonly statusCode: string;
  readonly statusMessage: string;
  readonly isNotification?: true;
}

/** The content of a notification and of a reply under /v2 about a transaction. */
export const transactionBody = (
  purchase: Purchase,
  transaction: Transaction,
  outcome: Outcome,
  serverKey: string,
): Readonly<Record<string, unknown>> => {
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
    merchant_id: MERCHANT_ID,
    gross_amount: amount,
    currency: "IDR",
    ...transaction.channel,
  };
  // docs.midtrans.com, HTTP(S) Notification / Webhooks: the sample of Indomaret alone has no fraud_status.
  if (transaction.method.code !== "indomaret") fields["fraud_status"] = transaction.fraud ?? "accept";
  if (transaction.status === "pending") fields["expiry_time"] = wireTime(transaction.expiresAtMs);
  if (transaction.settledAtMs !== undefined) fields["settlement_time"] = wireTime(transaction.settledAtMs);
  if (transaction.refunds.length > 0) {
    fields["refund_amount"] = wireAmount(refundedAmount(transaction));
    fields["refunds"] = transaction.refunds.map((refund) => refundEntry(refund, outcome));
  }
  for (const [index, text] of purchase.link.request.customFields.entries()) {
    if (text !== undefined) fields[`custom_field${index + 1}`] = text;
  }
  // All samples of that page list their fields from Z to A.
  return Object.fromEntries(Object.entries(fields).sort(([left], [right]) => (left < right ? 1 : -1)));
};

/**
 * As in the samples of docs.midtrans.com: the notifications of Refund Transactions contain `refund_method` from the first on,
 * Get Transaction Status only once the bank has confirmed the refund.
 */
const refundEntry = (refund: Refund, { isNotification }: Outcome): Readonly<Record<string, unknown>> => {
  const { confirmedAtMs } = refund;
  return {
    refund_chargeback_id: refund.id,
    refund_amount: wireAmount(refund.amount),
    created_at: wireTime(refund.createdAtMs),
    reason: refund.reason,
    refund_key: refund.key,
    ...(isNotification === true || confirmedAtMs !== undefined ? { refund_method: "online" } : {}),
    ...(confirmedAtMs === undefined ? {} : { bank_confirmed_at: wireTime(confirmedAtMs) }),
  };
};

const REFUND_APPROVED = { status_code: "200", status_message: "Success, refund request is approved" } as const;

/** The reply of docs.midtrans.com, Refund Transactions, and for DANA that of the page DANA. */
export const refundReply = (
  purchase: Purchase,
  transaction: Transaction,
  refund: Refund,
): Readonly<Record<string, unknown>> => {
  const { payer_phone_number, merchant_invoice } = transaction.channel;
  const reported = {
    payment_type: transaction.method.paymentType,
    transaction_time: wireTime(transaction.createdAtMs),
    transaction_status: transaction.status,
    gross_amount: wireAmount(purchase.amount),
    refund_amount: wireAmount(refund.amount),
    refund_key: refund.key,
  };
  if (transaction.method.paymentType === "dana") {
    return {
      ...REFUND_APPROVED,
      order_id: transaction.id,
      merchant_id: MERCHANT_ID,
      currency: "IDR",
      fraud_status: "accept",
      ...reported,
      ...(transaction.settledAtMs === undefined ? {} : { settlement_time: wireTime(transaction.settledAtMs) }),
    };
  }
  return {
    ...REFUND_APPROVED,
    transaction_id: transaction.id,
    order_id: purchase.orderId,
    ...reported,
    refund_chargeback_id: refund.id,
    ...(transaction.method.paymentType === "ovo" ? { payer_phone_number, merchant_invoice } : {}),
  };
};

/** `150000.00` */
export const wireAmount = (amount: number): string => `${amount}.00`;

/** `2026-01-01 07:00:00`: Jakarta time without an offset. */
export const wireTime = (atMs: number): string => {
  const { date, time } = jakartaWallClock(atMs);
  return `${date} ${time}`;
};

// docs.midtrans.com, Cancel Transaction and Expire transaction: 202 in the notification where the reply has 200 or 407.
const NOTIFIED_CODES: Readonly<Record<TransactionStatus, string>> = {
  pending: "201",
  authorize: "200",
  capture: "200",
  settlement: "200",
  // Refund Transactions, the sample notifications.
  partial_refund: "200",
  refund: "200",
  // No document has their code.
  partial_chargeback: "200",
  chargeback: "200",
  deny: "202",
  cancel: "202",
  expire: "202",
};

export const notificationBody = (purchase: Purchase, transaction: Transaction, serverKey: string): string => {
  const outcome: Outcome = {
    statusCode: notifiedCodeOf(transaction),
    statusMessage: "midtrans payment notification",
    isNotification: true,
  };
  return JSON.stringify(transactionBody(purchase, transaction, outcome, serverKey));
};

/** docs.midtrans.com, Code 2xx: 201 is for what still needs something, here the merchant's decision. */
const notifiedCodeOf = ({ status, fraud }: Transaction): string =>
  fraud === "challenge" ? "201" : NOTIFIED_CODES[status];

/** `status_message` of docs.midtrans.com, Get Transaction Status: the samples of refunds have one of their own. */
export const foundMessageOf = ({ refunds }: Transaction): string =>
  refunds.length > 0 ? "Success, refund request is approved by the bank" : "Success, transaction is found";

/** `status_code` in replies under /v2. */
export const replyCodeOf = (transaction: Transaction): string => {
  const { status } = transaction;
  if (status === "cancel") return "200";
  return status === "expire" ? "407" : notifiedCodeOf(transaction);
};
