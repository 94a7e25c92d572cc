import { idr } from "@tautan/core";
import { expectToHide } from "@tautan/driver-kit/testing";
import { mockHttp } from "@tautan/driver-kit/testing/mock-http";
import { beforeEach, describe, expect, test } from "vitest";
import {
  ACCOUNT,
  API,
  API_KEY,
  callsOf,
  createClock,
  createDriver,
  createLinks,
  fixture,
  LINKS,
  LINKS_V2,
  type Links,
  link,
  linkV2,
  pagePath,
  refusal,
  startLinks,
  startLinksV2,
  success,
  TOKEN,
} from "./support.ts";

const http = mockHttp(API);
const bodyOf = (index: number): unknown => JSON.parse(callsOf(http)[index]?.body ?? "null");
const sent = () => callsOf(http).map(({ method, path }) => `${method} ${path}`);
const CREATE = `${LINKS_V2}/${ACCOUNT}`;
const READ = `${LINKS_V2}/302`;
const CHANGE = `${LINKS_V2}/update/302`;
const broken = () => Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
const customer = { name: "Sari Dewi", email: "sari@shop.example", phone: "+628120001110" };
const request = {
  reference: "ORD-2002",
  title: "Order 2002",
  amount: idr(75_000),
  expiresAt: "2026-03-20T23:59:59.250+07:00",
};

test("capabilities: what the versions differ in, and nothing else; version 1 is the default", () => {
  const { usage, expiresAt, customer: taken, collect, ...rest } = createDriver({ apiVersion: 2 }).capabilities;
  expect(usage).toEqual({ maxLimit: 1_000_000, unlimited: true, openPaymentsHoldUses: false });
  expect(expiresAt).toEqual({ never: false, resolutionMs: 1000 });
  expect(taken).toMatchObject({ required: [], contactedByProvider: false, singleUseOnly: true });
  expect(collect).toEqual({ fields: ["email", "phone"], together: false, severalUsesOnly: true });
  const first = createDriver({ apiVersion: 1 }).capabilities;
  expect(first).toMatchObject({
    ...rest,
    usage: { maxLimit: 999_999, unlimited: true, openPaymentsHoldUses: false },
    expiresAt: { never: true },
    customer: { unsupported: expect.stringContaining("API version 1") },
    collect: { together: true },
  });
  expect(createDriver().capabilities).toEqual(first);
});

