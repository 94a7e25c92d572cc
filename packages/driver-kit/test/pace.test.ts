import { createServer } from "node:http";
import {
  createTransport,
  type HttpReply,
  type HttpRequest,
  type RequestPurpose,
  type Transport,
} from "@tautan/driver-kit";
import { failureFromTransport, withPace, withRetries } from "@tautan/driver-kit/http";
import { ok } from "neverthrow";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

const reply = (status: number, headers: Record<string, string> = {}): HttpReply => ({
  status,
  header: (name) => headers[name],
  text: "",
});
const request = (
  method: HttpRequest["method"] = "GET",
  signal = new AbortController().signal,
  purpose: RequestPurpose = method === "GET" ? "read" : "create",
): HttpRequest => ({
  purpose,
  method,
  url: "http://127.0.0.1",
  headers: {},
  signal,
});

/** A transport that answers as told and remembers when it was asked. */
const recording = (...replies: readonly HttpReply[]) => {
  const sentAtMs: number[] = [];
  const transport: Transport = {
    send: async () => {
      sentAtMs.push(Math.round(performance.now()) - startMs);
      return ok(replies[Math.min(sentAtMs.length, replies.length) - 1] ?? reply(200));
    },
  };
  return { transport, sentAtMs };
};

let startMs = 0;
beforeEach(() => {
  vi.useFakeTimers();
  startMs = Math.round(performance.now());
});
afterEach(() => void vi.useRealTimers());

describe("a limit of our own", () => {
  test("spreads requests evenly; one that comes later does not wait", async () => {
    const { transport, sentAtMs } = recording();
    const paced = withPace(transport, { maxRequestsPerSecond: 4 });
    const all = Promise.all([1, 2, 3].map(() => paced.send(request())));
    await vi.advanceTimersByTimeAsync(500);
    await all;
    expect(sentAtMs).toEqual([0, 250, 500]);
    await vi.advanceTimersByTimeAsync(1000);
    await paced.send(request());
    expect(sentAtMs).toEqual([0, 250, 500, 1500]);
  });

  test("less than one a second", async () => {
    const { transport, sentAtMs } = recording();
    const paced = withPace(transport, { maxRequestsPerSecond: 0.5 });
    const all = Promise.all([paced.send(request()), paced.send(request())]);
    await vi.advanceTimersByTimeAsync(2000);
    await all;
    expect(sentAtMs).toEqual([0, 2000]);
  });

  test("a request that gives up while it waits was not sent", async () => {
    const { transport, sentAtMs } = recording();
    const paced = withPace(transport, { maxRequestsPerSecond: 1 });
    await paced.send(request());
    const controller = new AbortController();
    const waiting = paced.send(request("POST", controller.signal));
    controller.abort();
    expect((await waiting)._unsafeUnwrapErr()).toEqual({ reason: "aborted", sent: false });
    expect(sentAtMs).toEqual([0]);
  });

  test("a request that would wait too long fails at once, and says when to come back", async () => {
    const { transport, sentAtMs } = recording();
    const paced = withPace(transport, { maxRequestsPerSecond: 0.1, maxWaitMs: 5000 });
    await paced.send(request());
    const failed = (await paced.send(request("POST")))._unsafeUnwrapErr();
    expect(failed).toEqual({ reason: "paused", sent: false, retryAfterMs: 10_000 });
    expect(failureFromTransport(failed)).toMatchObject({
      kind: "rate_limited",
      outcome: "not_sent",
      retryable: true,
      retryAfterMs: 10_000,
    });
    expect(sentAtMs).toEqual([0]);
  });
});

describe("a provider that asks to wait", () => {
  test.each([429, 503])("HTTP %d: nothing leaves before the time it named", async (status) => {
    const { transport, sentAtMs } = recording(reply(status, { "retry-after": "3" }), reply(200));
    const paced = withPace(transport);
    await paced.send(request("POST"));
    const next = paced.send(request("POST"));
    await vi.advanceTimersByTimeAsync(2999);
    expect(sentAtMs).toEqual([0]);
    await vi.advanceTimersByTimeAsync(1);
    expect((await next)._unsafeUnwrap().status).toBe(200);
    expect(sentAtMs).toEqual([0, 3000]);
  });

  test("for longer than a request waits: fails at once, without a request", async () => {
    const { transport, sentAtMs } = recording(reply(429, { "retry-after": "60" }));
    const paced = withPace(transport);
    await paced.send(request("POST"));
    const failed = (await paced.send(request("POST")))._unsafeUnwrapErr();
    expect(failed).toMatchObject({ reason: "paused", retryAfterMs: 60_000 });
    expect(sentAtMs).toHaveLength(1);
  });

  test("reads are sent again at that time, requests that create are not", async () => {
    const busy = reply(429, { "retry-after": "2" });
    const { transport, sentAtMs } = recording(busy, reply(200));
    const reading = withRetries(withPace(transport)).send(request());
    await vi.advanceTimersByTimeAsync(2000);
    expect((await reading)._unsafeUnwrap().status).toBe(200);
    expect(sentAtMs).toEqual([0, 2000]);
    const creating = recording(busy, reply(200));
    expect((await withRetries(withPace(creating.transport)).send(request("POST")))._unsafeUnwrap().status).toBe(429);
    expect(creating.sentAtMs).toHaveLength(1);
  });

  test("a read is not sent again where it would wait too long, or where nobody said when", async () => {
    for (const answer of [reply(429, { "retry-after": "11" }), reply(429)]) {
      const { transport, sentAtMs } = recording(answer);
      expect((await withRetries(withPace(transport)).send(request()))._unsafeUnwrap().status).toBe(429);
      expect(sentAtMs).toHaveLength(1);
    }
  });
});

describe("over a real socket", () => {
  test("the transport that drivers get keeps the pace", async () => {
    vi.useRealTimers();
    let count = 0;
    const server = createServer((_request, response) => {
      count += 1;
      response.end("{}");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const transport = createTransport({ maxRequestsPerSecond: 0.001, maxWaitMs: 0 });
    const url = `http://127.0.0.1:${port}`;
    expect((await transport.send({ ...request(), url })).isOk()).toBe(true);
    expect((await transport.send({ ...request(), url }))._unsafeUnwrapErr().reason).toBe("paused");
    expect(count).toBe(1);
    server.closeAllConnections();
    server.close();
  });
});
