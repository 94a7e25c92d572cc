// What can be done to a link that exists. Source: docs.fazz.com/v4-ID/reference/update-payment-link.
import { type DriverError, failure } from "@tautan/core/driver";
import { err, type Result } from "neverthrow";
import { createClient } from "./client.ts";
import type { CheckedOptions } from "./options.ts";
import type { SimulationOptions } from "./simulator.ts";

/** Plays the payer or the bank; the page marks both tasks as the sandbox's own. */
export const simulateTask = async (
  options: CheckedOptions,
  action: "receive_payment" | "settle",
  linkId: string,
  { timeoutMs = 30_000, signal }: SimulationOptions = {},
): Promise<Result<undefined, DriverError>> => {
  if (options.environment !== "sandbox") return err(onlyInSandbox(action));
  // In an address, . and .. would name a folder.
  if (typeof linkId !== "string" || ["", ".", ".."].includes(linkId)) return err(NO_LINK_ID);
  if (!(timeoutMs > 0 && timeoutMs <= MAX_TIMEOUT_MS)) return err(NO_TIMEOUT);
  const deadline = AbortSignal.timeout(timeoutMs);
  const either = signal ? AbortSignal.any([signal, deadline]) : deadline;
  return (await createClient(options).runTask(linkId, action, either)).mapErr(refusedTask);
};

/** A task's body never varies, so that nothing but the link's state can be wrong with it. */
export const refusedTask = (error: DriverError): DriverError =>
  error.kind === "invalid_request"
    ? failure("invalid_state", {
        message: error.message,
        status: error.status,
        providerCode: error.providerCode,
      })
    : error;

const onlyInSandbox = (action: string): DriverError => {
  const reason = `Xfers has the task ${action} in its sandbox alone`;
  return failure("unsupported", {
    message: `nothing was sent: ${reason}, and this driver is of the environment production`,
    hint: 'Make a driver with environment: "sandbox" and its keys to simulate payments.',
    features: [{ feature: action === "settle" ? "simulate.settle" : "simulate.receivePayment", reason }],
  });
};

/** The longest time that a timer counts. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

const NO_TIMEOUT: DriverError = failure("invalid_request", {
  message: `nothing was sent: timeoutMs: expected a number above 0 and up to ${MAX_TIMEOUT_MS}`,
  issues: [{ path: "timeoutMs", message: `expected a number above 0 and up to ${MAX_TIMEOUT_MS}` }],
});

const NO_LINK_ID: DriverError = failure("invalid_request", {
  message: "nothing was sent: expected the providerId of a link",
  hint: "It stands in link.providerId.",
  issues: [{ path: "linkProviderId", message: "expected the providerId of a link, such as paymentlink_0011…" }],
});
