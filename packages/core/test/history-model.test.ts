// The status of a history, read off the reports themselves and written without a look at the implementation: whole numbers
// instead of decimal strings, maps instead of merged record.
import type { FactName, HistoryStatus, Trust } from "@tautan/core";
import { type HistoryReport, historyRecord, historyStatus, mergeRecords } from "@tautan/core/driver";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

/** `HISTORIES=1000000` is the long form, a minute or two. */
const HISTORIES = Number(process.env["HISTORIES"] ?? 20_000);
const SEED = 9;

type Reports = readonly HistoryReport[];
/** When each thing happened, by the earliest word; `undefined` where nobody told. */
type Told = ReadonlyMap<FactName, string | undefined>;

const WHOLE = "";

const attemptIds = (reports: Reports): readonly string[] => [
  ...new Set(reports.map((each) => each.attemptId ?? WHOLE)),
];

const toldOf = (reports: Reports, id: string): Told => {
  const told = new Map<FactName, string | undefined>();
  for (const { attemptId = WHOLE, facts = {} } of reports) {
    if (attemptId !== id) continue;
    for (const [name, fact] of Object.entries(facts) as [FactName, { at?: string }][]) {
      const known = told.get(name);
      told.set(name, known === undefined || (fact.at !== undefined && fact.at < known) ? fact.at : known);
    }
  }
  return told;
};

const isOver = (told: Told): boolean => told.has("voided") || told.has("declined");
const isPaid = (told: Told): boolean => told.has("paid") || told.has("settled");

/** One attempt alone. */
const alone = (told: Told): HistoryStatus => {
  if (isPaid(told)) return isOver(told) ? "reversed" : told.has("settled") ? "settled" : "paid";
  for (const end of ["cancelled", "expired"] as const) if (told.has(end)) return end;
  if (told.has("failed") || isOver(told)) return "failed";
  return (["review", "authorized", "pending", "opened"] as const).find((each) => told.has(each)) ?? "unknown";
};

const BEST_FIRST: readonly HistoryStatus[] = [
  "settled",
  "paid",
  "reversed",
  "review",
  "authorized",
  "pending",
  "opened",
  "cancelled",
  "expired",
  "failed",
  "unknown",
];

const best = (all: readonly HistoryStatus[]): HistoryStatus =>
  BEST_FIRST.find((each) => all.includes(each)) ?? "unknown";

/** The plain reading: each attempt is judged alone, the whole like one more of them, and the best counts. */
const plain = (reports: Reports): HistoryStatus => best(attemptIds(reports).map((id) => alone(toldOf(reports, id))));

const namedIn = (reports: Reports): readonly Told[] =>
  attemptIds(reports)
    .filter((id) => id !== WHOLE)
    .map((id) => toldOf(reports, id));

/** Money that went back, or is disputed, was paid before: 0 is what some providers write on every payment. */
const hasRefundOrDispute = (reports: Reports): boolean =>
  reports.some(
    ({ refunds = [], disputes = [], refundedTotal }) =>
      refunds.length > 0 || disputes.length > 0 || Number(refundedTotal?.amount ?? 0) > 0,
  );

const wasPaid = (reports: Reports): boolean =>
  hasRefundOrDispute(reports) || attemptIds(reports).some((id) => isPaid(toldOf(reports, id)));

/** Whether the payment that no attempt is named for may be this one, which is over. */
const mayBe = (attempt: Told, whole: Told): boolean => {
  if (!isOver(attempt)) return false;
  const neverHadMoney = attempt.has("declined") && !attempt.has("voided") && !isPaid(attempt);
  if (neverHadMoney) return false;
  const payment = whole.has("paid") ? whole.get("paid") : whole.get("settled");
  const begin = attempt.get("opened");
  const end = attempt.has("voided") ? attempt.get("voided") : attempt.get("declined");
  return !(payment && ((begin && payment < begin) || (end && payment > end)));
};

/**
 * Where the rules differ from the plain reading, and mean to. The first that applies decides; each was a class of differences
 * between the two.
 */
