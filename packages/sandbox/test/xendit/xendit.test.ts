import { describe, expect, test } from "vitest";
import { basic, call, dayMs, hourMs, minuteMs, pick, startMerchant, startMs } from "../support.ts";
import { startXendit } from "./setting.ts";

const minutesAfterFirst = (deliveries: readonly { readonly atMs: number }[]): readonly number[] =>
  deliveries.map(({ atMs }) => Math.round((atMs - (deliveries[0]?.atMs ?? 0)) / minuteMs));

describe("the API", () => {
  test("takes a path with a slash at its end, and the exclamation mark as it is or escaped", async () => {
    const { api, create } = await startXendit();
    expect((await api("POST", "/v2/invoices/", { external_id: "A", amount: 5 })).status).toBe(200);
    expect((await api("GET", "/v2/invoices/")).json).toHaveLength(1);
    for (const mark of ["!", "%21"]) {
      const { id } = await create();
      expect((await api("POST", `/invoices/${id}/expire${mark}`)).json["status"]).toBe("EXPIRED");
    }
    expect((await api("POST", "/invoices/x/expire")).status).toBe(404);
  });

  test("cuts decimals off in rupiah, and keeps them elsewhere", async () => {
    const { create } = await startXendit();
    expect((await create({ amount: 4550.5 }))["amount"]).toBe(4550);
    expect((await create({ amount: 10.25, currency: "USD" }))["amount"]).toBe(10.25);
  });

  test("does not compare items with the amount", async () => {
    const { create } = await startXendit();
    expect((await create({ items: [{ name: "Kopi", price: 1, quantity: 1 }] }))["amount"]).toBe(30_000);
  });

  test.each([
    ["too many items", { items: Array.from({ length: 76 }, () => ({ name: "a", price: 1, quantity: 1 })) }],
    ["a long key of metadata", { metadata: { ["k".repeat(41)]: "" } }],
    ["a long value of metadata", { metadata: { k: "v".repeat(501) } }],
    ["too many keys of metadata", { metadata: Object.fromEntries(Array.from({ length: 51 }, (_, key) => [key, ""])) }],
    ["too many fees", { fees: Array.from({ length: 11 }, () => ({ type: "a", value: 1 })) }],
    ["a duration of nothing", { invoice_duration: 0 }],
    ["an address that is none", { success_redirect_url: "shop" }],
  ])("%s is a validation error that names the field", async (_name, changes) => {
    const { api } = await startXendit();
    const { status, json } = await api("POST", "/v2/invoices", { external_id: "A", amount: 5, ...changes });
    expect([status, json["error_code"]]).toEqual([400, "API_VALIDATION_ERROR"]);
    expect(pick(json, "errors", 0, "path")).toContain(Object.keys(changes)[0]);
  });

  test("needs the secret key as the user, without a password", async () => {
    const { sandbox } = await startXendit();
    const { url, credentials } = sandbox.xendit;
    for (const Authorization of ["", basic("xnd_development_other", ""), basic(credentials.secretKey, "x")]) {
      const { status, json } = await call(`${url}/v2/invoices`, { headers: { Authorization } });
      expect([status, json["error_code"]]).toEqual([401, "INVALID_API_KEY"]);
    }
  });

  test("takes statuses repeated, or as a JSON list, and refuses others", async () => {
    const { api, create } = await startXendit();
    await create();
    for (const query of ["statuses=PENDING&statuses=PAID", 'statuses=["PENDING"]']) {
      expect((await api("GET", `/v2/invoices?${query}`)).json).toHaveLength(1);
    }
    expect((await api("GET", '/v2/invoices?statuses=["PAID"]')).json).toEqual([]);
    for (const query of ["statuses=HELD", "limit=0", "limit=x", "last_invoice=x", "created_after=soon"]) {
      expect((await api("GET", `/v2/invoices?${query}`)).status, query).toBe(400);
    }
  });
});

describe("the limit of requests", () => {
  test("is in the headers of each answer, and enforced if the settings have one", async () => {
    const { api, sandbox } = await startXendit();
    const first = await api("GET", "/v2/invoices");
    expect(first.headers.get("rate-limit-limit")).toBe("60");
    expect(first.headers.get("rate-limit-remaining")).toBe("59");
    expect(first.headers.get("rate-limit-reset")).toBe("60.00");
    expect((await api("PUT", "/tautan-sandbox/settings", { rateLimit: 2 })).status).toBe(200);
    await sandbox.advance(10_500);
    expect((await api("GET", "/v2/invoices")).status).toBe(200);
    const over = await api("GET", "/v2/invoices");
    expect([over.status, over.json["error_code"]]).toEqual([429, "RATE_LIMIT_EXCEEDED"]);
    expect(over.headers.get("rate-limit-reset")).toBe("49.50");
    // The limit is that of an endpoint, in a sliding window.
    expect((await api("GET", "/v2/invoices/65a0c0ffee0000000000a001")).status).toBe(404);
    await sandbox.advance(49_500);
    expect((await api("GET", "/v2/invoices")).status).toBe(200);
  });
});

