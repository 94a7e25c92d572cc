// Against real sockets: the gateway keeps what arrived, byte for byte.
import type { Socket } from "node:net";
import { createTransport, type HttpRequest, type Transport } from "@tautan/driver-kit";
import {
  createRedactor,
  failureFromStatus,
  failureFromTransport,
  type KeyRules,
  senderOf,
  withKeyedRepeats,
} from "@tautan/driver-kit/http";
import { replyReader } from "@tautan/driver-kit/reply-headers";
import { err, ok } from "neverthrow";
import { beforeEach, describe, expect, test } from "vitest";
import { createHttpClient as createFetchTransport } from "../src/fetch-transport.ts";
import { closedPort, rawServer } from "../src/testing/index.ts";

const RULES: KeyRules = { header: "Idempotency-Key", inFlight: [409], repeatDelayMs: 0 };
const CLIENTS = { undici: createTransport, fetch: createFetchTransport };

type Answer = (socket: Socket) => void;

const status =
  (code: number, headers = ""): Answer =>
  (socket) =>
    socket.end(`HTTP/1.1 ${code} X\r\n${headers}content-length: 2\r\n\r\nok`);
const reset: Answer = (socket) => socket.resetAndDestroy();
const silent: Answer = () => {};

/** Gives the answers in turn, the last one again and again. */
const gateway = (...answers: readonly Answer[]) => {
  let count = 0;
  return rawServer((socket) => {
    const answer = answers[Math.min(count, answers.length - 1)];
    count += 1;
    answer?.(socket);
  });
};

const post = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  purpose: "create",
  method: "POST",
  url: `${url}/links`,
  headers: { "content-type": "application/x-www-form-urlencoded", "idempotency-key": "link-1" },
  body: "amount=1&title=Kopi%20☕",
  signal: AbortSignal.timeout(10_000),
  ...more,
});

describe.each(Object.entries(CLIENTS))("%s: a POST with a key", (_client, create) => {
  /** Of its own for each test: a `Retry-After` holds back what follows. */
  let transport: Transport;
  beforeEach(() => {
    transport = withKeyedRepeats(create({ retryDelayMs: 0 }), RULES);
  });

  test.each<[string, readonly Answer[]]>([
    ["whose connection was lost", [reset, status(200)]],
    ["that ended without an answer", [(socket) => socket.end(), status(200)]],
    ["that met 500", [status(500), status(200)]],
    ["that met 503", [status(503), status(200)]],
    ["that is still being processed", [status(409), status(200)]],
    ["that was lost, and is still being processed", [reset, status(409), status(200)]],
  ])("%s is sent again, byte for byte", async (_name, answers) => {
    const server = await gateway(...answers);
    expect((await transport.send(post(server.url)))._unsafeUnwrap().status).toBe(200);
    expect(server.received).toHaveLength(answers.length);
    expect(new Set(server.received).size).toBe(1);
    expect(server.received[0]).toContain("link-1");
  });

  test.each<[string, Partial<HttpRequest>]>([
    ["without a key", { headers: {} }],
    ["with an empty key", { headers: { "idempotency-key": "" } }],
    ["with a key under another name", { headers: { "x-key": "link-1" } }],
    ["that is a PUT", { method: "PUT" }],
    ["that is a DELETE", { method: "DELETE" }],
  ])("one %s is sent once, whatever happens", async (_name, more) => {
    for (const answer of [reset, status(500), status(409)]) {
      const server = await gateway(answer, status(200));
      await transport.send(post(server.url, more));
      expect(server.received).toHaveLength(1);
    }
  });

  test.each([200, 400, 401, 402, 404, 422, 429])("an answer with %i is the answer: sent once", async (code) => {
    const server = await gateway(status(code));
    expect((await transport.send(post(server.url)))._unsafeUnwrap().status).toBe(code);
    expect(server.received).toHaveLength(1);
  });

  test("at most twice again, and then the outcome is unknown", async () => {
    const server = await gateway(reset);
    const failure = (await transport.send(post(server.url)))._unsafeUnwrapErr();
    expect(failure).toMatchObject({ reason: "broken", sent: true });
    expect(failureFromTransport(failure)).toMatchObject({ kind: "network", outcome: "unknown" });
    expect(server.received).toHaveLength(3);
  });

  test("as often as the rules allow", async () => {
    for (const maxRepeats of [0, 1, 4]) {
      const server = await gateway(status(503));
      const bounded = withKeyedRepeats(create({ retryDelayMs: 0 }), { ...RULES, maxRepeats });
      expect((await bounded.send(post(server.url)))._unsafeUnwrap().status).toBe(503);
      expect(server.received).toHaveLength(maxRepeats + 1);
    }
  });

  test.each([
    ["longer than allowed is not waited for", 20, 1],
    ["is waited for", 0, 2],
  ])("a Retry-After %s", async (_name, seconds, count) => {
    const server = await gateway(status(503, `retry-after: ${seconds}\r\n`), status(200));
    await transport.send(post(server.url));
    expect(server.received).toHaveLength(count);
  });

  test("never after the deadline, which leaves the outcome unknown", async () => {
    const server = await gateway(reset, silent);
    const failure = (await transport.send(post(server.url, { signal: AbortSignal.timeout(300) })))._unsafeUnwrapErr();
    expect(failure).toMatchObject({ reason: "timeout", sent: true });
    expect(server.received).toHaveLength(2);
  });

  test("not after an abort during the pause", async () => {
    const controller = new AbortController();
    const server = await rawServer((socket) => {
      socket.end("HTTP/1.1 500 X\r\ncontent-length: 0\r\n\r\n", () => setImmediate(() => controller.abort()));
    });
    const slow = withKeyedRepeats(create({}), { ...RULES, repeatDelayMs: 600_000 });
    await slow.send(post(server.url, { signal: controller.signal }));
    expect(server.received).toHaveLength(1);
  });

  test("the gateway's own header goes first", async () => {
    const readReply = replyReader({ repeats: "Stripe-Should-Retry" });
    const obeying = withKeyedRepeats(create({ retryDelayMs: 0, readReply }), RULES);
    for (const [code, header, count] of [
      [500, "false", 1],
      [409, "FALSE", 1],
      [429, "true", 3],
      [400, "true", 3],
      [500, "maybe", 3],
    ] as const) {
      const server = await gateway(status(code, `Stripe-Should-Retry: ${header}\r\n`));
      expect((await obeying.send(post(server.url)))._unsafeUnwrap().status).toBe(code);
      expect(server.received, `${code} ${header}`).toHaveLength(count);
    }
  });
});

