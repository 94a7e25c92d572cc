import { idr } from "@tautan/core";
import { ERROR_BODIES, expectEach, expectToHide, UNREADABLE_REPLIES } from "@tautan/driver-kit/testing";
import { mockHttp } from "@tautan/driver-kit/testing/mock-http";
import { beforeEach, describe, expect, test } from "vitest";
import {
  API,
  callsOf,
  createClock,
  fixture,
  historiesPath,
  LINKS,
  type Links,
  link,
  NOW,
  pagePath,
  refusal,
  startLinks,
  success,
  TOKEN_PATH,
} from "./support.ts";

const http = mockHttp(API);
const clock = createClock();
let links: Links;
const begin = () => {
  clock.nowMs = NOW;
  links = startLinks(http, clock);
};
beforeEach(begin);
/** What happens between two tests, for the rows of a table. */
const between = () => {
  http.finish();
  begin();
};
const create = (changes: object = {}) =>
  links.create({
    reference: "ORD-1001",
    title: "Order 1001",
    amount: idr(75_000),
    usage: { limit: 3 },
    expiresAt: "2026-03-20T23:59:59+07:00",
    ...changes,
  });
const broken = () => Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
const emptyList = () => http.reply("GET", pagePath(1), success([]));

describe("create: the reply", () => {
  test("the documented link becomes an active link", async () => {
    http.reply("POST", LINKS, success(link()));
    const created = (await create())._unsafeUnwrap();
    expect(created).toEqual({
      id: "singapay:301",
      gateway: "singapay",
      providerId: "301",
      reference: "ORD-1001",
      url: "https://sandbox-paymentlink.singapay.id/b2b/ORD-1001",
      status: "active",
      acceptsPayments: true,
      title: "Order 1001",
      amount: { amount: "75000", currency: "IDR" },
      items: [
        { name: "Coffee beans", quantity: 2, unitPrice: { amount: "40000", currency: "IDR" } },
        { name: "Voucher", quantity: 1, unitPrice: { amount: "-5000", currency: "IDR" } },
      ],
      usage: { limit: 3, used: 0, held: 0 },
      expiresAt: "2026-03-20T16:59:59.000Z",
      methods: [
        { kind: "qris", raw: "QRIS" },
        { kind: "virtual_account", channel: "bri", raw: "VA_BRI" },
      ],
      collect: { name: "required", email: "required", phone: "required" },
      redirect: { url: "https://shop.example/thanks" },
      metadata: { cart: "c-9" },
      createdAt: "2026-03-15T03:00:00.000Z",
      updatedAt: "2026-03-15T03:00:00.000Z",
      warnings: [],
    });
    expect(created.raw).toEqual(fixture("link"));
    // `payment_date` is filled when a link is made, and is no payment.
    expect(JSON.stringify(created)).not.toContain("payment_date");
  });

  test.each<[string, object]>([
    ["amounts as texts", { total_amount: "75000.00" }],
    ["numbers as texts", { id: "301", max_usage: "3", current_usage: "0" }],
    ["an account with a number for an id", { account: { id: 35 } }],
    [
      "times in UTC with microseconds",
      { expired_at: "2026-03-20T16:59:59.000000Z", created_at: "2026-03-15T03:00:00Z" },
    ],
    [
      "fields of another form that are not needed",
      { account: [], is_expired: "no", payment_date: 7, source: "api v1" },
    ],
  ])("reads the same with %s", async (_name, changes) => {
    http.reply("POST", LINKS, success(link()));
    http.reply("POST", LINKS, success(link(changes)));
    const expected = await create();
    expect(await create()).toEqual(expected);
  });

  test.each([201, 299])("%d is a success too", async (status) => {
    http.reply("POST", LINKS, { ...success(link()), status });
    expect((await create()).isOk()).toBe(true);
  });

  test("the item that stands in for none is not shown; one that a caller wrote is", async () => {
    const standIn = { name: "Order 1001", quantity: 1, unit_price: "75000.00", subtotal: 75000 };
    http.reply("POST", LINKS, success(link({ items: [standIn] })));
    expect((await create())._unsafeUnwrap()).not.toHaveProperty("items");
    for (const written of [{ name: "Tea" }, { quantity: 3, unit_price: 25000 }]) {
      http.reply("POST", LINKS, success(link({ items: [{ ...standIn, ...written }] })));
      expect((await create())._unsafeUnwrap().items).toHaveLength(1);
    }
  });

  test("fields left out at the caller's wish are warnings; the rest of the request stands", async () => {
    http.reply("POST", LINKS, success(link()));
    const created = await create({ slug: "nice", customer: { name: "Sari" }, omitIfUnsupported: ["slug", "customer"] });
    expect(created._unsafeUnwrap().warnings.map(({ code, field }) => ({ code, field }))).toEqual([
      { code: "omitted", field: "customer" },
      { code: "omitted", field: "slug" },
    ]);
    expect(callsOf(http)[0]?.body).not.toContain("Sari");
  });

  test.each([
    ["another reference", { reff_no: "SOMEBODY-ELSE" }, "reference"],
    ["another amount", { total_amount: 57000 }, "amount"],
  ])("%s is reply_mismatch, never a success", async (_name, changes, field) => {
    http.reply("POST", LINKS, success(link(changes)));
    const error = (await create())._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "reply_mismatch", outcome: "unknown", retryable: false });
    expect(error.message).toContain(field);
  });

  test.each<[string, object]>([
    ["no address", { payment_url: undefined }],
    ["an address that is none", { payment_url: "javascript:alert(1)" }],
    ["no id", { id: undefined }],
    ["no reference", { reff_no: "" }],
    ["no amount", { total_amount: undefined }],
    ["a fraction of a rupiah", { total_amount: "75000.50" }],
    ["an amount in words", { total_amount: "many" }],
    ["no limit", { max_usage: undefined }],
    ["a usage in words", { current_usage: "often" }],
  ])("%s is malformed_response, and the list is asked", async (_name, changes) => {
    http.reply("POST", LINKS, success(link(changes)));
    emptyList();
    expect((await create())._unsafeUnwrapErr()).toMatchObject({ kind: "malformed_response", outcome: "unknown" });
  });
});

