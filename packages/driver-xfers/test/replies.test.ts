import { type PaymentLink, parsePaymentLink } from "@tautan/core";
import type { Transport } from "@tautan/driver-kit";
import { ERROR_BODIES, expectEach, expectToHide, UNREADABLE_REPLIES } from "@tautan/driver-kit/testing";
import { type MockReply, mockHttp } from "@tautan/driver-kit/testing/mock-http";
import { createXfersDriver } from "@tautan/driver-xfers";
import { err, ok } from "neverthrow";
import { beforeEach, describe, expect, test } from "vitest";
import {
  API,
  CUSTOMER,
  createLinks,
  errorBody,
  fixture,
  ID,
  LINK_PATH,
  linkBody,
  OPTIONS,
  REQUEST,
  SIGNING_SECRET,
} from "./support.ts";

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
const HISTORY = `xfers:${ID}%231` as const;
const create = (changes: object = {}) => links.create({ ...REQUEST, ...changes });
const get = () => links.get(`xfers:${ID}`);
const lost = () => Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
/** Answers the create and its one repeat alike. */
const replyTwice = (reply: MockReply) => {
  for (const _ of [1, 2]) http.reply("POST", "/payment_links", reply);
};
const expectTwoIdenticalCreates = () => {
  expect(http.sent.map(({ method, path }) => `${method} ${path}`)).toEqual(Array(2).fill("POST /api/v4/payment_links"));
  expect(http.sent[1]?.body).toBe(http.sent[0]?.body);
};
const SAMPLE_ID = "paymentlink_fd65953f01a9de1364fe899d2722f255";

