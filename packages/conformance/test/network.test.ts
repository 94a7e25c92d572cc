import { FaultyNetwork, type NetworkRequest, type NetworkTransport } from "@tautan/conformance";
import { type AnyDriver, driverError } from "@tautan/core/driver";
import { err, ok } from "neverthrow";
import { describe, expect, test } from "vitest";

const BODY = '{"id":"link-1","state":"open"}';

const request = (changes: Partial<NetworkRequest> = {}): NetworkRequest => ({
  method: "POST",
  url: "https://api.example/links",
  headers: { authorization: "Basic c2VjcmV0" },
  body: '{"reference":"A-1"}',
  signal: new AbortController().signal,
  ...changes,
});

/** A provider that takes everything, and remembers it. */
const provider = () => {
  const taken: string[] = [];
  const transport: NetworkTransport = {
    send: async ({ method, url }) => {
      taken.push(`${method} ${url}`);
      return ok({ status: 200, header: () => undefined, text: BODY });
    },
  };
  return { transport, taken };
};

const open = (network = new FaultyNetwork()) => {
  const { transport, taken } = provider();
  return { network, taken, send: (each = request()) => network.aroundTransport(transport).send(each) };
};

describe("a network that behaves", () => {
  test("passes everything on, and counts it", async () => {
    const { network, taken, send } = open();
    expect((await send())._unsafeUnwrap().text).toBe(BODY);
    await send(request({ method: "GET" }));
    expect([network.sent, network.writes, taken.length]).toEqual([2, 1, 2]);
    network.reset();
    expect([network.sent, network.writes]).toEqual([0, 0]);
  });
});

describe("a network with a script", () => {
  const post = request();
  const get = request({ method: "GET" });
  const answer = async () => ({ status: 418, header: () => undefined, text: "no" });

  test.each([
    ["all", [418, 418, 200]],
    ["writes", [418, 200, 200]],
    ["reads", [200, 418, 200]],
    ["preparations", [200, 200, 418]],
  ] as const)("answers %s in the provider's place, and counts them", async (target, statuses) => {
    const { network, send } = open(new FaultyNetwork({ isPreparation: ({ url }) => url.endsWith("/token") }));
    network.answerWith(answer, target);
    const token = request({ url: "https://api.example/token" });
    const sent = [await send(post), await send(get), await send(token)];
    expect(sent.map((each) => each._unsafeUnwrap().status)).toEqual(statuses);
    expect(network.sent).toBe(3);
    network.behave();
    expect((await send(post))._unsafeUnwrap().status).toBe(200);
  });

  test("may send on, and change what comes back", async () => {
    const { network, send, taken } = open();
    network.answerWith(async (sendOn) => ({ ...(await sendOn())._unsafeUnwrap(), text: "{}" }));
    expect((await send())._unsafeUnwrap()).toMatchObject({ status: 200, text: "{}" });
    expect(taken).toHaveLength(1);
  });
});

