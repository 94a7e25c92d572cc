import { err, ok, type Result } from "neverthrow";
import { isSupported } from "../capabilities.ts";
import type { CallContext, DriverError } from "../driver-contract.ts";
import type { OperationName, PaymentLinkError } from "../errors.ts";
import { splitId } from "../identifiers.ts";
import { MAX_TIMEOUT_MS } from "../timeout.ts";
import { checkCallOptions } from "./call-options.ts";
import type { CallOptions, Configuration, ConfiguredGateway } from "./configuration.ts";
import { type CallHandlers, ContainedHandlers } from "./contained-handlers.ts";
import { type Deadline, isTimeout, withHardDeadline } from "./deadline.ts";
import { driverDefect } from "./driver-defect.ts";
import { attributeError, driverError, invalidRequest, isAttributed, unreadableArguments } from "./driver-error.ts";
import { instrumented } from "./instrumented.ts";

/** How long before the deadline a driver's signal aborts. */
const DRIVER_GRACE_MS = 100;

export interface Call<Operation extends keyof CallHandlers> {
  readonly operation: Operation;
  readonly gateway: string;
  readonly options: CallOptions | undefined;
  /** The deadline of calls without their own, if it is shorter than the configured one. */
  readonly defaultTimeoutMs?: ((gateway: ConfiguredGateway) => number) | undefined;
  /** Adds the hint, if the driver did not report the effect of the request. */
  readonly explainUnknown?: ((error: DriverError, gateway: ConfiguredGateway) => DriverError) | undefined;
}

