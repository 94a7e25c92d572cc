// Which transactions are a link's. An account has one address for the notifications of all its products, and what a notification
// says beside the order id, the code and the amount is not signed.
import type { Observation, PaymentLinkHistory } from "@tautan/core";
import { type MockReply, mockHttp } from "@tautan/driver-kit/testing/mock-http";
import { describe, expect, test } from "vitest";
import { API, createLinks, delivery, fixture, notification } from "./support.ts";

const http = mockHttp(API);
const links = createLinks();
const FOREIGN = "T-1-1712345678901";
const UNKNOWN: MockReply = {
  body: { status_code: "404", status_message: "Transaction doesn't exist.", id: "0f6c0000" },
};
const PENDING = { transaction_status: "pending", status_code: "201", settlement_time: undefined };

const observe = async (changes: Record<string, unknown>): Promise<Observation> => {
  const parsed = await links.parseWebhook("midtrans", delivery(notification(changes)));
  const [observation, ...others] = parsed._unsafeUnwrap().observations;
  if (!observation || others.length > 0) throw new Error("expected one observation");
  return observation;
};
const historyIn = (observation: Observation): PaymentLinkHistory => {
  if (observation.kind !== "history") throw new Error(`expected a history, got ${observation.kind}`);
  return observation.history;
};
const status = (changes: Record<string, unknown> = {}): MockReply => {
  const { signature_key: _, ...body } = notification(changes);
  return { body };
};
const link = (orderId: string, ...purchases: readonly (readonly [string, string])[]): MockReply => ({
  body: {
    ...fixture("from-documents/link-details"),
    order_id: orderId,
    gross_amount: 190_000,
    purchases: purchases.map(([order_id, payment_status]) => ({
      order_id,
      payment_status,
      payment_method: "BANK_TRANSFER",
      created_at: "2026-01-01T00:01:00.000Z",
      updated_at: "2026-01-01T00:02:30.000Z",
    })),
  },
});
const requests = () => http.sent.map((each) => each.path);

