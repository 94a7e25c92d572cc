import type { FactName, HistoryStatus, Instant } from "@tautan/core";
import {
  deriveHistory,
  type HistoryReport,
  historyRecord,
  historyStatus,
  mergeRecords,
  statusIsPaid,
  statusTakesUse,
} from "@tautan/core/driver";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { records } from "./support/arbitraries.ts";

type Attempts = Readonly<Record<string, readonly FactName[]>>;

/** Record of attempts by id, `""` for a source that names none, with the rest on top. */
const recordOf = (attempts: Attempts, rest: Partial<HistoryReport> = {}) =>
  Object.entries(attempts)
    .map(([attemptId, names]) =>
      historyRecord({
        providerId: "h",
        trust: "read",
        amount: { amount: "100", currency: "USD" },
        attemptId,
        facts: Object.fromEntries(names.map((name) => [name, {}])),
        ...rest,
      }),
    )
    .reduce(mergeRecords);

describe("one try", () => {
  test.each<[readonly FactName[], HistoryStatus]>([
    [[], "unknown"],
    [["opened"], "opened"],
    [["opened", "pending"], "pending"],
    [["pending", "authorized"], "authorized"],
    [["authorized", "review"], "review"],
    [["pending", "paid"], "paid"],
    [["settled"], "settled"],
    [["paid", "settled"], "settled"],
    [["pending", "failed"], "failed"],
    [["pending", "expired"], "expired"],
    [["pending", "cancelled"], "cancelled"],
    [["failed", "expired", "cancelled"], "cancelled"],
    [["failed", "expired"], "expired"],
    [["voided"], "failed"],
    [["review", "voided"], "failed"],
    // Soft ends: late transfers are real.
    [["expired", "paid"], "paid"],
    [["failed", "paid"], "paid"],
    [["cancelled", "paid", "settled"], "settled"],
    // The hard end.
    [["paid", "voided"], "reversed"],
    [["settled", "voided"], "reversed"],
    [["paid", "cancelled", "voided"], "reversed"],
    [["cancelled", "voided"], "cancelled"],
    [["declined"], "failed"],
    [["pending", "declined"], "failed"],
    [["paid", "declined"], "reversed"],
  ])("%j is %s", (names, status) => {
    expect(historyStatus(recordOf({ t1: names }))).toBe(status);
    // A source that names no attempt comes to the same.
    expect(historyStatus(recordOf({ "": names }))).toBe(status);
  });
});

describe("several attempts: the best one counts", () => {
  test.each<[string, Attempts, HistoryStatus]>([
    ["denied, denied, paid", { t1: ["voided"], t2: ["voided"], t3: ["paid"] }, "paid"],
    ["paid once and taken back, then paid again", { t1: ["paid", "voided"], t2: ["paid"] }, "paid"],
    ["taken back, and another is pending", { t1: ["paid", "voided"], t2: ["pending"] }, "reversed"],
    ["denied, and another is pending", { t1: ["voided"], t2: ["pending"] }, "pending"],
    ["expired and cancelled", { t1: ["expired"], t2: ["cancelled"] }, "cancelled"],
    ["settled and taken back, another only paid", { t1: ["settled", "voided"], t2: ["paid"] }, "paid"],
    ["a read says paid, a denied try is named", { "": ["paid"], t1: ["voided"] }, "reversed"],
    ["a read says paid, the paid try is named and taken back", { "": ["paid"], t1: ["paid", "voided"] }, "reversed"],
    [
      "a read says paid, so does a named attempt after a denied one",
      { "": ["paid"], t1: ["voided"], t2: ["paid"] },
      "paid",
    ],
    ["a read says pending, the named attempt has expired", { "": ["pending"], t1: ["expired"] }, "expired"],
    [
      "a read says expired, the named attempt was last heard of as pending",
      { "": ["expired"], t1: ["pending"] },
      "expired",
    ],
    ["a read says failed, another try is pending", { "": ["failed"], t1: ["pending"] }, "pending"],
    [
      "a read says paid, one try was denied and another is open",
      { "": ["paid"], t1: ["voided"], t2: ["pending"] },
      "reversed",
    ],
    ["and once that one is named as paid", { "": ["paid"], t1: ["voided"], t2: ["pending", "paid"] }, "paid"],
    [
      "a read says paid, one try was voided and the others ended",
      { "": ["paid"], t1: ["voided"], t2: ["failed"], t3: ["expired"] },
      "reversed",
    ],
    ["a read says taken back, a named attempt says paid", { "": ["voided"], t1: ["paid"] }, "reversed"],
    ["a read says taken back, another try is pending", { "": ["paid", "voided"], t1: ["pending"] }, "reversed"],
    [
      "a read says pending, the named attempt failed and may be followed",
      { "": ["pending"], t1: ["failed"] },
      "pending",
    ],
    ["a read says pending, the named attempt was denied", { "": ["pending"], t1: ["voided"] }, "pending"],
  ])("%s", (_name, attempts, status) => expect(historyStatus(recordOf(attempts))).toBe(status));
});

