import { describe, expect, test } from "vitest";
import type { Sandbox } from "../src/index.ts";
import { type Caller, call, type Json, midtransCaller, pick, type Reply, startSandbox, textAt } from "./support.ts";

const setUp = async (): Promise<{
  readonly sandbox: Sandbox;
  readonly api: Caller;
  readonly create: (amount: number, more?: object) => Promise<Reply>;
  readonly link: (amount: number, more?: object) => Promise<string>;
}> => {
  const { sandbox } = await startSandbox();
  const api = midtransCaller(sandbox);
  let count = 0;
  const create = (amount: number, more: object = {}): Promise<Reply> => {
    count += 1;
    const details = { order_id: `order-${count}`, gross_amount: amount };
    return api("POST", "/v1/payment-links", { transaction_details: details, usage_limit: 9, ...more });
  };
  return {
    sandbox,
    api,
    create,
    link: async (amount, more) => textAt((await create(amount, more)).json, "payment_url"),
  };
};

const offered = ({ text }: Reply): readonly string[] =>
  [...text.matchAll(/<input type="radio" name="method" value="([a-z_]+)"/g)].map(([, code = ""]) => code);

// docs.midtrans.com, "Berapa jumlah transaksi minimal dan maksimal", 2026-03-30.
describe("what a method takes of one payment", () => {
  test.each([
    ["credit_card", 10_000, 999_999_999],
    ["bca_va", 10_000, undefined],
    ["bsi_va", 1_000, undefined],
    ["cimb_va", 1, 250_000_000],
    ["seabank_va", 10_000, 100_000_000],
    ["gopay", 1, 20_000_000],
    ["shopeepay", 1, 20_000_000],
    ["dana", 1, 20_000_000],
    ["other_qris", 1, 10_000_000],
    ["alfamart", 1, 2_500_000],
    ["indomaret", 10_000, 5_000_000],
    ["akulaku", 5_000, undefined],
    ["bri_va", 1, undefined],
  ])("%s: from %i to %s", async (method, min, max) => {
    const { sandbox, link } = await setUp();
    const only = { enabled_payments: [method] };
    for (const amount of [min, max ?? 1_000_000_000]) {
      expect(await sandbox.open(await link(amount, only), { method })).toMatchObject({ status: "pending", amount });
    }
    const beyond = [...(min === 1 ? [] : [min - 1]), ...(max === undefined ? [] : [max + 1])];
    for (const amount of beyond) {
      await expect(sandbox.open(await link(amount, only), { method })).rejects.toThrow(`${method} takes whole rupiah`);
    }
    expect(sandbox.deliveries).toHaveLength(2);
  });

  test("a link that no allowed method can pay is made, and its page says so", async () => {
    const { sandbox, api, create } = await setUp();
    const made = await create(5_000, { enabled_payments: ["indomaret", "bca_va"] });
    expect([made.status, made.json["order_id"]]).toEqual([200, "order-1"]);
    const details = await api("GET", "/v1/payment-links/order-1");
    expect([details.status, details.json["enabled_payments"], details.json["gross_amount"]]).toEqual([
      200,
      ["indomaret", "bca_va"],
      5_000,
    ]);
    const url = textAt(made.json, "payment_url");
    const page = await call(url);
    expect([page.status, offered(page)]).toEqual([200, []]);
    expect(page.text).toContain(
      '<p role="alert" class="notice bad">No payment method of this link takes its amount.</p>',
    );
    await expect(sandbox.pay(url)).rejects.toThrow(
      "No method of this link takes Rp5.000; indomaret takes whole rupiah, from Rp10.000 to Rp5.000.000; bca_va takes whole rupiah, Rp10.000 or more.",
    );
    expect(sandbox.deliveries).toEqual([]);
  });

  test("the page shows the methods that take the amount, and no other", async () => {
    const { link } = await setUp();
    const methods = ["credit_card", "gopay", "other_qris", "alfamart", "indomaret", "bri_va", "bsi_va"];
    const shown = async (amount: number): Promise<readonly string[]> =>
      offered(await call(await link(amount, { enabled_payments: methods })));
    expect(await shown(999)).toEqual(["bri_va", "other_qris", "gopay", "alfamart"]);
    expect((await shown(10_000)).toSorted()).toEqual(methods.toSorted());
    expect(await shown(3_000_000)).toEqual(["bri_va", "bsi_va", "other_qris", "gopay", "credit_card", "indomaret"]);
    expect(await shown(1_000_000_000)).toEqual(["bri_va", "bsi_va"]);
  });

  test("of an open amount the page shows what takes some of it, and the chosen amount counts", async () => {
    const { sandbox, link } = await setUp();
    const open = { payment_link_type: "DYNAMIC_AMOUNT", enabled_payments: ["indomaret", "alfamart", "seabank_va"] };
    const url = await link(1, { ...open, dynamic_amount: { min_amount: 1_000, max_amount: 9_999 } });
    expect(offered(await call(url))).toEqual(["alfamart"]);
    const wide = await link(1, { ...open, dynamic_amount: { min_amount: 1_000 } });
    expect(offered(await call(wide))).toEqual(["seabank_va", "indomaret", "alfamart"]);
    await expect(sandbox.open(wide, { method: "indomaret", amount: 9_999 })).rejects.toThrow("indomaret takes whole");
    expect(await sandbox.open(wide, { method: "indomaret", amount: 10_000 })).toMatchObject({ amount: 10_000 });
  });

  test("whoever pays without naming a method gets one that takes the amount", async () => {
    const { sandbox, link } = await setUp();
    const url = await link(5_000, { enabled_payments: ["bca_va", "indomaret", "bsi_va"] });
    expect(await sandbox.pay(url)).toMatchObject({ method: "bsi_va", status: "settlement" });
  });

  test("another try under an order id by a method that does not take its amount is refused", async () => {
    const { sandbox, link } = await setUp();
    const url = await link(5_000, { enabled_payments: ["bri_va", "indomaret"] });
    const { id } = await sandbox.fail(url, { method: "bri_va" });
    await expect(sandbox.pay(url, { payment: id, method: "indomaret" })).rejects.toThrow(
      "indomaret takes whole rupiah",
    );
    expect(await sandbox.pay(url, { payment: id })).toMatchObject({ id, method: "bri_va", status: "settlement" });
  });
});

