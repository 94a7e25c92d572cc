import { lazyMethods } from "@tautan/driver-kit";
import type { CheckedOptions } from "./options.ts";
import type { XfersSimulator } from "./simulation-handlers.ts";

export const createSimulator = (options: CheckedOptions): XfersSimulator =>
  lazyMethods(["receivePayment", "settle"], async () =>
    (await import("./simulation-handlers.ts")).createSimulationHandlers(options),
  );
