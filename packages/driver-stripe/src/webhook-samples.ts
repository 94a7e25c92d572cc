// Sources: https://docs.stripe.com/api/events/object and https://docs.stripe.com/api/checkout/sessions/object.
import type { SampleSubject, WebhookSamples } from "@tautan/core/driver";
import { REFERENCE_KEY } from "./metadata.ts";
import { toWireAmount } from "./money.ts";
import { signStripeWebhook } from "./sign-webhook.ts";

const DAY_S = 86_400;

interface State {
  readonly status: "complete" | "expired";
  readonly payment_status: "paid" | "unpaid";
}

const event =
  (type: string, { status, payment_status }: State) =>
  ({ reference, linkId, amount, atMs }: SampleSubject): object => {
    const created = Math.floor(atMs / 1000);
    const total = toWireAmount({ amount, currency: "IDR" });
    // One session for each link and time, as Stripe has one for each visit.
    const name = `${linkId.replace(/^plink_/, "")}${created}`;
    return {
      id: `evt_${name}`,
      object: "event",
      api_version: null,
      created,
      livemode: false,
      pending_webhooks: 1,
      request: { id: null, idempotency_key: null },
      type,
      data: {
        object: {
          id: `cs_test_${name}`,
          object: "checkout.session",
          payment_link: linkId,
          mode: "payment",
          status,
          payment_status,
          amount_subtotal: total,
          amount_total: total,
          currency: "idr",
          payment_intent: `pi_${name}`,
          metadata: { [REFERENCE_KEY]: reference },
          created,
          expires_at: created + DAY_S,
          livemode: false,
          url: null,
        },
      },
    };
  };

const API_URL = "https://api.stripe.com";

export const webhookSamples: WebhookSamples = {
  secretOptions: ["webhookSecrets"],
  events: {
    paid: event("checkout.session.completed", { status: "complete", payment_status: "paid" }),
    pending: event("checkout.session.completed", { status: "complete", payment_status: "unpaid" }),
    failed: event("checkout.session.async_payment_failed", { status: "complete", payment_status: "unpaid" }),
    expired: event("checkout.session.expired", { status: "expired", payment_status: "unpaid" }),
  },
  // One address: the key decides. Source: https://docs.stripe.com/api.
  apiUrls: { sandbox: API_URL, production: API_URL },
  madeUpLinkId: () => `plink_${"0".repeat(24)}`,
  sign: async (body, { secret, atMs }) => ({ headers: await signStripeWebhook(body, { secret, atMs }), body }),
};