describe("create: the exact request", () => {
  let links: Links;
  beforeEach(() => {
    links = startLinksV2(http);
  });

  test("path, headers and every byte of the body, and what the reply says", async () => {
    http.reply("POST", CREATE, success(linkV2()));
    const created = await links.create({
      ...request,
      methods: [
        { kind: "virtual_account", channel: "bri" },
        { kind: "retail", channel: "alfamart" },
      ],
      customer,
      redirect: { url: "https://shop.example/thanks" },
      metadata: { cart: "c-9" },
      providerOptions: { singapay: { expiredRedirectUrl: "https://shop.example/late" } },
    });
    const [{ method, path, headers, body } = { headers: [], body: "" }] = callsOf(http);
    expect(`${method} ${path}`).toBe(`POST ${CREATE}`);
    expect(Object.fromEntries(headers)).toMatchObject({
      accept: "application/json",
      "content-type": "application/json",
      "x-partner-id": API_KEY,
      authorization: `Bearer ${TOKEN}`,
    });
    expect(body).toBe(JSON.stringify(reordered(body, fixture("create-request-v2"))));
    expect(created._unsafeUnwrap()).toEqual({
      id: "singapay:302",
      gateway: "singapay",
      providerId: "302",
      reference: "ORD-2002",
      url: "https://sandbox-paymentlink.singapay.id/b2b/ORD-2002",
      status: "active",
      acceptsPayments: true,
      title: "Order 2002",
      amount: { amount: "75000", currency: "IDR" },
      usage: { limit: 1, used: 0, held: 0 },
      expiresAt: "2026-03-20T16:59:59.000Z",
      methods: [
        { kind: "retail", channel: "alfamart", raw: "RETAIL_ALFAMART_LINKQU" },
        { kind: "virtual_account", channel: "bri", raw: "VA_BRI" },
      ],
      customer,
      redirect: { url: "https://shop.example/thanks" },
      metadata: { cart: "c-9" },
      createdAt: "2026-03-15T03:00:00.000Z",
      updatedAt: "2026-03-15T03:00:00.000Z",
      warnings: [],
    });
  });

  test("what is left out gets our defaults, always said where SingaPay has another: 24 hours, one use, no made-up item", async () => {
    http.reply("POST", CREATE, success(linkV2({ description: null })));
    expect((await links.create({ reference: "ORD-2002", amount: idr(75_000) }))._unsafeUnwrap()).not.toHaveProperty(
      "title",
    );
    expect(callsOf(http)[0]?.body).toBe(
      '{"reff_no":"ORD-2002","payment_link_type":"total","total_amount":75000,"max_usage":1,' +
        '"expired_at":"2026-03-16T10:00:00+07:00"}',
    );
  });

  test("items go without a total, which SingaPay makes of them", async () => {
    const items = [
      { name: "Coffee beans", quantity: 2, unit_price: 40_000 },
      { name: "Voucher", quantity: 1, unit_price: -5_000 },
    ];
    http.reply("POST", CREATE, success(linkV2({ items })));
    const created = await links.create({
      ...request,
      items: [
        { name: "Coffee beans", quantity: 2, unitPrice: idr(40_000) },
        { name: "Voucher", quantity: 1, unitPrice: idr(-5_000) },
      ],
    });
    expect(bodyOf(0)).toMatchObject({ payment_link_type: "items", items });
    expect(bodyOf(0)).not.toHaveProperty("total_amount");
    expect(created._unsafeUnwrap().items).toHaveLength(2);
  });

  test("a sum that SingaPay makes otherwise is reply_mismatch", async () => {
    http.reply("POST", CREATE, success(linkV2({ total_amount: 80_000 })));
    const items = [{ name: "Tea", quantity: 1, unitPrice: idr(75_000) }];
    expect((await links.create({ ...request, items }))._unsafeUnwrapErr()).toMatchObject({ kind: "reply_mismatch" });
  });

  test.each<[string, object]>([
    ["0", { max_usage: 0 }],
    ["a flag", { max_usage: null, is_unlimited_usage: true }],
    ["a flag beside a number", { max_usage: 1, is_unlimited_usage: true }],
    ["a flag of 1", { max_usage: 1, is_unlimited_usage: 1 }],
    ["a flag as a text", { max_usage: null, is_unlimited_usage: "1" }],
  ])("no limit is sent as 0, and told as %s", async (_name, told) => {
    http.reply("POST", CREATE, success(linkV2(told)));
    const created = await links.create({ ...request, usage: { limit: "unlimited" } });
    expect(bodyOf(0)).toMatchObject({ max_usage: 0 });
    expect(created._unsafeUnwrap().usage).toEqual({ used: 0, held: 0 });
  });

  test("a link that came limited where none was asked for is reply_mismatch", async () => {
    http.reply("POST", CREATE, success(linkV2({ max_usage: 1 })));
    const error = (await links.create({ ...request, usage: { limit: "unlimited" } }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "reply_mismatch", outcome: "unknown" });
  });

  test.each<[string, object, object, object]>([
    [
      "an e-mail address alone",
      { email: "required" },
      { required_customer_number: false, required_customer_email: true },
      { email: "required" },
    ],
    [
      "a telephone number alone",
      { phone: "required" },
      { required_customer_number: true, required_customer_email: false },
      { phone: "required" },
    ],
    [
      "both",
      { email: "required", phone: "required" },
      { required_customer_number: true, required_customer_email: true },
      { email: "required", phone: "required" },
    ],
  ])("what payers are asked for: %s", async (_name, collect, fields, shown) => {
    http.reply("POST", CREATE, success(linkV2({ max_usage: 3, required_customer_detail: true, ...fields })));
    const created = await links.create({ ...request, usage: { limit: 3 }, collect });
    expect(bodyOf(0)).toMatchObject(fields);
    expect(created._unsafeUnwrap().collect).toEqual(shown);
  });

  test("one redirect is for success and expiry, as in version 1", async () => {
    http.reply("POST", CREATE, success(linkV2()));
    await links.create({ ...request, redirect: { url: "https://shop.example/thanks" } });
    expect(bodyOf(0)).toMatchObject({
      success_redirect_url: "https://shop.example/thanks",
      expired_redirect_url: "https://shop.example/thanks",
    });
  });

  test("an answer that is lost is looked for in the list, which both versions share", async () => {
    http.fail("POST", CREATE, broken());
    http.reply("GET", pagePath(1), success([linkV2()]));
    expect((await links.create({ ...request, customer }))._unsafeUnwrap().id).toBe("singapay:302");
  });
});

