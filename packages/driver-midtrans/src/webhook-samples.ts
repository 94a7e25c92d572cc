// https://docs.midtrans.com/docs/https-notification-webhooks; the order id of a link's payment:
// https://docs.midtrans.com/docs/payment-link-via-api.
import type { SampleSubject, WebhookSamples } from "@tautan/core/driver";
import { jakartaWallClock } from "@tautan/driver-kit/http";
import { type SignedFields, signMidtransNotification } from "./sign-webhook.ts";

/** `2026-03-15 09:59:30` in Jakarta, without an offset. */
const jakartaTime = (atMs: number): string => jakartaWallClock(atMs).slice(0, 19).replace("T", " ");

const body =
  (status: string, code: string, more: (subject: SampleSubject) => object = () => ({})) =>
  (subject: SampleSubject): object => ({
    transaction_time: jakartaTime(subject.atMs),
    transaction_status: status,
    transaction_id: "00000000-0000-4000-8000-000000000001",
    status_message: "midtrans payment notification",
    status_code: code,
    payment_type: "bank_transfer",
    order_id: `${subject.linkId}-${subject.atMs}`,
    merchant_id: "G000000001",
    gross_amount: `${subject.amount}.00`,
    fraud_status: "accept",
    currency: "IDR",
    va_numbers: [{ bank: "bca", va_number: "12345678901" }],
    custom_field1: subject.linkId,
    ...more(subject),
  });

const settled = ({ atMs }: SampleSubject): object => ({ settlement_time: jakartaTime(atMs) });

export const webhookSamples: WebhookSamples = {
  secretOptions: ["serverKey"],
  events: {
    paid: body("settlement", "200", settled),
    pending: body("pending", "201"),
    expired: body("expire", "202"),
    failed: body("deny", "202"),
    cancelled: body("cancel", "202"),
    // https://docs.midtrans.com/reference/refund-transaction, the sample notifications.
    refunded: body("refund", "200", (subject) => ({
      ...settled(subject),
      refund_amount: `${subject.amount}.00`,
      refunds: [
        {
          refund_chargeback_id: 1,
          refund_amount: `${subject.amount}.00`,
          created_at: jakartaTime(subject.atMs),
          reason: "sample",
          refund_key: "sample",
          refund_method: "online",
        },
      ],
    })),
  },
  // Source: https://docs.midtrans.com/reference/create-payment-link, API Host Base URL.
  apiUrls: { sandbox: "https://api.sandbox.midtrans.com", production: "https://api.midtrans.com" },
  madeUpLinkId: (reference) => reference,
  sign: async (text, { secret }) => {
    const headers = { "content-type": "application/json" };
    const fields = JSON.parse(text) as SignedFields & { readonly signature_key?: unknown };
    if (fields.signature_key !== undefined) return { headers, body: text };
    return { headers, body: JSON.stringify(await signMidtransNotification(fields, secret)) };
  },
};