describe("the life of an invoice", () => {
  test("paid, and settled after a delay that can be set", async () => {
    const { api, sandbox, create, callbacks } = await startXendit();
    await api("PUT", "/tautan-sandbox/settings", { settlementDelayMs: hourMs });
    const { id, invoice_url } = await create();
    await sandbox.pay(invoice_url, { method: "BCA" });
    expect(callbacks()).toMatchObject([
      {
        id,
        status: "PAID",
        paid_amount: 30_000,
        payment_method: "BANK_TRANSFER",
        payment_channel: "BCA",
        bank_code: "BCA",
      },
    ]);
    await sandbox.advance(hourMs);
    expect(callbacks()).toMatchObject([{ id, status: "SETTLED" }]);
    // A read has the kind of the method, and neither the channel nor the time.
    const { json } = await api("GET", `/v2/invoices/${id}`);
    expect(json).toMatchObject({ status: "SETTLED", payment_method: "BANK_TRANSFER" });
    expect(json).not.toHaveProperty("paid_at");
  });

  test("expired by the clock, with a callback that can be switched off", async () => {
    const { api, sandbox, create, callbacks } = await startXendit();
    const { id } = await create({ invoice_duration: 60 });
    await sandbox.advance(minuteMs);
    expect(callbacks()).toMatchObject([{ id, status: "EXPIRED" }]);
    await api("PUT", "/tautan-sandbox/settings", { expiryCallback: false });
    const silent = await create({ invoice_duration: 60 });
    await sandbox.advance(minuteMs);
    expect(callbacks()).toEqual([]);
    expect((await api("GET", `/v2/invoices/${silent.id}`)).json["status"]).toBe("EXPIRED");
  });

  test("a failed attempt leaves it pending, and reports nothing", async () => {
    const { api, sandbox, create, callbacks } = await startXendit();
    const { id, invoice_url } = await create();
    const failed = await sandbox.fail(invoice_url, { method: "OVO" });
    expect(failed.status).toBe("FAILED");
    expect((await api("GET", `/v2/invoices/${id}`)).json["status"]).toBe("PENDING");
    expect(callbacks()).toEqual([]);
    expect((await sandbox.pay(invoice_url, { method: "DANA" })).status).toBe("PAID");
    expect(sandbox.links[0]?.payments).toHaveLength(2);
  });

  test("what is impossible is refused with a reason", async () => {
    const { sandbox, create } = await startXendit();
    const { invoice_url } = await create();
    await expect(sandbox.settle(invoice_url)).rejects.toThrow("must be PAID");
    await expect(sandbox.refund(invoice_url)).rejects.toThrow("must be PAID");
    await expect(sandbox.pay(invoice_url, { method: "GCASH" })).rejects.toThrow("does not offer GCASH");
    await expect(sandbox.pay(invoice_url, { amount: 1 })).rejects.toThrow("fixed at Rp30.000");
    await expect(sandbox.pay(invoice_url, { payment: "x" })).rejects.toThrow("no payment x");
    await expect(sandbox.reverse(invoice_url)).rejects.toThrow("reverse is for");
    await sandbox.pay(invoice_url, { method: "ALFAMART" });
    await expect(sandbox.refund(invoice_url)).rejects.toThrow("ALFAMART cannot be refunded");
    await expect(sandbox.expire(invoice_url)).rejects.toThrow("must be PENDING");
    await sandbox.settle(invoice_url);
    await expect(sandbox.settle(invoice_url)).rejects.toThrow("must be PAID");
  });

  test("settings that do not exist are refused", async () => {
    const { api } = await startXendit();
    expect((await api("PUT", "/tautan-sandbox/settings", { speed: 1 })).status).toBe(400);
    expect((await api("PUT", "/tautan-sandbox/settings", { rateLimit: -1 })).status).toBe(400);
  });
});

