import { describe, expect, test } from "vitest";
import {
  basic,
  type Caller,
  call,
  dayMs,
  hourMs,
  minuteMs,
  pick,
  type Reply,
  singapayCaller,
  startMs,
  startSandbox,
  textAt,
  tokenHeaders,
} from "./support.ts";

const account = "01K0SANDB0XACC0VNT00000001";
const links = `/api/v1.0/payment-link-manage/${account}`;

const order = {
  reff_no: "ORD-1001",
  title: "Order 1001",
  max_usage: 3,
  total_amount: 75_000,
  items: [
    { name: "Coffee beans", quantity: 2, unit_price: 40_000 },
    { name: "Voucher", quantity: 1, unit_price: -5_000 },
  ],
  required_customer_detail: true,
  expired_at: String(startMs + dayMs),
  whitelisted_payment_method: ["VA_BRI", "QRIS"],
  redirect_url: "https://shop.example/thanks",
  optional_metadata: { cart: "c-9" },
} as const;

const pathOf = (created: Reply): string => `${links}/${Number(pick(created.json, "data", "id"))}`;

const update = { status: "open", max_usage: 3, required_customer_detail: true } as const;

const grant = '{"grant_type":"client_credentials"}';
const tokenPath = "/api/v1.1/access-token/b2b";

const setUp = async (): Promise<Awaited<ReturnType<typeof startSandbox>> & { readonly api: Caller }> => {
  const started = await startSandbox();
  return { ...started, api: await singapayCaller(started.sandbox) };
};

const unauthorized = (reply: Reply): void => {
  expect([reply.status, reply.text]).toEqual([
    401,
    '{"status":401,"success":false,"error":{"code":401,"message":"Invalid credentials"}}',
  ]);
};

const fieldErrors = (reply: Reply): unknown => {
  expect(reply).toMatchObject({ status: 422, json: { status: 422, success: false } });
  expect(reply.json["error"]).toMatchObject({ code: 422, message: "Validation error" });
  return pick(reply.json, "error", "errors");
};

describe("SingaPay access token v1.1", () => {
  const ask = async (change: (headers: Record<string, string>) => void, body = grant): Promise<Reply> => {
    const { sandbox } = await startSandbox();
    const headers = tokenHeaders(sandbox, "20260315");
    change(headers);
    return call(sandbox.singapay.url + tokenPath, { method: "POST", headers, body });
  };

  test("answers a JWT, and its life as a string of seconds", async () => {
    const reply = await ask(() => undefined);
    expect(reply).toMatchObject({ status: 200, json: { status: 200, success: true } });
    expect(reply.json["data"]).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      token_type: "Bearer",
      expires_in: "216000",
    });
  });

  test("a wrong signature or client: 401; a wrong partner id: 403", async () => {
    unauthorized(await ask((headers) => (headers["X-Signature"] = "0".repeat(128))));
    unauthorized(await ask((headers) => delete headers["X-Signature"]));
    unauthorized(await ask((headers) => (headers["X-CLIENT-ID"] = "other")));
    for (const reply of [
      await ask((headers) => (headers["X-PARTNER-ID"] = "other")),
      await ask((headers) => delete headers["X-PARTNER-ID"]),
    ]) {
      expect(reply).toMatchObject({ status: 403, json: { success: false, error: { code: 403 } } });
    }
  });

  test.each(["{}", '{"grant_type":"password"}', "{", ""])("the body %s: 422 on grant_type", async (body) => {
    expect(fieldErrors(await ask(() => undefined, body))).toEqual({ grant_type: [expect.any(String)] });
  });

  test("the signed day is the one in Jakarta, which starts at 17:00 UTC", async () => {
    const { sandbox, clock } = await startSandbox();
    const ask = async (day: string): Promise<number> =>
      (
        await call(sandbox.singapay.url + tokenPath, {
          method: "POST",
          headers: tokenHeaders(sandbox, day),
          body: grant,
        })
      ).status;
    clock.advance(Date.parse("2026-03-15T16:59:59.999Z") - clock.now());
    expect([await ask("20260315"), await ask("20260316")]).toEqual([200, 401]);
    clock.advance(1);
    expect([await ask("20260315"), await ask("20260316")]).toEqual([401, 200]);
  });

  test("a token is valid for 60 hours and then answered 401", async () => {
    const { clock, api } = await setUp();
    clock.advance(60 * hourMs - 1);
    expect((await api("GET", links)).status).toBe(200);
    clock.advance(1);
    unauthorized(await api("GET", links));
  });

  test("one that has ended is forgotten, so that a clock set back does not revive it", async () => {
    const { sandbox, clock, api } = await setUp();
    clock.advance(60 * hourMs);
    const later = await singapayCaller(sandbox, "20260317");
    clock.advance(-hourMs);
    unauthorized(await api("GET", links));
    expect((await later("GET", links)).status).toBe(200);
  });
});

