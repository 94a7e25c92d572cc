import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { setUpFor } from "./midtrans-setting.ts";
import {
  dayMs,
  hourMs,
  type Json,
  midtransCaller,
  minuteMs,
  pick,
  startMerchant,
  startMs,
  startSandbox,
  textAt,
} from "./support.ts";

const setUp = () => setUpFor(10_000);

/** Written from the documents a second time, so that a slip in the sandbox would show. */
const expectedSignature = (body: Json, serverKey: string): string =>
  createHash("sha512")
    .update(["order_id", "status_code", "gross_amount"].map((name) => textAt(body, name)).join("") + serverKey)
    .digest("hex");

const statuses = (bodies: readonly Json[]): readonly string[] =>
  bodies.map((body) => textAt(body, "transaction_status"));

describe("Midtrans notifications", () => {
  test("arrive at the merchant with the documented headers, fields, times and signature", async () => {
    const merchant = await startMerchant();
    const { sandbox, clock } = await startSandbox({ midtrans: `${merchant.url}/notify?from=midtrans` });
    const api = midtransCaller(sandbox);
    const created = await api("POST", "/v1/payment-links", {
      transaction_details: { order_id: "inv-2026-0042", gross_amount: 150_000 },
      enabled_payments: ["bca_va"],
      custom_field1: "inv-2026-0042",
    });
    const pending = await sandbox.open(textAt(created.json, "payment_url"));
    clock.advance(61_000);
    const paid = await sandbox.pay(textAt(created.json, "payment_url"));

    expect(merchant.received).toHaveLength(2);
    const [first, second] = merchant.received;
    expect(second).toMatchObject({ method: "POST", url: "/notify?from=midtrans" });
    expect(second?.headers).toEqual({
      "user-agent": "Veritrans",
      accept: "application/json",
      "content-type": "application/json",
      "content-length": String(second?.body.byteLength),
      host: new URL(merchant.url).host,
      connection: "close",
    });
    const body = JSON.parse(String(second?.body)) as Json;
    expect(body).toEqual({
      va_numbers: [{ va_number: expect.stringMatching(/^\d+$/), bank: "bca" }],
      transaction_time: "2026-03-15 10:00:00",
      transaction_status: "settlement",
      transaction_id: paid.transactionId,
      status_message: "midtrans payment notification",
      status_code: "200",
      signature_key: expectedSignature(body, sandbox.midtrans.credentials.serverKey),
      settlement_time: "2026-03-15 10:01:01",
      payment_type: "bank_transfer",
      payment_amounts: [],
      order_id: `inv-2026-0042-${startMs}`,
      merchant_id: "G000000001",
      gross_amount: "150000.00",
      fraud_status: "accept",
      custom_field1: "inv-2026-0042",
      currency: "IDR",
    });
    const firstBody = JSON.parse(String(first?.body)) as Json;
    expect(firstBody).toMatchObject({
      transaction_status: "pending",
      status_code: "201",
      transaction_id: pending.transactionId,
      signature_key: expectedSignature(firstBody, sandbox.midtrans.credentials.serverKey),
      expiry_time: "2026-03-16 10:00:00",
    });
    expect(firstBody).not.toHaveProperty("settlement_time");
    expect(Object.keys(body)).toEqual(Object.keys(body).toSorted().toReversed());
    expect(sandbox.deliveries).toEqual([
      expect.objectContaining({ provider: "midtrans", status: 200, url: `${merchant.url}/notify?from=midtrans` }),
      expect.objectContaining({ status: 200, body: String(second?.body), atMs: startMs + 61_000 }),
    ]);
  });

  test.each<readonly [string, string, string, object]>([
    [
      "bni_va",
      "bank_transfer",
      "settlement",
      {
        va_numbers: [{ va_number: expect.any(String), bank: "bni" }],
        payment_amounts: [{ paid_at: "2026-03-15 10:00:00", amount: "10000.00" }],
      },
    ],
    ["bri_va", "bank_transfer", "settlement", { va_numbers: [{ va_number: expect.any(String), bank: "bri" }] }],
    ["cimb_va", "bank_transfer", "settlement", { va_numbers: [{ va_number: expect.any(String), bank: "cimb" }] }],
    ["permata_va", "bank_transfer", "settlement", { permata_va_number: expect.any(String) }],
    ["echannel", "echannel", "settlement", { biller_code: "70012", bill_key: expect.any(String) }],
    ["gopay", "gopay", "settlement", {}],
    [
      "other_qris",
      "qris",
      "settlement",
      {
        acquirer: "gopay",
        issuer: "gopay",
        transaction_type: "on-us",
        merchant_cross_reference_id: expect.any(String),
      },
    ],
    [
      "shopeepay",
      "shopeepay",
      "settlement",
      {
        shopeepay_reference_number: expect.any(String),
        reference_id: expect.any(String),
      },
    ],
    ["ovo", "ovo", "settlement", { payer_phone_number: expect.any(String), merchant_invoice: expect.any(String) }],
    ["alfamart", "cstore", "settlement", { store: "alfamart", payment_code: expect.any(String) }],
    [
      "indomaret",
      "cstore",
      "settlement",
      {
        store: "indomaret",
        payment_code: expect.any(String),
        approval_code: expect.any(String),
      },
    ],
    ["akulaku", "akulaku", "settlement", {}],
    ["bca_klikpay", "bca_klikpay", "settlement", { approval_code: expect.any(String) }],
    [
      "credit_card",
      "credit_card",
      "capture",
      {
        masked_card: "48111111-1114",
        bank: "bni",
        card_type: "credit",
        eci: "05",
        channel_response_code: "00",
        channel_response_message: "Approved",
        approval_code: expect.stringMatching(/^\d{13}$/),
      },
    ],
  ])("%s is paid as %s and becomes %s", async (code, paymentType, status, fields) => {
    const { sandbox, create, notifications } = await setUp();
    const payment = await sandbox.pay(await create({ enabled_payments: [code] }));
    expect(payment).toMatchObject({ method: code, status });
    const common = [
      "transaction_time",
      "transaction_status",
      "transaction_id",
      "status_message",
      "status_code",
      "signature_key",
      "payment_type",
      "order_id",
      "merchant_id",
      "gross_amount",
      "currency",
    ];
    const last = notifications().at(-1) ?? {};
    expect(last).toMatchObject({
      payment_type: paymentType,
      transaction_status: status,
      status_code: "200",
      ...fields,
    });
    const expected = new Set([...common, ...Object.keys(fields)]);
    if (status === "settlement") expected.add("settlement_time");
    if (code !== "indomaret") expected.add("fraud_status");
    if ("va_numbers" in fields) expected.add("payment_amounts");
    expect(new Set(Object.keys(last))).toEqual(expected);
  });

  test("a card is captured, then settles; both are the same transaction with the same signature", async () => {
    const { sandbox, create, notifications } = await setUp();
    const link = await create({ enabled_payments: ["credit_card"], credit_card: { secure: true, bank: "mandiri" } });
    const captured = await sandbox.pay(link);
    const settled = await sandbox.settle(link);
    expect([captured.status, settled.status]).toEqual(["capture", "settlement"]);
    expect(settled.transactionId).toBe(captured.transactionId);
    const [pending, capture, settlement] = notifications();
    expect(statuses(notifications())).toEqual(["pending", "capture", "settlement"]);
    expect(pending).not.toHaveProperty("approval_code");
    expect(capture).toMatchObject({ bank: "mandiri", three_ds_version: "2" });
    expect(settlement?.["approval_code"]).toBe(capture?.["approval_code"]);
    expect(settlement?.["signature_key"]).toBe(capture?.["signature_key"]);
    await expect(sandbox.settle(link)).rejects.toThrow("to settle it must be capture");
  });

  test("a captured card settles by itself a day later, once", async () => {
    const { sandbox, clock, api, create, notifications } = await setUp();
    await sandbox.pay(await create({ enabled_payments: ["credit_card"] }));
    clock.advance(dayMs - 1);
    await sandbox.idle();
    expect(statuses(notifications())).toEqual(["pending", "capture"]);
    clock.advance(1);
    const details = await api("GET", "/v1/payment-links/order-1");
    expect(pick(details.json, "purchases", 0, "payment_status")).toBe("SETTLEMENT");
    clock.advance(dayMs);
    await sandbox.idle();
    expect(statuses(notifications())).toEqual(["pending", "capture", "settlement"]);
    expect(notifications().at(-1)).toMatchObject({ settlement_time: "2026-03-16 10:00:00", status_code: "200" });
  });

  test("a card settles by the clock at its own time, also where it was authorized first", async () => {
    const { sandbox, create, notifications } = await setUp();
    const link = await create({ enabled_payments: ["credit_card"], credit_card: { type: "authorize" } });
    await sandbox.pay(link);
    await sandbox.advance(hourMs);
    await sandbox.pay(link);
    await sandbox.advance(3 * dayMs);
    expect(notifications().at(-1)).toMatchObject({
      transaction_status: "settlement",
      settlement_time: "2026-03-16 11:00:00",
    });
  });

  test("a captured card that was cancelled or settled by hand does not settle any more", async () => {
    const { sandbox, clock, api, create, notifications } = await setUp();
    const link = await create({ enabled_payments: ["credit_card"], usage_limit: 2 });
    const { id } = await sandbox.pay(link);
    await api("POST", `/v2/${id}/cancel`);
    await sandbox.pay(link);
    await sandbox.settle(link);
    clock.advance(2 * dayMs);
    await sandbox.idle();
    expect(statuses(notifications())).toEqual(["pending", "capture", "cancel", "pending", "capture", "settlement"]);
  });

  test("only cards settle later", async () => {
    const { sandbox, create } = await setUp();
    const link = await create();
    await expect(sandbox.settle(link)).rejects.toThrow("No payment was made on this link yet");
    await sandbox.pay(link, { method: "bca_va" });
    await expect(sandbox.settle(link)).rejects.toThrow("Only cards settle later");
  });

  test("a card that is only authorized is captured in a second step", async () => {
    const { sandbox, create, notifications } = await setUp();
    const link = await create({ enabled_payments: ["credit_card"], credit_card: { type: "authorize" } });
    expect((await sandbox.pay(link)).status).toBe("authorize");
    expect((await sandbox.pay(link)).status).toBe("capture");
    expect(statuses(notifications())).toEqual(["pending", "authorize", "capture"]);
  });

  test("a wished virtual account number is cut or filled up, and replaced when taken", async () => {
    const { sandbox, create, notifications } = await setUp();
    const wish = { enabled_payments: ["bca_va"], bca_va: { va_number: "555555555551234" } };
    await sandbox.open(await create(wish));
    await sandbox.open(await create(wish));
    await sandbox.open(await create({ enabled_payments: ["bni_va"], bni_va: { va_number: "7" } }));
    const [wished, replaced, filled] = notifications().map((body) => pick(body, "va_numbers", 0, "va_number"));
    expect(wished).toBe("55555555555");
    expect(replaced).not.toBe(wished);
    expect(filled).toBe("00000007");
  });

  test("every custom field comes back", async () => {
    const { sandbox, create, notifications } = await setUp();
    await sandbox.open(await create({ custom_field1: "one", custom_field3: 'thr"ee' }));
    expect(notifications()[0]).toMatchObject({ custom_field1: "one", custom_field3: 'thr"ee' });
    expect(notifications()[0]).not.toHaveProperty("custom_field2");
  });
});

