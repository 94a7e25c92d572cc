import { createPaymentLinks, idr, money } from "@tautan/core";
import { mockHttp } from "@tautan/driver-kit/testing/mock-http";
import { createMidtransDriver } from "@tautan/driver-midtrans";
import { describe, expect, test } from "vitest";
import { API, createLinks, delivery, fixture, notification, OPTIONS } from "./support.ts";

const http = mockHttp(API);
const links = createLinks();
const SLUG = "k3v9q2m7x1c8w5t4";
const created = (orderId: string, slug = SLUG) => ({
  order_id: orderId,
  payment_url: `https://app.sandbox.midtrans.com/payment-links/${slug}`,
});

describe("create: the exact request", () => {
  test("path, headers and every byte of the body", async () => {
    http.reply("POST", "/v1/payment-links", { body: created("INV-001") });
    const link = await links.create({
      reference: "INV-001",
      title: "Concert, day 1",
      amount: idr(190_000),
      items: [
        { id: "tix-1", name: "Ticket", quantity: 2, unitPrice: idr(100_000) },
        { name: "Voucher", quantity: 1, unitPrice: idr(-10_000) },
      ],
      usage: { limit: 5 },
      expiresAt: "2026-01-04T07:00:00+07:00",
      methods: [{ kind: "virtual_account", channel: "bca" }, { kind: "card" }],
      customer: { name: "Sari", email: "sari@example.test", phone: "+628110000001" },
      collect: { name: "required", phone: "required" },
      redirect: { url: "https://shop.example/thanks" },
      slug: SLUG,
      providerOptions: { midtrans: { customField2: "till 7" } },
    });
    expect(link.isOk()).toBe(true);
    const [request] = http.sent;
    expect(request?.headers.get("accept")).toBe("application/json");
    expect(request?.headers.get("content-type")).toBe("application/json");
    // The sheet's vector for this key.
    expect(request?.headers.get("authorization")).toBe("Basic U0ItTWlkLXNlcnZlci1FWEFNUExFS0VZMDAwMTo=");
    expect(request?.body).toBe(
      '{"transaction_details":{"order_id":"INV-001","gross_amount":190000,"payment_link_id":"k3v9q2m7x1c8w5t4"},' +
        '"usage_limit":5,"expiry":{"start_time":"2026-01-01 00:00:00 +0000","duration":3,"unit":"days"},' +
        '"enabled_payments":["credit_card","bca_va"],' +
        '"item_details":[{"id":"tix-1","name":"Ticket","price":100000,"quantity":2},{"name":"Voucher","price":-10000,"quantity":1}],' +
        '"customer_details":{"first_name":"Sari","email":"sari@example.test","phone":"+628110000001",' +
        '"customer_details_required_fields":["first_name","phone"]},"customer_required":true,' +
        '"title":"Concert, day 1","callbacks":{"finish":"https://shop.example/thanks"},"credit_card":{"secure":true},' +
        '"custom_field1":"INV-001","custom_field2":"till 7"}',
    );
  });

  test("what is left out gets our defaults, always said: one use, 24 hours, a random slug, 3-D Secure", async () => {
    let slug = "";
    http.reply("POST", "/v1/payment-links", { body: created("INV-002", "whatever") });
    const link = await links.create({ reference: "INV-002", amount: idr(1) });
    const body = JSON.parse(http.sent[0]?.body ?? "") as Record<string, Record<string, unknown>>;
    slug = String(body["transaction_details"]?.["payment_link_id"]);
    expect(slug).toMatch(/^[0-9a-f]{32}$/);
    expect(body["usage_limit"]).toBe(1);
    expect(body["expiry"]).toEqual({ start_time: "2026-01-01 00:00:00 +0000", duration: 1, unit: "days" });
    expect(body["credit_card"]).toEqual({ secure: true });
    // The reply names another slug than the one sent, so it cannot be the link that was asked for.
    expect(link._unsafeUnwrapErr()).toMatchObject({ kind: "reply_mismatch", outcome: "unknown" });
  });

  test("an open amount sends bounds and no gross_amount", async () => {
    http.reply("POST", "/v1/payment-links", { body: created("GIFT-1") });
    await links.create({
      reference: "GIFT-1",
      amount: { open: { currency: "IDR", min: "10000", max: "500000", preset: "50000" } },
      slug: SLUG,
    });
    expect(JSON.parse(http.sent[0]?.body ?? "")).toMatchObject({
      transaction_details: { order_id: "GIFT-1" },
      payment_link_type: "DYNAMIC_AMOUNT",
      dynamic_amount: { min_amount: 10000, max_amount: 500000, preset_amount: 50000 },
    });
    expect(http.sent[0]?.body).not.toContain("gross_amount");
  });

  test("a start of the caller's own is kept and the end rounded down to the minute, as the link then says", async () => {
    http.reply("POST", "/v1/payment-links", { body: created("INV-003") });
    const link = await links.create({
      reference: "INV-003",
      amount: idr(5000),
      startsAt: "2026-01-02T00:00:30Z",
      expiresAt: "2026-01-02T01:00:00Z",
      slug: SLUG,
    });
    expect(JSON.parse(http.sent[0]?.body ?? "")).toMatchObject({
      expiry: { start_time: "2026-01-02 00:00:30 +0000", duration: 59, unit: "minutes" },
    });
    expect(link._unsafeUnwrap()).toMatchObject({
      status: "scheduled",
      startsAt: "2026-01-02T00:00:30.000Z",
      expiresAt: "2026-01-02T00:59:30.000Z",
    });
  });

  test("an end without a start is exact to the second", async () => {
    http.reply("POST", "/v1/payment-links", { body: created("INV-004") });
    const link = await links.create({
      reference: "INV-004",
      amount: idr(5000),
      expiresAt: "2026-01-01T02:00:17Z",
      slug: SLUG,
    });
    expect(JSON.parse(http.sent[0]?.body ?? "")).toMatchObject({
      expiry: { start_time: "2025-12-31 23:59:17 +0000", duration: 121, unit: "minutes" },
    });
    expect(link._unsafeUnwrap().expiresAt).toBe("2026-01-01T02:00:17.000Z");
  });

  test.each([
    ["docs/create-request-all-fields"],
    ["api-reference/create-request-all-fields"],
    ["api-reference/create-request-curl"],
  ])("says the same as the documented sample %s", async (name) => {
    const sample = fixture(name) as {
      transaction_details: { order_id: string; payment_link_id: string };
      expiry: object;
      customer_details: object;
    };
    const { order_id: orderId, payment_link_id: slug } = sample.transaction_details;
    http.reply("POST", "/v1/payment-links", { body: created(orderId, slug) });
    const link = await links.create({
      reference: orderId,
      amount: idr(190_000),
      items: [{ id: "pil-001", name: "Pillow", quantity: 2, unitPrice: idr(95_000) }],
      methods: [
        { kind: "card" },
        { kind: "virtual_account", channel: "bca" },
        { kind: "retail", channel: "indomaret" },
      ],
      customer: { name: "John", email: "john.doe@example.test", phone: "+62181000000000" },
      slug,
    });
    expect(link.isOk()).toBe(true);
    const sent = JSON.parse(http.sent[0]?.body ?? "") as Record<string, unknown>;
    expect(sent).toMatchObject({
      transaction_details: sample.transaction_details,
      credit_card: { secure: true },
      usage_limit: 1,
      enabled_payments: ["credit_card", "bca_va", "indomaret"],
      item_details: [{ id: "pil-001", name: "Pillow", price: 95000, quantity: 2 }],
      customer_details: { first_name: "John", email: "john.doe@example.test", phone: "+62181000000000" },
    });
    // One sample leaves out custom_field1, in which the order id is kept.
    expect(Object.keys(sent).filter((field) => !(field in sample) && field !== "custom_field1")).toEqual([]);
  });

  test("says the same as the documented samples with a limit of 5, and with custom_field1", async () => {
    const limited = fixture("docs/create-request-limit-5") as { transaction_details: object };
    http.reply("POST", "/v1/payment-links", { body: fixture("docs/create-reply") });
    const link = await links.create({
      reference: "concert-ticket-05",
      amount: idr(190_000),
      usage: { limit: 5 },
      items: [{ id: "tix-001", name: "Exclusive Tour Concert Day 1", quantity: 2, unitPrice: idr(95_000) }],
      expiresAt: "2026-01-31T00:00:00Z",
      slug: "amazing-ticket-payment-123",
    });
    expect(link.isOk()).toBe(true);
    expect(JSON.parse(http.sent[0]?.body ?? "")).toMatchObject({
      transaction_details: limited.transaction_details,
      usage_limit: 5,
      expiry: { duration: 30, unit: "days" },
    });
    const custom = fixture("api-reference/create-request-custom-field") as { custom_field1: string };
    http.reply("POST", "/v1/payment-links", { body: created(custom.custom_field1) });
    await links.create({ reference: custom.custom_field1, amount: idr(10_000), slug: SLUG });
    expect(JSON.parse(http.sent[1]?.body ?? "")).toMatchObject(custom);
  });

  test("says the same as the sample with a start, a duration and all customer fields", async () => {
    const sample = fixture("from-documents/create-request");
    http.reply("POST", "/v1/payment-links", { body: created("inv-2026-0042") });
    await links.create({
      reference: "inv-2026-0042",
      amount: idr(150_000),
      items: [{ id: "sku-7", name: "Annual plan", quantity: 1, unitPrice: idr(150_000) }],
      startsAt: "2026-01-01T07:00:00+07:00",
      expiresAt: "2026-01-04T07:00:00+07:00",
      methods: [{ kind: "virtual_account", channel: "bca" }],
      customer: { name: "Sari", email: "sari@example.test", phone: "+628110000001" },
      slug: SLUG,
    });
    const { expiry: _, ...rest } = sample;
    expect(JSON.parse(http.sent[0]?.body ?? "")).toMatchObject(rest);
  });
});

