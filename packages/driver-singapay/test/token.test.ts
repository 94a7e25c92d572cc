import { expectToHide } from "@tautan/driver-kit/testing";
import { mockHttp } from "@tautan/driver-kit/testing/mock-http";
import { describe, expect, test } from "vitest";
import { signTokenRequest } from "../src/token.ts";
import {
  ACCOUNT,
  API,
  API_KEY,
  CLIENT_ID,
  CLIENT_SECRET,
  callsOf,
  createClock,
  createLinks,
  fixture,
  LINKS,
  link,
  NOW,
  refusal,
  startLinks,
  success,
  TOKEN,
  TOKEN_PATH,
} from "./support.ts";

const http = mockHttp(API);
const tokenReply = (access_token: string, expires_in?: unknown) => success({ access_token, expires_in });
const bearers = () => callsOf(http).map((each) => each.headers.get("authorization"));

/** Our own known answer: id `demo-client-7f31`, secret `demo-secret-Q9x2Lm`, day `20260315`. */
const VECTOR =
  "ba80583bb014b1af4157103f4022547f8a92f8fa137e829ab21954003cda91c6ef2a60350ab71913861cd8a1284136d26f0bcb8150d252288881b8e387533b1a";

describe("the request for a token", () => {
  test("path, headers, body and signature, to the byte", async () => {
    const links = startLinks(http);
    http.reply("GET", `${LINKS}/301`, success(link()));
    expect((await links.get("singapay:301")).isOk()).toBe(true);
    const [request, call] = http.sent;
    expect(request).toMatchObject({ method: "POST", path: TOKEN_PATH, body: '{"grant_type":"client_credentials"}' });
    expect(Object.fromEntries(request?.headers ?? [])).toMatchObject({
      accept: "application/json",
      "content-type": "application/json",
      "x-partner-id": API_KEY,
      "x-client-id": CLIENT_ID,
      "x-signature": VECTOR,
    });
    expect(request?.headers.has("authorization")).toBe(false);
    expect(Object.fromEntries(call?.headers ?? [])).toMatchObject({
      accept: "application/json",
      "x-partner-id": API_KEY,
      authorization: `Bearer ${TOKEN}`,
    });
    for (const name of ["content-type", "x-client-id", "x-signature"]) expect(call?.headers.has(name)).toBe(false);
  });

  test.each([
    ["the first moment of the day in Jakarta, still yesterday in UTC", "2026-03-14T17:00:00.000Z", VECTOR],
    ["the last moment of the day in Jakarta", "2026-03-15T16:59:59.999Z", VECTOR],
    ["a moment later it is tomorrow", "2026-03-15T17:00:00.000Z", undefined],
    ["a moment earlier it is yesterday", "2026-03-14T16:59:59.999Z", undefined],
  ])("signs %s", async (_name, at, expected) => {
    const signature = signTokenRequest({ clientId: CLIENT_ID, clientSecret: CLIENT_SECRET }, Date.parse(at));
    expect(signature).toMatch(/^[0-9a-f]{128}$/);
    expect(signature === VECTOR).toBe(expected === VECTOR);
  });
});

