import { err, type Result } from "neverthrow";
import type { DriverError, DriverHandlers, SupportingHandlers } from "../driver-contract.ts";
import type { ConfiguredGateway } from "./configuration.ts";
import { driverDefect } from "./driver-defect.ts";
import { isDriverError } from "./driver-error.ts";

export type CallHandlers = Omit<DriverHandlers, "parseWebhook">;

type AnyHandlers = CallHandlers & Required<SupportingHandlers>;

/**
 * A driver's handlers that never throw and always return a result: anything else is reported as a defect of the driver.
 * `wasAsked` is whether any of them was called, so that something may have been sent. {@link ContainedHandlers.looker} does not
 * count.
 */
export class ContainedHandlers {
  readonly #gateway: ConfiguredGateway;
  wasAsked = false;

  constructor(gateway: ConfiguredGateway) {
    this.#gateway = gateway;
  }

  /** A handler, or `undefined` if the driver does not have it. */
  of<Name extends keyof CallHandlers>(name: Name): CallHandlers[Name] | undefined {
    return this.#contained(name, () => {
      this.wasAsked = true;
    });
  }

  /** A handler that changes nothing and runs before the one that does. */
  looker<Name extends "preview" | "findRecent" | "find">(name: Name): AnyHandlers[Name] | undefined {
    return this.#contained(name, () => {});
  }

  #contained<Name extends keyof AnyHandlers>(name: Name, onCall: () => void): AnyHandlers[Name] | undefined {
    const { handlers } = this.#gateway.driver;
    if (typeof handlers[name] !== "function") return undefined;
    const safe = async (...inputs: readonly unknown[]): Promise<Result<unknown, DriverError>> => {
      try {
        onCall();
        const result: unknown = await (handlers[name] as (...each: readonly unknown[]) => unknown)(...inputs);
        if (!isResult(result)) throw new TypeError("expected a Result");
        return result;
      } catch (thrown) {
        return err(driverDefect(this.#gateway, thrown));
      }
    };
    return safe as AnyHandlers[Name];
  }
}

const isResult = (result: unknown): result is Result<unknown, DriverError> => {
  const { isOk, isErr } = (result ?? {}) as Partial<Result<unknown, DriverError>>;
  if (typeof isOk !== "function" || typeof isErr !== "function") return false;
  const known = result as Result<unknown, DriverError>;
  return known.isOk() || isDriverError(known.error);
};
