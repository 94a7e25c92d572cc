import { idr, money } from "@tautan/core";
import { mockHttp } from "@tautan/driver-kit/testing/mock-http";
import { createXenditDriver } from "@tautan/driver-xendit";
import { err } from "neverthrow";
import { describe, expect, test } from "vitest";
import {
  API,
  createLinks,
  createSessions,
  ID,
  invoice,
  NOW,
  OPTIONS,
  PATH,
  REFUNDS,
  REQUEST,
  SESSION_ID,
  session,
} from "./support.ts";

const http = mockHttp(API);
const links = createLinks();
const FIND = "/v2/invoices?external_id=INV-1&limit=100";

/** Creates a link and returns the body that was sent. */
const bodyOf = async (
  changes: object = {},
  reply: Record<string, unknown> = invoice(),
): Promise<Record<string, unknown>> => {
  http.reply("GET", FIND, { body: [] });
  http.reply("POST", "/v2/invoices", { body: reply });
  const created = await links.create({ ...REQUEST, ...changes });
  if (created.isErr()) throw new Error(created.error.message);
  return JSON.parse(http.sent.at(-1)?.body ?? "") as Record<string, unknown>;
};

describe("create: the exact request", () => {
  test("path, headers and every byte of the body", async () => {
    http.reply("GET", FIND, { body: [] });
    http.reply("POST", "/v2/invoices", { body: invoice({ expiry_date: "2026-01-01T01:00:00.120Z" }) });
    const created = await links.create({
      reference: "INV-1",
      title: "Dua kopi",
      amount: idr(30_000),
      expiresAt: "2026-01-01T01:00:00.900Z",
      items: [{ name: "Kopi", quantity: 2, unitPrice: idr(15_000), id: "K1" }],
      methods: [{ kind: "virtual_account", channel: "bca" }, { kind: "qris" }],
      customer: { name: "Sari Dewi", email: "sari@example.test", phone: "0811-0000-0001" },
      redirect: { url: "https://shop.example.test/ok" },
      metadata: { order: "7" },
      providerOptions: {
        xendit: {
          sendEmail: true,
          notifications: { paid: ["email", "whatsapp"] },
          reminder: { time: 2, unit: "hours" },
          failureRedirectUrl: "https://shop.example.test/no",
          fees: [{ type: "Diskon", value: -500 }],
          cardBins: ["400000"],
          authenticateCard: true,
          callbackVirtualAccountId: "va-1",
          midLabel: "MID",
          locale: "id",
        },
      },
    });
    expect(created._unsafeUnwrap().warnings).toMatchObject([{ code: "provider_contacts_customer", field: "customer" }]);
    const request = http.sent.at(-1);
    expect(request).toMatchObject({ method: "POST", path: "/v2/invoices" });
    // Base64 of "xnd_development_abc:".
    expect(request?.headers.get("authorization")).toBe("Basic eG5kX2RldmVsb3BtZW50X2FiYzo=");
    expect(request?.headers.get("content-type")).toBe("application/json");
    expect(request?.headers.get("for-user-id")).toBeNull();
    expect(request?.body).toBe(
      '{"external_id":"INV-1","amount":30000,"currency":"IDR","description":"Dua kopi","invoice_duration":3600,' +
        '"payer_email":"sari@example.test","should_send_email":true,"customer":{"given_names":"Sari Dewi",' +
        '"email":"sari@example.test","mobile_number":"+6281100000001"},"customer_notification_preference":{"invoice_paid":' +
        '["email","whatsapp"]},"reminder_time":2,"reminder_time_unit":"hours",' +
        '"success_redirect_url":"https://shop.example.test/ok","failure_redirect_url":"https://shop.example.test/no",' +
        '"payment_methods":["BCA","QRIS"],"items":[{"name":"Kopi","price":15000,"quantity":2,"reference_id":"K1"}],' +
        '"fees":[{"type":"Diskon","value":-500}],"channel_properties":{"cards":{"allowed_bins":["400000"]}},' +
        '"should_authenticate_credit_card":true,"callback_virtual_account_id":"va-1","mid_label":"MID","locale":"id",' +
        '"metadata":{"order":"7"}}',
    );
  });

  test("what is left out is not sent, but for the expiry of 24 hours, and that no e-mail is sent", async () => {
    expect(await bodyOf()).toEqual({
      external_id: "INV-1",
      amount: 30_000,
      currency: "IDR",
      invoice_duration: 86_400,
      should_send_email: false,
    });
  });

  test("the time of a failure is that of the redirect, unless another is given", async () => {
    const redirect = { url: "https://shop.example.test/ok" };
    expect(await bodyOf({ redirect })).toMatchObject({ failure_redirect_url: redirect.url });
  });

  test.each([
    ["USD", "10.5", 10.5],
    ["MYR", "0.01", 0.01],
    ["VND", "25000", 25_000],
    ["PHP", "1234567.89", 1_234_567.89],
  ])("%s %s is the number %s", async (currency, amount, wire) => {
    const sent = await bodyOf({ amount: money(amount, currency) }, invoice({ currency, amount: wire }));
    expect(sent).toMatchObject({ amount: wire, currency });
  });

  test.each([
    ["a fraction of a rupiah, which Xendit cuts off", "4550.5", "IDR"],
    ["a fraction of a dong", "10.5", "VND"],
    ["a tenth of a cent", "1.0012", "USD"],
  ])("%s is refused, and nothing is sent", async (_name, amount, currency) => {
    const error = (await links.create({ ...REQUEST, amount: money(amount, currency) }))._unsafeUnwrapErr();
    expect([error.kind, error.outcome]).toEqual(["amount_unrepresentable", "not_sent"]);
    expect(http.sent).toEqual([]);
  });

  test("a kind of method means its channels in the currency", async () => {
    const { payment_methods: sent } = await bodyOf({ methods: [{ kind: "ewallet" }] });
    expect(sent).toContain("OVO");
    expect(sent).not.toContain("GCASH");
  });

  test("a channel of another currency, and one that is only read, is refused", async () => {
    for (const method of [
      { kind: "qr", channel: "promptpay" },
      { kind: "virtual_account", channel: "cimb" },
    ] as const) {
      const error = (await links.create({ ...REQUEST, methods: [method] }))._unsafeUnwrapErr();
      expect([error.kind, error.outcome]).toEqual(["unsupported", "not_sent"]);
    }
    expect(http.sent).toEqual([]);
  });

  test.each<[string, object, string]>([
    ["a number without a country", { amount: money("10", "USD"), customer: { phone: "0811000001" } }, "customer.phone"],
    ["an expiry within this second", { expiresAt: new Date(NOW + 900) }, "expiresAt"],
    ["an option that does not exist", { providerOptions: { xendit: { fee: 1 } } }, "providerOptions.xendit.fee"],
    [
      "a fee without a value",
      { providerOptions: { xendit: { fees: [{ type: "x" }] } } },
      "providerOptions.xendit.fees[0].value",
    ],
    [
      "eleven fees",
      { providerOptions: { xendit: { fees: Array.from({ length: 11 }, () => ({ type: "x", value: 1 })) } } },
      "providerOptions.xendit.fees",
    ],
  ])("%s is refused, and nothing is sent", async (_name, changes, path) => {
    const error = (await links.create({ ...REQUEST, ...changes }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "invalid_request", outcome: "not_sent", issues: [{ path }] });
    expect(http.sent).toEqual([]);
  });

  test("production has the same host, and the requests of a sub-account name it", async () => {
    const requested: unknown[] = [];
    const driver = createXenditDriver({
      ...OPTIONS,
      environment: "production",
      secretKey: "xnd_production_abc",
      forUserId: "sub-1",
      transport: {
        send: async ({ url, headers }) => {
          requested.push([url, headers["for-user-id"]]);
          return err({ reason: "connect", sent: false } as const);
        },
      },
    });
    await driver.handlers.get(ID, { signal: new AbortController().signal, clock: { now: () => NOW } });
    expect(requested).toEqual([[`${API}${PATH}`, "sub-1"]]);
  });
});

