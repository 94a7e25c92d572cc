import type { DriverError } from "@tautan/core/driver";
import { once } from "@tautan/driver-kit";
import type { Result } from "neverthrow";
import type { CheckedOptions } from "./options.ts";

export interface SimulationOptions {
  /** How long the call may take, in milliseconds. Default 30,000. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a simulation comes to. Xfers does not say what the link then is: read it, or wait for the callback. */
export type SimulationResult = Promise<Result<undefined, DriverError>>;

/**
 * Plays the payer and the bank in Xfers' own sandbox, where there is nobody to pay. `unsupported` in production, without a
 * request.
 */
export interface XfersSimulator {
  /** Pays a pending link, by its `providerId`. */
  receivePayment(linkProviderId: string, options?: SimulationOptions): SimulationResult;
  /** Lets the money of a paid link be withdrawn, by the link's `providerId`. */
  settle(linkProviderId: string, options?: SimulationOptions): SimulationResult;
}

export const createSimulator = (checked: CheckedOptions): XfersSimulator => {
  const load = once(() => import("./tasks.ts"));
  return Object.freeze<XfersSimulator>({
    receivePayment: async (id, options) => (await load()).simulateTask(checked, "receive_payment", id, options),
    settle: async (id, options) => (await load()).simulateTask(checked, "settle", id, options),
  });
};
