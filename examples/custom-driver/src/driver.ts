import type { Driver, WebhookAcknowledgements } from "@tautan/core/driver";
import { acknowledgement } from "@tautan/driver-kit";
import { type ContohCapabilities, capabilities } from "./capabilities.ts";
import { createHandlers } from "./handlers.ts";
import { type ContohOptions, checkOptions } from "./options.ts";

/** The Contoh Pay driver. `never`: there are no provider options. */
export interface ContohDriver extends Driver<"contoh", ContohCapabilities, never> {}

/**
 * Creates the driver for Contoh Pay. Throws `TypeError` if an option is missing or invalid.
 *
 * ```ts
 * createContohDriver({ environment: "sandbox", secretKey, webhookSecrets: [webhookSecret] })
 * ```
 */
export const createContohDriver = (options: ContohOptions): ContohDriver => {
  const checked = checkOptions(options);
  return Object.freeze({
    contract: 1,
    name: "contoh",
    capabilities,
    handlers: Object.freeze(createHandlers(checked)),
    acknowledgements,
  });
};

/** Any 2xx accepts; after any other response Contoh Pay retries for three days: PROVIDER.md, Webhooks. */
const acknowledgements: WebhookAcknowledgements = Object.freeze({
  accepted: acknowledgement(200),
  forged: acknowledgement(401),
  malformed: acknowledgement(400),
  retryLater: acknowledgement(503),
});