describe("SingaPay access token v1.0", () => {
  test.each([
    ["application/json", grant],
    ["application/json", '{"grantType":"client_credentials"}'],
    ["application/x-www-form-urlencoded", "grant_type=client_credentials"],
  ])("takes Basic credentials and %s %s", async (contentType, body) => {
    const { sandbox } = await startSandbox();
    const { clientId, clientSecret, apiKey } = sandbox.singapay.credentials;
    const url = `${sandbox.singapay.url}/api/v1.0/access-token/b2b`;
    const headers = { "X-PARTNER-ID": apiKey, "Content-Type": contentType };
    const reply = await call(url, {
      method: "POST",
      headers: { ...headers, Authorization: basic(clientId, clientSecret) },
      body,
    });
    expect(reply.status).toBe(200);
    const token = textAt(reply.json, "data", "access_token");
    const listed = await call(sandbox.singapay.url + links, {
      headers: { "X-PARTNER-ID": apiKey, Authorization: `Bearer ${token}` },
    });
    expect(listed.status).toBe(200);
    unauthorized(
      await call(url, { method: "POST", headers: { ...headers, Authorization: basic(clientId, "x") }, body }),
    );
    unauthorized(await call(url, { method: "POST", headers, body }));
  });
});

describe("SingaPay authorization of calls", () => {
  test.each([
    ["GET", links],
    ["POST", links],
    ["GET", "/api/v1.0/payment-link-manage/payment-methods"],
    ["GET", `/api/v1.0/payment-link-histories/${account}`],
  ])("%s %s needs a token and the partner id", async (method, path) => {
    const { sandbox, api } = await setUp();
    unauthorized(await api(method, path, undefined, { Authorization: "Bearer other" }));
    unauthorized(await api(method, path, undefined, { Authorization: basic("tautan-sandbox-client", "x") }));
    unauthorized(
      await call(sandbox.singapay.url + path, { method, headers: { "X-PARTNER-ID": "tautan-sandbox-api-key" } }),
    );
    expect((await api(method, path, undefined, { "X-PARTNER-ID": "other" })).status).toBe(403);
  });

  test("an unknown account: 404", async () => {
    const { api } = await setUp();
    for (const path of ["/api/v1.0/payment-link-manage/01OTHER", "/api/v1.0/payment-link-histories/01OTHER"]) {
      expect(await api("GET", path)).toMatchObject({ status: 404, json: { error: { code: 404 } } });
    }
  });
});

