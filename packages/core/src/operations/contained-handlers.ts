import { err, type Result } from "neverthrow";
import type { DriverError, DriverHandlers, SupportingHandlers } from "../driver-contract.ts";
import { withHidden } from "../raw.ts";
import type { ConfiguredGateway } from "./configuration.ts";
import { driverError, isDriverError } from "./driver-error.ts";

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
    const guarded = async (...inputs: readonly unknown[]): Promise<Result<unknown, DriverError>> => {
      onCall();
      try {
        const result: unknown = await (handlers[name] as (...each: readonly unknown[]) => unknown)(...inputs);
        return isResult(result) ? result : err(driverFault(this.#gateway, new TypeError("expected a Result")));
      } catch (thrown) {
        return err(driverFault(this.#gateway, thrown));
      }
    };
    return guarded as AnyHandlers[Name];
  }
}

const isResult = (result: unknown): result is Result<unknown, DriverError> => {
  const { isOk, isErr } = (result ?? {}) as Partial<Result<unknown, DriverError>>;
  if (typeof isOk !== "function" || typeof isErr !== "function") return false;
  const known = result as Result<unknown, DriverError>;
  return known.isOk() || isDriverError(known.error);
};

/** Only the kind of the fault is told: its text may hold anything. */
export const driverFault = ({ driver }: ConfiguredGateway, fault: unknown): DriverError =>
  withHidden(
    {
      ...driverError("malformed_response", {
        message: `the driver ${driver.name} could not handle the answer (${nameOfFault(fault)})`,
        hint: "This is a fault in the driver: please report it. Read the link to see what became of the request.",
        retryable: false,
      }),
    },
    "cause",
    fault,
  );

/** The class of what was thrown; never its text. */
export const nameOfFault = (fault: unknown): string => (fault instanceof Error ? fault.name : typeof fault);
