import { createHash } from "node:crypto";
import { type CreatePaymentLink, money } from "@tautan/core";
import { mockHttp } from "@tautan/driver-kit/testing/mock-http";
import type { StripeProviderOptions } from "@tautan/driver-stripe";
import { describe, expect, test } from "vitest";
import { API, createLinks, fixture, LINK_ID, line, link, list } from "./support.ts";

const http = mockHttp(API);
const LINKS = "/v1/payment_links";
const READ = `${LINKS}/${LINK_ID}?expand[0]=line_items`;
const LINK = `stripe:${LINK_ID}` as const;

type Request = CreatePaymentLink<{ readonly stripe?: StripeProviderOptions }, "stripe">;

const usd = (amount: string) => money(amount, "USD");
const request = (changes: object = {}): Request =>
  ({ reference: "INV-1", amount: usd("10.50"), expiresAt: "never", ...changes }) as Request;
const keyOf = (reference: string, what = "link"): string =>
  `tautan-${what}-${createHash("sha256").update(reference).digest("hex")}`;
const NEW = { "request-id": "req_1" };
const KEPT = { "request-id": "req_2", "idempotent-replayed": "true" };
const pairsIn = (index: number): readonly string[] =>
  [...new URLSearchParams(http.sent[index]?.body)].map(([name, value]) => `${name}=${value}`);

