import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { DatabaseSync } from "node:sqlite";
import {
  createPaymentLinks,
  err,
  historiesIn,
  idr,
  type Observation,
  ok,
  type PaymentLinks,
  ResultAsync,
} from "@tautan/core";
import { driverError } from "@tautan/core/driver";
import { createMemoryDriver, type MemoryDriver, type SimulatedWebhook } from "@tautan/driver-memory";
import { createSingapayDriver } from "@tautan/driver-singapay";
import { signSingapayWebhook } from "@tautan/driver-singapay/testing";
import { createLedger, sqlite } from "@tautan/ledger";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { errAsync } from "neverthrow";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { createWebhookHandler as forExpress } from "../src/express.ts";
import { createWebhookPlugin } from "../src/fastify.ts";
import { createWebhookHandler as forHono } from "../src/hono.ts";
import {
  createWebhookHandler,
  type WebhookHandlerOptions,
  type WebhookProblem,
  type WebhookReceiver,
} from "../src/index.ts";
import { openMemoryShop } from "./support/memory-shop.ts";
import { FRAMEWORKS, type Running } from "./support/servers.ts";

interface Till {
  readonly links: PaymentLinks;
  readonly webhook: SimulatedWebhook;
  readonly receiver: WebhookReceiver & { readonly links: PaymentLinks };
  readonly events: Observation[];
  readonly problems: WebhookProblem[];
  readonly handle: (request: Partial<SimulatedWebhook>, options?: WebhookHandlerOptions) => Promise<Response>;
}

const openTill = async (onEvent?: (event: Observation) => unknown): Promise<Till> => {
  const gateway = createMemoryDriver();
  const links: PaymentLinks = createPaymentLinks({ default: "memory", gateways: { memory: gateway } });
  expect((await links.create({ reference: "INV-001", amount: idr(190_000) })).isOk()).toBe(true);
  const { webhook } = await gateway.simulate.pay("INV-001");
  const events: Observation[] = [];
  const problems: WebhookProblem[] = [];
  const receiver = { links, onEvent: onEvent ?? ((event: Observation) => void events.push(event)) } as never;
  const onProblem = (problem: WebhookProblem): void => void problems.push(problem);
  return {
    links,
    webhook,
    receiver,
    events,
    problems,
    handle: (request, options = {}) => {
      const whole = { ...webhook, ...request };
      return createWebhookHandler(receiver, { onProblem, ...options })(
        new Request(`https://shop.example${whole.url}`, whole as RequestInit),
      );
    },
  };
};

describe("an event of the account's other business", () => {
  /** A gateway whose delivery names something, and that is asked about it. */
  const openAccount = async (confirmed: () => Awaited<ReturnType<MemoryDriver["handlers"]["confirm"]>>) => {
    const { handlers, ...rest } = createMemoryDriver();
    let asked = 0;
    const memory = {
      ...rest,
      handlers: {
        ...handlers,
        parseWebhook: async () =>
          ok([{ kind: "notice", trust: "signed", resource: "history", providerId: "till-1" }] as const),
        confirm: async () => {
          asked += 1;
          return confirmed();
        },
      },
    } as unknown as MemoryDriver;
    const links = createPaymentLinks({ default: "memory", gateways: { memory } });
    const events: Observation[] = [];
    const problems: WebhookProblem[] = [];
    const ledger = createLedger({ links, database: sqlite(new DatabaseSync(":memory:")) });
    onTestFinished(() => void ledger.end());
    (await ledger.migrate())._unsafeUnwrap();
    const receivers: Readonly<Record<string, WebhookReceiver>> = {
      "with a ledger": { ledger },
      "without one": { links, onEvent: (event: Observation) => void events.push(event) },
    };
    const send = async (mode: string): Promise<number> => {
      const handle = createWebhookHandler(receivers[mode] as WebhookReceiver, {
        onProblem: (problem) => void problems.push(problem),
      });
      return (await handle(new Request("https://shop.example/webhooks/memory", { method: "POST", body: "{}" }))).status;
    };
    return { send, events, problems, asked: () => asked };
  };

  test.each(["with a ledger", "without one"])("%s is accepted at once, and is no problem", async (mode) => {
    const { send, events, problems, asked } = await openAccount(() =>
      ok({ kind: "unknown", trust: "read", event: "charge.refunded", raw: {} }),
    );
    expect(await send(mode)).toBe(200);
    expect(asked()).toBe(1);
    expect(problems).toEqual([]);
    expect(events).toMatchObject(mode === "without one" ? [{ kind: "unknown", event: "charge.refunded" }] : []);
  });

  test("that is not found yet is requested again without a ledger, which keeps it and asks again", async () => {
    const { send, events, problems } = await openAccount(() =>
      err({ ...driverError("not_found", { message: "no such object" }), retryable: true }),
    );
    expect(await send("without one")).toBe(503);
    expect(problems).toMatchObject([{ kind: "not_confirmed", error: { kind: "not_found" } }]);
    expect(await send("with a ledger")).toBe(200);
    expect(events).toEqual([]);
  });
});

