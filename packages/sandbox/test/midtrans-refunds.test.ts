import { createHash } from "node:crypto";
import { mergeHistories } from "@tautan/core";
import { describe, expect, onTestFinished, test } from "vitest";
import { createSandbox, type Payment, type Sandbox } from "../src/index.ts";
import { openShop } from "./shop.ts";
import { type Caller, dayMs, type Json, midtransCaller, pick, type Reply, startMs, textAt } from "./support.ts";

interface Setting {
  readonly sandbox: Sandbox;
  readonly api: Caller;
  /** The pay page of a new link. */
  readonly create: (more?: object) => Promise<string>;
  /** A payment of 10,000 by this method, settled. */
  readonly pay: (method: string) => Promise<Paid>;
  readonly refund: (payment: Payment, body?: unknown) => Promise<Reply>;
  readonly status: (payment: Payment) => Promise<Json>;
  /** The bodies of all notifications so far. */
  readonly notifications: () => readonly Json[];
}

interface Paid {
  readonly link: string;
  readonly payment: Payment;
}

const setUp = async (): Promise<Setting> => {
  const sandbox = await createSandbox({ clock: { frozenAt: startMs } });
  onTestFinished(() => sandbox.close());
  const api = midtransCaller(sandbox);
  let count = 0;
  const create: Setting["create"] = async (more = {}) => {
    count += 1;
    const details = { order_id: `order-${count}`, gross_amount: 10_000 };
    const reply = await api("POST", "/v1/payment-links", { transaction_details: details, ...more });
    return textAt(reply.json, "payment_url");
  };
  return {
    sandbox,
    api,
    create,
    async pay(method) {
      const link = await create({ enabled_payments: [method] });
      const paid = await sandbox.pay(link);
      return { link, payment: paid.status === "capture" ? await sandbox.settle(link) : paid };
    },
    // By its transaction id, which is the only one that DANA knows.
    refund: (payment, body = {}) => api("POST", `/v2/${payment.transactionId}/refund`, body),
    status: async (payment) => (await api("GET", `/v2/${payment.transactionId}/status`)).json,
    notifications: () => sandbox.deliveries.map(({ body }) => JSON.parse(body) as Json),
  };
};

/** Written from the documents a second time, so that a slip in the sandbox would show. */
const expectedSignature = (body: Json, serverKey: string): string =>
  createHash("sha512")
    .update(["order_id", "status_code", "gross_amount"].map((name) => textAt(body, name)).join("") + serverKey)
    .digest("hex");

const invalidStatus = {
  status_code: "412",
  status_message: "Merchant cannot modify the status of the transaction",
} as const;
const invalidAmount = {
  status_code: "414",
  status_message: "Refund request is rejected due to invalid amount",
} as const;
const duplicate = { status_code: "406", status_message: "Duplicate refund ID" } as const;