describe("callbacks", () => {
  test("have the token of the account, and six retries: 15 minutes to 24 hours after the first try", async () => {
    const merchant = await startMerchant();
    merchant.answerWith(500);
    const { sandbox, create } = await startXendit({ webhookUrls: { xendit: merchant.url } });
    const { invoice_url } = await create();
    await sandbox.pay(invoice_url);
    await sandbox.advance(3 * dayMs);
    const [number] = sandbox.deliveries.map(({ webhook }) => webhook);
    const paid = sandbox.deliveries.filter(({ webhook }) => webhook === number);
    expect(minutesAfterFirst(paid)).toEqual([0, 15, 60, 180, 360, 720, 1440]);
    const tokens = merchant.received.map(({ headers }) => headers["x-callback-token"]);
    expect(new Set(tokens)).toEqual(new Set([sandbox.xendit.credentials.webhookToken]));
    expect(new Set(paid.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
  });

  test("stop when they are taken", async () => {
    const merchant = await startMerchant();
    merchant.answerWith(503);
    const { sandbox, create } = await startXendit({ webhookUrls: { xendit: merchant.url } });
    await sandbox.pay((await create()).invoice_url);
    merchant.answerWith(201);
    await sandbox.advance(12 * hourMs);
    expect(minutesAfterFirst(sandbox.deliveries)).toEqual([0, 15]);
  });

  test.each(["wrong_key", "duplicate_webhook"] as const)("%s: by the sandbox's common means", async (fault) => {
    const merchant = await startMerchant();
    const { sandbox, create } = await startXendit({ webhookUrls: { xendit: merchant.url } });
    sandbox.chaos.set("xendit", fault, { next: 1 });
    await sandbox.pay((await create()).invoice_url);
    await sandbox.advance(minuteMs);
    const tokens = merchant.received.map(({ headers }) => headers["x-callback-token"]);
    const { webhookToken } = sandbox.xendit.credentials;
    if (fault === "wrong_key") expect(tokens).not.toContain(webhookToken);
    else expect(tokens).toEqual([webhookToken, webhookToken]);
  });
});

describe("payment sessions", () => {
  const request = {
    reference_id: "INV-1",
    session_type: "PAY",
    mode: "PAYMENT_LINK",
    amount: 30_000,
    currency: "IDR",
    country: "ID",
  };

  test("are created, read, paid and reported, and live half an hour", async () => {
    const { api, sandbox, callbacks } = await startXendit();
    const { json } = await api("POST", "/sessions", { ...request, description: "Kopi" });
    expect(json).toMatchObject({ status: "ACTIVE", reference_id: "INV-1", description: "Kopi" });
    expect(json["expires_at"]).toBe(new Date(startMs + 30 * minuteMs).toISOString());
    const id = String(json["payment_session_id"]);
    expect(id).toMatch(/^ps-[0-9a-f]{24}$/);
    await sandbox.pay(String(json["payment_link_url"]), { method: "OVO" });
    const paid = (await api("GET", `/sessions/${id}`)).json;
    expect(paid).toMatchObject({ status: "COMPLETED", payment_id: expect.stringMatching(/^py-/) as string });
    expect(callbacks()).toEqual([
      {
        event: "payment_session.completed",
        business_id: expect.any(String) as string,
        created: expect.any(String) as string,
        data: paid,
      },
    ]);
  });

  test("are cancelled while they are active", async () => {
    const { api } = await startXendit();
    const { json } = await api("POST", "/sessions", request);
    const path = `/sessions/${String(json["payment_session_id"])}/cancel`;
    expect((await api("POST", path)).json["status"]).toBe("CANCELED");
    expect((await api("POST", path)).status).toBe(409);
  });

  test("expire with a callback, and are no invoices", async () => {
    const { api, sandbox, callbacks } = await startXendit();
    const { json } = await api("POST", "/sessions", request);
    await sandbox.advance(hourMs);
    expect(callbacks()).toMatchObject([{ event: "payment_session.expired", data: { status: "EXPIRED" } }]);
    expect((await api("GET", `/v2/invoices/${String(json["payment_session_id"])}`)).status).toBe(404);
    expect((await api("GET", "/v2/invoices")).json).toEqual([]);
  });

  test.each([
    ["a reference of 65 characters", { reference_id: "x".repeat(65) }],
    ["no country", { country: undefined }],
    ["another mode", { mode: "COMPONENT" }],
    ["an expiry that has passed", { expires_at: new Date(startMs).toISOString() }],
  ])("with %s are refused", async (_name, changes) => {
    const { api } = await startXendit();
    expect((await api("POST", "/sessions", { ...request, ...changes })).status).toBe(400);
  });
});

describe("the pay page", () => {
  test("offers the channels of the currency, and takes documented test cards alone", async () => {
    const { sandbox, create } = await startXendit();
    const { invoice_url } = await create({
      description: "Dua kopi",
      items: [{ name: "Kopi", price: 15_000, quantity: 2 }],
    });
    const { text } = await call(invoice_url);
    for (const shown of ["Dua kopi", "Rp30.000", "BCA", "QRIS", "OVO", "Alfamart"]) expect(text).toContain(shown);
    expect(text).not.toContain("GCash");
    const { id } = await sandbox.open(invoice_url, { method: "CREDIT_CARD" });
    expect((await call(`${invoice_url}?payment=${id}`)).text).toContain("4000 0000 0000 1091");
  });
});