describe("a notification of another product", () => {
  test.each([
    ["no custom_field1", undefined, "custom_field1 is missing"],
    ["the other product's own text", "seat 7", "custom_field1 names no link of this order id"],
    ["its own order id", FOREIGN, "custom_field1 names no link of this order id"],
  ])("with an order id like a purchase's and %s names no link, and says so", async (_name, custom_field1, note) => {
    const observation = await observe({ order_id: FOREIGN, custom_field1 });
    expect(observation).toMatchObject({ kind: "history", trust: "partly_signed", linkCandidates: [] });
    const history = historyIn(observation);
    expect(history.notes).toEqual([note]);
    expect(history).not.toHaveProperty("reference");
    expect(history).not.toHaveProperty("linkId");
  });

  test("with an order id without the suffix of purchases is an event of no link", async () => {
    expect(await observe({ order_id: "T-1", custom_field1: "T-1" })).toEqual({
      kind: "unknown",
      gateway: "midtrans",
      trust: "partly_signed",
      event: "settlement",
    });
    expect(http.sent).toEqual([]);
  });

  const TEXTS = [
    ["a note", '{"note":"for the table near the window"}'],
    ["a text that is too long", "x".repeat(51)],
  ];

  test.each(TEXTS)("with such an order id and %s in custom_field1, too", async (_name, custom_field1) => {
    expect((await observe({ order_id: "T-1", custom_field1 })).kind).toBe("unknown");
  });

  test.each(TEXTS)("is not looked for in a link by %s", async (_name, custom_field1) => {
    // What another product writes there is nothing to ask Midtrans for: an answer of 500 would be asked for again and again.
    http.reply("GET", `/v2/${FOREIGN}/status`, status({ order_id: FOREIGN, custom_field1 }));
    http.reply("GET", "/v1/payment-links/T-1", { status: 404 });
    const changes = { order_id: FOREIGN, custom_field1 };
    expect((await links.confirm(await observe(changes)))._unsafeUnwrap().kind).toBe("unknown");
  });

  test.each<[string, MockReply]>([
    ["does not exist", { status: 404 }],
    ["lists no purchase", link("T-1")],
    ["lists others", link("T-1", ["T-1-1767225600123", "SETTLEMENT"])],
  ])("is confirmed as nothing of ours where the link %s, so that it can be acknowledged", async (_name, reply) => {
    http.reply("GET", `/v2/${FOREIGN}/status`, status({ order_id: FOREIGN, custom_field1: undefined }));
    http.reply("GET", "/v1/payment-links/T-1", reply);
    const confirmed = await links.confirm(await observe({ order_id: FOREIGN, custom_field1: undefined }));
    expect(confirmed._unsafeUnwrap()).toEqual({
      kind: "unknown",
      gateway: "midtrans",
      trust: "read",
      event: "settlement",
    });
  });

  test("by DANA, known by its transaction id alone, is confirmed as nothing of ours too", async () => {
    const id = "A120240830074017NP16XMU4JTID";
    const changes = { order_id: FOREIGN, transaction_id: id, custom_field1: undefined, payment_type: "dana" };
    http.reply("GET", `/v2/${FOREIGN}/status`, UNKNOWN);
    http.reply("GET", `/v2/${id}/status`, status({ ...changes, order_id: id }));
    http.reply("GET", "/v1/payment-links/T-1", { status: 404 });
    expect((await links.confirm(await observe(changes)))._unsafeUnwrap().kind).toBe("unknown");
  });

  describe("by DANA, with a text of its own in custom_field1", () => {
    const id = "A120240830074017NP16XMU4JTID";
    const changes = { order_id: FOREIGN, transaction_id: id, custom_field1: "seat 7", payment_type: "dana" };
    const NONE: MockReply = { status: 404 };
    const OTHER_LINK = { custom_field1: "INV-007" };
    const confirmWith = async (read: object, replies: Readonly<Record<string, MockReply>>) => {
      http.reply("GET", `/v2/${FOREIGN}/status`, UNKNOWN);
      http.reply("GET", `/v2/${id}/status`, status({ ...changes, order_id: id, ...read }));
      for (const [orderId, reply] of Object.entries(replies)) {
        http.always("GET", `/v1/payment-links/${orderId}`, reply);
      }
      return links.confirm(await observe(changes));
    };

    test.each<[string, object, Readonly<Record<string, MockReply>>]>([
      ["cannot name a link", {}, { "T-1": NONE }],
      ["names a link that there is not", OTHER_LINK, { "T-1": NONE, "INV-007": NONE }],
    ])("that %s is confirmed as nothing of ours, if no link can have such a purchase", async (_name, read, replies) => {
      const confirmed = await confirmWith(read, replies);
      expect(confirmed._unsafeUnwrap()).toMatchObject({ kind: "unknown", trust: "read" });
    });

    test.each<[string, object, Readonly<Record<string, MockReply>>]>([
      ["there is such a link, which may be behind", {}, { "T-1": link("T-1") }],
      ["it cannot be read just now", {}, { "T-1": { status: 500 } }],
      ["another amount was read, of another transaction", { gross_amount: "75000.00" }, { "T-1": NONE }],
      ["it names another link", OTHER_LINK, { "T-1": NONE, "INV-007": link("INV-007") }],
    ])("is asked about again, if %s", async (_name, read, replies) => {
      expect((await confirmWith(read, replies))._unsafeUnwrapErr()).toMatchObject({ retryable: true });
    });
  });

  test("is not made a link's by a custom_field1 that somebody wrote into it", async () => {
    const forged = await observe({ order_id: FOREIGN, custom_field1: "T-1" });
    http.reply("GET", `/v2/${FOREIGN}/status`, status({ order_id: FOREIGN, custom_field1: undefined }));
    http.reply("GET", "/v1/payment-links/T-1", link("T-1"));
    expect((await links.confirm(forged))._unsafeUnwrapErr()).toMatchObject({ kind: "reply_mismatch", retryable: true });
  });

  test("is not made a link's by such a text where that link is gone or never was at Midtrans", async () => {
    // The order T-1 may be of another gateway, and somebody may have paid for this product alone.
    const forged = await observe({ order_id: FOREIGN, custom_field1: "T-1" });
    http.reply("GET", `/v2/${FOREIGN}/status`, status({ order_id: FOREIGN, custom_field1: undefined }));
    http.reply("GET", "/v1/payment-links/T-1", { status: 404 });
    expect((await links.confirm(forged))._unsafeUnwrapErr()).toMatchObject({ kind: "reply_mismatch", retryable: true });
  });

  test("whose link cannot be read just now is asked about again", async () => {
    http.reply("GET", `/v2/${FOREIGN}/status`, status({ order_id: FOREIGN, custom_field1: undefined }));
    http.reply("GET", "/v1/payment-links/T-1", { status: 500 });
    const confirmed = await links.confirm(await observe({ order_id: FOREIGN, custom_field1: undefined }));
    expect(confirmed._unsafeUnwrapErr()).toMatchObject({ kind: "unavailable", retryable: true });
  });

  test.each([401, 403, 405, 429])(
    "whose link cannot be read for HTTP %d is not taken for another product's",
    async (code) => {
      // It may be a purchase of the link after all, whose custom_field1 is the caller's own text.
      http.reply("GET", `/v2/${FOREIGN}/status`, status({ order_id: FOREIGN, custom_field1: "seat 7" }));
      const refused = { status: code, body: { error_messages: ["Access denied due to unauthorized request"] } };
      http.reply("GET", "/v1/payment-links/T-1", refused);
      const confirmed = await links.confirm(await observe({ order_id: FOREIGN, custom_field1: "seat 7" }));
      expect(confirmed._unsafeUnwrapErr().status).toBe(code);
    },
  );

  test("with an order id that no link's purchase can have is an event of no link", async () => {
    expect((await observe({ order_id: "table#5-1712345678901", custom_field1: "table#5" })).kind).toBe("unknown");
  });

  test("has a history without a link", async () => {
    http.reply("GET", `/v2/${FOREIGN}/status`, status({ order_id: FOREIGN, custom_field1: undefined }));
    http.reply("GET", "/v1/payment-links/T-1", link("T-1"));
    const history = (await links.getHistory(`midtrans:${FOREIGN}`))._unsafeUnwrap();
    expect(history).toMatchObject({ id: `midtrans:${FOREIGN}`, isPaid: true });
    expect(history).not.toHaveProperty("reference");
  });
});

