import type { Driver, WebhookAcknowledgements } from "@tautan/core/driver";
import { acknowledgement, lazyHandlers } from "@tautan/driver-kit";
import { type ContohCapabilities, capabilities } from "./capabilities.ts";
import { type ContohOptions, checkOptions } from "./options.ts";

/** The Contoh Pay driver. No link has options that only Contoh Pay knows, hence `never`. */
export interface ContohDriver extends Driver<"contoh", ContohCapabilities, never> {}

/**
 * Makes the driver for Contoh Pay. Throws `TypeError` where an option is missing or cannot work.
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
    handlers: lazyHandlers(
      capabilities.operations,
      async () => (await import("./handlers.ts")).createHandlers(checked),
      ["preview"],
    ),
    acknowledgements,
  });
};

/** Any 2xx accepts; after anything else Contoh Pay tries again for three days: PROVIDER.md, Webhooks. */
const acknowledgements: WebhookAcknowledgements = Object.freeze({
  accepted: acknowledgement(200),
  forged: acknowledgement(401),
  malformed: acknowledgement(400),
  retryLater: acknowledgement(503),
});
