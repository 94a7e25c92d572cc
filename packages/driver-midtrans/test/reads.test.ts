import type { Observation, PaymentLinkHistory } from "@tautan/core";
import { type MockReply, mockHttp } from "@tautan/driver-kit/testing/mock-http";
import { describe, expect, test } from "vitest";
import { API, createLinks, delivery, fixture, notification } from "./support.ts";

const http = mockHttp(API);
const links = createLinks();
const PURCHASE = "INV-001-1767225600123";
const BY_ORDER = `/v2/${PURCHASE}/status`;
const TRY = "A120260101000100XeVg4mKHIMID";
const BY_TRY = `/v2/${TRY}/status`;
const LINK = "/v1/payment-links/INV-001";

const UNKNOWN = { body: { status_code: "404", status_message: "Transaction doesn't exist.", id: "0f6c0000" } };
const BSI = { transaction_id: TRY, payment_type: "bank_transfer", va_numbers: [{ bank: "bsi", va_number: "900" }] };

/** What Get Status says of a virtual account at BSI, with fields changed or, by `undefined`, left out. */
const status = (changes: Record<string, unknown> = {}): MockReply => {
  const { signature_key: _, ...body } = notification({
    status_message: "Success, transaction is found",
    ...BSI,
    ...changes,
  });
  return { body };
};

const linkWith = (...purchases: readonly object[]): MockReply => ({
  body: { ...fixture("from-documents/link-details"), order_id: "INV-001", gross_amount: 190_000, purchases },
});
const purchase = (changes: Record<string, unknown> = {}) => ({
  order_id: PURCHASE,
  payment_status: "SETTLEMENT",
  payment_method: "BANK_TRANSFER",
  created_at: "2026-01-01T00:01:00.000Z",
  updated_at: "2026-01-01T00:02:30.000Z",
  ...changes,
});

const confirm = async (changes: Record<string, unknown> = {}) => {
  const parsed = await links.parseWebhook("midtrans", delivery(notification({ ...BSI, ...changes })));
  return links.confirm(parsed._unsafeUnwrap().observations[0] as Observation);
};
const historyIn = (observation: Observation): PaymentLinkHistory => {
  if (observation.kind !== "history") throw new Error(`expected a history, got ${observation.kind}`);
  return observation.history;
};
const getHistory = () => links.getHistory(`midtrans:${PURCHASE}`);
const requests = () => http.sent.map((each) => each.path);

