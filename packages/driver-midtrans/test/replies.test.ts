import { idr } from "@tautan/core";
import { ERROR_BODIES, expectEach, expectToHide, UNREADABLE_REPLIES } from "@tautan/driver-kit/testing";
import { mockHttp } from "@tautan/driver-kit/testing/mock-http";
import { beforeEach, describe, expect, test } from "vitest";
import { API, createLinks, fixture, notification, SERVER_KEY } from "./support.ts";

const http = mockHttp(API);
// Anew for each test: a driver remembers for how long it was asked to wait.
let links = createLinks();
const begin = () => {
  links = createLinks();
};
beforeEach(begin);
/** What happens between two tests, for the rows of a table. */
const between = () => {
  http.finish();
  begin();
};
const SLUG = "amazing-ticket-payment-123";
const create = (changes: object = {}) =>
  links.create({ reference: "concert-ticket-05", amount: idr(190_000), slug: SLUG, ...changes });

describe("create: the reply", () => {
  test("the documented success becomes an active link", async () => {
    http.reply("POST", "/v1/payment-links", { body: fixture("docs/create-reply") });
    const link = (await create({ title: "Concert", usage: { limit: 5 } }))._unsafeUnwrap();
    expect(link).toEqual({
      id: "midtrans:concert-ticket-05",
      gateway: "midtrans",
      providerId: "concert-ticket-05",
      reference: "concert-ticket-05",
      url: "https://app.sandbox.midtrans.com/payment-links/amazing-ticket-payment-123",
      status: "active",
      acceptsPayments: true,
      title: "Concert",
      amount: { amount: "190000", currency: "IDR" },
      usage: { limit: 5, used: 0, held: 0 },
      expiresAt: "2026-01-02T00:00:00.000Z",
      slug: SLUG,
      warnings: [],
    });
    expect(link.raw).toEqual(fixture("docs/create-reply"));
  });

  test("what the reply says beyond the documents is kept as the provider's own object", async () => {
    const body = { ...fixture("docs/create-reply"), payment_link_id: SLUG };
    http.reply("POST", "/v1/payment-links", { body });
    expect((await create())._unsafeUnwrap().raw).toEqual(body);
  });

  test("201 is a success too, as one description of the API has it", async () => {
    http.reply("POST", "/v1/payment-links", { status: 201, body: fixture("api-reference/create-reply") });
    const link = await links.create({
      reference: "midtrans-order-id-123",
      amount: idr(190_000),
      slug: "for-payment-123",
    });
    expect(link._unsafeUnwrap().url).toBe("https://app.sandbox.midtrans.com/payment-links/for-payment-123");
  });

  test("that Midtrans will mail the customer is a warning on the link", async () => {
    http.reply("POST", "/v1/payment-links", { body: fixture("docs/create-reply") });
    const link = await create({ customer: { name: "Sari", email: "sari@example.test" } });
    expect(link._unsafeUnwrap().warnings).toMatchObject([
      { code: "provider_contacts_customer", field: "customer.email" },
    ]);
  });

  test("fields left out at the caller's wish are warnings; the rest of the request stands", async () => {
    http.reply("POST", "/v1/payment-links", { body: fixture("docs/create-reply") });
    const link = await create({
      metadata: { till: "7" },
      title: "x".repeat(41),
      omitIfUnsupported: ["metadata", "title"],
    });
    expect(link._unsafeUnwrap().warnings.map(({ code, field }) => ({ code, field }))).toEqual([
      { code: "omitted", field: "title" },
      { code: "omitted", field: "metadata" },
    ]);
    expect(http.sent[0]?.body).not.toContain("title");
  });

  test.each([
    ["another order id", { order_id: "somebody-else" }, "reference"],
    ["another address", { payment_url: "https://app.sandbox.midtrans.com/payment-links/another" }, "slug"],
  ])("%s is reply_mismatch, never a success", async (_name, changes, field) => {
    http.reply("POST", "/v1/payment-links", { body: { ...fixture("docs/create-reply"), ...changes } });
    const error = (await create())._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "reply_mismatch", outcome: "unknown", retryable: false });
    expect(error.message).toContain(field);
  });

  test.each([["javascript:alert(1)"], ["/payment-links/x"], ["ftp://example.test/x"]])(
    "an address that is no web address is malformed: %s",
    async (address) => {
      http.reply("POST", "/v1/payment-links", { body: { ...fixture("docs/create-reply"), payment_url: address } });
      http.reply("GET", "/v1/payment-links/concert-ticket-05", { status: 404 });
      expect((await create())._unsafeUnwrapErr()).toMatchObject({ kind: "malformed_response", outcome: "unknown" });
    },
  );
});