describe("SingaPay create", () => {
  test("answers 200 with the documented object", async () => {
    const { sandbox, api } = await setUp();
    const reply = await api("POST", links, order);
    const time = "2026-03-15T10:00:00+07:00";
    expect([reply.status, reply.json]).toEqual([
      200,
      {
        status: 200,
        success: true,
        data: {
          id: expect.any(Number),
          reff_no: "ORD-1001",
          title: "Order 1001",
          payment_url: `${sandbox.singapay.url}/b2b/ORD-1001`,
          status: "open",
          status_computed: "open",
          is_expired: false,
          required_customer_detail: true,
          max_usage: 3,
          current_usage: 0,
          expired_at: "2026-03-16T10:00:00+07:00",
          total_amount: 75_000,
          items: [
            { name: "Coffee beans", quantity: 2, unit_price: 40_000, subtotal: 80_000 },
            { name: "Voucher", quantity: 1, unit_price: -5_000, subtotal: -5_000 },
          ],
          whitelisted_payment_method: ["VA_BRI", "QRIS"],
          redirect_url: "https://shop.example/thanks",
          optional_metadata: { cart: "c-9" },
          // Not a payment: the time of creation.
          payment_date: time,
          created_at: time,
          updated_at: time,
          account: { id: account, name: "Main" },
        },
      },
    ]);
  });

  test("takes the expiry as a number too, and none at all", async () => {
    const { api } = await setUp();
    const create = async (reffNo: string, expiredAt: unknown): Promise<unknown> =>
      pick((await api("POST", links, { ...order, reff_no: reffNo, expired_at: expiredAt })).json, "data", "expired_at");
    expect(await create("A", startMs + dayMs)).toBe("2026-03-16T10:00:00+07:00");
    expect(await create("B", null)).toBeNull();
    expect(await create("C", undefined)).toBeNull();
  });

  test("echoes the methods in the order of the catalogue, with the names of stores changed", async () => {
    const { api } = await setUp();
    const create = async (reffNo: string, codes: unknown): Promise<unknown> =>
      pick(
        (await api("POST", links, { ...order, reff_no: reffNo, whitelisted_payment_method: codes })).json,
        "data",
        "whitelisted_payment_method",
      );
    expect(await create("A", ["INDOMARET", "ALFAMART", "VA_BCA"])).toEqual([
      "VA_BCA",
      "RETAIL_ALFAMART_LINKQU",
      "RETAIL_INDOMARET_LINKQU",
    ]);
    expect(await create("B", ["RETAIL_ALFAMART_LINKQU"])).toEqual(["RETAIL_ALFAMART_LINKQU"]);
    expect(await create("C", [])).toHaveLength(20);
    expect(await create("D", undefined)).toHaveLength(20);
    expect(await create("E", null)).toEqual(await create("F", []));
  });

  test.each<readonly [string, string, object]>([
    ["no reference", "reff_no", { reff_no: undefined }],
    ["a reference of 41 characters", "reff_no", { reff_no: "r".repeat(41) }],
    ["a reference with a space", "reff_no", { reff_no: "ORD 1" }],
    ["a reference with a slash", "reff_no", { reff_no: "ORD/1" }],
    ["a reference of one dot", "reff_no", { reff_no: "." }],
    ["a reference of two dots", "reff_no", { reff_no: ".." }],
    ["a reference with half a surrogate pair", "reff_no", { reff_no: "ORD-\uD83C" }],
    [
      "items that sum up only because their amounts are not exact",
      "total_amount",
      {
        items: [
          { name: "A lot", quantity: Number.MAX_SAFE_INTEGER, unit_price: Number.MAX_SAFE_INTEGER },
          { name: "A lot less", quantity: Number.MAX_SAFE_INTEGER, unit_price: -Number.MAX_SAFE_INTEGER },
          { name: "Coffee", quantity: 1, unit_price: 75_000 },
        ],
      },
    ],
    ["no title", "title", { title: "" }],
    ["a title of 256 characters", "title", { title: "t".repeat(256) }],
    ["no usage", "max_usage", { max_usage: undefined }],
    ["a usage of nothing", "max_usage", { max_usage: 0 }],
    ["a usage above a million", "max_usage", { max_usage: 1_000_001 }],
    ["a usage as a string", "max_usage", { max_usage: "3" }],
    ["no amount", "total_amount", { total_amount: undefined }],
    [
      "an amount below 10,000",
      "total_amount",
      { total_amount: 9_999, items: [{ name: "a", quantity: 1, unit_price: 9_999 }] },
    ],
    ["an amount the items do not sum to", "total_amount", { total_amount: 80_000 }],
    ["no items", "items", { items: undefined }],
    ["an empty list of items", "items", { items: [] }],
    ["an item without a name", "items.0.name", { items: [{ quantity: 1, unit_price: 75_000 }] }],
    ["an item without a quantity", "items.0.quantity", { items: [{ name: "a", unit_price: 75_000 }] }],
    ["an item without a price", "items.0.unit_price", { items: [{ name: "a", quantity: 1 }] }],
    ["no required_customer_detail", "required_customer_detail", { required_customer_detail: undefined }],
    ["required_customer_detail as a number", "required_customer_detail", { required_customer_detail: 1 }],
    ["an expiry in seconds", "expired_at", { expired_at: "1774025999" }],
    ["an expiry in ISO 8601", "expired_at", { expired_at: "2026-03-16T10:00:00+07:00" }],
    ["an expiry that is now", "expired_at", { expired_at: String(startMs) }],
    ["an unknown method", "whitelisted_payment_method", { whitelisted_payment_method: ["VA_BRI", "VA_XYZ"] }],
    ["a method in lower case", "whitelisted_payment_method", { whitelisted_payment_method: ["va_bri"] }],
    ["methods that are no list", "whitelisted_payment_method", { whitelisted_payment_method: "VA_BRI" }],
    ["a redirect of 2049 characters", "redirect_url", { redirect_url: `https://e.test/${"p".repeat(2034)}` }],
    ["a redirect that runs a script", "redirect_url", { redirect_url: "javascript:alert(1)" }],
    ["metadata that is a list", "optional_metadata", { optional_metadata: [] }],
  ])("refuses %s", async (_name, field, changes) => {
    const { api } = await setUp();
    const errors = fieldErrors(await api("POST", links, { ...order, ...changes }));
    expect(Object.keys(errors as object)).toContain(field);
    expect(pick(errors, field)).toEqual([expect.any(String)]);
  });

  test("malformed JSON has no fields, so the required ones are missing", async () => {
    const { api } = await setUp();
    for (const body of ["{", "[]", ""]) {
      const errors = fieldErrors(await api("POST", links, body));
      expect(Object.keys(errors as object)).toEqual([
        "reff_no",
        "title",
        "total_amount",
        "items",
        "max_usage",
        "required_customer_detail",
      ]);
    }
  });

  test("a reference that was used: 422 on reff_no, also after its link was deleted", async () => {
    const { api } = await setUp();
    const created = await api("POST", links, order);
    const taken = { reff_no: ["Reff no has already been taken"] };
    expect(fieldErrors(await api("POST", links, order))).toEqual(taken);
    await api("DELETE", pathOf(created));
    expect(fieldErrors(await api("POST", links, order))).toEqual(taken);
  });
});

