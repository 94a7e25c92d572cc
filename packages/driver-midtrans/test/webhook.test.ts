import { mergeHistories, type Observation } from "@tautan/core";
import { expectToHide } from "@tautan/driver-kit/testing";
import { mockHttp } from "@tautan/driver-kit/testing/mock-http";
import { describe, expect, test } from "vitest";
import { API, createLinks, delivery, fixture, notification, SERVER_KEY, signatureOf } from "./support.ts";

const http = mockHttp(API);
const links = createLinks();
const parse = (body: unknown, headers?: Record<string, string>) =>
  links.parseWebhook("midtrans", delivery(body, headers));
const historyIn = (observation: Observation | undefined) => {
  if (observation?.kind !== "history") throw new Error(`expected a history, got ${observation?.kind}`);
  return observation.history;
};
const historyOf = async (changes: Record<string, unknown>) =>
  historyIn((await parse(notification(changes)))._unsafeUnwrap().observations[0]);

/** A body of the documents, whose own signature was made with a key that nobody has, signed with ours. */
const signed = (body: Record<string, unknown>): Record<string, unknown> => ({
  ...body,
  signature_key: signatureOf(String(body["order_id"]), String(body["status_code"]), String(body["gross_amount"])),
});

/** One of another product, as if it were of a link. */
const ofLink = (body: Record<string, unknown>): Record<string, unknown> =>
  signed({ ...body, order_id: "INV-001-1767225600123", custom_field1: "INV-001" });

describe("signature", () => {
  const ORDER = "inv-2026-0042-1767225600123";
  test.each([
    [
      "200",
      "10000.00",
      "fe9217b15e44df45d98464cf5786ab9ae764013b76b9637c8af933237cf9a2dc6f2a39749588d7935a5e776099204d1405b772f6ab46ca8d11a734871aaafffb",
    ],
    [
      "201",
      "10000.00",
      "960a5f6dd23c0e6f1b61ad0218c10bda5f78ff3b718fe056b0d2eca544c219222294decea88411bcc363aeb02007e19698a87806b5f728daecb970db8dd175ff",
    ],
    [
      "202",
      "10000.00",
      "a86e043dcbbecb6e9edaf1ebee972370ce29ffe856262f62b2d3020a8f52a9a2b7491a8e7b7dbb00fefcf7472e1a519be01ed03527c23b7235bcb74073d7d4ca",
    ],
  ])("vector: status_code %s, gross_amount %s", async (status_code, gross_amount, signature_key) => {
    const parsed = await parse(notification({ order_id: ORDER, status_code, gross_amount, signature_key }));
    expect(parsed.isOk()).toBe(true);
    // The same digest in capitals is the same digest.
    const capitals = await parse(
      notification({ order_id: ORDER, status_code, gross_amount, signature_key: signature_key.toUpperCase() }),
    );
    expect(capitals.isOk()).toBe(true);
  });

  test("vector: the amount without decimals does not fit a signature over two", async () => {
    const signature_key = signatureOf(ORDER, "200", "10000.00");
    const wrong = signatureOf(ORDER, "200", "10000");
    expect(wrong).toMatch(/^aeca0b3e.*2ede318b$/);
    const parsed = await parse(notification({ order_id: ORDER, gross_amount: "10000", signature_key }));
    expect(parsed._unsafeUnwrapErr()).toMatchObject({ kind: "signature_invalid", problem: "mismatch" });
  });

  test.each([["docs"], ["api-reference"]])(
    "the %s sample, with numbers where texts were signed, verifies",
    async (source) => {
      const sample = fixture(`${source}/notification-pending`);
      // The sample's own signature was made with a key that nobody has.
      expect((await parse(sample))._unsafeUnwrapErr()).toMatchObject({
        kind: "signature_invalid",
        problem: "mismatch",
      });
      const signature_key = signatureOf(String(sample["order_id"]), "201", "10000.00");
      const parsed = await parse({ ...sample, signature_key });
      expect(historyIn(parsed._unsafeUnwrap().observations[0])).toMatchObject({
        id: "midtrans:merchant-order-id-1-1647944535605",
        // One of the two samples has another text in custom_field1, which ties it to no link.
        ...(source === "api-reference" && { linkId: "midtrans:merchant-order-id-1" }),
        status: "pending",
        method: { kind: "virtual_account", channel: "bca" },
        amount: { amount: "10000", currency: "IDR" },
      });
    },
  );

  test("a number is signed as it was written: 10000.00, 10000.0 and 10000 are three texts", async () => {
    for (const written of ["10000.00", "10000.0", "10000"]) {
      const { gross_amount: _, ...rest } = notification({
        signature_key: signatureOf("INV-001-1767225600123", "200", written),
      });
      const text = JSON.stringify(rest).replace(/}$/, `,"gross_amount":${written}}`);
      expect((await parse(text)).isOk(), written).toBe(true);
    }
  });

  test("no number but that of the amount is taken for it", async () => {
    const { gross_amount: _, ...rest } = notification({
      signature_key: signatureOf("INV-001-1767225600123", "200", "7.50"),
    });
    const text = JSON.stringify({ ...rest, refunds: [{ gross_amount: 7.5 }] }).replace(/}$/, ',"gross_amount":9.00}');
    expect((await parse(text))._unsafeUnwrapErr().kind).toBe("signature_invalid");
  });

  test.each<[string, Record<string, unknown>, string]>([
    [
      "a changed order id",
      { order_id: "INV-002-1767225600123", signature_key: signatureOf("INV-001-1767225600123", "200", "190000.00") },
      "mismatch",
    ],
    [
      "a changed amount",
      { gross_amount: "1.00", signature_key: signatureOf("INV-001-1767225600123", "200", "190000.00") },
      "mismatch",
    ],
    [
      "a changed status code",
      { status_code: "201", signature_key: signatureOf("INV-001-1767225600123", "200", "190000.00") },
      "mismatch",
    ],
    [
      "another account's key",
      { signature_key: signatureOf("INV-001-1767225600123", "200", "190000.00", "SB-Mid-server-OTHER") },
      "mismatch",
    ],
    ["no signature", { signature_key: undefined }, "missing"],
    ["a signature that is a number", { signature_key: 7 }, "malformed"],
    ["a signature cut short", { signature_key: "fe92" }, "malformed"],
    ["an empty signature", { signature_key: "" }, "malformed"],
    ["a list where the order id should be", { order_id: ["INV-001"] }, "missing"],
    ["no amount", { gross_amount: undefined }, "missing"],
  ])("%s is refused with the answer for forgeries", async (_name, changes, problem) => {
    const error = (await parse(notification(changes)))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "signature_invalid", problem, acknowledgement: { status: 401 } });
    expect(error.hint).not.toBe("");
  });
});

