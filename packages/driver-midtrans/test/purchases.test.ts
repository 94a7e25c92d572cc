import { mergeHistories, type PaymentLinkHistory } from "@tautan/core";
import { historyRecord, mergeRecords } from "@tautan/core/driver";
import { mockHttp } from "@tautan/driver-kit/testing/mock-http";
import { describe, expect, test } from "vitest";
import { API, createLinks, fixture } from "./support.ts";

const http = mockHttp(API);
const links = createLinks();
const details = fixture("from-documents/link-details");
const [sample] = details["purchases"] as readonly Record<string, unknown>[];
const ORDER_ID = "inv-2026-0042-1767225600123";

const historiesOf = async (
  purchases: readonly object[],
  link: Record<string, unknown> = {},
): Promise<readonly PaymentLinkHistory[]> => {
  http.reply("GET", "/v1/payment-links/inv-2026-0042", { body: { ...details, ...link, purchases } });
  return (await links.listHistories("midtrans:inv-2026-0042"))._unsafeUnwrap().items;
};

/** The history of the documented purchase, with fields of it and of its link changed. */
const historyOf = async (
  changes: Record<string, unknown>,
  link: Record<string, unknown> = {},
): Promise<PaymentLinkHistory> => {
  const [history] = await historiesOf([{ ...sample, ...changes }], link);
  if (!history) throw new Error("expected a history");
  return history;
};

const OPEN_AMOUNT = { payment_link_type: "DYNAMIC_AMOUNT", gross_amount: undefined };
const WHOLE = { amount: "150000", currency: "IDR" };

describe("what a purchase in a link's details says", () => {
  test.each([
    ["SETTLEMENT", "BANK_TRANSFER", "paid", true],
    ["CAPTURE", "CREDIT_CARD", "review", false],
    ["SETTLEMENT", "CREDIT_CARD", "paid", true],
    ["AUTHORIZE", "CREDIT_CARD", "authorized", false],
    ["PENDING", "BANK_TRANSFER", "pending", false],
    ["EXPIRE", "BANK_TRANSFER", "expired", false],
    ["CANCEL", "BANK_TRANSFER", "cancelled", false],
    ["CANCEL", "CREDIT_CARD", "cancelled", false],
    ["DENY", "CREDIT_CARD", "failed", false],
    ["FAILURE", "QRIS", "failed", false],
    ["REFUND", "GOPAY", "refunded", false],
    ["PARTIAL_REFUND", "GOPAY", "paid", true],
    ["CHARGEBACK", "CREDIT_CARD", "disputed", false],
    ["PARTIAL_CHARGEBACK", "CREDIT_CARD", "disputed", false],
    ["SOMETHING_NEW", "GOPAY", "unknown", false],
    [undefined, undefined, "opened", false],
    [null, null, "opened", false],
    ["", "", "opened", false],
    [7, "GOPAY", "unknown", false],
    [["SETTLEMENT"], "GOPAY", "unknown", false],
  ])("%s by %s", async (payment_status, payment_method, status, isPaid) => {
    expect(await historyOf({ payment_status, payment_method })).toMatchObject({
      id: `midtrans:${ORDER_ID}`,
      linkId: "midtrans:inv-2026-0042",
      amount: WHOLE,
      status,
      isPaid,
    });
  });

  test("REFUND is a refund of the whole fixed amount", async () => {
    expect(await historyOf({ payment_status: "REFUND" })).toMatchObject({ refunded: WHOLE, notes: [] });
  });

  test("REFUND of an open amount is refunded, though nobody tells how much", async () => {
    const history = await historyOf({ payment_status: "REFUND" }, OPEN_AMOUNT);
    expect(history).toMatchObject({ status: "refunded", isPaid: false, notes: [] });
    expect(history).not.toHaveProperty("refunded");
  });

  test("the amount of a link of a type that is not known is not taken for the payment's", async () => {
    const history = await historyOf({ payment_status: "SETTLEMENT" }, { payment_link_type: "TIERED_AMOUNT" });
    expect(history).toMatchObject({ isPaid: true });
    expect(history).not.toHaveProperty("amount");
  });

  test.each([
    ["a fixed amount", {}],
    ["an open amount", OPEN_AMOUNT],
  ])("PARTIAL_REFUND of %s stays paid, with a note, because the amount is not told", async (_name, link) => {
    const history = await historyOf({ payment_status: "PARTIAL_REFUND" }, link);
    expect(history).toMatchObject({ isPaid: true, notes: ["payment_status=PARTIAL_REFUND without an amount"] });
    expect(history).not.toHaveProperty("refunded");
  });

  test.each([
    ["CHARGEBACK", {}, [{ id: ORDER_ID, phase: "opened", amount: WHOLE }]],
    ["CHARGEBACK", OPEN_AMOUNT, [{ id: ORDER_ID, phase: "opened" }]],
    ["PARTIAL_CHARGEBACK", {}, [{ id: ORDER_ID, phase: "opened" }]],
  ])("%s opens a dispute under the purchase's order id", async (payment_status, link, disputes) => {
    expect((await historyOf({ payment_status }, link)).record.disputes).toEqual(disputes);
  });

  test("a word that is not known keeps its spelling in a note and opens nothing", async () => {
    const history = await historyOf({ payment_status: "SOMETHING_NEW" });
    expect(history.notes).toEqual(["payment_status=SOMETHING_NEW"]);
    expect(history.record.attempts).toMatchObject([{ id: "", facts: {} }]);
  });

  test("each has the provider's own object, fields included that nobody reads", async () => {
    const history = await historyOf({ payment_status: "SETTLEMENT", snap_token: "kept" });
    expect(history.raw).toEqual({ ...sample, payment_status: "SETTLEMENT", snap_token: "kept" });
  });
});