describe("SingaPay show and list", () => {
  test("show is by the numeric id; an unknown one is 404", async () => {
    const { api } = await setUp();
    const created = await api("POST", links, order);
    const shown = await api("GET", pathOf(created));
    expect([shown.status, shown.text]).toEqual([200, created.text]);
    for (const id of ["0", "ORD-1001", "9".repeat(40)]) {
      expect(await api("GET", `${links}/${id}`)).toMatchObject({ status: 404, json: { error: { code: 404 } } });
    }
  });

  test("the stored status stays open after the expiry, the computed one does not", async () => {
    const { clock, api } = await setUp();
    const created = await api("POST", links, order);
    const show = async (): Promise<unknown> => (await api("GET", pathOf(created))).json["data"];
    clock.advance(dayMs - 1);
    expect(await show()).toMatchObject({ status: "open", status_computed: "open", is_expired: false });
    clock.advance(1);
    expect(await show()).toMatchObject({ status: "open", status_computed: "expired", is_expired: true });
  });

  test("list is newest first, in pages", async () => {
    const { api } = await setUp();
    for (let index = 1; index <= 27; index += 1) await api("POST", links, { ...order, reff_no: `R-${index}` });
    const list = async (query: string): Promise<readonly [readonly unknown[], unknown]> => {
      const { json } = await api("GET", links + query);
      return [(json["data"] as readonly object[]).map((link) => pick(link, "reff_no")), json["pagination"]];
    };
    const [first, pagination] = await list("");
    expect(first).toHaveLength(25);
    expect(first[0]).toBe("R-27");
    expect(pagination).toEqual({ total: 27, count: 25, per_page: 25, current_page: 1, total_pages: 2 });
    expect(await list("?page=2")).toEqual([
      ["R-2", "R-1"],
      { total: 27, count: 2, per_page: 25, current_page: 2, total_pages: 2 },
    ]);
    expect(await list("?page=9&per_page=10")).toEqual([
      [],
      { total: 27, count: 0, per_page: 10, current_page: 9, total_pages: 3 },
    ]);
    expect((await list("?per_page=100"))[0]).toHaveLength(27);
    // There is no documented filter here.
    expect((await list("?reff_no=R-1"))[0]).toHaveLength(25);
  });

  test.each(["page=0", "page=x", "per_page=0", "per_page=101", "per_page=-1", "page=1.5"])(
    "refuses %s",
    async (query) => {
      const { api } = await setUp();
      expect(Object.keys(fieldErrors(await api("GET", `${links}?${query}`)) as object)).toEqual([query.split("=")[0]]);
    },
  );

  test("the catalogue of methods is not taken for an account", async () => {
    const { api } = await setUp();
    const { json } = await api("GET", "/api/v1.0/payment-link-manage/payment-methods");
    const codes = pick(json, "data", "available_codes") as readonly string[];
    expect(codes).toHaveLength(20);
    expect(codes).toEqual(expect.arrayContaining(["VA_BRI", "QRIS", "EWALLET_GOPAY", "ALFAMART", "INDOMARET"]));
    expect(pick(json, "data", "payment_methods", 0)).toEqual({
      code: "VA_BCA",
      name: "Virtual Account BCA",
      group: "va",
      desc: null,
    });
  });
});

