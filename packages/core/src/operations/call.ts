import { err, type Result } from "neverthrow";
import { isSupported } from "../capabilities.ts";
import type { CallContext, DriverError, DriverHandlers } from "../driver-contract.ts";
import type { OperationName, PaymentLinkError } from "../errors.ts";
import { splitId } from "../identifiers.ts";
import { withHidden } from "../raw.ts";
import { isTimeout, startDeadline } from "./deadline.ts";
import { failure, stampError } from "./failure.ts";
import type { CallOptions, ConfiguredGateway, Runtime } from "./runtime.ts";

/** How long before the call's deadline the driver is told to stop, so that it can still say what became of the request. */
const LAST_WORDS_MS = 100;

export interface Call<Operation extends OperationName> {
  readonly operation: Operation;
  /** The key asked for. */
  readonly gateway: string;
  readonly options: CallOptions | undefined;
}

/** What an operation works with once the gateway is known to offer it. */
export interface Handling<Operation extends OperationName> {
  readonly gateway: ConfiguredGateway;
  readonly handle: DriverHandlers[Operation];
  readonly context: CallContext;
}

/**
 * Runs one operation against one gateway: finds the gateway, refuses what it does not offer before any I/O, holds the
 * deadline, and turns whatever a driver does into a typed result.
 */
export const call = async <Operation extends OperationName, T>(
  runtime: Runtime,
  { operation, gateway: key, options }: Call<Operation>,
  work: (handling: Handling<Operation>) => PromiseLike<Result<T, DriverError | PaymentLinkError>>,
): Promise<Result<T, PaymentLinkError>> => {
  const refuse = (error: DriverError): Result<never, PaymentLinkError> => err(stampError(error, key, operation));
  const gateway = runtime.gateways.get(key);
  if (!gateway) return refuse(unknownGateway(runtime, key));
  const handle = gateway.driver.handlers[operation];
  const support = gateway.driver.capabilities.operations[operation];
  if (!handle || !isSupported(support)) return refuse(unsupportedOperation(gateway, operation));
  const timeoutMs = options?.timeoutMs ?? runtime.timeoutMs;
  if (!(timeoutMs >= 1)) {
    const message = `timeoutMs: expected at least 1 millisecond, got ${String(timeoutMs)}`;
    return refuse(failure("invalid_request", { message, issues: [{ path: "timeoutMs", message }] }));
  }
  if (options?.signal?.aborted) {
    return refuse(failure("aborted", { message: "the signal had fired before the call began", outcome: "not_sent" }));
  }

  const lastWordsMs = Math.min(LAST_WORDS_MS, timeoutMs / 4);
  const deadline = startDeadline(timeoutMs - lastWordsMs, options?.signal);
  const run = async (): Promise<Result<T, PaymentLinkError>> => {
    const context: CallContext = { signal: deadline.signal, clock: runtime.clock };
    const working = (async () => work({ gateway, handle, context }))().catch((thrown: unknown) =>
      err(driverFault(gateway, thrown)),
    );
    const result = await Promise.race([working, silenceAfter(deadline.signal, lastWordsMs)]);
    return result.mapErr((error) => ("gateway" in error ? error : stampError(error, gateway.key, operation)));
  };
  try {
    const span = { gateway: gateway.key, driver: gateway.driver.name, operation };
    return await (runtime.instrument ? runtime.instrument(span, run) : run());
  } finally {
    deadline.dispose();
  }
};

/** Like {@link call}, for operations that name a link or history: the gateway follows from the id. */
export const callById = async <Operation extends OperationName, T>(
  runtime: Runtime,
  { id, ...rest }: Omit<Call<Operation>, "gateway"> & { readonly id: unknown },
  work: (
    handling: Handling<Operation> & { readonly providerId: string },
  ) => PromiseLike<Result<T, DriverError | PaymentLinkError>>,
): Promise<Result<T, PaymentLinkError>> => {
  const parts = splitId(id);
  if (!parts || isPathStep(parts.providerId)) {
    const message = 'expected an id of the form "gateway:provider-id", as it stands in link.id or history.id';
    const error = failure("invalid_request", { message, issues: [{ path: "id", message }] });
    return err(stampError(error, runtime.defaultKey, rest.operation));
  }
  return call(runtime, { ...rest, gateway: parts.gateway }, (handling) =>
    work({ ...handling, providerId: parts.providerId }),
  );
};

/** `.` and `..` as the last part of a path name the folder above, even percent-encoded: a DELETE must not go there. */
export const isPathStep = (providerId: string): boolean => providerId === "." || providerId === "..";

/** Ends the call even where a driver ignores its signal. */
const silenceAfter = (signal: AbortSignal, graceMs: number): Promise<Result<never, DriverError>> =>
  new Promise((resolve) => {
    const giveUp = (): void => {
      const [kind, message] = isTimeout(signal)
        ? (["timeout", "no answer before the deadline"] as const)
        : (["aborted", "the caller's signal fired"] as const);
      setTimeout(() => resolve(err(failure(kind, { message }))), graceMs);
    };
    if (signal.aborted) giveUp();
    else signal.addEventListener("abort", giveUp, { once: true });
  });

const unknownGateway = (runtime: Runtime, key: unknown): DriverError =>
  failure("unknown_gateway", {
    message: `no gateway is configured under ${JSON.stringify(typeof key === "string" ? key.slice(0, 64) : typeof key)}`,
    hint: `Use one of: ${runtime.keys.join(", ")}. A renamed gateway keeps its old key under aliases.`,
  });

const unsupportedOperation = ({ key, driver }: ConfiguredGateway, operation: OperationName): DriverError => {
  const support = driver.capabilities.operations[operation];
  const { unsupported, instead } = isSupported(support)
    ? { unsupported: "the driver lacks it", instead: undefined }
    : support;
  return failure("unsupported", {
    message: `${key} does not offer ${operation}: ${unsupported}`,
    hint: instead ?? "Check capabilities.operations before calling.",
    features: [{ feature: operation, reason: unsupported, ...(instead !== undefined && { instead }) }],
  });
};

/** Only the kind of the fault is told: its text may hold anything. */
const driverFault = ({ driver }: ConfiguredGateway, thrown: unknown): DriverError =>
  withHidden(
    {
      ...failure("malformed_response", {
        message: `the driver ${driver.name} could not handle the answer (${thrown instanceof Error ? thrown.name : typeof thrown})`,
        hint: "This is a fault in the driver: please report it. Read the link to see what became of the request.",
        retryable: false,
      }),
    },
    "cause",
    thrown,
  );