test("a POST whose connection never opened was not sent, and is not taken for one that was", async () => {
  const transport = withKeyedRepeats(createTransport({ retryDelayMs: 0 }), RULES);
  const failure = (await transport.send(post(await closedPort())))._unsafeUnwrapErr();
  expect(failureFromTransport(failure)).toMatchObject({ kind: "network", outcome: "not_sent" });
});

describe("the result is never better than what is proven", () => {
  const broken = err({ reason: "broken", sent: true } as const);
  const refused = err({ reason: "connect", sent: false } as const);
  const paused = err({ reason: "paused", sent: false, retryAfterMs: 60_000 } as const);
  const aborted = err({ reason: "aborted", sent: false } as const);
  const answered = (code: number) => ok({ status: code, header: () => undefined, text: "{}" });
  type Step = Awaited<ReturnType<Transport["send"]>>;

  const errorAfter = async (...steps: readonly Step[]) => {
    let count = 0;
    const transport: Transport = {
      send: async () => {
        const step = steps[Math.min(count, steps.length - 1)] as Step;
        count += 1;
        return step;
      },
    };
    const send = senderOf(
      {
        transport: withKeyedRepeats(transport, RULES),
        baseUrl: "https://api.example",
        headers: { "idempotency-key": "link-1" },
        redactorOf: createRedactor([]),
        judge: (reply) => (reply.status === 200 ? ok(reply) : err(failureFromStatus(reply, `HTTP ${reply.status}`))),
      },
      { signal: AbortSignal.timeout(10_000) },
    );
    const error = (await send({ purpose: "create", method: "POST", path: ok("/links") }, []))._unsafeUnwrapErr();
    return { kind: error.kind, outcome: error.outcome, count };
  };

  test.each<[string, readonly Step[], string, string, number]>([
    ["lost, then refused for its form: the answer for the key", [broken, answered(400)], "rejected", "refused", 2],
    [
      "lost, then a wrong key of the account: the first may have had an effect",
      [broken, answered(401)],
      "network",
      "unknown",
      2,
    ],
    ["lost, then forbidden", [broken, answered(403)], "network", "unknown", 2],
    ["lost, then too many requests", [broken, answered(429)], "network", "unknown", 2],
    ["5xx, then too many requests", [answered(502), answered(429)], "unavailable", "unknown", 2],
    ["lost, then still being processed", [broken, answered(409)], "network", "unknown", 3],
    ["still being processed, then lost", [answered(409), broken], "network", "unknown", 3],
    ["lost, then no connection", [broken, refused], "network", "unknown", 3],
    ["lost, then held back", [broken, paused], "network", "unknown", 2],
    ["5xx, then no connection", [answered(500), refused], "unavailable", "unknown", 3],
    ["lost, then given up before the repeat left", [broken, aborted], "aborted", "unknown", 2],
    ["never sent", [refused], "network", "not_sent", 1],
    ["held back at once", [paused], "rate_limited", "not_sent", 1],
  ])("%s", async (_name, steps, kind, outcome, count) => {
    expect(await errorAfter(...steps)).toEqual({ kind, outcome, count });
  });

  test("a key that is being processed all the time: the driver gets that reply", async () => {
    const transport = withKeyedRepeats({ send: async () => answered(409) }, RULES);
    expect((await transport.send(post("https://api.example")))._unsafeUnwrap().status).toBe(409);
  });
});