describe("a link's own purchase", () => {
  const OWN = "INV-001-1767225600123";

  test.each([
    ["is not echoed", undefined],
    ["is the caller's own text", "seat 7"],
  ])("whose custom_field1 %s is known by the link's list", async (_name, custom_field1) => {
    http.reply("GET", `/v2/${OWN}/status`, status({ custom_field1 }));
    http.reply("GET", "/v1/payment-links/INV-001", link("INV-001", [OWN, "SETTLEMENT"]));
    const confirmed = (await links.confirm(await observe({ custom_field1 })))._unsafeUnwrap();
    expect(confirmed).toMatchObject({
      kind: "history",
      linkCandidates: [{ id: "midtrans:INV-001", reference: "INV-001" }],
    });
    expect(historyIn(confirmed)).toMatchObject({ reference: "INV-001", linkId: "midtrans:INV-001", isPaid: true });
  });

  test("that is paid after its link was deleted is the link's where Get Status echoes custom_field1", async () => {
    http.reply("GET", `/v2/${OWN}/status`, status());
    const confirmed = (await links.confirm(await observe({})))._unsafeUnwrap();
    expect(historyIn(confirmed)).toMatchObject({ reference: "INV-001", isPaid: true });
  });

  test("over BI-SNAP, with the caller's own text in custom_field1, is what the link's list says", async () => {
    const changes = { order_id: "A120260101000100XeVg4mKHIMID", transaction_id: "A120260101000100XeVg4mKHIMID" };
    http.reply("GET", `/v2/${OWN}/status`, status({ ...changes, custom_field1: "seat 7" }));
    http.reply("GET", "/v1/payment-links/INV-001", link("INV-001", [OWN, "SETTLEMENT"]));
    const confirmed = (await links.confirm(await observe({ custom_field1: "seat 7" })))._unsafeUnwrap();
    expect(historyIn(confirmed)).toMatchObject({ reference: "INV-001", isPaid: true });
  });

  test("needs no second request where Get Status echoes custom_field1", async () => {
    http.reply("GET", `/v2/${OWN}/status`, status());
    expect(historyIn((await links.confirm(await observe({})))._unsafeUnwrap()).isPaid).toBe(true);
    expect(requests()).toEqual([`/v2/${OWN}/status`]);
  });
});