/** The fields of `expected` in the order they were sent in. */
const reordered = (body: string, expected: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(
    [...new Set([...Object.keys(JSON.parse(body) as object), ...Object.keys(expected)])].map((name) => [
      name,
      expected[name],
    ]),
  );

describe("create: refused before anything is sent", () => {
  test.each<[string, object, string, string]>([
    ["no expiry at all", { expiresAt: "never" }, "unsupported", "expiresAt"],
    ["a limit above a million", { usage: { limit: 1_000_001 } }, "unsupported", "usage.limit"],
    ["less than ten thousand rupiah", { amount: idr(9_999) }, "unsupported", "amount"],
    ["asking for a name", { usage: { limit: 2 }, collect: { name: "required" } }, "unsupported", "collect.name"],
    ["asking where one payment is allowed", { collect: { email: "required" } }, "unsupported", "collect"],
    ["a customer where several payments are", { usage: { limit: 2 }, customer }, "unsupported", "customer"],
    ["a customer without limit", { usage: { limit: "unlimited" }, customer }, "unsupported", "customer"],
    ["a customer without an address", { customer: { name: "Sari Dewi" } }, "invalid_request", "customer.email"],
    ["a customer without a name", { customer: { email: customer.email } }, "invalid_request", "customer.name"],
    [
      "an option it does not have",
      { providerOptions: { singapay: { fast: true } } },
      "invalid_request",
      "providerOptions.singapay.fast",
    ],
    ["options that are no object", { providerOptions: { singapay: 7 } }, "invalid_request", "providerOptions.singapay"],
    ...["/late", "javascript:alert(1)", 7, `https://shop.example/${"x".repeat(2048)}`].map(
      (expiredRedirectUrl): [string, object, string, string] => [
        `an address that is none: ${String(expiredRedirectUrl).slice(0, 30)}`,
        { providerOptions: { singapay: { expiredRedirectUrl } } },
        "invalid_request",
        "providerOptions.singapay.expiredRedirectUrl",
      ],
    ),
  ])("%s", async (_name, changes, kind, path) => {
    const links = createLinks(createClock(), { apiVersion: 2 });
    const error = (await links.create({ ...request, ...changes } as never))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind, outcome: "not_sent" });
    expect(JSON.stringify(error)).toContain(path);
    expect(error.hint).not.toBe("");
    expectToHide(error, [customer.name, customer.email]);
    expect(http.sent).toEqual([]);
  });

  test.each([[[]], [["expiredRedirectUrl"]]])("options that are the list %j are one issue", async (singapay) => {
    const links = createLinks(createClock(), { apiVersion: 2 });
    const providerOptions = { singapay } as never;
    const error = (await links.create({ ...request, providerOptions }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "invalid_request", issues: [{ path: "providerOptions.singapay" }] });
    expect(http.sent).toEqual([]);
  });

  test("version 1 has no option of version 2", async () => {
    const providerOptions = { singapay: { expiredRedirectUrl: "https://shop.example/late" } };
    const error = (await createLinks().create({ ...request, providerOptions }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "invalid_request", outcome: "not_sent" });
    expect(error.message).toContain("expiredRedirectUrl");
  });
});

