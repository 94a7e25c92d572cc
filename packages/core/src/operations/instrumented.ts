import type { Result } from "neverthrow";
import type { OperationName, PaymentLinkError, WebhookError } from "../errors.ts";
import type { Configuration, ConfiguredGateway } from "./configuration.ts";

/**
 * Runs an operation inside the caller's instrumentation, exactly once, and returns its own result: an instrumentation that
 * throws, forgets to run or to return costs a trace, never an answer.
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
    // The result is not lost with the trace.
  }
  return runOnce();
};