describe("create: an answer that is lost", () => {
  test("the link that the list shows is the success, where it is the one asked for", async () => {
    http.fail("POST", LINKS, broken());
    // Without items, one that repeats title and amount is written.
    const items = [{ name: "Order 1001", quantity: 1, unit_price: 75_000 }];
    const ours = link({ items, required_customer_detail: false });
    http.reply("GET", pagePath(1), success([link({ id: 302, reff_no: "ORD-1002" }), ours]));
    expect((await create())._unsafeUnwrap()).toMatchObject({ id: "singapay:301", reference: "ORD-1001" });
    expect(callsOf(http).map((each) => each.method)).toEqual(["GET"]);
  });

  test.each([
    ["other items", {}, "items"],
    ["another title", { title: "Order 1002" }, "title"],
  ])("a link of %s is duplicate_reference, and a second may have been made", async (_name, changes, field) => {
    http.fail("POST", LINKS, broken());
    http.reply("GET", pagePath(1), success([link(changes)]));
    const error = (await create())._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "duplicate_reference", outcome: "unknown", existing: { id: "singapay:301" } });
    expect(error.hint).toContain(field);
  });

  test("a link of another amount is duplicate_reference with the link that has it", async () => {
    http.fail("POST", LINKS, broken());
    http.reply("GET", pagePath(1), success([link({ total_amount: 57000 })]));
    const error = (await create())._unsafeUnwrapErr();
    expect(error).toMatchObject({
      kind: "duplicate_reference",
      existing: { id: "singapay:301", amount: { amount: "57000", currency: "IDR" } },
    });
  });

  test.each<[string, Parameters<typeof http.reply>[2]]>([
    ["500", { status: 500, body: "<html></html>" }],
    ["502", { status: 502 }],
    ["a general failure in a 200", { body: { response_code: "SP002", response_message: "General Failure" } }],
    ["success: false without a word", { body: { success: false } }],
  ])("%s, and none in the list: unknown, and the POST is never repeated", async (_name, reply) => {
    http.reply("POST", LINKS, reply);
    emptyList();
    const error = (await create())._unsafeUnwrapErr();
    expect(error.outcome).toBe("unknown");
    expect(error.hint).toMatch(/links\.find/);
    expect(callsOf(http).map((each) => each.method)).toEqual(["POST", "GET"]);
  });

  test("a list that cannot be read leaves the outcome unknown", async () => {
    http.fail("POST", LINKS, broken());
    http.reply("GET", pagePath(1), refusal(403));
    expect((await create())._unsafeUnwrapErr()).toMatchObject({ kind: "network", outcome: "unknown" });
  });
});