describe("without a ledger, a delivery is acknowledged after onEvent, and only if it succeeded", () => {
  test("the event is the confirmed observation, with its delivery", async () => {
    const { handle, events, webhook } = await openTill();
    expect((await handle({})).status).toBe(200);
    expect(events.flatMap(historiesIn)).toMatchObject([{ isPaid: true, reference: "INV-001" }]);
    const deliveries: unknown[] = [];
    const till = await openTill();
    const receiver = {
      links: till.links,
      onEvent: (_event: Observation, delivery: unknown) => void deliveries.push(delivery),
    };
    await createWebhookHandler(receiver)(new Request("https://shop.example/memory", till.webhook as RequestInit));
    expect(deliveries).toMatchObject([{ gateway: "memory", digest: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
    expect(webhook.method).toBe("POST");
  });

  test.each<[string, () => unknown, unknown]>([
    [
      "throws",
      () => {
        throw new Error("CANARY");
      },
      expect.any(Error),
    ],
    ["rejects", () => Promise.reject(new Error("CANARY")), expect.any(Error)],
    ["returns an Err", () => err("CANARY"), "CANARY"],
    ["resolves to an Err", async () => err("CANARY"), "CANARY"],
    ["returns a failed ResultAsync", () => new ResultAsync(Promise.resolve(err("CANARY"))), "CANARY"],
  ])(
    "%s: the gateway is asked to send again, and the problem has the cause, not in its text",
    async (_name, onEvent, cause) => {
      const { handle, problems } = await openTill(onEvent);
      expect((await handle({})).status).toBe(503);
      expect(problems).toMatchObject([{ kind: "event_failed", gateway: "memory", status: 503 }]);
      expect(problems[0]?.cause).toEqual(cause);
      expect(JSON.stringify(problems)).not.toContain("CANARY");
    },
  );

  test.each<[string, () => unknown]>([
    ["an Ok", () => ok(1)],
    ["a ResultAsync", () => new ResultAsync(Promise.resolve(ok(1)))],
    ["a late promise", () => new Promise((resolve) => setImmediate(resolve))],
  ])("%s is a success", async (_name, onEvent) => {
    const { handle, problems } = await openTill(onEvent);
    expect((await handle({})).status).toBe(200);
    expect(problems).toEqual([]);
  });

  const confirming = async (error: object) => {
    const till = await openTill();
    const links = { ...till.links, confirm: () => errAsync(error as never) };
    const events: unknown[] = [];
    const problems: WebhookProblem[] = [];
    const receiver = { links, onEvent: (event: Observation) => void events.push(event) };
    const handler = createWebhookHandler(receiver, { onProblem: (problem) => void problems.push(problem) });
    const response = await handler(new Request("https://shop.example/memory", till.webhook as RequestInit));
    return { status: response.status, events, problems };
  };

  test("an event that the gateway does not confirm now is requested again", async () => {
    const { status, events, problems } = await confirming({ kind: "network", message: "down", hint: "wait" });
    expect({ status, events }).toEqual({ status: 503, events: [] });
    expect(problems).toMatchObject([{ kind: "not_confirmed", error: { kind: "network" } }]);
  });

  test("an event that can never be confirmed is left out, and acknowledged", async () => {
    const { status, events, problems } = await confirming({ kind: "unsupported", message: "no", hint: "none" });
    expect({ status, events }).toEqual({ status: 200, events: [] });
    expect(problems).toMatchObject([{ kind: "not_confirmed", status: 200, error: { kind: "unsupported" } }]);
  });
});

describe("the gateway", () => {
  test.each<[string, string, WebhookHandlerOptions]>([
    ["is the last part of the path", "/a/b/memory", {}],
    ["before a slash and a query", "/memory/?x=1/2", {}],
    ["in percent-encoding", "/%6Demory", {}],
    ["is given as an option", "/anything", { gateway: "memory" }],
  ])("%s", async (_name, url, options) => {
    const { handle } = await openTill();
    expect((await handle({ url }, options)).status).toBe(200);
  });

  test("is given to the handler", async () => {
    const { receiver, webhook } = await openTill();
    const handler = createWebhookHandler(receiver);
    const request = () => new Request("https://shop.example/hook", webhook as RequestInit);
    expect((await handler(request(), "memory")).status).toBe(200);
    // What other servers pass there is no key.
    expect((await handler(request(), { env: true })).status).toBe(404);
  });

  test.each(["/nobody", "/", "/%E0%A4%A", "/webhooks/a%0Ab"])(
    "is unknown in %s: 404, and no text of the path is reported",
    async (url) => {
      const { handle, problems } = await openTill();
      expect((await handle({ url })).status).toBe(404);
      expect(problems).toMatchObject([{ kind: "refused", error: { kind: "unknown_gateway" } }]);
      expect(problems[0]?.gateway).toMatch(/^(nobody|webhooks|\(not a key\))$/);
    },
  );
});

test.each(["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])("a %s is refused with 405", async (method) => {
  const { handle, problems } = await openTill();
  const response = await handle({ method, body: undefined } as never);
  expect(response.status).toBe(405);
  expect(response.headers.get("allow")).toBe("POST");
  expect(problems).toMatchObject([{ kind: "wrong_method", status: 405 }]);
});

describe("the size of a body", () => {
  const chunked = (parts: number): RequestInit & { readonly pulled: () => number } => {
    let pulled = 0;
    const body = new ReadableStream({
      pull: (controller) => {
        pulled += 1;
        if (pulled > parts) controller.close();
        else controller.enqueue(new Uint8Array(1000));
      },
    });
    return {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      duplex: "half",
      pulled: () => pulled,
    } as never;
  };

  test.each<[string, WebhookHandlerOptions]>([
    ["maxWebhookBytes of the links", {}],
    ["maxBodyBytes", { maxBodyBytes: 5_000 }],
  ])("is limited by %s, and no more is read", async (_name, options) => {
    const { handle, problems } = await openTill();
    const sent = chunked(1_000_000);
    expect((await handle(sent as never, options)).status).toBe(413);
    expect(sent.pulled()).toBeLessThan(80);
    expect(problems).toMatchObject([{ kind: "too_large", status: 413 }]);
    expect(problems[0]?.hint).toContain(options.maxBodyBytes ? "maxBodyBytes" : "maxWebhookBytes");
  });

  test("one byte decides", async () => {
    const { handle, webhook } = await openTill();
    const { length } = webhook.body;
    expect((await handle({}, { maxBodyBytes: length })).status).toBe(200);
    expect((await handle({}, { maxBodyBytes: length - 1 })).status).toBe(413);
  });

  test("a declared length is enough to refuse, without reading", async () => {
    const { handle } = await openTill();
    const sent = chunked(10);
    const headers = { "content-type": "application/json", "content-length": "100000" };
    expect((await handle({ ...sent, headers } as never, { maxBodyBytes: 50_000 })).status).toBe(413);
    expect(sent.pulled()).toBeLessThanOrEqual(1);
  });
});

// The parsers of Nest and raw() answer such a request themselves.
test.each(FRAMEWORKS.filter(({ name }) => !/raw\(\)|Nest/.test(name)))(
  "$name: a client that goes away in the middle has forged nothing",
  async ({ start }) => {
    const { receiver, events } = await openTill();
    const reported = Promise.withResolvers<WebhookProblem>();
    const server = await start(receiver, { onProblem: reported.resolve });
    onTestFinished(() => server.close());
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    const head =
      "POST /webhooks/memory HTTP/1.1\r\nhost: shop.example\r\ncontent-type: application/json\r\ncontent-length: 100";
    socket.write(`${head}\r\n\r\n{"half`, () => socket.destroy());
    expect(await reported.promise).toMatchObject({ kind: "incomplete", gateway: "memory" });
    expect(events).toEqual([]);
  },
);

describe("the bytes arrive as they were sent", () => {
  // Not UTF-8, not JSON, and with white space: what a signature covers is not for a framework to repair.
  const BODIES: readonly [string, Buffer, Record<string, string>][] = [
    ["white space and escapes", Buffer.from(' {"a" : 1.0,\r\n "b":"\\u00e9é"} \n'), {}],
    ["a byte order mark", Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d]), {}],
    ["bytes that are not UTF-8", Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0x7d]), {}],
    ["gzip", Buffer.from("1f8b0800000000000003abae050043bfa6a302000000", "hex"), { "content-encoding": "gzip" }],
    ["no content type", Buffer.from("{}"), { "content-type": "" }],
  ];
  const frameworks = FRAMEWORKS.filter(({ name }) => !/raw\(\)/.test(name));

  test.each(frameworks)("$name", async ({ name, start }) => {
    const seen: Uint8Array[] = [];
    const ingest = (_gateway: string, request: { readonly body: unknown }) =>
      new ResultAsync(
        (async () => {
          const parts: Uint8Array[] = [];
          const { body } = request;
          if (body instanceof Uint8Array || typeof body === "string") parts.push(Buffer.from(body as string));
          else for await (const part of body as AsyncIterable<Uint8Array>) parts.push(part);
          seen.push(Buffer.concat(parts));
          return ok({ acknowledgement: { status: 200, headers: { "x-own": "1" }, body: '{"status":"success"}' } });
        })(),
      );
    const server = await start({ ledger: { ingest } as never }, {});
    onTestFinished(() => server.close());
    for (const [what, body, headers] of BODIES) {
      // Nest's own parser refuses what it cannot parse before any controller sees it.
      if (name === "NestJS" && what !== "white space and escapes") continue;
      const answer = await post(server, body, { "content-type": "application/json", ...headers });
      expect([what, answer]).toEqual([what, { status: 200, own: "1", body: '{"status":"success"}' }]);
      expect([what, Buffer.from(seen.at(-1) ?? []).toString("hex")]).toEqual([what, body.toString("hex")]);
    }
  });

  const post = async ({ url }: Running, body: Buffer, headers: Record<string, string>) => {
    const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ""));
    const sent = httpRequest(`${url}/webhooks/memory`, { method: "POST", headers: given });
    const answered = once(sent, "response");
    sent.end(body);
    const [response] = (await answered) as [IncomingMessage];
    const parts: Buffer[] = [];
    for await (const part of response) parts.push(part as Buffer);
    return { status: response.statusCode, own: response.headers["x-own"], body: Buffer.concat(parts).toString() };
  };
});

