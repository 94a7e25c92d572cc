// The cases that the design walks through on paper, as tests of the domain, by name.

import { type Instant, idr, mergeHistories, type Observation } from "@tautan/core";
import {
  deriveHistory,
  driverError,
  type HistoryReport,
  historyRecord,
  instantAt,
  linkStatus,
} from "@tautan/core/driver";
import { err, ok } from "neverthrow";
import { describe, expect, test } from "vitest";
import { createStub, linkOf, linksWith, NOW } from "./support/stub-driver.ts";

const minute = (minutes: number): Instant => instantAt(NOW + minutes * 60_000);
const history = (report: Partial<HistoryReport>) =>
  deriveHistory("gw", historyRecord({ providerId: "p", trust: "signed", amount: idr(190_000), ...report }));
/** The end state of deliveries in every order they can come in. */
const inEveryOrder = (reports: readonly Partial<HistoryReport>[]) => {
  const orders = reports.length < 2 ? [reports] : permutations(reports);
  const ends = orders.map((order) => order.map(history).reduce(mergeHistories));
  for (const end of ends) expect(end).toEqual(ends[0]);
  return ends[0] as ReturnType<typeof history>;
};
const permutations = <T>(list: readonly T[]): readonly (readonly T[])[] =>
  list.length < 2
    ? [list]
    : list.flatMap((each, at) => permutations(list.toSpliced(at, 1)).map((rest) => [each, ...rest]));

describe("Midtrans", () => {
  test("with limit 5 and a virtual account paid after expiry: the payment counts, the link stays expired", () => {
    const end = inEveryOrder([
      { attemptId: "t", facts: { pending: { at: minute(0) } } },
      { attemptId: "t", facts: { expired: { at: minute(10) } } },
      { attemptId: "t", facts: { paid: { at: minute(11) } } },
    ]);
    expect(end).toMatchObject({ status: "paid", isPaid: true, paidAt: minute(11) });
    const usage = { limit: 5, used: 1, held: 0 };
    expect(linkStatus({ state: "open", usage, expiresAt: minute(10), nowMs: NOW + 3_600_000 })).toBe("expired");
  });

  test("capture then settlement: one payment, paid once", () => {
    const end = inEveryOrder([
      { attemptId: "t", facts: { paid: { at: minute(1) } }, method: { kind: "card" } },
      { attemptId: "t", facts: { paid: { at: minute(1440) } }, method: { kind: "card" } },
    ]);
    expect(end).toMatchObject({ status: "paid", paidAt: minute(1) });
    expect(end.record.attempts).toHaveLength(1);
  });

  test("settlement then deny, and deny arriving first: reversed either way, and not paid", () => {
    const end = inEveryOrder([
      { attemptId: "t", facts: { paid: { at: minute(1) } } },
      { attemptId: "t", facts: { voided: {} } },
    ]);
    expect(end).toMatchObject({ status: "reversed", isPaid: false });
  });

  test("deny, deny, success in one purchase: paid, in any order", () => {
    const end = inEveryOrder([
      { attemptId: "t1", facts: { voided: {} }, method: { kind: "card" } },
      { attemptId: "t2", facts: { voided: {} }, method: { kind: "card" } },
      { attemptId: "t3", facts: { paid: { at: minute(3) } }, method: { kind: "ewallet", channel: "gopay" } },
    ]);
    expect(end).toMatchObject({ status: "paid", method: { kind: "ewallet", channel: "gopay" } });
  });

  test("create timing out, lookup finding another amount: duplicate_reference, never a success and never a second create", async () => {
    const timingOut = createStub({
      create: async () => err(driverError("timeout", { message: "no response before the deadline" })),
      find: async (reference) => ok(linkOf({ reference, amount: idr(5000), usage: { limit: 1 }, slug: "theirs" })),
    });
    const created = await linksWith(timingOut).create({ reference: "INV-001", amount: idr(190_000) });
    expect(created._unsafeUnwrapErr()).toMatchObject({
      kind: "duplicate_reference",
      outcome: "refused",
      existing: { reference: "INV-001", amount: idr(5000) },
    });
    expect(timingOut.calls.map(([operation]) => operation)).toEqual(["create", "find"]);
  });
});

describe("Xfers", () => {
  test("paid before the create response: the observation names the link by id and reference, and waits for it", async () => {
    const paid = historyRecord({
      providerId: "L#1",
      trust: "signed",
      linkProviderId: "L",
      linkReference: "INV-001",
      facts: { paid: {} },
    });
    const stub = createStub({
      parseWebhook: async () =>
        ok([
          {
            kind: "history",
            trust: "signed",
            record: paid,
            linkCandidates: [{ providerId: "L", reference: "INV-001" }],
            raw: {},
          },
        ]),
    });
    const links = linksWith(stub);
    const delivery = await links.parseWebhook("gw", { method: "POST", url: "/", headers: {}, body: "{}" });
    expect(delivery._unsafeUnwrap().observations).toMatchObject([
      {
        linkCandidates: [{ id: "gw:L", reference: "INV-001" }],
        history: { id: "gw:L%231", linkId: "gw:L", isPaid: true },
      },
    ]);
  });

  test("completed before paid: settled, whichever comes first", () => {
    const end = inEveryOrder([{ facts: { paid: {}, settled: {} } }, { facts: { paid: {} } }]);
    expect(end).toMatchObject({ status: "settled", isPaid: true });
    expect(history({ facts: { settled: {} } })).toMatchObject({ status: "settled", isPaid: true });
  });
});

