// No driver here repeats a lost create; one that does must repeat it word for word.
import { type ConformanceSubject, checkConformance } from "@tautan/conformance";
import type { AnyDriver, CreateInput, DriverHandlers } from "@tautan/core/driver";
import { expect, test } from "vitest";
import { memorySubject, type RunningMemory } from "./support/memory-subject.ts";

const GROUPS = ["unknown outcome and recovery", "prepare, send, resume"];
const capabilities = { ...memorySubject.capabilities, createRecovery: "replay" } as const;

/** The memory driver as a provider that answers a repeat with the first result. `repeat` is what it is sent again. */
const repeating = (repeat: (input: CreateInput) => CreateInput): ConformanceSubject<RunningMemory> => ({
  ...memorySubject,
  capabilities,
  start: async (network) => {
    const running = await memorySubject.start(network);
    const right = running.driver.handlers as DriverHandlers;
    const asked = new Set<string>();
    const create: DriverHandlers["create"] = async (input, context) => {
      const isRepeat = asked.has(input.reference);
      asked.add(input.reference);
      const made = await right.create(isRepeat ? repeat(input) : input, context);
      return made.isErr() && made.error.kind === "duplicate_reference" ? right.find(input.reference, context) : made;
    };
    const driver: AnyDriver = { ...running.driver, capabilities, handlers: { ...right, create } };
    return { ...running, driver };
  },
});

const failuresOf = async (subject: ConformanceSubject<RunningMemory>): Promise<readonly string[]> =>
  (await checkConformance(subject, { groups: GROUPS })).flatMap((each) => (each.outcome === "failed" ? each.test : []));

test("the identical request again is right", async () => {
  expect(await failuresOf(repeating((input) => input))).toEqual([]);
});

test("another request is seen", async () => {
  const failures = await failuresOf(repeating((input) => ({ ...input, title: "again" })));
  expect(failures).toContain("a create whose response is lost is sent again, identically");
});
