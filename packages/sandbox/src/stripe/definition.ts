import { encodeForm, isJsonObject, type ProviderDefinition } from "../simulator-kit/index.ts";
import { STRIPE_CREDENTIALS } from "./credentials.ts";
import { currencyOf } from "./currencies.ts";
import { stripeErrorBody } from "./errors.ts";
import { RETRY_POLICY } from "./retry-policy.ts";
import { STRIPE_SIGNATURE } from "./signature.ts";
import { createStripeSimulator } from "./simulator.ts";
import { WEBHOOK_EVENTS } from "./webhook-events.ts";

export const stripe: ProviderDefinition<"stripe", typeof STRIPE_CREDENTIALS> & { readonly startsOnRequest: true } = {
  name: "stripe",
  label: "Stripe",
  startsOnRequest: true,
  currency: currencyOf("usd"),
  currencyOf: (code) => currencyOf(code.toLowerCase()),
  credentials: STRIPE_CREDENTIALS,
  specialActions: ["refund", "chargeback", "dispute", "failedRefund"],
  inapplicableFaults: ["zero_id", "expired_token", "numeric_expires_in"],
  rareFaults: ["rolled_key"],
  retryPolicy: RETRY_POLICY,
  paymentStatuses: {
    open: "waiting",
    requires_action: "waiting",
    processing: "waiting",
    requires_payment_method: "bad",
    paid: "good",
    no_payment_required: "good",
    failed: "bad",
    expired: "bad",
    refunded: "returned",
    partially_refunded: "returned",
    disputed: "returned",
    lost: "returned",
  },
  webhookEvents: WEBHOOK_EVENTS,
  create: createStripeSimulator,
  ...STRIPE_SIGNATURE,
  errorBody: stripeErrorBody,
  createRequest: (body, baseUrl) =>
    new Request(`${baseUrl}/v1/payment_links`, {
      method: "POST",
      headers: { Authorization: `Bearer ${STRIPE_CREDENTIALS.secretKey}` },
      body: new URLSearchParams(encodeForm(body)),
    }),
  authorization: () => `Bearer ${STRIPE_CREDENTIALS.secretKey}`,
  eventOf({ type, data }) {
    const object = isJsonObject(data) ? data["object"] : undefined;
    return [type, isJsonObject(object) ? object["id"] : undefined];
  },
};
