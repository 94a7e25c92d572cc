import { describe, expect, test } from "vitest";
import { createLinkAt } from "./create-link.ts";
import { actionsIn, look, outcomeOf, submit } from "./inspect.ts";
import { setUpFor } from "./midtrans-setting.ts";
import { openPage } from "./page.ts";
import { call, dayMs, hourMs, type Json, pick } from "./support.ts";

/** Links over 190,000 rupiah, and what was notified of them. */
const setUp = async () => {
  const setting = await setUpFor(190_000);
  /** Status, fraud status and code of all notifications so far. */
  const told = (): readonly unknown[] =>
    setting.notifications().map((body) => [body["transaction_status"], body["fraud_status"], body["status_code"]]);
  return { ...setting, told };
};

const card = { enabled_payments: ["credit_card"] };
const authorize = { ...card, credit_card: { type: "authorize" } };
const unchangeable = { status_code: "412", status_message: "Merchant cannot modify the status of the transaction" };

describe("a card that fraud detection has challenged", () => {
  test("is capture with challenge and 201, is not paid, and holds the link", async () => {
    const { sandbox, api, create, told } = await setUp();
    const link = await create(card);
    const { id, status, transactionId } = await sandbox.pay(link, { outcome: "challenged" });
    expect(status).toBe("capture");
    expect(told()).toEqual([
      ["pending", "accept", "201"],
      ["capture", "challenge", "201"],
    ]);
    const read = (await api("GET", `/v2/${id}/status`)).json;
    expect(read).toMatchObject({
      status_code: "201",
      status_message: "Success, transaction is found",
      transaction_id: transactionId,
      transaction_status: "capture",
      fraud_status: "challenge",
    });
    expect((await api("GET", "/v1/payment-links/order-1")).json).toMatchObject({ usage: 0 });
    const page = await call(link);
    expect(page.text).toContain("A payment on this link is pending.");
    const visited = await call(`${link}?payment=${id}`);
    expect(visited.text).toContain("under review");
    await expect(sandbox.pay(link, { method: "credit_card" })).rejects.toThrow("made or held by pending payments");
    await expect(sandbox.settle(link)).rejects.toThrow("is under review; approve it first");
  });

  test("is approved by the merchant: capture with accept and 200, which settles a day later", async () => {
    const { sandbox, clock, api, create, told, notifications } = await setUp();
    const link = await create(card);
    const { id, transactionId } = await sandbox.pay(link, { outcome: "challenged" });
    clock.advance(hourMs);
    const approved = (await api("POST", `/v2/${id}/approve`)).json;
    expect(approved).toMatchObject({
      status_code: "200",
      status_message: "Success, transaction is approved",
      transaction_id: transactionId,
      masked_card: "48111111-1114",
      order_id: id,
      payment_type: "credit_card",
      transaction_time: "2026-03-15 10:00:00",
      transaction_status: "capture",
      fraud_status: "accept",
      bank: "bni",
      gross_amount: "190000.00",
    });
    expect((await api("GET", "/v1/payment-links/order-1")).json).toMatchObject({ usage: 1 });
    await sandbox.advance(dayMs);
    expect(told().slice(2)).toEqual([
      ["capture", "accept", "200"],
      ["settlement", "accept", "200"],
    ]);
    expect(notifications().at(-1)).toMatchObject({ settlement_time: "2026-03-16 11:00:00" });
    for (const action of ["approve", "deny"]) {
      expect((await api("POST", `/v2/${id}/${action}`)).json).toEqual(unchangeable);
    }
  });

  test("is denied by the merchant: the reply has 200, the notification 202, and the use is given back", async () => {
    const { sandbox, api, create, told } = await setUp();
    const link = await create(card);
    const { id, transactionId = "" } = await sandbox.pay(link, { outcome: "challenged" });
    expect((await api("POST", `/v2/${transactionId}/deny`)).json).toMatchObject({
      status_code: "200",
      status_message: "Success, transaction is denied",
      transaction_id: transactionId,
      order_id: id,
      transaction_status: "deny",
      fraud_status: "deny",
    });
    expect(told().at(-1)).toEqual(["deny", "deny", "202"]);
    expect((await sandbox.pay(link)).status).toBe("capture");
  });

  test("is approved or denied by hand, as in the dashboard: in code, over HTTP and in the inspector", async () => {
    const { sandbox, create, told } = await setUp();
    const link = await create({ ...card, usage_limit: 3 });
    const first = await sandbox.pay(link, { outcome: "challenged" });
    const second = await sandbox.pay(link, { outcome: "challenged", method: "credit_card" });
    const third = await sandbox.pay(link, { outcome: "challenged", method: "credit_card" });
    const page = await look(sandbox, `/link?url=${encodeURIComponent(link)}`);
    expect(actionsIn(page)).toEqual(Array.from({ length: 3 }, () => ["approve", "deny"]).flat());
    expect(await sandbox.approve(link, { payment: first.id })).toEqual(first);
    const sent = await submit(sandbox, "/link", { link, do: "deny", payment: second.id });
    expect(sent.status).toBe(303);
    const reply = await call(`${sandbox.control.url}/deny`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ link }),
    });
    expect(reply.json).toEqual({ ...third, status: "deny" });
    expect(told().slice(-3)).toEqual([
      ["capture", "accept", "200"],
      ["deny", "deny", "202"],
      ["deny", "deny", "202"],
    ]);
    await expect(sandbox.deny(link)).rejects.toThrow("No payment on this link is under review.");
    await expect(sandbox.approve(link, { payment: first.id })).rejects.toThrow(
      `The payment ${first.id} is capture; to be approved it must be under review.`,
    );
  });

  test("is denied by itself a day later, where nobody decides", async () => {
    const { sandbox, create, told } = await setUp();
    await sandbox.pay(await create(card), { outcome: "challenged" });
    await sandbox.advance(dayMs - 1);
    expect(told()).toHaveLength(2);
    await sandbox.advance(1);
    expect(told().at(-1)).toEqual(["deny", "deny", "202"]);
    await sandbox.advance(7 * dayMs);
    expect(told()).toHaveLength(3);
  });

  test("can be cancelled as what was captured can, and stays a reservation where it was one", async () => {
    const { sandbox, api, create, told } = await setUp();
    const { id } = await sandbox.pay(await create(card), { outcome: "challenged" });
    expect((await api("POST", `/v2/${id}/cancel`)).json).toMatchObject({ status_code: "200", fraud_status: "accept" });
    const reserved = await sandbox.pay(await create(authorize), { outcome: "challenged" });
    expect((await api("POST", "/v2/capture", { transaction_id: reserved.transactionId })).json).toEqual(unchangeable);
    await api("POST", `/v2/${reserved.id}/approve`);
    expect(told().slice(-2)).toEqual([
      ["authorize", "challenge", "201"],
      ["authorize", "accept", "200"],
    ]);
  });

  test("comes of the documented card on the pay page", async () => {
    const { sandbox, create, told } = await setUp();
    const link = await create({ ...card, usage_limit: 2 });
    const { id } = await sandbox.open(link);
    const panel = await openPage(`${link}?payment=${id}`);
    expect(panel.get("table", "Test cards").get("row", /^4511 1111 1111 1117/).text).toContain(
      "left to the merchant to approve",
    );
    const sent = await call(link, {
      method: "POST",
      headers: { Origin: new URL(link).origin },
      body: new URLSearchParams({ do: "pay", payment: id, card: "4511111111111117" }),
    });
    expect(sent.headers.get("location")).toBe(`/payment-links/${link.split("/").at(-1)}?payment=${id}`);
    expect((await call(new URL(sent.headers.get("location") ?? "", link).href)).text).toContain(
      "The merchant is reviewing this payment.",
    );
    expect(told().at(-1)).toEqual(["capture", "challenge", "201"]);
  });

  test.each<readonly [string, object, string]>([
    [
      "another method",
      { method: "gopay" },
      "Midtrans documents challenges by fraud detection for cards, not for gopay.",
    ],
    ["no card", {}, "This link does not allow credit_card; it allows gopay."],
  ])("is none with %s", async (_name, options, sentence) => {
    const { sandbox, create } = await setUp();
    const link = await create({ enabled_payments: ["gopay"] });
    await expect(sandbox.pay(link, { ...options, outcome: "challenged" })).rejects.toThrow(sentence);
  });
});