describe("Midtrans payments that end unpaid", () => {
  test("fail sends deny with 202, and the same purchase takes further tries", async () => {
    const { sandbox, create, notifications } = await setUp();
    const link = await create({ enabled_payments: ["credit_card", "bca_va"] });
    const first = await sandbox.fail(link, { method: "credit_card" });
    const second = await sandbox.fail(link, { payment: first.id });
    const paid = await sandbox.pay(link, { payment: first.id, method: "bca_va" });
    expect(first).toMatchObject({ status: "deny", method: "credit_card" });
    expect([second.id, paid.id]).toEqual([first.id, first.id]);
    expect(new Set([first, second, paid].map(({ transactionId }) => transactionId)).size).toBe(3);
    expect(statuses(notifications())).toEqual(["pending", "deny", "pending", "deny", "pending", "settlement"]);
    expect(notifications()[1]).toMatchObject({ status_code: "202", channel_response_message: "Do not honour" });
  });

  test("expire of a payment sends expire with 202", async () => {
    const { sandbox, create, notifications } = await setUp();
    const link = await create();
    const { id } = await sandbox.open(link);
    await sandbox.expire(link, { payment: id });
    expect(notifications().at(-1)).toMatchObject({ transaction_status: "expire", status_code: "202", order_id: id });
    await expect(sandbox.expire(link, { payment: id })).rejects.toThrow("to expire it must be pending");
    await expect(sandbox.pay(link, { payment: id })).rejects.toThrow("is expire");
  });

  test.each([
    ["bca_va", dayMs],
    ["other_qris", 15 * minuteMs],
    ["gopay", 15 * minuteMs],
    ["ovo", 65_000],
    ["credit_card", 10 * minuteMs],
  ])("a pending %s expires by the clock", async (code, lifetimeMs) => {
    const { sandbox, clock, api, create, notifications } = await setUp();
    const link = await create({ enabled_payments: [code] });
    await sandbox.open(link);
    clock.advance(lifetimeMs - 1);
    await sandbox.idle();
    expect(statuses(notifications())).toEqual(["pending"]);
    clock.advance(1);
    const details = await api("GET", "/v1/payment-links/order-1");
    expect(pick(details.json, "purchases", 0, "payment_status")).toBe("EXPIRE");
    await sandbox.idle();
    expect(statuses(notifications())).toEqual(["pending", "expire"]);
  });

  test("a reversal turns settlement into deny, where Midtrans documents it, and gives the use back", async () => {
    const { sandbox, create, api, notifications } = await setUp();
    const link = await create({ enabled_payments: ["permata_va"] });
    await expect(sandbox.reverse(link)).rejects.toThrow("No payment on this link is in settlement");
    await sandbox.pay(link);
    expect(await sandbox.reverse(link)).toMatchObject({ status: "deny" });
    expect(notifications().at(-1)).toMatchObject({ transaction_status: "deny", status_code: "202" });
    expect((await api("GET", "/v1/payment-links/order-1")).json["usage"]).toBe(0);

    const other = await create({ enabled_payments: ["bca_va"] });
    await sandbox.pay(other);
    await expect(sandbox.reverse(other)).rejects.toThrow("not for bca_va");
  });
});

