import { idr, money } from "@tautan/core";
import type { CreateInput } from "@tautan/core/driver";
import { mockHttp } from "@tautan/driver-kit/testing/mock-http";
import { createXfersDriver, type XfersProviderOptions } from "@tautan/driver-xfers";
import * as fc from "fast-check";
import { err } from "neverthrow";
import { describe, expect, test } from "vitest";
import {
  API,
  CUSTOMER,
  createLinks,
  fixture,
  fixtureText,
  ID,
  LINK_PATH,
  linkBody,
  NOW,
  OPTIONS,
  REQUEST,
} from "./support.ts";

const http = mockHttp(API);
const links = createLinks();

/** Creates a link and gives the attributes that were sent. */
const attributesOf = async (changes: object): Promise<Record<string, unknown>> => {
  const before = http.sent.length;
  http.reply("POST", "/payment_links", { status: 201, body: linkBody() });
  await links.create({ ...REQUEST, ...changes });
  const body = JSON.parse(http.sent[before]?.body ?? "") as { data: { attributes: Record<string, unknown> } };
  expect(Object.keys(body)).toEqual(["data"]);
  expect(Object.keys(body.data)).toEqual(["attributes"]);
  return body.data.attributes;
};

describe("create: the exact request", () => {
  test("path, headers and every byte of the body are those of the documented sample", async () => {
    http.reply("POST", "/payment_links", { body: fixture("create-reply") });
    const link = await links.create({
      reference: "Payment_link_reference_id",
      title: "Order Number 0001",
      amount: idr(10_000),
      expiresAt: "2021-12-06T16:00:00+07:00",
      customer: { name: "John Doe", email: "john.doe@example.test", phone: "+6280000000000" },
      providerOptions: { xfers: { displayName: "Nama Tampilan" } },
    });
    expect(link.isOk()).toBe(true);
    expect(http.sent).toHaveLength(1);
    const [request] = http.sent;
    expect(request).toMatchObject({ method: "POST", path: "/api/v4/payment_links" });
    expect(request?.headers.get("accept")).toBe("application/vnd.api+json");
    expect(request?.headers.get("content-type")).toBe("application/vnd.api+json");
    // Base64 of test_key:secret_abc.
    expect(request?.headers.get("authorization")).toBe("Basic dGVzdF9rZXk6c2VjcmV0X2FiYw==");
    expect(request?.headers.get("idempotency-key")).toBeNull();
    expect(request?.body).toBe(
      '{"data":{"attributes":{"amount":10000,"referenceId":"Payment_link_reference_id","description":"Order Number 0001",' +
        '"customerName":"John Doe","expiredAt":"2021-12-06T16:00:00+07:00","customerEmail":"john.doe@example.test",' +
        '"customerPhoneNumber":"080000000000","paymentMethodOptions":{"displayName":"Nama Tampilan"}}}}',
    );
    expect(request?.body).toBe(JSON.stringify(JSON.parse(fixtureText("create-request"))));
  });

  test("what is left out is not sent, but for the expiry: 24 hours, as the link then says", async () => {
    expect(await attributesOf({})).toEqual({
      amount: 10000,
      referenceId: "ORDER-1",
      customerName: "Sari Dewi",
      expiredAt: "2021-12-06T22:05:26+07:00",
      customerEmail: "sari@example.test",
      customerPhoneNumber: "081100000001",
    });
  });

  test("production has another host", async () => {
    const requested: string[] = [];
    const driver = createXfersDriver({
      ...OPTIONS,
      environment: "production",
      apiKey: "live_key",
      transport: {
        send: (request) => {
          requested.push(request.url);
          return Promise.reject(new Error("enough seen"));
        },
      },
    });
    await expect(
      Promise.resolve(driver.handlers.get(ID, { clock: { now: () => NOW }, signal: AbortSignal.timeout(1000) })),
    ).rejects.toThrow("enough seen");
    expect(requested).toEqual([`https://id.xfers.com/api/v4${LINK_PATH}`]);
  });

  test.each([
    ["2021-12-06T09:00:00Z", "2021-12-06T16:00:00+07:00"],
    ["2021-12-31T17:00:00.000Z", "2022-01-01T00:00:00+07:00"],
    ["2022-02-28T23:59:59.999-05:00", "2022-03-01T11:59:59+07:00"],
    ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59+07:00"],
  ])("an end at %s is sent as %s", async (expiresAt, expiredAt) => {
    expect(await attributesOf({ expiresAt })).toMatchObject({ expiredAt });
  });

  test.each([
    ["+628110000001", "08110000001"],
    ["+62 811-0000-001", "08110000001"],
    ["+62 (0)811 0000 001", "08110000001"],
    ["628110000001", "08110000001"],
    ["00628110000001", "08110000001"],
    ["08110000001", "08110000001"],
    ["0811-0000-001", "08110000001"],
    ["021 5000001", "0215000001"],
    ["+6581234567", "+6581234567"],
    // Too short for a country code before it.
    ["62811", "62811"],
  ])("the telephone number %s is sent as %s", async (phone, customerPhoneNumber) => {
    expect(await attributesOf({ customer: { ...CUSTOMER, phone } })).toMatchObject({ customerPhoneNumber });
  });

  test.each([
    [
      "Order 7: 100% of #1 (paid) [A]{B} ~`!@$^&*_-+=|;:',.?/",
      "Order 7: 100% of #1 (paid) [A]{B} ~`!@$^&*_-+=|;:',.?/",
    ],
    ['Tom "Tiger" & Jerry', "Tom 'Tiger' & Jerry"],
    ["“Concert” – day ‘1’", "'Concert' - day '1'"],
    ["<b>bold</b> \\o/", "(b)bold(/b) /o/"],
    ["Café crème, Ōsaka", "Cafe creme, Osaka"],
    ["e\u0301t\u00e9", "ete"],
    ["5 m² … ½", "5 m2 ... ?"],
    ["演唱会 ✓", "??? ?"],
    ["no\u00a0break", "no break"],
    ["soft\u00adhyphen, ❤️", "softhyphen, ?"],
  ])("the title $0 is sent as $1", async (title, description) => {
    expect(await attributesOf({ title })).toMatchObject({ description });
  });

  test("a title of which nothing is left is not sent", async () => {
    expect(await attributesOf({ title: "\u0301" })).not.toHaveProperty("description");
  });

  test("whatever the title, only characters that Xfers takes are sent", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", minLength: 1, maxLength: 60 }), async (title) => {
        fc.pre(title.trim() !== "" && title.isWellFormed() && !/\p{Cc}/u.test(title));
        expect((await attributesOf({ title }))["description"] ?? "").toMatch(/^[ -~]*$/);
        expect((await attributesOf({ title }))["description"] ?? "").not.toMatch(/["<>\\]/);
      }),
      { numRuns: 50 },
    );
  });

  test("the same input gives the same bytes, whenever it is sent", async () => {
    const bodies: (string | undefined)[] = [];
    const { handlers } = createXfersDriver({
      ...OPTIONS,
      transport: {
        send: async ({ body }) => {
          bodies.push(body);
          return err({ reason: "broken", sent: true });
        },
      },
    });
    const input: CreateInput<XfersProviderOptions> = {
      reference: "ORDER-1",
      title: "Concert – day 1",
      amount: idr(10_000),
      usage: { limit: 1 },
      expiresAt: "2021-12-06T09:00:00.750Z",
      customer: CUSTOMER,
      providerOptions: { displayName: "Nama Tampilan" },
    };
    for (const nowMs of [NOW, NOW + 1, NOW + 61_001]) {
      await handlers.create(input, { clock: { now: () => nowMs }, signal: AbortSignal.timeout(1000) });
    }
    expect(bodies[0]).toContain('"referenceId":"ORDER-1"');
    expect(bodies).toEqual(Array(3).fill(bodies[0]));
  });

  test("the largest amount that a JSON number holds exactly", async () => {
    http.reply("POST", "/payment_links", { body: linkBody({ amount: "9007199254740991.0" }) });
    const link = await links.create({ ...REQUEST, amount: idr("9007199254740991") });
    expect(http.sent[0]?.body).toContain('"amount":9007199254740991,');
    expect(link._unsafeUnwrap().amount).toEqual({ amount: "9007199254740991", currency: "IDR" });
  });
});