describe("create: refused before anything is sent", () => {
  const refused = async (changes: object, kind: string, path: string): Promise<void> => {
    const result = await links.create({ reference: "INV-001", amount: idr(10_000), ...changes } as never);
    const error = result._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind, outcome: "not_sent" });
    expect(JSON.stringify(error)).toContain(path);
    expect(http.sent).toEqual([]);
  };

  test.each<[string, object, string, string]>([
    ["a title of 41 characters", { title: "x".repeat(41) }, "invalid_request", "title"],
    ["metadata", { metadata: { order: "1" } }, "unsupported", "metadata"],
    ["a usage limit above a million", { usage: { limit: 1_000_001 } }, "unsupported", "usage.limit"],
    ["unlimited use", { usage: { limit: "unlimited" } }, "unsupported", "usage.limit"],
    ["a method it does not know", { methods: [{ kind: "ewallet", channel: "gcash" }] }, "unsupported", "methods[0]"],
    ["another currency", { amount: money("10", "USD") }, "unsupported", "amount.currency"],
    ["a fraction of a rupiah", { amount: money("10000.5", "IDR") }, "amount_unrepresentable", "amount"],
    ["a slug with capitals", { slug: "Not-Good" }, "unsupported", "slug"],
    [
      "an item name of 51 characters",
      { items: [{ name: "x".repeat(51), quantity: 1, unitPrice: idr(10_000) }] },
      "invalid_request",
      "items[0].name",
    ],
    [
      "a redirect of 256 characters",
      { redirect: { url: `https://shop.example/${"x".repeat(235)}` } },
      "invalid_request",
      "redirect.url",
    ],
    [
      "an option it does not have",
      { providerOptions: { midtrans: { customfield2: "x" } } },
      "invalid_request",
      "providerOptions.midtrans.customfield2",
    ],
    ["a reference of 37 characters", { reference: "x".repeat(37) }, "invalid_request", "reference"],
  ])("%s", async (_name, changes, kind, path) => refused(changes, kind, path));
});