describe("a payment that names no attempt, beside a try that is over", () => {
  type At = Readonly<Partial<Record<FactName, number | undefined>>>;
  const instant = (minute: number) => `2026-01-01T00:${String(minute).padStart(2, "0")}:00.000Z` as Instant;
  const told = (attemptId: string, facts: At, rest: Partial<HistoryReport> = {}) =>
    historyRecord({
      providerId: "h",
      trust: "read",
      attemptId,
      facts: Object.fromEntries(
        Object.entries(facts).map(([name, minute]) => [name, minute === undefined ? {} : { at: instant(minute) }]),
      ),
      ...rest,
    });

  test.each<[string, At, Readonly<Record<string, At>>, HistoryStatus]>([
    ["paid after the void", { paid: 5 }, { t1: { opened: 1, voided: 4 } }, "paid"],
    ["paid after the void of a payment, too", { paid: 5 }, { t1: { paid: 2, voided: 4 } }, "paid"],
    ["paid before the voided try began", { paid: 5 }, { t1: { opened: 6, voided: undefined } }, "paid"],
    ["settled after the void, when it was paid is not told", { settled: 5 }, { t1: { voided: 4 } }, "settled"],
    ["paid before the void: it may be what was taken back", { paid: 2 }, { t1: { opened: 1, voided: 4 } }, "reversed"],
    ["paid as of the very time of the void", { paid: 4 }, { t1: { voided: 4 } }, "reversed"],
    ["nobody told when the try was voided", { paid: 5 }, { t1: { opened: 1, voided: undefined } }, "reversed"],
    ["nobody told when the whole was paid", { paid: undefined }, { t1: { opened: 1, voided: 4 } }, "reversed"],
    ["paid after one void and before another", { paid: 5 }, { t1: { voided: 4 }, t2: { voided: 6 } }, "reversed"],
    ["paid after both", { paid: 7 }, { t1: { voided: 4 }, t2: { voided: 6 } }, "paid"],
    ["the try was declined, so it never was the payment", { paid: 2 }, { t1: { opened: 1, declined: 4 } }, "paid"],
    ["declined, and nobody told any time", { paid: undefined }, { t1: { declined: undefined } }, "paid"],
    ["one declined, one voided", { paid: undefined }, { t1: { declined: 1 }, t2: { voided: 2 } }, "reversed"],
    ["declined, though it is told as paid", { paid: undefined }, { t1: { paid: 2, declined: 4 } }, "reversed"],
    ["declined and voided", { paid: undefined }, { t1: { declined: 4, voided: undefined } }, "reversed"],
    ["the whole was declined", { paid: 5, declined: undefined }, { t1: { pending: 1 } }, "reversed"],
  ])("%s: $1 and $2 is $3", (_name, whole, attempts, status) => {
    const all = [told("", whole), ...Object.entries(attempts).map(([id, facts]) => told(id, facts))];
    expect(historyStatus(all.reduce(mergeRecords))).toBe(status);
    expect(historyStatus(all.toReversed().reduce(mergeRecords))).toBe(status);
  });

  test("a refund of a payment that is not told is no refund of a try that was declined", () => {
    const refund = told(
      "",
      {},
      { amount: { amount: "100", currency: "USD" }, refundedTotal: { amount: "40", currency: "USD" } },
    );
    expect(historyStatus(mergeRecords(told("t1", { declined: 1 }), refund))).toBe("partially_refunded");
    expect(historyStatus(mergeRecords(told("t1", { voided: 1 }), refund))).toBe("reversed");
  });

  test("an open word on the whole counts beside a try that nothing is known of, until a try expires", () => {
    const known = mergeRecords(told("", { pending: 1 }), told("t1", {}));
    expect(historyStatus(known)).toBe("pending");
    expect(historyStatus(mergeRecords(known, told("t1", { expired: 3 })))).toBe("expired");
  });
});