describe("a link that documents let be made", () => {
  const ticket = (price: number, more: object = {}): Json => ({
    item_details: [{ id: "t", name: "Ticket", price, quantity: 1, ...more }],
  });

  // docs.midtrans.com, Technical FAQ, 2026-03-13: it is Snap, behind the page, that refuses other sums.
  test.each([
    ["sum to less", [{ name: "Ticket", price: 9_999, quantity: 1 }]],
    [
      "sum up only because they are not exact",
      [
        { name: "A lot", price: Number.MAX_SAFE_INTEGER, quantity: Number.MAX_SAFE_INTEGER },
        { name: "A lot less", price: -Number.MAX_SAFE_INTEGER, quantity: Number.MAX_SAFE_INTEGER },
        { name: "Ticket", price: 10_000, quantity: 1 },
      ],
    ],
  ])("with items that %s cannot be paid: its page fails", async (_name, items) => {
    const { sandbox, create } = await setUp();
    const made = await create(10_000, { item_details: items });
    expect(made.status).toBe(200);
    const page = await call(textAt(made.json, "payment_url"));
    expect(offered(page)).toEqual([]);
    expect(page.text).toContain(
      "This page cannot be opened: transaction_details.gross_amount is not equal to the sum of item_details.",
    );
    await expect(sandbox.pay(textAt(made.json, "payment_url"))).rejects.toThrow(
      "No payment can be opened on this link: transaction_details.gross_amount is not equal to the sum of item_details.",
    );
  });

  test("with a number as an item's id, which is told as text", async () => {
    const { api, create } = await setUp();
    expect((await create(10_000, ticket(10_000, { id: 7 }))).status).toBe(200);
    const details = (await api("GET", "/v1/payment-links/order-1")).json;
    expect(pick(details, "item_details", 0)).toMatchObject({ item_id: "7", name: "Ticket" });
  });

  test("with an order id of 50 characters, whose purchases have 64", async () => {
    const { sandbox, api } = await setUp();
    const orderId = "r".repeat(50);
    const made = await api("POST", "/v1/payment-links", {
      transaction_details: { order_id: orderId, gross_amount: 10_000 },
    });
    expect([made.status, made.json["order_id"]]).toEqual([200, orderId]);
    const { id } = await sandbox.pay(textAt(made.json, "payment_url"));
    expect(id).toMatch(/^r{50}-\d{13}$/);
    expect((await api("GET", `/v2/${id}/status`)).json["order_id"]).toBe(id);
  });

  test.each(["bca_klikbca", "bca_klikpay"])("for %s alone, which is told by its own name", async (method) => {
    const { sandbox, api, link } = await setUp();
    const { id } = await sandbox.pay(await link(10_000, { enabled_payments: [method] }));
    expect((await api("GET", `/v2/${id}/status`)).json).toMatchObject({ payment_type: method });
    expect(pick((await api("GET", "/v1/payment-links/order-1")).json, "purchases", 0, "payment_method")).toBe(
      method.toUpperCase(),
    );
  });

  test("without an expiry, which then never ends", async () => {
    const { sandbox, api, link } = await setUp();
    const url = await link(10_000);
    expect((await api("GET", "/v1/payment-links/order-1")).json).toMatchObject({
      expiry_start: null,
      expiry_duration: null,
      expiry_unit: null,
    });
    sandbox.clock.freeze();
    await sandbox.advance(20 * 365 * 86_400_000);
    expect((await sandbox.pay(url)).status).toBe("settlement");
  });
});