describe("one payment cannot deliver two orders", () => {
  // The attacker paid for order A, begins to pay for B at the same price, and writes A's transaction id into B's genuine
  // notification. Midtrans knows both by their transaction ids alone.
  const A = "A120260101000100XeVg4mKHIMID";
  const B = "INV-002-1767225600999";
  const paidA = (changes: Record<string, unknown> = {}) =>
    status({ order_id: A, transaction_id: A, payment_type: "dana", custom_field1: undefined, ...changes });
  const attack = async (
    { status: told = paidA(), list }: { status?: MockReply; list: MockReply },
    changes: Record<string, unknown> = {},
  ) => {
    const forged = await observe({ order_id: B, transaction_id: A, custom_field1: "INV-002", ...changes });
    http.reply("GET", `/v2/${B}/status`, UNKNOWN);
    http.reply("GET", `/v2/${A}/status`, told);
    http.reply("GET", "/v1/payment-links/INV-002", list);
    return links.confirm(forged);
  };

  test.each<[string, MockReply]>([
    ["lists the purchase as pending", link("INV-002", [B, "PENDING"])],
    ["lists the purchase as expired", link("INV-002", [B, "EXPIRE"])],
    ["does not list it", link("INV-002")],
    ["is gone", { status: 404 }],
  ])("an answer that names no order is not taken for B where B's link %s", async (_name, list) => {
    expect((await attack({ list }))._unsafeUnwrapErr()).toMatchObject({ kind: "reply_mismatch", retryable: true });
  });

  test("nor where A is of the same link, which may be paid several times", async () => {
    const ofSameLink = paidA({ custom_field1: "INV-002" });
    const list = link("INV-002", [B, "PENDING"], ["INV-002-1767225600111", "SETTLEMENT"]);
    expect((await attack({ status: ofSameLink, list }))._unsafeUnwrapErr().kind).toBe("reply_mismatch");
  });

  test("nor where the forger left custom_field1 out", async () => {
    const confirmed = await attack({ list: { status: 404 } }, { custom_field1: undefined });
    expect(confirmed._unsafeUnwrap().kind).toBe("unknown");
  });

  test("what the link itself lists as paid is paid", async () => {
    const confirmed = await attack({ list: link("INV-002", [B, "SETTLEMENT"]) });
    expect(historyIn(confirmed._unsafeUnwrap())).toMatchObject({ reference: "INV-002", isPaid: true });
  });

  test.each(["REFUND", "CHARGEBACK"])("what the link itself lists as %s is not paid again", async (word) => {
    const confirmed = historyIn((await attack({ list: link("INV-002", [B, word]) }))._unsafeUnwrap());
    expect(confirmed).toMatchObject({ reference: "INV-002", isPaid: false });
    expect(confirmed.record.attempts.map(({ id }) => id)).not.toContain(A);
  });

  test("nor is what the link lists as paid given back because A was", async () => {
    const refundedA = paidA({ transaction_status: "refund" });
    const confirmed = await attack({ status: refundedA, list: link("INV-002", [B, "SETTLEMENT"]) });
    expect(historyIn(confirmed._unsafeUnwrap())).toMatchObject({ reference: "INV-002", status: "paid" });
  });

  test("a purchase of a deleted link whose custom_field1 Get Status tells is paid", async () => {
    const confirmed = await attack({ status: paidA({ custom_field1: "INV-002" }), list: { status: 404 } });
    expect(historyIn(confirmed._unsafeUnwrap())).toMatchObject({ reference: "INV-002", isPaid: true });
  });
});