describe("the token is kept", () => {
  test("one token serves many calls", async () => {
    const links = startLinks(http);
    for (const _ of [1, 2, 3]) {
      http.reply("GET", `${LINKS}/301`, success(link()));
      expect((await links.get("singapay:301")).isOk()).toBe(true);
    }
    expect(http.sent.map((each) => each.method)).toEqual(["POST", "GET", "GET", "GET"]);
  });

  test("calls that come together share one request for it", async () => {
    const links = startLinks(http);
    for (const _ of [1, 2, 3, 4]) http.reply("GET", `${LINKS}/301`, success(link()));
    const results = await Promise.all([1, 2, 3, 4].map(() => links.get("singapay:301")));
    expect(results.every((each) => each.isOk())).toBe(true);
    expect(http.sent.filter((each) => each.path === TOKEN_PATH)).toHaveLength(1);
  });

  test.each<[string, unknown, number]>([
    ["a text, as documented", "216000", 216_000],
    ["a number", 3600, 3600],
    ["nothing: an hour", undefined, 3600],
    ["null: an hour", null, 3600],
    ["words: an hour", "soon", 3600],
    ["a negative number: an hour", "-5", 3600],
  ])("until a minute before its end; expires_in is %s", async (_name, expiresIn, lifeS) => {
    const clock = createClock();
    const links = createLinks(clock);
    http.reply("POST", TOKEN_PATH, tokenReply("first", expiresIn));
    http.reply("GET", `${LINKS}/301`, success(link()));
    await links.get("singapay:301");
    clock.nowMs = NOW + (lifeS - 60) * 1000 - 1;
    http.reply("GET", `${LINKS}/301`, success(link()));
    await links.get("singapay:301");
    clock.nowMs += 1;
    http.reply("POST", TOKEN_PATH, tokenReply("second", expiresIn));
    http.reply("GET", `${LINKS}/301`, success(link()));
    await links.get("singapay:301");
    expect(bearers()).toEqual(["Bearer first", "Bearer first", "Bearer second"]);
  });

  test("accounts do not share tokens", async () => {
    const [one, two] = [createLinks(), createLinks(createClock(), { accountId: "01K0DEMOACCOUNT0000000000B" })];
    http.reply("POST", TOKEN_PATH, tokenReply("of-one"));
    http.reply("GET", `${LINKS}/301`, success(link()));
    http.reply("POST", TOKEN_PATH, tokenReply("of-two"));
    http.reply("GET", `${LINKS.replace(ACCOUNT, "01K0DEMOACCOUNT0000000000B")}/301`, success(link()));
    await one.get("singapay:301");
    await two.get("singapay:301");
    expect(bearers()).toEqual(["Bearer of-one", "Bearer of-two"]);
  });
});

describe("a token that is refused", () => {
  test("is dropped, and the call sent once more with a fresh one", async () => {
    const links = startLinks(http);
    http.reply("GET", `${LINKS}/301`, { status: 401, body: fixture("error-401") });
    http.reply("POST", TOKEN_PATH, tokenReply("fresh"));
    http.reply("GET", `${LINKS}/301`, success(link()));
    expect((await links.get("singapay:301")).isOk()).toBe(true);
    expect(bearers()).toEqual([`Bearer ${TOKEN}`, "Bearer fresh"]);
  });

  test("even a POST is: what was refused has created nothing", async () => {
    const links = startLinks(http);
    http.reply("POST", LINKS, { status: 401, body: fixture("error-401") });
    http.reply("POST", TOKEN_PATH, tokenReply("fresh"));
    http.reply("POST", LINKS, success(link({ max_usage: 1 })));
    const created = await links.create({ reference: "ORD-1001", amount: { amount: "75000", currency: "IDR" } });
    expect(created._unsafeUnwrap().id).toBe("singapay:301");
    const [first, second] = callsOf(http);
    expect(second?.body).toBe(first?.body);
  });

  test("twice is an error, and there is no third time", async () => {
    const links = startLinks(http);
    http.reply("GET", `${LINKS}/301`, { status: 401, body: fixture("error-401") });
    http.reply("POST", TOKEN_PATH, tokenReply("fresh"));
    http.reply("GET", `${LINKS}/301`, { status: 401, body: fixture("error-401") });
    const error = (await links.get("singapay:301"))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "unauthenticated", outcome: "refused", status: 401, providerCode: "401" });
    expect(error.message).toContain("Invalid credentials");
    // The next call begins with the token that was fresh.
    http.reply("GET", `${LINKS}/301`, success(link()));
    expect((await links.get("singapay:301")).isOk()).toBe(true);
    expect(bearers()).toHaveLength(3);
  });

  test("calls that are refused together get one fresh token between them", async () => {
    const links = startLinks(http);
    http.reply("GET", `${LINKS}/301`, success(link()));
    await links.get("singapay:301");
    for (const _ of [1, 2]) http.reply("GET", `${LINKS}/301`, { status: 401, body: fixture("error-401") });
    http.reply("POST", TOKEN_PATH, tokenReply("fresh"));
    for (const _ of [1, 2]) http.reply("GET", `${LINKS}/301`, success(link()));
    const results = await Promise.all([links.get("singapay:301"), links.get("singapay:301")]);
    expect(results.every((each) => each.isOk())).toBe(true);
    expect(http.sent.filter((each) => each.path === TOKEN_PATH)).toHaveLength(2);
  });
});