describe("the other requests", () => {
  test("a close has no /v2, a literal exclamation mark and no body", async () => {
    http.reply("POST", `/invoices/${ID}/expire!`, { body: invoice({ status: "EXPIRED" }) });
    expect((await links.close(`xendit:${ID}`))._unsafeUnwrap()).toMatchObject({ status: "closed" });
    expect(http.sent[0]).toMatchObject({ path: `/invoices/${ID}/expire!`, body: "" });
  });

  test("a page of links, and the next one by the id of the last", async () => {
    http.reply("GET", "/v2/invoices?limit=1", { body: [invoice()] });
    const page = (await links.list({ limit: 1 }))._unsafeUnwrap();
    expect(page.items).toHaveLength(1);
    http.reply("GET", `/v2/invoices?limit=1&last_invoice=${ID}`, { body: [] });
    const last = (await links.list({ limit: 1, cursor: page.nextCursor }))._unsafeUnwrap();
    expect(last).toEqual({ items: [] });
  });

  test("recent payments are filtered by the time of payment, and each status is a parameter", async () => {
    const path = "/v2/invoices?statuses=PAID&statuses=SETTLED&limit=50&paid_after=2025-12-31T00%3A00%3A00.000Z";
    http.reply("GET", path, { body: [invoice({ status: "PAID" })] });
    const page = await links.listRecentHistories({ since: "2025-12-31T00:00:00Z", limit: 50 });
    expect(page._unsafeUnwrap().items).toMatchObject([{ isPaid: true, linkId: `xendit:${ID}` }]);
  });

  test("the refunds of a payment are read page by page", async () => {
    const refund = (id: string) => ({ id, amount: 10_000, currency: "IDR", status: "SUCCEEDED" });
    http.reply("GET", PATH, { body: invoice({ status: "SETTLED" }) });
    http.reply("GET", REFUNDS, { body: { data: [refund("rfd-1")], has_more: true } });
    http.reply("GET", `${REFUNDS}&after_id=rfd-1`, { body: { data: [refund("rfd-2")], has_more: false } });
    const history = (await links.getHistory(`xendit:${ID}%231`))._unsafeUnwrap();
    expect(history).toMatchObject({ status: "partially_refunded", refunded: idr(20_000) });
  });

  test("refunds are not read where the driver was told so, nor of an unpaid link", async () => {
    const without = createLinks({ readsRefunds: false });
    http.reply("GET", PATH, { body: invoice({ status: "PAID" }) });
    expect((await without.getHistory(`xendit:${ID}%231`))._unsafeUnwrap().status).toBe("paid");
    http.reply("GET", PATH, { body: invoice() });
    expect((await links.listHistories(`xendit:${ID}`))._unsafeUnwrap().items).toEqual([]);
  });
});