describe("deliveries that cannot be read", () => {
  test.each<[string, unknown, Record<string, string>?]>([
    ["an empty body", ""],
    ["a list", "[]"],
    ["JSON cut short", '{"order_id":'],
    ["a form", "order_id=INV-001", { "content-type": "application/x-www-form-urlencoded" }],
    ["JSON that says it is text", notification(), { "content-type": "text/plain" }],
    ["JSON in a text, as the dashboard's test once sent it", JSON.stringify(JSON.stringify(notification()))],
    ["no transaction id", notification({ transaction_id: undefined })],
    ["an amount in words", notification({ gross_amount: "many" })],
    ["a currency that is a number", notification({ currency: 360 })],
    ["a currency in words", notification({ currency: "rupiah" })],
    ["5 MB", JSON.stringify({ ...notification(), padding: "x".repeat(5_000_000) })],
  ])("%s: malformed_webhook, answered with 4xx", async (name, body, headers) => {
    const error = (await parse(body, headers))._unsafeUnwrapErr();
    expect(error).toMatchObject({
      kind: "malformed_webhook",
      acknowledgement: { status: name === "5 MB" ? 413 : 400 },
      operation: "parseWebhook",
    });
    expectToHide(error, [SERVER_KEY, "00018929808", "190000.00"]);
  });

  test("only POST is a delivery", async () => {
    const parsed = await links.parseWebhook("midtrans", { ...delivery(notification()), method: "GET" });
    expect(parsed._unsafeUnwrapErr().kind).toBe("malformed_webhook");
  });
});

