import { mergeHistories, parsePaymentLinkHistory } from "@tautan/core";
import { deriveHistory, mergeRecords, parseHistoryRecord } from "@tautan/core/driver";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { records } from "./support/arbitraries.ts";

const merged = fc.array(records, { minLength: 1, maxLength: 4 }).map((each) => each.reduce(mergeRecords));
const history = fc.sample(merged, { seed: 7, numRuns: 50 }).map((each) => deriveHistory("gw", each));
const stored = (value: unknown): Record<string, unknown> =>
  JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
const rich = history.find(({ record }) => record.refunds.length > 0 && record.amounts.length > 0) ?? history[0];

describe("a history that was stored", () => {
  test("comes back equal, and merging the same into it gives it itself", () => {
    fc.assert(
      fc.property(merged, (record) => {
        const original = deriveHistory("gw", record);
        const revived = parsePaymentLinkHistory(stored(original))._unsafeUnwrap();
        expect(revived).toEqual(original);
        expect(mergeHistories(revived, original)).toBe(revived);
      }),
    );
  });

  test("is frozen to the bottom", () => {
    const revived = parsePaymentLinkHistory(stored(rich))._unsafeUnwrap();
    const frozen = (value: unknown): boolean =>
      typeof value !== "object" || value === null || (Object.isFrozen(value) && Object.values(value).every(frozen));
    expect(frozen(revived)).toBe(true);
  });

  test("has the status that its record comes to, whatever was stored beside it", () => {
    const lie = { ...stored(rich), status: "paid", isPaid: true, conflicts: [], refunded: undefined };
    expect(parsePaymentLinkHistory(lie)._unsafeUnwrap()).toEqual(parsePaymentLinkHistory(stored(rich))._unsafeUnwrap());
  });

  test("of a later version is read, and keeps what only that knows", () => {
    const later = stored(rich) as unknown as { record: { attempts: object[] } };
    const [first, ...others] = later.record.attempts;
    const facts = { ...(first as { facts: object }).facts, teleported: { at: "2026-01-01T00:00:00.000Z" } };
    const record = { ...later.record, attempts: [{ ...first, facts, mood: "good" }, ...others], weather: "fine" };
    const revived = parsePaymentLinkHistory({ ...later, colour: "red", record })._unsafeUnwrap();
    expect(revived).not.toHaveProperty("colour");
    expect(revived.record).toMatchObject({ weather: "fine" });
    expect(revived.record.attempts).toHaveLength(later.record.attempts.length);
    expect(revived.record.attempts[0]).toMatchObject({ mood: "good", facts: { teleported: {} } });
    // Merging keeps them.
    expect(mergeHistories(revived, rich as typeof revived)).toBe(revived);
  });

  test("whose lists stand in another order, or hold something twice, is read as merging leaves it", () => {
    const shuffled = stored(rich) as unknown as { record: Record<string, unknown> };
    for (const [name, list] of Object.entries(shuffled.record)) {
      if (Array.isArray(list)) shuffled.record[name] = [...list.toReversed(), ...list];
    }
    expect(parsePaymentLinkHistory(shuffled)._unsafeUnwrap()).toEqual(rich);
  });
});

const without = (name: string) => {
  const { [name]: _, ...rest } = stored(rich);
  return rest;
};
const withRecord = (changes: object) => ({
  ...stored(rich),
  record: { ...(stored(rich)["record"] as object), ...changes },
});
const withAttempt = (changes: object) =>
  withRecord({ attempts: [{ id: "t", facts: {}, methods: [], expiresAt: [], reversibleUntil: [], ...changes }] });