/** The gateway, the driver's handlers and the context of one call. */
export interface CallScope<Operation extends keyof CallHandlers> {
  readonly gateway: ConfiguredGateway;
  readonly handle: CallHandlers[Operation];
  readonly handlers: ContainedHandlers;
  readonly context: CallContext;
  readonly deadline: Deadline;
  /** The whole call's deadline in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Runs one operation of one gateway: finds the gateway, refuses unsupported operations before any I/O, keeps the deadline, and
 * turns everything that a driver does into a typed result.
 */
export const call = <Operation extends keyof CallHandlers, T>(
  runtime: Configuration,
  { operation, gateway: key, options, defaultTimeoutMs, explainUnknown = (error) => error }: Call<Operation>,
  work: (scope: CallScope<Operation>) => PromiseLike<Result<T, DriverError | PaymentLinkError>>,
): Promise<Result<T, PaymentLinkError>> => {
  const gateway = runtime.gateways.get(key);
  const refuse = (refused: DriverError): Promise<Result<never, PaymentLinkError>> =>
    Promise.resolve(err(attributeError(refused, gateway?.key ?? nameOf(key), operation)));
  if (!gateway) return refuse(unknownGateway(runtime, key));
  const handlers = new ContainedHandlers(gateway);
  const handle = handlers.of(operation);
  if (!handle || !isSupported(gateway.driver.capabilities.operations[operation])) {
    return refuse(unsupportedOperation(gateway, operation));
  }
  const issues = checkCallOptions(options);
  if (issues.length > 0) return refuse(invalidRequest("the options of the call", issues));
  if (options?.signal?.aborted) {
    return refuse(
      driverError("aborted", { message: "the signal was aborted before the call started", outcome: "not_sent" }),
    );
  }

  const timeoutMs = options?.timeoutMs ?? Math.min(runtime.timeoutMs, defaultTimeoutMs?.(gateway) ?? MAX_TIMEOUT_MS);
  const attributed = (error: DriverError | PaymentLinkError, isUnexplained: boolean): PaymentLinkError =>
    attributeError(
      isUnexplained && error.outcome === "unknown" ? explainUnknown(error, gateway) : error,
      gateway.key,
      operation,
    );
  const refused = (error: DriverError | PaymentLinkError): Result<never, PaymentLinkError> =>
    err(isAttributed(error) ? error : attributed(error, error.cause !== undefined));
  const failed = (thrown: unknown): Result<never, PaymentLinkError> =>
    // Before the driver was called, the arguments could not be read; after that, its reply.
    refused(handlers.wasAsked ? driverDefect(gateway, thrown) : unreadableArguments(thrown));
  const finished = (result: Result<T, DriverError | PaymentLinkError>): Result<T, PaymentLinkError> => {
    try {
      return result.isOk() ? ok(result.value) : refused(result.error);
    } catch (thrown) {
      return failed(thrown);
    }
  };
  return withHardDeadline<Result<T, PaymentLinkError>>(
    (deadline, end) => {
      const context: CallContext = { signal: deadline.signal, clock: runtime.clock, operation };
      try {
        work({ gateway, handle, handlers, context, deadline, timeoutMs }).then(
          (result) => end(finished(result)),
          (thrown) => end(failed(thrown)),
        );
      } catch (thrown) {
        end(failed(thrown));
      }
    },
    {
      timeoutMs,
      graceMs: Math.min(DRIVER_GRACE_MS, timeoutMs / 4),
      parent: options?.signal,
      wrap: runtime.instrument && ((each) => instrumented(runtime, gateway, operation, each)),
      onSilence: (signal) => err(attributed(stopped(signal, handlers.wasAsked), true)),
    },
  );
};

/** Like {@link call}, for operations with the id of a link or history, which contains the gateway's key. */
export const callById = <Operation extends keyof CallHandlers, T>(
  runtime: Configuration,
  { id, ...rest }: Omit<Call<Operation>, "gateway"> & { readonly id: unknown },
  work: (scope: CallScope<Operation>, providerId: string) => PromiseLike<Result<T, DriverError | PaymentLinkError>>,
): Promise<Result<T, PaymentLinkError>> => {
  const parts = splitId(id);
  if (!parts || !isProviderId(parts.providerId)) {
    const message = 'expected an id of the form "gateway:provider-id", such as link.id or history.id';
    const error = invalidRequest("the id", [{ path: "id", message }]);
    return Promise.resolve(err(attributeError(error, runtime.defaultKey, rest.operation)));
  }
  return call(runtime, { ...rest, gateway: parts.gateway }, (scope) => work(scope, parts.providerId));
};

/**
 * Whether a text can be a segment of an API's path. `.` and `..` name another path, even percent-encoded: a DELETE must not
 * reach it. Half a surrogate pair cannot be encoded.
 */
export const isProviderId = (text: string): boolean => text !== "." && text !== ".." && text.isWellFormed();

/** The error of an aborted call. `wasAsked` is whether something may have been sent. */
export const stopped = (signal: AbortSignal, wasAsked: boolean): DriverError => {
  const outcome = wasAsked ? "unknown" : "not_sent";
  const before = wasAsked ? "" : " before anything was sent";
  return isTimeout(signal)
    ? driverError("timeout", {
        message: wasAsked ? "no response before the deadline" : `the deadline passed${before}`,
        outcome,
      })
    : driverError("aborted", { message: `the caller's signal was aborted${before}`, outcome });
};

/** A gateway's key in a message. It may be any value, because it comes from a path, an id, or plain JavaScript. */
export const nameOf = (key: unknown): string => (typeof key === "string" ? key.slice(0, 64) : typeof key);

export const unknownGateway = (runtime: Configuration, key: unknown): DriverError =>
  driverError("unknown_gateway", {
    message: `no gateway is configured under ${JSON.stringify(nameOf(key))}`,
    hint: `Use one of: ${runtime.keys.join(", ")}. A renamed gateway keeps its old key under aliases.`,
  });

export const unsupportedOperation = ({ key, driver }: ConfiguredGateway, operation: OperationName): DriverError => {
  const support = driver.capabilities.operations[operation];
  const { unsupported, instead } = isSupported(support)
    ? { unsupported: "the driver does not implement it", instead: undefined }
    : support;
  return driverError("unsupported", {
    message: `${key} does not support ${operation}: ${unsupported}`,
    hint: instead ?? "Check capabilities.operations before calling.",
    features: [{ feature: operation, reason: unsupported, ...(instead !== undefined && { instead }) }],
  });
};