describe("create: documented errors", () => {
  test.each([["docs"], ["api-reference"]])("%s: 401 with a text instead of a list", async (source) => {
    http.reply("POST", "/v1/payment-links", { status: 401, body: fixture(`${source}/error-401`) });
    const error = (await create())._unsafeUnwrapErr();
    expect(error).toMatchObject({
      kind: "unauthenticated",
      outcome: "refused",
      status: 401,
      gateway: "midtrans",
      operation: "create",
    });
    expect(error.message).toContain("Access denied due to unauthorized request");
  });

  test.each([["docs"], ["api-reference"]])("%s: 400 with several messages", async (source) => {
    http.reply("POST", "/v1/payment-links", { status: 400, body: fixture(`${source}/error-400`) });
    // The address may be taken by the link that this very request made before.
    http.reply("GET", "/v1/payment-links/concert-ticket-05", { status: 404 });
    const error = (await create())._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "invalid_request", outcome: "refused", status: 400 });
    expect("issues" in error && error.issues.map((issue) => issue.path)).toEqual(["", "slug", "slug"]);
  });

  test.each([["docs"], ["api-reference"]])(
    "%s: 409 is duplicate_reference with the link that has it",
    async (source) => {
      http.reply("POST", "/v1/payment-links", { status: 409, body: fixture(`${source}/error-409`) });
      http.reply("GET", "/v1/payment-links/concert-ticket-05", {
        body: { ...fixture("from-documents/link-details"), order_id: "concert-ticket-05" },
      });
      const error = (await create())._unsafeUnwrapErr();
      expect(error).toMatchObject({ kind: "duplicate_reference", outcome: "refused", retryable: false });
      expect("existing" in error && error.existing).toMatchObject({
        id: "midtrans:concert-ticket-05",
        amount: { amount: "150000", currency: "IDR" },
      });
    },
  );

  test.each([[402], [406], [412], [422]])("HTTP %d says nothing about the order id: rejected", async (status) => {
    http.reply("POST", "/v1/payment-links", { status, body: { error_messages: ["no"] } });
    expect((await create())._unsafeUnwrapErr()).toMatchObject({ kind: "rejected", outcome: "refused", status });
  });

  test("409 stays duplicate_reference where the link cannot be read", async () => {
    http.reply("POST", "/v1/payment-links", { status: 409, body: fixture("docs/error-409") });
    http.reply("GET", "/v1/payment-links/concert-ticket-05", { status: 404 });
    const error = (await create())._unsafeUnwrapErr();
    // The link may be the one that this very request made, where it came twice to Midtrans.
    expect(error).toMatchObject({ kind: "duplicate_reference", outcome: "unknown" });
    expect("existing" in error).toBe(false);
  });

  test("429 tells how long to wait", async () => {
    http.reply("POST", "/v1/payment-links", {
      status: 429,
      headers: { "retry-after": "7" },
      body: { error_messages: ["Too many requests"] },
    });
    expect((await create())._unsafeUnwrapErr()).toMatchObject({
      kind: "rate_limited",
      retryAfterMs: 7000,
      retryable: true,
    });
  });

  test.each(["500", "503", 505])(
    "code %s leaves the outcome unknown, though it comes with HTTP 400",
    async (status_code) => {
      const body = { status_code, status_message: "Sorry. Our system is recovering from unexpected issues." };
      http.reply("POST", "/v1/payment-links", { status: 400, body });
      http.reply("GET", "/v1/payment-links/concert-ticket-05", { status: 404 });
      expect((await create())._unsafeUnwrapErr()).toMatchObject({ kind: "unavailable", outcome: "unknown" });
    },
  );

  test("500 leaves the outcome unknown, is not sent again, and says how to find out", async () => {
    http.reply("POST", "/v1/payment-links", { status: 500, body: "<html></html>" });
    http.reply("GET", "/v1/payment-links/concert-ticket-05", { status: 404 });
    const error = (await create())._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "unavailable", outcome: "unknown" });
    expect(error.hint).toMatch(/links\.find/);
    expect(http.sent.map((each) => each.method)).toEqual(["POST", "GET"]);
  });
});