describe("getHistory", () => {
  test("asks for the purchase by its order id, and for nothing else where that is known", async () => {
    http.reply("GET", BY_ORDER, status());
    expect((await getHistory())._unsafeUnwrap()).toMatchObject({ id: `midtrans:${PURCHASE}`, isPaid: true });
    expect(requests()).toEqual([BY_ORDER]);
  });

  test.each([
    ["INV-001-1767225600123", "INV-001"],
    ["ord-1700000000000-1767225600123", "ord-1700000000000"],
  ])("the history of %s has that id, and belongs to %s", async (orderId, linkId) => {
    http.reply("GET", `/v2/${orderId}/status`, status({ order_id: orderId, custom_field1: linkId }));
    expect((await links.getHistory(`midtrans:${orderId}`))._unsafeUnwrap()).toMatchObject({
      id: `midtrans:${orderId}`,
      providerId: orderId,
      linkId: `midtrans:${linkId}`,
    });
  });

  test("an order id without the suffix of purchases belongs to no link", async () => {
    http.reply("GET", "/v2/ORDER-7/status", status({ order_id: "ORDER-7", custom_field1: "ORDER-7" }));
    const history = (await links.getHistory("midtrans:ORDER-7"))._unsafeUnwrap();
    expect(history).toMatchObject({ id: "midtrans:ORDER-7", isPaid: true });
    expect(history).not.toHaveProperty("linkId");
    expect(history).not.toHaveProperty("reference");
  });

  test.each([
    ["the link's own order id", "INV-001"],
    ["another purchase of the same link", "INV-001-1767225600999"],
    ["another spelling", "inv-001-1767225600123"],
  ])("an answer about %s is reply_mismatch", async (_name, orderId) => {
    http.reply("GET", BY_ORDER, status({ order_id: orderId }));
    expect((await getHistory())._unsafeUnwrapErr().kind).toBe("reply_mismatch");
  });

  test.each([["407"], ["202"]])(
    "an expired purchase that comes with code %s is expired, not an error",
    async (code) => {
      http.reply(
        "GET",
        BY_ORDER,
        status({ transaction_status: "expire", status_code: code, settlement_time: undefined }),
      );
      expect((await getHistory())._unsafeUnwrap()).toMatchObject({ status: "expired", isPaid: false });
    },
  );

  test("words in capitals, as some samples have them", async () => {
    http.reply("GET", BY_ORDER, status({ transaction_status: "PENDING", status_code: "201" }));
    expect((await getHistory())._unsafeUnwrap()).toMatchObject({ status: "pending", isPaid: false });
  });

  test("over BI-SNAP the transaction id can stand in place of the order id", async () => {
    http.reply("GET", BY_ORDER, status({ order_id: TRY }));
    expect((await getHistory())._unsafeUnwrap()).toMatchObject({
      id: `midtrans:${PURCHASE}`,
      linkId: "midtrans:INV-001",
      isPaid: true,
      method: { kind: "virtual_account", channel: "bsi" },
      record: { otherIds: [TRY] },
    });
  });

  test("but not where custom_field1 names another link", async () => {
    http.reply("GET", BY_ORDER, status({ order_id: TRY, custom_field1: "INV-002" }));
    expect((await getHistory())._unsafeUnwrapErr().kind).toBe("reply_mismatch");
  });

  test("what Get Status does not know is read in the link's purchases", async () => {
    http.reply("GET", BY_ORDER, UNKNOWN);
    http.reply("GET", LINK, linkWith(purchase({ order_id: "INV-001-1767225600999" }), purchase()));
    expect((await getHistory())._unsafeUnwrap()).toMatchObject({
      id: `midtrans:${PURCHASE}`,
      isPaid: true,
      raw: purchase(),
    });
    expect(requests()).toEqual([BY_ORDER, LINK]);
  });

  test("a purchase that nobody has chosen a method for yet is opened", async () => {
    http.reply("GET", BY_ORDER, UNKNOWN);
    http.reply("GET", LINK, linkWith(purchase({ payment_status: null, payment_method: null })));
    expect((await getHistory())._unsafeUnwrap()).toMatchObject({ status: "opened", isPaid: false });
  });

  test.each<[string, MockReply]>([
    ["lists other purchases alone", linkWith(purchase({ order_id: "INV-001-1767225600999" }))],
    ["lists none", linkWith()],
    ["is unknown too", { status: 404 }],
    ["cannot be read, by the newest index", { status: 405 }],
  ])("a purchase that Get Status does not know and whose link %s is not_found", async (_name, reply) => {
    http.reply("GET", BY_ORDER, UNKNOWN);
    http.reply("GET", LINK, reply);
    expect((await getHistory())._unsafeUnwrapErr()).toMatchObject({ kind: "not_found", providerCode: "404" });
  });

  test("trouble with the link leaves it open whether the link has it", async () => {
    http.reply("GET", BY_ORDER, UNKNOWN);
    http.reply("GET", LINK, { status: 500 });
    expect((await getHistory())._unsafeUnwrapErr()).toMatchObject({ kind: "unavailable", retryable: true });
  });

  test("an id without a suffix belongs to no other link", async () => {
    http.reply("GET", "/v2/ORDER-7/status", UNKNOWN);
    expect((await links.getHistory("midtrans:ORDER-7"))._unsafeUnwrapErr().kind).toBe("not_found");
    expect(requests()).toEqual(["/v2/ORDER-7/status"]);
  });
});

