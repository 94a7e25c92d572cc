import { describe, expect, test } from "vitest";
import {
  type Caller,
  call,
  dayMs,
  pick,
  type Reply,
  singapayCaller,
  startMerchant,
  startSandbox,
  textAt,
} from "./support.ts";

const account = "01K0SANDB0XACC0VNT00000001";
const root = "/api/v2.0/payment-link";
const create = `${root}/${account}`;
const manage = `/api/v1.0/payment-link-manage/${account}`;
const order = { reff_no: "ORD-2002", payment_link_type: "total", total_amount: 75_000 } as const;
const customer = { customer_name: "Sari Dewi", customer_email: "sari@shop.example" } as const;

const idOf = (reply: Reply): number => Number(pick(reply.json, "data", "id"));
const dataOf = (reply: Reply): unknown => {
  expect(reply).toMatchObject({ status: 200, json: { status: 200, success: true } });
  return reply.json["data"];
};

const setUp = async (): Promise<Awaited<ReturnType<typeof startSandbox>> & { readonly api: Caller }> => {
  const started = await startSandbox();
  return { ...started, api: await singapayCaller(started.sandbox) };
};

const fieldErrors = (reply: Reply): unknown => {
  expect(reply).toMatchObject({ status: 422, json: { status: 422, success: false } });
  return pick(reply.json, "error", "errors");
};