describe("create: what errors hide", () => {
  const customer = { name: "Sari Dewi", email: "sari@example.test", phone: "+628110000001" };
  const providerOptions = {
    midtrans: {
      customField2: "seat of Sari",
      customField3: "KTP 3171",
      items: [{ brand: "Sari's own", category: "Diagnosis X", merchantName: "Dr. Lestari" }],
    },
  };
  const redirect = { url: "https://shop.example/done?session=abc" };
  const title = "Therapy for Budi";
  const items = [
    { id: "sku-3171", name: "Session of Ayu", quantity: 1, unitPrice: idr(180_000) },
    { name: "is", quantity: 1, unitPrice: idr(10_000) },
  ];
  const words = [
    SERVER_KEY,
    Buffer.from(`${SERVER_KEY}:`).toString("base64"),
    ...Object.values(customer),
    providerOptions.midtrans.customField2,
    providerOptions.midtrans.customField3,
    ...providerOptions.midtrans.items.flatMap(Object.values<string>),
    redirect.url,
    title,
    "sku-3171",
    "Session of Ayu",
  ];

  test.each<[string, object]>([
    ["a list", { error_messages: words.map((word) => `${word} is not good`) }],
    ["one text", { error_messages: `what came: ${words.join(", ")}` }],
    ["validation messages", { validation_messages: words }],
    ["the Core API's message", { status_code: "400", status_message: `what came: ${words.join(", ")}` }],
  ])("neither key nor personal data reach an error, whatever Midtrans repeats as %s", async (_name, body) => {
    http.reply("POST", "/v1/payment-links", { status: 400, body });
    const error = (await create({ customer, providerOptions, redirect, title, items }))._unsafeUnwrapErr();
    expect(error.kind).toBe("invalid_request");
    expect(error.message).toContain("[redacted]");
    expectToHide(error, words);
  });

  test("a name of two letters does not black out the rest", async () => {
    http.reply("POST", "/v1/payment-links", { status: 400, body: { error_messages: ["this is not good"] } });
    const error = (await create({ title: "is", items }))._unsafeUnwrapErr();
    expect(error.message).toContain("this is not good");
  });
});

describe("create: an answer that is lost", () => {
  test("the link that the look-up finds is the success, where it is the one asked for", async () => {
    http.fail("POST", "/v1/payment-links", Object.assign(new Error("socket hang up"), { code: "ECONNRESET" }));
    http.reply("GET", "/v1/payment-links/concert-ticket-05", {
      body: {
        ...fixture("from-documents/link-details"),
        order_id: "concert-ticket-05",
        gross_amount: 190000,
        payment_link_id: SLUG,
      },
    });
    expect((await create())._unsafeUnwrap()).toMatchObject({ id: "midtrans:concert-ticket-05", slug: SLUG });
    expect(http.sent.map((each) => each.method)).toEqual(["GET"]);
  });

  test.each([
    ["another amount", { gross_amount: 150000, payment_link_id: SLUG }],
    ["another slug", { gross_amount: 190000, payment_link_id: "not-ours" }],
  ])("a link with %s is duplicate_reference", async (_name, changes) => {
    http.fail("POST", "/v1/payment-links", Object.assign(new Error("socket hang up"), { code: "ECONNRESET" }));
    http.reply("GET", "/v1/payment-links/concert-ticket-05", {
      body: { ...fixture("from-documents/link-details"), order_id: "concert-ticket-05", ...changes },
    });
    expect((await create())._unsafeUnwrapErr()).toMatchObject({
      kind: "duplicate_reference",
      existing: { reference: "concert-ticket-05" },
    });
  });
});

