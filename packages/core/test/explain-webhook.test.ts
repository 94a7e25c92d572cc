import { createHmac } from "node:crypto";
import { type ExplainWebhookOptions, isSupported, type WebhookRequest } from "@tautan/core";
import type { AnyDriver, DriverHandlers, SupportingHandlers, WebhookFacts } from "@tautan/core/driver";
import { expectToHide } from "@tautan/driver-kit/testing";
import { err, ok } from "neverthrow";
import { describe, expect, test } from "vitest";
import { createStub, linksWith, NOW } from "./support/stub-driver.ts";

const SECRET = "secret-of-the-first-account";
const OTHER_SECRET = "secret-of-the-second-account";
const TARGET = "/api/webhooks/gw?shop=1";
const BODY = '{"id":7,"amount":10000.50,"url":"https://shop.example/ä","list":[],"name":"CANARY-NAME"}';

type Signed = "bytes" | "bytes and url";

const hmac = (secret: string, text: string): string => createHmac("sha256", secret).update(text).digest("hex");
const contentOf = (signed: Signed, target: string, body: string): string =>
  signed === "bytes" ? body : `${target}:${body}`;

/** Counts what a driver with a common scheme of signatures is asked to verify. */
const createSigned = (secret: string, signed: Signed = "bytes", supporting: SupportingHandlers = {}, name = "stub") => {
  const verified: string[] = [];
  const parseWebhook: DriverHandlers["parseWebhook"] = async (delivery) => {
    verified.push(delivery.text);
    const problem = (which: "missing" | "malformed" | "mismatch") =>
      err({
        kind: "signature_invalid",
        problem: which,
        message: `x-signature is ${which}`,
        hint: "Check the secret.",
        retryable: false,
        outcome: "not_sent",
      } as const);
    if (!/json/.test(delivery.header("content-type") ?? "")) {
      return err({
        kind: "malformed_webhook",
        message: "expected JSON",
        hint: "Check the header.",
        retryable: false,
        outcome: "not_sent",
      });
    }
    const given = delivery.header("x-signature");
    if (given === undefined) return problem("missing");
    if (!/^[0-9a-f]{64}$/.test(given)) return problem("malformed");
    if (hmac(secret, contentOf(signed, delivery.target, delivery.text)) !== given) return problem("mismatch");
    if (delivery.header("x-late") !== undefined) {
      return err({
        kind: "signature_expired",
        message: "too old",
        hint: "Look.",
        retryable: false,
        outcome: "not_sent",
      });
    }
    return ok([{ kind: "unknown", trust: "signed", event: "ping", raw: {} }]);
  };
  const { driver } = createStub({ parseWebhook }, {}, name);
  return { driver: { ...driver, handlers: { ...driver.handlers, ...supporting } } as AnyDriver, verified };
};

const factsWith = (facts: Partial<WebhookFacts>): SupportingHandlers => ({
  explainWebhook: async () => ok({ isOwnForm: true, signedBody: "bytes", signsUrl: true, ...facts }),
});

/** A genuine delivery, with parts changed on its way. */
const delivered = (
  { secret = SECRET, signed = "bytes", body = BODY }: { secret?: string; signed?: Signed; body?: string },
  changes: { body?: unknown; url?: string; method?: string; headers?: Record<string, string | undefined> } = {},
): WebhookRequest =>
  ({
    method: "POST",
    url: TARGET,
    body,
    ...changes,
    headers: {
      "content-type": "application/json",
      "x-signature": hmac(secret, contentOf(signed, TARGET, body)),
      ...changes.headers,
    },
  }) as WebhookRequest;

const explainAt = async (
  gateways: Readonly<Record<string, AnyDriver>>,
  request: WebhookRequest,
  options?: ExplainWebhookOptions,
) => {
  const { driver } = createStub();
  const [key = "gw"] = Object.keys(gateways);
  const explanation = await linksWith({ driver, calls: [] }, { default: key, gateways }).explainWebhook(
    key,
    request,
    options,
  );
  const given = hmac(SECRET, contentOf("bytes", TARGET, BODY));
  expectToHide(explanation, [SECRET, OTHER_SECRET, "CANARY", given]);
  expect(explanation.message).not.toBe("");
  expect(explanation.hint).not.toBe("");
  return explanation;
};
const explain = (request: WebhookRequest, signed: Signed = "bytes", options?: ExplainWebhookOptions) =>
  explainAt({ gw: createSigned(SECRET, signed).driver }, request, options);

