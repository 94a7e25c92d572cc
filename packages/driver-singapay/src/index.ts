import type { DriverDefinition } from "@tautan/core/config";
import { createSingapayDriver } from "./driver.ts";
import type { SingapayOptions } from "./options.ts";

export type { SingapayApiVersion, SingapayCapabilities } from "./capabilities.ts";
export { createSingapayDriver, type SingapayDriver } from "./driver.ts";
export type { SingapayOptions, SingapayProviderOptions } from "./options.ts";

/** SingaPay for `createPaymentLinksFromConfig`. */
export const singapay: DriverDefinition<SingapayOptions> = {
  name: "singapay",
  create: createSingapayDriver,
  loadParser: async () => (await import("./config-schema.ts")).parseSingapayOptions,
};
