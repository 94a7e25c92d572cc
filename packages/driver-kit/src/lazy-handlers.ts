import type { OperationName, OperationSupport } from "@tautan/core";
import type { DriverError, DriverWebhookError, SupportingHandlers } from "@tautan/core/driver";
import { err } from "neverthrow";
import { lazy, whenLoaded } from "./lazy.ts";

/** For drivers that support everything. */
export const EVERY_OPERATION: Readonly<Record<OperationName, true>> = {
  create: true,
  get: true,
  find: true,
  list: true,
  update: true,
  close: true,
  reopen: true,
  delete: true,
  listHistories: true,
  listRecentHistories: true,
  getHistory: true,
  listPaymentMethods: true,
  parseWebhook: true,
  confirm: true,
};

/**
 * The handlers that capabilities declare, loaded at the first call, because they are many times larger than the description
 * of the driver. If they cannot be loaded, a call is `unavailable` and not sent, and a webhook asks its gateway for a retry.
 */
export const lazyHandlers = <Handlers extends object>(
  operations: OperationSupport,
  load: () => Promise<Handlers>,
  /** The other handlers of the driver. */
  beside: readonly (keyof SupportingHandlers)[] = [],
): Handlers => {
  const names = Object.entries(operations).flatMap(([name, support]) => (support === true ? [name] : []));
  return lazyMethods([...names, ...beside], load);
};

/** Methods by name, each of which gives a result, loaded at the first call of any. */
export const lazyMethods = <Methods extends object>(
  names: readonly string[],
  load: () => Promise<Methods>,
): Methods => {
  const loaded = lazy(load);
  const methods = names.map((name) => [
    name,
    (...inputs: readonly unknown[]) =>
      whenLoaded(
        loaded,
        (all) => (all as Readonly<Record<string, (...each: readonly unknown[]) => unknown>>)[name]?.(...inputs),
        () => err(name === "parseWebhook" ? WEBHOOK_NOT_READ : NOT_SENT),
      ),
  ]);
  return Object.freeze(Object.fromEntries(methods)) as Methods;
};

const NOT_LOADED = {
  message: "the driver could not be loaded; nothing was sent",
  hint: "Check that the installation is complete and that the process may open files, then try again. Cloudflare Workers need nodejs_compat.",
  retryable: true,
  outcome: "not_sent",
} as const;
const NOT_SENT: DriverError = Object.freeze({ kind: "unavailable", ...NOT_LOADED });
const WEBHOOK_NOT_READ: DriverWebhookError = Object.freeze({ kind: "malformed_webhook", ...NOT_LOADED });
