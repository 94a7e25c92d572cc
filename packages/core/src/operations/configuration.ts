import type { Result } from "neverthrow";
import type { AnyDriver, Clock } from "../driver-contract.ts";
import type { OperationName, PaymentLinkError, WebhookError } from "../errors.ts";
import type { RouteRule } from "../route.ts";
import type { Confirmations } from "./confirmations.ts";
import type { Turns } from "./turns.ts";

/** The data of an operation that an instrumentation receives. */
export interface OperationSpan {
  readonly gateway: string;
  readonly driver: string;
  readonly operation: OperationName;
}

/**
 * Wraps each operation, so that a span can become the parent of the spans inside. It must return the result of `run`, which
 * runs the operation once: further calls return the same result.
 */
export type Instrument = <T, E extends PaymentLinkError | WebhookError>(
  span: OperationSpan,
  run: () => Promise<Result<T, E>>,
) => Promise<Result<T, E>>;

/** A configured gateway: a driver under its key. */
export interface ConfiguredGateway {
  readonly key: string;
  readonly driver: AnyDriver;
}

/** The checked configuration of the operations. */
export interface Configuration {
  /** By key and by alias. */
  readonly gateways: ReadonlyMap<string, ConfiguredGateway>;
  readonly keys: readonly string[];
  readonly defaultKey: string;
  readonly route: readonly RouteRule[];
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly defaultExpiryMs: number;
  readonly maxWebhookBytes: number;
  readonly confirmations: Confirmations;
  /** Of creates. */
  readonly turns: Turns;
  readonly wideReferences: boolean;
  readonly instrument: Instrument | undefined;
  readonly randomSlug: () => string;
}

/** An operation of the facade: `options` are those of the call. */
export type Operation<Query, T> = (
  runtime: Configuration,
  query: Query,
  options?: CallOptions,
) => Promise<Result<T, PaymentLinkError>>;

/** The options of one call. */
export interface CallOptions {
  /** Aborts the call. It does not undo a request that was already sent: see the error's `outcome`. */
  readonly signal?: AbortSignal | undefined;
  /** The deadline of the call in milliseconds, from 1 to 2^31 - 1. Default: `timeoutMs` of `createPaymentLinks`. */
  readonly timeoutMs?: number | undefined;
}