describe("no token: the request itself was not sent, whatever the outcome of the one for the token", () => {
  const create = async () => {
    const links = createLinks();
    return links.create({ reference: "ORD-1001", amount: { amount: "75000", currency: "IDR" } });
  };

  test.each([
    ["401", refusal(401, "Invalid credentials"), "unauthenticated", /clientSecret/],
    ["403 for the address", { status: 403, body: fixture("error-403-address") }, "forbidden", /public address/],
    ["403 for the partner", refusal(403, "Invalid X-PARTNER-ID"), "forbidden", /apiKey/],
    ["404, which proves nothing about any link", refusal(404), "rejected", /baseUrl/],
    ["400", refusal(400), "rejected", /baseUrl/],
    ["405", refusal(405), "rejected", /baseUrl/],
    ["409, which proves nothing about any reference", refusal(409), "rejected", /baseUrl/],
    ["422", refusal(422, "The selected grant type is invalid."), "rejected", /baseUrl/],
    ["500", refusal(500), "unavailable", /later/],
    ["503", { status: 503, body: "<html></html>" }, "unavailable", /later/],
    ["302", { status: 302, headers: { location: "https://elsewhere.example/" } }, "malformed_response", /failure/],
    ["HTML", { body: "<html></html>" }, "malformed_response", /failure/],
    ["an empty object", { body: {} }, "malformed_response", /failure/],
    ["success without a token", success({}), "malformed_response", /failure/],
    ["success without data", { body: { success: true } }, "malformed_response", /failure/],
    ["a token that fits no header", tokenReply("a\r\nb"), "malformed_response", /failure/],
    ["an empty token", tokenReply(""), "malformed_response", /failure/],
    ["success: false in a 200", { body: { status: 401, success: false } }, "unauthenticated", /clientSecret/],
    ["SP017", { body: { response_code: "SP017", response_message: "IP" } }, "forbidden", /public address/],
  ])("%s", async (_name, reply, kind, hint) => {
    http.reply("POST", TOKEN_PATH, reply);
    const error = (await create())._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind, outcome: "not_sent", operation: "create", gateway: "singapay" });
    expect(error.hint).toMatch(hint);
    if (kind !== "malformed_response") expect(error.message).toMatch(/^there is no access token: SingaPay returned/);
    expect(http.sent).toHaveLength(1);
  });

  test("429 tells how long to wait", async () => {
    http.reply("POST", TOKEN_PATH, { status: 429, headers: { "retry-after": "9" } });
    expect((await create())._unsafeUnwrapErr()).toMatchObject({
      kind: "rate_limited",
      retryAfterMs: 9000,
      outcome: "not_sent",
    });
  });

  test("a connection that breaks", async () => {
    http.fail("POST", TOKEN_PATH, Object.assign(new Error("socket hang up"), { code: "ECONNRESET" }));
    expect((await create())._unsafeUnwrapErr()).toMatchObject({ kind: "network", outcome: "not_sent" });
  });

  test("a failure is not kept: the next call asks again", async () => {
    http.reply("POST", TOKEN_PATH, refusal(500));
    const links = createLinks();
    expect((await links.get("singapay:301"))._unsafeUnwrapErr().outcome).toBe("not_sent");
    http.reply("POST", TOKEN_PATH, tokenReply("fresh"));
    http.reply("GET", `${LINKS}/301`, success(link()));
    expect((await links.get("singapay:301")).isOk()).toBe(true);
  });

  test("a fresh token that cannot be got after a refusal", async () => {
    const links = startLinks(http);
    http.reply("DELETE", `${LINKS}/301`, refusal(401));
    http.reply("POST", TOKEN_PATH, refusal(503));
    expect((await links.delete("singapay:301"))._unsafeUnwrapErr()).toMatchObject({
      kind: "unavailable",
      outcome: "not_sent",
    });
  });
});