describe("the calls approve, deny and capture", () => {
  test.each(["approve", "deny"])("%s: 412 for what is not challenged, 404 for what is unknown", async (action) => {
    const { sandbox, api, create } = await setUp();
    const { id } = await sandbox.pay(await create(card));
    const refused = await api("POST", `/v2/${id}/${action}`);
    expect([refused.status, refused.json]).toEqual([200, unchangeable]);
    expect((await api("POST", `/v2/nobody/${action}`)).json).toMatchObject({ status_code: "404" });
    expect((await api("POST", `/v2/${id}/${action}`, undefined, { Authorization: "Basic x" })).status).toBe(401);
    expect(sandbox.deliveries).toHaveLength(2);
  });

  test("capture takes what was reserved: by default all of it", async () => {
    const { sandbox, clock, api, create, told } = await setUp();
    const { id, transactionId } = await sandbox.pay(await create(authorize));
    clock.advance(hourMs);
    const captured = await api("POST", "/v2/capture", { transaction_id: transactionId });
    expect(captured.json).toMatchObject({
      status_code: "200",
      status_message: "Success, Credit Card capture transaction is successful",
      transaction_id: transactionId,
      order_id: id,
      transaction_status: "capture",
      fraud_status: "accept",
      gross_amount: "190000.00",
    });
    expect(told().slice(1)).toEqual([
      ["authorize", "accept", "200"],
      ["capture", "accept", "200"],
    ]);
    expect((await api("POST", "/v2/capture", { transaction_id: transactionId })).json).toEqual(unchangeable);
  });

  test("or less of it, which is then the amount of the payment", async () => {
    const { sandbox, api, create, notifications } = await setUp();
    const link = await create(authorize);
    const { id, transactionId } = await sandbox.pay(link);
    const captured = await api("POST", "/v2/capture", { transaction_id: transactionId, gross_amount: 145_000 });
    expect(captured.json["gross_amount"]).toBe("145000.00");
    expect(notifications().at(-1)).toMatchObject({ transaction_status: "capture", gross_amount: "145000.00" });
    await sandbox.settle(link);
    expect((await api("POST", `/v2/${id}/refund`, {})).json).toMatchObject({
      transaction_status: "refund",
      refund_amount: "145000.00",
    });
  });

  test.each([
    ["no transaction id", {}, "transaction_id is required"],
    ["a fraction", { transaction_id: "?", gross_amount: 1.5 }, "gross_amount must be an integer"],
    ["more than was reserved", { transaction_id: "?", gross_amount: 190_001 }, "gross_amount must be at most 190000"],
  ])("capture with %s is 400", async (_name, body, message) => {
    const { sandbox, api, create } = await setUp();
    const { transactionId } = await sandbox.pay(await create(authorize));
    const sent = "transaction_id" in body ? { ...body, transaction_id: transactionId } : body;
    expect((await api("POST", "/v2/capture", sent)).json).toMatchObject({
      status_code: "400",
      validation_messages: [message],
    });
  });

  test("capture of an unknown transaction, by an order id, or without a body", async () => {
    const { sandbox, api, create } = await setUp();
    const { id } = await sandbox.pay(await create(authorize));
    for (const unknown of [id, "nobody"]) {
      expect((await api("POST", "/v2/capture", { transaction_id: unknown })).json).toMatchObject({
        status_code: "404",
      });
    }
    expect((await api("POST", "/v2/capture")).json).toMatchObject({ status_code: "413" });
  });
});

