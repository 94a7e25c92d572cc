// https://docs.singapay.id/api-reference/webhooks: payment-link, payment-link-inquiry and transaction-moneyin-expiration.
import type { SampleSubject, WebhookSamples } from "@tautan/core/driver";
import { signSingapayWebhook } from "./sign-webhook.ts";

const iso = (atMs: number): string => `${new Date(atMs + 7 * 3_600_000).toISOString().slice(0, 19)}+07:00`;

const event =
  (name: string, data: (subject: SampleSubject) => object) =>
  (subject: SampleSubject): object => ({
    status: 200,
    success: true,
    event: name,
    timestamp: iso(subject.atMs),
    data: data(subject),
  });

const history = (status: string, { reference, amount, atMs }: SampleSubject): object => ({
  id: 1,
  reff_no: `sample-${atMs}`,
  payment_link_reff_no: reference,
  payment_method_name: "VA BCA",
  payment_method_value: "12345678901",
  payment_method_additional: null,
  expired_at: iso(atMs),
  amount: `${amount}.00`,
  payment_date: null,
  status,
  created_at: iso(atMs - 60_000),
  updated_at: iso(atMs),
});

export const webhookSamples: WebhookSamples = {
  secretOptions: ["webhookSecrets", "clientSecret"],
  events: {
    paid: event("payment-link-transaction", ({ reference, linkId, linkUrl, amount, atMs }) => ({
      transaction: {
        reff_no: `sample-${atMs}`,
        type: "pl",
        status: "paid",
        amount: { value: `${amount}.00`, currency: "IDR" },
        tip: null,
        post_timestamp: iso(atMs),
        processed_timestamp: iso(atMs),
      },
      customer: { id: null, name: null, email: null, phone: null },
      payment: {
        method: "payment_link",
        additional_info: { payment_link: { id: linkId, reff_no: reference, payment_url: linkUrl } },
      },
    })),
    pending: event("payment-link-inquiry", (subject) => ({ payment_link_history: history("pending", subject) })),
    expired: event("transaction-expiration", (subject) => ({
      payment_link_histories: [history("expired", subject)],
      virtual_account_transactions: [],
      qris_histories: [],
    })),
  },
  // Source: https://docs.singapay.id/api-reference/payment-link/create, servers.
  apiUrls: { sandbox: "https://sandbox-payment-b2b.singapay.id", production: "https://payment-b2b.singapay.id" },
  madeUpLinkId: () => "1",
  sign: async (body, signing) => ({ headers: await signSingapayWebhook(body, signing), body }),
};
