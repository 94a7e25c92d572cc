import type { OperationSupport } from "@tautan/core";
import { once } from "./once.ts";

/**
 * The handlers that capabilities declare, loaded at the first call of any: what talks to a provider weighs many times what
 * only says which driver this is.
 */
export const lazyHandlers = <Handlers extends object>(
  operations: OperationSupport,
  load: () => Promise<Handlers>,
): Handlers => {
  const loaded = once(load);
  const names = Object.entries(operations).flatMap(([name, support]) => (support === true ? [name] : []));
  const handlers = names.map((name) => [
    name,
    async (...inputs: readonly unknown[]) => {
      const all = (await loaded()) as Readonly<Record<string, (...each: readonly unknown[]) => unknown>>;
      return all[name]?.(...inputs);
    },
  ]);
  return Object.freeze(Object.fromEntries(handlers)) as Handlers;
};