describe("create: the look among the newest links before", () => {
  const items = [{ name: "Order 1001", quantity: 1, unit_price: 75_000 }];
  const ours = (changes: object = {}) => link({ items, required_customer_detail: false, ...changes });
  const recent = pagePath(1, 25);

  test("the same request again sends none that could create, and gets the link as it now is", async () => {
    http.reply("GET", recent, success([ours({ current_usage: 3 })]));
    expect((await create())._unsafeUnwrap()).toMatchObject({
      id: "singapay:301",
      status: "exhausted",
      acceptsPayments: false,
    });
    expect(callsOf(http).map((each) => each.method)).toEqual(["GET"]);
  });

  test("another request under the reference is refused, with the link that has it", async () => {
    http.reply("GET", recent, success([ours()]));
    const error = (await create({ amount: idr(80_000), title: "Other" }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "duplicate_reference", outcome: "refused", existing: { id: "singapay:301" } });
    expect(error.hint).toContain("amount, title");
    expect(callsOf(http).map((each) => each.method)).toEqual(["GET"]);
  });

  test("a look that fails has sent nothing that could create", async () => {
    for (const _ of [1, 2, 3]) http.reply("GET", recent, { status: 503 });
    expect((await create())._unsafeUnwrapErr()).toMatchObject({ kind: "unavailable", outcome: "not_sent" });
    expect(callsOf(http).map((each) => each.method)).not.toContain("POST");
  });
});

describe("create: a reference that is taken", () => {
  test.each<[string, Parameters<typeof http.reply>[2]]>([
    ["409", refusal(409, "Conflict")],
    ["SP004", { status: 400, body: { response_code: "SP004", response_message: "Duplicate Reference" } }],
    ["SP004 in a 200", { body: { response_code: "SP004", response_message: "Duplicate Reference" } }],
    ["taken", refusal(422, "Validation error", { reff_no: ["The reff no has already been taken."] })],
    ["unique", refusal(422, "Validation error", { reff_no: ["Reff no must be unique"] })],
    ["exists", refusal(422, "Validation error", { reff_no: "exists" })],
    ["in words only", refusal(422, "reff_no already exists")],
    [
      "in the second envelope",
      { status: 422, body: { response_code: "SP018", data: { errors: { reff_no: ["taken"] } } } },
    ],
  ])("%s is duplicate_reference with the link that has it", async (_name, reply) => {
    http.reply("POST", LINKS, reply);
    http.reply("GET", pagePath(1), success([link({ total_amount: 57000 })]));
    const error = (await create())._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "duplicate_reference", outcome: "refused", existing: { id: "singapay:301" } });
  });

  test("stays duplicate_reference where the link is not found", async () => {
    http.reply("POST", LINKS, refusal(409));
    emptyList();
    const error = (await create())._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "duplicate_reference", outcome: "unknown" });
    expect("existing" in error).toBe(false);
  });

  test.each<[string, object]>([
    ["a reference that is too long", { reff_no: ["The reff no must not be greater than 40 characters."] }],
    ["another field that is taken", { title: ["has already been taken"] }],
    ["a reference that is odd beside a field that is taken", { reff_no: ["is odd"], title: ["is already taken"] }],
  ])("%s is invalid_request", async (_name, errors) => {
    http.reply("POST", LINKS, refusal(422, "Validation error", errors));
    expect((await create())._unsafeUnwrapErr().kind).toBe("invalid_request");
  });

  test("is known by the status first: a 403 that speaks of it is forbidden", async () => {
    http.reply("POST", LINKS, refusal(403, "reff_no already exists under another account"));
    expect((await create())._unsafeUnwrapErr().kind).toBe("forbidden");
  });
});

