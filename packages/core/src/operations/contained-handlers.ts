import type { Result } from "neverthrow";
import { contained } from "../contained.ts";
import type { DriverError, DriverHandlers, SupportingHandlers } from "../driver-contract.ts";
import type { ConfiguredGateway } from "./configuration.ts";
import { driverDefect } from "./driver-defect.ts";
import { isDriverError } from "./driver-error.ts";

/** The handlers that answer with a link, a history or a page: all but the one for webhooks. */
export type CallHandlers = Omit<DriverHandlers, "parseWebhook">;

type AnyHandlers = CallHandlers & Required<SupportingHandlers>;

/**
 * A driver's handlers that never throw and always give a result: whatever else a driver does is reported as its fault.
 * `wasAsked` tells whether any was called, that is, whether anything may have been sent;
 * {@link ContainedHandlers.looker} does not count.
 */
export class ContainedHandlers {
  readonly #gateway: ConfiguredGateway;
  wasAsked = false;

  constructor(gateway: ConfiguredGateway) {
    this.#gateway = gateway;
  }

  /** One handler, or `undefined` where the driver lacks it. */
  of<Name extends keyof CallHandlers>(name: Name): CallHandlers[Name] | undefined {
    return this.#guarded(name, () => {
      this.wasAsked = true;
    });
  }

  /** A handler that changes nothing and is called before one that does: what it asks tells nothing of that one. */
  looker<Name extends "preview" | "findRecent" | "find">(name: Name): AnyHandlers[Name] | undefined {
    return this.#guarded(name, () => {});
  }

  #guarded<Name extends keyof AnyHandlers>(name: Name, onCall: () => void): AnyHandlers[Name] | undefined {
    const { handlers } = this.#gateway.driver;
    if (typeof handlers[name] !== "function") return undefined;
    const ask = async (inputs: readonly unknown[]): Promise<Result<unknown, DriverError>> => {
      onCall();
      const result: unknown = await (handlers[name] as (...each: readonly unknown[]) => unknown)(...inputs);
      if (!isResult(result)) throw new TypeError("expected a Result");
      return result;
    };
    const guarded = (...inputs: readonly unknown[]): Promise<Result<unknown, DriverError>> =>
      contained(
        () => ask(inputs),
        (thrown) => driverDefect(this.#gateway, thrown),
      );
    return guarded as AnyHandlers[Name];
  }
}

const isResult = (result: unknown): result is Result<unknown, DriverError> => {
  const { isOk, isErr } = (result ?? {}) as Partial<Result<unknown, DriverError>>;
  if (typeof isOk !== "function" || typeof isErr !== "function") return false;
  const known = result as Result<unknown, DriverError>;
  return known.isOk() || isDriverError(known.error);
};
