// Who goes first where requests wait, and what a gateway's wish to wait is worth.
import type { HttpReply, HttpRequest, RequestPurpose, Transport } from "@tautan/driver-kit";
import { failureFromStatus, withPace } from "@tautan/driver-kit/http";
import { ok } from "neverthrow";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

const reply = (status: number, headers: Record<string, string> = {}): HttpReply => ({
  status,
  header: (name) => headers[name],
  text: "",
});
const request = (purpose: RequestPurpose, signal = new AbortController().signal): HttpRequest => ({
  purpose,
  method: purpose === "read" || purpose === "confirm" ? "GET" : "POST",
  url: "http://127.0.0.1",
  headers: {},
  signal,
});

/** A gateway that answers as it is told to at the moment, and remembers who asked and when. */
const gateway = () => {
  const sent: string[] = [];
  const state: { answer: HttpReply; sent: string[]; transport: Transport } = {
    answer: reply(200),
    sent,
    transport: {
      send: async ({ purpose }) => {
        sent.push(`${Math.round(performance.now()) - startMs} ${purpose}`);
        return ok(state.answer);
      },
    },
  };
  return state;
};

/** A gateway that answers when it is told to. */
const slowGateway = () => {
  const onTheirWay: { readonly purpose: RequestPurpose; readonly answer: () => void }[] = [];
  const transport: Transport = {
    send: ({ purpose }) =>
      new Promise((resolve) => {
        onTheirWay.push({ purpose, answer: () => resolve(ok(reply(200))) });
      }),
  };
  return { transport, onTheirWay };
};

let startMs = 0;
beforeEach(() => {
  vi.useFakeTimers();
  startMs = Math.round(performance.now());
});
afterEach(() => void vi.useRealTimers());

const MINUTE_MS = 60_000;
const DAY_S = "86400";