// docs.midtrans.com, Direct Refund Transaction.
describe("refund/online/direct", () => {
  test("is confirmed at once: one notification, with bank_confirmed_at", async () => {
    const { sandbox, clock, api, create, notifications } = await setUp();
    const { id, transactionId } = await sandbox.pay(await create({ enabled_payments: ["gopay"] }));
    clock.advance(hourMs);
    const body = { refund_key: "reference1", amount: 5_000, reason: "for some reason" };
    const before = sandbox.deliveries.length;
    const { json } = await api("POST", `/v2/${id}/refund/online/direct`, body);
    expect(json).toEqual({
      status_code: "200",
      status_message: "Success, refund request is approved",
      transaction_id: transactionId,
      order_id: id,
      payment_type: "gopay",
      transaction_time: "2026-03-15 10:00:00",
      transaction_status: "partial_refund",
      gross_amount: "190000.00",
      refund_amount: "5000.00",
      refund_key: "reference1",
      refund_chargeback_id: json["refund_chargeback_id"],
    });
    await sandbox.advance(7 * dayMs);
    expect(notifications().slice(before)).toEqual([
      expect.objectContaining({
        transaction_status: "partial_refund",
        refund_amount: "5000.00",
        refunds: [
          {
            refund_chargeback_id: json["refund_chargeback_id"],
            refund_amount: "5000.00",
            created_at: "2026-03-15 11:00:00",
            reason: "for some reason",
            refund_key: "reference1",
            refund_method: "online",
            bank_confirmed_at: "2026-03-15 11:00:00",
          },
        ],
      }),
    ]);
  });

  test.each([
    ["credit_card", { bank: "bca" }, "200"],
    ["credit_card", { bank: "maybank" }, "200"],
    ["credit_card", { bank: "bni" }, "200"],
    ["credit_card", { bank: "bri" }, "200"],
    ["credit_card", { bank: "mandiri" }, "412"],
    ["other_qris", {}, "200"],
    ["akulaku", {}, "200"],
    ["kredivo", {}, "200"],
    ["shopeepay", {}, "200"],
    ["dana", {}, "412"],
    ["ovo", {}, "412"],
    ["bca_va", {}, "412"],
  ])("%s of %j: %s", async (method, credit_card, code) => {
    const { sandbox, api, create } = await setUp();
    const link = await create({ enabled_payments: [method], credit_card });
    const { transactionId } = await sandbox.pay(link);
    if (method === "credit_card") await sandbox.settle(link);
    const { json } = await api("POST", `/v2/${transactionId}/refund/online/direct`, {});
    expect(json["status_code"]).toBe(code);
  });

  test("ShopeePay rejects it at night: from 23:55 to 06:00 in Jakarta", async () => {
    const { sandbox, clock, api, create } = await setUp();
    const { id } = await sandbox.pay(await create({ enabled_payments: ["shopeepay"] }));
    const codes: unknown[] = [];
    const ask = async (): Promise<void> => {
      codes.push((await api("POST", `/v2/${id}/refund/online/direct`, { refund_key: "once" })).json["status_code"]);
    };
    clock.advance(14 * hourMs - 5 * 60_000);
    await ask();
    clock.advance(6 * hourMs);
    await ask();
    clock.advance(5 * 60_000);
    await ask();
    expect(codes).toEqual(["414", "414", "200"]);
  });

  test("the same key is the same refund, by whichever of the two calls", async () => {
    const { sandbox, api, create } = await setUp();
    const { id } = await sandbox.pay(await create({ enabled_payments: ["gopay"] }));
    const body = { refund_key: "key", amount: 5_000 };
    const first = await api("POST", `/v2/${id}/refund`, body);
    const before = sandbox.deliveries.length;
    expect((await api("POST", `/v2/${id}/refund/online/direct`, body)).json).toEqual(first.json);
    expect(sandbox.deliveries).toHaveLength(before);
  });
});

