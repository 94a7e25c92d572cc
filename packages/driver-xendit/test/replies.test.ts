import { idr } from "@tautan/core";
import { expectToHide } from "@tautan/driver-kit/testing";
import { mockHttp } from "@tautan/driver-kit/testing/mock-http";
import { describe, expect, test } from "vitest";
import { methodOfPayment, type PaymentMethodFields } from "../src/methods.ts";
import { API, createLinks, errorBody, ID, invoice, NOW, OPTIONS, PATH, REFUNDS, REQUEST } from "./support.ts";

const http = mockHttp(API);
const links = createLinks();
const FIND = "/v2/invoices?external_id=INV-1&limit=100";

const read = async (changes: Record<string, unknown> = {}) => {
  http.reply("GET", PATH, { body: invoice(changes) });
  return links.get(`xendit:${ID}`);
};

describe("a link", () => {
  test("has every documented field", async () => {
    const link = (
      await read({
        description: "Dua kopi",
        items: [{ name: "Kopi", price: 15_000, quantity: 2, reference_id: "K1" }],
        customer: { given_names: "Sari", surname: "Dewi", mobile_number: "+6281100000001" },
        payer_email: "sari@example.test",
        success_redirect_url: "https://shop.example.test/ok",
        metadata: { order: 7, nothing: null },
      })
    )._unsafeUnwrap();
    expect(link).toMatchObject({
      id: `xendit:${ID}`,
      reference: "INV-1",
      url: `https://checkout-staging.xendit.co/web/${ID}`,
      status: "active",
      title: "Dua kopi",
      amount: idr(30_000),
      items: [{ name: "Kopi", quantity: 2, unitPrice: idr(15_000), id: "K1" }],
      usage: { limit: 1, used: 0, held: 0 },
      expiresAt: "2026-01-02T00:00:00.000Z",
      customer: { name: "Sari Dewi", email: "sari@example.test", phone: "+6281100000001" },
      redirect: { url: "https://shop.example.test/ok" },
      metadata: { order: "7" },
    });
    expect(link.methods).toBeUndefined();
  });

  test.each<[string, Record<string, unknown>, string]>([
    ["pending", { status: "PENDING" }, "active"],
    ["paid", { status: "PAID" }, "exhausted"],
    ["settled", { status: "SETTLED" }, "exhausted"],
    ["of an undocumented status", { status: "HELD" }, "unknown"],
    ["ended before its expiry, so by a call", { status: "EXPIRED" }, "closed"],
    [
      "ended after its expiry",
      {
        status: "EXPIRED",
        created: "2025-12-30T00:00:00Z",
        updated: "2025-12-31T00:00:01Z",
        expiry_date: "2025-12-31T00:00:00Z",
      },
      "expired",
    ],
    [
      "changed last before its expiry, which has passed",
      {
        status: "EXPIRED",
        created: "2025-12-30T00:00:00Z",
        updated: "2025-12-30T12:00:00Z",
        expiry_date: "2025-12-31T00:00:00Z",
      },
      "closed",
    ],
    [
      "that was not changed since its creation, and has expired",
      {
        status: "EXPIRED",
        created: "2025-12-30T00:00:00Z",
        updated: "2025-12-30T00:00:00Z",
        expiry_date: "2025-12-31T00:00:00Z",
      },
      "expired",
    ],
  ])("%s is %s", async (_name, changes, status) => {
    expect((await read(changes))._unsafeUnwrap().status).toBe(status);
  });

  test.each<[string, Record<string, unknown>]>([
    ["no reference", { external_id: undefined }],
    ["no address", { invoice_url: undefined }],
    ["no currency", { currency: undefined }],
    ["no status", { status: undefined }],
    ["an amount in words", { amount: "many" }],
    ["a negative amount", { amount: -5 }],
  ])("%s is malformed_response", async (_name, changes) => {
    expect((await read(changes))._unsafeUnwrapErr().kind).toBe("malformed_response");
  });

  test("another link than the requested one is reply_mismatch", async () => {
    expect((await read({ id: "65a0c0ffee0000000000a002" }))._unsafeUnwrapErr().kind).toBe("reply_mismatch");
  });
});

