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

const open = (wire = new FaultyNetwork()) => {
  const { transport, taken } = provider();
  return { wire, taken, send: (each = request()) => wire.aroundTransport(transport).send(each) };
};

describe("a wire that behaves", () => {
  test("passes everything on, and counts it", async () => {
    const { wire, taken, send } = open();
    expect((await send())._unsafeUnwrap().text).toBe(BODY);
    await send(request({ method: "GET" }));
    expect([wire.sent, wire.writes, taken.length]).toEqual([2, 1, 2]);
    wire.reset();
    expect([wire.sent, wire.writes]).toEqual([0, 0]);
  });
});

describe("a wire with a script", () => {
  const post = request();
  const get = request({ method: "GET" });
  const answer = async () => ({ status: 418, header: () => undefined, text: "no" });

  test.each([
    ["all", [418, 418, 200]],
    ["writes", [418, 200, 200]],
    ["reads", [200, 418, 200]],
    ["preparations", [200, 200, 418]],
  ] as const)("answers %s in the provider's place, and counts them", async (target, statuses) => {
    const { wire, send } = open(new FaultyNetwork({ isPreparation: ({ url }) => url.endsWith("/token") }));
    wire.answerWith(answer, target);
    const token = request({ url: "https://api.example/token" });
    const sent = [await send(post), await send(get), await send(token)];
    expect(sent.map((each) => each._unsafeUnwrap().status)).toEqual(statuses);
    expect(wire.sent).toBe(3);
    wire.behave();
    expect((await send(post))._unsafeUnwrap().status).toBe(200);
  });

  test("may send on, and change what comes back", async () => {
    const { wire, send, taken } = open();
    wire.answerWith(async (sendOn) => ({ ...(await sendOn())._unsafeUnwrap(), text: "{}" }));
    expect((await send())._unsafeUnwrap()).toMatchObject({ status: 200, text: "{}" });
    expect(taken).toHaveLength(1);
  });
});

describe("a wire that misbehaves", () => {
  test.each([
    ["refuse_connection", { reason: "connect", sent: false }, 0, 0],
    ["lose_request", { reason: "broken", sent: true }, 1, 0],
    ["lose_answer", { reason: "broken", sent: true }, 1, 1],
  ] as const)("%s", async (fault, expected, writes, arrived) => {
    const { wire, taken, send } = open();
    wire.misbehave(fault);
    expect((await send())._unsafeUnwrapErr()).toMatchObject(expected);
    expect([wire.writes, taken.length]).toEqual([writes, arrived]);
  });

  test("silence lasts until the caller gives up, and tells a deadline from a change of mind", async () => {
    for (const [reason, expected] of [
      [new DOMException("late", "TimeoutError"), "timeout"],
      [new Error("never mind"), "aborted"],
    ] as const) {
      const { wire, taken, send } = open();
      wire.misbehave("silence");
      const caller = new AbortController();
      const sent = send(request({ signal: caller.signal }));
      await wire.untilPending();
      expect(wire.pendingRequests.map((each) => each.signal.aborted)).toEqual([false]);
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
    const { wire, taken, send } = open();
    wire.misbehave(fault);
    const reply = (await send())._unsafeUnwrap();
    expect(reply.status).toBe(status);
    expect(reply.text.replaceAll('\\"', '"')).toMatch(text);
    expect(taken).toEqual([]);
  });

  test("truncated gives half of the provider's own answer", async () => {
    const { wire, taken, send } = open();
    wire.misbehave("truncated");
    expect((await send())._unsafeUnwrap().text).toBe(BODY.slice(0, 15));
    expect(taken).toHaveLength(1);
  });

  test("refusals are in the provider's form", async () => {
    const { wire, send } = open(new FaultyNetwork({ refusalBody: (status, text) => `${status}: ${text.length > 0}` }));
    wire.misbehave("http_429");
    expect((await send())._unsafeUnwrap().text).toBe("429: true");
  });

  test("only where and as often as told", async () => {
    const { wire, send } = open();
    wire.misbehave("lose_request", "reads", 1);
    expect((await send()).isOk()).toBe(true);
    expect((await send(request({ method: "GET" }))).isErr()).toBe(true);
    expect((await send(request({ method: "GET" }))).isOk()).toBe(true);
    wire.misbehave("lose_request");
    wire.behave();
    expect((await send()).isOk()).toBe(true);
  });

  test("never with what only prepares others", async () => {
    const { wire, send } = open(new FaultyNetwork({ isPreparation: ({ url }) => url.endsWith("/token") }));
    wire.misbehave("refuse_connection");
    expect((await send(request({ url: "https://api.example/token" }))).isOk()).toBe(true);
    expect([wire.sent, wire.writes]).toEqual([1, 0]);
    expect((await send()).isErr()).toBe(true);
  });
});

describe("a network of calls", () => {
  const calls = (wire: FaultyNetwork, controller = new AbortController()) => {
    const context = { signal: controller.signal, clock: Date };
    const driver = wire.aroundCalls<AnyDriver>({
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
    const wire = new FaultyNetwork();
    const { get, delete: remove, parse } = calls(wire);
    await get();
    await remove();
    await parse();
    expect([wire.sent, wire.writes]).toEqual([2, 1]);
  });

  test("loses calls and answers", async () => {
    const wire = new FaultyNetwork();
    const { delete: remove } = calls(wire);
    for (const [fault, outcome] of [
      ["refuse_connection", "not_sent"],
      ["lose_request", "unknown"],
      ["lose_answer", "unknown"],
    ] as const) {
      wire.misbehave(fault);
      expect((await remove())._unsafeUnwrapErr()).toMatchObject({ kind: "network", outcome });
    }
    expect(wire.writes).toBe(2);
  });

  test("finds the signal of a call wherever it stands among what is passed", async () => {
    const wire = new FaultyNetwork();
    const controller = new AbortController();
    const { findRecent } = calls(wire, controller);
    expect((await findRecent())._unsafeUnwrapErr().message).toBe("since 2026-01-01T00:00:00.000Z");
    wire.misbehave("silence");
    const waiting = findRecent();
    await wire.untilPending();
    controller.abort();
    expect((await waiting)._unsafeUnwrapErr().kind).toBe("aborted");
    expect([wire.sent, wire.writes]).toEqual([2, 0]);
  });

  test("carries no replies, so that none can be bad", async () => {
    const wire = new FaultyNetwork();
    wire.misbehave("html");
    await expect(calls(wire).get()).rejects.toThrow("a network of calls carries no replies");
  });
});
