import { type CreatePaymentLink, createPaymentLinks, type DriverCapabilities, idr, money } from "@tautan/core";
import { type CreateInput, driverError } from "@tautan/core/driver";
import { expectToHide } from "@tautan/driver-kit/testing";
import { err, ok } from "neverthrow";
import { describe, expect, test } from "vitest";
import { createStub, linkOf, linksWith, NOW } from "./support/stub-driver.ts";

const request: CreatePaymentLink = { reference: "INV-001", amount: idr(190_000) };
const create = async (changes: object, stub = createStub(), options: object = {}) => {
  const result = await linksWith(stub, options).create({ ...request, ...changes } as CreatePaymentLink);
  return { result, stub };
};
const sentBy = async (changes: object, ...rest: [ReturnType<typeof createStub>?, object?]): Promise<CreateInput> => {
  const { result, stub } = await create(changes, ...rest);
  expect(result.isOk(), JSON.stringify(result)).toBe(true);
  return stub.calls[0]?.[1] as CreateInput;
};

describe("what a driver gets", () => {
  test("defaults: one use, 24 hours, a random slug of 128 bits", async () => {
    const input = await sentBy({});
    expect(input).toEqual({
      reference: "INV-001",
      amount: idr(190_000),
      usage: { limit: 1 },
      expiresAt: "2026-01-02T00:00:00.000Z",
      slug: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect((await sentBy({})).slug).not.toBe(input.slug);
  });

  test("24 hours count from the start of a link that starts later", async () => {
    expect(await sentBy({ startsAt: "2026-02-01T00:00:00+07:00" })).toMatchObject({
      startsAt: "2026-01-31T17:00:00.000Z",
      expiresAt: "2026-02-01T17:00:00.000Z",
    });
  });

  test("the facade's own default expiry", async () => {
    expect((await sentBy({}, createStub(), { defaultExpiryMs: 3_600_000 })).expiresAt).toBe("2026-01-01T01:00:00.000Z");
  });

  test("no expiry where the gateway has none, or the caller wants none", async () => {
    expect(await sentBy({}, createStub({}, { expiresAt: { unsupported: "no" } }))).not.toHaveProperty("expiresAt");
    const endless = createStub({}, { expiresAt: { never: true, resolutionMs: 1 } });
    expect(await sentBy({ expiresAt: "never" }, endless)).not.toHaveProperty("expiresAt");
  });

  test("a method without a channel means every channel of its kind", async () => {
    expect((await sentBy({ methods: [{ kind: "virtual_account" }] })).methods).toEqual([
      { kind: "virtual_account", channel: "bca" },
      { kind: "virtual_account", channel: "bri" },
    ]);
  });

  test("methods as a gateway lists them, with the provider's word, which is not passed on", async () => {
    const listed = [{ kind: "virtual_account", channel: "bca", raw: "bca_va" }] as const;
    expect((await sentBy({ methods: listed })).methods).toEqual([{ kind: "virtual_account", channel: "bca" }]);
  });

  test("only its own options, by the driver's name", async () => {
    const options = { providerOptions: { stub: { a: 1 } } };
    expect((await sentBy(options)).providerOptions).toEqual({ a: 1 });
    const two = createStub({}, {}, "other");
    const stub = createStub();
    const links = linksWith(stub, { default: "gw", gateways: { gw: stub.driver, two: two.driver } });
    await links.create({ ...request, providerOptions: { stub: { a: 1 }, other: { b: 2 } }, gateway: "two" });
    expect(two.calls[0]?.[1]).toMatchObject({ providerOptions: { b: 2 } });
  });

  test("options of drivers that are not configured are ignored: the same code runs where they are not", async () => {
    const input = await sentBy({ providerOptions: { stub: { a: 1 }, elsewhere: { b: 2 } } });
    expect(input.providerOptions).toEqual({ a: 1 });
    expect(await sentBy({ providerOptions: { elsewhere: { b: 2 } } })).not.toHaveProperty("providerOptions");
    expect((await create({ providerOptions: 7 })).result._unsafeUnwrapErr().kind).toBe("invalid_request");
  });

  test("amounts in canonical form and dates as instants", async () => {
    const input = await sentBy({
      amount: { amount: "190000.00", currency: "IDR" },
      items: [{ name: "A", quantity: 2, unitPrice: { amount: "0095000", currency: "IDR" } }],
      expiresAt: new Date("2026-01-01T12:00:00+07:00"),
    });
    expect(input.amount).toEqual({ amount: "190000", currency: "IDR" });
    expect(input.items?.[0]?.unitPrice.amount).toBe("95000");
    expect(input.expiresAt).toBe("2026-01-01T05:00:00.000Z");
  });
});

describe("invalid_request: refused before any I/O, with every issue and its path", () => {
  const items = (...prices: number[]) => prices.map((price) => ({ name: "A", quantity: 1, unitPrice: idr(price) }));
  test.each<[string, object, string]>([
    ["items that do not sum", { items: items(100_000, 80_000) }, "items"],
    [
      "items that sum only as floats",
      { amount: money("0.3", "USD"), items: [{ name: "A", quantity: 1, unitPrice: money("0.1", "USD") }] },
      "items",
    ],
    [
      "items of another currency",
      { items: [{ name: "A", quantity: 1, unitPrice: money(190_000, "USD") }] },
      "items[0].unitPrice.currency",
    ],
    ["no item in the list", { items: [] }, "items"],
    ["a quantity of 0", { items: [{ name: "A", quantity: 0, unitPrice: idr(1) }] }, "items[0].quantity"],
    ["half an item", { items: [{ name: "A", quantity: 0.5, unitPrice: idr(1) }] }, "items[0].quantity"],
    ["an item without a name", { items: [{ quantity: 1, unitPrice: idr(190_000) }] }, "items[0].name"],
    ["items with an open amount", { amount: { open: { currency: "IDR" } }, items: items(1) }, "items"],
    ["an amount of 0", { amount: idr(0) }, "amount"],
    ["a negative amount", { amount: idr(-5) }, "amount"],
    ["an amount that is a number", { amount: 190_000 }, "amount"],
    ["an amount whose decimal is a number", { amount: { amount: 190_000, currency: "IDR" } }, "amount"],
    ["an amount with an exponent", { amount: { amount: "19e4", currency: "IDR" } }, "amount"],
    ["a currency in small letters", { amount: { amount: "190000", currency: "idr" } }, "amount"],
    ["no amount", { amount: undefined }, "amount"],
    [
      "an open amount whose bounds cross",
      { amount: { open: { currency: "IDR", min: "5000", max: "4000" } } },
      "amount.open.max",
    ],
    [
      "a preset outside the bounds",
      { amount: { open: { currency: "IDR", min: "5000", preset: "4000" } } },
      "amount.open.preset",
    ],
    ["a bound that is a number", { amount: { open: { currency: "IDR", min: 5000 } } }, "amount.open.min"],
    ["an instant without an offset", { expiresAt: "2026-01-02T00:00:00" }, "expiresAt"],
    ["an expiry in the past", { expiresAt: "2025-12-31T23:59:59Z" }, "expiresAt"],
    ["an expiry right now", { expiresAt: new Date(NOW) }, "expiresAt"],
    [
      "an expiry before the start",
      { startsAt: "2026-01-03T00:00:00Z", expiresAt: "2026-01-02T00:00:00Z" },
      "expiresAt",
    ],
    ["30 February", { expiresAt: "2026-02-30T00:00:00Z" }, "expiresAt"],
    ["no reference", { reference: undefined }, "reference"],
    ["an empty reference", { reference: "" }, "reference"],
    ["a reference of 37 characters", { reference: "x".repeat(37) }, "reference"],
    ["a reference with a slash", { reference: "a/b" }, "reference"],
    ["a reference that starts with a dash", { reference: "-a" }, "reference"],
    ["a usage limit of 0", { usage: { limit: 0 } }, "usage.limit"],
    ["a usage limit of 1.5", { usage: { limit: 1.5 } }, "usage.limit"],
    ["a usage limit that is a text", { usage: { limit: "5" } }, "usage.limit"],
    ["a kind of method that nobody knows", { methods: [{ kind: "barter" }] }, "methods[0].kind"],
    ["a method that is a text", { methods: ["qris"] }, "methods[0]"],
    ["a title of white space", { title: "  " }, "title"],
    ["a title with a line break", { title: "a\nb" }, "title"],
    ["a title that is a number", { title: 7 }, "title"],
    ["half a character in a title", { title: "a\ud800" }, "title"],
    ["an e-mail address without a host", { customer: { email: "sari" } }, "customer.email"],
    ["a telephone number in words", { customer: { phone: "call me" } }, "customer.phone"],
    ["a customer's birthday", { customer: { birthday: "x" } }, "customer.birthday"],
    ["an address that is no web address", { redirect: { url: "javascript:alert(1)" } }, "redirect.url"],
    ["a relative address", { redirect: { url: "/thanks" } }, "redirect.url"],
    ["metadata that is no text", { metadata: { cart: 7 } }, "metadata.cart"],
    ["something optional to collect", { collect: { email: "optional" } }, "collect.email"],
    ["a field that does not exist", { amuont: idr(1) }, "amuont"],
    ["a field that cannot be omitted", { omitIfUnsupported: ["amount"] }, "omitIfUnsupported[0]"],
  ])("%s", async (_name, changes, path) => {
    const { result, stub } = await create(changes);
    const error = result._unsafeUnwrapErr();
    expect(error).toMatchObject({
      kind: "invalid_request",
      outcome: "not_sent",
      retryable: false,
      gateway: "gw",
      operation: "create",
    });
    expect("issues" in error && error.issues.map((issue) => issue.path)).toContain(path);
    expect(error.hint).not.toBe("");
    expect(stub.calls).toEqual([]);
  });

  test("all issues at once", async () => {
    const { result } = await create({ reference: "", amount: 5, title: "", usage: { limit: 0 } });
    const error = result._unsafeUnwrapErr();
    expect("issues" in error && error.issues.map((issue) => issue.path)).toEqual([
      "reference",
      "amount",
      "title",
      "usage.limit",
    ]);
  });

  test.each([[null], [undefined], [7], ["INV-001"], [[]]])("%s instead of a request", async (input) => {
    const result = await linksWith(createStub()).create(input as never);
    expect(result._unsafeUnwrapErr().kind).toBe("invalid_request");
  });

  const withHole = (list: unknown[]): unknown[] => {
    Reflect.deleteProperty(list, "1");
    return list;
  };
  test.each<[string, object, string]>([
    ["a list of nothing", { items: Array.from({ length: 2 }) }, "items[0]"],
    [
      "a list with a hole among its methods",
      { methods: withHole([{ kind: "card" }, 0, { kind: "card" }]) },
      "methods[1]",
    ],
    ["an empty wish to collect", { collect: {} }, "collect"],
    ["metadata in a Map", { metadata: new Map([["a", "b"]]) }, "metadata"],
    ["a name of metadata with a line end", { metadata: { "a\nb": "1" } }, "metadata.a?b (its name)"],
    ["a field whose name is a text", { [`x${"y".repeat(100)}\n`]: 1 }, `x${"y".repeat(39)}…`],
  ])("%s", async (_name, changes, path) => {
    const { result, stub } = await create(changes);
    const error = result._unsafeUnwrapErr();
    expect(error.kind).toBe("invalid_request");
    expect("issues" in error && error.issues.map((issue) => issue.path)).toContain(path);
    expect(stub.calls).toEqual([]);
  });

  test.each([
    [190_000, /idr\(190_000\).*got a number/],
    [{ amount: 190_000, currency: "IDR" }, /decimal string; got an object with a number/],
    [{ amount: "190000", currency: "idr" }, /got an object whose currency is not three capital letters/],
    [{ amount: "190,000", currency: "IDR" }, /got an object whose amount is not a decimal string/],
    [{ amount: "190.000", currency: "IDR" }, /got 190\.000: the point may separate thousands/],
    [{ open: { currency: "IDR", min: "10.000" } }, /the point may separate thousands/],
  ])("an amount of %j: the message says how to write it", async (amount, message) => {
    expect((await create({ amount })).result._unsafeUnwrapErr().message).toMatch(message);
  });

  test("what a customer is called is not in the error", async () => {
    const { result } = await create({
      customer: { name: "Sari\nCANARY", email: "CANARY-nohost", phone: "CANARY" },
      title: "CANARY\n",
    });
    expectToHide(result._unsafeUnwrapErr(), ["CANARY"]);
  });
});

describe("an amount that no method of the link can take", () => {
  const IDR = { decimals: 0, wire: "json_number" } as const;
  const methods: Exclude<DriverCapabilities["methods"], { unsupported: string }> = {
    offered: [
      { kind: "card" },
      { kind: "retail", channel: "indomaret" },
      { kind: "retail", channel: "alfamart" },
      { kind: "virtual_account", channel: "bca" },
    ],
    amountLimits: [
      { kind: "card", currency: "IDR", min: "10000", max: "999999999" },
      { kind: "retail", channel: "indomaret", currency: "IDR", min: "10000", max: "5000000" },
      { kind: "retail", channel: "alfamart", currency: "IDR", max: "2500000" },
    ],
  };
  const limited = () => createStub({}, { currencies: { IDR, USD: { decimals: 2, wire: "decimal_text" } }, methods });
  const of = (...named: readonly string[]) =>
    named.map((each) => methods.offered.find((method) => (method.channel ?? method.kind) === each));
  const open = (bounds: object) => ({ open: { currency: "IDR", ...bounds } });

  test.each<[string, object, string]>([
    ["below the least", { amount: idr(9999), methods: of("indomaret") }, "amount"],
    ["above the most", { amount: idr(5_000_001), methods: of("indomaret", "alfamart") }, "amount"],
    ["between a least and a most", { amount: idr(9999), methods: of("indomaret", "card") }, "amount"],
    [
      "that the payer chooses, all of it too little",
      { amount: open({ max: "9999" }), methods: of("card") },
      "amount.open",
    ],
    [
      "that the payer chooses, all of it too much",
      { amount: open({ min: "5000001" }), methods: of("indomaret") },
      "amount.open",
    ],
    [
      "that is proposed to the payer",
      { amount: open({ preset: "5000" }), methods: of("indomaret") },
      "amount.open.preset",
    ],
    ["of a kind of which no channel takes it", { amount: idr(6_000_000), methods: [{ kind: "retail" }] }, "amount"],
  ])("%s is refused before anything is sent", async (_name, changes, path) => {
    const { result, stub } = await create(changes, limited());
    const error = result._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "invalid_request", outcome: "not_sent", retryable: false });
    expect("issues" in error && error.issues.map((each) => each.path)).toEqual([path]);
    expect(stub.calls).toEqual([]);
  });

  test("the message names each method with its limits", async () => {
    const { result } = await create({ amount: idr(6_000_000), methods: [{ kind: "retail" }] }, limited());
    expect(result._unsafeUnwrapErr().message).toContain(
      "gw: no method of this link accepts 6000000 IDR; " +
        "retail/indomaret accepts from 10000 up to 5000000 IDR, retail/alfamart accepts up to 2500000 IDR",
    );
  });

  test.each<[string, object]>([
    ["at the least", { amount: idr(10_000), methods: of("indomaret") }],
    ["at the most", { amount: idr(5_000_000), methods: of("indomaret") }],
    ["that one of several methods takes", { amount: idr(9999), methods: of("indomaret", "alfamart") }],
    ["that a method without limits takes", { amount: idr(9999), methods: of("indomaret", "bca") }],
    ["where no methods are named and one of all accepts it", { amount: idr(9999) }],
    [
      "that the payer can choose within the limits",
      { amount: open({ min: "1000", max: "10000" }), methods: of("card") },
    ],
    ["without bounds", { amount: open({}), methods: of("indomaret") }],
    ["proposed within the limits", { amount: open({ preset: "10000" }), methods: of("indomaret") }],
    ["of a currency without limits", { amount: money("1", "USD"), methods: of("indomaret") }],
  ])("one %s is sent", async (_name, changes) => {
    expect((await create(changes, limited())).result.isOk()).toBe(true);
  });

  test("where no methods are named, all that are offered count", async () => {
    const offered = methods.offered.slice(0, 3);
    const stub = createStub({}, { currencies: { IDR }, methods: { ...methods, offered } });
    expect((await create({ amount: idr(1_000_000_000) }, stub)).result._unsafeUnwrapErr().kind).toBe("invalid_request");
  });

  test("what one payment costs counts, not what all of them come to", async () => {
    const { result } = await create(
      { amount: idr(5_000_000), methods: of("indomaret"), usage: { limit: 100 } },
      limited(),
    );
    expect(result.isOk()).toBe(true);
  });

  test("a route goes on to a gateway that accepts it", async () => {
    const links = createPaymentLinks({
      default: "first",
      gateways: { first: limited().driver, second: createStub({}, { currencies: { IDR } }).driver },
      route: [{ gateways: ["first", "second"] }],
      clock: { now: () => NOW },
    });
    const made = await links.create({ reference: "INV-001", amount: idr(9999), methods: [{ kind: "card" }] });
    expect(made._unsafeUnwrap().gateway).toBe("second");
  });
});