const MEANT: readonly {
  readonly name: string;
  readonly reason: string;
  readonly status: (reports: Reports) => HistoryStatus | undefined;
}[] = [
  {
    name: "the whole was taken back, a named attempt was paid",
    reason: "A source that names no attempt speaks of all of them; a paid one among them was taken back, too.",
    status: (reports) => (wasPaid(reports) && isOver(toldOf(reports, WHOLE)) ? "reversed" : undefined),
  },
  {
    name: "the whole was paid, and a voided attempt may be that payment",
    reason:
      "Nobody can tell whether another attempt paid. Goods that are sent for money that is gone are not got back.",
    status: (reports) =>
      wasPaid(reports) &&
      !namedIn(reports).some((each) => isPaid(each) && !isOver(each)) &&
      namedIn(reports).some((each) => mayBe(each, toldOf(reports, WHOLE)))
        ? "reversed"
        : undefined,
  },
  {
    name: "a refund or dispute of a payment that nobody told",
    reason: "Money that was not paid cannot go back, so it was.",
    status: (reports) => (wasPaid(reports) && !["settled", "paid"].includes(plain(reports)) ? "paid" : undefined),
  },
  {
    name: "the whole has ended, an attempt was last heard of as open, or ended otherwise",
    reason: "The provider takes no payer any more, and its word on the whole is the newer one.",
    status: (reports) => {
      const whole = toldOf(reports, WHOLE);
      if (wasPaid(reports)) return undefined;
      return (["cancelled", "expired"] as const).find((end) => whole.has(end));
    },
  },
  {
    name: "the whole was open, and a named attempt in it has expired or was cancelled",
    reason:
      "That attempt may be what was open in the whole, and its end is the newer news. After a failure, another may follow.",
    status: (reports) => {
      if (wasPaid(reports)) return undefined;
      const named = namedIn(reports);
      if (!named.some((each) => each.has("cancelled") || each.has("expired"))) return undefined;
      return best(named.map(alone));
    },
  },
];

/** What became of the money of a payment that stands: whole numbers, one currency. */
const afterPayment = (reports: Reports, paid: HistoryStatus): HistoryStatus => {
  const disputes = new Map<string, number>();
  const PHASES = ["opened", "won", "lost"];
  for (const each of reports.flatMap((report) => report.disputes ?? [])) {
    disputes.set(each.id, Math.max(disputes.get(each.id) ?? 0, PHASES.indexOf(each.phase)));
  }
  const phases = new Set([...disputes.values()].map((each) => PHASES[each]));
  if (phases.has("lost")) return "reversed";
  if (phases.has("opened")) return "disputed";

  const refunds = new Map<string, { phase: number; amount?: number }>();
  const REFUND_PHASES = ["requested", "succeeded", "failed"];
  for (const { id, phase, amount } of reports.flatMap((report) => report.refunds ?? [])) {
    const known = refunds.get(id);
    const most = Math.max(known?.amount ?? -1, amount ? Number(amount.amount) : -1);
    refunds.set(id, {
      phase: Math.max(known?.phase ?? 0, REFUND_PHASES.indexOf(phase)),
      ...(most >= 0 && { amount: most }),
    });
  }
  const succeeded = [...refunds.values()].filter((each) => each.phase === 1);
  const total = Math.max(0, ...reports.map((each) => Number(each.refundedTotal?.amount ?? 0)));
  if (succeeded.length === 0 && total === 0) return paid;
  if (succeeded.some((each) => each.amount === undefined)) return "refunded";
  const back = Math.max(
    total,
    succeeded.reduce((sum, each) => sum + (each.amount ?? 0), 0),
  );
  const TRUSTS: readonly Trust[] = ["read", "signed", "partly_signed", "token", "unsigned"];
  const prices = reports.filter((each) => each.amount);
  const trusted = TRUSTS.find((trust) => prices.some((each) => each.trust === trust));
  const price = Math.min(...prices.filter((each) => each.trust === trusted).map((each) => Number(each.amount?.amount)));
  return prices.length === 0 || back >= price ? "refunded" : "partially_refunded";
};

