// Gateways that lack one thing each, or have bounds: the whole suite runs over them, and every test passes, or does not run for a reason.
import { type ConformanceResult, checkConformance } from "@tautan/conformance";
import type { DriverCapabilities } from "@tautan/core";
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

const { items, metadata, expiresAt, customer, collect, ...everything } = memorySubjectOf().capabilities;

/** Gateways with bounds, which traits do not have. */
const BOUNDED: Readonly<Record<string, DriverCapabilities>> = {
  "narrow bounds": {
    ...everything,
    customer,
    collect,
    items: { nameMaxLength: 40, idMaxLength: 0, maxCount: 2, negativePrices: false },
    metadata: { maxEntries: 3, maxValueLength: 20, maxKeyLength: 12 },
    expiresAt: { never: false, resolutionMs: 1000, minLeadMs: 1_800_000, maxLeadMs: 86_400_000 },
    alwaysCollects: ["email"],
  },
  "amounts below one unit": {
    ...everything,
    items,
    metadata,
    expiresAt,
    customer,
    collect,
    currencies: {
      USD: { decimals: 2, wire: "decimal_text", min: "0.50", max: "999999.99" },
      JPY: { decimals: 0, wire: "decimal_text", min: "50", max: "99999999" },
      KWD: { decimals: 3, wire: "decimal_text", min: "0.001", max: "9999.999" },
    },
  },
  "a customer or several uses": {
    ...everything,
    items,
    metadata,
    expiresAt,
    customer: {
      required: [],
      nameMaxLength: 40,
      emailMaxLength: 40,
      phoneMaxLength: 20,
      contactedByProvider: false,
      singleUseOnly: true,
    },
    collect: { fields: ["name", "email", "phone"], together: true, severalUsesOnly: true },
  },
};

const failuresOf = (results: readonly ConformanceResult[]): readonly string[] =>
  results.flatMap(({ outcome, group, test, reason }) => (outcome === "failed" ? [`${group}: ${test}: ${reason}`] : []));

/** The tests of deadlines wait, so that all profiles wait together. */
const OPTIONS: readonly (readonly [name: string, options: MemoryOptions])[] = [
  ...Object.entries(PROFILES).map(([name, traits]) => [name, { traits }] as const),
  ...Object.entries(BOUNDED).map(([name, like]) => [name, { like }] as const),
];
const runs = Promise.all(
  OPTIONS.map(async ([name, options]) => [name, await checkConformance(memorySubjectOf(options))] as const),
).then((entries) => new Map(entries));

describe("a gateway that lacks one thing", () => {
  test.each(OPTIONS.map(([name]) => name))("%s: every test passes, or has a reason", async (name) => {
    const results = (await runs).get(name) ?? [];
    expect(failuresOf(results)).toEqual([]);
    expect(results.length).toBeGreaterThan(150);
    for (const { outcome, reason } of results) if (outcome !== "passed") expect(reason).toMatch(/\w{3}/);
  });
});