describe("publicUrl", () => {
  const SECRET = "sandbox-client-secret";
  const BODY = JSON.stringify({ event: "account-created", data: {} });

  /** The status and cause for a delivery that SingaPay signed for one URL and that arrives at another. */
  const deliver = async (signedTarget: string, arrivesAt: string, publicUrl?: string) => {
    const singapay = createSingapayDriver({
      environment: "sandbox",
      clientId: "id",
      clientSecret: SECRET,
      apiKey: "key",
      accountId: "01K0DEMOACCOUNT0000000000A",
    });
    const links: PaymentLinks = createPaymentLinks({ default: "singapay", gateways: { singapay } });
    const headers = await signSingapayWebhook(BODY, { secret: SECRET, target: signedTarget, atMs: Date.now() });
    const problems: WebhookProblem[] = [];
    const handler = createWebhookHandler(
      { links, onEvent: () => {} },
      { publicUrl, onProblem: (each) => void problems.push(each) },
    );
    const request = new Request(`http://10.0.0.7:3000${arrivesAt}`, {
      method: "POST",
      headers: { ...headers, "x-forwarded-prefix": "/hooks" },
      body: BODY,
    });
    return { status: (await handler(request)).status, problems };
  };

  test.each<[string, string, string, string | undefined]>([
    ["is not needed if the path is kept", "/webhooks/singapay", "/webhooks/singapay", undefined],
    ["replaces the path", "/pay/singapay/hook", "/webhooks/singapay", "https://shop.example/pay/{gateway}/hook"],
    [
      "keeps the query",
      "/hooks/singapay?shop=1&x=%20",
      "/webhooks/singapay?shop=1&x=%20",
      "https://shop.example/hooks/{gateway}",
    ],
    [
      "puts back what the proxy removed",
      "/api/webhooks/singapay?a=1",
      "/webhooks/singapay?a=1",
      "https://shop.example/api/",
    ],
    ["may be an origin only", "/webhooks/singapay", "/webhooks/singapay", "https://shop.example"],
  ])("%s", async (_name, signed, arrives, publicUrl) => {
    const { status, problems } = await deliver(signed, arrives, publicUrl);
    expect(problems).toEqual([]);
    expect(status).toBe(200);
  });

  test("without it, a changed path is refused, and no header of a proxy is trusted", async () => {
    const { status, problems } = await deliver("/hooks/webhooks/singapay", "/webhooks/singapay");
    expect(status).toBe(401);
    expect(problems).toMatchObject([{ kind: "refused", explanation: { cause: "wrong_url", proven: true } }]);
  });
});