describe("a chargeback", () => {
  test("in part, then of the rest: partial_chargeback and chargeback, of a settled card", async () => {
    const { sandbox, api, create, told } = await setUp();
    const link = await create(card);
    const { id } = await sandbox.pay(link);
    await expect(sandbox.chargeback(link)).rejects.toThrow("to be charged back it must be settlement");
    await sandbox.settle(link);
    expect((await sandbox.chargeback(link, { amount: 40_000 })).status).toBe("partial_chargeback");
    await expect(sandbox.chargeback(link, { amount: 150_001 })).rejects.toThrow("from Rp1 to Rp150.000");
    expect((await sandbox.chargeback(link, { payment: id })).status).toBe("chargeback");
    expect(told().slice(3)).toEqual([
      ["partial_chargeback", "accept", "200"],
      ["chargeback", "accept", "200"],
    ]);
    const { json } = await api("GET", `/v2/${id}/status`);
    expect(json).toMatchObject({
      transaction_status: "chargeback",
      status_code: "200",
      settlement_time: "2026-03-15 10:00:00",
    });
    const details = (await api("GET", "/v1/payment-links/order-1")).json;
    expect([details["usage"], pick(details, "purchases", 0, "payment_status")]).toEqual([1, "CHARGEBACK"]);
    await expect(sandbox.chargeback(link)).rejects.toThrow("is chargeback; to be charged back it must be");
    expect((await api("POST", `/v2/${id}/refund`, {})).json).toEqual(unchangeable);
  });

  test("is offered by the inspector, and by HTTP", async () => {
    const { sandbox, create, told } = await setUp();
    const link = await create(card);
    const { id } = await sandbox.pay(link);
    await sandbox.settle(link);
    expect(actionsIn(await look(sandbox, `/link?url=${encodeURIComponent(link)}`))).toEqual(["refund", "charge"]);
    const sent = await submit(sandbox, "/link", { link, do: "chargeback", payment: id, amount: "40.000" });
    expect(outcomeOf(sent)[0]).toBe(303);
    const reply = await call(`${sandbox.control.url}/chargeback`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ link }),
    });
    expect([reply.status, reply.json["status"]]).toEqual([200, "chargeback"]);
    expect(
      told()
        .slice(3)
        .map((told) => (told as readonly unknown[])[0]),
    ).toEqual(["partial_chargeback", "chargeback"]);
  });

  test.each([
    ["xfers", "Xfers"],
    ["singapay", "SingaPay"],
  ] as const)("and reviews are nothing that %s documents", async (gateway, name) => {
    const { sandbox } = await setUp();
    const link = await createLinkAt(sandbox, gateway);
    await expect(sandbox.chargeback(link)).rejects.toThrow(`${name} documents no chargeback`);
    for (const payment of [sandbox.pay(link, { outcome: "challenged" }), sandbox.approve(link), sandbox.deny(link)]) {
      await expect(payment).rejects.toThrow(`${name} documents no review of a payment`);
    }
    expect(sandbox.deliveries).toEqual([]);
  });

  test("is of cards alone", async () => {
    const { sandbox, create } = await setUp();
    const link = await create({ enabled_payments: ["gopay"] });
    await expect(sandbox.chargeback(link)).rejects.toThrow("No payment was made on this link yet.");
    await sandbox.pay(link);
    await expect(sandbox.chargeback(link)).rejects.toThrow("Chargebacks are of cards, not of gopay.");
  });
});