describe("unreadable replies", () => {
  test("create: malformed_response with an unknown outcome", () =>
    expectEach(
      UNREADABLE_REPLIES,
      11,
      async (_name, reply) => {
        http.reply("POST", "/v1/payment-links", reply);
        http.reply("GET", "/v1/payment-links/concert-ticket-05", { status: 404 });
        expect((await create())._unsafeUnwrapErr()).toMatchObject({ kind: "malformed_response", outcome: "unknown" });
      },
      between,
    ));

  test("get: malformed_response", () =>
    expectEach(
      UNREADABLE_REPLIES,
      11,
      async (_name, reply) => {
        http.reply("GET", "/v1/payment-links/INV-001", reply);
        expect((await links.get("midtrans:INV-001"))._unsafeUnwrapErr().kind).toBe("malformed_response");
      },
      between,
    ));

  test.each([
    [{ error_messages: ["no"] }, "malformed_response"],
    [{ status_code: "401", status_message: "Unauthorized" }, "unauthenticated"],
    [{ status_code: "404", status_message: "Transaction doesn't exist.", id: "x" }, "not_found"],
    [{ status_code: 500 }, "unavailable"],
    // The codes of note of the Core API, without a transaction.
    [{ status_code: "402", status_message: "Method is not enabled" }, "rejected"],
    [{ status_code: "406", status_message: "Duplicate" }, "rejected"],
    [{ status_code: "407", status_message: "Transaction is expired" }, "rejected"],
    [{ status_code: "412", status_message: "Merchant cannot modify the status of the transaction" }, "rejected"],
    [{ status_code: "414", status_message: "Refund is refused" }, "rejected"],
    [{ status_code: "429", status_message: "Too many requests" }, "rate_limited"],
    // Turning such an object into a number throws.
    [{ status_code: { toString: 1, valueOf: 1 } }, "malformed_response"],
    [{ status_code: ["500"] }, "malformed_response"],
  ])("an error inside a 200 is an error: $0", async (body, kind) => {
    http.reply("GET", "/v1/payment-links/INV-001", { body });
    expect((await links.get("midtrans:INV-001"))._unsafeUnwrapErr().kind).toBe(kind);
  });

  const OWN_FORMS: ReadonlySet<string> = new Set(["error_messages as a list", "error_messages as a text"]);
  const statuses = [400, 401, 402, 403, 404, 405, 406, 409, 412, 413, 422, 429, 500, 501];
  test("every status with any body is a typed error", () =>
    expectEach(
      statuses.flatMap((status) => ERROR_BODIES.map(([name, body]) => [status, name, body] as const)),
      140,
      async (status, name, body) => {
        http.reply("GET", "/v1/payment-links/INV-001", { status, body });
        const error = (await links.get("midtrans:INV-001"))._unsafeUnwrapErr();
        expect(error.message).toContain(`HTTP ${status}`);
        expect(error.hint).not.toBe("");
        // A page that Midtrans did not write proves nothing of a link.
        const isDoubtful = status === 404 && !OWN_FORMS.has(name);
        expect(error.outcome).toBe(status >= 500 || isDoubtful ? "unknown" : "refused");
      },
      between,
    ));

  test("an error without a message is an issue all the same, and of a thousand ten are told", async () => {
    const path = "/v1/payment-links/INV-001";
    http.reply("GET", path, { status: 400, body: { error_messages: [] } });
    http.reply("GET", path, { status: 400, body: { error_messages: Array.from({ length: 1000 }, () => "no") } });
    expect((await links.get("midtrans:INV-001"))._unsafeUnwrapErr()).toMatchObject({
      kind: "invalid_request",
      issues: [{ path: "", message: "Midtrans returned HTTP 400" }],
    });
    const error = (await links.get("midtrans:INV-001"))._unsafeUnwrapErr();
    expect("issues" in error && error.issues).toHaveLength(10);
  });

  test("a redirect is not followed with the key in its hand", async () => {
    http.reply("GET", "/v1/payment-links/INV-001", {
      status: 302,
      headers: { location: "https://elsewhere.example/" },
    });
    expect((await links.get("midtrans:INV-001"))._unsafeUnwrapErr().kind).toBe("malformed_response");
    expect(http.sent).toHaveLength(1);
  });
});

