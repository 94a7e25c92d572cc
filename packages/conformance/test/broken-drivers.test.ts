// A suite that cannot fail proves nothing: each of these drivers is wrong in one thing, and one group must see it.
import { type ConformanceSubject, checkConformance, groupNames } from "@tautan/conformance";
import { type DriverCapabilities, isSupported } from "@tautan/core";
import { describe, expect, test } from "vitest";
import { BREAKS, type Break, brokenDriver } from "./support/breaks.ts";
import { memorySubject, memorySubjectOf, type RunningMemory } from "./support/memory-subject.ts";

const broken = (fault: Break): ConformanceSubject<RunningMemory> => {
  const right = fault.traits ? memorySubjectOf({ traits: fault.traits }) : memorySubject;
  return {
    ...right,
    start: async (network) => {
      const running = await right.start(network);
      return { ...running, driver: brokenDriver(running.driver, fault) };
    },
  };
};

test("a driver whose methods take no less and no more than the gateway does is not wrong", async () => {
  const { currencies, methods, ...capabilities } = memorySubject.capabilities;
  if (!isSupported(methods)) throw new Error("expected methods that can be chosen");
  const bounds = { min: "1000", max: "5000000" } as const;
  const limited: DriverCapabilities = {
    ...capabilities,
    currencies: { ...currencies, IDR: { decimals: 0, wire: "json_number", ...bounds } },
    methods: { ...methods, amountLimits: [{ kind: "qris", currency: "IDR", ...bounds }] },
  };
  const subject: ConformanceSubject<RunningMemory> = {
    ...memorySubject,
    capabilities: limited,
    start: async (network) => {
      const running = await memorySubject.start(network);
      return { ...running, driver: { ...running.driver, capabilities: limited } };
    },
  };
  const results = await checkConformance(subject, { groups: ["methods"] });
  expect(results.filter((each) => each.outcome === "failed")).toEqual([]);
});

describe("a driver that is wrong in one thing", () => {
  test.each(BREAKS)("$what: seen by $group", async (fault) => {
    const results = await checkConformance(broken(fault), { groups: [fault.group] });
    const failed = results.filter((each) => each.outcome === "failed");
    expect(failed.length).toBeGreaterThan(0);
    for (const each of failed) expect(each.reason).toMatch(/expected|shows|lacks/);
  });

  test("every group sees at least one", () => {
    expect([...new Set(BREAKS.map((each) => each.group))].toSorted()).toEqual([...groupNames].toSorted());
  });

  test("the right driver fails nowhere and skips nothing", async () => {
    const results = await checkConformance(memorySubject);
    expect(results.filter((each) => each.outcome === "failed" || each.outcome === "skipped")).toEqual([]);
    expect(results.length).toBeGreaterThan(200);
  });
});