describe("422: the fields as the caller knows them", () => {
  test.each([
    ["reff_no", "reference"],
    ["title", "title"],
    ["max_usage", "usage.limit"],
    ["total_amount", "amount"],
    ["items", "items"],
    ["items.0", "items[0]"],
    ["items.1.name", "items[1].name"],
    ["items.1.quantity", "items[1].quantity"],
    ["items.12.unit_price", "items[12].unitPrice"],
    ["items.1.future", "items[1]"],
    ["items.__proto__.name", "items"],
    ["required_customer_detail", "collect"],
    ["expired_at", "expiresAt"],
    ["whitelisted_payment_method", "methods"],
    ["whitelisted_payment_method.0", "methods"],
    ["redirect_url", "redirect.url"],
    ["optional_metadata.cart", "metadata"],
    ["constructor", ""],
    ["something_new", ""],
  ])("%s is %s", async (field, path) => {
    http.reply("POST", LINKS, refusal(422, "Validation error", { [field]: ["is invalid", "is odd"] }));
    const error = (await create())._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "invalid_request", outcome: "refused", status: 422, providerCode: "422" });
    expect("issues" in error && error.issues).toEqual([
      { path, message: "is invalid" },
      { path, message: "is odd" },
    ]);
    expect(error.message).toContain("Validation error");
    expect(error.message).toContain(`${field}: is invalid`);
  });

  test.each<[string, unknown]>([
    ["errors as a list", ["no"]],
    ["errors with numbers", { title: [7, null, { a: 1 }] }],
    ["errors as a text", "no"],
    ["errors with a name that is a text", { "a b\n<script>": ["no"] }],
  ])("%s does not throw", async (name, errors) => {
    http.reply("POST", LINKS, refusal(422, "Validation error", errors as object));
    const error = (await create())._unsafeUnwrapErr();
    expect(error.kind).toBe("invalid_request");
    expect(error.message).not.toContain("script");
    expect("issues" in error && error.issues).toEqual(name.includes("name") ? [{ path: "", message: "no" }] : []);
  });

  test("messages show no personal datum", async () => {
    const errors = { title: ["Order 1001 for sari@shop.example, +62 811 0000 001"] };
    http.reply("POST", LINKS, refusal(422, "Validation error", errors));
    expectToHide((await create())._unsafeUnwrapErr(), ["Order 1001", "sari@shop.example", "0000 001"]);
  });
});

