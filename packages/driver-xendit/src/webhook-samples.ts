// Source: https://github.com/xendit/xendit-node, docs/invoice/InvoiceCallback.md.
import type { SampleSubject, WebhookSamples } from "@tautan/core/driver";
import { xenditCallbackHeaders } from "./callback-headers.ts";

const callback =
  (status: "PAID" | "SETTLED" | "EXPIRED") =>
  ({ reference, linkId, amount, atMs }: SampleSubject): object => {
    const at = new Date(atMs).toISOString();
    const total = Number(amount);
    return {
      id: linkId,
      external_id: reference,
      user_id: "0".repeat(24),
      is_high: false,
      status,
      merchant_name: "Sample",
      amount: total,
      currency: "IDR",
      created: at,
      updated: at,
      description: "sample",
      ...(status !== "EXPIRED" && {
        paid_amount: total,
        paid_at: at,
        payment_method: "BANK_TRANSFER",
        payment_channel: "BCA",
        bank_code: "BCA",
        payment_id: `py-${linkId}`,
      }),
    };
  };

const API_URL = "https://api.xendit.co";

export const webhookSamples: WebhookSamples = {
  secretOptions: ["webhookTokens"],
  events: { paid: callback("PAID"), settled: callback("SETTLED"), expired: callback("EXPIRED") },
  // One address: the key decides. Source: https://xendit.github.io/apireference/.
  apiUrls: { sandbox: API_URL, production: API_URL },
  madeUpLinkId: () => "0".repeat(24),
  sign: async (body, { secret }) => ({ headers: xenditCallbackHeaders(secret), body }),
};