describe("a notification that has the transaction id in place of the order id", () => {
  const ID = "A120260101000100XeVg4mKHIMID";
  const notice = (changes: Record<string, unknown> = {}) =>
    observe({ order_id: ID, transaction_id: ID, payment_type: "dana", ...changes });

  test("only names the history, for Get Status to tell", async () => {
    expect(await notice()).toEqual({
      kind: "notice",
      gateway: "midtrans",
      trust: "partly_signed",
      resource: "history",
      id: `midtrans:${ID}`,
    });
  });

  test("is confirmed under the purchase's order id where Get Status names that", async () => {
    const own = "INV-001-1767225600123";
    http.reply("GET", `/v2/${ID}/status`, status({ order_id: own, transaction_id: ID, payment_type: "dana" }));
    const confirmed = (await links.confirm(await notice()))._unsafeUnwrap();
    expect(historyIn(confirmed)).toMatchObject({
      id: `midtrans:${own}`,
      reference: "INV-001",
      isPaid: true,
      record: { otherIds: [ID] },
    });
  });

  const byId = (changes: Record<string, unknown> = {}) =>
    status({ order_id: ID, transaction_id: ID, payment_type: "dana", ...changes });

  test("takes the reference from custom_field1 where Get Status names no purchase, and its id from the link's list", async () => {
    http.reply("GET", `/v2/${ID}/status`, UNKNOWN);
    http.reply("GET", `/v2/${ID}/status`, byId());
    http.reply("GET", "/v1/payment-links/INV-001", link("INV-001", ["INV-001-1767225660000", "SETTLEMENT"]));
    const confirmed = (await links.confirm(await notice()))._unsafeUnwrap();
    expect(historyIn(confirmed)).toMatchObject({
      // As listHistories tells it, so that the payment counts once.
      id: "midtrans:INV-001-1767225660000",
      reference: "INV-001",
      linkId: "midtrans:INV-001",
      isPaid: true,
      record: { otherIds: [ID] },
    });
    expect(http.sent.map((each) => each.headers.get("transaction-source"))).toEqual([null, "SNAP_API", null]);
  });

  test.each<[string, MockReply, Record<string, unknown>]>([
    ["the link is gone", { status: 404 }, {}],
    ["the link lists none", link("INV-001"), {}],
    [
      "the link lists another of another time",
      link("INV-001", ["INV-001-1767225660000", "SETTLEMENT"]),
      { transaction_time: "2026-01-01 08:01:00" },
    ],
    [
      "the link lists two for that moment",
      link("INV-001", ["INV-001-1767225660000", "SETTLEMENT"], ["INV-001-1767225661000", "SETTLEMENT"]),
      {},
    ],
  ])("keeps the transaction id where %s", async (_name, reply, changes) => {
    http.reply("GET", `/v2/${ID}/status`, byId(changes));
    http.reply("GET", "/v1/payment-links/INV-001", reply);
    const confirmed = (await links.confirm(await notice()))._unsafeUnwrap();
    expect(historyIn(confirmed)).toMatchObject({ id: `midtrans:${ID}`, reference: "INV-001", isPaid: true });
  });

  test.each(["PENDING", "SETTLEMENT", "REFUND"])("has the same id whatever the link lists: %s", async (word) => {
    // The list may be behind Get Status, and a payment that changes its id is delivered twice.
    http.reply("GET", `/v2/${ID}/status`, byId());
    http.reply("GET", "/v1/payment-links/INV-001", link("INV-001", ["INV-001-1767225660000", word]));
    const confirmed = (await links.confirm(await notice()))._unsafeUnwrap();
    expect(historyIn(confirmed)).toMatchObject({ id: "midtrans:INV-001-1767225660000", isPaid: true });
  });

  test("has the id of the nearest, where several purchases are of one minute", async () => {
    const listed = link("INV-001", ["INV-001-1767225660000", "PENDING"], ["INV-001-1767225685000", "SETTLEMENT"]);
    const { purchases } = listed.body as { purchases: { created_at: string }[] };
    Object.assign(purchases[1] ?? {}, { created_at: "2026-01-01T00:01:25.000Z" });
    http.reply("GET", `/v2/${ID}/status`, byId());
    http.reply("GET", "/v1/payment-links/INV-001", listed);
    const confirmed = (await links.confirm(await notice()))._unsafeUnwrap();
    expect(historyIn(confirmed).id).toBe("midtrans:INV-001-1767225660000");
  });

  test("can be read by that id too, and is the same history", async () => {
    http.reply("GET", `/v2/${ID}/status`, UNKNOWN);
    http.reply("GET", `/v2/${ID}/status`, byId());
    http.reply("GET", "/v1/payment-links/INV-001", link("INV-001", ["INV-001-1767225660000", "SETTLEMENT"]));
    expect((await links.getHistory(`midtrans:${ID}`))._unsafeUnwrap()).toMatchObject({
      id: "midtrans:INV-001-1767225660000",
      reference: "INV-001",
      isPaid: true,
    });
  });

  test("is nothing of ours where custom_field1 can be no order id", async () => {
    http.reply("GET", `/v2/${ID}/status`, byId({ custom_field1: "seat 7" }));
    expect((await links.confirm(await notice()))._unsafeUnwrap().kind).toBe("unknown");
  });

  test("is asked about again where the link that could list the purchase cannot be read just now", async () => {
    const own = "INV-001-1767225600123";
    const changes = { order_id: own, transaction_id: ID, custom_field1: undefined };
    http.reply("GET", `/v2/${ID}/status`, status(changes));
    http.reply("GET", "/v1/payment-links/INV-001", { status: 500 });
    expect((await links.confirm(await notice()))._unsafeUnwrapErr()).toMatchObject({ retryable: true });
  });

  test("is nothing of ours where the answer has none", async () => {
    const changes = { order_id: ID, transaction_id: ID, custom_field1: undefined };
    http.reply("GET", `/v2/${ID}/status`, status(changes));
    expect((await links.confirm(await notice({ custom_field1: undefined })))._unsafeUnwrap().kind).toBe("unknown");
  });
});

