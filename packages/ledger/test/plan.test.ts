// What follows from reports, without a database: any reports, in any order, any number of times.
import { type Instant, idr, type PaymentLink, type PaymentLinkHistory } from "@tautan/core";
import { deriveHistory, type HistoryReport, historyRecord, instantAt, statusTakesUse } from "@tautan/core/driver";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LedgerEventType } from "../src/index.ts";
import { withPending } from "../src/plan/pending-terms.ts";
import { isChange, planReport } from "../src/plan/plan.ts";
import type { KnownHistory, PendingTerms, Plan, PlannedEvent, Report } from "../src/plan/state.ts";

const START_MS = Date.parse("2026-01-01T00:00:00Z");
const MINUTE_MS = 60_000;
const at = (minutes: number): Instant => instantAt(START_MS + minutes * MINUTE_MS);

const linkOf = (fields: Partial<PaymentLink> = {}): PaymentLink => ({
  id: "shop:L1",
  gateway: "shop",
  providerId: "L1",
  reference: "INV-001",
  url: "https://pay.example/L1",
  status: "active",
  acceptsPayments: true,
  amount: idr(100_000),
  usage: { limit: 2, used: 0, held: 0 },
  expiresAt: at(60),
  warnings: [],
  ...fields,
});

const historyOf = (report: Partial<HistoryReport>): PaymentLinkHistory =>
  deriveHistory("shop", historyRecord({ providerId: "H1", trust: "signed", amount: idr(100_000), ...report }));

/** A ledger of one link, in memory. */
class Model {
  link: PaymentLink;
  status: PaymentLink["status"] = "active";
  used = 0;
  granted = 0;
  asOf: Instant | undefined;
  pending: readonly PendingTerms[] = [];
  nowMs = START_MS;
  readonly histories = new Map<string, KnownHistory>();
  readonly events: PlannedEvent[] = [];

  constructor(link: PaymentLink = linkOf()) {
    this.link = link;
  }

  apply(report: Report, takenIds: readonly string[] = []): Plan {
    const known = {
      link: {
        link: this.link,
        status: this.status,
        used: this.used,
        granted: this.granted,
        asOf: this.asOf,
        pending: this.pending,
      },
      histories: report.histories.map(({ providerId }) => this.histories.get(providerId)),
      takenIds: report.histories.map(() => takenIds),
    };
    const plan = planReport(known, report, { nowMs: this.nowMs, lateAfterMs: 15 * MINUTE_MS });
    if (!isChange(plan, known) && plan.events.length > 0) throw new Error("expected no event where nothing changes");
    this.link = plan.link ?? this.link;
    this.status = plan.status;
    this.used = plan.used;
    this.granted = plan.granted;
    this.asOf = plan.asOf;
    this.pending = plan.pending;
    for (const each of plan.histories) this.histories.set(each.history.providerId, each);
    this.events.push(...plan.events);
    return plan;
  }

  /** Applies reports of one history, one after the other, and returns the types of the events. */
  tell(...reports: readonly Partial<HistoryReport>[]): readonly LedgerEventType[] {
    return reports.flatMap((report) => this.apply({ histories: [historyOf(report)] }).events.map(({ type }) => type));
  }
}