describe("sessions", () => {
  const sessions = createSessions();

  test("create: every byte", async () => {
    http.reply("POST", "/sessions", { body: session() });
    const created = await sessions.create({
      reference: "INV-1",
      title: "Dua kopi",
      amount: idr(30_000),
      items: [{ name: "Kopi", quantity: 2, unitPrice: idr(15_000), id: "K1" }],
      customer: { name: "Sari Dewi", phone: "+62 811 0000 0001" },
      redirect: { url: "https://shop.example.test/ok" },
      metadata: { order: "7" },
      providerOptions: { xendit: { allowedPaymentChannels: ["CARDS"], locale: "en" } },
    });
    expect(created._unsafeUnwrap()).toMatchObject({ providerId: SESSION_ID, url: "https://dev.xen.to/abc" });
    expect(http.sent[0]?.body).toBe(
      '{"reference_id":"INV-1","session_type":"PAY","mode":"PAYMENT_LINK","amount":30000,"currency":"IDR","country":"ID",' +
        '"customer":{"reference_id":"INV-1","type":"INDIVIDUAL","mobile_number":"+6281100000001","individual_detail":' +
        '{"given_names":"Sari Dewi"}},"items":[{"reference_id":"K1","name":"Kopi","net_unit_amount":15000,"quantity":2,' +
        '"currency":"IDR"}],"allowed_payment_channels":["CARDS"],"expires_at":"2026-01-02T00:00:00.000Z","locale":"en",' +
        '"description":"Dua kopi","metadata":{"order":"7"},"success_return_url":"https://shop.example.test/ok",' +
        '"cancel_return_url":"https://shop.example.test/ok"}',
    );
  });

  test("USD needs a country", async () => {
    const error = (await sessions.create({ ...REQUEST, amount: money("10", "USD") }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "invalid_request", issues: [{ path: "providerOptions.xendit.country" }] });
    http.reply("POST", "/sessions", { body: session({ amount: 10, currency: "USD" }) });
    const amount = money("10", "USD");
    const created = await sessions.create({ ...REQUEST, amount, providerOptions: { xendit: { country: "PH" } } });
    expect(created.isOk()).toBe(true);
    expect(http.sent.at(-1)?.body).toContain('"country":"PH"');
  });

  test("the links of both products are read and ended by a driver of either", async () => {
    http.reply("GET", `/sessions/${SESSION_ID}`, { body: session({ status: "CANCELED" }) });
    expect((await links.get(`xendit:${SESSION_ID}`))._unsafeUnwrap().status).toBe("closed");
    http.reply("GET", PATH, { body: invoice() });
    expect((await sessions.get(`xendit:${ID}`))._unsafeUnwrap().status).toBe("active");
    http.reply("POST", `/sessions/${SESSION_ID}/cancel`, { body: session({ status: "CANCELED" }) });
    expect((await links.close(`xendit:${SESSION_ID}`)).isOk()).toBe(true);
  });

  test("its refunds are those of its payment request", async () => {
    http.reply("GET", `/sessions/${SESSION_ID}`, {
      body: session({ status: "COMPLETED", payment_request_id: "pr-1", payment_id: "py-1" }),
    });
    http.reply("GET", "/refunds?payment_request_id=pr-1&limit=100", {
      body: { data: [{ id: "rfd-1", amount: 30_000, currency: "IDR", status: "SUCCEEDED" }] },
    });
    const history = (await sessions.getHistory(`xendit:${SESSION_ID}%231`))._unsafeUnwrap();
    expect(history).toMatchObject({ status: "refunded", isPaid: false });
  });

  test("there is no list, and nothing to find a lost create by", async () => {
    expect(createXenditDriver({ ...OPTIONS, product: "session" }).capabilities).toMatchObject({
      createRecovery: "none",
      operations: {
        list: { unsupported: expect.any(String) as string },
        find: { unsupported: expect.any(String) as string },
      },
    });
  });
});