describe("what a notification says", () => {
  test("a settlement, with ids, times, method and the links it may belong to", async () => {
    const parsed = (await parse(notification()))._unsafeUnwrap();
    expect(parsed).toMatchObject({
      gateway: "midtrans",
      acknowledgement: { status: 200 },
      // 429 buys five retries, 503 four, 500 one.
      retryLater: { status: 429 },
    });
    const [observation] = parsed.observations;
    expect(observation).toMatchObject({
      kind: "history",
      trust: "partly_signed",
      linkCandidates: [{ id: "midtrans:INV-001", reference: "INV-001" }],
    });
    expect(historyIn(observation)).toMatchObject({
      id: "midtrans:INV-001-1767225600123",
      linkId: "midtrans:INV-001",
      reference: "INV-001",
      status: "paid",
      isPaid: true,
      amount: { amount: "190000", currency: "IDR" },
      method: { kind: "virtual_account", channel: "bca", raw: "bank_transfer" },
      paidAt: "2026-01-01T00:02:30.000Z",
      expiresAt: "2026-01-02T00:01:00.000Z",
      record: { attempts: [{ id: "11111111-2222-4333-8444-555555555555" }] },
    });
  });

  test.each([
    [{ transaction_status: "pending", status_code: "201", settlement_time: undefined }, "pending", false],
    [{ transaction_status: "capture", payment_type: "credit_card", settlement_time: undefined }, "paid", true],
    [{ transaction_status: "capture", status_code: "201", fraud_status: "challenge" }, "review", false],
    [{ transaction_status: "authorize", payment_type: "credit_card" }, "authorized", false],
    [{ transaction_status: "deny", status_code: "202" }, "failed", false],
    [{ transaction_status: "expire", status_code: "202" }, "expired", false],
    [{ transaction_status: "cancel", status_code: "202" }, "cancelled", false],
    [{ transaction_status: "failure", status_code: "202" }, "failed", false],
    [{ transaction_status: "chargeback" }, "disputed", false],
    [{ transaction_status: "partial_refund", refund_amount: "40000.00" }, "partially_refunded", true],
    [{ transaction_status: "refund", refund_amount: "190000.00" }, "refunded", false],
    [{ transaction_status: "refund" }, "refunded", false],
    // The word means a refund in full, whatever total comes with it.
    [{ transaction_status: "refund", refund_amount: "40000.00" }, "refunded", false],
    [{ transaction_status: "partial_chargeback" }, "disputed", false],
    [{ transaction_status: "cancel", payment_type: "credit_card" }, "cancelled", false],
    [{ transaction_status: "settlement", fraud_status: undefined }, "paid", true],
    [{ transaction_status: "settlement", fraud_status: null }, "paid", true],
    [{ transaction_status: "settlement", fraud_status: "" }, "paid", true],
    // What is there but cannot be read is not "accept".
    [{ transaction_status: "settlement", fraud_status: 7 }, "unknown", false],
    [{ transaction_status: "settlement", fraud_status: ["accept"] }, "unknown", false],
    [{ transaction_status: "settlement", fraud_status: false }, "unknown", false],
    [{ transaction_status: "settlement", status_code: "201" }, "unknown", false],
    [{ transaction_status: "who_knows" }, "unknown", false],
  ])("%j", async (changes, status, isPaid) => {
    expect(await historyOf(changes)).toMatchObject({ status, isPaid });
  });

  test("refunds by their ids, counted once although each is told twice", async () => {
    const refund = {
      refund_chargeback_id: 1,
      refund_amount: "40000.00",
      created_at: "2026-01-02 10:00:00",
      reason: "x",
      refund_key: "k",
    };
    const history = await historyOf({
      transaction_status: "partial_refund",
      refund_amount: "40000.00",
      refunds: [refund, { ...refund, bank_confirmed_at: "2026-01-03 10:00:00" }],
    });
    expect(history.refunded).toEqual({ amount: "40000", currency: "IDR" });
    expect(history.record.refunds).toEqual([
      { id: "1", phase: "succeeded", amount: { amount: "40000", currency: "IDR" }, at: "2026-01-02T03:00:00.000Z" },
    ]);
  });

  test("refunds by ids of which some are missing are counted by the total, and none twice", async () => {
    const told = { refund_amount: "40000.00", refund_key: "k" };
    const first = await historyOf({ transaction_status: "partial_refund", refund_amount: "40000.00", refunds: [told] });
    const second = await historyOf({
      transaction_status: "partial_refund",
      refund_amount: "40000.00",
      refunds: [{ ...told, refund_chargeback_id: 1 }],
    });
    expect(mergeHistories(first, second).refunded).toEqual({ amount: "40000", currency: "IDR" });
  });

  test("the documented refunds sum up to the documented total", async () => {
    const history = historyIn(
      (await parse(ofLink(fixture("docs/notification-partial-refund"))))._unsafeUnwrap().observations[0],
    );
    expect(history).toMatchObject({
      status: "partially_refunded",
      isPaid: true,
      refunded: { amount: "12000", currency: "IDR" },
      amount: { amount: "30000", currency: "IDR" },
      notes: [],
    });
    expect(history.record.refunds.map((each) => each.amount?.amount)).toEqual(["5000", "7000"]);
    const confirmed = historyIn(
      (await parse(ofLink(fixture("docs/notification-partial-refund-confirmed"))))._unsafeUnwrap().observations[0],
    );
    expect(mergeHistories(history, confirmed)).toBe(history);
  });

  test("a refund in part without any amount stays paid, with a note", async () => {
    expect(await historyOf({ transaction_status: "partial_refund", refunds: [{ refund_key: "k" }] })).toMatchObject({
      status: "paid",
      notes: ["transaction_status=partial_refund without an amount"],
    });
  });

  test("a refund in full whose total is another amount says so in a note", async () => {
    expect(await historyOf({ transaction_status: "refund", refund_amount: "40000.00" })).toMatchObject({
      refunded: { amount: "190000", currency: "IDR" },
      notes: ["transaction_status=refund with refund_amount=40000"],
    });
  });

  test("amounts are in the currency of the transaction, however it is written; rupiah where none is", async () => {
    const refund = { transaction_status: "partial_refund", refund_amount: "40000.00" };
    const refunds = [{ refund_chargeback_id: 1, refund_amount: "40000.00" }];
    for (const [currency, expected] of [
      ["usd", "USD"],
      ["IDR", "IDR"],
      [null, "IDR"],
      [undefined, "IDR"],
    ] as const) {
      const history = await historyOf({ ...refund, refunds, currency });
      expect(history.amount).toEqual({ amount: "190000", currency: expected });
      expect(history.refunded).toEqual({ amount: "40000", currency: expected });
      expect(history.record.refunds[0]?.amount?.currency).toBe(expected);
    }
  });

  test.each([
    [{ transaction_status: "pending", status_code: "201", settlement_time: undefined }],
    [{ transaction_status: "settlement" }],
    [{ transaction_status: "expire", status_code: "202", settlement_time: undefined }],
  ])("%j tells when the attempt began", async (changes) => {
    expect((await historyOf(changes)).openedAt).toBe("2026-01-01T00:01:00.000Z");
  });

  test("a word that is not known opens nothing", async () => {
    expect(await historyOf({ transaction_status: "who_knows" })).not.toHaveProperty("openedAt");
  });

  test.each([
    [{ payment_type: "echannel", va_numbers: undefined }],
    [{ payment_type: "ECHANNEL", va_numbers: undefined }],
    [{ va_numbers: undefined, permata_va_number: "8562000087926752" }],
    [{ payment_type: "cstore", store: "indomaret", va_numbers: undefined }],
  ])("%j can be taken back for five minutes", async (changes) => {
    expect((await historyOf(changes)).reversibleUntil).toBe("2026-01-01T00:07:30.000Z");
  });

  test("a BCA payment cannot be taken back", async () => {
    expect(await historyOf({})).not.toHaveProperty("reversibleUntil");
  });
});