describe("a payment", () => {
  test("of the right amount, within the limit and in time is paid", () => {
    expect(new Model().tell({ facts: { paid: { at: at(5) } } })).toEqual(["paid"]);
  });

  test("of another amount, of another currency, or of no known amount is mismatched", () => {
    const paid = { paid: { at: at(5) } };
    for (const amount of [idr(99_999), { amount: "100000", currency: "USD" }, undefined]) {
      expect(new Model().tell({ amount, facts: paid })).toEqual(["mismatched"]);
    }
  });

  test("of an amount on which equally trusted sources disagree is mismatched; the most trusted alone decides", () => {
    const paid = { paid: { at: at(5) } };
    expect(new Model().tell({ amount: idr(1) }, { facts: paid })).toEqual(["mismatched"]);
    expect(new Model().tell({ amount: idr(1), trust: "token" }, { facts: paid })).toEqual(["paid"]);
  });

  test("of another amount than the provider signs is mismatched, although a read before it was made had the right one", () => {
    const model = new Model();
    expect(model.tell({ trust: "read", facts: { failed: { at: at(1) } } })).toEqual(["failed"]);
    expect(model.tell({ amount: idr(1), facts: { paid: { at: at(5) } } })).toEqual(["mismatched"]);
  });

  test("of which another amount is reported after it was paid is mismatched too, once, and keeps its use", () => {
    const paid = { paid: { at: at(5) } };
    for (const trust of ["signed", "read"] as const) {
      const model = new Model(linkOf({ usage: { limit: 1, used: 0, held: 0 } }));
      expect(model.tell({ facts: paid }, { trust, amount: idr(1), facts: paid })).toEqual([
        "paid",
        "link_exhausted",
        "mismatched",
      ]);
      expect(model.tell({ trust: "read", amount: idr(2), facts: paid })).toEqual([]);
      expect([model.granted, model.histories.get("H1")?.mark]).toEqual([1, undefined]);
      // Nothing that has no proof says so.
      expect(new Model().tell({ facts: paid }, { trust: "token", amount: idr(1), facts: paid })).toEqual(["paid"]);
    }
  });

  test("is not mismatched because its link costs another amount since", () => {
    const model = new Model();
    model.tell({ facts: { paid: { at: at(5) } } });
    model.apply({ link: linkOf({ amount: idr(5) }), histories: [] });
    expect(model.tell({ facts: { settled: { at: at(9) } } })).toEqual(["settled"]);
  });

  test("of an open amount is paid within its bounds", () => {
    const open = linkOf({ amount: { open: { currency: "IDR", min: "50000", max: "150000" } } });
    const paid = { paid: { at: at(5) } };
    expect(new Model(open).tell({ facts: paid })).toEqual(["paid"]);
    for (const amount of [idr(49_999), idr(150_001)]) {
      expect(new Model(open).tell({ amount, facts: paid })).toEqual(["mismatched"]);
    }
  });

  test("is late only if the provider tells a time more than the grace after the expiry", () => {
    expect(new Model().tell({ facts: { paid: { at: at(75) } } })).toEqual(["paid"]);
    expect(new Model().tell({ facts: { paid: { at: at(76) } } })).toEqual(["late"]);
    expect(new Model().tell({ facts: { paid: {} } })).toEqual(["paid"]);
  });

  test("beyond the limit is excess, and the mark stays when a use becomes free", () => {
    const model = new Model();
    const paid = { paid: { at: at(5) } };
    for (const providerId of ["H1", "H2"]) model.tell({ providerId, facts: paid });
    expect(model.tell({ providerId: "H3", facts: paid })).toEqual(["excess"]);
    expect(model.tell({ providerId: "H1", facts: { voided: { at: at(6) } } })).toEqual(["reversed"]);
    expect(model.tell({ providerId: "H3", facts: { settled: { at: at(9) } } })).toEqual(["settled"]);
    expect(model.histories.get("H3")?.mark).toBe("excess");
  });

  test("of the right amount is paid after one of another amount, or a late one, on which nothing is delivered", () => {
    const once = (): Model => new Model(linkOf({ usage: { limit: 1, used: 0, held: 0 } }));
    for (const wrong of [
      { amount: idr(99_999), facts: { paid: { at: at(5) } } },
      { facts: { paid: { at: at(76) } } },
    ]) {
      const model = once();
      model.tell(wrong);
      // The gateway counts it all the same.
      expect([model.used, model.granted, model.status]).toEqual([1, 0, "exhausted"]);
      expect(model.tell({ providerId: "H2", facts: { paid: { at: at(6) } } })).toEqual(["paid"]);
      expect(model.tell({ providerId: "H3", facts: { paid: { at: at(7) } } })).toEqual(["excess"]);
      // That it is taken back frees no use that it never had.
      expect(model.tell({ ...wrong, facts: { ...wrong.facts, voided: { at: at(80) } } })).toEqual(["reversed"]);
      expect(model.tell({ providerId: "H4", facts: { paid: { at: at(8) } } })).toEqual(["excess"]);
      expect([model.used, model.granted]).toEqual([3, 1]);
    }
  });

  test("of another amount stays mismatched if its amount is reported as right later, and takes no use", () => {
    const model = new Model(linkOf({ usage: { limit: 1, used: 0, held: 0 } }));
    model.tell({ amount: idr(1), facts: { paid: { at: at(5) } } });
    expect(model.tell({ trust: "read", facts: { paid: { at: at(5) } } })).toEqual([]);
    expect([model.histories.get("H1")?.mark, model.granted]).toEqual(["mismatched", 0]);
  });

  test("of another amount that is taken back and made anew with the right one is mismatched again: a person decides", () => {
    const model = new Model(linkOf({ usage: { limit: 1, used: 0, held: 0 } }));
    model.tell({ amount: idr(1), attemptId: "A1", facts: { paid: { at: at(1) } } });
    model.tell({ attemptId: "A1", facts: { voided: { at: at(2) } } });
    expect(model.tell({ attemptId: "A2", facts: { paid: { at: at(4) } } })).toContain("mismatched");
    expect(model.granted).toBe(0);
  });

  test("beyond the limit that is taken back and made anew is paid if a use is free by then", () => {
    for (const [isFree, verdict] of [
      [true, "paid"],
      [false, "excess"],
    ] as const) {
      const model = new Model(linkOf({ usage: { limit: 1, used: 0, held: 0 } }));
      model.tell({ providerId: "H2", facts: { paid: { at: at(1) } } });
      expect(model.tell({ attemptId: "A1", facts: { paid: { at: at(2) } } })).toContain("excess");
      model.tell({ attemptId: "A1", facts: { voided: { at: at(3) } } });
      if (isFree) model.tell({ providerId: "H2", facts: { voided: { at: at(3) } } });
      expect(model.tell({ attemptId: "A2", facts: { paid: { at: at(4) } } })).toContain(verdict);
      expect(model.granted).toBe(1);
    }
  });

  test("beyond the limit is paid once the limit is raised, and excess once it is lowered", () => {
    const model = new Model(linkOf({ usage: { limit: 1, used: 0, held: 0 } }));
    const pay = (providerId: string) => model.tell({ providerId, facts: { paid: { at: at(5) } } })[0];
    const limit = (to: number) =>
      model.apply({ link: linkOf({ usage: { limit: to, used: 0, held: 0 } }), histories: [] });
    expect([pay("H1"), pay("H2")]).toEqual(["paid", "excess"]);
    limit(2);
    expect([pay("H3"), pay("H4")]).toEqual(["paid", "excess"]);
    limit(1);
    expect(model.tell({ providerId: "H1", facts: { voided: { at: at(6) } } })).toEqual(["reversed"]);
    expect(pay("H5")).toBe("excess");
  });

  test("that is still open takes no use from one that is paid", () => {
    const model = new Model(linkOf({ usage: { limit: 1, used: 0, held: 1 } }));
    expect(model.tell({ facts: { pending: { at: at(1) } } })).toEqual([]);
    expect(model.tell({ providerId: "H2", facts: { paid: { at: at(2) } } })).toContain("paid");
    expect(model.tell({ facts: { paid: { at: at(3) } } })).toEqual(["excess"]);
  });

  test("is judged in the order in which payments were made, whatever the order of the gateway's list", () => {
    const model = new Model(linkOf({ usage: { limit: 1, used: 0, held: 0 } }));
    const each = (providerId: string, minute: number) => historyOf({ providerId, facts: { paid: { at: at(minute) } } });
    const ids = model.apply({ histories: [each("H3", 3), each("H1", 1), each("H2", 2)] }).events.map(({ id }) => id);
    expect(ids.slice(0, 3)).toEqual(["shop:H1#paid", "shop:H2#excess", "shop:H3#excess"]);
    // A use that is free again is one for the same report.
    const back = historyOf({ providerId: "H1", facts: { voided: { at: at(9) } } });
    expect(model.apply({ histories: [each("H4", 4), back] }).events.map(({ id }) => id)).toEqual([
      "shop:H1#reversed",
      "shop:H4#paid",
    ]);
  });

  test("a refund returns no use, a reversal does", () => {
    const paid = { paid: { at: at(5) } };
    const once = new Model(linkOf({ usage: { limit: 1, used: 0, held: 0 } }));
    once.tell({ facts: paid }, { refunds: [{ id: "R1", phase: "succeeded", amount: idr(100_000) }] });
    expect(once.tell({ providerId: "H2", facts: paid })).toEqual(["excess"]);
    const again = new Model(linkOf({ usage: { limit: 1, used: 0, held: 0 } }));
    again.tell({ facts: paid }, { facts: { voided: { at: at(6) } } });
    expect(again.tell({ providerId: "H2", facts: paid })).toEqual(["paid", "link_exhausted"]);
  });

  test("that is told only as settled was paid before", () => {
    expect(new Model().tell({ facts: { settled: { at: at(9) } } })).toEqual(["paid", "settled"]);
  });

  test("that was taken back before it was told is never paid", () => {
    const [denied, settled] = [{ facts: { voided: { at: at(6) } } }, { facts: { settled: { at: at(5) } } }];
    expect(new Model().tell(denied, settled)).toEqual(["failed", "reversed"]);
    expect(new Model().tell({ facts: { ...denied.facts, ...settled.facts } })).toEqual(["reversed"]);
  });

  test("that was taken back, and then made anew in another attempt, is paid again, and taken back again", () => {
    const model = new Model(linkOf({ usage: { limit: 1, used: 0, held: 0 } }));
    const attempt = (attemptId: string, facts: HistoryReport["facts"]) => ({ attemptId, facts });
    expect(model.tell(attempt("A1", { paid: { at: at(1) } }))).toEqual(["paid", "link_exhausted"]);
    expect(model.tell(attempt("A1", { voided: { at: at(2) } }))).toEqual(["reversed"]);
    expect(model.tell(attempt("A2", { paid: { at: at(3) } }))).toContain("paid");
    // The same again changes nothing.
    expect(model.tell(attempt("A2", { paid: { at: at(3) } }), attempt("A1", { voided: { at: at(2) } }))).toEqual([]);
    expect(model.tell(attempt("A2", { voided: { at: at(4) } }))).toEqual(["reversed"]);
    const ids = model.events.map(({ id }) => id).filter((id) => id.startsWith("shop:H1"));
    expect(ids).toEqual(["paid", "reversed", "paid.2", "reversed.2"].map((name) => `shop:H1#${name}`));
  });

  test("that is made anew when another payment has taken the use is excess", () => {
    const model = new Model(linkOf({ usage: { limit: 1, used: 0, held: 0 } }));
    const attempt = (attemptId: string, facts: HistoryReport["facts"]) => ({ attemptId, facts });
    model.tell(attempt("A1", { paid: { at: at(1) } }), attempt("A1", { voided: { at: at(2) } }));
    expect(model.tell({ providerId: "H2", facts: { paid: { at: at(3) } } })).toContain("paid");
    expect(model.tell(attempt("A2", { paid: { at: at(4) } }))).toEqual(["excess"]);
    expect(model.histories.get("H1")?.mark).toBe("excess");
  });

  test("that failed can still be paid, and is told as failed once", () => {
    const model = new Model();
    const failed = { attemptId: "A1", facts: { failed: { at: at(1) } } };
    expect(model.tell(failed, { attemptId: "A2", facts: { failed: { at: at(2) } } })).toEqual(["failed"]);
    expect(model.tell({ attemptId: "A3", facts: { paid: { at: at(3) } } })).toEqual(["paid"]);
  });

  test("each refund is told once; a total is told at each level, and covers the ids that come later", () => {
    const paid = { facts: { paid: { at: at(5) } } };
    const refund = (id: string, amount: number) => ({ id, phase: "succeeded", amount: idr(amount) }) as const;
    const byId = new Model();
    expect(byId.tell(paid, { refunds: [refund("R1", 1)] }, { refunds: [refund("R1", 1), refund("R2", 2)] })).toEqual([
      "paid",
      "refunded",
      "refunded",
    ]);
    const byTotal = new Model();
    expect(byTotal.tell(paid, { refundedTotal: idr(1) }, { refundedTotal: idr(1) }, { refundedTotal: idr(3) })).toEqual(
      ["paid", "refunded", "refunded"],
    );
    expect(byTotal.tell({ refunds: [refund("R1", 1), refund("R2", 2)] })).toEqual([]);
    // Only the new one: the others were within the total.
    expect(byTotal.tell({ refunds: [refund("R3", 3)] })).toEqual(["refunded"]);
    expect(byTotal.tell({ refunds: [refund("R3", 3), refund("R4", 4)] })).toEqual(["refunded"]);
  });

  test("a total above the refunds with ids is told too, and covers the ids that come later", () => {
    const refund = (id: string, amount: number) => ({ id, phase: "succeeded", amount: idr(amount) }) as const;
    const model = new Model();
    model.tell({ facts: { paid: { at: at(5) } } });
    expect(model.tell({ refunds: [refund("R1", 10)], refundedTotal: idr(10) })).toEqual(["refunded"]);
    // One that the provider's dashboard has made, and no webhook reported.
    expect(model.tell({ refundedTotal: idr(30) }, { refundedTotal: idr(30) })).toEqual(["refunded"]);
    expect(model.tell({ refunds: [refund("R2", 20)] })).toEqual([]);
    expect(model.tell({ refunds: [refund("R3", 30)] })).toEqual(["refunded"]);
    expect(model.tell({ refundedTotal: idr(60) })).toEqual([]);
    const names = model.events.map(({ id }) => id.split("#")[1]);
    expect(names).toEqual(["paid", "refunded:R1", "refunded:total=30", "refunded:R3"]);
  });

  test("a refund without a known amount is told by its id, and not by the total again", () => {
    const model = new Model();
    model.tell({ facts: { paid: { at: at(5) } } });
    expect(model.tell({ refunds: [{ id: "R1", phase: "succeeded" }], refundedTotal: idr(10) })).toEqual(["refunded"]);
  });

  test("a refund that fails is told once, whether or not it was told as refunded", () => {
    const model = new Model();
    const refund = (id: string, phase: "requested" | "succeeded" | "failed") => ({ id, phase, amount: idr(100_000) });
    model.tell({ facts: { paid: { at: at(5) } } });
    expect(model.tell({ refunds: [refund("R1", "succeeded")] })).toEqual(["refunded"]);
    expect(model.histories.get("H1")?.history.isPaid).toBe(false);
    expect(model.tell({ refunds: [refund("R1", "failed")] })).toEqual(["refund_failed"]);
    expect(model.histories.get("H1")?.history.isPaid).toBe(true);
    expect(model.tell({ refunds: [refund("R1", "succeeded")] }, { refunds: [refund("R1", "failed")] })).toEqual([]);
    expect(model.tell({ refunds: [refund("R2", "requested")] })).toEqual([]);
    expect(model.tell({ refunds: [refund("R2", "failed")] })).toEqual(["refund_failed"]);
    expect(model.tell({ refunds: [refund("R3", "succeeded")] })).toEqual(["refunded"]);
    const names = model.events.map(({ id }) => id.split("#")[1]);
    expect(names).toEqual(["paid", "refunded:R1", "refund_failed:R1", "refund_failed:R2", "refunded:R3"]);
  });

  test("a refund that fails is not told again as a total, and hides no later refund", () => {
    const refund = (id: string, phase: "succeeded" | "failed") => ({ id, phase, amount: idr(10) });
    const paid = { facts: { paid: { at: at(5) } } };
    const both = new Model();
    both.tell(paid, { refunds: [refund("R1", "succeeded")], refundedTotal: idr(10) });
    expect(both.tell({ refunds: [refund("R1", "failed")] })).toEqual(["refund_failed"]);
    const covered = new Model();
    expect(covered.tell(paid, { refundedTotal: idr(10) }, { refunds: [refund("R1", "succeeded")] })).toEqual([
      "paid",
      "refunded",
    ]);
    expect(covered.tell({ refunds: [refund("R1", "failed")] })).toEqual(["refund_failed"]);
    expect(covered.tell({ refunds: [refund("R2", "succeeded")] })).toEqual(["refunded"]);
    const before = new Model();
    before.tell(paid, { refunds: [refund("R1", "succeeded")] }, { refunds: [refund("R1", "failed")] });
    expect(before.tell({ refundedTotal: idr(20) })).toEqual(["refunded"]);
    expect(before.tell({ refunds: [{ ...refund("R2", "succeeded"), amount: idr(20) }] })).toEqual([]);
  });

  test("that was refunded before it was told as paid is paid once the refund has failed", () => {
    const model = new Model();
    const refund = (phase: "succeeded" | "failed") => ({ refunds: [{ id: "R1", phase, amount: idr(100_000) }] });
    expect(model.tell({ facts: { paid: { at: at(5) } }, ...refund("succeeded") })).toEqual(["refunded"]);
    expect(model.tell(refund("failed"))).toEqual(["paid", "refund_failed"]);
  });

  test("a dispute is told when it opens and when it closes; a lost one is a reversal", () => {
    const model = new Model();
    model.tell({ facts: { paid: { at: at(5) } } });
    expect(model.tell({ disputes: [{ id: "D1", phase: "opened" }] })).toEqual(["disputed"]);
    expect(model.tell({ disputes: [{ id: "D1", phase: "won" }] })).toEqual(["dispute_closed"]);
    expect(model.tell({ disputes: [{ id: "D2", phase: "lost" }] })).toEqual(["dispute_closed", "reversed"]);
  });

  test("that is disputed before it was told as paid is paid once the dispute is won", () => {
    const model = new Model();
    expect(model.tell({ disputes: [{ id: "D1", phase: "opened" }], facts: { paid: { at: at(5) } } })).toEqual([
      "disputed",
    ]);
    expect(model.tell({ disputes: [{ id: "D1", phase: "won" }] })).toEqual(["paid", "dispute_closed"]);
  });

  test("whose other id is that of another stored payment is mismatched once, and never merged", () => {
    const model = new Model();
    model.tell({ providerId: "H2", facts: { paid: { at: at(5) } } });
    const report = { histories: [historyOf({ otherIds: ["H2"], facts: { paid: { at: at(5) } } })] };
    expect(model.apply(report, ["H2"]).events.map(({ id }) => id)).toEqual([
      "shop:H1#paid",
      "shop:H1#mismatched:H2",
      "shop:L1#link_exhausted:2",
    ]);
    expect(model.apply(report, ["H2"]).events).toEqual([]);
  });
});