describe("Midtrans quota", () => {
  test("a success consumes a use, a pending payment holds one, its expiry frees it", async () => {
    const { sandbox, clock, api, create } = await setUp();
    const link = await create({ usage_limit: 2, enabled_payments: ["bca_va"] });
    const usage = async (): Promise<unknown> => (await api("GET", "/v1/payment-links/order-1")).json["usage"];
    await sandbox.pay(link);
    expect(await usage()).toBe(1);
    await sandbox.open(link);
    expect(await usage()).toBe(1);
    await expect(sandbox.open(link)).rejects.toThrow("all 2 uses are made or held by pending payments");
    clock.advance(dayMs);
    await sandbox.open(link);
    await sandbox.pay(link);
    expect(await usage()).toBe(2);
    await expect(sandbox.pay(link)).rejects.toThrow("all 2 uses are made");
  });

  test("a link without a limit is for one payment", async () => {
    const { sandbox, create } = await setUp();
    const link = await create();
    await sandbox.pay(link);
    await expect(sandbox.pay(link)).rejects.toThrow("it has been paid");
  });

  test("purchases at the same moment get different order ids", async () => {
    const { sandbox, create } = await setUp();
    const link = await create({ usage_limit: 3 });
    const ids = [await sandbox.open(link), await sandbox.open(link), await sandbox.open(link)].map(({ id }) => id);
    expect(ids).toEqual([`order-1-${startMs}`, `order-1-${startMs + 1}`, `order-1-${startMs + 2}`]);
  });

  test("a virtual account issued before stays payable after the link expired or was deleted", async () => {
    const { sandbox, clock, api, create, notifications } = await setUp();
    const expiring = await create({ expiry: { duration: 1, unit: "hours" } });
    const deleted = await create();
    await sandbox.open(expiring);
    await sandbox.open(deleted);
    clock.advance(2 * hourMs);
    await api("DELETE", "/v1/payment-links/order-2");
    expect((await sandbox.pay(expiring)).status).toBe("settlement");
    expect((await sandbox.pay(deleted)).status).toBe("settlement");
    expect(statuses(notifications()).slice(2)).toEqual(["settlement", "settlement"]);
  });

  test("an open amount is chosen by the payer, within bounds", async () => {
    const { sandbox, create, notifications } = await setUp();
    const link = await create({
      payment_link_type: "DYNAMIC_AMOUNT",
      dynamic_amount: { min_amount: 5_000, max_amount: 9_000, preset_amount: 6_000 },
      usage_limit: 5,
    });
    expect((await sandbox.pay(link)).amount).toBe(6_000);
    expect((await sandbox.pay(link, { amount: 9_000 })).amount).toBe(9_000);
    expect(notifications().at(-1)?.["gross_amount"]).toBe("9000.00");
    for (const amount of [4_999, 9_001, 5_000.5, Number.NaN]) {
      await expect(sandbox.pay(link, { amount })).rejects.toThrow("whole rupiah, from Rp5.000 to Rp9.000");
    }
    const opened = await sandbox.open(link, { amount: 7_000 });
    await expect(sandbox.pay(link, { payment: opened.id, amount: 8_000 })).rejects.toThrow(
      "for Rp7.000, and keeps both",
    );
    expect((await sandbox.pay(link, { amount: 8_000 })).id).not.toBe(opened.id);
    expect((await sandbox.pay(link)).id).toBe(opened.id);
    await expect(sandbox.pay(await create(), { amount: 1 })).rejects.toThrow("fixed at Rp10.000");
  });

  test("only methods of the link can be chosen, and a payment keeps its own", async () => {
    const { sandbox, create } = await setUp();
    const link = await create({ enabled_payments: ["bca_va", "gopay"], usage_limit: 2 });
    await expect(sandbox.open(link, { method: "bni_va" })).rejects.toThrow("it allows bca_va, gopay");
    const { id, transactionId } = await sandbox.open(link, { method: "gopay" });
    await expect(sandbox.pay(link, { payment: id, method: "bca_va" })).rejects.toThrow(
      "opened with gopay for Rp10.000",
    );
    await expect(sandbox.pay(link, { payment: "other" })).rejects.toThrow("no payment other");
    expect((await sandbox.pay(link, { payment: transactionId ?? "" })).id).toBe(id);
  });
});

