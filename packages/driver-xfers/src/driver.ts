import type { Driver, WebhookAcknowledgements } from "@tautan/core/driver";
import { acknowledgement } from "@tautan/driver-kit";
import { capabilities, type XfersCapabilities } from "./capabilities.ts";
import { createHandlers } from "./handlers.ts";
import { checkOptions, type XfersOptions, type XfersProviderOptions } from "./options.ts";
import { createSimulationHandlers, type XfersSimulator } from "./simulation-handlers.ts";

/** The Xfers driver, plus a simulated payer in Xfers' own sandbox. */
export interface XfersDriver extends Driver<"xfers", XfersCapabilities, XfersProviderOptions> {
  readonly simulate: XfersSimulator;
}

/**
 * Creates the driver for [payment links of Xfers](https://docs.fazz.com/v4-ID/reference/accept-payment-links), now Fazz Business,
 * in Indonesia.
 *
 * @throws `TypeError` if an option is missing or invalid.
 *
 * @example
 * ```ts
 * import { createPaymentLinks } from "@tautan/core";
 * import { createXfersDriver } from "@tautan/driver-xfers";
 *
 * const { XFERS_API_KEY = "", XFERS_SECRET_KEY = "", XFERS_SIGNING_SECRET = "" } = process.env;
 * const xfers = createXfersDriver({
 *   environment: "sandbox",
 *   apiKey: XFERS_API_KEY,
 *   secretKey: XFERS_SECRET_KEY,
 *   signingSecrets: [XFERS_SIGNING_SECRET],
 * });
 * const links = createPaymentLinks({ default: "xfers", gateways: { xfers } });
 * ```
 */
export const createXfersDriver = (options: XfersOptions): XfersDriver => {
  const checked = checkOptions(options);
  return Object.freeze({
    contract: 1,
    name: "xfers",
    capabilities: checked.acceptUnsignedCallbacks ? CAPABILITIES_WITHOUT_SIGNATURES : capabilities,
    handlers: Object.freeze(createHandlers(checked)),
    acknowledgements,
    simulate: Object.freeze(createSimulationHandlers(checked)),
  });
};

/** The trust of callbacks: with unsigned callbacks, some are only notices. */
const CAPABILITIES_WITHOUT_SIGNATURES: XfersCapabilities = Object.freeze({
  ...capabilities,
  webhooks: Object.freeze({ ...capabilities.webhooks, trust: "unsigned" }),
});

/**
 * Xfers expects 200: https://docs.fazz.com/v4-ID/docs/callbacks. It delivers 20 times at most, first after 5 minutes, with 5 minutes
 * more before each: https://docs.xfers.com/docs/callback-retry-logic. Which responses count as a failure is not documented; 503 has
 * the closest meaning.
 */
const acknowledgements: WebhookAcknowledgements = Object.freeze({
  accepted: acknowledgement(200),
  forged: acknowledgement(401),
  malformed: acknowledgement(400),
  retryLater: acknowledgement(503),
});
