import type { Tone, WebhookEvent } from "../simulator-kit/index.ts";
import type { Purchase, Refund, Transaction, TransactionStatus } from "./links.ts";
import { currentTransaction } from "./links.ts";
import { notificationBody } from "./transaction-body.ts";

export const PAYMENT_STATUSES: Readonly<Record<TransactionStatus, Tone>> = {
  pending: "waiting",
  authorize: "waiting",
  capture: "good",
  settlement: "good",
  deny: "bad",
  cancel: "bad",
  expire: "bad",
  partial_refund: "returned",
  refund: "returned",
  partial_chargeback: "returned",
  chargeback: "returned",
};

/** docs.midtrans.com, Transaction Status Cycle, and HTTP(S) Notification / Webhooks for the challenged card. */
const LABELS: Readonly<Record<TransactionStatus | "challenge", string>> = {
  pending: "a payer has chosen a method",
  authorize: "a card is reserved, not captured",
  capture: "a card is captured",
  challenge: "capture that fraud detection leaves to the merchant",
  settlement: "paid, and settled for cards",
  deny: "refused",
  cancel: "cancelled by the merchant",
  expire: "not paid in time",
  partial_refund: "a part went back to the payer",
  refund: "all went back to the payer",
  partial_chargeback: "the bank took back a part",
  chargeback: "the bank took back all",
};

export const WEBHOOK_EVENTS: readonly WebhookEvent[] = Object.entries(LABELS).map(([name, label]) => ({
  name,
  label,
  about: "payment",
}));

/** The notification of a purchase as if its newest transaction had just got there. */
export const eventBody = (event: string, purchase: Purchase, serverKey: string, nowMs: number): string => {
  const current = currentTransaction(purchase);
  const status = event === "challenge" ? "capture" : (event as TransactionStatus);
  const refunded = event === "refund" ? purchase.amount : Math.max(1, Math.floor(purchase.amount / 2));
  const transaction: Transaction = {
    ...current,
    status,
    fraud: event === "challenge" ? "challenge" : undefined,
    settledAtMs: current.settledAtMs ?? (IS_BEFORE_SETTLEMENT.has(status) ? undefined : nowMs),
    refunds: status === "refund" || status === "partial_refund" ? [refundOf(refunded, nowMs)] : current.refunds,
  };
  return notificationBody(purchase, transaction, serverKey);
};

const IS_BEFORE_SETTLEMENT: ReadonlySet<TransactionStatus> = new Set([
  "pending",
  "authorize",
  "capture",
  "deny",
  "cancel",
  "expire",
]);

const refundOf = (amount: number, nowMs: number): Refund => ({
  id: 1,
  key: "sandbox-refund",
  amount,
  reason: "",
  createdAtMs: nowMs,
  confirmedAtMs: undefined,
});
