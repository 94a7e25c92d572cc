import { err, type Result } from "neverthrow";
import { isSupported } from "../capabilities.ts";
import type { CallContext, DriverError } from "../driver-contract.ts";
import type { OperationName, Outcome, PaymentLinkError } from "../errors.ts";
import { splitId } from "../identifiers.ts";
import { MAX_TIMEOUT_MS } from "../timeout.ts";
import { checkCallOptions } from "./call-options.ts";
import type { CallOptions, Configuration, ConfiguredGateway } from "./configuration.ts";
import { type CallHandlers, ContainedHandlers, driverFault } from "./contained-handlers.ts";
import { type Deadline, isTimeout, startDeadline } from "./deadline.ts";
import { attributeError, driverError, invalidRequest, isAttributed, unreadableArguments } from "./driver-error.ts";
import { instrumented } from "./instrumented.ts";

/** How long before the call's deadline the driver is told to stop, so that it can still say what became of the request. */
const DRIVER_GRACE_MS = 100;

export interface Call<Operation extends keyof CallHandlers> {
  readonly operation: Operation;
  /** The key asked for. */
  readonly gateway: string;
  readonly options: CallOptions | undefined;
  /** A deadline for calls that name none, where it is nearer than the facade's. */
  readonly defaultTimeoutMs?: ((gateway: ConfiguredGateway) => number) | undefined;
  /** What to do where the driver gives no word on what became of the request. */
  readonly explainUnknown?: ((error: DriverError, gateway: ConfiguredGateway) => DriverError) | undefined;
}

/** What an operation works with once the gateway is known to offer it. */
export interface CallScope<Operation extends keyof CallHandlers> {
  readonly gateway: ConfiguredGateway;
  readonly handle: CallHandlers[Operation];
  /** The driver's other handlers. */
  readonly handlers: ContainedHandlers;
  readonly context: CallContext;
  /** The whole call's deadline in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Runs one operation against one gateway: finds the gateway, refuses what it does not offer before any I/O, holds the
 * deadline, and turns whatever a driver does into a typed result.
 */
export const call = async <Operation extends keyof CallHandlers, T>(
  runtime: Configuration,
  { operation, gateway: key, options, defaultTimeoutMs, explainUnknown = (error) => error }: Call<Operation>,
  work: (handling: CallScope<Operation>) => PromiseLike<Result<T, DriverError | PaymentLinkError>>,
): Promise<Result<T, PaymentLinkError>> => {
  const gateway = runtime.gateways.get(key);
  const refuse = (error: DriverError): Result<never, PaymentLinkError> =>
    err(attributeError(error, gateway?.key ?? nameOf(key), operation));
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
      driverError("aborted", { message: "the signal had fired before the call began", outcome: "not_sent" }),
    );
  }

  const timeoutMs = options?.timeoutMs ?? Math.min(runtime.timeoutMs, defaultTimeoutMs?.(gateway) ?? MAX_TIMEOUT_MS);
  const lastWordsMs = Math.min(DRIVER_GRACE_MS, timeoutMs / 4);
  const deadline = startDeadline(timeoutMs - lastWordsMs, options?.signal);
  const silence = silenceAfter(deadline, lastWordsMs, () => (handlers.wasAsked ? "unknown" : "not_sent"));
  const stamped = (error: DriverError | PaymentLinkError): PaymentLinkError => {
    if (isAttributed(error)) return error;
    const isSilent = error.outcome === "unknown" && (error === silence.error || error.cause !== undefined);
    return attributeError(isSilent ? explainUnknown(error, gateway) : error, gateway.key, operation);
  };
  let finished: Result<T, PaymentLinkError> | undefined;
  const run = async (): Promise<Result<T, PaymentLinkError>> => {
    const context: CallContext = { signal: deadline.signal, clock: runtime.clock, operation };
    const handling = { gateway, handle, handlers, context, timeoutMs };
    const working = deadline.signal.aborted ? silence.result : attempt(() => work(handling), handlers, gateway);
    finished = (await Promise.race([working, silence.result])).mapErr(stamped);
    return finished;
  };
  try {
    // Neither a driver nor an instrumentation that hangs can hold a call past its deadline.
    const hung = silence.result.then((result) => finished ?? result.mapErr(stamped));
    return await Promise.race([instrumented(runtime, gateway, operation, run), hung]);
  } finally {
    deadline.dispose();
    silence.dispose();
  }
};