describe("create: the reply", () => {
  test.each([[200], [201], [202]])("HTTP %d with the documented body becomes an active link", async (status) => {
    http.reply("POST", "/payment_links", { status, body: fixture("create-reply") });
    const link = (
      await links.create({
        reference: "Payment_link_reference_id",
        title: "Order Number 0001",
        amount: { amount: "10000", currency: "IDR" },
        expiresAt: "2021-12-06T16:00:00+07:00",
        customer: { name: "John Doe", email: "john.doe@example.test", phone: "080000000000" },
      })
    )._unsafeUnwrap();
    expect(link).toEqual({
      id: `xfers:${SAMPLE_ID}`,
      gateway: "xfers",
      providerId: SAMPLE_ID,
      reference: "Payment_link_reference_id",
      url: `https://id-payment-link.xfers.com/${SAMPLE_ID}`,
      status: "active",
      acceptsPayments: true,
      title: "Order Number 0001",
      amount: { amount: "10000", currency: "IDR" },
      usage: { limit: 1, used: 0, held: 0 },
      expiresAt: "2021-12-06T09:00:00.000Z",
      createdAt: "2021-12-05T15:05:26.000Z",
      customer: { name: "John Doe", email: "john.doe@example.test", phone: "080000000000" },
      // Xfers mails every customer by itself.
      warnings: [
        {
          code: "provider_contacts_customer",
          field: "customer.email",
          message: "xfers contacts the customer automatically",
        },
      ],
    });
    expect(link.raw).toEqual(fixture("create-reply"));
    expect(parsePaymentLink(JSON.parse(JSON.stringify(link)))._unsafeUnwrap()).toEqual(link);
  });

  const adjustedFields = (link: PaymentLink) =>
    link.warnings.filter((each) => each.code === "adjusted").map((each) => each.field);

  test("a title in other characters than Xfers takes is the one shown, with a warning", async () => {
    http.reply("POST", "/payment_links", { body: linkBody({ description: "Cafe 'Sari'" }) });
    const link = (await create({ title: 'Café "Sari"', expiresAt: "2021-12-06T09:00:00Z" }))._unsafeUnwrap();
    expect(link.title).toBe("Cafe 'Sari'");
    expect(adjustedFields(link)).toEqual(["title"]);
  });

  test.each([
    ["nothing", undefined, undefined],
    ["null", null, null],
    ["something else than a text", 7, []],
  ])(
    "where the reply has %s for them, title, expiry and customer are those that were sent",
    async (_name, description, expiredAt) => {
      const customer = { customerName: expiredAt, customerEmail: expiredAt, customerPhoneNumber: expiredAt };
      http.reply("POST", "/payment_links", { body: linkBody({ description, expiredAt, ...customer }) });
      const link = (await create({ title: "Café", expiresAt: "2021-12-06T09:00:00.999Z" }))._unsafeUnwrap();
      expect(link).toMatchObject({ title: "Cafe", expiresAt: "2021-12-06T09:00:00.000Z", customer: CUSTOMER });
      expect(adjustedFields(link)).toEqual(["title"]);
    },
  );

  test("a title and an end that Xfers changed by itself are told, and a warning says so", async () => {
    http.reply("POST", "/payment_links", {
      body: linkBody({ description: "Order", expiredAt: "2021-12-06 15:59:59 +0700" }),
    });
    const link = (await create({ title: "Order Number 0001", expiresAt: "2021-12-06T09:00:00Z" }))._unsafeUnwrap();
    expect(link).toMatchObject({ title: "Order", expiresAt: "2021-12-06T08:59:59.000Z" });
    expect(adjustedFields(link)).toEqual(["expiresAt", "title"]);
  });

  test.each([
    ["exactly three days", "2021-12-08T15:05:26Z", []],
    ["a second more", "2021-12-08T15:05:27Z", ["expiresAt"]],
    ["a year", "2022-12-05T15:05:26Z", ["expiresAt"]],
  ])("an end after %s, where the API before this one took three days at most", async (_name, expiresAt, fields) => {
    http.reply("POST", "/payment_links", { body: linkBody({ expiredAt: expiresAt }) });
    const { warnings } = (await create({ title: "Order Number 0001", expiresAt }))._unsafeUnwrap();
    const doubtful = warnings.filter((each) => each.code === "doubtful");
    expect(doubtful.map((each) => each.field)).toEqual(fields);
    for (const { message } of doubtful) expect(message).toContain("three days at most");
  });

  test("no warning where all was honoured to the second", async () => {
    http.reply("POST", "/payment_links", { body: linkBody() });
    const link = await create({ title: "Order Number 0001", expiresAt: "2021-12-06T16:00:00.5+07:00" });
    expect(adjustedFields(link._unsafeUnwrap())).toEqual([]);
  });

  test.each([
    ["paid", "exhausted", 1],
    ["completed", "exhausted", 1],
    ["cancelled", "closed", 0],
    ["expired", "expired", 0],
    ["draft", "draft", 0],
    ["teleported", "unknown", 0],
  ])("a link that reads %s by the time the answer comes is %s", async (word, status, used) => {
    http.reply("POST", "/payment_links", { body: linkBody({ status: word }) });
    expect((await create())._unsafeUnwrap()).toMatchObject({
      status,
      acceptsPayments: false,
      usage: { limit: 1, used },
    });
  });

  // Xfers answers a repeated referenceId with the first link, so another amount means another request.
  test.each([
    ["another amount", { amount: "10001.0" }],
    ["an amount ten times as large", { amount: "100000.0" }],
  ])("%s is duplicate_reference with the link that has it, never a success", async (_name, changes) => {
    http.reply("POST", "/payment_links", { body: linkBody(changes) });
    const error = (await create())._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "duplicate_reference", outcome: "unknown", existing: { id: `xfers:${ID}` } });
    expect(error.hint).toContain("differs in amount");
  });

  test("an earlier link under the reference is read: its present state, and refused where the request is another", async () => {
    const earlier = { createdAt: "2021-12-04 22:05:26 +0700", description: "Order Number 0001" };
    const createAgain = async (changes: object) => {
      http.reply("POST", "/payment_links", { body: linkBody(earlier) });
      http.reply("GET", LINK_PATH, { body: linkBody({ ...earlier, status: "paid" }) });
      return create(changes);
    };
    expect((await createAgain({ title: "Order Number 0001" }))._unsafeUnwrap()).toMatchObject({
      id: `xfers:${ID}`,
      status: "exhausted",
      acceptsPayments: false,
    });
    const error = (await createAgain({ title: "Order Number 0002" }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "duplicate_reference", outcome: "refused", existing: { status: "exhausted" } });
    expect(error.hint).toContain("differs in title");
  });

  test.each([
    [400, "referenceId has already been taken"],
    [409, "Duplicate reference_id"],
    [422, "reference id must be unique"],
  ])("%d, %s: duplicate_reference, of which nothing can be looked at", async (status, detail) => {
    http.reply("POST", "/payment_links", { status, body: { errors: [{ code: "005", title: "Invalid", detail }] } });
    const error = (await create())._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "duplicate_reference", outcome: "unknown" });
    expect("existing" in error).toBe(false);
  });

  test.each([["another reference", { referenceId: "ORDER-2" }, "reference"]])(
    "%s is reply_mismatch, never a success",
    async (_name, changes, field) => {
      http.reply("POST", "/payment_links", { body: linkBody(changes) });
      const error = (await create())._unsafeUnwrapErr();
      expect(error).toMatchObject({ kind: "reply_mismatch", outcome: "unknown", retryable: false });
      expect(error.message).toContain(field);
      expect(http.sent).toHaveLength(1);
    },
  );

  test.each([["10000"], ["10000.0"], ["10000.00"], ["010000.000"], [10000]])(
    "the amount %j is ten thousand rupiah",
    async (amount) => {
      http.reply("POST", "/payment_links", { body: linkBody({ amount }) });
      expect((await create())._unsafeUnwrap().amount).toEqual({ amount: "10000", currency: "IDR" });
    },
  );

  test.each<[string, Record<string, unknown>, string]>([
    ["a fraction of a rupiah", { amount: "10000.5" }, "data.attributes.amount"],
    ["an exponent", { amount: "1e4" }, "data.attributes.amount"],
    ["a thousands separator", { amount: "10,000.0" }, "data.attributes.amount"],
    ["no amount", { amount: undefined }, "data.attributes.amount"],
    ["an amount that is null", { amount: null }, "data.attributes.amount"],
    ["an amount of nothing", { amount: "0.0" }, "data.attributes.amount"],
    ["an amount below nothing", { amount: "-10000.0" }, "data.attributes.amount"],
    ["an amount past 2^53 as a number", { amount: 9007199254740992 }, "data.attributes.amount"],
    ["no status", { status: undefined }, "data.attributes.status"],
    ["a status that is a number", { status: 1 }, "data.attributes.status"],
    ["no reference", { referenceId: undefined }, "referenceId"],
    ["no address", { paymentLinkUrl: undefined }, "paymentLinkUrl"],
    ["an address that is a script", { paymentLinkUrl: "javascript:alert(1)" }, "paymentLinkUrl"],
    ["half an address", { paymentLinkUrl: "/paymentlink_00" }, "paymentLinkUrl"],
    ["an address of another protocol", { paymentLinkUrl: "ftp://example.test/x" }, "paymentLinkUrl"],
  ])("%s is malformed_response with an unknown outcome", async (_name, changes, field) => {
    replyTwice({ body: linkBody(changes) });
    const error = (await create())._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "malformed_response", outcome: "unknown" });
    expect(error.message).toContain(field);
    expectTwoIdenticalCreates();
  });

  test.each([[""], [null], [7], [undefined]])("the id %j is malformed_response", async (id) => {
    const body = linkBody();
    replyTwice({ body: { data: { ...(body["data"] as object), id } } });
    const error = (await create())._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "malformed_response", outcome: "unknown" });
    expect(error.message).toContain("data.id");
  });
});

