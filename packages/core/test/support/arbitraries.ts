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