describe("create", () => {
  test("the exact bytes, under a key of the reference alone", async () => {
    http.reply("POST", LINKS, { body: link(), headers: NEW });
    const created = (await createLinks().create(request()))._unsafeUnwrap();
    expect(created).toMatchObject({
      id: LINK,
      reference: "INV-1",
      url: "https://buy.stripe.com/test_demo",
      status: "active",
      amount: usd("10.50"),
      usage: { limit: 1, used: 0, held: 0 },
      warnings: [],
    });
    expect(created).not.toHaveProperty("items");
    expect(created).not.toHaveProperty("title");
    expect(http.sent[0]?.body).toBe(
      "expand[0]=line_items&line_items[0][price_data][currency]=usd" +
        "&line_items[0][price_data][product_data][name]=INV-1&line_items[0][price_data][unit_amount]=1050" +
        "&line_items[0][quantity]=1&metadata[tautan_reference]=INV-1" +
        "&payment_intent_data[metadata][tautan_reference]=INV-1&restrictions[completed_sessions][limit]=1",
    );
    expect(http.sent[0]?.headers.get("idempotency-key")).toBe(keyOf("INV-1"));
  });

  test.each([
    ["IDR", "15000", "1500000"],
    ["IDR", "15000.5", "1500050"],
    ["JPY", "500", "500"],
    ["ISK", "500", "50000"],
    ["UGX", "500", "50000"],
    ["KWD", "5.12", "5120"],
    ["MGA", "500", "500"],
  ])("%s %s is %s on the wire", async (currency, amount, minor) => {
    const code = currency.toLowerCase();
    http.reply("POST", LINKS, {
      body: link({ currency: code, line_items: list([line("INV-1", Number(minor), 1, code)]) }),
      headers: NEW,
    });
    const created = (await createLinks().create(request({ amount: money(amount, currency) })))._unsafeUnwrap();
    expect(created.amount).toEqual(money(amount, currency));
    expect(pairsIn(0)).toContain(`line_items[0][price_data][unit_amount]=${minor}`);
    expect(pairsIn(0)).toContain(`line_items[0][price_data][currency]=${code}`);
  });

  test.each([
    ["ISK", "500.5"],
    ["JPY", "0.5"],
    ["KWD", "5.124"],
    ["USD", "1.0051"],
  ])("%s %s cannot be expressed, and nothing is sent", async (currency, amount) => {
    const error = (await createLinks().create(request({ amount: money(amount, currency) })))._unsafeUnwrapErr();
    expect([error.kind, error.outcome]).toEqual(["amount_unrepresentable", "not_sent"]);
  });

  test("equal requests have equal bytes, in whatever order metadata was written", async () => {
    for (const metadata of [
      { b: "2", a: "1" },
      { a: "1", b: "2" },
    ]) {
      http.reply("POST", LINKS, { body: link({ metadata: { tautan_reference: "INV-1", ...metadata } }), headers: NEW });
      expect((await createLinks().create(request({ metadata }))).isOk()).toBe(true);
    }
    expect(http.sent[0]?.body).toBe(http.sent[1]?.body);
  });

  test("an answer that Stripe had kept is read, and one without its headers too", async () => {
    for (const headers of [KEPT, {}]) {
      http.reply("POST", LINKS, { body: link(), headers });
      http.reply("GET", READ, { body: link() });
      expect((await createLinks().create(request()))._unsafeUnwrap().status).toBe("active");
      http.reply("POST", LINKS, { body: link(), headers });
      http.reply("GET", READ, { body: link({ active: false }) });
      const closed = (await createLinks().create(request()))._unsafeUnwrapErr();
      expect([closed.kind, closed.outcome === "not_sent"]).toEqual(["duplicate_reference", false]);
    }
  });

  test("another request under the reference is a duplicate, with the link that has it", async () => {
    const error = { type: "idempotency_error", message: "Keys for idempotent requests can only be used …" };
    http.reply("POST", LINKS, { status: 400, body: { error } });
    http.reply("GET", `${LINKS}?limit=100`, { body: list([link({ line_items: undefined })]) });
    http.reply("GET", READ, { body: link() });
    const duplicate = (await createLinks().create(request({ amount: usd("11") })))._unsafeUnwrapErr();
    expect([duplicate.kind, duplicate.outcome]).toEqual(["duplicate_reference", "refused"]);
    expect(duplicate.kind === "duplicate_reference" && duplicate.existing?.id).toBe(LINK);
    expect(duplicate.hint).toContain("amount");
  });

  test("a lost answer is asked for again, with the identical request", async () => {
    http.fail("POST", LINKS, Object.assign(new Error("reset"), { code: "ECONNRESET" }));
    http.reply("POST", LINKS, { body: link(), headers: KEPT });
    http.reply("GET", READ, { body: link() });
    expect((await createLinks().create(request()))._unsafeUnwrap().id).toBe(LINK);
    expect(http.sent[0]?.headers.get("idempotency-key")).toBe(keyOf("INV-1"));
  });

  test("an open amount makes a price first, under a key of its own", async () => {
    const open = { open: { currency: "USD", min: "5", preset: "20" } };
    const price = { ...fixture("price"), id: "price_open", unit_amount: null };
    const custom = { minimum: 500, maximum: null, preset: 2000 };
    const row = { ...line("INV-1", 2000), price: { ...price, custom_unit_amount: custom } };
    http.reply("POST", "/v1/prices", { body: price, headers: NEW });
    http.reply("POST", LINKS, { body: link({ line_items: list([row]) }), headers: NEW });
    const created = (await createLinks().create(request({ amount: open })))._unsafeUnwrap();
    expect(created.amount).toEqual(open);
    expect(http.sent.map(({ headers }) => headers.get("idempotency-key"))).toEqual([
      keyOf("INV-1", "price"),
      keyOf("INV-1"),
    ]);
    expect(pairsIn(1)).toContain("line_items[0][price]=price_open");
  });

  test("a price that is refused makes no link", async () => {
    const error = { type: "invalid_request_error", param: "custom_unit_amount[minimum]", message: "too low" };
    http.reply("POST", "/v1/prices", { status: 400, body: { error } });
    const refused = (await createLinks().create(request({ amount: { open: { currency: "USD" } } })))._unsafeUnwrapErr();
    expect(refused).toMatchObject({
      kind: "invalid_request",
      outcome: "refused",
      issues: [{ path: "amount.open", message: "too low" }],
    });
  });

  test.each([
    ["a name that the driver uses", { metadata: { tautan_reference: "x" } }, "metadata.tautan_reference"],
    ["a name with a bracket", { metadata: { "a[0]": "x" } }, "metadata"],
    ["an unknown option", { providerOptions: { stripe: { noSuch: 1 } } }, "providerOptions.stripe.noSuch"],
    [
      "more lines than the link has",
      { providerOptions: { stripe: { items: [{}, {}] } } },
      "providerOptions.stripe.items",
    ],
    [
      "a minimum above the maximum",
      { providerOptions: { stripe: { items: [{ adjustableQuantity: { minimum: 5, maximum: 2 } }] } } },
      "providerOptions.stripe.items[0].adjustableQuantity",
    ],
    [
      "lines of an open amount",
      { amount: { open: { currency: "USD" } }, providerOptions: { stripe: { items: [{}] } } },
      "providerOptions.stripe.items",
    ],
    [
      "a confirmation beside a redirect",
      { redirect: { url: "https://m.example/ok" }, providerOptions: { stripe: { confirmationMessage: "Thanks" } } },
      "providerOptions.stripe.confirmationMessage",
    ],
    [
      "a suffix without a letter",
      { providerOptions: { stripe: { statementDescriptorSuffix: "123" } } },
      "providerOptions.stripe.statementDescriptorSuffix",
    ],
  ])("%s is refused by create and check, and nothing is sent", async (_name, changes, path) => {
    const links = createLinks();
    const error = (await links.create(request(changes)))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "invalid_request", outcome: "not_sent" });
    expect(error.kind === "invalid_request" && error.issues.map((each) => each.path)).toEqual([path]);
    expect((await links.check(request(changes)))._unsafeUnwrap()[0]?.accepted).toBe(false);
  });

  test.each([
    ["a time", { expiresAt: new Date(Date.parse("2026-12-01T00:00:00Z")) }, "expiresAt"],
    ["a start", { startsAt: new Date(Date.parse("2026-12-01T00:00:00Z")) }, "startsAt"],
    ["a customer", { customer: { name: "Sri" } }, "customer"],
    ["a slug", { slug: "my-link" }, "slug"],
    ["a currency that nobody has", { amount: money("10", "XTS") }, "amount.currency"],
    ["less than the minimum", { amount: usd("0.49") }, "amount"],
    ["more than eight digits", { amount: usd("1000000") }, "amount"],
    ["iDEAL in dollars", { methods: [{ kind: "online_banking", channel: "ideal" }] }, "methods[0]"],
  ])("%s is unsupported, and nothing is sent", async (_name, changes, feature) => {
    const error = (await createLinks().create(request(changes)))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "unsupported", outcome: "not_sent" });
    expect(error.kind === "unsupported" && error.features.map((each) => each.feature)).toEqual([feature]);
  });
});

