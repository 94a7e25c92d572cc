// Against real sockets: a mock shows neither when a byte leaves nor how a connection breaks.

import {
  createTransport,
  type HttpFailure,
  type HttpRequest,
  type Transport,
  type TransportOptions,
} from "@tautan/driver-kit";
import { failureFromTransport, withRetries } from "@tautan/driver-kit/http";
import { err, ok } from "neverthrow";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createHttpClient as createFetchTransport } from "../src/fetch-transport.ts";
import { closedPort, rawServer } from "../src/testing/index.ts";

interface Client {
  readonly name: string;
  readonly create: (options: TransportOptions) => Transport;
  /** Whether it knows when the first byte of a request leaves. If not, a request counts as sent after most failures. */
  readonly knowsWhatIsSent: boolean;
}

const CLIENTS: readonly Client[] = [
  { name: "undici", create: createTransport, knowsWhatIsSent: true },
  // Of Node here; examples/runtimes runs it on the runtimes that it is for.
  { name: "fetch", create: createFetchTransport, knowsWhatIsSent: false },
];

const post = (url: string, timeoutMs = 10_000): HttpRequest => ({
  purpose: "create",
  method: "POST",
  url: `${url}/links?a=1`,
  headers: { "content-type": "application/json", "x-key": "k" },
  body: '{"amount": 10000.00, "é": 1}',
  signal: AbortSignal.timeout(timeoutMs),
});
const get = (url: string, timeoutMs?: number): HttpRequest => {
  const { body: _, ...rest } = post(url, timeoutMs);
  return { ...rest, purpose: "read", method: "GET" };
};
const reply = (body: string, head = "HTTP/1.1 200 OK") =>
  `${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

describe.each(CLIENTS)("$name: a request and its reply", ({ create }) => {
  const transport = create({ retryDelayMs: 0 });

  test("go over the wire byte for byte", async () => {
    const server = await rawServer((socket) =>
      socket.end(reply('{"ok":"é"}', "HTTP/1.1 201 Created\r\nX-One: a\r\nx-one: b")),
    );
    const result = (await transport.send(post(server.url)))._unsafeUnwrap();
    expect(result.status).toBe(201);
    expect(result.text).toBe('{"ok":"é"}');
    expect(result.header("x-one")).toBe("a, b");
    expect(result.header("x-two")).toBeUndefined();
    const [sent] = server.received;
    expect(sent).toMatch(/^POST \/links\?a=1 HTTP\/1\.1\r\n/);
    expect(sent?.toLowerCase()).toContain("x-key: k");
    expect(Buffer.from(sent ?? "", "latin1").toString("utf8")).toContain('\r\n\r\n{"amount": 10000.00, "é": 1}');
  });

  test("a body that comes in pieces is whole", async () => {
    const server = await rawServer((socket) => {
      socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n");
      setImmediate(() => socket.end("2\r\nde\r\n0\r\n\r\n"));
    });
    expect((await transport.send(get(server.url)))._unsafeUnwrap().text).toBe("abcde");
  });

  test("the signal has functions as listeners, because Node keeps objects longer, and none after the reply", async () => {
    const server = await rawServer((socket) => socket.end(reply("{}")));
    const request = get(server.url);
    const added = vi.spyOn(request.signal, "addEventListener");
    const removed = vi.spyOn(request.signal, "removeEventListener");
    expect((await transport.send(request)).isOk()).toBe(true);
    const listeners = added.mock.calls.map(([, listener]) => listener);
    expect(listeners).toEqual([expect.any(Function)]);
    expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(listeners);
  });

  test("a redirect is not followed", async () => {
    const server = await rawServer((socket) =>
      socket.end(reply("", "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/")),
    );
    expect((await transport.send(get(server.url)))._unsafeUnwrap().status).toBe(302);
    expect(server.received).toHaveLength(1);
  });

  test("an error status is a reply like any other, and a POST is not sent again because of it", async () => {
    const server = await rawServer((socket) => socket.end(reply("busy", "HTTP/1.1 503 Busy")));
    expect((await transport.send(post(server.url)))._unsafeUnwrap().status).toBe(503);
    expect(server.received).toHaveLength(1);
  });
});

describe.each(CLIENTS)("$name: no reply: was it sent?", ({ name, create, knowsWhatIsSent }) => {
  const transport = create({ retryDelayMs: 0 });

  const failureOf = async (request: HttpRequest, by: Transport = transport): Promise<HttpFailure> =>
    (await by.send(request))._unsafeUnwrapErr();

  test("connection refused: not one byte", async () => {
    const url = await closedPort();
    const failure = await failureOf(post(url));
    expect(failure).toEqual({ reason: "connect", sent: false, code: "ECONNREFUSED", host: new URL(url).host });
  });

  test("a name that does not exist: not one byte", async () => {
    expect(await failureOf(post("http://does-not-exist.invalid"))).toMatchObject({
      reason: "connect",
      sent: false,
      host: "does-not-exist.invalid",
    });
  });

  test.each([
    ["an address that is none", { url: "not an address" }, "INVALID_URL"],
    [
      "a header with a line end",
      { headers: { "x-key": "a\r\nb" } },
      name === "undici" ? "UND_ERR_INVALID_ARG" : "INVALID_HEADER",
    ],
  ])("%s: nothing is sent, and nothing throws", async (_name, changes, code) => {
    const server = await rawServer((socket) => socket.end(reply("")));
    const { host, ...failure } = await failureOf({ ...post(server.url), ...changes });
    expect(failure).toEqual({ reason: "connect", sent: false, code });
    expect(host).toBe("url" in changes ? undefined : new URL(server.url).host);
  });

  test("a server that speaks no TLS: not one byte of the request", async () => {
    const server = await rawServer((socket) => socket.end("no"), "first byte");
    expect(await failureOf(post(server.url.replace("http:", "https:")))).toMatchObject(
      knowsWhatIsSent ? { reason: "connect", sent: false } : { reason: "broken", sent: true },
    );
    expect(server.received.join("")).not.toContain("amount");
  });

  test("a deadline that passes while the connection is still being opened: not one byte", async () => {
    // An address of a documentation range: packets to it are dropped, or refused where there is no route.
    const { reason, sent } = await failureOf(post("http://192.0.2.1", 50));
    // Without a route, fetch reports a connection that was refused.
    const mayBe = knowsWhatIsSent
      ? ["timeout, sent: false", "connect, sent: false"]
      : ["timeout, sent: true", "broken, sent: true", "connect, sent: false"];
    expect(mayBe).toContain(`${reason}, sent: ${sent}`);
  });

  test("a black hole: it may have been taken, and it is not sent again", async () => {
    const server = await rawServer(() => {});
    const { host } = new URL(server.url);
    expect(await failureOf(post(server.url, 200))).toEqual({ reason: "timeout", sent: true, host });
    expect(server.received).toHaveLength(1);
  });

  test("slow headers", async () => {
    const server = await rawServer((socket) => {
      const timer = setInterval(() => socket.write("H"), 20);
      socket.on("close", () => clearInterval(timer));
    });
    // "H", "H", … is no HTTP; what matters is that it ends, and that the request may have been taken.
    expect((await failureOf(post(server.url, 300))).sent).toBe(true);
  });

  test("a body that drips for ever ends at the deadline", async () => {
    const server = await rawServer((socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n");
      const timer = setInterval(() => socket.write("x"), 10);
      socket.on("close", () => clearInterval(timer));
    });
    const { host } = new URL(server.url);
    expect(await failureOf(post(server.url, 200))).toEqual({ reason: "timeout", sent: true, host });
  });

  test.each([
    ["with a length", "content-length: 99999999"],
    ["in chunks", "transfer-encoding: chunked"],
    ["until the end", "connection: close"],
  ])("an endless body %s is cut at the limit", async (_name, header) => {
    const isChunked = header.includes("chunked");
    const server = await rawServer((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\n${header}\r\n\r\n`);
      const piece = isChunked ? `10000\r\n${"x".repeat(0x10000)}\r\n` : "x".repeat(0x10000);
      const more = (): void => {
        if (socket.writable && socket.write(piece)) setImmediate(more);
      };
      socket.on("drain", more);
      more();
    });
    const small = create({ maxReplyBytes: 100_000 });
    expect(await failureOf(post(server.url), small)).toEqual({ reason: "too_large", sent: true });
    expect(server.received).toHaveLength(1);
  });

  test.each([
    ["the connection is reset", (socket: import("node:net").Socket) => socket.resetAndDestroy()],
    ["the connection ends without an answer", (socket: import("node:net").Socket) => socket.end()],
    ["the answer is no HTTP", (socket: import("node:net").Socket) => socket.end("SSH-2.0-OpenSSH\r\n\r\n")],
    [
      "the body breaks off",
      (socket: import("node:net").Socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"),
    ],
  ])("%s: it may have been taken, and it is not sent again", async (_name, answer) => {
    const server = await rawServer(answer);
    expect(await failureOf(post(server.url))).toMatchObject({ reason: "broken", sent: true });
    expect(server.received).toHaveLength(1);
  });

  test("a caller who gives up in the middle", async () => {
    const controller = new AbortController();
    const server = await rawServer(() => controller.abort());
    expect(await failureOf({ ...post(server.url), signal: controller.signal })).toEqual({
      reason: "aborted",
      sent: true,
    });
  });

  test("a caller who gives up leaves no timer behind", async () => {
    const [start, clear] = [vi.spyOn(globalThis, "setTimeout"), vi.spyOn(globalThis, "clearTimeout")];
    try {
      const controller = new AbortController();
      const server = await rawServer(() => controller.abort());
      await failureOf({ ...post(server.url), signal: controller.signal });
      // Undici reports its own end of the request.
      await new Promise((resolve) => setImmediate(resolve));
      const long = start.mock.calls.flatMap(([, delayMs], index) =>
        Number(delayMs) >= 10_000 ? [start.mock.results[index]?.value] : [],
      );
      expect(clear.mock.calls.map(([timer]) => timer)).toEqual(expect.arrayContaining(long));
    } finally {
      start.mockRestore();
      clear.mockRestore();
    }
  });

  test("a caller who gave up before: no connection", async () => {
    const server = await rawServer(() => {});
    expect(await failureOf({ ...post(server.url), signal: AbortSignal.abort() })).toEqual({
      reason: "aborted",
      sent: false,
    });
    expect(server.received).toEqual([]);
  });

  test.runIf(knowsWhatIsSent)(
    "a caller who gives up just after sending: what is told as not sent does not arrive",
    async () => {
      let requests = 0;
      const server = await rawServer((socket) => {
        requests += 1;
        socket.end(reply("{}"));
      });
      const controller = new AbortController();
      const sending = transport.send({ ...post(server.url), signal: controller.signal });
      // The transport is loaded by now, and the connection is being opened.
      await Promise.resolve();
      await Promise.resolve();
      controller.abort();
      const failed = (await sending)._unsafeUnwrapErr();
      expect(failed).toMatchObject({ reason: "aborted", sent: false });
      // Another request over the same pool: had the first been on its way, it would have come before.
      expect((await transport.send(post(server.url))).isOk()).toBe(true);
      expect(requests).toBe(1);
    },
  );

  test("a failure tells a code, never a message that may hold an address", async () => {
    const url = `${await closedPort()}/CANARY?key=CANARY#CANARY`;
    const failure = await failureOf(post(url.replace("http://", "http://CANARY:CANARY@")));
    expect(JSON.stringify(failure)).not.toContain("CANARY");
    expect(Object.keys(failure)).toEqual(["reason", "sent", "code", "host"]);
    const { message } = failureFromTransport(failure);
    expect(message).toBe(`the connection to ${new URL(url).host} could not be opened (ECONNREFUSED)`);
  });
});

