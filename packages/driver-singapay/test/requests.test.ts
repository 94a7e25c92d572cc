import { idr, money } from "@tautan/core";
import { mockHttp } from "@tautan/driver-kit/testing/mock-http";
import { beforeEach, describe, expect, test } from "vitest";
import {
  API,
  API_KEY,
  callsOf,
  createLinks,
  createWideLinks,
  fixture,
  LINKS,
  type Links,
  link,
  refusal,
  startLinks,
  success,
  TOKEN,
} from "./support.ts";

const http = mockHttp(API);
const bodyOf = (index: number): unknown => JSON.parse(callsOf(http)[index]?.body ?? "null");
/** What SingaPay would answer: the documented link, as it was asked for. */
const created = (changes: object) => success(link({ items: null, title: null, ...changes }));

describe("create: the exact request", () => {
  let links: Links;
  beforeEach(() => {
    links = startLinks(http);
  });

  test("path, headers and every byte of the body", async () => {
    http.reply("POST", LINKS, success(link()));
    const result = await links.create({
      reference: "ORD-1001",
      title: "Order 1001",
      amount: idr(75_000),
      items: [
        { name: "Coffee beans", quantity: 2, unitPrice: idr(40_000) },
        { name: "Voucher", quantity: 1, unitPrice: idr(-5_000) },
      ],
      usage: { limit: 3 },
      expiresAt: "2026-03-20T23:59:59+07:00",
      methods: [{ kind: "virtual_account", channel: "bri" }, { kind: "qris" }],
      collect: { name: "required", email: "required", phone: "required" },
      redirect: { url: "https://shop.example/thanks" },
      metadata: { cart: "c-9" },
    });
    expect(result.isOk()).toBe(true);
    const [request] = callsOf(http);
    expect(request).toMatchObject({ method: "POST", path: LINKS });
    expect(Object.fromEntries(request?.headers ?? [])).toMatchObject({
      accept: "application/json",
      "content-type": "application/json",
      "x-partner-id": API_KEY,
      authorization: `Bearer ${TOKEN}`,
    });
    expect(request?.body).toBe(
      '{"reff_no":"ORD-1001","title":"Order 1001","max_usage":3,"total_amount":75000,' +
        '"items":[{"name":"Coffee beans","quantity":2,"unit_price":40000},{"name":"Voucher","quantity":1,"unit_price":-5000}],' +
        '"required_customer_detail":true,"expired_at":"1774025999000","whitelisted_payment_method":["VA_BRI","QRIS"],' +
        '"redirect_url":"https://shop.example/thanks","optional_metadata":{"cart":"c-9"}}',
    );
    // The documented sample, but for the order of the codes and the fields it leaves out.
    const { whitelisted_payment_method: codes, ...sample } = fixture("create-request");
    expect(JSON.parse(request?.body ?? "")).toMatchObject(sample);
    expect(codes).toEqual(["QRIS", "VA_BRI"]);
  });

  test("what is left out gets our defaults, always said: one use, 24 hours, one item of the title and the amount", async () => {
    http.reply("POST", LINKS, created({ reff_no: "ORD-2", max_usage: 1, total_amount: 10000 }));
    expect((await links.create({ reference: "ORD-2", amount: idr(10_000) })).isOk()).toBe(true);
    expect(callsOf(http)[0]?.body).toBe(
      '{"reff_no":"ORD-2","title":"ORD-2","max_usage":1,"total_amount":10000,' +
        '"items":[{"name":"ORD-2","quantity":1,"unit_price":10000}],"required_customer_detail":false,' +
        '"expired_at":"1773630000000"}',
    );
  });

  test("a link without end sends null", async () => {
    http.reply("POST", LINKS, created({ reff_no: "ORD-3", expired_at: null, max_usage: 1 }));
    const result = await links.create({ reference: "ORD-3", title: "Tea", amount: idr(75_000), expiresAt: "never" });
    expect(bodyOf(0)).toMatchObject({ expired_at: null, items: [{ name: "Tea", quantity: 1, unit_price: 75_000 }] });
    expect(result._unsafeUnwrap()).not.toHaveProperty("expiresAt");
  });

  test("a kind without a channel sends every code of the kind, and shops go by their short names", async () => {
    http.reply("POST", LINKS, created({ reff_no: "ORD-4" }));
    await links.create({
      reference: "ORD-4",
      amount: idr(75_000),
      methods: [{ kind: "retail" }, { kind: "card" }, { kind: "ewallet", channel: "gopay" }],
    });
    expect(bodyOf(0)).toMatchObject({
      whitelisted_payment_method: ["EWALLET_GOPAY", "ALFAMART", "INDOMARET", "NICEPAY_CARD"],
    });
  });

  test("a limit of less than a million, which is the most there is and stands for none", async () => {
    http.reply("POST", LINKS, created({ reff_no: "ORD-5", max_usage: 999_999 }));
    const result = await links.create({ reference: "ORD-5", amount: idr(75_000), usage: { limit: 999_999 } });
    expect(bodyOf(0)).toMatchObject({ max_usage: 999_999 });
    expect(result._unsafeUnwrap().usage.limit).toBe(999_999);
  });

  test("no limit: a million stands for it, in every answer", async () => {
    http.reply("POST", LINKS, created({ reff_no: "ORD-5", max_usage: 1_000_000 }));
    const result = await links.create({ reference: "ORD-5", amount: idr(75_000), usage: { limit: "unlimited" } });
    expect(bodyOf(0)).toMatchObject({ max_usage: 1_000_000 });
    expect(result._unsafeUnwrap().usage).toEqual({ used: 0, held: 0 });
    http.reply("GET", `${LINKS}/301`, success(link({ max_usage: 1_000_000, current_usage: 7 })));
    expect((await links.get("singapay:301"))._unsafeUnwrap().usage).toEqual({ used: 7, held: 0 });
  });

  test("no limit and no expiry go together", async () => {
    http.reply("POST", LINKS, created({ reff_no: "ORD-5", max_usage: 1_000_000, expired_at: null }));
    const request = {
      reference: "ORD-5",
      amount: idr(75_000),
      usage: { limit: "unlimited" },
      expiresAt: "never",
    } as const;
    expect((await links.create(request)).isOk()).toBe(true);
    expect(bodyOf(0)).toMatchObject({ max_usage: 1_000_000, expired_at: null });
  });

  test("an empty set of options is none", async () => {
    http.reply("POST", LINKS, created({ reff_no: "ORD-6", max_usage: 1 }));
    const result = await links.create({ reference: "ORD-6", amount: idr(75_000), providerOptions: { singapay: {} } });
    expect(result.isOk()).toBe(true);
  });
});

