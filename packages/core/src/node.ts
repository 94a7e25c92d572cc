// The entry point for Node: the only file of core with a `node:` import.
import { type TracingChannel, tracingChannel } from "node:diagnostics_channel";
import type { Result } from "neverthrow";
import type { PaymentLinkError, WebhookError } from "./errors.ts";
import type { Instrument, OperationSpan } from "./operations/configuration.ts";

/** The result of an operation. It contains no link, no history and no request, so there is nothing to redact. */
export type TracedResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly kind: string; readonly outcome: string; readonly retryable: boolean };

/** The name of the tracing channel: its five channels are `tracing:tautan.operation:start` and so on. */
export const OPERATION_CHANNEL = "tautan.operation";

/**
 * Publishes every operation that reaches a driver on a
 * [tracing channel](https://nodejs.org/api/diagnostics_channel.html#class-tracingchannel) of Node. Pass it as `instrument`. The
 * context has `gateway`, `driver` and `operation`, and at the end `result`, a {@link TracedResult}. A subscriber to `start` may
 * enter an asynchronous context, so that spans nest.
 *
 * @example
 * ```ts
 * import { createPaymentLinks } from "@tautan/core";
 * import { traceOperations } from "@tautan/core/node";
 * import { createMemoryDriver } from "@tautan/driver-memory";
 *
 * const gateways = { memory: createMemoryDriver() };
 * const links = createPaymentLinks({ default: "memory", gateways, instrument: traceOperations() });
 * ```
 */
export const traceOperations = (): Instrument => {
  const channel: TracingChannel<string, object> = tracingChannel(OPERATION_CHANNEL);
  return async <T, E extends PaymentLinkError | WebhookError>(
    span: OperationSpan,
    run: () => Promise<Result<T, E>>,
  ): Promise<Result<T, E>> => {
    let running: Promise<Result<T, E>> | undefined;
    const runOnce = (): Promise<Result<T, E>> => {
      running ??= run();
      return running;
    };
    await channel.tracePromise(async () => outcomeOf(await runOnce()), { ...span });
    return runOnce();
  };
};

const outcomeOf = (result: Result<unknown, PaymentLinkError | WebhookError>): TracedResult => {
  if (result.isOk()) return { ok: true };
  const { kind, outcome, retryable } = result.error;
  return { ok: false, kind, outcome, retryable };
};