describe("a network that misbehaves", () => {
  test.each([
    ["refuse_connection", { reason: "connect", sent: false }, 0, 0],
    ["lose_request", { reason: "broken", sent: true }, 1, 0],
    ["lose_answer", { reason: "broken", sent: true }, 1, 1],
  ] as const)("%s", async (fault, expected, writes, arrived) => {
    const { network, taken, send } = open();
    network.misbehave(fault);
    expect((await send())._unsafeUnwrapErr()).toMatchObject(expected);
    expect([network.writes, taken.length]).toEqual([writes, arrived]);
  });

  test("silence lasts until the caller gives up, and tells a deadline from a change of mind", async () => {
    for (const [reason, expected] of [
      [new DOMException("late", "TimeoutError"), "timeout"],
      [new Error("never mind"), "aborted"],
    ] as const) {
      const { network, taken, send } = open();
      network.misbehave("silence");
      const caller = new AbortController();
      const sent = send(request({ signal: caller.signal }));
      await network.untilPending();
      expect(network.pendingRequests.map((each) => each.signal.aborted)).toEqual([false]);
      caller.abort(reason);
      expect((await sent)._unsafeUnwrapErr()).toEqual({ reason: expected, sent: true });
      expect(taken).toEqual([]);
    }
  });

  test.each([
    ["html", 200, /<html>/],
    ["empty", 200, /^$/],
    ["http_401", 401, /Basic c2VjcmV0.*"reference/s],
    ["http_503", 503, /POST https:\/\/api\.example\/links/],
  ] as const)("%s answers in the provider's place", async (fault, status, text) => {
    const { network, taken, send } = open();
    network.misbehave(fault);
    const reply = (await send())._unsafeUnwrap();
    expect(reply.status).toBe(status);
    expect(reply.text.replaceAll('\\"', '"')).toMatch(text);
    expect(taken).toEqual([]);
  });

  test("truncated gives half of the provider's own answer", async () => {
    const { network, taken, send } = open();
    network.misbehave("truncated");
    expect((await send())._unsafeUnwrap().text).toBe(BODY.slice(0, 15));
    expect(taken).toHaveLength(1);
  });

  test("refusals are in the provider's form", async () => {
    const { network, send } = open(
      new FaultyNetwork({ refusalBody: (status, text) => `${status}: ${text.length > 0}` }),
    );
    network.misbehave("http_429");
    expect((await send())._unsafeUnwrap().text).toBe("429: true");
  });

  test("only where and as often as told", async () => {
    const { network, send } = open();
    network.misbehave("lose_request", "reads", 1);
    expect((await send()).isOk()).toBe(true);
    expect((await send(request({ method: "GET" }))).isErr()).toBe(true);
    expect((await send(request({ method: "GET" }))).isOk()).toBe(true);
    network.misbehave("lose_request");
    network.behave();
    expect((await send()).isOk()).toBe(true);
  });

  test("by what a request does, if its method does not show it", async () => {
    const isWrite = ({ method, url }: NetworkRequest): boolean => method !== "GET" && !url.endsWith("/search");
    const { network, send } = open(new FaultyNetwork({ isWrite }));
    const search = request({ url: "https://api.example/links/search" });
    network.misbehave("lose_request", "writes");
    expect((await send(search)).isOk()).toBe(true);
    expect((await send()).isErr()).toBe(true);
    expect([network.sent, network.writes]).toEqual([2, 1]);
  });

  test("a repeat under another key is another request", async () => {
    const { network, send } = open();
    for (const key of ["a", "a", "b"]) await send(request({ headers: { "Idempotency-Key": key } }));
    expect(new Set(network.written).size).toBe(2);
  });

  test("never with what only prepares others", async () => {
    const { network, send } = open(new FaultyNetwork({ isPreparation: ({ url }) => url.endsWith("/token") }));
    network.misbehave("refuse_connection");
    expect((await send(request({ url: "https://api.example/token" }))).isOk()).toBe(true);
    expect([network.sent, network.writes]).toEqual([1, 0]);
    expect((await send()).isErr()).toBe(true);
  });
});

describe("a network of calls", () => {
  const calls = (network: FaultyNetwork, controller = new AbortController()) => {
    const context = { signal: controller.signal, clock: Date };
    const driver = network.aroundCalls<AnyDriver>({
      contract: 1,
      name: "calls",
      capabilities: {} as never,
      acknowledgements: {} as never,
      handlers: {
        get: async () => err(driverError("not_found", { message: "there is none" })),
        delete: async () => ok(undefined),
        findRecent: async (_reference, _context, since) => err(driverError("not_found", { message: `since ${since}` })),
        parseWebhook: async () => ok([]),
      },
    });
    return {
      get: () => driver.handlers.get!("1", context),
      findRecent: () => driver.handlers.findRecent!("1", context, "2026-01-01T00:00:00.000Z"),
      delete: () => driver.handlers.delete!("1", context),
      parse: () => driver.handlers.parseWebhook!({} as never, context),
    };
  };

  test("counts calls; reading webhooks is none", async () => {
    const network = new FaultyNetwork();
    const { get, delete: remove, parse } = calls(network);
    await get();
    await remove();
    await parse();
    expect([network.sent, network.writes]).toEqual([2, 1]);
  });

  test("loses calls and answers", async () => {
    const network = new FaultyNetwork();
    const { delete: remove } = calls(network);
    for (const [fault, outcome] of [
      ["refuse_connection", "not_sent"],
      ["lose_request", "unknown"],
      ["lose_answer", "unknown"],
    ] as const) {
      network.misbehave(fault);
      expect((await remove())._unsafeUnwrapErr()).toMatchObject({ kind: "network", outcome });
    }
    expect(network.writes).toBe(2);
  });

  test("loses answers that are errors, too", async () => {
    const network = new FaultyNetwork();
    const { get } = calls(network);
    network.misbehave("lose_answer");
    expect((await get())._unsafeUnwrapErr().kind).toBe("network");
  });

  test("finds the signal of a call at any position of its arguments", async () => {
    const network = new FaultyNetwork();
    const controller = new AbortController();
    const { findRecent } = calls(network, controller);
    expect((await findRecent())._unsafeUnwrapErr().message).toBe("since 2026-01-01T00:00:00.000Z");
    network.misbehave("silence");
    const waiting = findRecent();
    await network.untilPending();
    controller.abort();
    expect((await waiting)._unsafeUnwrapErr().kind).toBe("aborted");
    expect([network.sent, network.writes]).toEqual([2, 0]);
  });

  test("carries no replies, so that none can be bad", async () => {
    const network = new FaultyNetwork();
    network.misbehave("html");
    await expect(calls(network).get()).rejects.toThrow("a network of calls carries no replies");
  });
});