describe("replies", () => {
  let links: Links;
  beforeEach(() => {
    links = startLinksV2(http);
  });

  test("the second envelope: only SP000 is success", async () => {
    http.reply("GET", READ, {
      body: { response_code: "SP000", response_message: "Successful", data: linkV2() },
    });
    expect((await links.get("singapay:302"))._unsafeUnwrap().reference).toBe("ORD-2002");
    http.reply("GET", READ, { body: { response_code: "SP014", response_message: "Not found", data: linkV2() } });
    expect((await links.get("singapay:302"))._unsafeUnwrapErr()).toMatchObject({ kind: "not_found" });
    expect(sent()).toEqual([`GET ${READ}`, `GET ${READ}`]);
  });

  test.each<[string, Parameters<typeof http.reply>[2]]>([
    ["the first envelope", refusal(422, "Validation error", { customer_email: ["is required with customer_name"] })],
    [
      "the second envelope",
      {
        status: 422,
        body: { response_code: "SP018", data: { errors: { customer_email: ["is required with customer_name"] } } },
      },
    ],
  ])("422 in %s is invalid_request with the fields as the caller knows them", async (_name, reply) => {
    http.reply("POST", CREATE, reply);
    expect((await links.create({ ...request, customer }))._unsafeUnwrapErr()).toMatchObject({
      kind: "invalid_request",
      outcome: "refused",
      issues: [{ path: "customer.email" }],
    });
  });

  test.each([
    ["description", "title"],
    ["customer_name", "customer.name"],
    ["customer_phone", "customer.phone"],
    ["required_customer_email", "collect.email"],
    ["required_customer_number", "collect.phone"],
    ["success_redirect_url", "redirect.url"],
    ["expired_redirect_url", "providerOptions.singapay.expiredRedirectUrl"],
    ["payment_link_type", ""],
  ])("422 on %s is about %s", async (field, path) => {
    http.reply("POST", CREATE, refusal(422, "Validation error", { [field]: ["is odd"] }));
    expect((await links.create(request))._unsafeUnwrapErr()).toMatchObject({ issues: [{ path }] });
  });

  test("a refusal that repeats the customer shows nobody", async () => {
    http.reply(
      "POST",
      CREATE,
      refusal(422, "Sari Dewi of +628120001110 is unknown", { customer_name: ["Sari Dewi?"] }),
    );
    const error = (await links.create({ ...request, customer }))._unsafeUnwrapErr();
    expectToHide(error, ["Sari Dewi", "628120001110"]);
  });

  test.each(["Ani", "Al"])(
    "nor does one that repeats the short name %s, new or of a link that is changed",
    async (name) => {
      const refused = () =>
        refusal(422, `Validation error for ${name}`, { customer_name: [`${name.toUpperCase()} is unknown`] });
      http.reply("POST", CREATE, refused());
      const short = { ...customer, name };
      expectToHide((await links.create({ ...request, customer: short }))._unsafeUnwrapErr(), [
        `for ${name}`,
        name.toUpperCase(),
      ]);
      http.reply("GET", READ, success(linkV2({ customer_name: name })));
      http.reply("PUT", CHANGE, refused());
      expectToHide((await links.update("singapay:302", { title: "Other" }))._unsafeUnwrapErr(), [
        `for ${name}`,
        name.toUpperCase(),
      ]);
    },
  );

  test("short metadata and names of items hide no part of other words, and two letters nothing", async () => {
    http.reply("POST", CREATE, refusal(422, "Validation error: no steak for tea"));
    const items = [{ name: "tea", quantity: 1, unitPrice: idr(75_000) }];
    const error = (await links.create({ ...request, items, metadata: { gift: "no" } }))._unsafeUnwrapErr();
    expect(error.message).toContain("no steak for [redacted]");
  });

  test("nor does one that repeats an address of the merchant's", async () => {
    const late = "https://shop.example/late?token=abc123";
    const refused = (field: string) => refusal(422, `${late} is odd`, { [field]: [`${late}: odd`] });
    http.reply("POST", CREATE, refused("expired_redirect_url"));
    const providerOptions = { singapay: { expiredRedirectUrl: late } };
    expectToHide((await links.create({ ...request, providerOptions }))._unsafeUnwrapErr(), ["abc123"]);
    http.reply("GET", READ, success(linkV2({ expired_redirect_url: late })));
    http.reply("PUT", CHANGE, refused("description"));
    expectToHide((await links.update("singapay:302", { title: "Other" }))._unsafeUnwrapErr(), ["abc123"]);
  });

  test.each<[string, object, object]>([
    ["a description", {}, { title: "Order 2002" }],
    ["a title beside a description", { title: "ORD-2002" }, { title: "Order 2002" }],
    ["a title alone", { title: "Order", description: null }, { title: "Order" }],
    ["a title and a description of the dashboard's", { title: "Order", source: "dashboard" }, { title: "Order" }],
    ["a description alone, of nobody knows what", { source: null }, { title: "Order 2002" }],
    [
      "a customer without a telephone number",
      { customer_phone: null },
      { customer: { name: customer.name, email: customer.email } },
    ],
    [
      "one redirect of version 1",
      { success_redirect_url: null, redirect_url: "https://a.example/" },
      { redirect: { url: "https://a.example/" } },
    ],
    [
      "the flag that stands for all details",
      { required_customer_detail: true },
      { collect: { name: "required", email: "required", phone: "required" } },
    ],
    [
      "a field that says more than the flag",
      { required_customer_detail: true, required_customer_email: true },
      { collect: { email: "required" } },
    ],
  ])("a link with %s", async (_name, changes, expected) => {
    http.reply("GET", READ, success(linkV2(changes)));
    expect((await links.get("singapay:302"))._unsafeUnwrap()).toMatchObject(expected);
  });

  test.each<[string, object, string]>([
    ["no customer", { customer_name: "", customer_email: null, customer_phone: 7 }, "customer"],
    ["nothing to ask for", { required_customer_email: false, required_customer_number: 0 }, "collect"],
    ["no redirect", { success_redirect_url: null }, "redirect"],
  ])("a link with %s has none", async (_name, changes, field) => {
    http.reply("GET", READ, success(linkV2(changes)));
    expect((await links.get("singapay:302"))._unsafeUnwrap()).not.toHaveProperty(field);
  });

  test("links of version 1 are read too, and one that was not asked for is reply_mismatch", async () => {
    http.reply("GET", `${LINKS_V2}/301`, success(link()));
    expect((await links.get("singapay:301"))._unsafeUnwrap()).toMatchObject({ title: "Order 1001" });
    http.reply("GET", READ, success(linkV2({ id: 303 })));
    expect((await links.get("singapay:302"))._unsafeUnwrapErr()).toMatchObject({ kind: "reply_mismatch" });
  });

  test("lists, histories and deleting have one generation alone", async () => {
    http.reply("GET", pagePath(1, 25), success([linkV2(), link()], { pagination: { total_pages: 1 } }));
    http.reply("DELETE", `${LINKS}/302`, { body: fixture("delete-reply") });
    expect((await links.list())._unsafeUnwrap().items.map((each) => each.title)).toEqual(["Order 2002", "Order 1001"]);
    expect((await links.delete("singapay:302")).isOk()).toBe(true);
  });
});