describe("ids that would name a folder", () => {
  test.each([[".-1767225600123"], ["..-1767225600123"]])("%s stays inside its own path", async (order_id) => {
    http.reply("GET", `/v2/${order_id}/status`, UNKNOWN);
    expect((await links.getHistory(`midtrans:${encodeURIComponent(order_id)}`))._unsafeUnwrapErr().kind).toBe(
      "not_found",
    );
    http.reply("GET", `/v2/${order_id}/status`, UNKNOWN);
    const observation = await observe({ order_id, transaction_id: "..", custom_field1: ".." });
    expect(observation.kind).toBe("unknown");
    expect(requests().every((path) => path === `/v2/${order_id}/status`)).toBe(true);
    await links.getHistory(`midtrans:${encodeURIComponent(order_id)}`);
  });
});

describe("a payment that was taken back", () => {
  const DENIED = { transaction_status: "deny", status_code: "202", payment_type: "echannel", va_numbers: undefined };

  test("Get Status of one that was denied and has a settlement time: it was paid, and is not any more", async () => {
    http.reply("GET", "/v2/INV-001-1767225600123/status", status(DENIED));
    const history = historyIn((await links.confirm(await observe({ payment_type: "echannel" })))._unsafeUnwrap());
    expect(history).toMatchObject({ status: "reversed", isPaid: false, paidAt: "2026-01-01T00:02:30.000Z" });
  });

  test("one that was denied and never settled has failed, whatever a notification told", async () => {
    http.reply("GET", "/v2/INV-001-1767225600123/status", status({ ...DENIED, settlement_time: undefined }));
    const history = historyIn((await links.confirm(await observe({ payment_type: "echannel" })))._unsafeUnwrap());
    expect(history).toMatchObject({ status: "failed", isPaid: false });
  });

  test("a notification does not sign its settlement time: that a payment was taken back is for Get Status to say", async () => {
    expect(historyIn(await observe(DENIED))).toMatchObject({ status: "failed", isPaid: false });
  });
});

test("a pending notice of a purchase is no payment", async () => {
  expect(historyIn(await observe(PENDING))).toMatchObject({ status: "pending", isPaid: false });
});

test("a signed amount of nothing is no payment, and says so", async () => {
  const history = historyIn(await observe({ gross_amount: "0.00" }));
  expect(history).toMatchObject({ isPaid: false, notes: ["paid with amount=0"] });
  expect(history).not.toHaveProperty("paidAt");
});
