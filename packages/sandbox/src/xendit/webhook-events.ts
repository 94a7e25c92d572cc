import type { Tone, WebhookEvent } from "../simulator-kit/index.ts";

/** The words of an invoice and of a session, and ours for an attempt and a refund. */
export const PAYMENT_STATUSES: Readonly<Record<string, Tone>> = {
  PENDING: "waiting",
  PAID: "good",
  SETTLED: "good",
  FAILED: "bad",
  EXPIRED: "bad",
  REFUNDED: "returned",
};

/** github.com/xendit/xendit-node, docs/invoice/InvoiceCallback.md and docs/refund/RefundCallback.md; docs.xendit.co, payment session. */
export const WEBHOOK_EVENTS: readonly WebhookEvent[] = [
  { name: "PAID", label: "the invoice is paid", about: "link" },
  { name: "SETTLED", label: "the money is in the balance", about: "link" },
  { name: "EXPIRED", label: "the invoice has expired", about: "link" },
  { name: "refund.succeeded", label: "a refund was made", about: "link" },
  { name: "payment_session.completed", label: "the payment session is paid", about: "link" },
  { name: "payment_session.expired", label: "the payment session has expired", about: "link" },
];