describe("stop and read: the exact requests", () => {
  test.each([["docs/delete-reply"], ["api-reference/delete-reply"]])(
    "delete sends DELETE with the order id, percent-encoded, and nothing else; %s",
    async (reply) => {
      http.reply("DELETE", "/v1/payment-links/INV~001", { body: fixture(reply) });
      const deleted = await links.delete("midtrans:INV~001");
      expect(deleted._unsafeUnwrap()).toEqual({ id: "midtrans:INV~001", gateway: "midtrans", status: "deleted" });
      expect(http.sent.map(({ method, path, body }) => ({ method, path, body }))).toEqual([
        { method: "DELETE", path: "/v1/payment-links/INV~001", body: "" },
      ]);
      expect(http.sent[0]?.headers.get("authorization")).toMatch(/^Basic /);
    },
  );

  test("deleting an unknown link is not_found", async () => {
    http.reply("DELETE", "/v1/payment-links/INV-404", {
      status: 404,
      body: { error_messages: ["Payment Link not found"] },
    });
    expect((await links.delete("midtrans:INV-404"))._unsafeUnwrapErr()).toMatchObject({
      kind: "not_found",
      outcome: "refused",
    });
  });

  test("what Midtrans does not offer is refused with an alternative and without a request", async () => {
    const listed = await links.list();
    expect(listed._unsafeUnwrapErr()).toMatchObject({ kind: "unsupported", outcome: "not_sent" });
    expect((await links.update("midtrans:INV-001", { title: "x" }))._unsafeUnwrapErr()).toMatchObject({
      kind: "unsupported",
      hint: "close it and create a new one under a fresh reference",
    });
    expect((await links.reopen("midtrans:INV-001"))._unsafeUnwrapErr().hint).toMatch(/create a new one/);
    expect(http.sent).toEqual([]);
  });
});