describe("why a delivery is refused", () => {
  test("is explained once a minute for each kind of refusal", async () => {
    const { receiver, webhook } = await openTill();
    const clock = { at: 0, now: () => clock.at };
    const problems: WebhookProblem[] = [];
    const handler = createWebhookHandler(receiver, { clock, onProblem: (problem) => void problems.push(problem) });
    const forge = (parts: object) =>
      handler(new Request("https://shop.example/memory", { ...webhook, ...parts } as RequestInit));
    const forged = { body: webhook.body.replace("190000", "190001") };
    for (const _again of [1, 2]) await forge(forged);
    await forge({ headers: { "content-type": "application/json" } });
    clock.at += 60_000;
    await forge(forged);
    expect(problems.map(({ explanation }) => explanation?.cause)).toEqual([
      "unknown",
      undefined,
      "header_missing",
      "unknown",
    ]);
  });

  test("is in the problem: the body was serialised again", async () => {
    const { handle, webhook, problems } = await openTill();
    await handle({ body: JSON.stringify(JSON.parse(webhook.body), null, 2) });
    expect(problems).toMatchObject([{ kind: "refused", explanation: { cause: "body_reserialised" } }]);
    expect(problems[0]?.message).toBe(problems[0]?.explanation?.message);
  });
});

describe("problems", () => {
  const spy = () => vi.spyOn(console, "error").mockImplementation(() => {});
  afterEach(() => vi.restoreAllMocks());

  test("a report that throws changes no answer", async () => {
    const { handle } = await openTill();
    const onProblem = (): never => {
      throw new Error("the logger is down");
    };
    expect((await handle({ body: "{}" }, { onProblem })).status).toBe(401);
  });

  test("a report that rejects later changes no answer, and ends no process", async () => {
    const rejections: unknown[] = [];
    const listener = (thrown: unknown): void => void rejections.push(thrown);
    process.on("unhandledRejection", listener);
    const { handle } = await openTill();
    const onProblem = (() => Promise.reject(new Error("the logger is down"))) as () => never;
    expect((await handle({ body: "{}" }, { onProblem })).status).toBe(401);
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", listener);
    expect(rejections).toEqual([]);
  });

  test("a ledger that throws is answered so that the gateway sends again", async () => {
    const { webhook } = await openTill();
    const problems: WebhookProblem[] = [];
    const ledger = {
      ingest: () => {
        throw new Error("CANARY");
      },
    } as never;
    const handler = createWebhookHandler({ ledger }, { onProblem: (problem) => void problems.push(problem) });
    expect((await handler(new Request("https://shop.example/memory", webhook as RequestInit))).status).toBe(503);
    expect(problems).toMatchObject([{ kind: "unexpected", status: 503 }]);
    expect(JSON.stringify(problems)).not.toContain("CANARY");
  });

  test("a database that does not work is answered so, with its error", async () => {
    const shop = openMemoryShop();
    await shop.create();
    const { webhook } = await shop.gateway.simulate.pay("INV-001");
    shop.database.close();
    const problems: WebhookProblem[] = [];
    const handler = createWebhookHandler(
      { ledger: shop.ledger },
      { onProblem: (problem) => void problems.push(problem) },
    );
    expect((await handler(new Request("https://shop.example/shop", webhook as RequestInit))).status).toBe(503);
    expect(problems).toMatchObject([{ kind: "not_stored", error: { kind: "database_unavailable" } }]);
  });

  test("without onProblem they go to the console: each reason once a minute", async () => {
    const logged = spy();
    const { receiver, webhook } = await openTill();
    const clock = { at: 0, now: () => clock.at };
    const handler = createWebhookHandler(receiver, { clock });
    const forge = (path = "memory") =>
      handler(new Request(`https://shop.example/${path}`, { ...webhook, body: "{}" } as RequestInit));
    for (const _again of [1, 2, 3]) await forge();
    expect(logged).toHaveBeenCalledTimes(1);
    expect(logged.mock.calls[0]?.[0]).toMatch(/^@tautan\/webhooks: memory: answered 401, refused/);
    // Whoever makes up gateways fills neither the log nor the memory.
    for (const path of ["a", "b", "c%0Ad"]) await forge(path);
    expect(logged).toHaveBeenCalledTimes(2);
    clock.at += 60_000;
    await forge();
    expect(logged).toHaveBeenCalledTimes(3);
  });

  test("a body that was parsed before is reported once, with the line to change", async () => {
    const logged = spy();
    const { receiver, webhook } = await openTill();
    const clock = { at: 0, now: () => clock.at };
    const handler = createWebhookHandler(receiver, { clock });
    for (const _again of [1, 2]) {
      const request = new Request("https://shop.example/memory", webhook as RequestInit);
      await request.text();
      expect((await handler(request)).status).toBe(503);
      clock.at += 3_600_000;
    }
    expect(logged.mock.calls.map(([line]) => line)).toEqual([
      expect.stringContaining("before anything reads its body"),
    ]);
  });

  test("what onEvent threw is printed for the developer", async () => {
    const logged = spy();
    const thrown = new Error("out of paper");
    const { receiver, webhook } = await openTill(() => {
      throw thrown;
    });
    await createWebhookHandler(receiver)(new Request("https://shop.example/memory", webhook as RequestInit));
    expect(logged).toHaveBeenCalledWith(expect.stringContaining("event_failed"), thrown);
  });
});

