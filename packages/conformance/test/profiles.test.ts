// Gateways that lack one thing each: the whole suite runs over them, and every test passes, or does not run for a reason.
import { type ConformanceResult, checkConformance } from "@tautan/conformance";
import type { MemoryOptions, MemoryTraits } from "@tautan/driver-memory";
import { describe, expect, test } from "vitest";
import { memorySubjectOf } from "./support/memory-subject.ts";

const PROFILES: Readonly<Record<string, MemoryTraits>> = {
  "notices of links": { notices: "link" },
  "notices of histories": { notices: "history" },
  "notices without a proof": { notices: "link", trust: "unsigned" },
  "histories by webhook only": { histories: "webhooks" },
  "one payment": { usage: "one" },
  "unlimited only": { usage: "unlimited" },
  "one or any": { usage: "one_or_any" },
  "a signature that accounts share": { trust: "partly_signed" },
  "a shared token": { trust: "token" },
  keyed: { createRecovery: "keyed" },
  endless: { expiry: "never" },
  uncounted: { counted: false },
  "references that are not unique": { createRecovery: "scan" },
  "no way to find a link": { createRecovery: "none" },
  "a replay of creates": { createRecovery: "replay" },
  "fields that stay": { changes: ["title"] },
};

const failuresOf = (results: readonly ConformanceResult[]): readonly string[] =>
  results.flatMap(({ outcome, group, test, reason }) => (outcome === "failed" ? [`${group}: ${test}: ${reason}`] : []));

/** The tests of deadlines wait, so that all profiles wait together. */
const runs = Promise.all(
  Object.entries(PROFILES).map(async ([name, traits]) => {
    const options: MemoryOptions = { traits };
    return [name, await checkConformance(memorySubjectOf(options))] as const;
  }),
).then((entries) => new Map(entries));

describe("a gateway that lacks one thing", () => {
  test.each(Object.keys(PROFILES))("%s: every test passes, or has a reason", async (name) => {
    const results = (await runs).get(name) ?? [];
    expect(failuresOf(results)).toEqual([]);
    expect(results.length).toBeGreaterThan(150);
    for (const { outcome, reason } of results) if (outcome !== "passed") expect(reason).toMatch(/\w{3}/);
  });
});