/** Like {@link call}, for operations that name a link or history: the gateway follows from the id. */
export const callById = async <Operation extends keyof CallHandlers, T>(
  runtime: Configuration,
  { id, ...rest }: Omit<Call<Operation>, "gateway"> & { readonly id: unknown },
  work: (
    handling: CallScope<Operation> & { readonly providerId: string },
  ) => PromiseLike<Result<T, DriverError | PaymentLinkError>>,
): Promise<Result<T, PaymentLinkError>> => {
  const parts = splitId(id);
  if (!parts || !isProviderId(parts.providerId)) {
    const message = 'expected an id of the form "gateway:provider-id", as it stands in link.id or history.id';
    return err(attributeError(invalidRequest("the id", [{ path: "id", message }]), runtime.defaultKey, rest.operation));
  }
  return call(runtime, { ...rest, gateway: parts.gateway }, (handling) =>
    work({ ...handling, providerId: parts.providerId }),
  );
};

/**
 * Whether a text can be a part of an API's path. `.` and `..` name the folder above, even percent-encoded: a DELETE must not
 * go there. Half a surrogate pair cannot be encoded.
 */
export const isProviderId = (text: string): boolean => text !== "." && text !== ".." && text.isWellFormed();

/** What throws before the driver was asked is in the caller's arguments; what throws after it is in the driver's answer. */
const attempt = async <T>(
  work: () => PromiseLike<Result<T, DriverError | PaymentLinkError>>,
  handlers: ContainedHandlers,
  gateway: ConfiguredGateway,
): Promise<Result<T, DriverError | PaymentLinkError>> => {
  try {
    return await work();
  } catch (thrown) {
    return err(handlers.wasAsked ? driverFault(gateway, thrown) : unreadableArguments(thrown));
  }
};

/** Ends the call even where a driver ignores its signal. */
const silenceAfter = ({ signal }: Deadline, graceMs: number, outcome: () => Outcome) => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence: { readonly dispose: () => void; error?: DriverError; result: Promise<Result<never, DriverError>> } = {
    dispose: () => clearTimeout(timer),
    result: new Promise((resolve) => {
      const giveUp = (): void => {
        const [kind, message] = isTimeout(signal)
          ? (["timeout", "no answer before the deadline"] as const)
          : (["aborted", "the caller's signal fired"] as const);
        timer = setTimeout(() => {
          silence.error = driverError(kind, { message, outcome: outcome() });
          resolve(err(silence.error));
        }, graceMs);
      };
      if (signal.aborted) giveUp();
      else signal.addEventListener("abort", giveUp, { once: true });
    }),
  };
  return silence;
};

/** A key comes from outside: in a webhook's path, in an id, from plain JavaScript. */
export const nameOf = (key: unknown): string => (typeof key === "string" ? key.slice(0, 64) : typeof key);

export const unknownGateway = (runtime: Configuration, key: unknown): DriverError =>
  driverError("unknown_gateway", {
    message: `no gateway is configured under ${JSON.stringify(nameOf(key))}`,
    hint: `Use one of: ${runtime.keys.join(", ")}. A renamed gateway keeps its old key under aliases.`,
  });

export const unsupportedOperation = ({ key, driver }: ConfiguredGateway, operation: OperationName): DriverError => {
  const support = driver.capabilities.operations[operation];
  const { unsupported, instead } = isSupported(support)
    ? { unsupported: "the driver lacks it", instead: undefined }
    : support;
  return driverError("unsupported", {
    message: `${key} does not offer ${operation}: ${unsupported}`,
    hint: instead ?? "Check capabilities.operations before calling.",
    features: [{ feature: operation, reason: unsupported, ...(instead !== undefined && { instead }) }],
  });
};