describe("reads", () => {
  test("more than ten lines are read page by page", async () => {
    const rows = Array.from({ length: 12 }, (_, index) => line(`Line ${index}`, 100));
    http.reply("GET", READ, { body: link({ line_items: list(rows.slice(0, 10), true) }) });
    http.reply("GET", `${LINKS}/${LINK_ID}/line_items?limit=100`, { body: list(rows) });
    const read = (await createLinks().get(LINK))._unsafeUnwrap();
    expect(read.amount).toEqual(usd("12"));
    expect(read.items).toHaveLength(12);
  });

  test("a link of the dashboard has no reference, and a title", async () => {
    http.reply("GET", READ, {
      body: link({ metadata: {}, restrictions: null, line_items: list([line("Tee", 1050)]) }),
    });
    expect((await createLinks().get(LINK))._unsafeUnwrap()).toMatchObject({
      reference: LINK_ID,
      madeElsewhere: true,
      title: "Tee",
      usage: { used: 0, held: 0, counted: false },
    });
  });

  test.each([
    [{ active: true }, "active"],
    [{ active: false }, "closed"],
    [{ active: false, restrictions: { completed_sessions: { limit: 2, count: 2 } } }, "exhausted"],
    [{ active: false, restrictions: { completed_sessions: { limit: 2, count: 1 } } }, "closed"],
    [{ active: true, restrictions: null }, "active"],
  ])("%o is %s", async (changes, status) => {
    http.reply("GET", READ, { body: link(changes) });
    expect((await createLinks().get(LINK))._unsafeUnwrap().status).toBe(status);
  });

  test("an id without its prefix is never sent", async () => {
    const error = (await createLinks().get("stripe:../refunds"))._unsafeUnwrapErr();
    expect([error.kind, error.outcome]).toEqual(["not_found", "not_sent"]);
  });

  test("a link without lines is not readable", async () => {
    http.reply("GET", READ, { body: link({ line_items: list([]) }) });
    expect((await createLinks().get(LINK))._unsafeUnwrapErr().kind).toBe("malformed_response");
  });

  test("a search passes over other links, and proves absence only if it saw all", async () => {
    http.reply("GET", `${LINKS}?limit=100`, { body: list([link({ id: "plink_1Other", metadata: {} })]) });
    const none = (await createLinks().find({ reference: "INV-1" }))._unsafeUnwrapErr();
    expect([none.kind, none.outcome]).toEqual(["not_found", "refused"]);
    const page = (id: number) => list([link({ id: `plink_${id}`, metadata: {} })], true);
    http.reply("GET", `${LINKS}?limit=100`, { body: page(0) });
    for (let id = 0; id < 19; id += 1) {
      http.reply("GET", `${LINKS}?limit=100&starting_after=plink_${id}`, { body: page(id + 1) });
    }
    expect((await createLinks().find({ reference: "INV-1" }))._unsafeUnwrapErr().kind).toBe("rejected");
  });
});

