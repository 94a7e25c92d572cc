import type { OperationName, Outcome } from "@tautan/core";
import type { CallContext, DriverError, DriverErrorDetails } from "@tautan/core/driver";
import { driverError } from "@tautan/core/driver";
import { err, type Result } from "neverthrow";

/** The kinds of error that a gateway can cause. */
type ErrorKind = Exclude<DriverError["kind"], "unknown_gateway" | "aborted">;

/** The operations whose calls can fail on demand. */
export type FailingOperation = Exclude<OperationName, "parseWebhook">;

/**
 * How a call fails.
 *
 * - An error kind: the gateway returns that error, and nothing takes effect.
 * - `lost_request`: the connection breaks before the request arrives. Nothing takes effect, and nobody knows.
 * - `lost_answer`: the request takes effect, and the connection breaks before the response arrives.
 * - `silence`: nothing takes effect and no response arrives, until the deadline of the call.
 */
export type MemoryFailure =
  | ErrorKind
  | "lost_request"
  | "lost_answer"
  | "silence"
  | {
      readonly kind: ErrorKind;
      readonly message?: string | undefined;
      readonly outcome?: Outcome | undefined;
      readonly status?: number | undefined;
      readonly providerCode?: string | undefined;
      readonly retryAfterMs?: number | undefined;
    };

type Answer = Result<unknown, DriverError>;

/** The failures that a test has ordered, by operation. */
export class Failures {
  readonly #ordered = new Map<FailingOperation, MemoryFailure[]>();

  order(operation: FailingOperation, failure: MemoryFailure, times: number): void {
    const queue = this.#ordered.get(operation) ?? [];
    this.#ordered.set(operation, [...queue, ...Array.from({ length: times }, () => failure)]);
  }

  clear(): void {
    this.#ordered.clear();
  }

  /** Makes a call, unless it is to fail. */
  async call(operation: FailingOperation, context: CallContext, work: () => PromiseLike<Answer>): Promise<Answer> {
    const failure = this.#ordered.get(operation)?.shift();
    if (failure === undefined) return work();
    if (failure === "lost_answer") {
      await work();
      return err(LOST);
    }
    if (failure === "lost_request") return err(LOST);
    if (failure === "silence") return err(await silence(context.signal));
    return err(errorOf(typeof failure === "string" ? { kind: failure } : failure, operation));
  }
}

const LOST = driverError("network", { message: "the connection broke before the response, as the test ordered" });

const silence = async (signal: AbortSignal): Promise<DriverError> => {
  if (!signal.aborted) {
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  }
  const isLate = (signal.reason as { readonly name?: unknown } | undefined)?.name === "TimeoutError";
  return driverError(isLate ? "timeout" : "aborted", { message: "no response, as the test ordered" });
};

const errorOf = ({ kind, ...given }: Exclude<MemoryFailure, string>, operation: FailingOperation): DriverError => {
  const message = given.message ?? `${operation} failed with ${kind}, as the test ordered`;
  const outcome = given.outcome ?? (FROM_GATEWAY.has(kind) ? "refused" : undefined);
  const details: DriverErrorDetails = { ...given, message, outcome };
  const path = "(ordered by the test)";
  return driverError(kind, {
    ...details,
    issues: kind === "invalid_request" ? [{ path, message }] : undefined,
    features: kind === "unsupported" ? [{ feature: path, reason: message }] : undefined,
    path: kind === "amount_unrepresentable" ? path : undefined,
  });
};

/** Kinds that core reports before it sends anything, and that a gateway can report as well. */
const FROM_GATEWAY: ReadonlySet<ErrorKind> = new Set<ErrorKind>([
  "invalid_request",
  "unsupported",
  "amount_unrepresentable",
]);