describe("unsupported: what this gateway cannot honour, with the reason and an alternative", () => {
  test.each<[string, object, string]>([
    ["a currency", { amount: money(5, "EUR") }, "amount.currency"],
    ["an amount below its least", { amount: idr(999) }, "amount"],
    ["an amount above its most", { amount: idr(5_000_001) }, "amount"],
    ["a bound below its least", { amount: { open: { currency: "IDR", min: "500" } } }, "amount.open.min"],
    ["a method it does not offer", { methods: [{ kind: "qris" }] }, "methods[0]"],
    ["a channel it does not offer", { methods: [{ kind: "virtual_account", channel: "bni" }] }, "methods[0]"],
    ["a usage limit beyond its range", { usage: { limit: 101 } }, "usage.limit"],
    ["unlimited use", { usage: { limit: "unlimited" } }, "usage.limit"],
    ["a link without end", { expiresAt: "never" }, "expiresAt"],
    ["collecting a telephone number", { collect: { phone: "required" } }, "collect.phone"],
    ["collecting one of what comes together", { collect: { email: "required" } }, "collect"],
    ["metadata with too many entries", { metadata: { a: "1", b: "2", c: "3" } }, "metadata"],
    ["a slug with capitals", { slug: "Not" }, "slug"],
  ])("%s", async (_name, changes, feature) => {
    const { result, stub } = await create(changes);
    const error = result._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "unsupported", outcome: "not_sent", retryable: false });
    expect("features" in error && error.features.map((each) => each.feature)).toContain(feature);
    expect(error.message).toContain("gw");
    expect(stub.calls).toEqual([]);
  });

  const item = { name: "A", quantity: 1, unitPrice: idr(190_000) };
  test.each<[string, object, string, number]>([
    ["a title", { title: "x".repeat(41) }, "title", 40],
    ["an item's name", { items: [{ ...item, name: "x".repeat(21) }] }, "items[0].name", 20],
    ["an item's id", { items: [{ ...item, id: "x".repeat(11) }] }, "items[0].id", 10],
    ["a customer's name", { customer: { name: "x".repeat(31) } }, "customer.name", 30],
    ["an address of a customer", { customer: { email: `${"x".repeat(44)}@x.test` } }, "customer.email", 50],
    ["a redirect", { redirect: { url: `https://shop.example/${"x".repeat(80)}` } }, "redirect.url", 100],
    ["a value of metadata", { metadata: { note: "x".repeat(11) } }, "metadata.note", 10],
    ["a slug", { slug: "x".repeat(33) }, "slug", 32],
  ])(
    "%s beyond the gateway's limit is no lack: invalid_request, with the limit",
    async (_name, changes, path, limit) => {
      const { result, stub } = await create(changes);
      const error = result._unsafeUnwrapErr();
      expect(error).toMatchObject({ kind: "invalid_request", outcome: "not_sent", issues: [{ path }] });
      expect(error.message).toContain(`gw: it accepts at most ${limit} characters, got ${limit + 1}`);
      expect(stub.calls).toEqual([]);
    },
  );

  test("a text beyond the limit is left out where the caller says so", async () => {
    const { result, stub } = await create({ title: "x".repeat(41), omitIfUnsupported: ["title"] });
    expect(result._unsafeUnwrap().warnings).toMatchObject([{ code: "omitted", field: "title" }]);
    expect(stub.calls[0]?.[1]).not.toHaveProperty("title");
  });

  test.each<[string, object]>([
    ["title", { title: "A" }],
    ["items", { items: [{ name: "A", quantity: 1, unitPrice: idr(190_000) }] }],
    ["startsAt", { startsAt: "2026-01-01T12:00:00Z" }],
    ["expiresAt", { expiresAt: "2026-01-02T12:00:00Z" }],
    ["methods", { methods: [{ kind: "card" }] }],
    ["customer", { customer: { name: "Sari" } }],
    ["collect", { collect: { name: "required", email: "required" } }],
    ["redirect", { redirect: { url: "https://shop.example/" } }],
    ["metadata", { metadata: { a: "1" } }],
    ["slug", { slug: "abc" }],
  ])(
    "%s: refused where the gateway lacks it, left out with a warning where the caller says so",
    async (field, changes) => {
      const lacking = () => createStub({}, { [field]: { unsupported: "it has none", instead: "do without" } });
      const refused = (await create(changes, lacking())).result._unsafeUnwrapErr();
      expect(refused).toMatchObject({ kind: "unsupported", features: [{ feature: field, instead: "do without" }] });
      expect(refused.hint).toContain("do without");
      const { result, stub } = await create({ ...changes, omitIfUnsupported: [field] }, lacking());
      expect(result._unsafeUnwrap().warnings).toMatchObject([{ code: "omitted", field }]);
      expect(stub.calls[0]?.[1]).not.toHaveProperty(field === "expiresAt" ? "nothing" : field);
      // And where the gateway has it, it is honoured all the same.
      const kept = await create({ ...changes, omitIfUnsupported: [field] });
      expect(kept.result._unsafeUnwrap().warnings.filter((each) => each.code === "omitted")).toEqual([]);
      expect(kept.stub.calls[0]?.[1]).toHaveProperty(field);
    },
  );

  test("an item's id where items have none", async () => {
    const stub = createStub({}, { items: { nameMaxLength: 20, idMaxLength: 0 } });
    const items = [{ id: "sku", name: "A", quantity: 1, unitPrice: idr(190_000) }];
    expect((await create({ items }, stub)).result._unsafeUnwrapErr()).toMatchObject({
      kind: "unsupported",
      features: [{ feature: "items[0].id", reason: "gw: its items have no id", instead: "leave it out" }],
    });
  });

  test("usage left out falls back to one use", async () => {
    const { result, stub } = await create({ usage: { limit: 500 }, omitIfUnsupported: ["usage"] });
    expect(result._unsafeUnwrap().usage.limit).toBe(1);
    expect(stub.calls[0]?.[1]).toMatchObject({ usage: { limit: 1 } });
  });

  test("that the provider writes to the customer is a warning", async () => {
    const { result } = await create({ customer: { email: "sari@example.test" } });
    expect(result._unsafeUnwrap().warnings).toMatchObject([
      { code: "provider_contacts_customer", field: "customer.email" },
    ]);
  });

  test("some fields beside a customer only, where the gateway has it so; all of them always", async () => {
    const picky = () =>
      createStub({}, { collect: { fields: ["name", "email"], together: false, partNeedsCustomer: true } });
    const email = { collect: { email: "required" } };
    expect((await create(email, picky())).result._unsafeUnwrapErr()).toMatchObject({
      kind: "unsupported",
      features: [{ feature: "collect", instead: "pass a customer, or ask for all of name, email" }],
    });
    expect((await create({ ...email, customer: { name: "Sari" } }, picky())).result.isOk()).toBe(true);
    expect((await create({ collect: { name: "required", email: "required" } }, picky())).result.isOk()).toBe(true);
  });

  test("a customer with one payment alone, and questions with several, where the gateway has it so", async () => {
    const customer = { nameMaxLength: 9, emailMaxLength: 9, phoneMaxLength: 9, contactedByProvider: false };
    const choosy = () =>
      createStub(
        {},
        {
          customer: { ...customer, required: [], singleUseOnly: true },
          collect: { fields: ["email"], together: false, severalUsesOnly: true },
        },
      );
    const [sari, email] = [{ customer: { name: "Sari" } }, { collect: { email: "required" } }];
    expect((await create(sari, choosy())).result.isOk()).toBe(true);
    expect((await create({ ...email, usage: { limit: 2 } }, choosy())).result.isOk()).toBe(true);
    const refused = (await create({ ...sari, usage: { limit: 2 } }, choosy())).result._unsafeUnwrapErr();
    expect(refused).toMatchObject({ kind: "unsupported", features: [{ feature: "customer" }] });
    expect((await create(email, choosy())).result._unsafeUnwrapErr()).toMatchObject({
      kind: "unsupported",
      features: [{ feature: "collect" }],
    });
    const left = await create({ ...email, omitIfUnsupported: ["collect"] }, choosy());
    expect(left.result._unsafeUnwrap().warnings).toMatchObject([{ code: "omitted", field: "collect" }]);
  });

  test("a customer of whom nothing is known is none", async () => {
    expect(await sentBy({ customer: {} })).not.toHaveProperty("customer");
    expect(await sentBy({ customer: { name: undefined } })).not.toHaveProperty("customer");
  });

  test("customer data that a gateway demands are an issue, not a missing feature", async () => {
    const demanding = createStub(
      {},
      {
        customer: {
          required: ["name", "email"],
          nameMaxLength: 9,
          emailMaxLength: 9,
          phoneMaxLength: 9,
          contactedByProvider: true,
        },
      },
    );
    const { result } = await create({ customer: { name: "Sari" } }, demanding);
    expect(result._unsafeUnwrapErr()).toMatchObject({ kind: "invalid_request", issues: [{ path: "customer.email" }] });
  });
});