describe("changes", () => {
  test("entries that are left out of metadata are removed, and ours stay", async () => {
    http.reply("GET", READ, { body: link({ metadata: { tautan_reference: "INV-1", old: "1", kept: "2" } }) });
    http.reply("POST", `${LINKS}/${LINK_ID}`, { body: link({ metadata: { tautan_reference: "INV-1", kept: "3" } }) });
    const updated = (await createLinks().update(LINK, { metadata: { kept: "3" } }))._unsafeUnwrap();
    expect(updated.metadata).toEqual({ kept: "3" });
    expect(pairsIn(1)).toEqual(["expand[0]=line_items", "metadata[kept]=3", "metadata[old]="]);
  });

  test.each([
    [{ limit: 3 }, ["active=true", "expand[0]=line_items", "restrictions[completed_sessions][limit]=3"]],
    [{ limit: "unlimited" }, ["active=true", "expand[0]=line_items", "restrictions="]],
  ] as const)("a used up link with the limit %o is active again", async (usage, pairs) => {
    const usedUp = { completed_sessions: { limit: 2, count: 2 } };
    http.reply("GET", READ, { body: link({ active: false, restrictions: usedUp }) });
    const restrictions = usage.limit === 3 ? { completed_sessions: { limit: 3, count: 2 } } : null;
    http.reply("POST", `${LINKS}/${LINK_ID}`, { body: link({ restrictions }) });
    expect((await createLinks().update(LINK, { usage }))._unsafeUnwrap().status).toBe("active");
    expect(pairsIn(1)).toEqual(pairs);
  });

  test("a closed link stays closed with another limit", async () => {
    http.reply("GET", READ, { body: link({ active: false }) });
    const restrictions = { completed_sessions: { limit: 3, count: 0 } };
    http.reply("POST", `${LINKS}/${LINK_ID}`, { body: link({ active: false, restrictions }) });
    expect((await createLinks().update(LINK, { usage: { limit: 3 } }))._unsafeUnwrap().status).toBe("closed");
    expect(pairsIn(1)).not.toContain("active=true");
  });

  test("a limit below the number of payments is refused, and nothing is changed", async () => {
    http.reply("GET", READ, { body: link({ restrictions: { completed_sessions: { limit: 5, count: 3 } } }) });
    const error = (await createLinks().update(LINK, { usage: { limit: 2 } }))._unsafeUnwrapErr();
    expect([error.kind, error.outcome]).toEqual(["invalid_state", "not_sent"]);
  });

  test("null removes methods, collect and redirect", async () => {
    http.reply("POST", `${LINKS}/${LINK_ID}`, { body: link() });
    await createLinks().update(LINK, { methods: null, collect: null, redirect: null });
    expect(pairsIn(0)).toEqual([
      "after_completion[type]=hosted_confirmation",
      "expand[0]=line_items",
      "name_collection=",
      "payment_method_types=",
      "phone_number_collection[enabled]=false",
    ]);
  });

  test("a close that Stripe accepts and does not show is not one", async () => {
    http.reply("POST", `${LINKS}/${LINK_ID}`, { body: link({ active: true }) });
    http.reply("GET", READ, { body: link({ active: true }) });
    expect((await createLinks().close(LINK))._unsafeUnwrapErr().kind).toBe("reply_mismatch");
  });
});
