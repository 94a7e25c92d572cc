import { type CallContext, type DriverError, driverError } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import { reasonOf } from "./pause.ts";

export interface Token {
  readonly value: string;
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number;
}

export interface TokenCacheOptions {
  /** Gets a new token. The signal belongs to the refresh, because several calls may wait for one refresh. */
  readonly refresh: (context: CallContext) => Promise<Result<Token, DriverError>>;
  /** The time before its expiry at which a token is no longer used, in milliseconds. */
  readonly refreshAheadMs: number;
  /** Deadline of a refresh in milliseconds. */
  readonly refreshTimeoutMs: number;
}

/** Keeps one token, with at most one concurrent refresh. */
export interface TokenCache {
  get(context: CallContext): Promise<Result<string, DriverError>>;
  /** Drops a refused token, unless it was already replaced. */
  drop(refused: string): void;
}

export const createTokenCache = (options: TokenCacheOptions): TokenCache => {
  const { refresh, refreshAheadMs, refreshTimeoutMs } = options;
  let token: Token | undefined;
  let refreshing: Promise<Result<string, DriverError>> | undefined;

  const renew = async (clock: CallContext["clock"]): Promise<Result<string, DriverError>> => {
    const signal = AbortSignal.timeout(refreshTimeoutMs);
    // A refresh that ignores its signal must not block the others for ever.
    const renewed = await Promise.race([refresh({ clock, signal }), whenAborted(signal)]);
    if (renewed.isOk()) token = renewed.value;
    return renewed.map(({ value }) => value);
  };

  return {
    get: async ({ clock, signal }) => {
      if (token && clock.now() < token.expiresAtMs - refreshAheadMs) return ok(token.value);
      refreshing ??= renew(clock).finally(() => {
        refreshing = undefined;
      });
      return Promise.race([refreshing, whenAborted(signal)]);
    },
    drop: (refused) => {
      if (token?.value === refused) token = undefined;
    },
  };
};

const whenAborted = (signal: AbortSignal): Promise<Result<never, DriverError>> =>
  new Promise((resolve) => {
    const stop = (): void => {
      const message = "stopped waiting for an access token";
      resolve(err(driverError(reasonOf(signal), { message, outcome: "not_sent" })));
    };
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