describe("get and find", () => {
  const details = fixture("from-documents/link-details");

  test("the documented details, at a time before the expiry", async () => {
    http.reply("GET", "/v1/payment-links/inv-2026-0042", { body: details });
    const link = (await links.get("midtrans:inv-2026-0042"))._unsafeUnwrap();
    expect(link).toEqual({
      id: "midtrans:inv-2026-0042",
      gateway: "midtrans",
      providerId: "inv-2026-0042",
      reference: "inv-2026-0042",
      url: "https://app.sandbox.midtrans.com/payment-links/k3v9q2m7x1c8w5t4",
      status: "active",
      acceptsPayments: true,
      amount: { amount: "150000", currency: "IDR" },
      usage: { limit: 1, used: 0, held: 0 },
      expiresAt: "2026-01-04T00:00:00.000Z",
      methods: [{ kind: "virtual_account", channel: "bca", raw: "bca_va" }],
      slug: "k3v9q2m7x1c8w5t4",
      warnings: [],
    });
  });

  test.each([
    ["numbers as texts", { id: 90417, gross_amount: "150000.00", usage_limit: "1", usage: "0", expiry_duration: "3" }],
    ["the singular unit", { expiry_unit: "day" }],
    ["a start with seconds", { expiry_start: "2026-01-01 07:00:00 +0700" }],
    [
      "fields of another form that are not needed",
      { title: 7, item_details: "none", whitelist_bins: 0, customer_details: [] },
    ],
  ])("reads the same with %s", async (_name, changes) => {
    http.reply("GET", "/v1/payment-links/inv-2026-0042", { body: details });
    http.reply("GET", "/v1/payment-links/inv-2026-0042", { body: { ...details, ...changes } });
    const expected = await links.get("midtrans:inv-2026-0042");
    expect(await links.find({ reference: "inv-2026-0042" })).toEqual(expected);
  });

  test.each([
    ["a prototype's name", { expiry_unit: "constructor" }],
    ["a word that is not known", { expiry_unit: "fortnights" }],
    ["nothing", { expiry_unit: null }],
    ["no duration", { expiry_duration: null }],
    ["no start", { expiry_start: null }],
    ["a start that is no day", { expiry_start: "2026-02-30 07:00 +0700" }],
  ])("an expiry with %s is not told", async (_name, changes) => {
    http.reply("GET", "/v1/payment-links/inv-2026-0042", { body: { ...details, ...changes } });
    expect((await links.get("midtrans:inv-2026-0042"))._unsafeUnwrap()).not.toHaveProperty("expiresAt");
  });

  test.each([
    [
      { id: 1, first_name: "Sari", last_name: "Dewi", email: "sari@example.test", phone: "+628110000001" },
      { name: "Sari", email: "sari@example.test", phone: "+628110000001" },
    ],
    [{ first_name: "Sari", email: null, phone: 7 }, { name: "Sari" }],
    [{ first_name: "", email: null }, undefined],
    [null, undefined],
    ["Sari", undefined],
  ])("customer_details %j", async (customer_details, customer) => {
    http.reply("GET", "/v1/payment-links/inv-2026-0042", { body: { ...details, customer_details } });
    expect((await links.get("midtrans:inv-2026-0042"))._unsafeUnwrap().customer).toEqual(customer);
  });

  test("a link with an open amount", async () => {
    const { gross_amount: _, ...open } = details;
    const dynamic = {
      ...open,
      payment_link_type: "DYNAMIC_AMOUNT",
      dynamic_amount: { min_amount: 10000, max_amount: null },
    };
    http.reply("GET", "/v1/payment-links/inv-2026-0042", { body: dynamic });
    expect((await links.get("midtrans:inv-2026-0042"))._unsafeUnwrap().amount).toEqual({
      open: { currency: "IDR", min: "10000" },
    });
  });

  test.each([
    ["SETTLEMENT", { used: 1, held: 0 }, "exhausted"],
    ["CAPTURE", { used: 0, held: 1 }, "held"],
    ["REFUND", { used: 1, held: 0 }, "exhausted"],
    ["PARTIAL_REFUND", { used: 1, held: 0 }, "exhausted"],
    ["CHARGEBACK", { used: 1, held: 0 }, "exhausted"],
    ["PARTIAL_CHARGEBACK", { used: 1, held: 0 }, "exhausted"],
    ["CANCEL", { used: 0, held: 0 }, "active"],
    ["PENDING", { used: 0, held: 1 }, "held"],
    ["EXPIRE", { used: 0, held: 0 }, "active"],
    ["DENY", { used: 0, held: 0 }, "active"],
    ["SOMETHING_NEW", { used: 0, held: 0 }, "active"],
  ])("a purchase that reads %s", async (payment_status, usage, status) => {
    const purchases = [
      { ...(details["purchases"] as object[])[0], payment_status, created_at: "2025-12-31T23:00:00.000Z" },
    ];
    http.reply("GET", "/v1/payment-links/inv-2026-0042", { body: { ...details, purchases } });
    expect((await links.get("midtrans:inv-2026-0042"))._unsafeUnwrap()).toMatchObject({
      usage: { limit: 1, ...usage },
      status,
    });
  });

  test("a pending purchase holds a use no longer than an attempt lives", async () => {
    const purchases = [
      { ...(details["purchases"] as object[])[0], payment_status: "PENDING", created_at: "2025-12-30T23:00:00.000Z" },
    ];
    http.reply("GET", "/v1/payment-links/inv-2026-0042", { body: { ...details, purchases } });
    expect((await links.get("midtrans:inv-2026-0042"))._unsafeUnwrap()).toMatchObject({
      usage: { held: 0 },
      status: "active",
    });
  });

  test("`usage` adds payments that the purchases do not show, whether or not it counts what is held", async () => {
    const [purchase] = details["purchases"] as object[];
    const pending = { ...purchase, payment_status: "PENDING", created_at: "2025-12-31T23:00:00.000Z" };
    http.reply("GET", "/v1/payment-links/inv-2026-0042", {
      body: { ...details, usage_limit: 5, usage: 1, purchases: [pending] },
    });
    expect((await links.get("midtrans:inv-2026-0042"))._unsafeUnwrap().usage).toEqual({ limit: 5, used: 0, held: 1 });
    http.reply("GET", "/v1/payment-links/inv-2026-0042", {
      body: { ...details, usage_limit: 5, usage: 3, purchases: [] },
    });
    expect((await links.get("midtrans:inv-2026-0042"))._unsafeUnwrap().usage).toEqual({ limit: 5, used: 3, held: 0 });
  });

  test.each([
    [{ deletedAt: "2026-01-01T00:00:00.000Z" }, "deleted"],
    [{ delete_at: "2026-01-01T00:00:00.000Z" }, "deleted"],
    [{ deletedAt: 1767225600000 }, "deleted"],
    [{ canceled_at: "2026-01-01T00:00:00.000Z" }, "unknown"],
    [{ deletedAt: null, delete_at: null, canceled_at: null, epoch_deleted_at: 0 }, "active"],
    [{ deletedAt: "", delete_at: 0 }, "active"],
  ])("a link that can still be read with %j is %s", async (changes, status) => {
    http.reply("GET", "/v1/payment-links/inv-2026-0042", { body: { ...details, ...changes } });
    expect((await links.get("midtrans:inv-2026-0042"))._unsafeUnwrap()).toMatchObject({
      status,
      acceptsPayments: status === "active",
    });
  });

  test("a link that starts later is scheduled, as it was when it was created", async () => {
    http.reply("GET", "/v1/payment-links/inv-2026-0042", {
      body: { ...details, expiry_start: "2026-01-01 07:01 +0700" },
    });
    expect((await links.get("midtrans:inv-2026-0042"))._unsafeUnwrap()).toMatchObject({
      status: "scheduled",
      acceptsPayments: false,
      startsAt: "2026-01-01T00:01:00.000Z",
      expiresAt: "2026-01-04T00:01:00.000Z",
    });
  });

  test("details of another link are reply_mismatch", async () => {
    http.reply("GET", "/v1/payment-links/INV-001", { body: details });
    expect((await links.get("midtrans:INV-001"))._unsafeUnwrapErr().kind).toBe("reply_mismatch");
  });

  test("a fixed link without an amount is malformed", async () => {
    const { gross_amount: _, ...rest } = details;
    http.reply("GET", "/v1/payment-links/inv-2026-0042", { body: rest });
    expect((await links.get("midtrans:inv-2026-0042"))._unsafeUnwrapErr().kind).toBe("malformed_response");
  });

  test("a read that meets a 503 is sent again, twice at most", async () => {
    for (const _ of [1, 2, 3]) http.reply("GET", "/v1/payment-links/INV-001", { status: 503 });
    expect((await links.get("midtrans:INV-001"))._unsafeUnwrapErr().kind).toBe("unavailable");
    expect(http.sent).toHaveLength(3);
  });
});