describe("SingaPay v2: create", () => {
  test("least request: one use, 24 hours, all methods, no items", async () => {
    const { api, sandbox } = await setUp();
    expect(dataOf(await api("POST", create, order))).toMatchObject({
      reff_no: "ORD-2002",
      title: null,
      description: null,
      source: "api v2",
      payment_url: `${sandbox.singapay.url}/b2b/ORD-2002`,
      status: "open",
      status_computed: "open",
      total_amount: 75_000,
      items: null,
      max_usage: 1,
      current_usage: 0,
      is_multiple_payment: false,
      is_unlimited_usage: false,
      customer_pays_fee: false,
      required_customer_detail: false,
      expired_at: "2026-03-16T10:00:00+07:00",
      whitelisted_payment_method: expect.arrayContaining(["QRIS", "RETAIL_ALFAMART_LINKQU"]),
      success_redirect_url: null,
      expired_redirect_url: null,
      optional_metadata: {},
      customer_name: null,
    });
  });

  test("full request", async () => {
    const { api } = await setUp();
    const body = {
      ...order,
      ...customer,
      customer_phone: "+628120001110",
      description: "Order 2002",
      max_usage: 1,
      expired_at: "2026-03-20T23:59:59+07:00",
      whitelisted_payment_method: ["QRIS", "ALFAMART"],
      success_redirect_url: "https://shop.example/thanks",
      expired_redirect_url: "https://shop.example/late",
      optional_metadata: { cart: "c-9" },
    };
    const { payment_link_type: _, whitelisted_payment_method: _codes, ...echoed } = body;
    expect(dataOf(await api("POST", create, body))).toMatchObject({
      ...echoed,
      whitelisted_payment_method: ["QRIS", "RETAIL_ALFAMART_LINKQU"],
    });
  });

  test("by items the total is made of them, by total items are ignored", async () => {
    const { api } = await setUp();
    const items = [
      { name: "Coffee beans", quantity: 2, unit_price: 40_000 },
      { name: "Voucher", quantity: 1, unit_price: -5_000 },
    ];
    const byItems = await api("POST", create, { reff_no: "A", payment_link_type: "items", items, total_amount: 1 });
    expect(dataOf(byItems)).toMatchObject({
      total_amount: 75_000,
      items: [{ subtotal: 80_000 }, { subtotal: -5_000 }],
    });
    expect(dataOf(await api("POST", create, { ...order, items }))).toMatchObject({ total_amount: 75_000, items: null });
  });

  test("0 is no limit, and payers of several payments can be asked for data", async () => {
    const { api } = await setUp();
    const body = { ...order, max_usage: 0, required_customer_email: true };
    expect(dataOf(await api("POST", create, body))).toMatchObject({
      max_usage: 0,
      is_unlimited_usage: true,
      is_multiple_payment: true,
      required_customer_detail: true,
    });
  });

  test.each<[string, object, object]>([
    ["no reference", { reff_no: undefined }, { reff_no: ["Reff no is required"] }],
    ["no type", { payment_link_type: undefined }, { payment_link_type: ["Payment link type is required"] }],
    ["another type", { payment_link_type: "open" }, { payment_link_type: [expect.stringContaining("one of")] }],
    ["no total", { total_amount: undefined }, { total_amount: ["Total amount is required"] }],
    ["too small a total", { total_amount: 9_999 }, { total_amount: [expect.stringContaining("10000")] }],
    ["no items", { payment_link_type: "items" }, { items: ["Items is required"] }],
    [
      "too small items",
      { payment_link_type: "items", items: [{ name: "a", quantity: 1, unit_price: 1 }] },
      { items: [expect.stringContaining("10000")] },
    ],
    ["a limit above a million", { max_usage: 1_000_001 }, { max_usage: [expect.stringContaining("1000000")] }],
    ["a limit below zero", { max_usage: -1 }, { max_usage: [expect.stringContaining("0")] }],
    ["milliseconds", { expired_at: "1774025999000" }, { expired_at: [expect.stringContaining("ISO 8601")] }],
    ["the past", { expired_at: "2026-03-15T10:00:00+07:00" }, { expired_at: ["Expired at must be in the future"] }],
    [
      "a code in small letters",
      { whitelisted_payment_method: ["va_bca"] },
      { whitelisted_payment_method: [expect.stringContaining("unknown code")] },
    ],
    ["no web address", { success_redirect_url: "thanks" }, { success_redirect_url: [expect.any(String)] }],
    ["a customer without an address", { customer_name: "Sari" }, { customer_email: [expect.any(String)] }],
    ["a customer without a name", { customer_email: "s@x.example" }, { customer_name: [expect.any(String)] }],
    ["a customer of several payments", { ...customer, max_usage: 2 }, { customer_name: [expect.any(String)] }],
    ["data of one payer", { required_customer_number: true }, { required_customer_number: [expect.any(String)] }],
  ])("refuses %s", async (_name, changes, errors) => {
    const { api } = await setUp();
    expect(fieldErrors(await api("POST", create, { ...order, ...changes }))).toEqual(errors);
  });

  test("a reference is taken whichever version took it", async () => {
    const { api } = await setUp();
    await api("POST", create, order);
    expect(fieldErrors(await api("POST", create, order))).toHaveProperty("reff_no");
  });

  test("another account and no token", async () => {
    const { api, sandbox } = await setUp();
    expect((await api("POST", `${root}/SOMEBODY`, order)).status).toBe(404);
    expect((await api("GET", `${root}/301`, undefined, { Authorization: "Bearer x" })).status).toBe(401);
    expect((await call(`${sandbox.singapay.url}${root}/301`)).status).toBe(403);
  });
});