describe("create: an answer that is lost", () => {
  const WISHES = {
    title: "Concert – day 1",
    expiresAt: "2021-12-06T09:00:00.750Z",
    providerOptions: { xfers: { displayName: "Nama Tampilan" } },
  };
  const BODY =
    '{"data":{"attributes":{"amount":10000,"referenceId":"ORDER-1","description":"Concert - day 1",' +
    '"customerName":"Sari Dewi","expiredAt":"2021-12-06T16:00:00+07:00","customerEmail":"sari@example.test",' +
    '"customerPhoneNumber":"081100000001","paymentMethodOptions":{"displayName":"Nama Tampilan"}}}}';

  test.each<[string, MockReply]>([
    ["500", { status: 500, body: errorBody("001") }],
    ["502 of a proxy", { status: 502, body: "<html></html>" }],
    ["503", { status: 503, body: errorBody("010") }],
    ["504", { status: 504 }],
    ["a fault of Xfers' own in a 400", { status: 400, body: errorBody("000") }],
    ["a success that cannot be read", { body: "" }],
  ])("%s: the same bytes are sent once more, and their answer is the link", async (_name, reply) => {
    http.reply("POST", "/payment_links", reply);
    http.reply("POST", "/payment_links", { status: 201, body: linkBody({ description: "Concert - day 1" }) });
    const link = (await create(WISHES))._unsafeUnwrap();
    expect(link).toMatchObject({ id: `xfers:${ID}`, reference: "ORDER-1", title: "Concert - day 1" });
    expectTwoIdenticalCreates();
    expect(http.sent[0]?.body).toBe(BODY);
    expect(http.sent[1]?.headers.get("content-type")).toBe("application/vnd.api+json");
  });

  test("a connection that breaks: the same bytes as ever are sent once more", async () => {
    http.fail("POST", "/payment_links", lost());
    http.reply("POST", "/payment_links", { status: 201, body: linkBody() });
    expect((await create(WISHES)).isOk()).toBe(true);
    expect(http.sent.map((each) => each.body)).toEqual([BODY]);
  });

  test("a link that was paid in the meantime is the link all the same", async () => {
    http.fail("POST", "/payment_links", lost());
    http.reply("POST", "/payment_links", { status: 201, body: linkBody({ status: "paid" }) });
    expect((await create())._unsafeUnwrap()).toMatchObject({ status: "exhausted", usage: { limit: 1, used: 1 } });
  });

  test.each([
    ["another amount", { amount: "10001.0" }, "duplicate_reference"],
    ["another reference", { referenceId: "ORDER-2" }, "reply_mismatch"],
  ])("a repeat that gives a link with %s is never a success", async (_name, changes, kind) => {
    http.fail("POST", "/payment_links", lost());
    http.reply("POST", "/payment_links", { status: 201, body: linkBody(changes) });
    expect((await create())._unsafeUnwrapErr()).toMatchObject({ kind, outcome: "unknown" });
    expect(http.sent).toHaveLength(1);
  });

  // A refusal of the repeat says nothing about the first.
  test.each([
    [400, "005"],
    [401, "002"],
    [404, "004"],
    [409, "005"],
    [422, "005"],
    [429, "005"],
    [500, "001"],
    [503, "010"],
  ])("a repeat that meets %d, code %s, leaves the outcome unknown, and there is no third", async (status, code) => {
    http.reply("POST", "/payment_links", { status: 502 });
    http.reply("POST", "/payment_links", { status, body: errorBody(code) });
    const error = (await create())._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "unavailable", outcome: "unknown", status: 502, operation: "create" });
    expect(error.hint).toMatch(/may exist.*dashboard.*before creating again/);
    expectTwoIdenticalCreates();
  });

  test("two connections that break leave the outcome unknown, and there is no third request", async () => {
    for (const _ of [1, 2]) http.fail("POST", "/payment_links", lost());
    expect((await create())._unsafeUnwrapErr()).toMatchObject({ kind: "network", outcome: "unknown" });
  });

  test.each([
    [400, "005"],
    [401, "002"],
    [429, "005"],
  ])("a first request that is refused with %d, code %s, is not sent again", async (status, code) => {
    http.reply("POST", "/payment_links", { status, body: errorBody(code) });
    expect((await create())._unsafeUnwrapErr().outcome).toBe("refused");
    expect(http.sent).toHaveLength(1);
  });

  test("a caller who gives up: nothing is sent again, and the outcome is unknown", async () => {
    const controller = new AbortController();
    let sends = 0;
    const waiting = createLinks({
      transport: {
        send: ({ signal }) => {
          sends += 1;
          return new Promise((resolve) => {
            signal.addEventListener("abort", () => resolve(err({ reason: "aborted", sent: true })));
            controller.abort();
          });
        },
      },
    });
    const error = (await waiting.create(REQUEST, { signal: controller.signal }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "aborted", outcome: "unknown" });
    expect(sends).toBe(1);
  });
});

