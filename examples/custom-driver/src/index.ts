import type { DriverDefinition } from "@tautan/core/config";
import { createContohDriver } from "./driver.ts";
import type { ContohOptions } from "./options.ts";

export type { ContohCapabilities } from "./capabilities.ts";
export { type ContohDriver, createContohDriver } from "./driver.ts";
export type { ContohOptions } from "./options.ts";

/** Contoh Pay for `createPaymentLinksFromConfig`. */
export const contoh: DriverDefinition<ContohOptions> = {
  name: "contoh",
  create: createContohDriver,
  loadParser: async () => (await import("./config-schema.ts")).parseContohOptions,
};