describe("create: refused before anything is sent", () => {
  test.each<[string, object, string, string]>([
    ["less than ten thousand rupiah", { amount: idr(9_999) }, "unsupported", "amount"],
    ["a fraction of a rupiah", { amount: money("10000.5", "IDR") }, "amount_unrepresentable", "amount"],
    ["an amount past what JSON numbers hold", { amount: idr("9007199254740993") }, "amount_unrepresentable", "amount"],
    [
      "a price past what JSON numbers hold",
      {
        amount: idr(20_000),
        items: [
          { name: "much", quantity: 1, unitPrice: idr("9007199254740993") },
          { name: "less", quantity: 1, unitPrice: idr("-9007199254720993") },
        ],
      },
      "amount_unrepresentable",
      "items[0].unitPrice",
    ],
    ["another currency", { amount: money("10000", "USD") }, "unsupported", "amount.currency"],
    ["an open amount", { amount: { open: { currency: "IDR" } } }, "unsupported", "amount.open"],
    ["a start", { startsAt: "2026-03-16T00:00:00Z" }, "unsupported", "startsAt"],
    ["a customer", { customer: { name: "Sari" } }, "unsupported", "customer"],
    ["a slug", { slug: "nice" }, "unsupported", "slug"],
    ["a limit of a million, which stands for none", { usage: { limit: 1_000_000 } }, "unsupported", "usage.limit"],
    ["asking for a name alone", { collect: { name: "required" } }, "unsupported", "collect"],
    ["a method it does not know", { methods: [{ kind: "paylater", channel: "kredivo" }] }, "unsupported", "methods[0]"],
    [
      "an item with an id of its own",
      { items: [{ id: "sku-1", name: "Tea", quantity: 1, unitPrice: idr(10_000) }] },
      "unsupported",
      "items[0].id",
    ],
    [
      "a redirect of 2049 characters",
      { redirect: { url: `https://shop.example/${"x".repeat(2028)}` } },
      "invalid_request",
      "redirect.url",
    ],
    ["a title of 256 characters", { title: "x".repeat(256) }, "invalid_request", "title"],
    ["a reference of 41 characters", { reference: "x".repeat(41) }, "invalid_request", "reference"],
    ["a reference with a space", { reference: "ORD 1" }, "unsupported", "reference"],
    ["a reference with a slash", { reference: "ORD/1" }, "unsupported", "reference"],
    [
      "an option it does not have",
      { providerOptions: { singapay: { fast: true } } },
      "invalid_request",
      "providerOptions.singapay.fast",
    ],
    ["options that are no object", { providerOptions: { singapay: 7 } }, "invalid_request", "providerOptions.singapay"],
    [
      "options that are an empty list",
      { providerOptions: { singapay: [] } },
      "invalid_request",
      "providerOptions.singapay",
    ],
  ])("%s", async (_name, changes, kind, path) => {
    const links = "reference" in changes ? createWideLinks() : createLinks();
    const created = await links.create({ reference: "ORD-1001", amount: idr(10_000), ...changes } as never);
    const error = created._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind, outcome: "not_sent" });
    expect(error.hint).not.toBe("");
    expect(JSON.stringify(error)).toContain(path);
    expect(http.sent).toEqual([]);
  });

  test("all that is wrong is told at once", async () => {
    const error = (
      await createLinks().create({ reference: "ORD-1", amount: idr(1), slug: "x", customer: { name: "Sari" } })
    )._unsafeUnwrapErr();
    expect("features" in error && error.features.map((each) => each.feature)).toEqual(["amount", "customer", "slug"]);
  });
});

