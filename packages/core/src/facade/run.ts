import { type Result, ResultAsync } from "neverthrow";
import { contained } from "../contained.ts";
import type { OperationName, Outcome, PaymentLinkError } from "../errors.ts";
import type { Configuration } from "../operations/configuration.ts";
import { attributeError, unreadableArguments, withOutcome } from "../operations/driver-error.ts";

/**
 * Starts an operation synchronously, so that a caller's objects are read before they can change. `outcome` is that of an operation
 * whose arguments throw.
 */
export const runnerOf =
  ({ defaultKey }: Configuration) =>
  <T>(
    operation: OperationName,
    start: () => Promise<Result<T, PaymentLinkError>>,
    outcome: Outcome = "not_sent",
  ): ResultAsync<T, PaymentLinkError> =>
    new ResultAsync(contained(start, (thrown) => withOutcome(unreadable(thrown, defaultKey, operation), outcome)));

export const unreadable = (thrown: unknown, gateway: string, operation: OperationName): PaymentLinkError =>
  attributeError(unreadableArguments(thrown), gateway, operation);