describe("SingaPay v2: show and update", () => {
  test("links of both versions are in one list, and shown by both", async () => {
    const { api } = await setUp();
    const made = await api("POST", create, order);
    const first = await api("POST", manage, {
      reff_no: "ORD-1",
      title: "First",
      max_usage: 1,
      total_amount: 10_000,
      items: [{ name: "Tea", quantity: 1, unit_price: 10_000 }],
      required_customer_detail: false,
    });
    expect(await api("GET", `${manage}/${idOf(made)}`)).toMatchObject({ json: made.json });
    expect(await api("GET", `${root}/${idOf(first)}`)).toMatchObject({ json: first.json });
    expect(pick((await api("GET", manage)).json, "data")).toMatchObject([
      { reff_no: "ORD-1" },
      { reff_no: "ORD-2002" },
    ]);
    expect((await api("GET", `${root}/999`)).status).toBe(404);
    expect((await api("PUT", `${root}/update/999`, {})).status).toBe(404);
  });

  test("what is left out stays, and what cannot change is ignored", async () => {
    const { api } = await setUp();
    const made = await api("POST", create, { ...order, description: "Order", max_usage: 3 });
    const path = `${root}/update/${idOf(made)}`;
    expect(dataOf(await api("PUT", path, { max_usage: 0, reff_no: "X", total_amount: 1 }))).toMatchObject({
      reff_no: "ORD-2002",
      total_amount: 75_000,
      description: "Order",
      max_usage: 0,
      status: "open",
    });
    const changes = {
      status: "closed",
      description: null,
      expired_at: "2026-04-01T00:00:00Z",
      whitelisted_payment_method: [],
    };
    expect(dataOf(await api("PUT", path, changes))).toMatchObject({
      status: "closed",
      status_computed: "closed",
      description: null,
      expired_at: "2026-04-01T07:00:00+07:00",
      max_usage: 0,
    });
  });

  test("refuses a limit below the payments made", async () => {
    const { api, sandbox } = await setUp();
    const made = await api("POST", create, { ...order, max_usage: 3 });
    const url = textAt(made.json, "data", "payment_url");
    await sandbox.pay(url);
    await sandbox.pay(url);
    const path = `${root}/update/${idOf(made)}`;
    expect(fieldErrors(await api("PUT", path, { max_usage: 1 }))).toEqual({
      max_usage: ["Max usage must be at least 2"],
    });
    expect((await api("PUT", path, { max_usage: 2 })).status).toBe(200);
  });

  test("v1 cannot write a limit that is none back", async () => {
    const { api } = await setUp();
    const made = await api("POST", create, { ...order, max_usage: 0 });
    const body = { status: "closed", max_usage: 0, required_customer_detail: false };
    expect(fieldErrors(await api("PUT", `${manage}/${idOf(made)}`, body))).toHaveProperty("max_usage");
  });
});

describe("SingaPay v2: the payer", () => {
  test("a link without a limit is paid again and again; the webhook and the history are v1's", async () => {
    const merchant = await startMerchant();
    const { api, sandbox } = await setUp();
    sandbox.setWebhookUrl("singapay", merchant.url);
    const made = await api("POST", create, { ...order, description: "Order", max_usage: 0 });
    for (const _ of [1, 2, 3]) await sandbox.pay(textAt(made.json, "data", "payment_url"));
    expect(dataOf(await api("GET", `${root}/${idOf(made)}`))).toMatchObject({
      current_usage: 3,
      status_computed: "open",
    });
    const events = merchant.received.map(({ body }) => textAt(JSON.parse(body.toString()), "event"));
    expect(events).toEqual(
      Array.from({ length: 3 }, () => ["payment-link-inquiry", "payment-link-transaction"]).flat(),
    );
  });

  test("the customer of the link is the payer", async () => {
    const { api, sandbox } = await setUp();
    const made = await api("POST", create, { ...order, ...customer });
    await sandbox.pay(textAt(made.json, "data", "payment_url"));
    const { json } = await api("GET", `/api/v1.0/payment-link-histories/${account}`);
    expect(pick(json, "data", 0)).toMatchObject({ customer_name: "Sari Dewi", customer_email: "sari@shop.example" });
  });

  test("the page asks for what the link says, and leads back by way of success or of expiry", async () => {
    const { api, clock } = await setUp();
    const made = await api("POST", create, {
      ...order,
      description: "Order 2002",
      max_usage: 2,
      required_customer_number: true,
      success_redirect_url: "https://shop.example/thanks",
      expired_redirect_url: "https://shop.example/late",
    });
    const url = textAt(made.json, "data", "payment_url");
    const open = await call(url);
    expect(open.text).toContain("Order 2002");
    expect(open.text).toContain('name="phone"');
    expect(open.text).not.toContain('name="email"');
    expect(open.text).toContain("https://shop.example/thanks");
    clock.advance(dayMs);
    const late = await call(url);
    expect(late.status).toBe(410);
    expect(late.text).toContain("https://shop.example/late");
  });
});