describe("SingaPay", () => {
  test("paid without a method, joined later by the inquiry", () => {
    const end = inEveryOrder([
      { facts: { paid: { at: minute(5) } } },
      { facts: { pending: { at: minute(1) } }, method: { kind: "virtual_account", channel: "bri", raw: "VA BRI" } },
    ]);
    expect(end).toMatchObject({
      status: "paid",
      method: { kind: "virtual_account", channel: "bri" },
      openedAt: minute(1),
      paidAt: minute(5),
    });
  });

  test("twenty expiries in one delivery: twenty observations, each of its own history", async () => {
    const stub = createStub({
      parseWebhook: async () =>
        ok(
          Array.from({ length: 20 }, (_, index) => ({
            kind: "history" as const,
            trust: "signed" as const,
            record: historyRecord({ providerId: `attempt-${index}`, trust: "signed", facts: { expired: {} } }),
            linkCandidates: [],
            raw: {},
          })),
        ),
    });
    const delivery = await linksWith(stub).parseWebhook("gw", { method: "POST", url: "/", headers: {}, body: "{}" });
    const ids = delivery._unsafeUnwrap().observations.map((each) => each.kind === "history" && each.history.id);
    expect(new Set(ids).size).toBe(20);
  });
});

describe("other shapes", () => {
  test("a link with open amount: each history has the amount its payer chose, and no conflict with the link", async () => {
    const stub = createStub();
    const created = await linksWith(stub).create({
      reference: "GIFT-1",
      amount: { open: { currency: "IDR", min: "10000" } },
    });
    expect(created._unsafeUnwrap().amount).toEqual({ open: { currency: "IDR", min: "10000" } });
    expect(history({ amount: idr(25_000), facts: { paid: {} } })).toMatchObject({ amount: idr(25_000), conflicts: [] });
  });

  test("a Stripe visit that never pays: opened, then expired, never pending and never a use", () => {
    const end = inEveryOrder([{ facts: { opened: { at: minute(0) } } }, { facts: { expired: { at: minute(1440) } } }]);
    expect(end).toMatchObject({ status: "expired", isPaid: false });
    expect(history({ facts: { opened: {} } }).status).toBe("opened");
  });

  test("Razorpay paid in parts: a history per part, the link partially_paid until the rest comes", () => {
    const parts = [
      history({ providerId: "pay_1", amount: idr(40_000), facts: { paid: {} } }),
      history({ providerId: "pay_2", facts: { pending: {} } }),
    ];
    expect(parts.map((each) => each.isPaid)).toEqual([true, false]);
    const usage = { limit: 1, used: 0, held: 0 };
    expect(linkStatus({ state: "partially_paid", usage, nowMs: NOW })).toBe("partially_paid");
    expect(linkStatus({ state: "open", usage: { ...usage, used: 1 }, nowMs: NOW })).toBe("exhausted");
  });

  test("a Xendit static token: proves who sent it, not what it says, so the gateway is asked; where it cannot be, that is final", async () => {
    const token = historyRecord({ providerId: "p", trust: "token", facts: { paid: {} } });
    const read = historyRecord({ providerId: "p", trust: "read", facts: { pending: {} } });
    const parseWebhook = async () =>
      ok([{ kind: "history" as const, trust: "token" as const, record: token, linkCandidates: [], raw: {} }]);
    const observe = async (stub: ReturnType<typeof createStub>) => {
      const delivery = await linksWith(stub).parseWebhook("gw", { method: "POST", url: "/", headers: {}, body: "{}" });
      return delivery._unsafeUnwrap().observations[0] as Observation;
    };
    const asking = createStub({
      parseWebhook,
      confirm: async () => ok({ kind: "history", trust: "read", record: read, linkCandidates: [], raw: {} }),
    });
    const confirmed = await linksWith(asking).confirm(await observe(asking));
    expect(confirmed._unsafeUnwrap()).toMatchObject({ trust: "read", history: { status: "pending", isPaid: false } });
    const silent = createStub({ parseWebhook });
    const refused = await linksWith(silent).confirm(await observe(silent));
    expect(refused._unsafeUnwrapErr()).toMatchObject({ kind: "unsupported", retryable: false, outcome: "not_sent" });
  });

  test("a Mollie ping that carries only an id: a hint, which confirm turns into what the gateway says", async () => {
    const stub = createStub({
      parseWebhook: async () => ok([{ kind: "notice", trust: "unsigned", resource: "history", providerId: "tr_7" }]),
      confirm: async (subject) =>
        ok({
          kind: "history",
          trust: "read",
          record: historyRecord({ providerId: subject.providerId, trust: "read", facts: { paid: {} } }),
          linkCandidates: [],
          raw: {},
        }),
    });
    const links = linksWith(stub);
    const delivery = await links.parseWebhook("gw", { method: "POST", url: "/", headers: {}, body: "id=tr_7" });
    const [ping] = delivery._unsafeUnwrap().observations;
    expect(ping).toEqual({ kind: "notice", gateway: "gw", trust: "unsigned", resource: "history", id: "gw:tr_7" });
    const confirmed = await links.confirm(ping as Observation);
    expect(confirmed._unsafeUnwrap()).toMatchObject({ kind: "history", history: { id: "gw:tr_7", isPaid: true } });
    expect(stub.calls.at(-1)).toEqual(["confirm", { kind: "history", providerId: "tr_7" }]);
  });

  test("the same delivery ten times: the second to tenth change nothing, not even the object", () => {
    const first = history({ attemptId: "t", facts: { paid: { at: minute(1) } } });
    let current = first;
    for (let count = 1; count < 10; count += 1)
      current = mergeHistories(current, history({ attemptId: "t", facts: { paid: { at: minute(1) } } }));
    expect(current).toBe(first);
  });
});
