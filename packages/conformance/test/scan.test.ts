// A gateway whose links are found by a search must be searched back to the time of the create.
import { type ConformanceSubject, checkConformance } from "@tautan/conformance";
import type { AnyDriver, DriverHandlers, SupportingHandlers } from "@tautan/core/driver";
import { driverError } from "@tautan/core/driver";
import { err, ok } from "neverthrow";
import { expect, test } from "vitest";
import { memorySubject, type RunningMemory } from "./support/memory-subject.ts";

const GROUPS = ["unknown outcome and recovery", "prepare, send, resume"];
const capabilities = { ...memorySubject.capabilities, createRecovery: "scan" } as const;

/** The memory driver with a search of the newest links, which goes as far back as `isFarEnough` allows. */
const searching = (isFarEnough: (since: string | undefined) => boolean): ConformanceSubject<RunningMemory> => ({
  ...memorySubject,
  capabilities,
  start: async (network) => {
    const running = await memorySubject.start(network);
    const right = running.driver.handlers as DriverHandlers;
    const findRecent: SupportingHandlers["findRecent"] = async (reference, context, since) => {
      const newest = await right.list({ limit: 25 }, context);
      if (newest.isErr()) return err(newest.error);
      const found = newest.value.items.find((each) => each.reference === reference);
      if (found) return ok(found);
      const notFound = err(driverError("not_found", { message: "no such link" }));
      return isFarEnough(since) ? right.find(reference, context) : notFound;
    };
    const driver: AnyDriver = { ...running.driver, capabilities, handlers: { ...right, findRecent } };
    return { ...running, driver };
  },
});

const failuresOf = async (subject: ConformanceSubject<RunningMemory>): Promise<readonly string[]> =>
  (await checkConformance(subject, { groups: GROUPS })).flatMap((each) => (each.outcome === "failed" ? each.test : []));

test("a search that goes back to the create is right", async () => {
  expect(await failuresOf(searching((since) => since !== undefined))).toEqual([]);
});

test("one that looks at the newest alone is seen", async () => {
  expect(await failuresOf(searching(() => false))).toContain("a link is found behind many that were made after it");
});
