import type { DriverDefinition } from "@tautan/core/config";
import { createMidtransDriver } from "./driver.ts";
import type { MidtransOptions } from "./options.ts";

export type { MidtransCapabilities } from "./capabilities.ts";
export { createMidtransDriver, type MidtransDriver } from "./driver.ts";
export type {
  MidtransCreditCard,
  MidtransCustomer,
  MidtransInstallment,
  MidtransItem,
  MidtransOptions,
  MidtransProviderOptions,
  MidtransVirtualAccounts,
} from "./options.ts";

/** Midtrans for `createPaymentLinksFromConfig`. */
export const midtrans: DriverDefinition<MidtransOptions> = {
  name: "midtrans",
  create: createMidtransDriver,
  loadParser: async () => (await import("./config-schema.ts")).parseMidtransOptions,
};