describe("create: refused before anything is sent", () => {
  test.each<[string, object, string, string]>([
    ["no customer", { customer: undefined }, "invalid_request", "customer.name"],
    ["a customer without a name", { customer: { ...CUSTOMER, name: undefined } }, "invalid_request", "customer.name"],
    [
      "a customer without an address",
      { customer: { ...CUSTOMER, email: undefined } },
      "invalid_request",
      "customer.email",
    ],
    [
      "a customer without a number",
      { customer: { ...CUSTOMER, phone: undefined } },
      "invalid_request",
      "customer.phone",
    ],
    ["items", { items: [{ name: "Ticket", quantity: 1, unitPrice: idr(10_000) }] }, "unsupported", "items"],
    ["an open amount", { amount: { open: { currency: "IDR" } } }, "unsupported", "amount.open"],
    ["a start", { startsAt: "2021-12-06T00:00:00Z" }, "unsupported", "startsAt"],
    ["a choice of methods", { methods: [{ kind: "qris" }] }, "unsupported", "methods"],
    ["fields to ask for", { collect: { email: "required" } }, "unsupported", "collect"],
    ["a redirect", { redirect: { url: "https://shop.example/thanks" } }, "unsupported", "redirect"],
    ["metadata", { metadata: { till: "7" } }, "unsupported", "metadata"],
    ["a slug", { slug: "concert" }, "unsupported", "slug"],
    ["two uses", { usage: { limit: 2 } }, "unsupported", "usage.limit"],
    ["unlimited use", { usage: { limit: "unlimited" } }, "unsupported", "usage.limit"],
    ["a link without end", { expiresAt: "never" }, "unsupported", "expiresAt"],
    ["an end in the past", { expiresAt: "2021-12-05T15:05:25Z" }, "invalid_request", "expiresAt"],
    ["another currency", { amount: money("10", "SGD") }, "unsupported", "amount.currency"],
    ["a fraction of a rupiah", { amount: money("10000.5", "IDR") }, "amount_unrepresentable", "amount"],
    ["an amount past 2^53", { amount: idr("9007199254740992") }, "amount_unrepresentable", "cannot express"],
    ["an amount of 30 digits", { amount: idr("1".repeat(30)) }, "amount_unrepresentable", "cannot express"],
    ["a double quote in the reference", { reference: 'ORDER"1' }, "unsupported", "reference"],
    ["an angle bracket in the reference", { reference: "ORDER<1" }, "unsupported", "reference"],
    ["a backslash in the reference", { reference: "ORDER\\1" }, "unsupported", "reference"],
    ["an accent in the reference", { reference: "COMMANDE-É" }, "unsupported", "reference"],
    ["a reference of 256 characters", { reference: "x".repeat(256) }, "invalid_request", "reference"],
    [
      "an option it does not have",
      { providerOptions: { xfers: { displayname: "x" } } },
      "invalid_request",
      "providerOptions.xfers.displayname",
    ],
    [
      "an option of another type",
      { providerOptions: { xfers: { displayName: 7 } } },
      "invalid_request",
      "providerOptions.xfers.displayName",
    ],
    [
      "an empty display name",
      { providerOptions: { xfers: { displayName: " " } } },
      "invalid_request",
      "providerOptions.xfers.displayName",
    ],
    [
      "a display name of 256 characters",
      { providerOptions: { xfers: { displayName: "x".repeat(256) } } },
      "invalid_request",
      "providerOptions.xfers.displayName",
    ],
    [
      "a display name with a line end",
      { providerOptions: { xfers: { displayName: "Toko\nSari" } } },
      "invalid_request",
      "providerOptions.xfers.displayName",
    ],
    [
      "a display name with half a surrogate",
      { providerOptions: { xfers: { displayName: "\ud83d" } } },
      "invalid_request",
      "providerOptions.xfers.displayName",
    ],
    ["options that are a text", { providerOptions: { xfers: "x" } }, "invalid_request", "providerOptions.xfers"],
    ["options that are a list", { providerOptions: { xfers: [] } }, "invalid_request", "providerOptions.xfers"],
    ["options that are null", { providerOptions: { xfers: null } }, "invalid_request", "providerOptions.xfers"],
  ])("%s", async (_name, changes, kind, path) => {
    const error = (await links.create({ ...REQUEST, ...changes }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind, outcome: "not_sent" });
    expect(JSON.stringify(error)).toContain(path);
    expect(http.sent).toEqual([]);
  });

  test("every sign of ASCII punctuation but four is taken in a reference", async () => {
    const reference = " !#$%&'()*+,-./0123456789:;=?@AZ[]^_`az{|}~";
    expect(await attributesOf({ reference })).toMatchObject({ referenceId: reference });
  });

  test("an option that is undefined, and options of another driver, are as good as absent", async () => {
    expect(await attributesOf({ providerOptions: { xfers: { displayName: undefined } } })).not.toHaveProperty(
      "paymentMethodOptions",
    );
  });
});

