import type { Result } from "neverthrow";
import type { AnyDriver, Clock } from "../driver-contract.ts";
import type { OperationName, PaymentLinkError, WebhookError } from "../errors.ts";
import type { RouteRule } from "../route.ts";

/** What an instrumentation hears of an operation. */
export interface OperationSpan {
  readonly gateway: string;
  readonly driver: string;
  readonly operation: OperationName;
}

/** Wraps each operation, so that a trace's span can become the parent of what happens inside. Returns what `run` returns. */
export type Instrument = <T, E extends PaymentLinkError | WebhookError>(
  span: OperationSpan,
  run: () => Promise<Result<T, E>>,
) => Promise<Result<T, E>>;

/** A configured gateway: a driver under its key. */
export interface ConfiguredGateway {
  readonly key: string;
  readonly driver: AnyDriver;
}

/** What the operations work with. */
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
  readonly confirmReuseMs: number;
  readonly wideReferences: boolean;
  readonly instrument: Instrument | undefined;
  readonly randomSlug: () => string;
}

/** What a caller may set for one call. */
export interface CallOptions {
  /** Gives the call up. What was already sent stays sent: see the error's `outcome`. */
  readonly signal?: AbortSignal | undefined;
  /** The call's deadline in milliseconds, from 1 to 2^31 - 1. Default: the facade's `timeoutMs`. */
  readonly timeoutMs?: number | undefined;
}