describe("errors", () => {
  // Every documented code, with the HTTP status it most likely comes with.
  const CODES = [
    ["000", 500, "unavailable", "unknown", true],
    ["006", 500, "unavailable", "unknown", true],
    ["001", 500, "unavailable", "unknown", true],
    ["010", 503, "unavailable", "unknown", true],
    ["002", 401, "unauthenticated", "refused", false],
    ["003", 403, "forbidden", "refused", false],
    ["004", 404, "not_found", "refused", false],
    ["005", 400, "invalid_request", "refused", false],
    ["TXN0001", 400, "invalid_request", "refused", false],
    ["TXN0001", 402, "rejected", "refused", false],
    ["TXN0002", 400, "invalid_request", "refused", false],
    ["TXN0002", 402, "invalid_request", "refused", false],
    ["TXN0003", 403, "forbidden", "refused", false],
    ["TXN0003", 409, "rejected", "refused", false],
    ["TXN0004", 409, "rejected", "refused", false],
    ["NM-001", 409, "rejected", "refused", false],
    ["FG-001", 409, "rejected", "refused", false],
    ["EL-001", 409, "rejected", "refused", false],
    ["MA-001", 409, "rejected", "refused", false],
  ] as const;

  test("every documented code, with the status it most likely comes with", () =>
    expectEach(
      CODES,
      19,
      async (code, status, kind, outcome, retryable) => {
        const sends = outcome === "unknown" ? 2 : 1;
        for (let sent = 0; sent < sends; sent += 1) {
          http.reply("POST", "/payment_links", { status, body: errorBody(code, "the detail", "The title") });
        }
        const error = (await create())._unsafeUnwrapErr();
        expect(error).toMatchObject({ kind, outcome, retryable, status, providerCode: code, gateway: "xfers" });
        expect(error.message).toBe(`Xfers returned HTTP ${status}, code ${code}: The title: the detail`);
        expect(http.sent).toHaveLength(sends);
      },
      between,
    ));

  test("a status and a code that contradict each other", () =>
    expectEach(
      [
        // The class of the status comes first.
        ["005", 500, "unavailable", "unknown"],
        ["002", 503, "unavailable", "unknown"],
        ["005", 429, "rate_limited", "refused"],
        // Then the code.
        ["002", 403, "unauthenticated", "refused"],
        ["002", 400, "unauthenticated", "refused"],
        ["003", 404, "forbidden", "refused"],
        ["004", 400, "not_found", "refused"],
        ["005", 422, "invalid_request", "refused"],
        ["001", 400, "unavailable", "unknown"],
        ["000", 422, "unavailable", "unknown"],
        ["006", 400, "unavailable", "unknown"],
        ["010", 429, "rate_limited", "refused"],
        // Then the status itself.
        ["999", 400, "invalid_request", "refused"],
        ["999", 401, "unauthenticated", "refused"],
        ["999", 403, "forbidden", "refused"],
        ["999", 404, "not_found", "refused"],
        ["999", 410, "not_found", "refused"],
        ["999", 422, "invalid_request", "refused"],
        ["999", 418, "rejected", "refused"],
      ] as const,
      19,
      async (code, status, kind, outcome) => {
        http.reply("POST", "/payment_links", { status, body: errorBody(code) });
        if (outcome === "unknown") http.reply("POST", "/payment_links", { status, body: errorBody(code) });
        expect((await create())._unsafeUnwrapErr()).toMatchObject({ kind, outcome, status, providerCode: code });
      },
      between,
    ));

  const DOCUMENTED = [...new Map(CODES.map(([code, status]) => [code, status]))];
  const shapesOf = (code: string): readonly (readonly [name: string, body: object | string, known: boolean])[] => [
    ["the documented list", { errors: [{ code, title: "T", detail: "D" }] }, true],
    ["no detail", { errors: [{ code, title: "T" }] }, true],
    ["nothing but the code", { errors: [{ code }] }, true],
    ["nulls around it", { errors: [null, { code, title: null, detail: null }] }, true],
    ["a first error without a code", { errors: [{ title: "T" }, { code }] }, true],
    ["an object in place of the list", { errors: { code, detail: 7 } }, true],
    ["lists in place of texts", { errors: [{ code: [code], title: [], detail: {} }] }, false],
    ["a list of texts", { errors: [`code ${code}`] }, false],
    ["a text in place of the list", { errors: code }, false],
    ["an empty list", { errors: [] }, false],
    ["null", { errors: null }, false],
    ["an empty body", "", false],
    ["a page of a proxy", `<html><body>${code}</body></html>`, false],
    ["JSON cut short", `{"errors":[{"code":"${code}"`, false],
  ];

  test("a code written in any shape is a typed error", () =>
    expectEach(
      DOCUMENTED.flatMap(([code, status]) =>
        shapesOf(code).map(([name, body, known]) => [code, status, name, body, known] as const),
      ),
      224,
      async (code, status, _name, body, known) => {
        http.reply("GET", LINK_PATH, { status, body });
        if (status === 503) for (const _ of [1, 2]) http.reply("GET", LINK_PATH, { status, body });
        const error = (await get())._unsafeUnwrapErr();
        expect(error.message).toContain(`HTTP ${status}`);
        // A page that Xfers did not write proves nothing of a link.
        expect(error.outcome).toBe(status >= 500 || (status === 404 && !known) ? "unknown" : "refused");
        expect(error.providerCode).toBe(known ? code : undefined);
      },
      between,
    ));

  const statuses = [400, 401, 402, 403, 404, 405, 406, 409, 410, 412, 413, 422, 429, 500, 501];
  test("every status with any body is a typed error", () =>
    expectEach(
      statuses.flatMap((status) => ERROR_BODIES.map(([name, body]) => [status, name, body] as const)),
      150,
      async (status, name, body) => {
        http.reply("GET", LINK_PATH, { status, body });
        const error = (await get())._unsafeUnwrapErr();
        expect(error.message).toContain(`HTTP ${status}`);
        expect(error.hint).not.toBe("");
        // A page that Xfers did not write proves nothing of a link.
        const isDoubtful = (status === 404 || status === 410) && name !== "errors as an object";
        expect(error.outcome).toBe(status >= 500 || isDoubtful ? "unknown" : "refused");
      },
      between,
    ));

  test("invalid parameters are issues, one for each error", async () => {
    http.reply("POST", "/payment_links", {
      status: 400,
      body: {
        errors: [
          { code: "005", title: "Invalid parameters", detail: "expired_at must be in the future" },
          { code: "005", title: "Invalid parameters", detail: "description is too long" },
        ],
      },
    });
    const error = (await create())._unsafeUnwrapErr();
    expect("issues" in error && error.issues).toEqual([
      { path: "", message: "Invalid parameters: expired_at must be in the future" },
      { path: "", message: "Invalid parameters: description is too long" },
    ]);
  });

  test("an amount out of bounds is an issue of the amount", async () => {
    http.reply("POST", "/payment_links", { status: 400, body: errorBody("TXN0002") });
    const error = (await create())._unsafeUnwrapErr();
    expect("issues" in error && error.issues.map((each) => each.path)).toEqual(["amount"]);
  });

  test("no error grows with the number of errors in the reply", async () => {
    const errors = Array.from({ length: 1000 }, (_, index) => ({
      code: "005",
      detail: `detail ${index} `.repeat(50),
    }));
    http.reply("POST", "/payment_links", { status: 400, body: { errors } });
    expect(JSON.stringify((await create())._unsafeUnwrapErr()).length).toBeLessThan(8000);
  });

  test("429 tells how long to wait", async () => {
    http.reply("POST", "/payment_links", { status: 429, headers: { "retry-after": "7" }, body: errorBody("005") });
    expect((await create())._unsafeUnwrapErr()).toMatchObject({
      kind: "rate_limited",
      outcome: "refused",
      retryAfterMs: 7000,
      retryable: true,
    });
  });

  test("010 says to wait ten minutes", async () => {
    for (const _ of [1, 2, 3]) http.reply("GET", LINK_PATH, { status: 503, body: errorBody("010") });
    expect((await get())._unsafeUnwrapErr().hint).toMatch(/ten minutes/);
  });

  test("neither keys nor personal data reach an error, whatever Xfers repeats", async () => {
    const keys = { apiKey: "test_key_1", secretKey: "secret_ab" };
    const basic = Buffer.from(`${keys.apiKey}:${keys.secretKey}`).toString("base64");
    const words = [...Object.values(keys), SIGNING_SECRET, basic, ...Object.values(CUSTOMER), "081100000001"];
    http.reply("POST", "/payment_links", {
      status: 400,
      body: errorBody("005", `what came: ${words.join(", ")}`, `for ${CUSTOMER.name}`),
    });
    const error = (await createLinks(keys).create(REQUEST))._unsafeUnwrapErr();
    expect(http.sent[0]?.headers.get("authorization")).toBe(`Basic ${basic}`);
    expectToHide(error, words);
    expect(error.message).toContain("[redacted]");
  });

  test("nor do the title, in either spelling, and the name shown at banks", async () => {
    const words = ["Therapy for Zoë", "Therapy for Zoe", "Klinik Lestari"];
    const [title, , displayName] = words;
    http.reply("POST", "/payment_links", { status: 400, body: errorBody("005", `what came: ${words.join(", ")}`) });
    const error = (
      await createLinks().create({ ...REQUEST, title, providerOptions: { xfers: { displayName } } })
    )._unsafeUnwrapErr();
    expect(error.message).toContain("[redacted]");
    expectToHide(error, words);
  });

  test("a title of two letters does not black out the rest", async () => {
    http.reply("POST", "/payment_links", { status: 400, body: errorBody("005", "this is bad") });
    expect((await createLinks().create({ ...REQUEST, title: "is" }))._unsafeUnwrapErr().message).toContain(
      "this is bad",
    );
  });
});