describe("read and stop: the exact requests", () => {
  test("get sends GET with the id, percent-encoded", async () => {
    http.reply("GET", "/payment_links/paymentlink%2Fx%3Fy", { body: linkBody({}, "paymentlink/x?y") });
    const link = (await links.get("xfers:paymentlink%2Fx%3Fy"))._unsafeUnwrap();
    expect(link).toMatchObject({ id: "xfers:paymentlink%2Fx%3Fy", providerId: "paymentlink/x?y" });
    expect(http.sent[0]).toMatchObject({ method: "GET", body: "" });
    expect(http.sent[0]?.headers.get("authorization")).toMatch(/^Basic /);
  });

  test("close sends the task cancel, then reads the link", async () => {
    http.reply("POST", `${LINK_PATH}/tasks`, {
      body: { data: { type: "tasks", attributes: { targetId: ID, targetType: "payment_link", action: "cancel" } } },
    });
    http.reply("GET", LINK_PATH, { body: linkBody({ status: "cancelled" }) });
    const closed = (await links.close(`xfers:${ID}`))._unsafeUnwrap();
    expect(closed).toEqual({ id: `xfers:${ID}`, gateway: "xfers", status: "closed" });
    expect(http.sent.map(({ method, path, body }) => ({ method, path, body }))).toEqual([
      { method: "POST", path: `/api/v4${LINK_PATH}/tasks`, body: '{"data":{"attributes":{"action":"cancel"}}}' },
      { method: "GET", path: `/api/v4${LINK_PATH}`, body: "" },
    ]);
    expect(http.sent[0]?.headers.get("content-type")).toBe("application/vnd.api+json");
    expect(http.sent[0]?.headers.get("authorization")).toBe("Basic dGVzdF9rZXk6c2VjcmV0X2FiYw==");
  });

  test.each([
    ["find", () => links.find({ reference: "ORDER-1" }), /keep the id/],
    ["list", () => links.list(), /keep the ids/],
    ["update", () => links.update(`xfers:${ID}`, { title: "x" }), /create another/],
    ["reopen", () => links.reopen(`xfers:${ID}`), /create another/],
    ["delete", () => links.delete(`xfers:${ID}`), /close it/],
    ["listPaymentMethods", () => links.listPaymentMethods(), /dashboard/],
  ] as const)("%s is unsupported with an alternative and without a request", async (operation, run, hint) => {
    const error = (await run())._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "unsupported", outcome: "not_sent", operation });
    expect(error.hint).toMatch(hint);
    expect(links.gateway("xfers")).not.toHaveProperty(operation);
    expect(http.sent).toEqual([]);
  });
});