describe("find", () => {
  const row = (id: string, changes: Record<string, unknown> = {}) => invoice({ id, ...changes });

  test("of several links with a reference, a paid one is first, then an open one, then the newest", async () => {
    const old = row("a1", { status: "EXPIRED" });
    const open = row("a2", { created: "2026-01-01T00:00:01Z" });
    const newest = row("a3", { status: "EXPIRED", created: "2026-01-01T00:00:02Z" });
    const paid = row("a4", { status: "PAID", created: "2025-12-01T00:00:00Z" });
    const find = async (...rows: readonly object[]) => {
      http.reply("GET", FIND, { body: rows });
      return (await links.find({ reference: "INV-1" }))._unsafeUnwrap().providerId;
    };
    expect([await find(newest, open, old, paid), await find(old, newest, open), await find(old, newest)]).toEqual([
      "a4",
      "a2",
      "a3",
    ]);
  });

  test("a link with a similar reference is another link", async () => {
    http.reply("GET", FIND, { body: [row("a1", { external_id: "INV-11" })] });
    expect((await links.find({ reference: "INV-1" }))._unsafeUnwrapErr()).toMatchObject({
      kind: "not_found",
      outcome: "refused",
    });
  });

  test("a full page is followed by the next one", async () => {
    const page = Array.from({ length: 100 }, (_, index) => row(`b${index}`, { external_id: "INV-11" }));
    http.reply("GET", FIND, { body: page });
    http.reply("GET", `${FIND}&last_invoice=b99`, { body: [row("a1")] });
    expect((await links.find({ reference: "INV-1" }))._unsafeUnwrap().providerId).toBe("a1");
  });

  test("a search that ends before the list does proves no absence, so that nothing is sent", async () => {
    for (let page = 0; page < 10; page += 1) {
      const rows = Array.from({ length: 100 }, (_, at) => row(`c${page}x${at}`, { external_id: "INV-11" }));
      http.reply("GET", page === 0 ? FIND : `${FIND}&last_invoice=c${page - 1}x99`, { body: rows });
    }
    const error = (await links.create(REQUEST))._unsafeUnwrapErr();
    expect([error.kind, error.outcome]).toEqual(["rejected", "not_sent"]);
    expect(http.sent.filter(({ method }) => method === "POST")).toEqual([]);
  });

  test("anything but a list of objects is malformed_response", async () => {
    for (const body of ["{}", "[1]", "<html></html>", ""]) {
      http.reply("GET", FIND, { body });
      expect((await links.find({ reference: "INV-1" }))._unsafeUnwrapErr().kind).toBe("malformed_response");
    }
  });
});

describe("a create whose response is lost", () => {
  test("is searched by its reference, and never sent twice", async () => {
    http.reply("GET", FIND, { body: [] });
    http.fail("POST", "/v2/invoices", new Error("lost"));
    http.reply("GET", FIND, { body: [invoice()] });
    expect((await links.create(REQUEST))._unsafeUnwrap().providerId).toBe(ID);
    expect(http.sent.filter(({ method }) => method === "POST").length).toBeLessThan(2);
  });

  test("a reference that another request has is duplicate_reference, and nothing is sent", async () => {
    http.reply("GET", FIND, { body: [invoice({ amount: 1 })] });
    const error = (await links.create(REQUEST))._unsafeUnwrapErr();
    expect([error.kind, error.outcome]).toEqual(["duplicate_reference", "refused"]);
  });
});