describe("what one payment by a method may cost", () => {
  test.each<[object, number | undefined, number | undefined]>([
    [{ kind: "card" }, 10_000, 999_999_999],
    [{ kind: "virtual_account", channel: "bca" }, 10_000, undefined],
    [{ kind: "virtual_account", channel: "bsi" }, 1000, undefined],
    [{ kind: "virtual_account", channel: "seabank" }, 10_000, 100_000_000],
    [{ kind: "virtual_account", channel: "cimb" }, undefined, 250_000_000],
    [{ kind: "qris" }, undefined, 10_000_000],
    [{ kind: "ewallet", channel: "gopay" }, undefined, 20_000_000],
    [{ kind: "ewallet", channel: "shopeepay" }, undefined, 20_000_000],
    [{ kind: "ewallet", channel: "dana" }, undefined, 20_000_000],
    [{ kind: "retail", channel: "indomaret" }, 10_000, 5_000_000],
    [{ kind: "retail", channel: "alfamart" }, undefined, 2_500_000],
    [{ kind: "paylater", channel: "akulaku" }, 5000, undefined],
  ])("%j takes from %s to %s", async (method, min, max) => {
    const body = fixture("docs/create-reply");
    const create = (amount: number) =>
      links.create({
        reference: "concert-ticket-05",
        slug: "amazing-ticket-payment-123",
        amount: idr(amount),
        methods: [method as { kind: "card" }],
      });
    for (const amount of [min, max]) {
      if (amount === undefined) continue;
      http.reply("POST", "/v1/payment-links", { body });
      expect((await create(amount)).isOk(), String(amount)).toBe(true);
    }
    for (const amount of [min === undefined ? undefined : min - 1, max === undefined ? undefined : max + 1]) {
      if (amount === undefined) continue;
      expect((await create(amount))._unsafeUnwrapErr()).toMatchObject({
        kind: "invalid_request",
        outcome: "not_sent",
        issues: [{ path: "amount" }],
      });
    }
  });

  test("a link with methods of which one takes the amount is made", async () => {
    http.reply("POST", "/v1/payment-links", { body: fixture("docs/create-reply") });
    const made = await links.create({
      reference: "concert-ticket-05",
      slug: "amazing-ticket-payment-123",
      amount: idr(5000),
      methods: [
        { kind: "retail", channel: "indomaret" },
        { kind: "paylater", channel: "akulaku" },
      ],
    });
    expect(made.isOk()).toBe(true);
  });
});

describe("an expiry in the documents' own units", () => {
  test.each<[string, string | undefined, string, object]>([
    [
      "days",
      undefined,
      "2026-01-21T00:00:00Z",
      { start_time: "2026-01-01 00:00:00 +0000", duration: 20, unit: "days" },
    ],
    [
      "hours",
      undefined,
      "2026-01-01T06:00:00Z",
      { start_time: "2026-01-01 00:00:00 +0000", duration: 6, unit: "hours" },
    ],
    [
      "minutes",
      undefined,
      "2026-01-01T01:30:00Z",
      { start_time: "2026-01-01 00:00:00 +0000", duration: 90, unit: "minutes" },
    ],
    [
      "the 20 days of the documents' sample",
      "2026-04-01T18:00:00+07:00",
      "2026-04-21T18:00:00+07:00",
      { start_time: "2026-04-01 11:00:00 +0000", duration: 20, unit: "days" },
    ],
  ])("%s", async (_name, startsAt, expiresAt, expected) => {
    http.reply("POST", "/v1/payment-links", { body: created("INV-001") });
    const link = await links.create({ reference: "INV-001", amount: idr(190_000), slug: SLUG, startsAt, expiresAt });
    expect(JSON.parse(http.sent[0]?.body ?? "")).toMatchObject({ expiry: expected });
    expect(link._unsafeUnwrap().expiresAt).toBe(new Date(expiresAt).toISOString());
  });
});