describe("times", () => {
  const OPENED = "2026-01-01T00:00:05.000Z";
  const LAST_WORD = "2026-01-02T00:00:05.000Z";

  test("a payment has the time of the last word where that word is the payment", async () => {
    expect(await historyOf({ payment_status: "SETTLEMENT" })).toMatchObject({ openedAt: OPENED, paidAt: LAST_WORD });
  });

  test.each([
    // Captured a day before it settled.
    ["SETTLEMENT", "CREDIT_CARD"],
    ["REFUND", "GOPAY"],
    ["PARTIAL_REFUND", "GOPAY"],
    ["CHARGEBACK", "CREDIT_CARD"],
  ])("%s by %s came after the payment: its time is not the payment's", async (payment_status, payment_method) => {
    const history = await historyOf({ payment_status, payment_method });
    expect(history.openedAt).toBe(OPENED);
    expect(history).not.toHaveProperty("paidAt");
  });

  test("they are the newest first, in whatever order they come", async () => {
    const purchase = (day: number) => ({
      ...sample,
      order_id: `inv-2026-0042-176722560000${day}`,
      created_at: `2026-01-0${day}T00:00:00.000Z`,
    });
    const newestFirst = ["3", "2", "1"].map((day) => `midtrans:inv-2026-0042-176722560000${day}`);
    for (const days of [
      [1, 2, 3],
      [3, 2, 1],
      [2, 3, 1],
    ]) {
      expect((await historiesOf(days.map(purchase))).map((each) => each.id)).toEqual(newestFirst);
    }
  });
});

describe("a purchase and its attempts", () => {
  const FIRST = "11111111-2222-4333-8444-555555555555";
  const tried = (attemptId: string, fact: "paid" | "voided") =>
    historyRecord({ providerId: ORDER_ID, trust: "read", attemptId, facts: { [fact]: {} } });
  const merged = (history: PaymentLinkHistory, ...others: readonly ReturnType<typeof tried>[]) =>
    others.reduce(
      (joined, record) => mergeHistories(joined, { ...joined, record: mergeRecords(joined.record, record) }),
      history,
    );

  test("a captured card that was read first and then settled by name is paid", async () => {
    const capture = await historyOf({ payment_status: "CAPTURE", payment_method: "CREDIT_CARD" });
    expect(merged(capture, tried(FIRST, "paid"))).toMatchObject({ status: "paid", isPaid: true });
  });

  test("paid by a source that names no attempt, and the only named attempt voided: reversed until the good one is named", async () => {
    const paid = await historyOf({ payment_status: "SETTLEMENT" });
    const reversed = merged(paid, tried(FIRST, "voided"));
    expect(reversed).toMatchObject({ status: "reversed", isPaid: false });
    expect(merged(reversed, tried("another", "paid"))).toMatchObject({ status: "paid", isPaid: true });
  });

  test("a card that was paid and then cancelled before it settled is reversed, in either order", async () => {
    const card = { payment_method: "CREDIT_CARD" };
    const settled = await historyOf({ ...card, payment_status: "SETTLEMENT" });
    const cancelled = await historyOf({ ...card, payment_status: "CANCEL" });
    for (const history of [mergeHistories(settled, cancelled), mergeHistories(cancelled, settled)]) {
      expect(history).toMatchObject({ status: "reversed", isPaid: false });
    }
  });

  test("a card that was paid by name and cancelled, as the list alone tells, is reversed", async () => {
    const cancelled = await historyOf({ payment_status: "CANCEL", payment_method: "CREDIT_CARD" });
    expect(merged(cancelled, tried(FIRST, "paid"))).toMatchObject({ status: "reversed", isPaid: false });
  });

  test("a try that was denied, as the list alone tells, does not undo the good one after it", async () => {
    const denied = await historyOf({ payment_status: "DENY", payment_method: "CREDIT_CARD" });
    expect(merged(denied, tried(FIRST, "paid"))).toMatchObject({ status: "paid", isPaid: true });
  });

  test("a virtual account that was cancelled and paid all the same is paid, in either order", async () => {
    const settled = await historyOf({ payment_status: "SETTLEMENT" });
    const cancelled = await historyOf({ payment_status: "CANCEL" });
    for (const history of [mergeHistories(settled, cancelled), mergeHistories(cancelled, settled)]) {
      expect(history).toMatchObject({ status: "paid", isPaid: true });
    }
  });
});
