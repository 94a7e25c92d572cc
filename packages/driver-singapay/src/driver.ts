import type { Driver, WebhookAcknowledgements } from "@tautan/core/driver";
import { acknowledgement } from "@tautan/driver-kit";
import { capabilitiesOf, type SingapayApiVersion, type SingapayCapabilities } from "./capabilities.ts";
import { createHandlers } from "./handlers.ts";
import { checkOptions, type SingapayOptions, type SingapayProviderOptions } from "./options.ts";

/** The SingaPay driver, of one API version or of either. */
export interface SingapayDriver<Version extends SingapayApiVersion = SingapayApiVersion>
  extends Driver<"singapay", SingapayCapabilities<Version>, SingapayProviderOptions<Version>> {}

/**
 * Creates the driver for [SingaPay payment links](https://docs.singapay.id/api-reference/).
 *
 * @throws `TypeError` if an option is missing or invalid.
 *
 * @example
 * ```ts
 * import { createPaymentLinks } from "@tautan/core";
 * import { createSingapayDriver } from "@tautan/driver-singapay";
 *
 * const { SINGAPAY_CLIENT_ID = "", SINGAPAY_CLIENT_SECRET = "", SINGAPAY_API_KEY = "" } = process.env;
 * const singapay = createSingapayDriver({
 *   environment: "sandbox",
 *   clientId: SINGAPAY_CLIENT_ID,
 *   clientSecret: SINGAPAY_CLIENT_SECRET,
 *   apiKey: SINGAPAY_API_KEY,
 *   accountId: "01K0DEMOACCOUNT0000000000A",
 * });
 * const links = createPaymentLinks({ default: "singapay", gateways: { singapay } });
 * ```
 */
export function createSingapayDriver(options: SingapayOptions & { readonly apiVersion: 2 }): SingapayDriver<2>;
export function createSingapayDriver(
  options: SingapayOptions & { readonly apiVersion?: 1 | undefined },
): SingapayDriver<1>;
/** If the type of the options does not determine the version, the capabilities are known only at run time. */
export function createSingapayDriver(options: SingapayOptions): SingapayDriver;
export function createSingapayDriver(options: SingapayOptions): SingapayDriver {
  const checked = checkOptions(options);
  const capabilities = capabilitiesOf(checked.apiVersion);
  return Object.freeze({
    contract: 1,
    name: "singapay",
    capabilities,
    handlers: Object.freeze(createHandlers(checked)),
    acknowledgements,
  });
}

/**
 * The number of retries by our response: 2xx none, 500 one, 503 four, 400 and 404 two, 3xx none or followed, all others five.
 * Source: https://docs.singapay.id/api-reference/webhooks/retry-mechanism; bodies: webhooks/payment-link.
 */
const acknowledgements: WebhookAcknowledgements = Object.freeze({
  accepted: acknowledgement(200, { status: "success" }),
  forged: acknowledgement(401, { status: "error", message: "Invalid signature" }),
  malformed: acknowledgement(400),
  retryLater: acknowledgement(429),
});
