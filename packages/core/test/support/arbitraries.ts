import type { FactName, HistoryRecord, Instant, Money, PaymentMethod, Trust } from "@tautan/core";
import fc from "fast-check";
import { FACT_NAMES } from "../../src/history.ts";
import { type HistoryReport, historyRecord } from "../../src/history-record.ts";

/** Few values of each, so that sources often agree and often clash. */
const instants: fc.Arbitrary<Instant> = fc
  .integer({ min: 0, max: 5 })
  .map((minutes) => new Date(Date.UTC(2026, 0, 1, 0, minutes)).toISOString() as Instant);

const amounts: fc.Arbitrary<Money> = fc
  .constantFrom("10000", "20000", "10000.5")
  .map((amount) => ({ amount, currency: "IDR" }));

const totals: fc.Arbitrary<Money> = fc.oneof(amounts, fc.constant({ amount: "0", currency: "IDR" }));

const trusts: fc.Arbitrary<Trust> = fc.constantFrom("read", "signed", "partly_signed", "token", "unsigned");

const methods: fc.Arbitrary<PaymentMethod> = fc.constantFrom<PaymentMethod>(
  { kind: "card" },
  { kind: "qris", raw: "QRIS" },
  { kind: "virtual_account" },
  { kind: "virtual_account", channel: "bca", raw: "bca_va" },
  { kind: "virtual_account", channel: "bri" },
  { kind: "other", raw: "new" },
);

const facts: fc.Arbitrary<HistoryReport["facts"]> = fc
  .subarray([...FACT_NAMES])
  .chain((names) =>
    fc.tuple(...names.map((name) => fc.tuple(fc.constant(name), fc.option(instants, { nil: undefined })))),
  )
  .map((entries) => Object.fromEntries(entries.map(([name, at]: [FactName, Instant | undefined]) => [name, { at }])));

const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });

/** Reports of one and the same history, from every kind of source. */
const reports: fc.Arbitrary<HistoryReport> = fc.record({
  providerId: fc.constant("h"),
  trust: trusts,
  otherIds: fc.subarray(["a", "b"]),
  linkProviderId: optional(fc.constantFrom("L1", "L2")),
  linkReference: optional(fc.constantFrom("R1", "R2")),
  amount: optional(amounts),
  attemptId: optional(fc.constantFrom("t1", "t2", "t3")),
  facts,
  method: optional(methods),
  expiresAt: optional(instants),
  reversibleUntil: optional(instants),
  refunds: fc.array(
    fc.record(
      {
        id: fc.constantFrom("r1", "r2"),
        phase: fc.constantFrom("requested", "succeeded", "failed"),
        amount: amounts,
        at: instants,
      },
      { requiredKeys: ["id", "phase"] },
    ),
    { maxLength: 2 },
  ),
  tip: optional(totals),
  refundedTotal: optional(totals),
  disputes: fc.array(
    fc.record(
      {
        id: fc.constantFrom("d1", "d2"),
        phase: fc.constantFrom("opened", "won", "lost"),
        amount: amounts,
        at: instants,
      },
      { requiredKeys: ["id", "phase"] },
    ),
    { maxLength: 2 },
  ),
  notes: fc.subarray(["status=odd", "status=odder"]),
});

export const records: fc.Arbitrary<HistoryRecord> = reports.map(historyRecord);

const unknownFields: fc.Arbitrary<object> = fc.record(
  {
    mood: fc.constantFrom("good", "bad"),
    weather: fc.constantFrom<unknown>(1, [2], { wind: 3, rain: [null] }),
    constructor: fc.constant(4),
  },
  { requiredKeys: [] },
);

/** Records of a later version: every object in them may have fields that this version does not know. */
export const laterRecords: fc.Arbitrary<HistoryRecord> = records.chain((record) => {
  const withMore = (value: unknown): fc.Arbitrary<unknown> => {
    if (Array.isArray(value)) return fc.tuple(...value.map(withMore));
    if (typeof value !== "object" || value === null) return fc.constant(value);
    // An amount or a method is one value; what is told of it stands beside it.
    if ("currency" in value || "kind" in value) return fc.constant(value);
    const fields = fc.tuple(...Object.entries(value).map(([name, each]) => withMore(each).map((more) => [name, more])));
    // The facts themselves have names that a later version adds to, each with a fact.
    const isFacts = Object.keys(value).every((name) => FACT_NAMES.some((known) => known === name)) && !("at" in value);
    const added = isFacts ? fc.constantFrom({}, { escrowed: {} }) : unknownFields;
    return fc.tuple(fields, added).map(([known, more]) => ({ ...Object.fromEntries(known), ...more }));
  };
  return withMore(record) as fc.Arbitrary<HistoryRecord>;
});