describe("amount_unrepresentable", () => {
  test.each<[string, object, string]>([
    ["a fraction of a rupiah", { amount: money("190000.5", "IDR") }, "amount"],
    ["a third decimal of a dollar", { amount: money("1.0005", "USD") }, "amount"],
    [
      "a fraction in an item's price",
      {
        items: [
          { name: "A", quantity: 2, unitPrice: money("95000.5", "IDR") },
          { name: "B", quantity: 1, unitPrice: idr(-1) },
        ],
      },
      "items[0].unitPrice",
    ],
    ["more than a JSON number can hold exactly", { amount: money("9007199254740993", "JPY") }, "amount"],
    ["more than a JSON number can hold at all", { amount: money("9".repeat(30), "JPY") }, "amount"],
    ["a fraction in a bound", { amount: { open: { currency: "IDR", min: "1000.5" } } }, "amount.open.min"],
  ])("%s", async (_name, changes, path) => {
    const { result, stub } = await create(changes);
    expect(result._unsafeUnwrapErr()).toMatchObject({ kind: "amount_unrepresentable", path, outcome: "not_sent" });
    expect(stub.calls).toEqual([]);
  });

  test("text holds what a number cannot", async () => {
    expect((await sentBy({ amount: money("9007199254740993", "USD") })).amount).toEqual(
      money("9007199254740993", "USD"),
    );
    expect((await sentBy({ amount: money("9007199254740991", "JPY") })).amount).toEqual(
      money("9007199254740991", "JPY"),
    );
  });

  test("zeros behind the point are no fraction", async () => {
    expect((await sentBy({ amount: money("190000.00", "IDR") })).amount).toEqual(idr(190_000));
  });
});