describe("read and stop: the exact requests", () => {
  let links: Links;
  beforeEach(() => {
    links = startLinks(http);
  });

  test("delete sends DELETE without a body", async () => {
    http.reply("DELETE", `${LINKS}/301`, { body: fixture("delete-reply") });
    const deleted = (await links.delete("singapay:301"))._unsafeUnwrap();
    expect(deleted).toEqual({ id: "singapay:301", gateway: "singapay", status: "deleted" });
    expect(callsOf(http).map(({ method, path, body }) => ({ method, path, body }))).toEqual([
      { method: "DELETE", path: `${LINKS}/301`, body: "" },
    ]);
  });

  test("methods are asked for without an account", async () => {
    http.reply("GET", "/api/v1.0/payment-link-manage/payment-methods", { body: fixture("methods-reply") });
    expect((await links.listPaymentMethods())._unsafeUnwrap()).toEqual([
      { kind: "virtual_account", channel: "bri", raw: "VA_BRI" },
      { kind: "qris", raw: "QRIS" },
      { kind: "ewallet", channel: "dana", raw: "EWALLET_DANA" },
      { kind: "retail", channel: "alfamart", raw: "ALFAMART" },
      { kind: "card", raw: "NICEPAY_CARD" },
    ]);
  });
});

describe("ids that are no link's", () => {
  test.each(["singapay:..", "singapay:%2E%2E", "singapay:."])(
    "%s is refused, and never put into an address",
    async (id) => {
      const links = createLinks();
      const asked = id as `${string}:${string}`;
      for (const result of [await links.get(asked), await links.delete(asked)]) {
        expect(result._unsafeUnwrapErr().outcome).toBe("not_sent");
      }
      expect(http.sent).toEqual([]);
    },
  );

  test.each(["singapay:ORD-1001", "singapay:3%2F01", "singapay:301%3Fx", "singapay:-1"])(
    "%s is not_found, and never put into an address",
    async (id) => {
      const links = createLinks();
      const asked = id as `${string}:${string}`;
      for (const result of [
        await links.get(asked),
        await links.delete(asked),
        await links.close(asked),
        await links.reopen(asked),
        await links.update(asked, { usage: { limit: 2 } }),
        await links.listHistories(asked),
      ]) {
        expect(result._unsafeUnwrapErr()).toMatchObject({ kind: "not_found", outcome: "not_sent" });
      }
      expect(http.sent).toEqual([]);
    },
  );
});

