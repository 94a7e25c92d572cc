import { instantAt, type LinkStatusInput, linkStatus, statusAcceptsPayments } from "@tautan/core/driver";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const NOW = Date.UTC(2026, 0, 1);
const at = (minutes: number) => instantAt(NOW + minutes * 60_000);
const base: LinkStatusInput = { state: "open", usage: { limit: 2, used: 0, held: 0 }, nowMs: NOW };

describe("a link's status", () => {
  test.each<[string, Partial<LinkStatusInput>, string, boolean]>([
    ["open, unused", {}, "active", true],
    ["open, used below the limit", { usage: { limit: 2, used: 1, held: 0 } }, "active", true],
    ["open, no limit", { usage: { used: 10_000, held: 5 } }, "active", true],
    ["every use left held", { usage: { limit: 2, used: 1, held: 1 } }, "held", false],
    ["used up", { usage: { limit: 2, used: 2, held: 0 } }, "exhausted", false],
    ["used beyond the limit", { usage: { limit: 2, used: 3, held: 0 } }, "exhausted", false],
    ["used up, then past its time", { usage: { limit: 2, used: 2, held: 0 }, expiresAt: at(-1) }, "exhausted", false],
    ["past its time", { expiresAt: at(-1) }, "expired", false],
    ["at its time exactly", { expiresAt: at(0) }, "expired", false],
    ["before its time", { expiresAt: at(1) }, "active", true],
    ["not started", { startsAt: at(1) }, "scheduled", false],
    ["just started", { startsAt: at(0) }, "active", true],
    ["the provider says expired", { state: "expired" }, "expired", false],
    ["closed", { state: "closed" }, "closed", false],
    [
      "closed, used up and expired",
      { state: "closed", usage: { limit: 1, used: 1, held: 0 }, expiresAt: at(-1) },
      "closed",
      false,
    ],
    ["deleted", { state: "deleted", usage: { limit: 1, used: 1, held: 0 } }, "deleted", false],
    ["draft", { state: "draft", expiresAt: at(-1) }, "draft", false],
    ["paid in part", { state: "partially_paid" }, "partially_paid", true],
    ["a word nobody knows", { state: "unknown" }, "unknown", false],
  ])("%s", (_name, changes, status, accepts) => {
    const result = linkStatus({ ...base, ...changes });
    expect(result).toBe(status);
    expect(statusAcceptsPayments(result)).toBe(accepts);
  });

  const inputs = fc.record(
    {
      state: fc.constantFrom("open", "draft", "partially_paid", "expired", "closed", "deleted", "unknown" as const),
      usage: fc.record({ limit: fc.nat(3), used: fc.nat(5), held: fc.nat(5) }, { requiredKeys: ["used", "held"] }),
      startsAt: fc.integer({ min: -3, max: 3 }).map(at),
      expiresAt: fc.integer({ min: -3, max: 3 }).map(at),
      nowMs: fc.constant(NOW),
    },
    { requiredKeys: ["state", "usage", "nowMs"] },
  ) as fc.Arbitrary<LinkStatusInput>;

  test("is total: every input has one", () => {
    const known = [
      "draft",
      "scheduled",
      "active",
      "held",
      "partially_paid",
      "exhausted",
      "expired",
      "closed",
      "deleted",
      "unknown",
    ];
    fc.assert(
      fc.property(inputs, (input) => {
        expect(known).toContain(linkStatus(input));
      }),
    );
  });

  test("a link that accepts payments is open, has a use left and is within its time", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        if (!statusAcceptsPayments(linkStatus(input))) return;
        expect(["open", "partially_paid"]).toContain(input.state);
        expect(input.usage.used).toBeLessThan(input.usage.limit ?? Number.POSITIVE_INFINITY);
        expect(input.expiresAt === undefined || input.expiresAt > instantAt(NOW)).toBe(true);
        expect(input.startsAt === undefined || input.startsAt <= instantAt(NOW)).toBe(true);
      }),
    );
  });

  test("time alone never brings a link back", () => {
    fc.assert(
      fc.property(inputs, fc.nat(10), (input, minutes) => {
        const later = linkStatus({ ...input, nowMs: input.nowMs + minutes * 60_000 });
        if (linkStatus(input) === "expired") expect(statusAcceptsPayments(later)).toBe(false);
      }),
    );
  });
});