describe("refusals", () => {
  const refuse = async (status: number, body: object | string, headers: Record<string, string> = {}, from = links) => {
    http.reply("GET", FIND, { body: [] });
    http.reply("POST", "/v2/invoices", { status, body, headers });
    return (await from.create({ ...REQUEST, customer: { email: "sari@example.test" } }))._unsafeUnwrapErr();
  };

  test.each([
    [400, "MAXIMUM_TRANSFER_AMOUNT_ERROR", "invalid_request", "amount"],
    [400, "NO_COLLECTION_METHODS_ERROR", "invalid_request", "methods"],
    [400, "EMAIL_FORMAT_ERROR", "invalid_request", "customer.email"],
    [400, "UNAVAILABLE_PAYMENT_METHOD_ERROR", "invalid_request", "methods"],
    [400, "UNSUPPORTED_CURRENCY", "invalid_request", "amount"],
    [400, "MISMATCH_CURRENCY_ERROR", "invalid_request", "amount"],
    [400, "INVALID_REMINDER_TIME", "invalid_request", "providerOptions.xendit.reminder"],
    [400, "API_VALIDATION_ERROR", "invalid_request", ""],
    [
      404,
      "CALLBACK_VIRTUAL_ACCOUNT_NOT_FOUND_ERROR",
      "invalid_request",
      "providerOptions.xendit.callbackVirtualAccountId",
    ],
    [404, "UNIQUE_ACCOUNT_NUMBER_UNAVAILABLE_ERROR", "invalid_request", "methods"],
    [404, "PAYMENT_CODE_NOT_AVAILABLE_ERROR", "invalid_request", "methods"],
    [401, "INVALID_API_KEY", "unauthenticated", undefined],
    [403, "ACCESS_SUSPENDED", "forbidden", undefined],
  ])("%i %s is %s", async (status, code, kind, path) => {
    const said = errorBody(code, "not for sari@example.test", { errors: [{ message: "also not" }] });
    const error = await refuse(status, said);
    expect(error).toMatchObject({ kind, outcome: "refused", status, providerCode: code });
    if (path !== undefined) expect(error).toMatchObject({ issues: [{ path }] });
    expectToHide(error, ["sari@example.test", OPTIONS.secretKey]);
  });

  test("a limit of requests names the time until its end, in whole seconds, and holds the next create back", async () => {
    const body = errorBody("RATE_LIMIT_EXCEEDED");
    const limited = createLinks();
    expect(await refuse(429, body, { "rate-limit-reset": "58.37" }, limited)).toMatchObject({
      kind: "rate_limited",
      outcome: "refused",
      retryAfterMs: 59_000,
    });
    http.reply("GET", FIND, { body: [] });
    const next = (await limited.create(REQUEST))._unsafeUnwrapErr();
    expect(next).toMatchObject({ kind: "rate_limited", outcome: "not_sent" });
    expect(await refuse(429, body, { "rate-limit-reset": "soon" }, createLinks())).not.toHaveProperty("retryAfterMs");
  });

  test("a failure of Xendit leaves the outcome unknown, and the link is searched", async () => {
    http.reply("GET", FIND, { body: [] });
    http.reply("POST", "/v2/invoices", { status: 500, body: errorBody("SERVER_ERROR") });
    http.reply("GET", FIND, { body: [] });
    expect((await links.create(REQUEST))._unsafeUnwrapErr()).toMatchObject({ kind: "unavailable", outcome: "unknown" });
  });

  test("a proxy's page proves no refusal", async () => {
    http.reply("GET", FIND, { body: [] });
    http.reply("POST", "/v2/invoices", { status: 403, body: "<html></html>" });
    http.reply("GET", FIND, { body: [] });
    expect((await links.create(REQUEST))._unsafeUnwrapErr().outcome).toBe("unknown");
  });

  test("a key without the permission to read refunds is named", async () => {
    http.reply("GET", PATH, { body: invoice({ status: "PAID" }) });
    http.reply("GET", REFUNDS, { status: 403, body: errorBody("REQUEST_FORBIDDEN_ERROR") });
    const error = (await links.getHistory(`xendit:${ID}%231`))._unsafeUnwrapErr();
    expect(error.kind).toBe("forbidden");
    expect(error.hint).toContain("readsRefunds: false");
  });
});

