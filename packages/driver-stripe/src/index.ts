import type { DriverDefinition } from "@tautan/core/config";
import { createStripeDriver } from "./driver.ts";
import type { StripeOptions } from "./options.ts";

export type { StripeCapabilities } from "./capabilities.ts";
export { createStripeDriver, type StripeDriver } from "./driver.ts";
export type {
  StripeAdjustableQuantity,
  StripeItem,
  StripeOptions,
  StripeProviderOptions,
} from "./options.ts";

/** Stripe for `createPaymentLinksFromConfig`. */
export const stripe: DriverDefinition<StripeOptions> = {
  name: "stripe",
  create: createStripeDriver,
  loadParser: async () => (await import("./config-schema.ts")).parseStripeOptions,
};