/** Every field that can be changed, as the documented link has them. */
const UNCHANGED = {
  status: "open",
  max_usage: 3,
  required_customer_detail: true,
  expired_at: "1774025999000",
  whitelisted_payment_method: ["QRIS", "VA_BRI"],
  redirect_url: "https://shop.example/thanks",
  optional_metadata: { cart: "c-9" },
};

describe("update: read, write every field, read again", () => {
  let links: Links;
  beforeEach(() => {
    links = startLinks(http);
  });
  const change = async (changes: object, before: object, after: object) => {
    http.reply("GET", `${LINKS}/301`, success(link(before)));
    http.reply("PUT", `${LINKS}/301`, success(link()));
    http.reply("GET", `${LINKS}/301`, success(link({ ...before, ...after })));
    return links.update("singapay:301", changes);
  };

  test("path and every byte of the body", async () => {
    const result = await change({ usage: { limit: 5 } }, {}, { max_usage: 5 });
    expect(result._unsafeUnwrap()).toMatchObject({ usage: { limit: 5, used: 0 }, status: "active" });
    expect(callsOf(http).map(({ method, path }) => ({ method, path }))).toEqual([
      { method: "GET", path: `${LINKS}/301` },
      { method: "PUT", path: `${LINKS}/301` },
      { method: "GET", path: `${LINKS}/301` },
    ]);
    expect(callsOf(http)[1]?.body).toBe(
      '{"status":"open","max_usage":5,"required_customer_detail":true,"expired_at":"1774025999000",' +
        '"whitelisted_payment_method":["QRIS","VA_BRI"],"redirect_url":"https://shop.example/thanks",' +
        '"optional_metadata":{"cart":"c-9"}}',
    );
  });

  test("no limit in place of one", async () => {
    const changed = await change({ usage: { limit: "unlimited" } }, {}, { max_usage: 1_000_000 });
    expect(bodyOf(1)).toMatchObject({ max_usage: 1_000_000 });
    expect(changed._unsafeUnwrap().usage).toEqual({ used: 0, held: 0 });
  });

  test("a link without a limit keeps a million where something else changes", async () => {
    const before = { max_usage: 1_000_000 };
    expect((await change({ metadata: null }, before, { optional_metadata: {} })).isOk()).toBe(true);
    expect(bodyOf(1)).toMatchObject(before);
  });

  test("the limit of a link that version 2 made cannot be taken away", async () => {
    http.reply("GET", `${LINKS}/301`, success(link({ source: "api v2" })));
    const error = (await links.update("singapay:301", { usage: { limit: "unlimited" } }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "invalid_state", outcome: "not_sent" });
    expect(error.hint).toContain("apiVersion: 2");
  });

  test.each<[string, object, object, object]>([
    [
      "an expiry",
      { expiresAt: "2026-04-01T00:00:00Z" },
      { expired_at: "1775001600000" },
      { expired_at: "2026-04-01T07:00:00+07:00" },
    ],
    [
      "an expiry that is answered to the second",
      { expiresAt: "2026-04-01T00:00:00.789Z" },
      { expired_at: "1775001600789" },
      { expired_at: "2026-04-01T00:00:00.000000Z" },
    ],
    ["no expiry", { expiresAt: "never" }, { expired_at: null }, { expired_at: null }],
    [
      "methods",
      { methods: [{ kind: "retail", channel: "alfamart" }] },
      { whitelisted_payment_method: ["ALFAMART"] },
      { whitelisted_payment_method: ["RETAIL_ALFAMART_LINKQU"] },
    ],
    [
      "all methods, told as none",
      { methods: null },
      { whitelisted_payment_method: null },
      { whitelisted_payment_method: null },
    ],
    [
      "all methods, told one by one",
      { methods: null },
      { whitelisted_payment_method: null },
      { whitelisted_payment_method: ["VA_BRI", "QRIS", "VA_BCA"] },
    ],
    ["nothing to collect", { collect: null }, { required_customer_detail: false }, { required_customer_detail: false }],
    [
      "a redirect",
      { redirect: { url: "https://shop.example/other" } },
      { redirect_url: "https://shop.example/other" },
      { redirect_url: "https://shop.example/other" },
    ],
    ["no redirect", { redirect: null }, { redirect_url: null }, { redirect_url: null }],
    [
      "metadata",
      { metadata: { b: "2", a: "1" } },
      { optional_metadata: { b: "2", a: "1" } },
      { optional_metadata: { a: "1", b: "2" } },
    ],
    ["no metadata", { metadata: null }, { optional_metadata: {} }, { optional_metadata: [] }],
  ])("%s", async (_name, changes, sent, after) => {
    expect((await change(changes, {}, after)).isOk()).toBe(true);
    expect(bodyOf(1)).toEqual({ ...UNCHANGED, ...sent });
  });

  test("fields that are not changed go back as they came, whatever they hold", async () => {
    const before = {
      status: "closed",
      required_customer_detail: 0,
      expired_at: "2026-03-20T16:59:59.000000Z",
      whitelisted_payment_method: ["RETAIL_ALFAMART_LINKQU", "FUTURE_PAY"],
      redirect_url: null,
      optional_metadata: { nested: { a: [1] }, none: null },
    };
    expect((await change({ usage: { limit: 4 } }, before, { max_usage: 4 })).isOk()).toBe(true);
    expect(bodyOf(1)).toEqual({
      status: "closed",
      max_usage: 4,
      required_customer_detail: false,
      expired_at: "1774025999000",
      whitelisted_payment_method: ["ALFAMART", "FUTURE_PAY"],
      redirect_url: null,
      optional_metadata: { nested: { a: [1] }, none: null },
    });
  });

  test("a field called __proto__ in metadata survives", async () => {
    const before = JSON.parse('{"optional_metadata":{"__proto__":{"a":1}}}') as object;
    await change({ usage: { limit: 4 } }, before, { max_usage: 4 });
    expect(callsOf(http)[1]?.body).toContain('"optional_metadata":{"__proto__":{"a":1}}');
  });

  test.each<[string, object, object]>([
    ["usage", { usage: { limit: 5 } }, {}],
    ["expiresAt", { expiresAt: "2026-04-01T00:00:00Z" }, {}],
    ["expiresAt", { expiresAt: "never" }, {}],
    ["methods", { methods: [{ kind: "qris" }] }, {}],
    ["methods", { methods: null }, {}],
    ["collect", { collect: null }, {}],
    ["redirect", { redirect: null }, {}],
    ["metadata", { metadata: null }, {}],
    ["metadata", { metadata: { cart: "c-10" } }, {}],
  ])("a change of %s that was accepted and not made is an error", async (field, changes) => {
    http.reply("GET", `${LINKS}/301`, success(link()));
    http.reply("PUT", `${LINKS}/301`, success(link()));
    http.reply("GET", `${LINKS}/301`, success(link()));
    // The change may still be on its way, so that core looks once more.
    http.reply("GET", `${LINKS}/301`, success(link()));
    const error = (await links.update("singapay:301", changes))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "reply_mismatch", outcome: "unknown" });
    expect(error.message).toContain(field);
  });

  test("a limit below what was paid is invalid_state, and nothing is written", async () => {
    http.reply("GET", `${LINKS}/301`, success(link({ current_usage: 2 })));
    const error = (await links.update("singapay:301", { usage: { limit: 1 } }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "invalid_state", outcome: "not_sent" });
    expect(error.hint).toContain("2");
    expect(callsOf(http)).toHaveLength(1);
  });

  test("a limit of just what was paid is fine", async () => {
    const result = await change({ usage: { limit: 2 } }, { current_usage: 2 }, { max_usage: 2 });
    expect(result._unsafeUnwrap()).toMatchObject({ status: "exhausted" });
  });

  test.each([["expired"], ["suspended"]])(
    "a link whose stored word is %s is not made open by the way",
    async (status) => {
      http.reply("GET", `${LINKS}/301`, success(link({ status })));
      const error = (await links.update("singapay:301", { usage: { limit: 5 } }))._unsafeUnwrapErr();
      expect(error).toMatchObject({ kind: "invalid_state", outcome: "not_sent" });
      expect(callsOf(http)).toHaveLength(1);
    },
  );

  test.each<[string, object]>([
    ["an expiry in words", { expired_at: "tomorrow" }],
    ["an expiry without an offset", { expired_at: "2026-03-20 23:59:59" }],
    ["no word on the expiry", { expired_at: undefined }],
    ["methods as a text", { whitelisted_payment_method: "QRIS" }],
    ["no word on the methods", { whitelisted_payment_method: undefined }],
    ["no word on the details", { required_customer_detail: undefined }],
    ["a redirect that is a number", { redirect_url: 7 }],
    ["metadata as a text", { optional_metadata: "cart" }],
    ["metadata as a list", { optional_metadata: ["cart"] }],
    ["no status", { status: undefined }],
  ])("a link with %s is not written back, because that would lose it", async (_name, before) => {
    http.reply("GET", `${LINKS}/301`, success(link(before)));
    const error = (await links.update("singapay:301", { usage: { limit: 5 } }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "malformed_response", outcome: "not_sent" });
    expect(callsOf(http)).toHaveLength(1);
  });
});