describe("unreadable replies", () => {
  test("create: malformed_response with an unknown outcome", () =>
    expectEach(
      UNREADABLE_REPLIES,
      11,
      async (_name, reply) => {
        replyTwice(reply);
        expect((await create())._unsafeUnwrapErr()).toMatchObject({ kind: "malformed_response", outcome: "unknown" });
        expectTwoIdenticalCreates();
      },
      between,
    ));

  const OF_XFERS: readonly (readonly [name: string, reply: MockReply])[] = [
    ["data that is null", { body: { data: null } }],
    ["data that is a list", { body: { data: [(linkBody() as { data: object }).data] } }],
    ["no attributes", { body: { data: { id: ID, type: "payment_links" } } }],
    ["attributes beside data", { body: { id: ID, attributes: {} } }],
    ["errors in a success", { body: errorBody("005") }],
  ];

  test("get: malformed_response", () =>
    expectEach(
      [...UNREADABLE_REPLIES, ...OF_XFERS],
      16,
      async (_name, reply) => {
        http.reply("GET", LINK_PATH, reply);
        expect((await get())._unsafeUnwrapErr().kind).toBe("malformed_response");
      },
      between,
    ));

  test("histories: malformed_response", () =>
    expectEach(
      [...UNREADABLE_REPLIES, ...OF_XFERS],
      16,
      async (_name, reply) => {
        http.reply("GET", LINK_PATH, reply);
        expect((await links.listHistories(`xfers:${ID}`))._unsafeUnwrapErr().kind).toBe("malformed_response");
        http.reply("GET", LINK_PATH, reply);
        expect((await links.getHistory(HISTORY))._unsafeUnwrapErr().kind).toBe("malformed_response");
      },
      between,
    ));

  test("a redirect is not followed with the keys in its hand", async () => {
    http.reply("GET", LINK_PATH, { status: 302, headers: { location: "https://elsewhere.example/" } });
    expect((await get())._unsafeUnwrapErr().kind).toBe("malformed_response");
    expect(http.sent).toHaveLength(1);
  });
});