// docs.midtrans.com, Transaction Status Cycle, Reversal Case.
describe("a settlement that was denied later", () => {
  test("keeps its settlement_time in Get Status and in the notification", async () => {
    const { sandbox, clock, api, create } = await setUp();
    const link = await create({ enabled_payments: ["permata_va"] });
    const { id, transactionId } = await sandbox.pay(link);
    clock.advance(2 * 60_000);
    await sandbox.reverse(link);
    const { json } = await api("GET", `/v2/${id}/status`);
    const { deliveries } = sandbox;
    const told = JSON.parse(deliveries.at(-1)?.body ?? "{}") as Json;
    expect(json).toEqual({ ...told, status_message: "Success, transaction is found" });
    expect(json).toEqual({
      transaction_time: "2026-03-15 10:00:00",
      transaction_status: "deny",
      transaction_id: transactionId,
      status_message: "Success, transaction is found",
      status_code: "202",
      signature_key: expect.stringMatching(/^[0-9a-f]{128}$/),
      settlement_time: "2026-03-15 10:00:00",
      permata_va_number: expect.stringMatching(/^\d{16}$/),
      payment_type: "bank_transfer",
      order_id: id,
      merchant_id: "G000000001",
      gross_amount: "190000.00",
      fraud_status: "accept",
      currency: "IDR",
    });
  });
});
