// Gateways of other families, made of the one in memory.
import type { DriverCapabilities } from "@tautan/core";
import type { AnyDriver, CreateInput, DriverError, DriverHandlers, DriverLink } from "@tautan/core/driver";
import { err } from "neverthrow";

type Operation = keyof DriverHandlers;

const withCapabilities = (driver: AnyDriver, changes: Partial<DriverCapabilities>): AnyDriver => ({
  ...driver,
  capabilities: { ...driver.capabilities, ...changes },
});

/** Links that never end. */
export const endless = (driver: AnyDriver): AnyDriver =>
  withCapabilities(driver, {
    expiresAt: {
      never: true,
      resolutionMs: 1,
      moments: { unsupported: "its links never expire", instead: "close the link when it should end" },
    },
  });

/** A gateway without an operation. */
export const without = (driver: AnyDriver, operation: Operation): AnyDriver => {
  const { [operation]: _, ...handlers } = driver.handlers;
  const operations = { ...driver.capabilities.operations, [operation]: { unsupported: "not in this test" } };
  return { ...withCapabilities(driver, { operations }), handlers };
};

/** A gateway that does not count the payments of its links, and so does not limit them. */
export const uncounted = (driver: AnyDriver): AnyDriver => {
  const limits = new Map<string, CreateInput["usage"]["limit"]>();
  const asReported = (link: DriverLink): DriverLink => {
    const limit = limits.get(link.reference);
    return {
      ...link,
      usage: { ...(typeof limit === "number" && { limit }), used: 0, held: 0, counted: false },
    };
  };
  const inner = driver.handlers as DriverHandlers;
  const handlers: Partial<DriverHandlers> = {
    create: async (input, context) => {
      limits.set(input.reference, input.usage.limit);
      return (await inner.create({ ...input, usage: { limit: "unlimited" } }, context)).map(asReported);
    },
    get: async (id, context) => (await inner.get(id, context)).map(asReported),
    find: async (reference, context) => (await inner.find(reference, context)).map(asReported),
    list: async (page, context) =>
      (await inner.list(page, context)).map(({ items, ...rest }) => ({ ...rest, items: items.map(asReported) })),
  };
  return {
    ...withCapabilities(driver, { usage: { ...driver.capabilities.usage, counted: false } }),
    handlers: { ...driver.handlers, ...handlers },
  };
};

/** The calls of a gateway, of which a test can make some fail. */
export interface Calls {
  readonly calls: [operation: string, subject: unknown][];
  /** Is asked before each call; `lost`: the call has its effect, and its answer is lost. */
  onCall: (operation: string, subject: unknown) => DriverError | { readonly lost: DriverError } | undefined;
  readonly watch: (driver: AnyDriver) => AnyDriver;
  readonly count: (operation: string) => number;
}

export const watchCalls = (): Calls => {
  const watching: Calls = {
    calls: [],
    onCall: () => undefined,
    count: (operation) => watching.calls.filter(([name]) => name === operation).length,
    watch: (driver) => ({
      ...driver,
      handlers: Object.fromEntries(
        Object.entries(driver.handlers).map(([operation, handler]) => [
          operation,
          async (subject: unknown, ...rest: unknown[]): Promise<unknown> => {
            watching.calls.push([operation, subject]);
            const failure = watching.onCall(operation, subject);
            if (failure && "lost" in failure) {
              await (handler as (...parts: unknown[]) => unknown)(subject, ...rest);
              return err(failure.lost);
            }
            return failure ? err(failure) : (handler as (...parts: unknown[]) => unknown)(subject, ...rest);
          },
        ]),
      ) as unknown as AnyDriver["handlers"],
    }),
  };
  return watching;
};