test("a delivery that parseWebhook accepts is genuine", async () => {
  expect(await explain(delivered({}))).toMatchObject({ cause: "genuine", gateway: "gw", proven: true });
});

describe("a request that cannot be read", () => {
  const used = async () => {
    const request = new Request("https://shop.example/", { method: "POST", body: "{}" });
    await request.text();
    return request;
  };
  test.each<[string, () => unknown, string]>([
    ["a body that a framework has parsed", () => delivered({}, { body: { id: 7 } }), "body_already_parsed"],
    ["a Request whose body was read", used, "body_already_parsed"],
    ["no body", () => delivered({}, { body: undefined }), "body_empty"],
    ["an empty body", () => delivered({}, { body: "" }), "body_empty"],
    ["too large a body", () => delivered({}, { body: "x".repeat(70_000) }), "body_too_large"],
    ["a GET", () => delivered({}, { method: "GET" }), "request_malformed"],
    ["a URL that is none", () => delivered({}, { url: "nowhere" }), "request_malformed"],
    ["bytes that are no UTF-8", () => delivered({}, { body: Buffer.from([0xff]) }), "request_malformed"],
    ["nothing", () => undefined, "request_malformed"],
  ])("%s", async (_name, make, cause) => {
    expect(await explain((await make()) as WebhookRequest)).toMatchObject({ cause });
  });

  test("a key that no gateway has", async () => {
    const links = linksWith(createStub());
    expect(await links.explainWebhook("elsewhere", delivered({}))).toMatchObject({
      cause: "unknown_gateway",
      gateway: "elsewhere",
    });
  });

  test("a Fetch request stays readable for parseWebhook", async () => {
    const { method, url, headers, body } = delivered({}) as {
      method: string;
      url: string;
      headers: Record<string, string>;
      body: string;
    };
    const request = new Request(`https://shop.example${url}`, { method, headers, body });
    const { driver } = createSigned(SECRET);
    const links = linksWith({ driver, calls: [] });
    expect((await links.explainWebhook("gw", request)).cause).toBe("genuine");
    expect((await links.parseWebhook("gw", request)).isOk()).toBe(true);
  });
});

