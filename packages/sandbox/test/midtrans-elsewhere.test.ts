import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { createSandbox, type OtherPayment, type Sandbox } from "../src/index.ts";
import { openShop } from "./shop.ts";
import { call, dayMs, type Json, midtransCaller, pick, type Reply, startMerchant, startMs, textAt } from "./support.ts";

const foreign = "T-1-1712345678901";

const start = async (webhookUrl?: string): Promise<Sandbox> => {
  const webhookUrls = webhookUrl === undefined ? {} : { midtrans: webhookUrl };
  const sandbox = await createSandbox({ seed: 1, clock: { frozenAt: startMs }, webhookUrls });
  onTestFinished(() => sandbox.close());
  return sandbox;
};

const post = ({ control }: Sandbox, body: unknown): Promise<Reply> => {
  const headers = { "Content-Type": "application/json" };
  return call(`${control.url}/pay-elsewhere`, { method: "POST", headers, body: JSON.stringify(body) });
};

const notified = ({ deliveries }: Sandbox): readonly Json[] => deliveries.map(({ body }) => JSON.parse(body) as Json);

const statusesOf = (sandbox: Sandbox): readonly unknown[] =>
  notified(sandbox).map((body) => [body["transaction_status"], body["fraud_status"], body["status_code"]]);