test.each<[string, unknown, string]>([
  ["nothing", undefined, ""],
  ["null", null, ""],
  ["a text", "{}", ""],
  ["a list", [], ""],
  ["no id", without("id"), "id"],
  ["another id", { ...stored(rich), id: "gw:other" }, "id"],
  ["a gateway that is no key", { ...stored(rich), gateway: "G W" }, "gateway"],
  ["another gateway", { ...stored(rich), gateway: "other" }, "id"],
  ["another provider's id", { ...stored(rich), providerId: "other" }, "record.providerId"],
  ["no record", without("record"), "record"],
  ["record in text", { ...stored(rich), record: "x" }, "record"],
  ["no attempts", withRecord({ attempts: undefined }), "record.attempts"],
  ["attempts that are one", withRecord({ attempts: {} }), "record.attempts"],
  ["a hole in a list", withRecord({ notes: [null] }), "record.notes[0]"],
  [
    "an amount that is a number",
    withRecord({ amounts: [{ value: { amount: 5, currency: "IDR" }, trust: "read" }] }),
    "record.amounts[0].value",
  ],
  [
    "a trust of nobody",
    withRecord({ otherIds: [], amounts: [{ value: { amount: "5", currency: "IDR" }, trust: "sworn" }] }),
    "record.amounts[0].trust",
  ],
  ["a fact that is true", withAttempt({ facts: { paid: true } }), "record.attempts[0].facts.paid"],
  [
    "a fact without an instant",
    withAttempt({ facts: { paid: { at: "yesterday" } } }),
    "record.attempts[0].facts.paid.at",
  ],
  ["facts in a list", withAttempt({ facts: [] }), "record.attempts[0].facts"],
  [
    "a method of no kind",
    withAttempt({ methods: [{ value: { kind: "shells" }, trust: "read" }] }),
    "record.attempts[0].methods[0].value.kind",
  ],
  ["a refund in no phase", withRecord({ refunds: [{ id: "r", phase: "lost" }] }), "record.refunds[0].phase"],
  ["a total in words", withRecord({ refundedTotal: { amount: "many", currency: "IDR" } }), "record.refundedTotal"],
])("%s is refused at its place", (_name, input, path) => {
  expect(
    parsePaymentLinkHistory(input)
      ._unsafeUnwrapErr()
      .issues.map((each) => each.path),
  ).toContain(path);
});

describe("a record alone", () => {
  test("comes back equal, and merging the same into it gives it itself", () => {
    fc.assert(
      fc.property(merged, (record) => {
        const revived = parseHistoryRecord(stored(record))._unsafeUnwrap();
        expect(revived).toEqual(record);
        expect(mergeRecords(revived, record)).toBe(revived);
      }),
    );
  });

  test("whose lists stand in another order is read as merging leaves it", () => {
    const record = stored(rich?.record);
    for (const [name, list] of Object.entries(record))
      if (Array.isArray(list)) record[name] = [...list.toReversed(), ...list];
    expect(parseHistoryRecord(record)._unsafeUnwrap()).toEqual(rich?.record);
  });

  test.each<[string, unknown, string]>([
    ["nothing", undefined, ""],
    ["a text", "{}", ""],
    ["no id", { ...rich?.record, providerId: undefined }, "providerId"],
    ["attempts that are one", { ...rich?.record, attempts: {} }, "attempts"],
    ["a refund in no phase", { ...rich?.record, refunds: [{ id: "r", phase: "lost" }] }, "refunds[0].phase"],
  ])("%s is refused at its place", (_name, input, path) => {
    const paths = parseHistoryRecord(input)
      ._unsafeUnwrapErr()
      .issues.map((each) => each.path);
    expect(paths).toContain(path);
  });

  test("it never throws, whatever it is given", () => {
    fc.assert(fc.property(fc.anything({ withNullPrototype: true }), (value) => void parseHistoryRecord(value)));
    const hostile = Object.defineProperty({}, "attempts", {
      enumerable: true,
      get: () => {
        throw new Error("no");
      },
    });
    expect(parseHistoryRecord(hostile)._unsafeUnwrapErr().issues).not.toEqual([]);
  });
});

test("it never throws, whatever it is given", () => {
  const hostile = Object.defineProperty({}, "id", {
    enumerable: true,
    get: () => {
      throw new Error("no");
    },
  });
  expect(parsePaymentLinkHistory(hostile).isErr()).toBe(true);
  fc.assert(fc.property(fc.anything({ withNullPrototype: true }), (value) => void parsePaymentLinkHistory(value)));
  const damaged = fc.tuple(merged, fc.string(), fc.anything()).map(([record, name, value]) => {
    const kept = stored(deriveHistory("gw", record));
    return { ...kept, record: { ...(kept["record"] as object), [name]: value } };
  });
  fc.assert(fc.property(damaged, (value) => void parsePaymentLinkHistory(value)));
});
