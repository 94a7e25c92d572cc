import type { Driver, WebhookAcknowledgements } from "@tautan/core/driver";
import { acknowledgement } from "@tautan/driver-kit";
import { capabilities, type StripeCapabilities } from "./capabilities.ts";
import { createHandlers } from "./handlers.ts";
import { checkOptions, type StripeOptions, type StripeProviderOptions } from "./options.ts";

/** The Stripe driver. */
export interface StripeDriver extends Driver<"stripe", StripeCapabilities, StripeProviderOptions> {}

/**
 * Creates the driver for [Stripe Payment Links](https://docs.stripe.com/payment-links).
 *
 * @throws `TypeError` if an option is missing or invalid.
 *
 * @example
 * ```ts
 * import { createPaymentLinks } from "@tautan/core";
 * import { createStripeDriver } from "@tautan/driver-stripe";
 *
 * const { STRIPE_SECRET_KEY = "", STRIPE_WEBHOOK_SECRET = "" } = process.env;
 * const stripe = createStripeDriver({
 *   environment: "sandbox",
 *   secretKey: STRIPE_SECRET_KEY,
 *   webhookSecrets: [STRIPE_WEBHOOK_SECRET],
 * });
 * const links = createPaymentLinks({ default: "stripe", gateways: { stripe } });
 * ```
 */
export const createStripeDriver = (options: StripeOptions): StripeDriver => {
  const checked = checkOptions(options);
  return Object.freeze({
    contract: 1,
    name: "stripe",
    capabilities,
    handlers: Object.freeze(createHandlers(checked)),
    acknowledgements,
  });
};

/** Any 2xx ends the retries, and any other status causes one. Source: https://docs.stripe.com/webhooks. */
const acknowledgements: WebhookAcknowledgements = Object.freeze({
  accepted: acknowledgement(200),
  forged: acknowledgement(401),
  malformed: acknowledgement(400),
  retryLater: acknowledgement(503),
});