describe("confirm, where Midtrans knows the transaction id alone", () => {
  test("asks for it the way the documents do", async () => {
    http.reply("GET", BY_ORDER, UNKNOWN);
    http.reply("GET", BY_TRY, status());
    expect(historyIn((await confirm())._unsafeUnwrap())).toMatchObject({ id: `midtrans:${PURCHASE}`, isPaid: true });
    expect(http.sent.map((each) => each.headers.get("transaction-source"))).toEqual([null, "SNAP_API"]);
  });

  test("the documented answer about DANA, of a purchase that the link lists", async () => {
    const order = "sample-store-1725003597123";
    const body: Record<string, unknown> = { ...fixture("docs/status-dana"), order_id: order };
    http.reply("GET", `/v2/${order}/status`, UNKNOWN);
    http.reply("GET", `/v2/${String(body["transaction_id"])}/status`, { body });
    http.reply("GET", "/v1/payment-links/sample-store", {
      body: {
        ...fixture("from-documents/link-details"),
        order_id: "sample-store",
        purchases: [purchase({ order_id: order })],
      },
    });
    const observed = await confirm({
      transaction_id: body["transaction_id"],
      order_id: order,
      gross_amount: "20000.00",
      payment_type: "dana",
      va_numbers: undefined,
      custom_field1: undefined,
    });
    expect(historyIn(observed._unsafeUnwrap())).toMatchObject({
      id: `midtrans:${order}`,
      isPaid: true,
      method: { kind: "ewallet", channel: "dana" },
      paidAt: "2024-08-30T07:40:21.000Z",
    });
  });

  test("the transaction id in place of the order id is an alias", async () => {
    http.reply("GET", BY_ORDER, UNKNOWN);
    http.reply("GET", BY_TRY, status({ order_id: TRY }));
    http.reply("GET", LINK, linkWith(purchase()));
    expect(historyIn((await confirm())._unsafeUnwrap())).toMatchObject({
      id: `midtrans:${PURCHASE}`,
      isPaid: true,
      record: { otherIds: [TRY] },
    });
  });

  // The transaction id of a notification is not signed: somebody may have put in one that was paid for something else.
  test.each<[string, Record<string, unknown>]>([
    ["of another order", { order_id: "INV-002-1767225600999" }],
    ["of another purchase of the link", { order_id: "INV-001-1767225600999", custom_field1: "INV-001" }],
    ["of another link", { order_id: TRY, custom_field1: "INV-002" }],
    ["of another amount", { order_id: TRY, gross_amount: "1000.00" }],
    ["with another id", { transaction_id: "A1another", order_id: PURCHASE }],
  ])("a payment %s is not taken for this one: the link's purchases decide", async (_name, changes) => {
    http.reply("GET", BY_ORDER, UNKNOWN);
    http.reply("GET", BY_TRY, status(changes));
    http.reply("GET", LINK, linkWith(purchase({ payment_status: "PENDING" })));
    expect(historyIn((await confirm())._unsafeUnwrap())).toMatchObject({ status: "pending", isPaid: false });
  });

  test.each([["."], [".."]])("the transaction id %s names a folder and is not asked for", async (transaction_id) => {
    http.reply("GET", BY_ORDER, UNKNOWN);
    http.reply("GET", LINK, { status: 404 });
    expect((await confirm({ transaction_id }))._unsafeUnwrapErr().kind).toBe("not_found");
    expect(requests()).toEqual([BY_ORDER, LINK]);
  });

  test("trouble while asking for it is told, and nothing is taken for paid", async () => {
    http.reply("GET", BY_ORDER, UNKNOWN);
    http.reply("GET", BY_TRY, { status: 500 });
    expect((await confirm())._unsafeUnwrapErr()).toMatchObject({ kind: "unavailable", retryable: true });
  });
});