describe("Midtrans Core API on a transaction", () => {
  test("Get Status by suffixed order id and by transaction id, not by the link's order id", async () => {
    const { sandbox, api, create } = await setUp();
    const payment = await sandbox.open(await create(), { method: "bca_va" });
    const byOrder = await api("GET", `/v2/${payment.id}/status`);
    const byTransaction = await api("GET", `/v2/${payment.transactionId}/status`);
    expect(byOrder.status).toBe(200);
    expect(byOrder.json).toEqual(byTransaction.json);
    expect(byOrder.json).toMatchObject({
      status_code: "201",
      status_message: "Success, transaction is found",
      transaction_status: "pending",
      order_id: payment.id,
      gross_amount: "10000.00",
      signature_key: expectedSignature(byOrder.json, sandbox.midtrans.credentials.serverKey),
    });
    const unknown = await api("GET", "/v2/order-1/status");
    expect(unknown).toMatchObject({
      status: 200,
      json: { status_code: "404", status_message: "Transaction doesn't exist.", id: expect.any(String) },
    });
  });

  test("DANA is found by transaction id only", async () => {
    const { sandbox, api, create } = await setUp();
    const payment = await sandbox.pay(await create({ enabled_payments: ["dana"] }));
    expect((await api("GET", `/v2/${payment.id}/status`)).json["status_code"]).toBe("404");
    expect((await api("GET", `/v2/${payment.transactionId}/status`)).json["status_code"]).toBe("200");
  });

  test("an older try keeps its own status", async () => {
    const { sandbox, api, create } = await setUp();
    const link = await create({ enabled_payments: ["credit_card"] });
    const denied = await sandbox.fail(link);
    await sandbox.pay(link, { payment: denied.id });
    const status = async (id: string | undefined): Promise<unknown> =>
      (await api("GET", `/v2/${id}/status`)).json["transaction_status"];
    expect(await status(denied.id)).toBe("capture");
    expect(await status(denied.transactionId)).toBe("deny");
    expect((await api("POST", `/v2/${denied.transactionId}/cancel`)).json["status_code"]).toBe("412");
  });

  test("Cancel: 200 in the reply, 202 in the notification, 412 once settled; a card before settlement too", async () => {
    const { sandbox, api, create, notifications } = await setUp();
    const pending = await sandbox.open(await create());
    expect(await api("POST", `/v2/${pending.id}/cancel`)).toMatchObject({
      status: 200,
      json: { status_code: "200", status_message: "Success, transaction is canceled", transaction_status: "cancel" },
    });
    await sandbox.idle();
    expect(notifications().at(-1)).toMatchObject({ transaction_status: "cancel", status_code: "202" });

    const captured = await sandbox.pay(await create({ enabled_payments: ["credit_card"] }));
    expect((await api("POST", `/v2/${captured.transactionId}/cancel`)).json["status_code"]).toBe("200");
    expect((await api("GET", "/v1/payment-links/order-2")).json["usage"]).toBe(0);

    const settled = await sandbox.pay(await create(), {});
    expect(await api("POST", `/v2/${settled.id}/cancel`)).toMatchObject({
      status: 200,
      json: { status_code: "412", status_message: "Merchant cannot modify the status of the transaction" },
    });
    expect((await api("POST", "/v2/unknown/cancel")).json["status_code"]).toBe("404");
  });

  test("Expire: 407 inside HTTP 200 is success; only pending ones", async () => {
    const { sandbox, api, create, notifications } = await setUp();
    const pending = await sandbox.open(await create());
    expect(await api("POST", `/v2/${pending.id}/expire`)).toMatchObject({
      status: 200,
      json: { status_code: "407", status_message: "Success, transaction has expired", transaction_status: "expire" },
    });
    await sandbox.idle();
    expect(notifications().at(-1)).toMatchObject({ transaction_status: "expire", status_code: "202" });
    expect((await api("GET", `/v2/${pending.id}/status`)).json["status_code"]).toBe("407");
    expect((await api("POST", `/v2/${pending.id}/expire`)).json["status_code"]).toBe("412");
  });
});