describe("get", () => {
  test.each([
    ["draft", "draft", 0],
    ["pending", "active", 0],
    ["processing", "active", 0],
    ["paid", "exhausted", 1],
    ["completed", "exhausted", 1],
    ["expired", "expired", 0],
    ["failed", "closed", 0],
    ["cancelled", "closed", 0],
    ["Cancelled", "closed", 0],
    ["constructor", "unknown", 0],
  ])("a link that reads %s is %s", async (word, status, used) => {
    http.reply("GET", LINK_PATH, { body: linkBody({ status: word }) });
    expect((await get())._unsafeUnwrap()).toMatchObject({
      status,
      acceptsPayments: status === "active",
      usage: { limit: 1, used, held: 0 },
    });
  });

  test("a link that is past its end is expired, whether or not Xfers says so yet", async () => {
    http.reply("GET", LINK_PATH, { body: linkBody({ expiredAt: "2021-12-05 22:05:26 +0700" }) });
    expect((await get())._unsafeUnwrap()).toMatchObject({ status: "expired", acceptsPayments: false });
  });

  test.each([
    ["2021-12-05 22:05:26 +0700", "2021-12-05T15:05:26.000Z"],
    ["2021-12-06T16:00:00+07:00", "2021-12-06T09:00:00.000Z"],
    ["2021-12-06T16:00:00.123+07:00", "2021-12-06T09:00:00.123Z"],
    ["2021-12-06T09:00:00Z", "2021-12-06T09:00:00.000Z"],
    // Without an offset nobody knows when that is.
    ["2021-12-06 16:00:00", undefined],
    ["2021-02-30 16:00:00 +0700", undefined],
    ["tomorrow", undefined],
    [1638752400, undefined],
    [null, undefined],
  ])("the time %j is %s", async (written, instant) => {
    http.reply("GET", LINK_PATH, { body: linkBody({ createdAt: written, expiredAt: written }) });
    const link = (await get())._unsafeUnwrap();
    expect(link.createdAt).toBe(instant);
    expect(link.expiresAt).toBe(instant);
  });

  test("reads the same with other fields than documented, or without those that are not needed", async () => {
    http.reply("GET", LINK_PATH, {
      body: {
        ...linkBody({
          description: null,
          customerName: 7,
          customerEmail: null,
          customerPhoneNumber: undefined,
          fees: {},
        }),
        included: [],
        meta: null,
      },
    });
    const link = (await get())._unsafeUnwrap();
    expect(link).toMatchObject({ id: `xfers:${ID}`, status: "active", reference: "ORDER-1" });
    expect(link).not.toHaveProperty("title");
    expect(link).not.toHaveProperty("customer");
  });

  test("the address is taken as it is, even where another hash than the id's stands in it", async () => {
    const paymentLinkUrl = "https://id-payment-link.xfers.com/paymentlink_ffffffffffffffffffffffffffffffff";
    http.reply("GET", LINK_PATH, { body: linkBody({ paymentLinkUrl }) });
    expect((await get())._unsafeUnwrap().url).toBe(paymentLinkUrl);
  });

  test("another link than was asked for is reply_mismatch", async () => {
    http.reply("GET", LINK_PATH, { body: linkBody({}, "paymentlink_other") });
    expect((await get())._unsafeUnwrapErr()).toMatchObject({ kind: "reply_mismatch", retryable: true });
  });

  test("a read that meets a 503 is sent again, twice at most", async () => {
    for (const _ of [1, 2, 3]) http.reply("GET", LINK_PATH, { status: 503 });
    expect((await get())._unsafeUnwrapErr().kind).toBe("unavailable");
    expect(http.sent).toHaveLength(3);
  });

  test("an unknown link is not_found", async () => {
    http.reply("GET", LINK_PATH, { status: 404, body: errorBody("004") });
    expect((await get())._unsafeUnwrapErr()).toMatchObject({ kind: "not_found", outcome: "refused" });
  });
});

