import type { Driver, WebhookAcknowledgements } from "@tautan/core/driver";
import { acknowledgement, lazyHandlers } from "@tautan/driver-kit";
import { capabilities, type XfersCapabilities } from "./capabilities.ts";
import { checkOptions, type XfersOptions, type XfersProviderOptions } from "./options.ts";

/** The Xfers driver. */
export interface XfersDriver extends Driver<"xfers", XfersCapabilities, XfersProviderOptions> {}

/**
 * Makes the driver for Xfers (Fazz Business) payment links, Indonesia. Throws `TypeError` where an option is missing or
 * cannot work.
 *
 * ```ts
 * createXfersDriver({ apiKey, secretKey, signingSecrets: [signingSecret], environment: "sandbox" })
 * ```
 */
export const createXfersDriver = (options: XfersOptions): XfersDriver => {
  const checked = checkOptions(options);
  return Object.freeze({
    contract: 1,
    name: "xfers",
    capabilities,
    handlers: lazyHandlers(capabilities.operations, async () =>
      (await import("./handlers.ts")).createHandlers(checked),
    ),
    acknowledgements,
  });
};

/**
 * 200 is what Xfers asks for: docs.fazz.com/v4-ID/docs/callbacks. Whether it sends again after any other answer is not
 * documented; 503 says best what is meant.
 */
const acknowledgements: WebhookAcknowledgements = Object.freeze({
  accepted: acknowledgement(200),
  forged: acknowledgement(401),
  malformed: acknowledgement(400),
  retryLater: acknowledgement(503),
});