describe("SingaPay update", () => {
  test("changes what may change, keeps what is left out, ignores the title", async () => {
    const { clock, api } = await setUp();
    const created = await api("POST", links, order);
    const path = pathOf(created);
    clock.advance(minuteMs);
    const changed = await api("PUT", path, {
      status: "closed",
      max_usage: 5,
      required_customer_detail: false,
      expired_at: startMs + 2 * dayMs,
      whitelisted_payment_method: null,
      title: "Another title",
    });
    expect(changed).toMatchObject({ status: 200, json: { success: true } });
    const all = (await api("GET", links.replace(account, "payment-methods"))).json;
    const catalogue = pick(all, "data", "available_codes") as readonly string[];
    // github.com/aliziodev/laravel-singapay, issue 56: null takes the choice back, and all of them are told.
    const everyMethod = catalogue.map((code) =>
      code.endsWith("MART") || code.endsWith("MARET") ? `RETAIL_${code}_LINKQU` : code,
    );
    expect(changed.json["data"]).toEqual({
      ...(created.json["data"] as object),
      status: "closed",
      status_computed: "closed",
      max_usage: 5,
      required_customer_detail: false,
      expired_at: "2026-03-17T10:00:00+07:00",
      whitelisted_payment_method: everyMethod,
      updated_at: "2026-03-15T10:01:00+07:00",
    });
    const reopened = await api("PUT", path, { ...update, expired_at: null, redirect_url: null, optional_metadata: {} });
    expect(reopened.json["data"]).toMatchObject({
      status: "open",
      status_computed: "open",
      expired_at: null,
      redirect_url: null,
      optional_metadata: {},
      whitelisted_payment_method: everyMethod,
    });
    expect((await api("PUT", `${links}/999`, update)).status).toBe(404);
  });

  test.each<readonly [string, string, object]>([
    ["no status", "status", { status: undefined }],
    ["an unknown status", "status", { status: "paid" }],
    ["no max_usage", "max_usage", { max_usage: undefined }],
    ["max_usage below what is used", "max_usage", { max_usage: 1 }],
    ["max_usage above a million", "max_usage", { max_usage: 1_000_001 }],
    ["no required_customer_detail", "required_customer_detail", { required_customer_detail: undefined }],
    ["an expiry in the past", "expired_at", { expired_at: String(startMs - 1) }],
    ["an unknown method", "whitelisted_payment_method", { whitelisted_payment_method: ["CASH"] }],
  ])("refuses %s", async (_name, field, changes) => {
    const { sandbox, api } = await setUp();
    const created = await api("POST", links, order);
    const link = textAt(created.json, "data", "payment_url");
    await sandbox.pay(link);
    await sandbox.pay(link);
    const reply = await api("PUT", pathOf(created), { ...update, ...changes });
    expect(Object.keys(fieldErrors(reply) as object)).toEqual([field]);
  });

  test("the message of a missing status is the one that was seen live", async () => {
    const { api } = await setUp();
    const created = await api("POST", links, order);
    const reply = await api("PUT", pathOf(created), { ...update, status: undefined });
    expect(fieldErrors(reply)).toEqual({ status: ["Status is required"] });
  });

  test("an expired link can be closed with its own past expiry", async () => {
    const { clock, api } = await setUp();
    const created = await api("POST", links, order);
    clock.advance(2 * dayMs);
    const path = pathOf(created);
    const closed = await api("PUT", path, { ...update, status: "closed", expired_at: order.expired_at });
    expect(closed.json["data"]).toMatchObject({ status: "closed", status_computed: "closed", is_expired: true });
  });

  test("a link set to expired takes no payment", async () => {
    const { sandbox, api } = await setUp();
    const created = await api("POST", links, order);
    const changed = await api("PUT", pathOf(created), { ...update, status: "expired" });
    expect(changed.json["data"]).toMatchObject({ status: "expired", status_computed: "expired", is_expired: true });
    await expect(sandbox.pay(textAt(created.json, "data", "payment_url"))).rejects.toThrow("it is expired");
  });
});