describe("a link", () => {
  test("that the gateway closes, or whose time is over, tells so once", () => {
    const model = new Model();
    const closed = linkOf({ status: "closed", acceptsPayments: false, updatedAt: at(1) });
    expect(model.apply({ link: closed, histories: [] }).events.map(({ type }) => type)).toEqual(["link_closed"]);
    expect(model.apply({ link: closed, histories: [] }).events).toEqual([]);
    const late = new Model();
    late.nowMs = START_MS + 61 * MINUTE_MS;
    expect(late.apply({ histories: [] }).events.map(({ type }) => type)).toEqual(["link_expired"]);
    expect(late.apply({ histories: [] }).events).toEqual([]);
  });

  test("an older report does not undo a newer one", () => {
    const model = new Model();
    model.apply({ link: linkOf({ title: "new", updatedAt: at(2) }), histories: [] });
    const plan = model.apply({ link: linkOf({ title: "old", updatedAt: at(1) }), histories: [] });
    expect([plan.link, model.link.title]).toEqual([undefined, "new"]);
  });
});

describe("a report of a link without a time of the gateway", () => {
  const changed = linkOf({ amount: idr(5), expiresAt: at(90), usage: { limit: 9, used: 0, held: 0 }, title: "new" });
  const close = { answeredAt: at(3), apply: (link: PaymentLink): PaymentLink => ({ ...link, status: "closed" }) };

  test("whose read began before the stored state was known brings nothing back, but its payments count", () => {
    const model = new Model();
    model.apply({ link: changed, beganAt: at(2), histories: [] });
    const paid = historyOf({ amount: idr(5), facts: { paid: { at: at(1) } } });
    const plan = model.apply({ link: linkOf(), beganAt: at(1), histories: [paid] });
    expect([plan.link, model.link, plan.events.map(({ type }) => type)]).toEqual([undefined, changed, ["paid"]]);
    // So does one of which nothing shows when it was true.
    expect(model.apply({ link: linkOf(), histories: [] }).link).toBeUndefined();
    expect(model.apply({ link: linkOf(), beganAt: at(2), histories: [] }).link).toMatchObject({ amount: idr(100_000) });
  });

  test("is believed if the gateway's own time is later, whenever its read began", () => {
    const model = new Model(linkOf({ updatedAt: at(1) }));
    model.apply({ link: { ...changed, updatedAt: at(2) }, beganAt: at(5), histories: [] });
    model.apply({ link: linkOf({ title: "newest", updatedAt: at(3) }), beganAt: at(4), histories: [] });
    expect(model.link.title).toBe("newest");
  });

  test("does not reopen a link that was closed since, or undo what was closed before it was stored", () => {
    const model = new Model();
    expect(model.apply({ change: close, histories: [] }).status).toBe("closed");
    expect(model.apply({ link: linkOf(), beganAt: at(2), histories: [] }).status).toBe("closed");
    // A read that saw the change already was stored before it, and an older one comes after both.
    const other = new Model();
    other.apply({ link: linkOf({ status: "closed" }), beganAt: at(1), histories: [] });
    other.apply({ change: close, histories: [] });
    expect(other.apply({ link: linkOf(), beganAt: at(2), histories: [] }).status).toBe("closed");
    expect(other.apply({ link: linkOf(), beganAt: at(4), histories: [] }).status).toBe("active");
  });

  test("of another link changes nothing of this one", () => {
    const model = new Model();
    const other = linkOf({ id: "shop:L2", providerId: "L2", amount: idr(1), url: "https://pay.example/L2" });
    expect(model.apply({ link: other, histories: [] }).link).toBeUndefined();
  });
});