describe("confirm", () => {
  const observe = async (changes: Record<string, unknown> = {}) =>
    (await parse(notification(changes)))._unsafeUnwrap().observations[0] as Observation;
  const status = (changes: Record<string, unknown> = {}) => {
    const { signature_key: _, ...body } = notification({ status_message: "Success, transaction is found", ...changes });
    return body;
  };

  test("a notification whose status was forged is answered with the gateway's truth", async () => {
    // The signature of a genuine pending notification, its status changed: the signature does not cover it.
    const forged = await observe({ transaction_status: "settlement" });
    http.reply("GET", "/v2/INV-001-1767225600123/status", {
      body: status({ transaction_status: "pending", status_code: "201" }),
    });
    const confirmed = (await links.confirm(forged))._unsafeUnwrap();
    expect(confirmed).toMatchObject({ kind: "history", trust: "read", history: { status: "pending", isPaid: false } });
    expect(http.sent[0]?.headers.get("authorization")).toBe(
      `Basic ${Buffer.from(`${SERVER_KEY}:`).toString("base64")}`,
    );
  });

  test("a genuine one is confirmed", async () => {
    http.reply("GET", "/v2/INV-001-1767225600123/status", { body: status() });
    expect((await links.confirm(await observe()))._unsafeUnwrap()).toMatchObject({
      history: { status: "paid", isPaid: true },
    });
  });

  test("what was confirmed needs no second question", async () => {
    http.reply("GET", "/v2/INV-001-1767225600123/status", { body: status() });
    const confirmed = (await links.confirm(await observe()))._unsafeUnwrap();
    expect((await links.confirm(confirmed))._unsafeUnwrap()).toBe(confirmed);
    expect(http.sent).toHaveLength(1);
  });

  test.each([
    ["404", { status: 404 }, "not_found"],
    ["an answer about another order", { body: status({ order_id: "OTHER-1767225600123" }) }, "reply_mismatch"],
    ["HTML", { body: "<html></html>" }, "malformed_response"],
    ["401", { status: 401 }, "unauthenticated"],
  ])("%s: an error, and nothing is taken for paid", async (name, reply, kind) => {
    http.reply("GET", "/v2/INV-001-1767225600123/status", reply);
    if (name === "404") {
      http.reply("GET", "/v2/11111111-2222-4333-8444-555555555555/status", reply);
      http.reply("GET", "/v1/payment-links/INV-001", reply);
    }
    expect((await links.confirm(await observe()))._unsafeUnwrapErr().kind).toBe(kind);
  });
});
