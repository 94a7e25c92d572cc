import type { DriverError } from "@tautan/core/driver";
import { lazy } from "@tautan/driver-kit";
import { err, type Result } from "neverthrow";
import type { CheckedOptions } from "./options.ts";
import type { SimulationOptions } from "./simulation-handlers.ts";

/** The result of a simulation. Xfers does not return the link's new state: read the link, or wait for the callback. */
export type SimulationResult = Promise<Result<undefined, DriverError>>;

/**
 * Simulates the payer and the bank in Xfers' own sandbox. `unsupported` in production, without a request. The functions never
 * reject.
 */
export interface XfersSimulator {
  /** Pays a pending link, by its `providerId`. */
  receivePayment(linkProviderId: string, options?: SimulationOptions): SimulationResult;
  /** Makes the money of a paid link available, by the link's `providerId`. */
  settle(linkProviderId: string, options?: SimulationOptions): SimulationResult;
}

export const createSimulator = (checked: CheckedOptions): XfersSimulator => {
  const load = lazy(() => import("./simulation-handlers.ts"));
  const simulate = async (
    action: "receive_payment" | "settle",
    id: string,
    options: SimulationOptions | undefined,
  ): SimulationResult => {
    let tasks: Awaited<ReturnType<typeof load>>;
    try {
      tasks = await load();
    } catch {
      return err(NOT_LOADED);
    }
    return tasks.simulateTask(checked, action, id, options);
  };
  return Object.freeze<XfersSimulator>({
    receivePayment: (id, options) => simulate("receive_payment", id, options),
    settle: (id, options) => simulate("settle", id, options),
  });
};

const NOT_LOADED: DriverError = Object.freeze({
  kind: "unavailable",
  message: "the driver could not be loaded; nothing was sent",
  hint: "Check that the installation is complete and that the process may open files, then try again.",
  retryable: true,
  outcome: "not_sent",
});