describe("refunds and disputes", () => {
  const usd = (amount: string) => ({ amount, currency: "USD" });
  const paid: Attempts = { t1: ["paid"] };
  test.each<[string, Partial<HistoryReport>, HistoryStatus]>([
    ["a refund asked for", { refunds: [{ id: "r", phase: "requested", amount: usd("100") }] }, "paid"],
    ["a refund that failed", { refunds: [{ id: "r", phase: "failed", amount: usd("100") }] }, "paid"],
    ["a part", { refunds: [{ id: "r", phase: "succeeded", amount: usd("40") }] }, "partially_refunded"],
    [
      "two parts that make the whole",
      {
        refunds: [
          { id: "r", phase: "succeeded", amount: usd("40") },
          { id: "s", phase: "succeeded", amount: usd("60") },
        ],
      },
      "refunded",
    ],
    ["a total without ids", { refundedTotal: usd("100") }, "refunded"],
    ["an amount of another currency", { refundedTotal: { amount: "1", currency: "EUR" } }, "refunded"],
    ["a total of 0, as some providers write it on every payment", { refundedTotal: usd("0") }, "paid"],
    ["a succeeded refund of an amount nobody told", { refunds: [{ id: "r", phase: "succeeded" }] }, "refunded"],
    [
      "a part in the payment's currency beside one in another",
      {
        refunds: [
          { id: "r", phase: "succeeded", amount: usd("40") },
          { id: "s", phase: "succeeded", amount: { amount: "1", currency: "EUR" } },
        ],
      },
      "refunded",
    ],
    ["a refund of a payment of unknown amount", { amount: undefined, refundedTotal: usd("1") }, "refunded"],
    ["an open dispute", { disputes: [{ id: "d", phase: "opened" }] }, "disputed"],
    ["a dispute won", { disputes: [{ id: "d", phase: "won" }] }, "paid"],
    ["a dispute lost", { disputes: [{ id: "d", phase: "lost" }] }, "reversed"],
    ["refunded and disputed", { refundedTotal: usd("40"), disputes: [{ id: "d", phase: "opened" }] }, "disputed"],
  ])("%s", (_name, rest, status) => {
    expect(historyStatus(recordOf(paid, rest))).toBe(status);
  });

  test("a total of 0 is no refund of a try that failed", () => {
    const record = recordOf({ t1: ["failed"] }, { refundedTotal: usd("0") });
    expect(historyStatus(record)).toBe("failed");
    expect(deriveHistory("gw", record)).not.toHaveProperty("refunded");
  });

  test("a refund or dispute implies a payment that nobody told of", () => {
    expect(historyStatus(recordOf({ t1: [] }, { refundedTotal: usd("40") }))).toBe("partially_refunded");
    expect(historyStatus(recordOf({ t1: ["expired"] }, { disputes: [{ id: "d", phase: "opened" }] }))).toBe("disputed");
  });

  test("of two amounts that are trusted alike the lesser counts; one that is trusted less does not", () => {
    const refunded = (trust: "read" | "unsigned") =>
      historyStatus(
        mergeRecords(
          recordOf(paid, { refundedTotal: usd("90") }),
          historyRecord({ providerId: "h", trust, amount: usd("90") }),
        ),
      );
    expect(refunded("read")).toBe("refunded");
    expect(refunded("unsigned")).toBe("partially_refunded");
  });

  test("what was refunded is told in the payment's currency, where any of it was", () => {
    const refunds = [
      { id: "r", phase: "succeeded" as const, amount: { amount: "900", currency: "EUR" } },
      { id: "s", phase: "succeeded" as const, amount: usd("40") },
    ];
    const refundedBy = (rest: Partial<HistoryReport>) => deriveHistory("gw", recordOf(paid, rest)).refunded;
    expect(refundedBy({ refunds })).toEqual(usd("40"));
    expect(refundedBy({ refunds: refunds.slice(0, 1) })).toEqual({ amount: "900", currency: "EUR" });
    expect(refundedBy({ refunds: refunds.slice(0, 1), refundedTotal: usd("30") })).toEqual(usd("30"));
    expect(refundedBy({ refunds, refundedTotal: usd("60") })).toEqual(usd("60"));
  });

  test("the same refund told twice counts once; ids and total are not added up", () => {
    const refund = { refunds: [{ id: "r", phase: "succeeded" as const, amount: usd("40") }], refundedTotal: usd("40") };
    const twice = mergeRecords(recordOf(paid, refund), recordOf(paid, refund));
    expect(deriveHistory("gw", twice).refunded).toEqual(usd("40"));
  });
});

