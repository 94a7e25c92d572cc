import type { Driver, WebhookAcknowledgements } from "@tautan/core/driver";
import { acknowledgement } from "@tautan/driver-kit";
import { capabilitiesOf, type MidtransCapabilities } from "./capabilities.ts";
import { createHandlers } from "./handlers.ts";
import { checkOptions, type MidtransOptions, type MidtransProviderOptions } from "./options.ts";

/** The Midtrans driver. */
export interface MidtransDriver extends Driver<"midtrans", MidtransCapabilities, MidtransProviderOptions> {}

/**
 * Creates the driver for [Midtrans Payment Link](https://docs.midtrans.com).
 *
 * @throws `TypeError` if an option is missing or invalid.
 *
 * @example
 * ```ts
 * import { createPaymentLinks } from "@tautan/core";
 * import { createMidtransDriver } from "@tautan/driver-midtrans";
 *
 * const serverKey = process.env["MIDTRANS_SERVER_KEY"] ?? "";
 * const midtrans = createMidtransDriver({ environment: "sandbox", serverKey });
 * const links = createPaymentLinks({ default: "midtrans", gateways: { midtrans } });
 * ```
 */
export const createMidtransDriver = (options: MidtransOptions): MidtransDriver => {
  const checked = checkOptions(options);
  const capabilities = capabilitiesOf(options);
  return Object.freeze({
    contract: 1,
    name: "midtrans",
    capabilities,
    handlers: Object.freeze(createHandlers(checked)),
    acknowledgements,
  });
};

/**
 * The number of retries by our response: 2xx none, 500 one, 503 four, 400 and 404 two, 3xx none or followed, all others five.
 * Source: https://docs.midtrans.com/docs/https-notification-webhooks, "Best Practices".
 */
const acknowledgements: WebhookAcknowledgements = Object.freeze({
  accepted: acknowledgement(200),
  forged: acknowledgement(401),
  malformed: acknowledgement(400),
  retryLater: acknowledgement(429),
});
