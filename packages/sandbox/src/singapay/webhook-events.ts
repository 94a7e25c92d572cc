import type { Tone, WebhookEvent } from "../simulator-kit/index.ts";
import type { History, HistoryStatus, SingapayLink } from "./links.ts";
import { settlementBody } from "./settlement-webhook.ts";
import { expirationBody, expiredLinksBody, inquiryBody, paidBody } from "./webhooks.ts";

export const PAYMENT_STATUSES: Readonly<Record<HistoryStatus, Tone>> = {
  pending: "waiting",
  paid: "good",
  failed: "bad",
  expired: "bad",
};

/** docs.singapay.id, webhooks. */
export const WEBHOOK_EVENTS: readonly WebhookEvent[] = [
  { name: "payment-link-inquiry", label: "a payer has chosen a method", about: "payment" },
  { name: "payment-link-transaction", label: "a payment is paid", about: "payment" },
  { name: "transaction-expiration", label: "a payment was not paid in time", about: "payment" },
  { name: "settlement.completed", label: "a batch of payments is settled", about: "payment" },
  { name: "product-expiration", label: "a link has expired", about: "link" },
];

/** One less than the first settled batch: it will never be the id of a batch. */
const BATCH_ID = 1_200;

/** A webhook about a link, or about one of its payments as if it had just got there. */
export const eventBody = (
  event: string,
  subject: { readonly link: SingapayLink; readonly history: History | undefined },
  payUrl: (link: SingapayLink) => string,
  nowMs: number,
): string | undefined => {
  const { link, history } = subject;
  if (event === "product-expiration") return expiredLinksBody([link], payUrl, nowMs);
  if (history === undefined) return undefined;
  const paid: History = { ...history, status: "paid", paidAtMs: history.paidAtMs ?? nowMs };
  switch (event) {
    case "payment-link-transaction":
      return paidBody(paid, payUrl(link), nowMs);
    case "transaction-expiration":
      return expirationBody([{ ...history, status: "expired" }], nowMs);
    case "settlement.completed":
      return settlementBody([paid], BATCH_ID, "scheduler", nowMs);
    default:
      return inquiryBody({ ...history, status: "pending" }, nowMs);
  }
};