describe("histories", () => {
  const details = fixture("from-documents/link-details");

  test("a link's purchases, newest first, in pages", async () => {
    const purchase = (millis: number, payment_status: string) => ({
      order_id: `inv-2026-0042-${millis}`,
      payment_status,
      payment_method: "BANK_TRANSFER",
      created_at: "2026-01-01T00:00:05.000Z",
      updated_at: "2026-01-01T00:10:00.000Z",
    });
    const body = {
      ...details,
      usage_limit: 5,
      purchases: [
        purchase(1767225600001, "EXPIRE"),
        purchase(1767225600002, "SETTLEMENT"),
        purchase(1767225600003, "PENDING"),
      ],
    };
    http.reply("GET", "/v1/payment-links/inv-2026-0042", { body });
    const first = (await links.listHistories("midtrans:inv-2026-0042", { limit: 2 }))._unsafeUnwrap();
    expect(first.items.map(({ id, status, isPaid }) => ({ id, status, isPaid }))).toEqual([
      { id: "midtrans:inv-2026-0042-1767225600003", status: "pending", isPaid: false },
      { id: "midtrans:inv-2026-0042-1767225600002", status: "paid", isPaid: true },
    ]);
    expect(first.items[1]).toMatchObject({
      linkId: "midtrans:inv-2026-0042",
      reference: "inv-2026-0042",
      amount: { amount: "150000", currency: "IDR" },
      method: { kind: "virtual_account", raw: "BANK_TRANSFER" },
      openedAt: "2026-01-01T00:00:05.000Z",
      paidAt: "2026-01-01T00:10:00.000Z",
    });
    http.reply("GET", "/v1/payment-links/inv-2026-0042", { body });
    const second = await links.listHistories("midtrans:inv-2026-0042", { limit: 2, cursor: first.nextCursor });
    expect(second._unsafeUnwrap()).toMatchObject({ items: [{ status: "expired" }] });
    expect("nextCursor" in second._unsafeUnwrap()).toBe(false);
  });

  test("a purchase that begins between two pages neither hides nor repeats one", async () => {
    const purchase = (second: number) => ({
      order_id: `inv-2026-0042-176722560000${second}`,
      payment_status: "EXPIRE",
      payment_method: "QRIS",
      created_at: `2026-01-01T00:00:0${second}.000Z`,
    });
    const page = async (seconds: readonly number[], cursor?: string) => {
      http.reply("GET", "/v1/payment-links/inv-2026-0042", { body: { ...details, purchases: seconds.map(purchase) } });
      const { items, nextCursor } = (
        await links.listHistories("midtrans:inv-2026-0042", { limit: 2, cursor })
      )._unsafeUnwrap();
      return { seconds: items.map((each) => Number(each.id.at(-1))), nextCursor };
    };
    const first = await page([1, 2, 3, 4]);
    const second = await page([1, 2, 3, 4, 5], first.nextCursor);
    expect([first.seconds, second.seconds, second.nextCursor]).toEqual([[4, 3], [2, 1], undefined]);
  });

  test.each([["midtrans:1"], ["midtrans:INV-001-1767225600123"], ["midtrans:constructor"]])(
    "the cursor %s, which no page of this link gave, is refused",
    async (cursor) => {
      http.reply("GET", "/v1/payment-links/inv-2026-0042", { body: details });
      const listed = await links.listHistories("midtrans:inv-2026-0042", { cursor });
      expect(listed._unsafeUnwrapErr()).toMatchObject({ kind: "invalid_request", issues: [{ path: "cursor" }] });
    },
  );

  test("one purchase, by Get Status", async () => {
    const { signature_key: _, ...status } = notification({ status_message: "Success, transaction is found" });
    http.reply("GET", "/v2/INV-001-1767225600123/status", { body: status });
    const history = (await links.getHistory("midtrans:INV-001-1767225600123"))._unsafeUnwrap();
    expect(history).toMatchObject({ status: "paid", isPaid: true, linkId: "midtrans:INV-001", reference: "INV-001" });
  });
});