describe("a read of a link that does not return everything", () => {
  const open = { open: { currency: "IDR", min: "10000", max: "50000" } };
  const whole = linkOf({
    title: "Concert",
    amount: open,
    warnings: [{ code: "adjusted", field: "title", message: "cut" }],
  });

  test("keeps the other fields, so that it changes nothing", () => {
    const { title: _, expiresAt: __, ...rest } = whole;
    const model = new Model(whole);
    const plan = model.apply({ link: { ...rest, amount: { open: { currency: "IDR" } }, warnings: [] }, histories: [] });
    expect(plan.link).toBeUndefined();
    expect(model.link).toBe(whole);
  });

  test("keeps the bounds of an open amount: a payment outside them is mismatched", () => {
    const model = new Model(whole);
    model.apply({
      link: { ...whole, url: "https://pay.example/2", amount: { open: { currency: "IDR" } } },
      histories: [],
    });
    expect(model.tell({ facts: { paid: { at: at(5) } } })).toEqual(["mismatched"]);
  });

  test("clears a field that it names as undefined", () => {
    const model = new Model(whole);
    const cleared: object = { ...whole, title: undefined };
    model.apply({ link: cleared as PaymentLink, histories: [] });
    expect(model.link.title).toBeUndefined();
  });
});

describe("any reports in any order", () => {
  const minute = fc.integer({ min: 0, max: 120 });
  const fact = fc.option(fc.record({ at: fc.option(minute.map(at), { nil: undefined }) }), { nil: undefined });
  const report: fc.Arbitrary<Partial<HistoryReport>> = fc.record({
    providerId: fc.constantFrom("H1", "H2", "H3", "H4"),
    trust: fc.constantFrom("signed" as const, "read" as const),
    attemptId: fc.constantFrom(undefined, "A1", "A2"),
    amount: fc.constantFrom(idr(100_000), idr(100_000), idr(100_000), idr(1), undefined),
    facts: fc.record({ pending: fact, paid: fact, settled: fact, voided: fact, failed: fact, expired: fact }),
    refunds: fc.uniqueArray(
      fc.record({
        id: fc.constantFrom("R1", "R2"),
        phase: fc.constantFrom("requested" as const, "succeeded" as const, "failed" as const),
        amount: fc.constantFrom(idr(40_000), idr(60_000)),
      }),
      { selector: ({ id }) => id },
    ),
    disputes: fc.uniqueArray(
      fc.record({
        id: fc.constantFrom("D1", "D2"),
        phase: fc.constantFrom("opened" as const, "won" as const, "lost" as const),
      }),
      { selector: ({ id }) => id },
    ),
  });
  const reports = fc.array(fc.tuple(report, fc.integer({ min: 0, max: 10 })), { maxLength: 25 });
  const VERDICTS = new Set(["paid", "excess", "late", "mismatched"]);

  const run = (
    each: readonly (readonly [Partial<HistoryReport>, number])[],
    check: (model: Model, plan: Plan) => void,
  ): Model => {
    const model = new Model();
    for (const [one, minutes] of each) {
      model.nowMs += minutes * MINUTE_MS;
      check(model, model.apply({ histories: [historyOf(one)] }));
    }
    return model;
  };

  test("paid is told only of what is paid now, within the limit; a verdict is told once and its mark stays", () => {
    fc.assert(
      fc.property(reports, (each) => {
        let grantedBefore = 0;
        const marks = new Map<string, unknown>();
        const model = run(each, ({ histories, granted }, plan) => {
          for (const { type, history } of plan.events) {
            if (type !== "paid") continue;
            expect(history?.isPaid).toBe(true);
            expect(history?.amount).toEqual(idr(100_000));
            expect(grantedBefore).toBeLessThan(2);
          }
          for (const [id, { mark, eventNames }] of histories) {
            if (marks.has(id)) expect(mark).toBe(marks.get(id));
            if (eventNames.some((name) => VERDICTS.has(name))) marks.set(id, mark);
          }
          grantedBefore = granted;
        });
        for (const { eventNames } of model.histories.values()) {
          expect(eventNames.filter((name) => VERDICTS.has(name)).length).toBeLessThan(2);
        }
      }),
    );
  });

  test("a right payment in time is paid exactly if fewer than the limit others are, and no others take a use of it", () => {
    const linkLimit = fc.constantFrom(undefined, 1, 1, 2);
    const paid = fc.record({ paid: fc.record({ at: minute.map(at) }) });
    const facts = fc.oneof(paid, paid, paid, fc.constant({ voided: {} }), fc.constant({ failed: {} }));
    const mostlyPaid = fc
      .tuple(report, facts)
      .map(([one, each]) => ({ ...one, refunds: [], disputes: [], facts: each }));
    const rounds = fc.array(
      fc.tuple(fc.array(fc.oneof(report, mostlyPaid, mostlyPaid), { minLength: 1, maxLength: 3 }), linkLimit),
      { maxLength: 25 },
    );
    const seen = new Set<string>();
    fc.assert(
      fc.property(rounds, (each) => {
        const model = new Model();
        const granted = new Set<string>();
        const amounts = new Map<string, Set<string>>();
        for (const [list, limit] of each) {
          const usage = { used: 0, held: 0, ...(limit !== undefined && { limit }) };
          model.apply({ link: linkOf({ usage }), histories: [] });
          const unique = [...new Map(list.map((one) => [one.providerId, one])).values()];
          for (const { providerId = "", amount } of unique) {
            const known = amounts.get(providerId) ?? new Set<string>();
            amounts.set(providerId, known);
            if (amount) known.add(amount.amount);
          }
          for (const { id: eventId, type, history } of model.apply({ histories: unique.map(historyOf) }).events) {
            if (!history || eventId.endsWith("#mismatched:amount")) continue;
            const id = history.providerId;
            if (type === "reversed") granted.delete(id);
            if (!VERDICTS.has(type)) continue;
            const known = [...(amounts.get(id) ?? [])];
            const isRight = known.length > 0 && known.every((value) => value === "100000");
            const expected = !isRight
              ? "mismatched"
              : granted.size >= (limit ?? Number.POSITIVE_INFINITY)
                ? "excess"
                : (history.paidAt ?? "") > at(75)
                  ? "late"
                  : "paid";
            expect(type).toBe(expected);
            seen.add(type);
            if (type === "paid") granted.add(id);
          }
          expect(model.granted).toBe(granted.size);
        }
      }),
      { numRuns: 300 },
    );
    expect([...seen].toSorted()).toEqual([...VERDICTS].toSorted());
  });

  test("a change that is refused after its deadline ends the terms of no other change", () => {
    const limited = (limit: number) => linkOf({ usage: { limit, used: 0, held: 0 } });
    const model = new Model(limited(1));
    for (const limit of [2, 3, 4]) {
      const terms = { id: `C${limit}`, limit, endsBy: instantAt(model.nowMs + 1_000) };
      model.pending = withPending(model.pending, terms, instantAt(model.nowMs));
      model.nowMs += 2_000;
    }
    for (const refused of ["C2", "C4"]) model.apply({ endedTerms: { id: refused, isMade: false }, histories: [] });
    const paid = { paid: { at: at(1) } };
    for (const providerId of ["H1", "H2", "H3"]) expect(model.tell({ providerId, facts: paid })).toContain("paid");
  });

  test("every payment that the gateway has accepted is paid while changes raise the limit or fail, in any order", () => {
    const step = fc.record({
      what: fc.constantFrom("ask", "make", "answer", "lose", "pay", "tell", "read", "report", "wait", "pay", "tell"),
      which: fc.nat(9),
    });
    const seen = { paid: 0, raised: 0, shown: 0 };
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 60 }), (steps) => {
        const limited = (limit: number) => linkOf({ usage: { limit, used: 0, held: 0 } });
        const model = new Model(limited(1));
        let limit = 1;
        let asked = 1;
        let accepted = 0;
        const untold: string[] = [];
        interface Call {
          readonly terms: PendingTerms;
          readonly to: number;
          readonly beganAt: Instant;
          answer?: PaymentLink;
        }
        const calls: Call[] = [];
        const reads: { readonly beganAt: Instant; link?: PaymentLink }[] = [];
        const now = () => instantAt(model.nowMs);
        for (const { what, which } of steps) {
          model.nowMs += 1;
          const call = calls[which % Math.max(1, calls.length)];
          if (what === "ask") {
            asked += 1;
            const terms = { id: `C${asked}`, limit: asked, endsBy: instantAt(model.nowMs + MINUTE_MS) };
            model.pending = withPending(model.pending, terms, now());
            calls.push({ terms, to: asked, beganAt: now() });
          } else if (what === "make" && call && !call.answer && now() < call.terms.endsBy) {
            limit = Math.max(limit, call.to);
            call.answer = limited(call.to);
          } else if (what === "answer" && call) {
            calls.splice(calls.indexOf(call), 1);
            const { answer: link, beganAt, terms } = call;
            const change = {
              answeredAt: now(),
              apply: (stored: PaymentLink) => ({ ...stored, usage: limited(call.to).usage }),
            };
            const ended = { id: terms.id, isMade: link !== undefined };
            model.apply({ endedTerms: ended, histories: [], ...(link && { link, beganAt, change }) });
            seen.raised += Number(link !== undefined);
          } else if (what === "lose" && call?.answer) calls.splice(calls.indexOf(call), 1);
          else if (what === "pay" && accepted < limit) {
            accepted += 1;
            untold.push(`H${accepted}`);
          } else if (what === "tell") {
            const [providerId] = untold.splice(which % Math.max(1, untold.length), 1);
            if (providerId === undefined) continue;
            const types = model.tell({ providerId, facts: { paid: { at: at(1) } } });
            expect(types).toContain("paid");
            seen.paid += 1;
          } else if (what === "read") reads.push({ beganAt: now(), link: limited(limit) });
          else if (what === "report") {
            const [read] = reads.splice(which % Math.max(1, reads.length), 1);
            const before = model.pending.length;
            if (read) model.apply({ ...read, histories: [] });
            seen.shown += Number(model.pending.length < before);
          } else if (what === "wait") model.nowMs += which * 10_000;
        }
      }),
      { numRuns: 2_000 },
    );
    expect(Object.values(seen).every((count) => count > 100)).toBe(true);
  });

  test("no event is told twice, and the uses are those of the histories", () => {
    fc.assert(
      fc.property(reports, (each) => {
        const model = run(each, ({ histories, used }) => {
          const taking = [...histories.values()].filter(({ history }) => statusTakesUse(history.status));
          expect(used).toBe(taking.length);
        });
        const ids = model.events.filter(({ history }) => history !== undefined).map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });

  test("a report that is stored changes nothing, and the order changes nothing of what is stored", () => {
    fc.assert(
      fc.property(reports, (each) => {
        const model = run(each, () => {});
        const before = model.events.length;
        for (const [one] of each) expect(model.apply({ histories: [historyOf(one)] }).histories).toEqual([]);
        expect(model.events.length).toBe(before);
        const backwards = run(each.toReversed(), () => {});
        for (const [id, { history }] of model.histories) expect(backwards.histories.get(id)?.history).toEqual(history);
      }),
    );
  });

  test("nothing is told of a payment after its reversal that tells of money kept", () => {
    fc.assert(
      fc.property(reports, (each) => {
        run(each, ({ histories }, plan) => {
          for (const { type, history } of plan.events) {
            if (type !== "paid" && type !== "settled") continue;
            expect(histories.get(history?.providerId ?? "")?.history.status).not.toBe("reversed");
          }
        });
      }),
    );
  });
});