const model = (reports: Reports): { status: HistoryStatus; decidedBy: string | undefined } => {
  const meant = MEANT.map(({ name, status }) => ({ name, status: status(reports) })).find((each) => each.status);
  const status = meant?.status ?? plain(reports);
  const decidedBy = meant && meant.status !== plain(reports) ? meant.name : undefined;
  return {
    status: status === "paid" || status === "settled" ? afterPayment(reports, status) : status,
    decidedBy,
  };
};

const NAMES: readonly FactName[] = [
  "opened",
  "pending",
  "authorized",
  "review",
  "paid",
  "settled",
  "voided",
  "declined",
  "failed",
  "expired",
  "cancelled",
];

const idr = (amount: number) => ({ amount: String(amount), currency: "IDR" });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
const instants = fc.integer({ min: 1, max: 6 }).map((minute) => `2026-01-01T00:0${minute}:00.000Z`);
const amounts = fc.constantFrom(100, 200, 300).map(idr);

/** Every second report names no attempt; few facts each, so that no rule hides all others. */
const reports: fc.Arbitrary<HistoryReport> = fc.record({
  providerId: fc.constant("h"),
  trust: fc.constantFrom<Trust>("read", "signed", "partly_signed", "token", "unsigned"),
  attemptId: maybe(fc.constantFrom("t1", "t2", "t3")),
  amount: maybe(amounts),
  facts: fc
    .uniqueArray(fc.constantFrom(...NAMES), { maxLength: 3 })
    .chain((names) => fc.tuple(...names.map((name) => fc.tuple(fc.constant(name), maybe(instants)))))
    .map((entries) => Object.fromEntries(entries.map(([name, at]) => [name, at === undefined ? {} : { at }]))),
  refunds: fc.oneof(
    { weight: 6, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.array(
        fc.record(
          {
            id: fc.constantFrom("r1", "r2"),
            phase: fc.constantFrom("requested" as const, "succeeded" as const, "failed" as const),
            amount: amounts,
          },
          { requiredKeys: ["id", "phase"] },
        ),
        { minLength: 1, maxLength: 2 },
      ),
    },
  ),
  refundedTotal: fc.oneof(
    { weight: 6, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom(0, 100, 200).map(idr) },
  ),
  disputes: fc.oneof(
    { weight: 9, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.array(
        fc.record({
          id: fc.constantFrom("d1", "d2"),
          phase: fc.constantFrom("opened" as const, "won" as const, "lost" as const),
        }),
        { minLength: 1, maxLength: 2 },
      ),
    },
  ),
}) as fc.Arbitrary<HistoryReport>;

const statusOf = (all: Reports): HistoryStatus => historyStatus(all.map(historyRecord).reduce(mergeRecords));

describe("the status of random histories, half of whose reports name no attempt", () => {
  test("is what the plain reading says, but for the differences that are meant", { timeout: 600_000 }, () => {
    const differences = new Map<string, number>();
    fc.assert(
      fc.property(fc.array(reports, { minLength: 1, maxLength: 5 }), (all) => {
        const { status, decidedBy } = model(all);
        const actual = statusOf(all);
        if (actual !== status) throw new Error(`expected ${status} (${decidedBy ?? "plain"}), got ${actual}`);
        if (decidedBy !== undefined) differences.set(decidedBy, (differences.get(decidedBy) ?? 0) + 1);
      }),
      { seed: SEED, numRuns: HISTORIES },
    );
    // Each difference is met: a reason that nothing needs would hide the next mistake.
    expect([...differences.keys()].sort()).toEqual(MEANT.map((each) => each.name).sort());
    if (process.env["HISTORIES"]) console.table(Object.fromEntries(differences));
  });

  test("is the same in any order, and when everything is told twice", () => {
    fc.assert(
      fc.property(fc.array(reports, { minLength: 1, maxLength: 5 }), (all) => {
        const status = statusOf(all);
        expect(statusOf(all.toReversed())).toBe(status);
        expect(statusOf([...all, ...all])).toBe(status);
      }),
      { seed: SEED, numRuns: 2000 },
    );
  });
});