describe("a reference that not every gateway takes", () => {
  test.each([
    ["INV/2026/001", 'has "/" as character 4'],
    ["INV 1", 'has " " as character 4'],
    ["faktur-\u{1F4B3}", 'has "\u{1F4B3}" as character 8'],
    ["_a", 'starts with "_"'],
    ["-a", 'starts with "-"'],
    ["x".repeat(37), "has 37 characters"],
  ])("%s: says what is wrong, and which option allows it", async (reference, fault) => {
    const error = (await create({ reference })).result._unsafeUnwrapErr();
    const issue = "issues" in error ? error.issues.find((each) => each.path === "reference") : undefined;
    expect(issue?.message.startsWith(fault)).toBe(true);
    expect(issue?.message).toContain('references: "provider"');
    expect(error.message).toContain(fault);
  });
});

test("an ending that one gateway keeps for itself is no matter of all others", async () => {
  expect((await sentBy({ reference: "INV-1767225600123" })).reference).toBe("INV-1767225600123");
});

describe("references of the provider's own form", () => {
  test("are refused by default, taken by choice, and then only if the gateway accepts them", async () => {
    expect((await create({ reference: "a.b" })).result._unsafeUnwrapErr().kind).toBe("invalid_request");
    expect((await sentBy({ reference: "a.b" }, createStub(), { references: "provider" })).reference).toBe("a.b");
    const { result } = await create({ reference: "a/b" }, createStub(), { references: "provider" });
    expect(result._unsafeUnwrapErr()).toMatchObject({ kind: "unsupported", features: [{ feature: "reference" }] });
  });
});