describe("a gateway that asks to wait for long", () => {
  test("is believed for a minute, whatever it names", async () => {
    for (const asked of [DAY_S, "9".repeat(400), new Date(Date.now() + 1e9).toUTCString()]) {
      const { transport, ...state } = gateway();
      const paced = withPace({
        send: async (each) => (await transport.send(each)).map(() => reply(503, { "retry-after": asked })),
      });
      await paced.send(request("create"));
      const failed = (await paced.send(request("create")))._unsafeUnwrapErr();
      expect(failed).toMatchObject({ reason: "paused", sent: false, retryAfterMs: MINUTE_MS });
      expect(state.sent).toHaveLength(1);
    }
  });

  test.each([["-5"], ["1.5"], ["soon"], [""], ["5, 10"], ["0"], [new Date(0).toUTCString()]])(
    "a Retry-After of %j silences nothing",
    async (asked) => {
      const state = gateway();
      state.answer = reply(503, { "retry-after": asked });
      const paced = withPace(state.transport);
      await paced.send(request("create"));
      expect((await paced.send(request("create"))).isOk()).toBe(true);
    },
  );

  test("the caller is told what the gateway asked for in fact", () => {
    const error = failureFromStatus(reply(429, { "retry-after": "600" }), "m");
    expect(error).toMatchObject({ kind: "rate_limited", retryAfterMs: 600_000 });
  });

  test.each<[RequestPurpose]>([["token"], ["create"], ["change"], ["read"], ["confirm"]])(
    "a 503 that met %s silences no other kind of request",
    async (blocked) => {
      const state = gateway();
      const paced = withPace(state.transport);
      state.answer = reply(503, { "retry-after": DAY_S });
      await paced.send(request(blocked));
      state.answer = reply(200);
      for (const purpose of ["token", "create", "change", "read", "confirm"] as const) {
        expect([purpose, (await paced.send(request(purpose))).isOk()]).toEqual([purpose, purpose !== blocked]);
      }
    },
  );

  test("after five seconds one request looks whether it still does; where it does not, all may leave", async () => {
    const state = gateway();
    const paced = withPace(state.transport);
    state.answer = reply(503, { "retry-after": DAY_S });
    await paced.send(request("read"));
    await vi.advanceTimersByTimeAsync(4999);
    expect((await paced.send(request("read"))).isErr()).toBe(true);
    await vi.advanceTimersByTimeAsync(1);
    state.answer = reply(200);
    expect((await paced.send(request("read"))).isOk()).toBe(true);
    expect((await paced.send(request("read"))).isOk()).toBe(true);
    expect(state.sent).toEqual(["0 read", "5000 read", "5000 read"]);
  });

  test("where it still does, the next looks five seconds later; never two at once", async () => {
    const state = gateway();
    const paced = withPace(state.transport);
    state.answer = reply(503, { "retry-after": DAY_S });
    await paced.send(request("create"));
    for (const _ of Array(12)) {
      await vi.advanceTimersByTimeAsync(5000);
      const sends = Array.from({ length: 10 }, () => paced.send(request("create")));
      const answered = (await Promise.all(sends)).filter((each) => each.isOk());
      expect(answered).toHaveLength(1);
    }
    expect(state.sent).toHaveLength(13);
  });

  test("a probe that gives up, or that meets a fault, proves nothing", async () => {
    const state = gateway();
    const paced = withPace(state.transport, { maxRequestsPerSecond: 10, maxWaitMs: 1000 });
    state.answer = reply(429, { "retry-after": "50" });
    await paced.send(request("read"));
    await vi.advanceTimersByTimeAsync(5000);
    // Something else has the turn, so that the probe waits for its own, and is given up.
    await paced.send(request("create"));
    const controller = new AbortController();
    const probe = paced.send(request("read", controller.signal));
    controller.abort();
    expect((await probe)._unsafeUnwrapErr().reason).toBe("aborted");
    await vi.advanceTimersByTimeAsync(5000);
    state.answer = reply(500);
    expect((await paced.send(request("read"))).isOk()).toBe(true);
    await vi.advanceTimersByTimeAsync(1000);
    expect((await paced.send(request("read")))._unsafeUnwrapErr().reason).toBe("paused");
  });

  test("a block ends by a clock of its own, which a test sets", async () => {
    const clock = { nowMs: 1000, now: () => clock.nowMs };
    const state = gateway();
    const paced = withPace(state.transport, { clock, maxWaitMs: 0 });
    state.answer = reply(503, { "retry-after": "4" });
    await paced.send(request("read"));
    expect((await paced.send(request("read")))._unsafeUnwrapErr()).toMatchObject({ retryAfterMs: 4000 });
    clock.nowMs += 4000;
    expect((await paced.send(request("read"))).isOk()).toBe(true);
  });

  test("what waits for a short block fails once that becomes a long one", async () => {
    const clock = { now: () => performance.now() };
    const { transport, onTheirWay } = slowGateway();
    const answers = [reply(503, { "retry-after": "2" }), reply(503, { "retry-after": "50" })];
    const paced = withPace(
      { send: async (each) => (await transport.send(each)).map(() => answers.shift() ?? reply(200)) },
      { clock, maxWaitMs: 3000 },
    );
    const both = [paced.send(request("read")), paced.send(request("read"))];
    await vi.advanceTimersByTimeAsync(0);
    onTheirWay[0]?.answer();
    await both[0];
    const waiting = paced.send(request("read"));
    onTheirWay[1]?.answer();
    expect((await waiting)._unsafeUnwrapErr()).toMatchObject({ reason: "paused", retryAfterMs: 50_000 });
  });
});