test("update: a title is refused before anything is sent", async () => {
  const error = (await createLinks().update("singapay:301", { title: "New" }))._unsafeUnwrapErr();
  expect(error).toMatchObject({ kind: "unsupported", outcome: "not_sent", features: [{ feature: "title" }] });
  expect(error.hint).toContain("fresh reference");
  expect(http.sent).toEqual([]);
});

describe("close and reopen", () => {
  let links: Links;
  beforeEach(() => {
    links = startLinks(http);
  });
  const states = (before: object, after: object): void => {
    http.reply("GET", `${LINKS}/301`, success(link(before)));
    http.reply("PUT", `${LINKS}/301`, success(link(after)));
    http.reply("GET", `${LINKS}/301`, success(link(after)));
  };
  const CLOSED = { status: "closed", status_computed: "closed" };

  test("close writes the word closed and every other field as it was", async () => {
    states({}, CLOSED);
    expect((await links.close("singapay:301"))._unsafeUnwrap()).toEqual({
      id: "singapay:301",
      gateway: "singapay",
      status: "closed",
    });
    expect(bodyOf(1)).toEqual({ ...UNCHANGED, status: "closed" });
  });

  test("reopen writes the word open", async () => {
    states(CLOSED, {});
    expect((await links.reopen("singapay:301"))._unsafeUnwrap()).toMatchObject({
      status: "active",
      acceptsPayments: true,
    });
    expect(bodyOf(1)).toEqual({ ...UNCHANGED, status: "open" });
  });

  test("a link that is closed already is left alone", async () => {
    http.reply("GET", `${LINKS}/301`, success(link(CLOSED)));
    expect((await links.close("singapay:301"))._unsafeUnwrap().status).toBe("closed");
    expect(callsOf(http)).toHaveLength(1);
  });

  test("a link that is open already is left alone, even past its time", async () => {
    const expired = { status: "open", status_computed: "expired", expired_at: "2026-03-01T00:00:00Z" };
    http.reply("GET", `${LINKS}/301`, success(link(expired)));
    expect((await links.reopen("singapay:301"))._unsafeUnwrap().status).toBe("expired");
    expect(callsOf(http)).toHaveLength(1);
  });

  test("an expired link can be closed, which the word that is stored shows", async () => {
    const expired = { status_computed: "expired", expired_at: "2026-03-01T00:00:00Z" };
    states({ ...expired, status: "open" }, { ...expired, status: "closed" });
    expect((await links.close("singapay:301"))._unsafeUnwrap().status).toBe("closed");
    expect(bodyOf(1)).toMatchObject({ status: "closed", expired_at: "1772323200000" });
  });

  test("a link whose stored word is expired can be closed and reopened", async () => {
    states({ status: "expired", status_computed: "expired" }, CLOSED);
    expect((await links.close("singapay:301")).isOk()).toBe(true);
  });

  test("a close that was accepted and not made is an error", async () => {
    states({}, {});
    http.reply("GET", `${LINKS}/301`, success(link()));
    const error = (await links.close("singapay:301"))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "reply_mismatch", outcome: "unknown" });
    expect(error.message).toContain("status");
  });

  test("the documented 422 is invalid_request", async () => {
    http.reply("GET", `${LINKS}/301`, success(link()));
    http.reply("PUT", `${LINKS}/301`, { status: 422, body: fixture("error-422") });
    const error = (await links.close("singapay:301"))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "invalid_request", outcome: "refused", providerCode: "422" });
    expect(error.message).toContain("status: Status is required");
  });

  test("an answer to PUT that is lost is looked up: closed is closed", async () => {
    http.reply("GET", `${LINKS}/301`, success(link()));
    http.fail("PUT", `${LINKS}/301`, Object.assign(new Error("socket hang up"), { code: "ECONNRESET" }));
    http.reply("GET", `${LINKS}/301`, success(link(CLOSED)));
    expect((await links.close("singapay:301"))._unsafeUnwrap().status).toBe("closed");
    expect(callsOf(http).map((each) => each.method)).toEqual(["GET", "GET"]);
  });

  test("an answer to PUT that is lost while the link is still open leaves the outcome unknown; PUT is not repeated", async () => {
    http.reply("GET", `${LINKS}/301`, success(link()));
    http.reply("PUT", `${LINKS}/301`, { status: 504 });
    http.reply("GET", `${LINKS}/301`, success(link()));
    expect((await links.close("singapay:301"))._unsafeUnwrapErr()).toMatchObject({
      kind: "unavailable",
      outcome: "unknown",
    });
    expect(callsOf(http).map((each) => each.method)).toEqual(["GET", "PUT", "GET"]);
  });

  test("another link than was asked for, before the change: nothing is written", async () => {
    for (const act of ["close", "reopen"] as const) {
      http.reply("GET", `${LINKS}/301`, success(link({ id: 302 })));
      expect((await links[act]("singapay:301"))._unsafeUnwrapErr()).toMatchObject({
        kind: "reply_mismatch",
        outcome: "not_sent",
      });
    }
    expect(callsOf(http).map((each) => each.method)).toEqual(["GET", "GET"]);
  });

  test("another link than was asked for, after the change: what became of it is unknown", async () => {
    http.reply("GET", `${LINKS}/301`, success(link()));
    http.reply("PUT", `${LINKS}/301`, success(link(CLOSED)));
    for (const _ of [1, 2]) http.reply("GET", `${LINKS}/301`, success(link({ ...CLOSED, id: 302 })));
    expect((await links.close("singapay:301"))._unsafeUnwrapErr()).toMatchObject({
      kind: "reply_mismatch",
      outcome: "unknown",
    });
  });

  test("a read that fails before the change has changed nothing", async () => {
    for (const _ of [1, 2, 3]) http.reply("GET", `${LINKS}/301`, { status: 503 });
    expect((await links.close("singapay:301"))._unsafeUnwrapErr()).toMatchObject({
      kind: "unavailable",
      outcome: "not_sent",
    });
  });

  test("a read that is refused after the change leaves the outcome unknown until it can be read", async () => {
    http.reply("GET", `${LINKS}/301`, success(link()));
    http.reply("PUT", `${LINKS}/301`, success(link(CLOSED)));
    http.reply("GET", `${LINKS}/301`, { status: 429 });
    http.reply("GET", `${LINKS}/301`, { status: 429 });
    expect((await links.close("singapay:301"))._unsafeUnwrapErr()).toMatchObject({
      kind: "rate_limited",
      outcome: "unknown",
    });
  });
});