describe("the reply is compared with the request", () => {
  test.each<[string, Parameters<typeof linkOf>[1], string]>([
    ["another reference", { reference: "INV-002" }, "reference"],
    ["another amount", { amount: idr(190_001) }, "amount"],
    ["another currency", { amount: money(190_000, "USD") }, "amount"],
    ["an open amount", { amount: { open: { currency: "IDR" } } }, "amount"],
    ["another slug", { slug: "theirs" }, "slug"],
    ["more uses", { usage: { limit: 2, used: 0, held: 0 } }, "usage limit"],
    ["uses without end", { usage: { used: 0, held: 0 } }, "usage limit"],
  ])("%s: reply_mismatch, and the outcome is unknown", async (_name, changes, field) => {
    const { result } = await create({}, createStub({ create: async (input) => ok(linkOf(input, changes)) }));
    const error = result._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "reply_mismatch", outcome: "unknown", retryable: false });
    expect(error.message).toContain(field);
  });

  test("an open amount: other bounds are a mismatch, bounds that are not told are none", async () => {
    const open = { currency: "IDR", min: "10000", max: "20000" };
    const answeredWith = async (told: object) =>
      (
        await create(
          { amount: { open } },
          createStub({ create: async (input) => ok(linkOf(input, { amount: { open: told as typeof open } })) }),
        )
      ).result;
    expect((await answeredWith(open)).isOk()).toBe(true);
    expect((await answeredWith({ currency: "IDR" })).isOk()).toBe(true);
    for (const other of [{ ...open, min: "1000" }, { ...open, preset: "15000" }, { currency: "USD" }]) {
      expect((await answeredWith(other))._unsafeUnwrapErr().kind).toBe("reply_mismatch");
    }
  });

  test("another expiry is a warning, unless it is the one asked for as finely as the gateway counts", async () => {
    const answeredWith = async (expiresAt: string, asked: object = { expiresAt: "2026-02-01T00:00:00.900Z" }) => {
      const stub = createStub({ create: async (input) => ok(linkOf(input, { expiresAt: expiresAt as never })) });
      return (await create(asked, stub)).result._unsafeUnwrap().warnings;
    };
    expect(await answeredWith("2026-02-01T00:00:00.000Z")).toEqual([]);
    expect(await answeredWith("2026-01-31T23:59:00.000Z")).toMatchObject([{ code: "adjusted", field: "expiresAt" }]);
    expect(await answeredWith(undefined as never)).toMatchObject([{ code: "adjusted", field: "expiresAt" }]);
    // The facade's own default is a wish like any other.
    expect(await answeredWith("2026-03-01T00:00:00.000Z", {})).toMatchObject([
      { code: "adjusted", field: "expiresAt" },
    ]);
  });

  test("an amount spelled otherwise is the same amount", async () => {
    const { result } = await create({ amount: { amount: "190000.00", currency: "IDR" } });
    expect(result.isOk()).toBe(true);
  });
});