describe("SingaPay delete", () => {
  test("a link without histories goes; one with any history answers 403", async () => {
    const { sandbox, api } = await setUp();
    const fresh = await api("POST", links, order);
    const path = pathOf(fresh);
    const deleted = await api("DELETE", path);
    expect([deleted.status, deleted.text]).toEqual([
      200,
      '{"status":200,"success":true,"data":{"message":"Payment Link deleted successfully"}}',
    ]);
    expect((await api("GET", path)).status).toBe(404);
    expect((await api("DELETE", path)).status).toBe(404);

    const used = await api("POST", links, { ...order, reff_no: "ORD-2" });
    await sandbox.open(textAt(used.json, "data", "payment_url"));
    expect(await api("DELETE", pathOf(used))).toMatchObject({
      status: 403,
      json: { status: 403, success: false, error: { code: 403 } },
    });
  });
});

describe("SingaPay paths and methods", () => {
  test("an unknown path: 404; a wrong method: 405", async () => {
    const { api } = await setUp();
    expect(await api("GET", "/api/v1.0/other")).toMatchObject({
      status: 404,
      json: { status: 404, success: false, error: { code: 404 } },
    });
    expect(await api("PATCH", `${links}/1`, {})).toMatchObject({
      status: 405,
      json: { status: 405, success: false, error: { code: 405, message: expect.stringContaining("GET, HEAD, PUT") } },
    });
    expect((await api("GET", tokenPath)).status).toBe(405);
  });
});