describe("who goes first", () => {
  /** In which order a number of each leaves, all of them waiting at once. */
  const orderOf = async (...purposes: readonly RequestPurpose[]) => {
    const state = gateway();
    const paced = withPace(state.transport, { maxRequestsPerSecond: 1, maxWaitMs: MINUTE_MS });
    const all = Promise.all(purposes.map((each) => paced.send(request(each))));
    await vi.advanceTimersByTimeAsync(purposes.length * 1000);
    await all;
    return state.sent.map((each) => each.split(" ")[1]);
  };

  test("by purpose, and in turn within one", async () => {
    // The first finds nobody who waits.
    expect(await orderOf("confirm", "confirm", "read", "change", "create", "token")).toEqual([
      "confirm",
      "token",
      "create",
      "change",
      "read",
      "confirm",
    ]);
  });

  test("a storm of confirmations delays a create by one turn", async () => {
    const state = gateway();
    const paced = withPace(state.transport, { maxRequestsPerSecond: 4, maxWaitMs: MINUTE_MS });
    const storm = Array.from({ length: 200 }, () => paced.send(request("confirm")));
    await vi.advanceTimersByTimeAsync(1000);
    const created = paced.send(request("create"));
    await vi.advanceTimersByTimeAsync(250);
    expect((await created).isOk()).toBe(true);
    expect(state.sent.at(-1)).toBe("1250 create");
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    expect((await Promise.all(storm)).every((each) => each.isOk())).toBe(true);
  });

  test("nobody starves: every fourth, eighth and sixteenth turn at least goes to those who wait", async () => {
    const many = (purpose: RequestPurpose, count: number) => Array.from({ length: count }, () => purpose);
    const order = await orderOf(...many("create", 40), ...many("change", 5), ...many("read", 5), ...many("confirm", 2));
    const contended = order.slice(0, 32);
    const count = (purpose: string) => contended.filter((each) => each === purpose).length;
    expect(count("create")).toBeGreaterThanOrEqual(16);
    expect(count("read")).toBeGreaterThanOrEqual(3);
    expect(count("confirm")).toBeGreaterThanOrEqual(1);
  });

  test("a request without a purpose, from plain JavaScript, is sent all the same", async () => {
    const { purpose: _, ...bare } = request("read");
    const state = gateway();
    expect((await withPace(state.transport).send(bare as HttpRequest)).isOk()).toBe(true);
  });
});

describe("requests on their way at once", () => {
  test("are no more than allowed; the next that leaves is the one that goes first", async () => {
    const { transport, onTheirWay } = slowGateway();
    const paced = withPace(transport, { maxConnections: 2, maxWaitMs: 0 });
    const all = (["confirm", "confirm", "confirm", "read", "create"] as const).map((each) => paced.send(request(each)));
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    const purposes = () => onTheirWay.map((each) => each.purpose);
    expect(purposes()).toEqual(["confirm", "confirm"]);
    for (const each of [0, 1, 2, 3, 4]) {
      onTheirWay[each]?.answer();
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(purposes()).toEqual(["confirm", "confirm", "create", "read", "confirm"]);
    expect((await Promise.all(all)).every((each) => each.isOk())).toBe(true);
  });

  test("one that gives up while it waits was not sent, and frees no place that it never had", async () => {
    const { transport, onTheirWay } = slowGateway();
    const paced = withPace(transport, { maxConnections: 1 });
    const controller = new AbortController();
    const sends = [paced.send(request("create")), paced.send(request("create", controller.signal))] as const;
    const last = paced.send(request("create"));
    await vi.advanceTimersByTimeAsync(0);
    controller.abort();
    expect((await sends[1])._unsafeUnwrapErr()).toEqual({ reason: "aborted", sent: false });
    await vi.advanceTimersByTimeAsync(0);
    expect(onTheirWay).toHaveLength(1);
    onTheirWay[0]?.answer();
    await vi.advanceTimersByTimeAsync(0);
    onTheirWay[1]?.answer();
    expect((await last).isOk()).toBe(true);
  });

  test("a transport that throws frees its place", async () => {
    let count = 0;
    const paced = withPace(
      {
        send: async () => {
          count += 1;
          if (count === 1) throw new Error("a fault of the transport's own");
          return ok(reply(200));
        },
      },
      { maxConnections: 1 },
    );
    await expect(paced.send(request("read"))).rejects.toThrow("fault");
    expect((await paced.send(request("read"))).isOk()).toBe(true);
  });
});