describe("documented errors of a read", () => {
  test.each<[string, Parameters<typeof http.reply>[2], string, string]>([
    ["403 for the address", { status: 403, body: fixture("error-403-address") }, "forbidden", "HTTP 403"],
    ["403", refusal(403, "Forbidden"), "forbidden", "Forbidden"],
    ["404", { status: 404, body: fixture("error-404") }, "not_found", "HTTP 404"],
    ["405", refusal(405, "Supported methods: GET, HEAD"), "rejected", "HTTP 405"],
    ["422", { status: 422, body: fixture("error-422") }, "invalid_request", "HTTP 422"],
    ["400", refusal(400, "Bad request"), "invalid_request", "HTTP 400"],
    [
      "success: false in a 200",
      { body: { status: 404, success: false, error: { code: 404, message: "gone" } } },
      "not_found",
      "code 404",
    ],
    [
      "a status in a 200, beside a code that nobody documents",
      { body: { status: 404, success: false, error: { code: "E77", message: "gone" } } },
      "not_found",
      "code 404",
    ],
    ["400 as a status alone in a 200", { body: { status: 400, success: false } }, "invalid_request", "code 400"],
    [
      "a status in a 200 that is none of an error",
      { body: { status: 200, success: false } },
      "malformed_response",
      "HTTP 200",
    ],
    [
      "a status in a 200 that is an object",
      { body: { status: { toString: 1, valueOf: 1 }, success: false } },
      "malformed_response",
      "HTTP 200",
    ],
    ["a status in a 200 that is a list", { body: { status: [404], success: false } }, "malformed_response", "HTTP 200"],
    [
      "a status in a 200 that is none at all",
      { body: { status: 600, success: false } },
      "malformed_response",
      "HTTP 200",
    ],
    ["a status alone in a 200", { body: { status: 500, success: false } }, "unavailable", "code 500"],
    ["success as a text", { body: { success: "true", data: {} } }, "malformed_response", "HTTP 200"],
    ["SP000 without a link", { body: { response_code: "SP000", data: {} } }, "malformed_response", "id"],
    ["SP001", { body: { response_code: "SP001" } }, "unavailable", "SP001"],
    ["SP005", { body: { response_code: "SP005" } }, "unavailable", "SP005"],
    ["SP002", { body: { response_code: "SP002" } }, "unavailable", "SP002"],
    ["SP003", { body: { response_code: "SP003" } }, "rejected", "SP003"],
    ["SP004, which means something for a create alone", { body: { response_code: "SP004" } }, "rejected", "SP004"],
    ["SP006", { body: { response_code: "SP006" } }, "rejected", "SP006"],
    ["SP007", { body: { response_code: "SP007" } }, "rejected", "SP007"],
    ["SP008", { body: { response_code: "SP008" } }, "invalid_request", "SP008"],
    ["SP009", { body: { response_code: "SP009" } }, "not_found", "SP009"],
    ["SP010", { body: { response_code: "SP010" } }, "rejected", "SP010"],
    ["SP011", { body: { response_code: "SP011" } }, "rejected", "SP011"],
    ["SP012", { body: { response_code: "SP012" } }, "invalid_request", "SP012"],
    ["SP014", { status: 400, body: { response_code: "SP014" } }, "not_found", "SP014"],
    ["SP015", { body: { response_code: "SP015" } }, "forbidden", "SP015"],
    ["SP017", { body: { response_code: "SP017" } }, "forbidden", "SP017"],
    ["SP018", { body: { response_code: "SP018" } }, "invalid_request", "SP018"],
    ["SP019", { body: { response_code: "SP019" } }, "unavailable", "SP019"],
    ["SP020", { body: { response_code: "SP020" } }, "rejected", "SP020"],
    ["SP403", { status: 403, body: { response_code: "SP403" } }, "forbidden", "HTTP 403"],
    ["a code that nobody documents", { body: { response_code: "SP999" } }, "malformed_response", "HTTP 200"],
    [
      "success that says otherwise by its code",
      { body: { response_code: "SP014", success: true, data: link() } },
      "not_found",
      "SP014",
    ],
    [
      "a fault's code in a 400",
      { status: 400, body: { success: false, error: { code: 500, message: "Server error" } } },
      "unavailable",
      "code 500",
    ],
    ["a fault's status in a 422", { status: 422, body: { status: 503, success: false } }, "unavailable", "code 503"],
    [
      "SP014 in a 500, which is no refusal",
      { status: 500, body: { response_code: "SP014" } },
      "unavailable",
      "HTTP 500",
    ],
  ])("%s", async (_name, reply, kind, text) => {
    http.reply("GET", `${LINKS}/301`, reply);
    const error = (await links.get("singapay:301"))._unsafeUnwrapErr();
    expect(error.kind).toBe(kind);
    expect(error.message).toContain(text);
    expect(error.hint).not.toBe("");
  });

  test.each(["SP013", "SP016"])("%s renews the token like a 401", async (response_code) => {
    http.reply("GET", `${LINKS}/301`, { body: { response_code } });
    http.reply("POST", TOKEN_PATH, { body: fixture("token-reply") });
    http.reply("GET", `${LINKS}/301`, success(link()));
    expect((await links.get("singapay:301")).isOk()).toBe(true);
  });

  test("an error without a body says no more than its status", async () => {
    http.reply("GET", `${LINKS}/301`, { status: 404 });
    const error = (await links.get("singapay:301"))._unsafeUnwrapErr();
    expect(error.message).toBe("SingaPay returned HTTP 404");
    expect(error).not.toHaveProperty("providerCode");
  });

  test.each([["a text"], [null], [{}], [["SP014"]], [true], [""]])(
    "a code that is none is not shown: %j",
    async (code) => {
      http.reply("GET", `${LINKS}/301`, { status: 404, body: { success: false, error: { code, message: "gone" } } });
      expect((await links.get("singapay:301"))._unsafeUnwrapErr()).not.toHaveProperty("providerCode");
    },
  );

  test("an address that is not registered gets a hint that says so", async () => {
    http.reply("GET", `${LINKS}/301`, { status: 403, body: fixture("error-403-address") });
    expect((await links.get("singapay:301"))._unsafeUnwrapErr().hint).toMatch(/Register this server's public address/);
  });

  test("429 tells how long to wait", async () => {
    http.reply("GET", `${LINKS}/301`, { status: 429, headers: { "retry-after": "7" } });
    expect((await links.get("singapay:301"))._unsafeUnwrapErr()).toMatchObject({
      kind: "rate_limited",
      retryAfterMs: 7000,
      retryable: true,
    });
  });

  test("a read that meets a 503 is sent again, twice at most", async () => {
    for (const _ of [1, 2, 3]) http.reply("GET", `${LINKS}/301`, { status: 503 });
    expect((await links.get("singapay:301"))._unsafeUnwrapErr().kind).toBe("unavailable");
    expect(callsOf(http)).toHaveLength(3);
  });
});

describe("unreadable replies", () => {
  test("create: malformed_response with an unknown outcome", () =>
    expectEach(
      UNREADABLE_REPLIES,
      11,
      async (_name, reply) => {
        http.reply("POST", LINKS, reply);
        emptyList();
        expect((await create())._unsafeUnwrapErr()).toMatchObject({ kind: "malformed_response", outcome: "unknown" });
      },
      between,
    ));

  const reads: readonly (readonly [string, string, (links: Links) => Promise<unknown>])[] = [
    ["get", `${LINKS}/301`, async (each) => each.get("singapay:301")],
    ["find", pagePath(1), async (each) => each.find({ reference: "ORD-1001" })],
    ["list", `${LINKS}?page=1&per_page=25`, async (each) => each.list()],
    ["listHistories", `${LINKS}/301`, async (each) => each.listHistories("singapay:301")],
    [
      "listRecentHistories",
      historiesPath(1),
      async (each) => each.listRecentHistories({ since: "2026-03-15T00:00:00Z" }),
    ],
    ["listPaymentMethods", "/api/v1.0/payment-link-manage/payment-methods", async (each) => each.listPaymentMethods()],
  ];
  test.each(reads)("%s: malformed_response", (_name, path, read) =>
    expectEach(
      UNREADABLE_REPLIES,
      11,
      async (_what, reply) => {
        http.reply("GET", path, reply);
        expect(await read(links)).toMatchObject({ error: { kind: "malformed_response" } });
      },
      between,
    ),
  );

  const statuses = [400, 402, 403, 404, 405, 406, 409, 412, 413, 422, 429, 500, 501];
  test("every status with any body is a typed error", () =>
    expectEach(
      statuses.flatMap((status) => ERROR_BODIES.map(([name, body]) => [status, name, body] as const)),
      130,
      async (status, name, body) => {
        http.reply("GET", `${LINKS}/301`, { status, body });
        const error = (await links.get("singapay:301"))._unsafeUnwrapErr();
        expect(error.message).toContain(`HTTP ${status}`);
        expect(error.hint).not.toBe("");
        // A page that SingaPay did not write proves nothing of a link.
        const isDoubtful = status === 404 && name !== "error with fields";
        expect(error.outcome).toBe(status >= 500 || isDoubtful ? "unknown" : "refused");
      },
      between,
    ));

  test("HTTP 401 with any body is unauthenticated, once the token was renewed", () =>
    expectEach(
      ERROR_BODIES,
      10,
      async (_name, body) => {
        http.reply("GET", `${LINKS}/301`, { status: 401, body });
        http.reply("POST", TOKEN_PATH, { body: fixture("token-reply") });
        http.reply("GET", `${LINKS}/301`, { status: 401, body });
        const error = (await links.get("singapay:301"))._unsafeUnwrapErr();
        expect(error).toMatchObject({ kind: "unauthenticated", outcome: "refused", status: 401 });
      },
      between,
    ));

  test("a redirect is not followed with the token in its hand", async () => {
    http.reply("GET", `${LINKS}/301`, { status: 302, headers: { location: "https://elsewhere.example/" } });
    expect((await links.get("singapay:301"))._unsafeUnwrapErr().kind).toBe("malformed_response");
    expect(callsOf(http)).toHaveLength(1);
  });
});

describe("get: what a link is", () => {
  const read = async (changes: object) => {
    http.reply("GET", `${LINKS}/301`, success(link(changes)));
    return links.get("singapay:301");
  };

  test.each([
    ["open", "open", "active"],
    ["open", "expired", "expired"],
    ["open", "closed", "closed"],
    ["closed", "closed", "closed"],
    ["closed", undefined, "closed"],
    ["expired", undefined, "expired"],
    ["OPEN", undefined, "active"],
    ["open", "paused", "unknown"],
    ["constructor", undefined, "unknown"],
    [undefined, undefined, "unknown"],
  ])("stored %s, computed %s: %s", async (status, status_computed, expected) => {
    const found = (await read({ status, status_computed }))._unsafeUnwrap();
    expect(found).toMatchObject({ status: expected, acceptsPayments: expected === "active" });
  });

  test("a link that was paid as often as allowed is exhausted", async () => {
    expect((await read({ current_usage: 3 }))._unsafeUnwrap()).toMatchObject({
      status: "exhausted",
      usage: { limit: 3, used: 3, held: 0 },
    });
  });

  test("one payment too many is shown", async () => {
    expect((await read({ current_usage: 4 }))._unsafeUnwrap().usage).toEqual({ limit: 3, used: 4, held: 0 });
  });

  test("a link made elsewhere without a limit has none", async () => {
    const found = (await read({ max_usage: 0, current_usage: 7 }))._unsafeUnwrap();
    expect(found).toMatchObject({ status: "active", usage: { used: 7, held: 0 } });
    expect(found.usage).not.toHaveProperty("limit");
  });

  test("time passes although the gateway's words are old", async () => {
    clock.nowMs = Date.parse("2026-03-20T17:00:00Z");
    expect((await read({ status_computed: "open" }))._unsafeUnwrap().status).toBe("expired");
  });

  test.each<[object, object]>([
    [{ optional_metadata: {} }, {}],
    [{ optional_metadata: [] }, {}],
    [{ optional_metadata: null }, {}],
    [
      { optional_metadata: { a: "1", b: 2, c: true, d: null, e: { f: 1 } } },
      { metadata: { a: "1", b: "2", c: "true" } },
    ],
    [{ optional_metadata: { constructor: "x" } }, { metadata: { constructor: "x" } }],
  ])("metadata %j", async (changes, expected) => {
    const { metadata } = (await read(changes))._unsafeUnwrap();
    expect(metadata === undefined ? {} : { metadata }).toEqual(expected);
  });

  test.each<[string, object, string]>([
    ["no methods", { whitelisted_payment_method: null }, "methods"],
    ["an empty list of methods", { whitelisted_payment_method: [] }, "methods"],
    ["no redirect", { redirect_url: null }, "redirect"],
    ["an empty redirect", { redirect_url: "" }, "redirect"],
    ["nothing to collect", { required_customer_detail: false }, "collect"],
    ["no expiry", { expired_at: null }, "expiresAt"],
    ["no items", { items: null }, "items"],
    ["items of another form", { items: [{ label: "x" }] }, "items"],
  ])("%s", async (_name, changes, field) => {
    expect((await read(changes))._unsafeUnwrap()).not.toHaveProperty(field);
  });

  test("methods by the names that links are answered with", async () => {
    const codes = ["RETAIL_ALFAMART_LINKQU", "RETAIL_INDOMARET_LINKQU", "NICEPAY_CARD", "FUTURE_PAY"];
    expect((await read({ whitelisted_payment_method: codes }))._unsafeUnwrap().methods).toEqual([
      { kind: "retail", channel: "alfamart", raw: "RETAIL_ALFAMART_LINKQU" },
      { kind: "retail", channel: "indomaret", raw: "RETAIL_INDOMARET_LINKQU" },
      { kind: "card", raw: "NICEPAY_CARD" },
      { kind: "other", raw: "FUTURE_PAY" },
    ]);
  });

  test("another link than was asked for is reply_mismatch", async () => {
    expect((await read({ id: 302 }))._unsafeUnwrapErr()).toMatchObject({ kind: "reply_mismatch", retryable: true });
  });
});

describe("listPaymentMethods", () => {
  const PATH = "/api/v1.0/payment-link-manage/payment-methods";

  test.each<[string, object]>([
    ["nothing", {}],
    ["an empty list", { payment_methods: [] }],
    ["a list that cannot be read", { payment_methods: [{ name: "QRIS" }] }],
  ])("codes alone, where there is %s else", async (_name, more) => {
    http.reply("GET", PATH, success({ available_codes: ["QRIS", "VA_NEWBANK"], ...more }));
    expect((await links.listPaymentMethods())._unsafeUnwrap()).toEqual([
      { kind: "qris", raw: "QRIS" },
      { kind: "other", raw: "VA_NEWBANK" },
    ]);
  });

  test("an account without any", async () => {
    http.reply("GET", PATH, success({ payment_methods: [], available_codes: [] }));
    expect((await links.listPaymentMethods())._unsafeUnwrap()).toEqual([]);
  });

  test("a code that is new goes by its group", async () => {
    const method = (code: string, group: unknown) => ({ code, name: code, group, desc: null });
    const payment_methods = [
      method("VA_NEWBANK", "va"),
      method("EWALLET_LINK_AJA", "ewallet"),
      method("RETAIL_POS", "offline_store"),
      method("OTHER_CARD", "card"),
      method("QRIS_CROSS", "qris"),
      method("CICILAN", "paylater"),
      method("NO_GROUP", undefined),
      method("PROTO", "__proto__"),
    ];
    http.reply("GET", PATH, success({ payment_methods }));
    expect((await links.listPaymentMethods())._unsafeUnwrap()).toEqual([
      { kind: "virtual_account", channel: "newbank", raw: "VA_NEWBANK" },
      { kind: "ewallet", channel: "link_aja", raw: "EWALLET_LINK_AJA" },
      { kind: "retail", channel: "pos", raw: "RETAIL_POS" },
      { kind: "card", raw: "OTHER_CARD" },
      { kind: "qris", raw: "QRIS_CROSS" },
      { kind: "other", raw: "CICILAN" },
      { kind: "other", raw: "NO_GROUP" },
      { kind: "other", raw: "PROTO" },
    ]);
  });
});
