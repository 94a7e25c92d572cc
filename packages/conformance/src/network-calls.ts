import type { AnyDriver, CallContext, DriverError, DriverHandlers, SupportingHandlers } from "@tautan/core/driver";
import { driverError } from "@tautan/core/driver";
import { err, type Result } from "neverthrow";
import { firedByDeadline } from "./abort-reason.ts";
import type { Traffic } from "./traffic.ts";

const WRITES: ReadonlySet<string> = new Set<keyof DriverHandlers>(["create", "update", "close", "reopen", "delete"]);

/** Handlers that need no provider. */
const OFFLINE: ReadonlySet<string> = new Set<keyof DriverHandlers | keyof SupportingHandlers>([
  "parseWebhook",
  "preview",
  "explainWebhook",
]);

type Handler = (...inputs: readonly unknown[]) => PromiseLike<Result<unknown, DriverError>>;

/** A driver whose calls go through traffic as if each were one request. Offline handlers are unchanged. */
export const callsThrough = <D extends AnyDriver>(traffic: Traffic, driver: D): D => {
  const handlers = Object.entries(driver.handlers).map(([name, handler]) =>
    OFFLINE.has(name) ? [name, handler] : [name, throughTraffic(traffic, WRITES.has(name), handler as Handler)],
  );
  return Object.freeze({ ...driver, handlers: Object.freeze(Object.fromEntries(handlers)) });
};

const throughTraffic =
  (traffic: Traffic, isWrite: boolean, handler: Handler): Handler =>
  async (...inputs) => {
    const { signal } = inputs.find(isContext) ?? NO_CONTEXT;
    const fault = traffic.faultFor(isWrite);
    if (fault === "refuse_connection") {
      return err(driverError("network", { message: "the connection could not be opened", outcome: "not_sent" }));
    }
    traffic.count(isWrite ? JSON.stringify(inputs.filter((each) => !isContext(each))) : undefined);
    if (fault === undefined) return handler(...inputs);
    if (fault === "lose_request") return err(lost());
    if (fault === "lose_answer") {
      await handler(...inputs);
      return err(lost());
    }
    if (fault !== "silence") throw new Error(`${fault}: a network of calls carries no replies`);
    await traffic.hold(signal);
    return err(driverError(firedByDeadline(signal) ? "timeout" : "aborted", { message: "no response" }));
  };

/** Recognises the context among the arguments of a handler. Some handlers have arguments after it. */
const isContext = (input: unknown): input is CallContext =>
  typeof input === "object" && input !== null && "signal" in input && input.signal instanceof AbortSignal;

const NO_CONTEXT = { signal: new AbortController().signal };

const lost = (): DriverError => driverError("network", { message: "the connection broke before the response" });
