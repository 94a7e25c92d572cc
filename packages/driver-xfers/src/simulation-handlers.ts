// Simulated actions of the payer and the bank. Source: https://docs.fazz.com/v4-ID/reference/update-payment-link.
import { type DriverError, driverError, invalidRequest } from "@tautan/core/driver";
import { pathSegment } from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import { createClient } from "./client.ts";
import type { CheckedOptions } from "./options.ts";

export interface SimulationOptions {
  /** The deadline of the call in milliseconds. Default 30,000. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

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

export const createSimulationHandlers = (options: CheckedOptions): XfersSimulator => ({
  receivePayment: (id, callOptions) => simulateTask(options, "receive_payment", id, callOptions),
  settle: (id, callOptions) => simulateTask(options, "settle", id, callOptions),
});

/** The page marks both tasks as sandbox only. */
const simulateTask = async (
  options: CheckedOptions,
  action: "receive_payment" | "settle",
  linkId: unknown,
  callOptions: unknown,
): SimulationResult => {
  if (options.environment !== "sandbox") return err(onlyInSandbox(action));
  if (typeof linkId !== "string" || pathSegment(linkId).isErr()) return err(NO_LINK_ID);
  const signal = signalOf(callOptions);
  if (signal.isErr()) return err(signal.error);
  try {
    return (await createClient(options)({ signal: signal.value }).runTask(linkId, action)).mapErr(refusedTask);
  } catch {
    return err(driverError("unavailable", { message: "the transport failed without a response", outcome: "unknown" }));
  }
};

/** The signal of a call, whose options come from the caller unchecked. */
const signalOf = (options: unknown): Result<AbortSignal, DriverError> => {
  if (options !== undefined && (typeof options !== "object" || options === null)) return err(NO_OPTIONS);
  try {
    const { timeoutMs = 30_000, signal }: SimulationOptions = options ?? {};
    if (typeof timeoutMs !== "number" || !(timeoutMs > 0 && timeoutMs <= MAX_TIMEOUT_MS)) return err(NO_TIMEOUT);
    // A timer counts whole milliseconds.
    const deadline = AbortSignal.timeout(Math.ceil(timeoutMs));
    return ok(signal === undefined ? deadline : AbortSignal.any([signal, deadline]));
  } catch {
    return err(NO_SIGNAL);
  }
};

/** The body of a task never varies, so a refusal can only be about the link's state. */
export const refusedTask = (error: DriverError): DriverError =>
  error.kind === "invalid_request"
    ? driverError("invalid_state", {
        message: error.message,
        status: error.status,
        providerCode: error.providerCode,
      })
    : error;

const onlyInSandbox = (action: string): DriverError => {
  const reason = `Xfers has the task ${action} only in its sandbox`;
  return driverError("unsupported", {
    message: `nothing was sent: ${reason}, and this driver uses the environment production`,
    hint: 'Create a driver with environment: "sandbox" and its keys to simulate payments.',
    features: [{ feature: action === "settle" ? "simulate.settle" : "simulate.receivePayment", reason }],
  });
};

/** The longest time that a timer counts. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

const wrongOption = (path: string, message: string): DriverError =>
  invalidRequest("the options of the call", [{ path, message }]);

const NO_TIMEOUT = wrongOption("timeoutMs", `expected a number above 0 and up to ${MAX_TIMEOUT_MS}`);
const NO_OPTIONS = wrongOption("", "expected an object");
const NO_SIGNAL = wrongOption("signal", "expected an AbortSignal");

const NO_LINK_ID: DriverError = invalidRequest(
  "linkProviderId",
  [{ path: "linkProviderId", message: "expected the providerId of a link, such as paymentlink_0011…" }],
  { hint: "It is in link.providerId." },
);