describe("laws", () => {
  const STATUSES: readonly HistoryStatus[] = [
    "reversed",
    "disputed",
    "refunded",
    "partially_refunded",
    "settled",
    "paid",
    "review",
    "authorized",
    "pending",
    "opened",
    "cancelled",
    "expired",
    "failed",
    "unknown",
  ];
  const some = fc.array(records, { minLength: 1, maxLength: 4 }).map((list) => list.reduce(mergeRecords));

  test("total: every record has a status, and `isPaid` agrees with it", () => {
    fc.assert(
      fc.property(some, (record) => {
        const status = historyStatus(record);
        expect(STATUSES).toContain(status);
        expect(deriveHistory("gw", record).isPaid).toBe(statusIsPaid(status));
      }),
      { numRuns: 5000 },
    );
  });

  test("nothing is paid without a fact, a refund or a dispute that says so", () => {
    fc.assert(
      fc.property(some, (record) => {
        if (!statusIsPaid(historyStatus(record))) return;
        const says = record.attempts.some(({ facts }) => facts.paid ?? facts.settled);
        expect(
          Boolean(says) ||
            record.refunds.length > 0 ||
            record.refundedTotal !== undefined ||
            record.disputes.length > 0,
        ).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  test("older news never takes a payment back: adding soft ends and openings leaves a paid history paid", () => {
    const harmless = fc.subarray<FactName>([
      "opened",
      "pending",
      "authorized",
      "review",
      "failed",
      "expired",
      "cancelled",
    ]);
    fc.assert(
      fc.property(some, harmless, fc.constantFrom("", "t1", "t9"), (record, names, attemptId) => {
        const before = historyStatus(record);
        const after = mergeRecords(record, recordOf({ [attemptId]: names }, { amount: undefined }));
        if (statusIsPaid(before)) expect(historyStatus(after)).toBe(before);
      }),
      { numRuns: 3000 },
    );
  });
});

describe("an amount of zero or less", () => {
  const NOTHING = ["0", "-1", "-0.5"];

  test.each(NOTHING)("%s is never paid nor settled, and says so", (value) => {
    const record = recordOf({ a: ["opened", "paid", "settled"] }, { amount: { amount: value, currency: "USD" } });
    expect(deriveHistory("gw", record)).toMatchObject({
      status: "opened",
      isPaid: false,
      notes: [`paid with amount=${value}`, `settled with amount=${value}`],
    });
  });

  test("does not undo a payment that another source tells with its amount", () => {
    const paid = recordOf({ a: ["paid"] });
    const nothing = recordOf({ a: ["paid"] }, { amount: { amount: "0", currency: "USD" }, trust: "token" });
    for (const merged of [mergeRecords(paid, nothing), mergeRecords(nothing, paid)]) {
      expect(deriveHistory("gw", merged)).toMatchObject({ isPaid: true, amount: { amount: "100", currency: "USD" } });
    }
  });

  test("the least amount above it is paid", () => {
    const record = recordOf({ a: ["paid"] }, { amount: { amount: "0.01", currency: "USD" } });
    expect(deriveHistory("gw", record).isPaid).toBe(true);
  });
});

test("a payment takes a use, refunded and disputed ones too; one that was taken back returns it", () => {
  const takes: Readonly<Record<HistoryStatus, boolean>> = {
    paid: true,
    settled: true,
    partially_refunded: true,
    refunded: true,
    disputed: true,
    reversed: false,
    review: false,
    authorized: false,
    pending: false,
    opened: false,
    cancelled: false,
    expired: false,
    failed: false,
    unknown: false,
  };
  for (const [status, takesUse] of Object.entries(takes))
    expect(statusTakesUse(status as HistoryStatus)).toBe(takesUse);
});