describe("update: read, write what changes, read again", () => {
  let links: Links;
  beforeEach(() => {
    links = startLinksV2(http);
  });
  const change = async (changes: object, before: object, after: object) => {
    http.reply("GET", READ, success(linkV2(before)));
    http.reply("PUT", CHANGE, success(linkV2()));
    http.reply("GET", READ, success(linkV2({ ...before, ...after })));
    return links.update("singapay:302", changes);
  };

  test("the exact requests: what is left out stays", async () => {
    const result = await change({ usage: { limit: 5 } }, {}, { max_usage: 5 });
    expect(result._unsafeUnwrap()).toMatchObject({ usage: { limit: 5 } });
    expect(sent()).toEqual([`GET ${READ}`, `PUT ${CHANGE}`, `GET ${READ}`]);
    expect(callsOf(http)[1]?.body).toBe('{"max_usage":5}');
  });

  test.each<[string, object, object, object, object?]>([
    ["a title", { title: "Order, mended" }, { description: "Order, mended" }, { description: "Order, mended" }],
    ["no title", { title: null }, { description: null }, { description: null }],
    ["no limit", { usage: { limit: "unlimited" } }, { max_usage: 0 }, { max_usage: 0 }],
    [
      "an expiry",
      { expiresAt: "2026-04-01T00:00:00.789Z" },
      { expired_at: "2026-04-01T07:00:00+07:00" },
      { expired_at: "2026-04-01T00:00:00.000000Z" },
    ],
    [
      "methods",
      { methods: [{ kind: "qris" }] },
      { whitelisted_payment_method: ["QRIS"] },
      { whitelisted_payment_method: ["QRIS"] },
    ],
    [
      "all methods, told one by one",
      { methods: null },
      { whitelisted_payment_method: null },
      { whitelisted_payment_method: ["VA_BRI", "QRIS", "VA_BCA"] },
    ],
    [
      "a redirect, and an address of its own for links that expired",
      { redirect: { url: "https://shop.example/other" } },
      { success_redirect_url: "https://shop.example/other" },
      { success_redirect_url: "https://shop.example/other" },
    ],
    [
      "a redirect for both",
      { redirect: { url: "https://shop.example/other" } },
      { success_redirect_url: "https://shop.example/other", expired_redirect_url: "https://shop.example/other" },
      { success_redirect_url: "https://shop.example/other" },
      { expired_redirect_url: "https://shop.example/thanks" },
    ],
    [
      "no redirect",
      { redirect: null },
      { success_redirect_url: null, expired_redirect_url: null },
      { success_redirect_url: null },
      { expired_redirect_url: null },
    ],
    ["metadata", { metadata: { a: "1" } }, { optional_metadata: { a: "1" } }, { optional_metadata: { a: "1" } }],
    ["no metadata", { metadata: null }, { optional_metadata: {} }, { optional_metadata: [] }],
    [
      "an e-mail address to ask for, told by its field",
      { collect: { email: "required" } },
      { required_customer_number: false, required_customer_email: true },
      { required_customer_number: false, required_customer_email: true },
      { max_usage: 3 },
    ],
    [
      "an e-mail address to ask for, told by the flag",
      { collect: { email: "required" } },
      { required_customer_number: false, required_customer_email: true },
      { required_customer_detail: true },
      { max_usage: 0 },
    ],
    [
      "nothing to ask for",
      { collect: null },
      { required_customer_number: false, required_customer_email: false },
      { required_customer_detail: false },
      { required_customer_detail: true },
    ],
  ])("%s", async (_name, changes, body, after, before = {}) => {
    expect((await change(changes, before, after)).isOk()).toBe(true);
    expect(bodyOf(1)).toEqual(body);
  });

  test("close and reopen write the word alone, whatever else the link holds", async () => {
    const closed = { status: "closed", status_computed: "closed" };
    http.reply("GET", READ, success(linkV2({ expired_at: "soon" })));
    http.reply("PUT", CHANGE, success(linkV2(closed)));
    http.reply("GET", READ, success(linkV2(closed)));
    expect((await links.close("singapay:302"))._unsafeUnwrap().status).toBe("closed");
    expect(callsOf(http)[1]?.body).toBe('{"status":"closed"}');
    http.reply("GET", READ, success(linkV2(closed)));
    http.reply("PUT", CHANGE, success(linkV2()));
    http.reply("GET", READ, success(linkV2()));
    expect((await links.reopen("singapay:302"))._unsafeUnwrap().status).toBe("active");
    expect(callsOf(http)[4]?.body).toBe('{"status":"open"}');
  });

  test.each<[string, object, object]>([
    ["title", { title: "Other" }, {}],
    ["usage", { usage: { limit: "unlimited" } }, {}],
    ["redirect", { redirect: null }, {}],
    ["collect", { collect: { phone: "required" } }, { max_usage: 3, required_customer_email: true }],
    ["collect", { collect: { email: "required" } }, { max_usage: 3 }],
    ["collect", { collect: null }, { max_usage: 3, required_customer_number: true }],
  ])("a change of %s that was accepted and not made is an error", async (field, changes, before) => {
    http.reply("GET", READ, success(linkV2(before)));
    http.reply("PUT", CHANGE, success(linkV2()));
    for (const _ of [1, 2]) http.reply("GET", READ, success(linkV2(before)));
    const error = (await links.update("singapay:302", changes))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "reply_mismatch", outcome: "unknown" });
    expect(error.message).toContain(field);
  });

  test.each(["api v1", "dashboard"])(
    "a title of a link made by %s is refused, and nothing is written",
    async (source) => {
      for (const title of ["Other", null]) {
        http.reply("GET", READ, success(linkV2({ source, title: "Order", description: null })));
        const error = (await links.update("singapay:302", { title }))._unsafeUnwrapErr();
        expect(error).toMatchObject({ kind: "unsupported", outcome: "not_sent", features: [{ feature: "title" }] });
        expect(error.hint).toContain("fresh reference");
      }
      expect(sent()).toEqual([`GET ${READ}`, `GET ${READ}`]);
    },
  );

  test("all else of a link made by version 1 can be changed", async () => {
    const before = { source: "api v1", title: "Order", description: null };
    expect((await change({ usage: { limit: 5 } }, before, { max_usage: 5 })).isOk()).toBe(true);
  });

  test.each<[string, object, string | null]>([
    ["a link that does not tell what it was made by", { source: null }, "Other"],
    ["a link whose description goes", {}, null],
  ])("a change of the title is seen by the description: %s", async (_name, before, title) => {
    expect((await change({ title }, { ...before, title: "Order" }, { description: title })).isOk()).toBe(true);
    expect(bodyOf(1)).toEqual({ description: title });
  });

  test("a limit below what was paid is invalid_state, and nothing is written; just that is fine", async () => {
    const before = { max_usage: 3, current_usage: 2 };
    http.reply("GET", READ, success(linkV2(before)));
    const error = (await links.update("singapay:302", { usage: { limit: 1 } }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "invalid_state", outcome: "not_sent" });
    expect(callsOf(http)).toHaveLength(1);
    expect((await change({ usage: { limit: 2 } }, before, { max_usage: 2 })).isOk()).toBe(true);
  });

  test("asking payers for data of a link for one payment is unsupported, and nothing is written", async () => {
    http.reply("GET", READ, success(linkV2()));
    const error = (await links.update("singapay:302", { collect: { email: "required" } }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "unsupported", outcome: "not_sent", features: [{ feature: "collect" }] });
    expect(callsOf(http)).toHaveLength(1);
  });
});