describe("delete", () => {
  let links: Links;
  beforeEach(() => {
    links = startLinks(http);
  });

  test.each([
    ["403 of any text: somebody has tried to pay", refusal(403, "Forbidden"), "has_histories"],
    ["403 in the second envelope", { status: 403, body: { response_code: "SP015" } }, "has_histories"],
    ["403 for the address", { status: 403, body: fixture("error-403-address") }, "forbidden"],
    ["403 for the partner", refusal(403, "Invalid X-PARTNER-ID"), "forbidden"],
    ["SP403", { status: 403, body: { response_code: "SP403", response_message: "no" } }, "forbidden"],
    ["404", refusal(404), "not_found"],
  ])("%s", async (_name, reply, kind) => {
    http.reply("DELETE", `${LINKS}/301`, reply);
    expect((await links.delete("singapay:301"))._unsafeUnwrapErr()).toMatchObject({ kind, outcome: "refused" });
  });

  test.each([
    ["without a body", { status: 403 }],
    ["of a page", { status: 403, body: "<html>Blocked</html>" }],
  ])("403 %s, which SingaPay did not write, is no refusal of SingaPay's", async (_name, reply) => {
    http.reply("DELETE", `${LINKS}/301`, reply);
    http.reply("GET", `${LINKS}/301`, success(link()));
    expect((await links.delete("singapay:301"))._unsafeUnwrapErr()).toMatchObject({
      kind: "forbidden",
      outcome: "unknown",
    });
  });

  test("an answer that is lost: a link that is gone was deleted", async () => {
    http.reply("DELETE", `${LINKS}/301`, { status: 502 });
    http.reply("GET", `${LINKS}/301`, refusal(404));
    expect((await links.delete("singapay:301"))._unsafeUnwrap().status).toBe("deleted");
  });

  test("an answer that is lost: a link that is still there was not", async () => {
    http.reply("DELETE", `${LINKS}/301`, { body: "<html></html>" });
    http.reply("GET", `${LINKS}/301`, success(link()));
    expect((await links.delete("singapay:301"))._unsafeUnwrapErr().outcome).toBe("unknown");
  });

  test("403 on any other call is forbidden", async () => {
    http.reply("GET", `${LINKS}/301`, refusal(403));
    expect((await links.get("singapay:301"))._unsafeUnwrapErr().kind).toBe("forbidden");
  });
});