describe("close", () => {
  const EXPIRE = `/invoices/${ID}/expire!`;
  const NOT_PENDING = errorBody("INVALID_INVOICE_STATUS", `Could not find and update PENDING invoice ${ID}`);
  const close = async (status: number, body: object, after?: Record<string, unknown>) => {
    http.reply("POST", EXPIRE, { status, body });
    if (after) http.reply("GET", PATH, { body: invoice(after) });
    return links.close(`xendit:${ID}`);
  };

  test.each<[string, Record<string, unknown>, string]>([
    ["a paid link", { status: "PAID" }, "invalid_state"],
    ["an expired link", { status: "EXPIRED", expiry_date: new Date(NOW - 1000).toISOString() }, "invalid_state"],
  ])("of %s is %s", async (_name, after, kind) => {
    for (const status of [400, 404, 409]) {
      expect((await close(status, NOT_PENDING, after))._unsafeUnwrapErr()).toMatchObject({ kind, outcome: "refused" });
    }
  });

  test("of a closed link changes nothing", async () => {
    expect((await close(400, NOT_PENDING, { status: "EXPIRED" }))._unsafeUnwrap().status).toBe("closed");
  });

  test("of a link that was paid meanwhile is invalid_state", async () => {
    expect((await close(200, invoice({ status: "PAID" })))._unsafeUnwrapErr().kind).toBe("invalid_state");
  });

  test("of a link that does not exist is not_found", async () => {
    http.reply("POST", EXPIRE, { status: 404, body: errorBody("INVOICE_NOT_FOUND_ERROR") });
    http.reply("GET", PATH, { status: 404, body: errorBody("INVOICE_NOT_FOUND_ERROR") });
    expect((await links.close(`xendit:${ID}`))._unsafeUnwrapErr().kind).toBe("not_found");
  });
});

describe("the method of a payment", () => {
  const NONE: PaymentMethodFields = {
    payment_method: undefined,
    payment_channel: undefined,
    bank_code: undefined,
    ewallet_type: undefined,
    retail_outlet_name: undefined,
  };

  test.each<[Partial<PaymentMethodFields>, object | undefined]>([
    [{}, undefined],
    [
      { payment_method: "BANK_TRANSFER", payment_channel: "BRI" },
      { kind: "virtual_account", channel: "bri", raw: "BRI" },
    ],
    [
      { payment_method: "DIRECT_DEBIT", payment_channel: "DD_BRI" },
      { kind: "direct_debit", channel: "bri", raw: "DD_BRI" },
    ],
    [
      { payment_method: "DIRECT_DEBIT", payment_channel: "BRI" },
      { kind: "direct_debit", channel: "bri", raw: "BRI" },
    ],
    [
      { payment_method: "QR_CODE", payment_channel: "QRIS" },
      { kind: "qris", raw: "QRIS" },
    ],
    [{ payment_method: "QRIS" }, { kind: "qris", raw: "QRIS" }],
    [
      { payment_method: "CREDIT_CARD", payment_channel: "CREDIT_CARD" },
      { kind: "card", raw: "CREDIT_CARD" },
    ],
    [
      { payment_method: "EWALLET", ewallet_type: "NEXCASH" },
      { kind: "ewallet", channel: "nexcash", raw: "NEXCASH" },
    ],
    [
      { payment_method: "BANK_TRANSFER", bank_code: "NEW BANK" },
      { kind: "virtual_account", channel: "new_bank", raw: "NEW BANK" },
    ],
    [{ payment_method: "CRYPTOCURRENCY" }, { kind: "other", raw: "CRYPTOCURRENCY" }],
    [{ payment_channel: "OVO" }, { kind: "ewallet", channel: "ovo", raw: "OVO" }],
  ])("of %j", (fields, expected) => {
    expect(methodOfPayment({ ...NONE, ...fields })).toEqual(expected);
  });
});
