import type { DriverDefinition } from "@tautan/core/config";
import { createMemoryDriver } from "./driver.ts";
import type { MemoryOptions } from "./options.ts";

export type { MemoryCapabilities } from "./capabilities.ts";
export { createManualClock, type ManualClock } from "./clock.ts";
export type { MemoryDelivery, SimulatedWebhook } from "./deliveries.ts";
export { createMemoryDriver, type MemoryDriver } from "./driver.ts";
export type { ExpectedLink, MemoryLink } from "./expect-link.ts";
export type { FailingOperation, MemoryFailure } from "./failures.ts";
export type { MemoryOptions } from "./options.ts";
export type { LinkName, PaymentChoice, Simulated, SimulatedBatch, Simulator } from "./simulate.ts";
export type { CapabilitiesOf, MemoryTraits, MissingFeature } from "./traits.ts";

/**
 * The memory driver for `createPaymentLinksFromConfig`. To simulate the payer, create the driver yourself and pass
 * `{ ...memory, create: () => driver }`.
 */
export const memory: DriverDefinition<MemoryOptions> = {
  name: "memory",
  create: (options) => createMemoryDriver(options),
  loadParser: async () => (await import("./config-schema.ts")).parseMemoryOptions,
};
