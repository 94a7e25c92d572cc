import type { Result } from "neverthrow";
import type { OperationName, PaymentLinkError, WebhookError } from "../errors.ts";
import type { Configuration, ConfiguredGateway } from "./configuration.ts";

/**
 * Runs an operation inside the caller's instrumentation, exactly once, and returns the operation's result. If the instrumentation
 * throws, does not run the operation or does not return its result, only the trace is lost.
 */
export const instrumented = async <T, E extends PaymentLinkError | WebhookError>(
  { instrument }: Configuration,
  { key, driver }: ConfiguredGateway,
  operation: OperationName,
  run: () => Promise<Result<T, E>>,
): Promise<Result<T, E>> => {
  if (!instrument) return run();
  let running: Promise<Result<T, E>> | undefined;
  const runOnce = (): Promise<Result<T, E>> => {
    running ??= run();
    return running;
  };
  try {
    await instrument({ gateway: key, driver: driver.name, operation }, runOnce);
  } catch {
    // Only the trace is lost.
  }
  return runOnce();
};