describe("secrets", () => {
  test("no error shows a key, the token or the signature, though the gateway repeats them all", async () => {
    const known = `${CLIENT_SECRET} ${API_KEY} sari@shop.example +628110000001`;
    http.reply("POST", TOKEN_PATH, refusal(401, `${known} ${VECTOR}`, { client: [known] }));
    const links = createLinks();
    const refused = (await links.get("singapay:301"))._unsafeUnwrapErr();
    http.reply("POST", TOKEN_PATH, { body: fixture("token-reply") });
    const withToken = `${known} ${TOKEN}`;
    http.reply("GET", `${LINKS}/301`, refusal(422, withToken, { [TOKEN]: [withToken], expired_at: [withToken] }));
    const second = (await links.get("singapay:301"))._unsafeUnwrapErr();
    for (const error of [refused, second]) {
      // Nobody knows of whom an answer to a read or to a request for a token speaks.
      expect(error.message).toMatch(/SingaPay returned HTTP 4\d\d$/);
      expectToHide(error, [CLIENT_SECRET, API_KEY, TOKEN, VECTOR, "sari@shop.example", "+628110000001"]);
    }
  });

  test("no error shows what the caller wrote, though the gateway repeats it", async () => {
    const links = startLinks(http);
    http.reply(
      "POST",
      LINKS,
      refusal(422, "Validation error", {
        title: ["Bill for Sari Dewi: Blue kebaya, table nine"],
        redirect_url: ["https://shop.example/thanks?token=t0ken is odd"],
      }),
    );
    const created = await links.create({
      reference: "ORD-1001",
      title: "Bill for Sari Dewi",
      amount: { amount: "75000", currency: "IDR" },
      items: [{ name: "Blue kebaya", quantity: 1, unitPrice: { amount: "75000", currency: "IDR" } }],
      redirect: { url: "https://shop.example/thanks?token=t0ken" },
      metadata: { seat: "table nine" },
    });
    const error = created._unsafeUnwrapErr();
    expect(error.kind).toBe("invalid_request");
    expectToHide(error, ["Sari Dewi", "Blue kebaya", "table nine", "t0ken"]);
  });

  test("no error of a change shows what the link holds", async () => {
    const links = startLinks(http);
    http.reply("GET", `${LINKS}/301`, success(link({ optional_metadata: { seat: "table nine" } })));
    const errors = {
      optional_metadata: ["table nine is odd, and so is the window seat for Order 1001"],
      redirect_url: ["https://shop.example/new?token=t0ken and https://shop.example/thanks are odd"],
    };
    http.reply("PUT", `${LINKS}/301`, refusal(422, "Validation error", errors));
    const changed = await links.update("singapay:301", {
      metadata: { seat: "window seat" },
      redirect: { url: "https://shop.example/new?token=t0ken" },
    });
    const error = changed._unsafeUnwrapErr();
    expect(error).toMatchObject({
      kind: "invalid_request",
      outcome: "refused",
      issues: [{ path: "metadata" }, { path: "redirect.url" }],
    });
    expectToHide(error, ["table nine", "window seat", "Order 1001", "t0ken", "shop.example/thanks"]);
  });
});