describe("histories", () => {
  test.each([
    ["paid", "paid", true],
    ["completed", "settled", true],
    ["failed", "failed", false],
  ])("a link that reads %s has one history, which is %s", async (word, status, isPaid) => {
    http.reply("GET", LINK_PATH, { body: linkBody({ status: word }) });
    const page = (await links.listHistories(`xfers:${ID}`))._unsafeUnwrap();
    expect(page.items).toHaveLength(1);
    expect(page).not.toHaveProperty("nextCursor");
    const [history] = page.items;
    expect(history).toMatchObject({
      id: HISTORY,
      providerId: `${ID}#1`,
      linkId: `xfers:${ID}`,
      reference: "ORDER-1",
      amount: { amount: "10000", currency: "IDR" },
      status,
      isPaid,
      conflicts: [],
      notes: [],
    });
    // Xfers tells neither the method nor any time.
    for (const field of ["method", "openedAt", "paidAt", "settledAt", "expiresAt"]) {
      expect(history).not.toHaveProperty(field);
    }
    http.reply("GET", LINK_PATH, { body: linkBody({ status: word }) });
    expect((await links.getHistory(HISTORY))._unsafeUnwrap()).toEqual(history);
  });

  // It may be a word for a payment that was given back: "nobody has paid" would hide it.
  test.each([["refunded"], ["Reversed"], ["constructor"]])(
    "a link that reads %s has one history, which is unknown, with the word in a note",
    async (word) => {
      http.reply("GET", LINK_PATH, { body: linkBody({ status: word }) });
      const [history, ...others] = (await links.listHistories(`xfers:${ID}`))._unsafeUnwrap().items;
      expect(others).toEqual([]);
      expect(history).toMatchObject({ id: HISTORY, status: "unknown", isPaid: false, notes: [`status=${word}`] });
      http.reply("GET", LINK_PATH, { body: linkBody({ status: word }) });
      expect((await links.getHistory(HISTORY))._unsafeUnwrap()).toEqual(history);
    },
  );

  test.each([["draft"], ["pending"], ["processing"], ["expired"], ["cancelled"]])(
    "a link that reads %s has none",
    async (status) => {
      http.reply("GET", LINK_PATH, { body: linkBody({ status }) });
      expect((await links.listHistories(`xfers:${ID}`))._unsafeUnwrap()).toEqual({ items: [] });
      http.reply("GET", LINK_PATH, { body: linkBody({ status }) });
      expect((await links.getHistory(HISTORY))._unsafeUnwrapErr()).toMatchObject({
        kind: "not_found",
        outcome: "refused",
      });
    },
  );

  test("the history of a link without an address or reference can be read, its link cannot", async () => {
    const body = linkBody({ status: "paid", paymentLinkUrl: undefined, referenceId: null });
    http.reply("GET", LINK_PATH, { body });
    expect((await links.getHistory(HISTORY))._unsafeUnwrap()).toMatchObject({ isPaid: true });
    http.reply("GET", LINK_PATH, { body });
    expect((await get())._unsafeUnwrapErr().kind).toBe("malformed_response");
  });

  test.each([
    ["no suffix", `xfers:${ID}`],
    ["another number", `xfers:${ID}%232`],
    ["nothing but the suffix", "xfers:%231"],
    ["a suffix in the middle", `xfers:${ID}%231x`],
  ] as const)("a history's id with %s is not_found without a request", async (_name, id) => {
    expect((await links.getHistory(id))._unsafeUnwrapErr()).toMatchObject({ kind: "not_found", outcome: "not_sent" });
    expect(http.sent).toEqual([]);
  });

  test("a cursor is refused: there is one page", async () => {
    const page = await links.listHistories(`xfers:${ID}`, { cursor: "xfers:1" });
    expect(page._unsafeUnwrapErr()).toMatchObject({
      kind: "invalid_request",
      outcome: "not_sent",
      issues: [{ path: "cursor" }],
    });
    expect(http.sent).toEqual([]);
  });

  test("the history of an unknown link is not_found, and so are its histories", async () => {
    for (const _ of [1, 2]) http.reply("GET", LINK_PATH, { status: 404 });
    expect((await links.getHistory(HISTORY))._unsafeUnwrapErr()).toMatchObject({ kind: "not_found", status: 404 });
    expect((await links.listHistories(`xfers:${ID}`))._unsafeUnwrapErr()).toMatchObject({ kind: "not_found" });
  });
});