test("update: no expiry is refused before anything is sent", async () => {
  const links = createLinks(createClock(), { apiVersion: 2 });
  const error = (await links.update("singapay:302", { expiresAt: "never" }))._unsafeUnwrapErr();
  expect(error).toMatchObject({ kind: "unsupported", outcome: "not_sent", features: [{ feature: "expiresAt" }] });
  expect(http.sent).toEqual([]);
});

describe("links of version 2 in a driver of version 1", () => {
  let links: Links;
  beforeEach(() => {
    links = startLinks(http);
  });

  test("are read in full", async () => {
    http.reply("GET", `${LINKS}/302`, success(linkV2({ max_usage: 0 })));
    const found = (await links.get("singapay:302"))._unsafeUnwrap();
    expect(found).toMatchObject({ title: "Order 2002", customer, redirect: { url: "https://shop.example/thanks" } });
    expect(found.usage).toEqual({ used: 0, held: 0 });
  });

  test.each<[string, object]>([
    ["0", { max_usage: 0 }],
    ["a flag alone", { max_usage: null, is_unlimited_usage: true }],
    ["a flag beside the most there is", { max_usage: 1_000_000, is_unlimited_usage: true }],
    ["a flag of 1", { max_usage: 1_000_000, is_unlimited_usage: 1 }],
    ["a flag as a text", { max_usage: 1_000_000, is_unlimited_usage: "1" }],
  ])("one without a limit, told as %s, is not changed or closed: version 1 has no word for it", async (_name, told) => {
    const changes = [() => links.close("singapay:302"), () => links.update("singapay:302", { metadata: null })];
    for (const change of changes) {
      http.reply("GET", `${LINKS}/302`, success(linkV2(told)));
      const error = (await change())._unsafeUnwrapErr();
      expect(error).toMatchObject({ kind: "invalid_state", outcome: "not_sent" });
      expect(error.hint).toContain("apiVersion: 2");
    }
    expect(callsOf(http).map((each) => each.method)).toEqual(["GET", "GET"]);
  });

  test("one whose flag says that there is a limit keeps it", async () => {
    const closed = { status: "closed", status_computed: "closed" };
    const before = { max_usage: 7, is_unlimited_usage: "0" };
    http.reply("GET", `${LINKS}/302`, success(linkV2(before)));
    http.reply("PUT", `${LINKS}/302`, success(linkV2()));
    http.reply("GET", `${LINKS}/302`, success(linkV2({ ...before, ...closed })));
    expect((await links.close("singapay:302")).isOk()).toBe(true);
    expect(bodyOf(1)).toMatchObject({ status: "closed", max_usage: 7 });
  });

  test.each<[string, object, object, unknown]>([
    ["its redirect of success", {}, {}, "https://shop.example/thanks"],
    ["its redirect of success, where version 1's is empty", { redirect_url: "" }, {}, "https://shop.example/thanks"],
    ["version 1's, where it has both", { redirect_url: "https://a.example/" }, {}, "https://a.example/"],
    ["none, where it has none", { success_redirect_url: "" }, {}, null],
    ["the one that is asked for", {}, { redirect: { url: "https://b.example/" } }, "https://b.example/"],
    ["none, where that is asked for", {}, { redirect: null }, null],
  ])("a change writes back %s", async (_name, before, changes, redirect) => {
    const after = redirect === null || "redirect" in changes ? { success_redirect_url: redirect } : {};
    http.reply("GET", `${LINKS}/302`, success(linkV2(before)));
    http.reply("PUT", `${LINKS}/302`, success(linkV2()));
    http.reply("GET", `${LINKS}/302`, success(linkV2({ ...before, ...after, max_usage: 7 })));
    expect((await links.update("singapay:302", { usage: { limit: 7 }, ...changes })).isOk()).toBe(true);
    expect(bodyOf(1)).toMatchObject({ max_usage: 7, redirect_url: redirect });
  });

  test("one whose redirect of success cannot be read is not written back", async () => {
    http.reply("GET", `${LINKS}/302`, success(linkV2({ success_redirect_url: 7 })));
    const error = (await links.close("singapay:302"))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "malformed_response", outcome: "not_sent" });
    expect(callsOf(http)).toHaveLength(1);
  });

  test("one that gets a limit with the change is changed", async () => {
    http.reply("GET", `${LINKS}/302`, success(linkV2({ max_usage: 0 })));
    http.reply("PUT", `${LINKS}/302`, success(linkV2()));
    http.reply("GET", `${LINKS}/302`, success(linkV2({ max_usage: 7 })));
    expect((await links.update("singapay:302", { usage: { limit: 7 } })).isOk()).toBe(true);
    expect(bodyOf(1)).toMatchObject({ max_usage: 7, whitelisted_payment_method: ["ALFAMART", "VA_BRI"] });
  });
});