describe("an answer that is lost", () => {
  const lost = async () => err(driverError("network", { message: "the connection broke" }));

  test("looked up and found: the success it was", async () => {
    const stub = createStub({
      create: lost,
      find: async (reference) => ok(linkOf({ reference, amount: idr(190_000), usage: { limit: 1 } })),
    });
    const { result } = await create({}, stub);
    expect(result._unsafeUnwrap()).toMatchObject({ id: "gw:id-INV-001" });
    expect(stub.calls.map(([operation]) => operation)).toEqual(["create", "find"]);
  });

  test("looked up and not found: still unknown, for it may be on its way; the hint says how to find out", async () => {
    const stub = createStub({ create: lost, find: async () => err(driverError("not_found", { message: "no" })) });
    const error = (await create({}, stub)).result._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "network", outcome: "unknown" });
    expect(error.hint).toContain('links.find({ gateway: "gw", reference })');
    // Along a route the repeat could go to the next gateway, which would make a second link.
    expect(error.hint).toContain('create again with gateway: "gw" and the SAME reference');
  });

  test("where the gateway has no look-up, nothing more is asked and the hint says so", async () => {
    const stub = createStub({ create: lost }, { createRecovery: "none" });
    const error = (await create({}, stub)).result._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "network", outcome: "unknown" });
    expect(error.hint).toContain("dashboard");
    expect(stub.calls.map(([operation]) => operation)).toEqual(["create"]);
  });

  describe("a link that was found is the lost one only where that is certain", () => {
    const input = { reference: "INV-001", amount: idr(190_000), usage: { limit: 1 } } as const;
    const found = (changes: object, recovery: "lookup" | "scan" = "scan") =>
      createStub(
        { create: lost, find: async () => ok(linkOf(input, { createdAt: "2026-01-01T00:00:00.000Z", ...changes })) },
        { createRecovery: recovery, slug: { unsupported: "no" } },
      );

    /** The same where a reference may stand twice, and the look before creating does not see it. */
    const foundAfterwards = (changes: object) => {
      const notYet = err(driverError("not_found", { message: "none among the newest" }));
      const stub = found(changes, "scan");
      Object.assign(stub.driver.handlers, { findRecent: async () => notYet });
      return stub;
    };

    /** A gateway whose create fails, and whose look-up then shows the slug that was sent. */
    const foundUnderOurSlug = (
      changes: object,
      answer: unknown = err(driverError("timeout", { message: "no answer" })),
    ) => {
      let slug: string | undefined;
      const stub = createStub({
        create: async (sent) => {
          ({ slug } = sent);
          return answer as never;
        },
        find: async () => ok(linkOf({ ...input, ...(slug !== undefined && { slug }) }, changes)),
      });
      return { stub };
    };

    test("as good as new: the success it was", async () => {
      expect((await create({}, found({}))).result.isOk()).toBe(true);
      expect((await create({}, found({ createdAt: undefined }))).result.isOk()).toBe(true);
    });

    test.each<[string, object, string]>([
      ["it is older than the request", { createdAt: "2025-12-31T23:50:00.000Z" }, "active"],
      ["it was paid already", { usage: { limit: 1, used: 1, held: 0 } }, "exhausted"],
      ["it is closed", { state: "closed" }, "closed"],
    ])("%s: the link of the same request all the same, as it now is", async (_name, changes, status) => {
      const { result } = await create({}, found(changes, "lookup"));
      expect(result._unsafeUnwrap()).toMatchObject({ id: "gw:id-INV-001", status });
    });

    test("where a reference may stand twice, an older link leaves open whether the lost request made a second", async () => {
      const older = { createdAt: "2025-12-31T23:50:00.000Z" } as const;
      expect((await create({}, foundAfterwards(older))).result._unsafeUnwrapErr()).toMatchObject({
        kind: "network",
        outcome: "unknown",
      });
    });

    test.each<[string, object]>([
      ["it costs something else", { amount: idr(5000) }],
      ["it can be paid more often", { usage: { limit: 9, used: 0, held: 0 } }],
    ])("%s: duplicate_reference, with the link that has it", async (_name, changes) => {
      const { result } = await create({}, found(changes, "lookup"));
      const error = result._unsafeUnwrapErr();
      expect(error).toMatchObject({ kind: "duplicate_reference", outcome: "refused" });
      expect(error.hint).toContain("error.existing");
      expect("existing" in error && error.existing).toMatchObject({ reference: "INV-001" });
      // Where a reference may stand twice, the lost request may have made a second link.
      expect((await create({}, foundAfterwards(changes))).result._unsafeUnwrapErr()).toMatchObject({
        kind: "duplicate_reference",
        outcome: "unknown",
      });
    });

    test("a look-up that gives a link of another reference tells nothing", async () => {
      const taken = async () => err(driverError("duplicate_reference", { message: "taken" }));
      const stub = createStub({ create: taken, find: async () => ok(linkOf({ ...input, reference: "INV-002" })) });
      const error = (await create({}, stub)).result._unsafeUnwrapErr();
      expect(error.kind).toBe("duplicate_reference");
      expect("existing" in error).toBe(false);
    });

    test("our own random slug with another amount is a mismatch, not somebody else's link", async () => {
      const { stub } = foundUnderOurSlug({ amount: idr(1) });
      expect((await create({}, stub)).result._unsafeUnwrapErr()).toMatchObject({
        kind: "reply_mismatch",
        outcome: "unknown",
      });
    });

    test("our own random slug behind a taken reference is our link", async () => {
      const taken = err(driverError("duplicate_reference", { message: "taken" }));
      const { stub } = foundUnderOurSlug({}, taken);
      expect((await create({}, stub)).result.isOk()).toBe(true);
    });

    test("a slug of the caller's own proves nothing: an older link can have it, of the same request or another", async () => {
      const old = { createdAt: "2025-01-01T00:00:00.000Z", usage: { limit: 1, used: 1, held: 0 } } as const;
      const { stub } = foundUnderOurSlug(old);
      expect((await create({ slug: "inv-1" }, stub)).result._unsafeUnwrap()).toMatchObject({ status: "exhausted" });
      const another = foundUnderOurSlug({ ...old, amount: idr(1) }).stub;
      expect((await create({ slug: "inv-1" }, another)).result._unsafeUnwrapErr().kind).toBe("duplicate_reference");
    });

    test("a random slug proves it, whatever happened to the link since", async () => {
      const { stub } = foundUnderOurSlug({ usage: { limit: 1, used: 1, held: 0 } });
      expect((await create({}, stub)).result._unsafeUnwrap()).toMatchObject({ status: "exhausted" });
    });
  });

  test.each(["none", "replay", "lookup", "scan"] as const)(
    "a taken reference names the link that has it, wherever there is a look-up (%s)",
    async (createRecovery) => {
      const stub = createStub(
        {
          create: async () => err(driverError("duplicate_reference", { message: "taken" })),
          find: async (reference) => ok(linkOf({ reference, amount: idr(5000), usage: { limit: 1 } })),
        },
        { createRecovery },
      );
      const error = (await create({}, stub)).result._unsafeUnwrapErr();
      expect(error).toMatchObject({ kind: "duplicate_reference", outcome: "refused" });
      expect("existing" in error && error.existing?.amount).toEqual(idr(5000));
    },
  );

  describe("where a repeat of the identical request gives the first result again", () => {
    const replaying = (...answers: readonly (() => Promise<unknown>)[]) => {
      let asked = 0;
      const create = async (input: CreateInput) => {
        const next = answers[asked];
        asked += 1;
        return next ? next() : ok(linkOf(input));
      };
      return createStub({ create: create as never, find: lost }, { createRecovery: "replay" });
    };

    test("it is sent once more, the same to the last field, and gives the success it was", async () => {
      const stub = replaying(lost);
      expect((await create({}, stub)).result._unsafeUnwrap().id).toBe("gw:id-INV-001");
      expect(stub.calls.map(([operation]) => operation)).toEqual(["create", "create"]);
      expect(stub.calls[1]?.[1]).toBe(stub.calls[0]?.[1]);
    });

    test.each<[string, () => Promise<unknown>]>([
      ["lost too", lost],
      ["refused, which says nothing about the first", async () => err(driverError("rejected", { message: "no" }))],
    ])("a repeat that is %s: unknown, and there is no third", async (_name, second) => {
      const stub = replaying(lost, second);
      const error = (await create({}, stub)).result._unsafeUnwrapErr();
      expect(error).toMatchObject({ kind: "network", outcome: "unknown" });
      expect(error.hint).toContain("dashboard");
      expect(stub.calls).toHaveLength(2);
    });

    test.each([
      ["another reference", "INV-002", "reply_mismatch"],
      ["another amount", "INV-001", "duplicate_reference"],
    ])("a repeat that gives a link of %s is no success", async (_name, reference, kind) => {
      const other = async () => ok(linkOf({ reference, amount: idr(1), usage: { limit: 1 } }));
      expect((await create({}, replaying(lost, other))).result._unsafeUnwrapErr()).toMatchObject({
        kind,
        outcome: "unknown",
      });
    });

    test.each([
      ["was refused", driverError("rejected", { message: "no" })],
      ["was not sent", driverError("network", { message: "no", outcome: "not_sent" })],
      ["has a taken reference", driverError("duplicate_reference", { message: "no" })],
    ])("what %s is not repeated", async (_name, error) => {
      const stub = replaying(async () => err(error));
      expect((await create({}, stub)).result._unsafeUnwrapErr().kind).toBe(error.kind);
      expect(stub.calls.filter(([operation]) => operation === "create")).toHaveLength(1);
    });
  });

  test("a gateway that cannot find the place to create: the hint names the address", async () => {
    const stub = createStub({ create: async () => err(driverError("not_found", { message: "HTTP 404" })) });
    expect((await create({}, stub)).result._unsafeUnwrapErr().hint).toContain("baseUrl");
  });

  test("a request that was not sent is not looked up", async () => {
    const stub = createStub({
      create: async () => err(driverError("network", { message: "refused", outcome: "not_sent" })),
      find: lost,
    });
    expect((await create({}, stub)).result._unsafeUnwrapErr().outcome).toBe("not_sent");
    expect(stub.calls).toHaveLength(1);
  });

  test("a request that was refused is not looked up", async () => {
    const stub = createStub({ create: async () => err(driverError("unauthenticated", { message: "no" })), find: lost });
    expect((await create({}, stub)).result._unsafeUnwrapErr().kind).toBe("unauthenticated");
    expect(stub.calls).toHaveLength(1);
  });
});