describe("a link without an end", () => {
  const request = { reference: "INV-001", amount: idr(190_000), slug: SLUG, expiresAt: "never" } as const;

  test("has no expiry in its request, and none when it is read", async () => {
    http.reply("POST", "/v1/payment-links", { body: created("INV-001") });
    const link = (await links.create(request))._unsafeUnwrap();
    expect(JSON.parse(http.sent[0]?.body ?? "")).not.toHaveProperty("expiry");
    expect(link).not.toHaveProperty("expiresAt");
    expect(link.warnings).toEqual([]);
    http.reply("GET", "/v1/payment-links/INV-001", {
      body: {
        ...fixture("from-documents/link-details"),
        order_id: "INV-001",
        expiry_start: null,
        expiry_duration: null,
        expiry_unit: null,
      },
    });
    const read = (await links.get("midtrans:INV-001"))._unsafeUnwrap();
    expect(read).toMatchObject({ status: "active" });
    expect(read).not.toHaveProperty("expiresAt");
  });

  test("cannot have a start, which stands inside an expiry", async () => {
    expect((await links.create({ ...request, startsAt: "2026-02-01T00:00:00Z" }))._unsafeUnwrapErr()).toMatchObject({
      kind: "invalid_request",
      outcome: "not_sent",
      issues: [{ path: "startsAt" }],
    });
  });
});

describe("references of up to 50 characters, where the caller opts in twice", () => {
  const LONG = `INV~2026.${"x".repeat(41)}`;
  const longLinks = (options: object, references?: "provider") =>
    createPaymentLinks({
      default: "midtrans",
      gateways: { midtrans: createMidtransDriver({ ...OPTIONS, ...options }) },
      clock: { now: () => Date.parse("2026-01-01T00:00:00Z") },
      ...(references && { references }),
    });
  const create = (on: ReturnType<typeof longLinks>, reference: string) =>
    on.create({ reference, amount: idr(190_000), slug: SLUG });

  test("one of 50 is sent, one of 51 is not", async () => {
    expect(LONG).toHaveLength(50);
    const opted = longLinks({ longReferences: true }, "provider");
    http.reply("POST", "/v1/payment-links", { body: created(LONG) });
    expect((await create(opted, LONG))._unsafeUnwrap().reference).toBe(LONG);
    expect(JSON.parse(http.sent[0]?.body ?? "")).toMatchObject({
      transaction_details: { order_id: LONG },
      custom_field1: LONG,
    });
    expect((await create(opted, `${LONG}x`))._unsafeUnwrapErr()).toMatchObject({ outcome: "not_sent" });
    expect(http.sent).toHaveLength(1);
  });

  test.each([
    ["of the driver alone", longLinks({ longReferences: true })],
    ["of the facade alone", longLinks({}, "provider")],
  ])("the option %s is not enough", async (_name, on) => {
    expect((await create(on, "x".repeat(37)))._unsafeUnwrapErr()).toMatchObject({ outcome: "not_sent" });
  });

  test.each([
    ["cut", LONG.slice(0, 50)],
    ["cut before the suffix", `${LONG.slice(0, 36)}-1767225600123`],
    ["with the suffix", `${LONG}-1767225600123`],
  ])(
    "a payment of such a link, named by an order id that is %s, is the link's where the link lists it",
    async (_name, order_id) => {
      const on = longLinks({ longReferences: true }, "provider");
      const body = notification({ order_id, custom_field1: LONG });
      const parsed = (await on.parseWebhook("midtrans", delivery(body)))._unsafeUnwrap();
      const [observation] = parsed.observations;
      if (observation?.kind !== "history") throw new Error(`expected a history, got ${observation?.kind}`);
      http.reply("GET", `/v2/${order_id}/status`, { body });
      const isTied = order_id.startsWith(`${LONG}-`);
      if (!isTied) {
        expect(observation.linkCandidates).toEqual([]);
        // The part before a suffix looks like a link of its own.
        if (/-\d{13}$/.test(order_id)) http.reply("GET", `/v1/payment-links/${LONG.slice(0, 36)}`, { status: 404 });
        http.reply("GET", `/v1/payment-links/${LONG}`, {
          body: {
            ...fixture("from-documents/link-details"),
            order_id: LONG,
            purchases: [{ order_id, payment_status: "SETTLEMENT", payment_method: "BANK_TRANSFER" }],
          },
        });
      }
      const confirmed = (await on.confirm(observation))._unsafeUnwrap();
      expect(confirmed).toMatchObject({ kind: "history", history: { reference: LONG, isPaid: true } });
    },
  );
});

test("custom_field1 is the caller's own where he wants it", async () => {
  http.reply("POST", "/v1/payment-links", { body: created("INV-001") });
  const providerOptions = { midtrans: { customField1: "till 7" } };
  await links.create({ reference: "INV-001", amount: idr(190_000), slug: SLUG, providerOptions });
  expect(JSON.parse(http.sent[0]?.body ?? "")).toMatchObject({ custom_field1: "till 7" });
});