describe("close", () => {
  const close = () => links.close(`xfers:${ID}`);
  const task = (reply: MockReply) => http.reply("POST", `${LINK_PATH}/tasks`, reply);
  const read = (status: string) => http.reply("GET", LINK_PATH, { body: linkBody({ status }) });

  // The dashboard calls the same button Expire, and which of the words follows is not documented.
  test.each([["cancelled"], ["Cancelled"], ["expired"], ["failed"]])(
    "a link that then reads %s is closed",
    async (word) => {
      task({ body: { data: {} } });
      read(word);
      expect((await close())._unsafeUnwrap()).toEqual({ id: `xfers:${ID}`, gateway: "xfers", status: "closed" });
      expect(http.sent.map((each) => each.method)).toEqual(["POST", "GET"]);
    },
  );

  test("in production too, where the sandbox's own tasks are refused", async () => {
    const sent: string[] = [];
    const transport: Transport = {
      send: async ({ method, url, body }) => {
        sent.push(`${method} ${url} ${body ?? ""}`);
        return ok({ status: 200, header: () => undefined, text: JSON.stringify(linkBody({ status: "cancelled" })) });
      },
    };
    const keys = { environment: "production", apiKey: "live_key", secretKey: "live_secret", transport } as const;
    expect((await createLinks(keys).close(`xfers:${ID}`))._unsafeUnwrap()).toMatchObject({ status: "closed" });
    expect(sent).toEqual([
      `POST https://id.xfers.com/api/v4${LINK_PATH}/tasks {"data":{"attributes":{"action":"cancel"}}}`,
      `GET https://id.xfers.com/api/v4${LINK_PATH} `,
    ]);
    const { simulate } = createXfersDriver({ ...OPTIONS, ...keys });
    expect((await simulate.receivePayment(ID))._unsafeUnwrapErr().kind).toBe("unsupported");
  });

  test("an unreadable reply to the task does not matter: the link is read", () =>
    expectEach(
      UNREADABLE_REPLIES,
      11,
      async (_name, reply) => {
        task(reply);
        read("cancelled");
        expect((await close()).isOk()).toBe(true);
      },
      between,
    ));

  test.each([["paid"], ["completed"]])("a link that then reads %s is invalid_state", async (word) => {
    task({ status: 201, body: { data: {} } });
    read(word);
    expect((await close())._unsafeUnwrapErr()).toMatchObject({ kind: "invalid_state", outcome: "refused" });
    expect(http.sent).toHaveLength(2);
  });

  test.each([["pending"], ["draft"], ["processing"], ["teleported"]])(
    "a link that then still reads %s is an error with an unknown outcome",
    async (word) => {
      task({ body: { data: {} } });
      read(word);
      // Core reads once more where the outcome is unknown.
      read(word);
      expect((await close())._unsafeUnwrapErr()).toMatchObject({ kind: "reply_mismatch", outcome: "unknown" });
    },
  );

  test("a link that is cancelled a little later is closed", async () => {
    task({ body: { data: {} } });
    read("pending");
    read("cancelled");
    expect((await close()).isOk()).toBe(true);
  });

  test.each([
    [400, "005"],
    [422, "005"],
    [409, "005"],
  ])("a task refused with HTTP %d, code %s, is invalid_state", async (status, code) => {
    task({
      status,
      body: errorBody(code, "Payment link is not pending", "Invalid parameters"),
    });
    const error = (await close())._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "invalid_state", outcome: "refused", retryable: false, status });
    expect(error.providerCode).toBe(code);
    expect(http.sent).toHaveLength(1);
  });

  test.each([
    [401, "002", "unauthenticated"],
    [403, "003", "forbidden"],
    [404, "004", "not_found"],
    [429, "005", "rate_limited"],
  ])("a task refused with HTTP %d, code %s, is %s", async (status, code, kind) => {
    task({ status, body: errorBody(code) });
    expect((await close())._unsafeUnwrapErr()).toMatchObject({ kind, outcome: "refused", providerCode: code });
    expect(http.sent).toHaveLength(1);
  });

  test.each<[string, MockReply, string]>([
    ["500", { status: 500, body: errorBody("001") }, "unavailable"],
    ["401", { status: 401 }, "unauthenticated"],
    ["HTML", { body: "<html></html>" }, "malformed_response"],
    ["another link", { body: linkBody({ status: "cancelled" }, "paymentlink_other") }, "reply_mismatch"],
  ])("a read after the task that gives %s leaves the outcome unknown", async (_name, reply, kind) => {
    task({ body: { data: {} } });
    http.reply("GET", LINK_PATH, reply);
    http.reply("GET", LINK_PATH, reply);
    expect((await close())._unsafeUnwrapErr()).toMatchObject({ kind, outcome: "unknown", operation: "close" });
    expect(http.sent.map((each) => each.method)).toEqual(["POST", "GET", "GET"]);
  });

  test("a task whose answer is lost is not sent again; the link tells what became of it", async () => {
    http.fail("POST", `${LINK_PATH}/tasks`, lost());
    read("cancelled");
    expect((await close())._unsafeUnwrap().status).toBe("closed");
    http.fail("POST", `${LINK_PATH}/tasks`, lost());
    read("pending");
    expect((await close())._unsafeUnwrapErr()).toMatchObject({ kind: "network", outcome: "unknown" });
    expect(http.sent.map((each) => each.method)).toEqual(["GET", "GET"]);
  });
});
