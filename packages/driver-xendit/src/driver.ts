import type { OperationSupport } from "@tautan/core";
import type { Driver, WebhookAcknowledgements } from "@tautan/core/driver";
import { acknowledgement } from "@tautan/driver-kit";
import { CAPABILITIES, type XenditCapabilities, type XenditProduct } from "./capabilities.ts";
import { createHandlers } from "./handlers.ts";
import { checkOptions, type XenditOptions, type XenditProviderOptions } from "./options.ts";

/** The Xendit driver, for links of one product or of either. */
export interface XenditDriver<Product extends XenditProduct = XenditProduct>
  extends Driver<"xendit", XenditCapabilities<Product>, XenditProviderOptions<Product>> {}

/**
 * Creates the driver for [payment links of Xendit](https://docs.xendit.co/docs/payment-links-api-overview): invoices or, with
 * `product: "session"`, payment sessions.
 *
 * @throws `TypeError` if an option is missing or invalid.
 *
 * @example
 * ```ts
 * import { createPaymentLinks } from "@tautan/core";
 * import { createXenditDriver } from "@tautan/driver-xendit";
 *
 * const { XENDIT_SECRET_KEY = "", XENDIT_WEBHOOK_TOKEN = "" } = process.env;
 * const xendit = createXenditDriver({
 *   environment: "sandbox",
 *   secretKey: XENDIT_SECRET_KEY,
 *   webhookTokens: [XENDIT_WEBHOOK_TOKEN],
 * });
 * const links = createPaymentLinks({ default: "xendit", gateways: { xendit } });
 * ```
 */
export function createXenditDriver(options: XenditOptions & { readonly product: "session" }): XenditDriver<"session">;
export function createXenditDriver(
  options: XenditOptions & { readonly product?: "invoice" | undefined },
): XenditDriver<"invoice">;
/** If the type of the options does not determine the product, the capabilities are known only at run time. */
export function createXenditDriver(options: XenditOptions): XenditDriver;
export function createXenditDriver(
  options: XenditOptions,
): XenditDriver<"invoice"> | XenditDriver<"session"> | XenditDriver {
  const checked = checkOptions(options);
  const capabilities = CAPABILITIES[checked.product];
  return Object.freeze({
    contract: 1,
    name: "xendit",
    capabilities,
    handlers: declaredHandlers(capabilities.operations, createHandlers(checked)),
    acknowledgements,
  });
}

/** Links of sessions cannot be searched, so that their driver has no handlers for this. */
const declaredHandlers = <Handlers extends object>(operations: OperationSupport, handlers: Handlers): Handlers => {
  const support: Readonly<Record<string, unknown>> = { ...operations };
  const declared = Object.entries(handlers).filter(([name]) => (support[name] ?? true) === true);
  return Object.freeze(Object.fromEntries(declared)) as Handlers;
};

/**
 * Any 2xx within 30 seconds acknowledges, and any other response is repeated: https://docs.xendit.co/apidocs/webhook-behavior. 503 has the
 * closest meaning.
 */
const acknowledgements: WebhookAcknowledgements = Object.freeze({
  accepted: acknowledgement(200),
  forged: acknowledgement(401),
  malformed: acknowledgement(400),
  retryLater: acknowledgement(503),
});