describe("frameworks", () => {
  test("Express: bytes that another parser kept are used", async () => {
    const { receiver, webhook, events } = await openTill();
    const app = express();
    app.use(express.json({ verify: (request, _response, bytes) => Object.assign(request, { rawBody: bytes }) }));
    app.post("/webhooks/:gateway", forExpress(receiver));
    const server = app.listen(0);
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const response = await fetch(`http://127.0.0.1:${port}/webhooks/memory`, webhook as RequestInit);
    expect(response.status).toBe(200);
    expect(events).toHaveLength(1);
  });

  test("Fastify: the rest of the application keeps its parser", async () => {
    const { receiver, webhook } = await openTill();
    const app = fastify();
    app.post("/before", async ({ body }) => body);
    await app.register(createWebhookPlugin(receiver), { prefix: "/webhooks" });
    app.post("/after", async ({ body }) => body);
    for (const url of ["/before", "/after"]) {
      expect((await app.inject({ method: "POST", url, payload: { a: 1 } })).json()).toEqual({ a: 1 });
    }
    await app.listen({ port: 0, host: "127.0.0.1" });
    onTestFinished(() => app.close());
    const { port } = app.server.address() as { port: number };
    const url = `http://127.0.0.1:${port}/webhooks/memory`;
    expect((await fetch(url, webhook as RequestInit)).status).toBe(200);
    const get = await fetch(url);
    expect([get.status, get.headers.get("allow")]).toEqual([405, "POST"]);
  });

  test.each<
    [
      string,
      (request: {
        text(): Promise<string>;
        arrayBuffer(): Promise<ArrayBuffer>;
        json(): Promise<unknown>;
        blob(): Promise<Blob>;
      }) => Promise<unknown>,
    ]
  >([
    ["text", (request) => request.text()],
    ["bytes", (request) => request.arrayBuffer()],
    ["JSON, of which Hono keeps the text", (request) => request.json()],
    ["a blob", (request) => request.blob()],
  ])("Hono: what a middleware read as %s is used", async (_name, read) => {
    const { receiver, webhook, events } = await openTill();
    const app = new Hono();
    app.use(async ({ req }, next) => {
      await read(req);
      await next();
    });
    app.post("/webhooks/:gateway", forHono(receiver));
    expect((await app.request("/webhooks/memory", webhook as RequestInit)).status).toBe(200);
    expect(events).toHaveLength(1);
  });
});