describe("a payment by another product of the account", () => {
  test("is told of at the same URL, with its own order id and no custom_field1", async () => {
    const merchant = await startMerchant();
    const sandbox = await start(`${merchant.url}/notify`);
    const paid = await sandbox.payElsewhere({ orderId: foreign, amount: 190_000 });
    const key = sandbox.midtrans.credentials.serverKey;
    expect(paid).toEqual({
      provider: "midtrans",
      id: foreign,
      transactionId: paid.transactionId,
      method: "bca_va",
      status: "settlement",
      amount: 190_000,
      currency: "IDR",
    });
    expect(merchant.received.map(({ url }) => url)).toEqual(["/notify", "/notify"]);
    const body = JSON.parse(String(merchant.received[1]?.body)) as Json;
    expect(body).toEqual({
      transaction_time: "2026-03-15 10:00:00",
      transaction_status: "settlement",
      transaction_id: paid.transactionId,
      status_message: "midtrans payment notification",
      status_code: "200",
      signature_key: createHash("sha512").update(`${foreign}200190000.00${key}`).digest("hex"),
      settlement_time: "2026-03-15 10:00:00",
      payment_type: "bank_transfer",
      payment_amounts: [],
      va_numbers: [{ va_number: expect.stringMatching(/^\d{16}$/), bank: "bca" }],
      order_id: foreign,
      merchant_id: "G000000001",
      gross_amount: "190000.00",
      fraud_status: "accept",
      currency: "IDR",
    });
  });

  test("is no link's: not the one whose order id it begins with, and none that is listed", async () => {
    const sandbox = await start();
    const api = midtransCaller(sandbox);
    await api("POST", "/v1/payment-links", { transaction_details: { order_id: "T-1", gross_amount: 190_000 } });
    await sandbox.payElsewhere({ orderId: foreign, amount: 190_000 });
    const link = (await api("GET", "/v1/payment-links/T-1")).json;
    expect([link["usage"], link["purchases"]]).toEqual([0, []]);
    expect((await api("GET", `/v1/payment-links/${foreign}`)).status).toBe(404);
    const listed = (await call(`${sandbox.control.url}/links`)).json as unknown as readonly Json[];
    expect(listed.map(({ reference, payments }) => [reference, payments])).toEqual([["T-1", []]]);
  });

  test("by HTTP, with a custom_field1, by a card, pending first and paid with the same order id", async () => {
    const sandbox = await start();
    const payment = { orderId: foreign, amount: 190_000, method: "credit_card", customField1: "T-1" };
    const opened = await post(sandbox, { ...payment, outcome: "pending" });
    expect([opened.status, opened.json["status"], opened.json["id"]]).toEqual([200, "pending", foreign]);
    const paid = await post(sandbox, { orderId: foreign, amount: 190_000, method: null });
    expect(paid.json).toEqual({ ...opened.json, status: "capture" });
    expect(statusesOf(sandbox)).toEqual([
      ["pending", "accept", "201"],
      ["capture", "accept", "200"],
    ]);
    expect(notified(sandbox).map((body) => body["custom_field1"])).toEqual(["T-1", "T-1"]);
    await sandbox.advance(dayMs);
    expect(statusesOf(sandbox).at(-1)).toEqual(["settlement", "accept", "200"]);
  });

  test("challenged by fraud detection, and approved", async () => {
    const sandbox = await start();
    await sandbox.payElsewhere({ orderId: foreign, amount: 10_000, method: "credit_card", outcome: "challenged" });
    await midtransCaller(sandbox)("POST", `/v2/${foreign}/approve`);
    expect(statusesOf(sandbox).slice(1)).toEqual([
      ["capture", "challenge", "201"],
      ["capture", "accept", "200"],
    ]);
    await expect(sandbox.payElsewhere({ orderId: "S-9", amount: 10_000, outcome: "challenged" })).rejects.toThrow(
      "Midtrans documents challenges by fraud detection for cards, not for bca_va.",
    );
    expect(sandbox.deliveries).toHaveLength(3);
  });

  test("refused, and tried again under the same order id", async () => {
    const sandbox = await start();
    const refused = await sandbox.payElsewhere({ orderId: foreign, amount: 10_000, outcome: "failed" });
    const paid = await sandbox.payElsewhere({ orderId: foreign, amount: 10_000, method: "gopay" });
    expect([refused.status, paid.status, paid.method, paid.id]).toEqual(["deny", "settlement", "gopay", foreign]);
    expect(paid.transactionId).not.toBe(refused.transactionId);
  });

  test("is known to the calls of the Core API, by either id", async () => {
    const sandbox = await start();
    const api = midtransCaller(sandbox);
    const { transactionId = "" } = await sandbox.payElsewhere({ orderId: foreign, amount: 10_000, method: "gopay" });
    for (const id of [foreign, transactionId]) {
      expect((await api("GET", `/v2/${id}/status`)).json).toMatchObject({
        status_code: "200",
        status_message: "Success, transaction is found",
        order_id: foreign,
        transaction_id: transactionId,
        transaction_status: "settlement",
      });
    }
    expect((await api("POST", `/v2/${foreign}/refund`, { amount: 4_000 })).json["transaction_status"]).toBe(
      "partial_refund",
    );
    await sandbox.payElsewhere({ orderId: "S-2", amount: 10_000, outcome: "pending" });
    await sandbox.advance(dayMs);
    expect((await api("GET", "/v2/S-2/status")).json["transaction_status"]).toBe("expire");
  });

  test("takes an order id from the purchases of a link that would have had it", async () => {
    const sandbox = await start();
    const api = midtransCaller(sandbox);
    const made = await api("POST", "/v1/payment-links", {
      transaction_details: { order_id: "T-1", gross_amount: 10_000 },
    });
    await sandbox.payElsewhere({ orderId: `T-1-${startMs}`, amount: 10_000 });
    expect(await sandbox.pay(textAt(made.json, "payment_url"))).toMatchObject({ id: `T-1-${startMs + 1}` });
  });

  test("is kept in a state file, beside a link of the same order id", async () => {
    const folder = mkdtempSync(join(tmpdir(), "elsewhere-"));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const options = { clock: { frozenAt: startMs }, stateFile: join(folder, "state.sqlite") } as const;
    const first = await createSandbox(options);
    await midtransCaller(first)("POST", "/v1/payment-links", {
      transaction_details: { order_id: foreign, gross_amount: 10_000 },
    });
    const opened = await first.payElsewhere({ orderId: foreign, amount: 20_000, outcome: "pending" });
    await first.close();
    const second = await createSandbox({ stateFile: options.stateFile });
    onTestFinished(() => second.close());
    expect((await midtransCaller(second)("GET", `/v1/payment-links/${foreign}`)).json["purchases"]).toEqual([]);
    expect(await second.payElsewhere({ orderId: foreign, amount: 20_000 })).toEqual({
      ...opened,
      status: "settlement",
    });
  });

  test("with the reference of a link in its order id leaves that link unpaid to the driver", async () => {
    const { sandbox, links, heard, create } = await openShop();
    const made = await create("midtrans", "T-1");
    await sandbox.payElsewhere({ orderId: foreign, amount: 20_000 });
    expect(heard.map(({ body }) => pick(JSON.parse(String(body)), "order_id"))).toEqual([foreign, foreign]);
    const read = await links.get(made.isOk() ? made.value.id : "none:none");
    expect(read.isOk() && [read.value.reference, read.value.usage?.used]).toEqual(["T-1", 0]);
  });
});

