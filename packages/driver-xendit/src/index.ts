import type { DriverDefinition } from "@tautan/core/config";
import { createXenditDriver } from "./driver.ts";
import type { XenditOptions } from "./options.ts";

export type { XenditCapabilities, XenditProduct } from "./capabilities.ts";
export { createXenditDriver, type XenditDriver } from "./driver.ts";
export type { XenditNotificationChannel, XenditOptions, XenditProviderOptions } from "./options.ts";

/** Xendit for `createPaymentLinksFromConfig`. */
export const xendit: DriverDefinition<XenditOptions> = {
  name: "xendit",
  create: createXenditDriver,
  loadParser: async () => (await import("./config-schema.ts")).parseXenditOptions,
};