describe("wrong arguments are refused at once", () => {
  test.each<[string, object]>([
    ["gateway", { gateway: "" }],
    ["publicUrl", { publicUrl: "/hooks" }],
    ["publicUrl", { publicUrl: "https://shop.example/?a=1" }],
    ["publicUrl", { publicUrl: "ftp://shop.example/" }],
    ["maxBodyBytes", { maxBodyBytes: 0 }],
    ["maxBodyBytes", { maxBodyBytes: 1.5 }],
    ["onProblem", { onProblem: "log" }],
    ["onProblm", { onProblm: () => {} }],
  ])("%s: %j", async (name, options) => {
    const { receiver } = await openTill();
    expect(() => createWebhookHandler(receiver, options as never)).toThrow(
      new RegExp(`^createWebhookHandler: ${name}: `),
    );
  });

  test.each<[string, object]>([
    ["ledger", { ledger: {} }],
    ["links", {}],
    ["links", { links: {}, onEvent: () => {} }],
    ["onEvent", { links: createPaymentLinks({ default: "a", gateways: { a: createMemoryDriver() } }) }],
  ])("%s", (name, receiver) => {
    expect(() => createWebhookHandler(receiver as never)).toThrow(new RegExp(`^createWebhookHandler: ${name}: `));
  });
});
