import type { DriverDefinition } from "@tautan/core/config";
import { createXfersDriver } from "./driver.ts";
import type { XfersOptions } from "./options.ts";

export type { XfersCapabilities } from "./capabilities.ts";
export { createXfersDriver, type XfersDriver } from "./driver.ts";
export type { XfersOptions, XfersProviderOptions } from "./options.ts";
export type { SimulationOptions, SimulationResult, XfersSimulator } from "./simulation-handlers.ts";

/** Xfers for `createPaymentLinksFromConfig`. */
export const xfers: DriverDefinition<XfersOptions> = {
  name: "xfers",
  create: createXfersDriver,
  loadParser: async () => (await import("./config-schema.ts")).parseXfersOptions,
};