describe("a body that was written anew", () => {
  const python = '{"id": 7, "name": "\\u00e4"}';
  const php = '{"url":"https:\\/\\/shop.example\\/","name":"\\u00e4"}';
  const rails = '{"name":"Tom \\u0026 Jerry"}';
  const reparsed = (text: string) => JSON.stringify(JSON.parse(text));
  const pretty = (text: string, indent: number | string) => JSON.stringify(JSON.parse(text), undefined, indent);
  test.each<[string, string, string]>([
    ["indented by 2 spaces", BODY, BODY.replaceAll(/([{,:])(?=")/g, "$1\n  ")],
    ["spaces after commas", '{"a":1,"b":2}', '{"a": 1, "b": 2}'],
    ["on one line, signed with 2 spaces", pretty('{"a":[1,{}],"b":{"c":[]}}', 2), '{"a":[1,{}],"b":{"c":[]}}'],
    ["on one line, signed with 4 spaces", pretty('{"a":[1]}', 4), '{"a":[1]}'],
    ["on one line, signed with tabs", pretty('{"a":[1]}', "\t"), '{"a":[1]}'],
    ["a line end added", BODY, `${BODY}\n`],
    ["a line end removed", `${BODY}\n`, BODY],
    ["a byte order mark added", BODY, `\ufeff${BODY}`],
    ["line ends of Windows", pretty(BODY, 2), pretty(BODY, 2).replaceAll("\n", "\r\n")],
    ["the spelling of Python lost", python, reparsed(python)],
    ["the spelling of PHP lost", php, reparsed(php)],
    ["the spelling of Rails lost", rails, reparsed(rails)],
    ["escapes added", '{"url":"https://shop.example/ä"}', '{"url":"https:\\/\\/shop.example\\/\\u00e4"}'],
    ["serialised twice", BODY, JSON.stringify(BODY)],
  ])("%s", async (_name, body, received) => {
    expect(received).not.toBe(body);
    const { cause, proven } = await explain(delivered({ body }, { body: received }));
    expect([cause, proven]).toEqual(["body_reserialised", true]);
  });

  test("numbers and repeated keys are compared as they were written", async () => {
    const body = '{"amount":10000.00,"id":1,"id":2}';
    expect(await explain(delivered({ body }, { body: body.replaceAll(",", ", ") }))).toMatchObject({
      cause: "body_reserialised",
      signedForm: "JSON on one line",
    });
  });

  test("a lost key cannot be found again, but the length shows the change", async () => {
    const body = '{"id":7,"id":8}';
    const headers = { "content-length": String(body.length) };
    const explanation = await explain(delivered({ body }, { body: '{"id":8}', headers }));
    expect(explanation).toMatchObject({ cause: "body_reserialised", proven: false });
  });

  test("a changed value is no spelling: the cause stays unknown", async () => {
    const explanation = await explain(delivered({}, { body: BODY.replace("10000.50", "1.50") }));
    expect(explanation).toMatchObject({ cause: "unknown", proven: false });
    expect(explanation.tried.join()).toContain("other spellings of the body");
  });
});

describe("a body whose end is missing", () => {
  test.each<[string, Record<string, string>, boolean]>([
    ["JSON that breaks off", {}, false],
    ["fewer bytes than Content-Length names", { "content-length": String(Buffer.byteLength(BODY)) }, true],
  ])("%s", async (_name, headers, proven) => {
    const explanation = await explain(delivered({}, { body: BODY.slice(0, 40), headers }));
    expect(explanation).toMatchObject({ cause: "body_truncated", proven });
  });
});

describe("headers", () => {
  test("an absent signature, named by the driver or not", async () => {
    const request = delivered({}, { headers: { "x-signature": undefined } });
    expect(await explain(request)).toMatchObject({ cause: "header_missing", names: [] });
    const { driver } = createSigned(SECRET, "bytes", factsWith({ missing: ["X-Signature"] }));
    expect(await explainAt({ gw: driver }, request)).toMatchObject({
      cause: "header_missing",
      names: ["X-Signature"],
      message: "expected X-Signature, got none",
    });
  });

  test("a signature of another form", async () => {
    const request = delivered({}, { headers: { "x-signature": "sha256=CANARY" } });
    expect(await explain(request)).toMatchObject({ cause: "signature_malformed" });
    const malformed = { name: "X-Signature", expected: "64 digits", got: "13 characters" };
    const { driver } = createSigned(SECRET, "bytes", factsWith({ malformed }));
    expect(await explainAt({ gw: driver }, request)).toMatchObject({
      cause: "signature_malformed",
      name: "X-Signature",
      message: "X-Signature: expected 64 digits, got 13 characters",
    });
  });

  test("another content type", async () => {
    const request = delivered({}, { headers: { "content-type": "text/plain" } });
    expect(await explain(request)).toMatchObject({ cause: "wrong_content_type" });
  });
});

describe("a time that is too far from ours", () => {
  const request = delivered({}, { headers: { "x-late": "1" } });
  test("without the signed time", async () => {
    const explanation = await explain(request);
    expect(explanation.cause).toBe("clock_off");
    expect(explanation).not.toHaveProperty("seconds");
  });
  test.each([
    [-90_000, 90, "past"],
    [400_000, 400, "future"],
  ])("signed %d ms from now", async (offsetMs, seconds, signedTime) => {
    const { driver } = createSigned(SECRET, "bytes", factsWith({ signedAtMs: NOW + offsetMs }));
    expect(await explainAt({ gw: driver }, request)).toMatchObject({ cause: "clock_off", seconds, signedTime });
  });
});

describe("another URL than the signed one", () => {
  const signed = "bytes and url" as const;
  test.each<[string, string, Record<string, string>, string | undefined]>([
    ["a slash at the end", "/api/webhooks/gw/?shop=1", {}, undefined],
    ["a prefix that a proxy removed, by publicUrl", "/gw?shop=1", {}, "https://shop.example/api/webhooks/gw?shop=1"],
    [
      "a query that a proxy removed, by publicUrl",
      "/api/webhooks/gw",
      {},
      "https://shop.example/api/webhooks/gw?shop=1",
    ],
    ["the path of publicUrl alone", "/hooks?shop=1", {}, "https://shop.example/api/webhooks/gw"],
    ["publicUrl as the prefix", "/webhooks/gw?shop=1", {}, "https://shop.example/api/"],
    ["a common prefix that a proxy removed", "/webhooks/gw?shop=1", {}, undefined],
    ["a prefix in a header", "/gw?shop=1", { "x-forwarded-prefix": "/api/webhooks" }, undefined],
    ["the URL in a header", "/x", { "x-original-uri": TARGET }, undefined],
    ["a prefix that a proxy added", "/internal/v2/api/webhooks/gw?shop=1", {}, undefined],
  ])("%s", async (_name, url, headers, publicUrl) => {
    const explanation = await explain(
      delivered({ signed }, { url, headers }),
      signed,
      publicUrl === undefined ? undefined : { publicUrl },
    );
    expect(explanation).toMatchObject({ cause: "wrong_url", proven: true });
    expect(JSON.stringify(explanation)).not.toContain("shop=1");
  });

  test("a URL that nothing leads back to is unknown, and a useless publicUrl is reported", async () => {
    const request = delivered({ signed }, { url: "/x" });
    const explanation = await explain(request, signed, { publicUrl: "shop" });
    expect(explanation.cause).toBe("unknown");
    expect(explanation.tried.join()).toContain("publicUrl is not used");
  });
});

describe("other gateways and secrets of the configuration", () => {
  test("the secret of another account of the same provider", async () => {
    const gateways = { first: createSigned(SECRET).driver, second: createSigned(OTHER_SECRET).driver };
    expect(await explainAt(gateways, delivered({ secret: OTHER_SECRET }))).toMatchObject({
      cause: "another_secret",
      gateway: "first",
      otherGateway: "second",
    });
  });

  test("a delivery that another provider's driver verifies", async () => {
    const gateways = {
      first: createSigned(SECRET).driver,
      acme: createSigned(OTHER_SECRET, "bytes", {}, "acme").driver,
    };
    expect(await explainAt(gateways, delivered({ secret: OTHER_SECRET }))).toMatchObject({
      cause: "delivered_to_another_gateway",
      otherGateway: "acme",
      proven: true,
    });
  });

  test("a delivery that only has the form of another provider's", async () => {
    const first = createSigned(SECRET, "bytes", factsWith({ isOwnForm: false })).driver;
    const acme = createSigned("unknown-secret", "bytes", factsWith({}), "acme").driver;
    expect(await explainAt({ first, acme }, delivered({ secret: OTHER_SECRET }))).toMatchObject({
      cause: "delivered_to_another_gateway",
      otherGateway: "acme",
      proven: false,
    });
  });

  test("a driver that accepts unsigned deliveries proves nothing", async () => {
    const { driver: trusting } = createStub(
      { parseWebhook: async () => ok([{ kind: "unknown", trust: "unsigned", event: "ping", raw: {} }]) },
      {},
      "trusting",
    );
    const request = delivered({ secret: "of nobody" });
    expect((await explainAt({ first: createSigned(SECRET).driver, trusting }, request)).cause).toBe("unknown");
    expect(await explainAt({ trusting }, request)).toMatchObject({ cause: "genuine" });
  });

  test.each<[Partial<WebhookFacts>, object]>([
    [
      { otherSecret: { option: "serverKey", problem: "padded" } },
      { cause: "whitespace_in_secret", option: "serverKey" },
    ],
    [
      { otherSecret: { option: "clientSecret", problem: "not_used" } },
      { cause: "another_secret", option: "clientSecret" },
    ],
    [
      { wrongKey: { option: "serverKey", expected: "a server key", got: "a client key" } },
      { cause: "wrong_kind_of_key" },
    ],
    [{ environment: { configured: "production", ofKey: "sandbox" } }, { cause: "sandbox_key_at_production" }],
    [{ environment: { configured: "sandbox", ofKey: "production" } }, { cause: "production_key_at_sandbox" }],
    [{ environment: { configured: "production", ofBody: "sandbox" } }, { cause: "another_environment" }],
    [{ environment: { configured: "production", ofKey: "production" } }, { cause: "unknown" }],
    [
      { otherBodies: [{ text: BODY, form: "another amount" }] },
      { cause: "body_reserialised", signedForm: "another amount" },
    ],
  ])("facts of the driver, %#", async (facts, expected) => {
    const { driver } = createSigned(SECRET, "bytes", factsWith({ signedBody: "json", ...facts }));
    const wrong = delivered({}, { body: BODY.replace("10000.50", "1") });
    expect(await explainAt({ gw: driver }, wrong)).toMatchObject(expected);
  });
});

describe("a faulty driver", () => {
  test.each<[string, Partial<DriverHandlers> & SupportingHandlers]>([
    [
      "parseWebhook throws",
      {
        parseWebhook: () => {
          throw new Error("CANARY");
        },
      },
    ],
    [
      "explainWebhook throws",
      {
        explainWebhook: () => {
          throw new Error("CANARY");
        },
      },
    ],
    ["explainWebhook returns nothing", { explainWebhook: async () => undefined as never }],
  ])("%s", async (_name, handlers) => {
    const { driver } = createSigned(SECRET, "bytes", handlers);
    const explanation = await explainAt({ gw: driver }, delivered({ secret: OTHER_SECRET }));
    expect(["unknown", "content_malformed"]).toContain(explanation.cause);
  });
});

describe("the work is bounded", () => {
  const forged = (body: string) => delivered({ secret: "of nobody" }, { body });
  const texts: readonly [string, string][] = [
    ["an ordinary body", BODY],
    ["1 MB of texts", JSON.stringify(Array.from({ length: 50_000 }, (_, index) => `ä/${index}<&>`))],
    ["deep nesting", `${"[".repeat(30_000)}${"]".repeat(30_000)}`],
    ["many small lists", JSON.stringify(Array.from({ length: 60_000 }, () => [[]]))],
    ["one long text", JSON.stringify("\\".repeat(200_000))],
  ];
  test.each(texts)("%s is verified 45 times at most, and none is much longer", async (_name, body) => {
    const { driver, verified } = createSigned(SECRET, "bytes and url");
    const links = linksWith({ driver, calls: [] }, { maxWebhookBytes: 2 ** 21 });
    expect((await links.explainWebhook("gw", forged(body))).cause).toBe("unknown");
    expect(verified.length).toBeLessThanOrEqual(45);
    for (const text of verified) expect(text.length).toBeLessThanOrEqual(4 * body.length + 8192);
  });

  test("a body beyond maxWebhookBytes is never verified", async () => {
    const { driver, verified } = createSigned(SECRET);
    await linksWith({ driver, calls: [] }).explainWebhook("gw", forged("x".repeat(70_000)));
    expect(verified).toEqual([]);
  });

  test("of a hundred gateways, sixteen are asked", async () => {
    const others = Array.from({ length: 100 }, (_, index) => [`gw-${index}`, createSigned(`secret-${index}`)] as const);
    await explainAt(
      { gw: createSigned(SECRET).driver, ...Object.fromEntries(others.map(([key, { driver }]) => [key, driver])) },
      forged(BODY),
    );
    expect(others.filter(([, { verified }]) => verified.length > 0)).toHaveLength(16);
  });
});

test("a gateway explains its own deliveries, if it reads webhooks at all", async () => {
  const { driver } = createSigned(SECRET);
  const links = linksWith({ driver, calls: [] });
  expect(await links.gateway("gw").explainWebhook(delivered({}))).toMatchObject({ cause: "genuine" });
  expect(isSupported(driver.capabilities.operations.parseWebhook)).toBe(true);
  const without = createStub(
    {},
    { operations: { ...driver.capabilities.operations, parseWebhook: { unsupported: "none" } } },
  );
  expect(Object.keys(linksWith(without).gateway("gw"))).not.toContain("explainWebhook");
});