describe("no payment by another product is made", () => {
  test.each<readonly [string, unknown, string]>([
    ["without an order id", { amount: 10_000 }, "orderId must be 1 to 50 letters, digits and -_~., but is undefined"],
    ["with a slash in its order id", { orderId: "a/b", amount: 10_000 }, 'but is "a/b"'],
    ["with an order id of 51 characters", { orderId: "a".repeat(51), amount: 10_000 }, "orderId must be"],
    ["without an amount", { orderId: "a" }, "amount must be a number of whole rupiah, 1 or more"],
    ["over a fraction", { orderId: "a", amount: 1.5 }, "amount must be a number of whole rupiah, 1 or more"],
    ["with another outcome", { orderId: "a", amount: 10_000, outcome: "lost" }, "outcome must be one of"],
    ["with an empty field", { orderId: "a", amount: 10_000, customField1: "" }, "customField1 must be a text"],
    ["with a name that nobody knows", { orderId: "a", amount: 10_000, link: "x" }, 'there is no "link" for it'],
    ["by an unknown method", { orderId: "a", amount: 10_000, method: "cash" }, "Midtrans has no method cash"],
    ["beyond what its method takes", { orderId: "a", amount: 9_999 }, "bca_va takes whole rupiah, Rp10.000 or more"],
  ])("%s", async (_name, payment, sentence) => {
    const sandbox = await start();
    const refused = await post(sandbox, payment);
    expect([refused.status, refused.json["error"]]).toEqual([400, expect.stringContaining(sentence)]);
    await expect(sandbox.payElsewhere(payment as OtherPayment)).rejects.toThrow(sentence);
    expect(sandbox.deliveries).toEqual([]);
  });

  test.each<readonly [string, Partial<OtherPayment>, string]>([
    ["once it is paid", {}, "The order id S-1 was used already, and is settlement."],
    ["over another amount", { orderId: "S-2", amount: 20_000 }, "The order id S-2 is for Rp10.000, and keeps that."],
    [
      "by another method",
      { orderId: "S-2", method: "gopay" },
      "The order id S-2 is pending by bca_va, and keeps that.",
    ],
    ["with another field", { orderId: "S-2", customField1: "x" }, "The order id S-2 has nothing in custom_field1"],
  ])("with an order id that was used, %s", async (_name, change, sentence) => {
    const sandbox = await start();
    await sandbox.payElsewhere({ orderId: "S-1", amount: 10_000 });
    await sandbox.payElsewhere({ orderId: "S-2", amount: 10_000, outcome: "pending" });
    const before = sandbox.deliveries.length;
    await expect(sandbox.payElsewhere({ orderId: "S-1", amount: 10_000, ...change })).rejects.toThrow(sentence);
    expect(sandbox.deliveries).toHaveLength(before);
  });

  test("with the order id of a purchase of a link", async () => {
    const sandbox = await start();
    const made = await midtransCaller(sandbox)("POST", "/v1/payment-links", {
      transaction_details: { order_id: "T-1", gross_amount: 10_000 },
    });
    const { id } = await sandbox.open(textAt(made.json, "payment_url"));
    await expect(sandbox.payElsewhere({ orderId: id, amount: 10_000 })).rejects.toThrow(
      `The order id ${id} was used already, and is pending.`,
    );
  });

  test("where Midtrans was not started", async () => {
    const sandbox = await createSandbox({ gateways: ["xfers"] });
    onTestFinished(() => sandbox.close());
    await expect(sandbox.payElsewhere({ orderId: "a", amount: 10_000 })).rejects.toThrow(
      "Only Midtrans has payments by other products here, and it was not started.",
    );
    const headers = { "Content-Type": "application/json" };
    const body = JSON.stringify({ orderId: "a", amount: 10_000 });
    expect((await call(`${sandbox.control.url}/pay-elsewhere`, { method: "POST", headers, body })).status).toBe(409);
    const { endpoints } = (await call(sandbox.control.url)).json;
    expect(endpoints).not.toContainEqual(expect.stringContaining("pay-elsewhere"));
  });
});