describe("Midtrans Refund Transactions", () => {
  test("a refund in full answers with the documented fields and makes the transaction a refund", async () => {
    const { pay, refund, status } = await setUp();
    const { payment } = await pay("credit_card");
    const reply = await refund(payment, { refund_key: "reference1", reason: "for some reason" });
    expect(reply.status).toBe(200);
    expect(reply.json).toEqual({
      status_code: "200",
      status_message: "Success, refund request is approved",
      transaction_id: payment.transactionId,
      order_id: payment.id,
      payment_type: "credit_card",
      transaction_time: "2026-03-15 10:00:00",
      transaction_status: "refund",
      gross_amount: "10000.00",
      refund_chargeback_id: expect.any(Number),
      refund_amount: "10000.00",
      refund_key: "reference1",
    });
    expect(await status(payment)).toMatchObject({ transaction_status: "refund", refund_amount: "10000.00" });
  });

  test("refunds in part add up; what is left out is the rest; Get Status lists them", async () => {
    const { sandbox, pay, refund, status } = await setUp();
    const { payment } = await pay("gopay");
    const first = await refund(payment, { refund_key: "reference1", amount: 3_000, reason: "some reason" });
    await sandbox.advance(60_000);
    expect(first.json).toMatchObject({ transaction_status: "partial_refund", refund_amount: "3000.00" });
    expect(await status(payment)).toMatchObject({
      status_code: "200",
      status_message: "Success, refund request is approved by the bank",
      transaction_status: "partial_refund",
      refund_amount: "3000.00",
    });
    const second = await refund(payment, { refund_key: "reference2" });
    expect(second.json).toMatchObject({ transaction_status: "refund", refund_amount: "7000.00" });
    const found = await status(payment);
    expect(found).toMatchObject({ transaction_status: "refund", refund_amount: "10000.00" });
    expect(found["refunds"]).toEqual([
      {
        refund_chargeback_id: first.json["refund_chargeback_id"],
        refund_amount: "3000.00",
        created_at: "2026-03-15 10:00:00",
        reason: "some reason",
        refund_key: "reference1",
      },
      {
        refund_chargeback_id: second.json["refund_chargeback_id"],
        refund_amount: "7000.00",
        created_at: "2026-03-15 10:01:00",
        reason: "",
        refund_key: "reference2",
      },
    ]);
    expect(first.json["refund_chargeback_id"]).not.toBe(second.json["refund_chargeback_id"]);
  });

  test("a transaction without refunds tells of none", async () => {
    const { pay, status, notifications } = await setUp();
    const { payment } = await pay("gopay");
    for (const body of [await status(payment), ...notifications()]) {
      expect(body).not.toHaveProperty("refunds");
      expect(body).not.toHaveProperty("refund_amount");
    }
  });

  test("each refund notifies twice: at once, and a day later with bank_confirmed_at", async () => {
    const { sandbox, pay, refund, status, notifications } = await setUp();
    const { payment } = await pay("credit_card");
    const before = notifications().length;
    await refund(payment, { refund_key: "reference1", amount: 4_000 });
    await sandbox.advance(1_000);
    await refund(payment, { refund_key: "reference2", amount: 1_000 });
    await sandbox.advance(dayMs - 1_001);
    expect(notifications()).toHaveLength(before + 2);
    await sandbox.advance(1);
    expect(notifications()).toHaveLength(before + 3);
    expect(await status(payment)).toMatchObject({
      refunds: [{ refund_method: "online", bank_confirmed_at: "2026-03-16 10:00:00" }, {}],
    });
    await sandbox.advance(dayMs);
    const [first, second, firstConfirmed, secondConfirmed, ...others] = notifications().slice(before);
    expect(others).toEqual([]);
    const entry = {
      refund_chargeback_id: expect.any(Number),
      refund_amount: "4000.00",
      created_at: "2026-03-15 10:00:00",
      reason: "",
      refund_key: "reference1",
      refund_method: "online",
    };
    expect(first).toEqual({
      transaction_time: "2026-03-15 10:00:00",
      transaction_status: "partial_refund",
      transaction_id: payment.transactionId,
      status_message: "midtrans payment notification",
      status_code: "200",
      signature_key: expectedSignature(first ?? {}, sandbox.midtrans.credentials.serverKey),
      settlement_time: "2026-03-15 10:00:00",
      payment_type: "credit_card",
      order_id: payment.id,
      merchant_id: "G000000001",
      gross_amount: "10000.00",
      fraud_status: "accept",
      currency: "IDR",
      masked_card: "48111111-1114",
      bank: "bni",
      card_type: "credit",
      eci: "05",
      approval_code: expect.any(String),
      channel_response_code: "00",
      channel_response_message: "Approved",
      refund_amount: "4000.00",
      refunds: [entry],
    });
    expect(second).toMatchObject({ refund_amount: "5000.00", refunds: [entry, { refund_amount: "1000.00" }] });
    expect(pick(second, "refunds", 0)).toEqual(entry);
    expect(pick(firstConfirmed, "refunds", 0)).toEqual({ ...entry, bank_confirmed_at: "2026-03-16 10:00:00" });
    expect(pick(firstConfirmed, "refunds", 1)).not.toHaveProperty("bank_confirmed_at");
    expect(pick(secondConfirmed, "refunds", 1, "bank_confirmed_at")).toBe("2026-03-16 10:00:01");
    expect(firstConfirmed).toMatchObject({ transaction_status: "partial_refund", refund_amount: "5000.00" });
  });

  test("a body is not needed; then a key is made up, another one each time", async () => {
    const { pay, api, refund } = await setUp();
    const { payment } = await pay("gopay");
    const keys = [
      (await refund(payment, { amount: 1 })).json["refund_key"],
      (await refund(payment, { amount: 1, refund_key: null })).json["refund_key"],
      (await api("POST", `/v2/${payment.id}/refund`)).json["refund_key"],
    ];
    expect(new Set(keys).size).toBe(3);
    for (const key of keys) expect(key).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  test.each(["credit_card", "gopay", "shopeepay", "other_qris", "dana", "ovo", "akulaku", "kredivo"])(
    "%s can be refunded",
    async (method) => {
      const { pay, refund, status } = await setUp();
      const { payment } = await pay(method);
      expect((await refund(payment)).json).toMatchObject({ status_code: "200", transaction_status: "refund" });
      expect(await status(payment)).toMatchObject({ transaction_status: "refund" });
    },
  );

  test.each(["bca_va", "permata_va", "echannel", "alfamart", "indomaret", "bca_klikpay", "telkomsel_cash"])(
    "%s cannot",
    async (method) => {
      const { sandbox, pay, refund, status } = await setUp();
      const { link, payment } = await pay(method);
      expect(await refund(payment)).toMatchObject({ status: 200, json: invalidStatus });
      await expect(sandbox.refund(link)).rejects.toThrow(`akulaku, kredivo, dana, ovo, not for ${method}`);
      expect(await status(payment)).toMatchObject({ transaction_status: "settlement" });
    },
  );

  test.each(["shopeepay", "ovo"])("%s is refunded in full only", async (method) => {
    const { sandbox, pay, refund } = await setUp();
    const { link, payment } = await pay(method);
    expect((await refund(payment, { amount: 9_999 })).json).toEqual(invalidAmount);
    await expect(sandbox.refund(link, { amount: 9_999 })).rejects.toThrow(`Midtrans refunds ${method} in full only.`);
    expect((await refund(payment, { amount: 10_000 })).json).toMatchObject({ transaction_status: "refund" });
  });

  test("OVO's reply tells phone and invoice, DANA's has the transaction id for an order id", async () => {
    const { pay, refund } = await setUp();
    const ovo = await refund((await pay("ovo")).payment);
    expect(ovo.json).toMatchObject({ payer_phone_number: expect.any(String), merchant_invoice: expect.any(String) });
    const { payment } = await pay("dana");
    expect((await refund(payment, { refund_key: "reference1" })).json).toEqual({
      status_code: "200",
      status_message: "Success, refund request is approved",
      order_id: payment.transactionId,
      merchant_id: "G000000001",
      gross_amount: "10000.00",
      currency: "IDR",
      payment_type: "dana",
      transaction_time: "2026-03-15 10:00:00",
      transaction_status: "refund",
      fraud_status: "accept",
      refund_amount: "10000.00",
      settlement_time: "2026-03-15 10:00:00",
      refund_key: "reference1",
    });
  });

  test("only what has settled can be refunded, and not what went back whole", async () => {
    const { sandbox, api, create, refund } = await setUp();
    const link = await create({ enabled_payments: ["credit_card"], usage_limit: 9 });
    const pending = await sandbox.open(link);
    expect((await refund(pending)).json).toEqual(invalidStatus);
    const captured = await sandbox.pay(link, { payment: pending.id });
    expect((await refund(captured)).json).toEqual(invalidStatus);
    await expect(sandbox.refund(link)).rejects.toThrow("is capture; to be refunded it must be settlement");
    await sandbox.settle(link);
    expect((await refund(captured)).json).toMatchObject({ status_code: "200" });
    expect((await refund(captured)).json).toEqual(invalidStatus);
    const refused = await sandbox.fail(link);
    expect((await refund(refused)).json).toEqual(invalidStatus);
    expect((await api("POST", "/v2/unknown/refund", {})).json).toMatchObject({ status_code: "404" });
  });

  test("no more than is left, and no less than a rupiah", async () => {
    const { pay, refund, status } = await setUp();
    const { payment } = await pay("gopay");
    await refund(payment, { amount: 6_000 });
    for (const amount of [4_001, 10_000, 0, -1]) {
      expect((await refund(payment, { amount })).json).toEqual(invalidAmount);
    }
    expect(await status(payment)).toMatchObject({ refund_amount: "6000.00" });
    expect((await refund(payment, { amount: 4_000 })).json).toMatchObject({ transaction_status: "refund" });
  });

  test.each<readonly [string, unknown, string, readonly string[]]>([
    ["a key with other characters", { refund_key: "a b" }, "400", ["refund_key allows alphabets, numbers"]],
    ["an empty key", { refund_key: "" }, "400", ["refund_key allows alphabets, numbers"]],
    ["a key that is no text", { refund_key: 1 }, "400", ["refund_key must be a string"]],
    ["half a rupiah", { amount: 0.5 }, "400", ["amount must be an integer"]],
    ["an amount as text", { amount: "5000" }, "400", ["amount must be an integer"]],
    ["a reason too long", { reason: "r".repeat(256) }, "400", ["reason must be at most 255 characters"]],
    ["all at once", { refund_key: "/", amount: [] }, "400", ["refund_key allows", "amount must be an integer"]],
    ["no JSON", "{", "413", []],
    ["no object", "[]", "413", []],
  ])("refuses %s", async (_what, body, code, messages) => {
    const { pay, refund, notifications, status } = await setUp();
    const { payment } = await pay("gopay");
    const before = notifications().length;
    const { json } = await refund(payment, body);
    expect(json).toMatchObject({ status_code: code, status_message: expect.any(String) });
    expect(json["validation_messages"] ?? []).toEqual(messages.map((message) => expect.stringContaining(message)));
    expect(notifications()).toHaveLength(before);
    expect(await status(payment)).toMatchObject({ transaction_status: "settlement" });
  });
});

describe("the key of a Midtrans refund", () => {
  test("again is the same refund, not a second one, also when all went back", async () => {
    const { sandbox, pay, refund, status, notifications } = await setUp();
    const { payment } = await pay("gopay");
    const body = { refund_key: "reference1", amount: 4_000 };
    const first = await refund(payment, body);
    const count = notifications().length;
    expect((await refund(payment, body)).json).toEqual(first.json);
    expect(notifications()).toHaveLength(count);
    await refund(payment, { refund_key: "reference2" });
    expect((await refund(payment, body)).json).toEqual({ ...first.json, transaction_status: "refund" });
    expect(await status(payment)).toMatchObject({ refund_amount: "10000.00", refunds: [{}, {}] });
    await sandbox.advance(7 * dayMs);
    expect((await refund(payment, body)).json).toMatchObject({ status_code: "200" });
  });

  test("is of no use for another refund, another payment, or after 7 days", async () => {
    const { sandbox, pay, refund, status } = await setUp();
    const { payment } = await pay("gopay");
    const other = await pay("gopay");
    await refund(payment, { refund_key: "reference1", amount: 4_000 });
    expect((await refund(payment, { refund_key: "reference1", amount: 5_000 })).json).toEqual(duplicate);
    expect((await refund(other.payment, { refund_key: "reference1", amount: 4_000 })).json).toEqual(duplicate);
    await sandbox.advance(7 * dayMs + 1);
    expect((await refund(payment, { refund_key: "reference1", amount: 4_000 })).json).toEqual(duplicate);
    expect(await status(payment)).toMatchObject({ refund_amount: "4000.00" });
    expect(await status(other.payment)).toMatchObject({ transaction_status: "settlement" });
  });
});

describe("the time for a Midtrans refund", () => {
  test.each([
    ["gopay", 45],
    ["other_qris", 45],
    ["dana", 45],
    ["ovo", 7],
    ["kredivo", 14],
    ["shopeepay", 365],
  ])("%s ends after %d days", async (method, days) => {
    const { sandbox, pay, refund } = await setUp();
    const [inTime, late] = [await pay(method), await pay(method)];
    await sandbox.advance(days * dayMs);
    expect((await refund(inTime.payment)).json).toMatchObject({ status_code: "200" });
    await sandbox.advance(1);
    expect((await refund(late.payment)).json).toEqual(invalidStatus);
    await expect(sandbox.refund(late.link)).rejects.toThrow(`Midtrans refunds ${method} for ${days} days`);
  });

  test.each(["credit_card", "akulaku"])("%s has no documented end", async (method) => {
    const { sandbox, pay, refund } = await setUp();
    const { payment } = await pay(method);
    await sandbox.advance(1_000 * dayMs);
    expect((await refund(payment)).json).toMatchObject({ status_code: "200" });
  });
});

describe("the action refund", () => {
  test("gives back a part, then the rest, and notifies as the call does", async () => {
    const { sandbox, pay, notifications } = await setUp();
    const { link, payment } = await pay("gopay");
    expect(await sandbox.refund(link, { amount: 4_000 })).toEqual({ ...payment, status: "partial_refund" });
    expect(await sandbox.refund(link, { payment: payment.id })).toMatchObject({ id: payment.id, status: "refund" });
    expect(notifications().slice(2)).toMatchObject([
      { transaction_status: "partial_refund", status_code: "200", refund_amount: "4000.00" },
      { transaction_status: "refund", status_code: "200", refund_amount: "10000.00" },
    ]);
    await expect(sandbox.refund(link)).rejects.toThrow("is refund; to be refunded it must be settlement");
  });

  test("means the newest payment that can be refunded", async () => {
    const { sandbox, create } = await setUp();
    const link = await create({ usage_limit: 9 });
    await expect(sandbox.refund(link)).rejects.toThrow("No payment was made on this link yet");
    const older = await sandbox.pay(link, { method: "gopay" });
    const newer = await sandbox.pay(link, { method: "gopay" });
    await sandbox.pay(link, { method: "bca_va" });
    expect((await sandbox.refund(link)).id).toBe(newer.id);
    expect((await sandbox.refund(link)).id).toBe(older.id);
    await expect(sandbox.refund(link)).rejects.toThrow("not for bca_va");
    await expect(sandbox.refund(link, { payment: "other" })).rejects.toThrow("no payment other");
  });

  test("refuses an amount that is not there to give back", async () => {
    const { sandbox, pay } = await setUp();
    const { link } = await pay("gopay");
    for (const amount of [0, -1, 0.5, 10_001, Number.NaN]) {
      await expect(sandbox.refund(link, { amount })).rejects.toThrow("whole rupiah, from Rp1 to Rp10.000");
    }
  });
});

test("a refund frees no use of the link, and the link's details and page tell of it", async () => {
  const { sandbox, api, create } = await setUp();
  const link = await create();
  const details = async (): Promise<Json> => (await api("GET", "/v1/payment-links/order-1")).json;
  await sandbox.pay(link, { method: "gopay" });
  await sandbox.refund(link, { amount: 1 });
  expect(await details()).toMatchObject({ usage: 1, purchases: [{ payment_status: "PARTIAL_REFUND" }] });
  await sandbox.refund(link);
  expect(await details()).toMatchObject({ usage: 1, purchases: [{ payment_status: "REFUND" }] });
  await expect(sandbox.pay(link)).rejects.toThrow("it has been paid");
  const page = await (await fetch(link)).text();
  expect(page).toContain("This payment was refunded.");
  expect(page).toContain("by GoPay: refunded");
});

test("the driver takes both notifications of a refund for one, and counts two refunds together", async () => {
  const { sandbox, heard, createUrl } = await openShop();
  const link = await createUrl("midtrans");
  await sandbox.pay(link, { method: "gopay" });
  await sandbox.refund(link, { amount: 5_000 });
  await sandbox.refund(link, { amount: 6_000 });
  await sandbox.advance(dayMs);
  const histories = heard.flatMap(({ parsed }) =>
    parsed.isOk() ? parsed.value.observations.flatMap((each) => (each.kind === "history" ? [each.history] : [])) : [],
  );
  expect(histories).toHaveLength(6);
  const together = histories.reduce((left, right) => mergeHistories(right, left));
  expect(together).toMatchObject({
    status: "partially_refunded",
    isPaid: true,
    refunded: { amount: "11000", currency: "IDR" },
  });
});