describe("sending again: reads, and requests whose connection never opened", () => {
  /** A transport that fails in a given way and then answers. */
  const scripted = (
    ...script: (number | HttpFailure)[]
  ): { readonly transport: Transport; readonly count: () => number } => {
    let count = 0;
    const send: Transport["send"] = async () => {
      const step = script[Math.min(count, script.length - 1)] as number | HttpFailure;
      count += 1;
      return typeof step === "number" ? ok({ status: step, header: () => undefined, text: "" }) : err(step);
    };
    return { transport: withRetries({ send }, { retryDelayMs: 0 }), count: () => count };
  };
  const refused: HttpFailure = { reason: "connect", sent: false };
  const broken: HttpFailure = { reason: "broken", sent: true };
  const timeout: HttpFailure = { reason: "timeout", sent: true };

  test.each<[string, "GET" | "POST" | "PUT" | "DELETE", (number | HttpFailure)[], number]>([
    ["a read that met 502", "GET", [502, 200], 2],
    ["a read that met 503", "GET", [503, 200], 2],
    ["a read that met 504", "GET", [504, 200], 2],
    ["a read whose connection broke", "GET", [broken, 200], 2],
    ["a read, no more than twice", "GET", [503, 503, 503, 200], 3],
    ["a read that met 500: a fault that stays", "GET", [500, 200], 1],
    ["a read that met 429: the caller is told how long to wait", "GET", [429, 200], 1],
    ["a read that timed out: the deadline is over", "GET", [timeout, 200], 1],
    ["a POST whose connection never opened", "POST", [refused, 200], 2],
    ["a POST of which a byte may have left, whatever the reason", "POST", [{ reason: "connect", sent: true }, 200], 1],
    ["a POST that met 503", "POST", [503, 200], 1],
    ["a POST whose connection broke", "POST", [broken, 200], 1],
    ["a POST that timed out", "POST", [timeout, 200], 1],
    ["a PUT whose connection broke", "PUT", [broken, 200], 1],
    ["a DELETE whose connection broke", "DELETE", [broken, 200], 1],
  ])("%s", async (_name, method, script, expected) => {
    const { transport, count } = scripted(...script);
    await transport.send({ ...get("http://127.0.0.1"), method });
    expect(count()).toBe(expected);
  });

  test("never after the deadline", async () => {
    const { transport, count } = scripted(refused);
    const controller = new AbortController();
    controller.abort();
    await transport.send({ ...get("http://127.0.0.1"), signal: controller.signal });
    expect(count()).toBe(1);
  });

  test("a pause is cut short when the caller gives up", async () => {
    const controller = new AbortController();
    let count = 0;
    const slow = withRetries(
      {
        send: async () => {
          count += 1;
          queueMicrotask(() => controller.abort());
          return err(refused);
        },
      },
      { retryDelayMs: 60_000 },
    );
    await slow.send({ ...get("http://127.0.0.1"), signal: controller.signal });
    expect(count).toBe(1);
  });
});

describe("the pool of undici", () => {
  test.each([
    ["where it is", undefined],
    ["of the whole package, if its file is gone", () => Promise.reject(new Error("ERR_MODULE_NOT_FOUND"))],
    ["of the whole package, if its file holds something else", () => ({ default: undefined })],
  ])("%s", async (_, file) => {
    vi.resetModules();
    if (file) vi.doMock("undici/lib/dispatcher/pool.js", file);
    onTestFinished(() => {
      vi.doUnmock("undici/lib/dispatcher/pool.js");
    });
    const server = await rawServer((socket) => socket.end(reply("{}")));
    const kit = await import("@tautan/driver-kit");
    expect((await kit.createTransport().send(get(server.url)))._unsafeUnwrap().status).toBe(200);
  });
});
