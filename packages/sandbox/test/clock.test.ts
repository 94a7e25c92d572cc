import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createSandbox, type LinkSummary, type Sandbox, type SandboxOptions } from "../src/index.ts";
import { createLinkAt } from "./create-link.ts";
import {
  call,
  dayMs,
  hourMs,
  type Json,
  midtransCaller,
  minuteMs,
  pick,
  type Reply,
  singapayCaller,
  startMerchant,
  startMs,
  textAt,
} from "./support.ts";

const startFrozen = async (options: SandboxOptions = {}): Promise<Sandbox> => {
  const sandbox = await createSandbox({ clock: { frozenAt: startMs }, ...options });
  onTestFinished(() => sandbox.close());
  return sandbox;
};

describe("the clock", () => {
  test("stands where it is frozen, whatever way that is written", async () => {
    for (const frozenAt of [startMs, new Date(startMs), "2026-03-15T10:00:00.123+07:00", "2026-03-15T03:00:00.123Z"]) {
      const sandbox = await startFrozen({ clock: { frozenAt } });
      expect([sandbox.clock.now(), sandbox.clock.isFrozen]).toEqual([startMs, true]);
    }
  });

  test.each([
    [{ frozenAt: "2026-03-15T10:00:00" }, "clock.frozenAt must be milliseconds since 1970, a Date, or ISO 8601"],
    [{ frozenAt: "soon" }, "clock.frozenAt must be"],
    [{ frozenAt: Number.NaN }, "clock.frozenAt must be"],
    [{ frozenAt: 1.5 }, "clock.frozenAt must be"],
    [{ frozenAt: new Date("x") }, "clock.frozenAt must be"],
    [
      { frozenAt: "2026-02-30T10:00:00Z" },
      'ISO 8601 with an offset, of the years 1970 to 9898, but is "2026-02-30T10:00:00Z"',
    ],
    [{ frozenAt: "2026-02-28T24:00:00Z" }, "clock.frozenAt must be"],
    [{ frozenAt: 8.64e15 }, "clock.frozenAt must be"],
    [{ frozenAt: 9e15 }, "clock.frozenAt must be"],
    [{ frozenAt: "9899-01-01T00:00:00Z" }, "clock.frozenAt must be"],
    [{ frozenAt: -1 }, "clock.frozenAt must be"],
    [{ now: () => 8.64e15 }, "clock must be an object with now()"],
    [{ frozenAt: 0, now: 1 }, "clock must be an object with now()"],
    [{ startAt: 0 }, "clock must be an object with now()"],
  ])("%j is refused", async (clock, sentence) => {
    await expect(createSandbox({ clock: clock as never })).rejects.toThrow(sentence);
  });

  test("goes with the machine, can be stopped, moved and let go on", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: startMs });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const sandbox = await startFrozen({ clock: undefined });
    const { clock } = sandbox;
    const pass = (ms: number): void => {
      vi.setSystemTime(Date.now() + ms);
    };
    pass(10);
    expect([clock.now(), clock.isFrozen]).toEqual([startMs + 10, false]);
    clock.freeze();
    pass(10);
    expect([clock.now(), clock.isFrozen]).toEqual([startMs + 10, true]);
    await sandbox.advance(hourMs);
    expect(clock.now()).toBe(startMs + 10 + hourMs);
    clock.resume();
    pass(5);
    expect([clock.now(), clock.isFrozen]).toEqual([startMs + 15 + hourMs, false]);
    clock.resume();
    await clock.set(startMs);
    pass(1);
    expect(clock.now()).toBe(startMs + 1);
    await clock.set("2030-01-01T00:00:00Z");
    pass(1);
    expect(clock.now()).toBe(Date.parse("2030-01-01T00:00:00Z") + 1);
  });

  test("does not go back by itself, and refuses what is no time", async () => {
    const sandbox = await startFrozen();
    const { clock } = sandbox;
    for (const ms of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, "1", undefined]) {
      await expect(sandbox.advance(ms as number)).rejects.toThrow("advance: expected whole milliseconds, 0 or more");
    }
    for (const ms of [9e15, 1e16]) {
      await expect(sandbox.advance(ms)).rejects.toThrow(
        `advance: the clock goes no further than the year 9898, and from 2026-03-15T03:00:00.123Z ${ms} milliseconds do`,
      );
    }
    for (const time of ["2026-03-15", "2026-02-30T10:00:00Z", "", Number.NaN, 8.64e15, -1, {}, undefined]) {
      await expect(clock.set(time as string)).rejects.toThrow("clock.set: the time must be milliseconds since 1970");
    }
    expect(clock.now()).toBe(startMs);
  });

  test.each([
    ["first", 0],
    ["last", "9898-12-31T23:59:59.999Z"],
  ])("at its %s moment everything works that has a time", async (_name, frozenAt) => {
    const merchant = await startMerchant();
    const sandbox = await startFrozen({
      clock: { frozenAt },
      chaos: { singapay: { stale_timestamp: { next: 1 } } },
      initialLinks: {
        midtrans: [
          {
            create: {
              transaction_details: { order_id: "M", gross_amount: 10_000 },
              expiry: { duration: 36_500, unit: "days" },
            },
          },
        ],
        singapay: [
          {
            create: {
              reff_no: "S",
              title: "Concert",
              max_usage: 2,
              total_amount: 10_000,
              items: [{ name: "Ticket", quantity: 1, unit_price: 10_000 }],
              required_customer_detail: false,
            },
          },
        ],
      },
    });
    await createLinkAt(sandbox, "xfers");
    for (const provider of ["midtrans", "xfers", "singapay"] as const) sandbox.setWebhookUrl(provider, merchant.url);
    const links = (await call(`${sandbox.control.url}/links`)).json as unknown as readonly LinkSummary[];
    for (const { link } of links) {
      expect((await sandbox.pay(link)).status).toMatch(/^(?:settlement|paid)$/);
      expect((await call(link)).status).toBe(200);
    }
    expect([links.length, merchant.received.length]).toEqual([3, 5]);
  });

  test("moves that are asked for at once do not go beyond the last moment together", async () => {
    const sandbox = await startFrozen({ clock: { frozenAt: "9898-12-31T12:00:00Z" } });
    const moves = await Promise.allSettled([sandbox.advance(8 * hourMs), sandbox.advance(8 * hourMs)]);
    expect(moves.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(new Date(sandbox.clock.now()).toISOString()).toBe("9898-12-31T20:00:00.000Z");
  });

  test("over HTTP", async () => {
    const sandbox = await startFrozen();
    const send = (method: string, path: string, body: unknown): Promise<Reply> =>
      call(sandbox.control.url + path, {
        method,
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
    expect((await call(`${sandbox.control.url}/clock`)).json).toEqual({
      atMs: startMs,
      at: "2026-03-15T03:00:00.123Z",
      isFrozen: true,
    });
    expect((await send("POST", "/advance", { ms: 1000 })).json).toMatchObject({ atMs: startMs + 1000 });
    expect((await send("PUT", "/clock", { at: "2026-04-01T00:00:00Z" })).json).toMatchObject({
      at: "2026-04-01T00:00:00.000Z",
      isFrozen: true,
    });
    expect((await send("PUT", "/clock", { at: startMs, isFrozen: false })).json).toMatchObject({ isFrozen: false });
    expect((await send("PUT", "/clock", { isFrozen: true })).json).toMatchObject({ isFrozen: true });
    for (const body of [
      {},
      { at: "soon" },
      { at: "2026-02-30T10:00:00Z" },
      { at: 8.64e15 },
      { at: null },
      { isFrozen: "yes" },
      { at: 0, by: 1 },
      [],
    ]) {
      const { status, json } = await send("PUT", "/clock", body);
      expect(status).toBe(400);
      expect(textAt(json, "error")).toContain('such as "2026-03-15T10:00:00+07:00"');
      expect(textAt(json, "error")).toContain(`It is ${JSON.stringify(body)}.`);
    }
    for (const body of [{}, { ms: "1" }, { ms: -1 }, { ms: 1.5 }, { ms: 1, at: 0 }, []]) {
      expect(await send("POST", "/advance", body)).toMatchObject({ status: 400, json: { error: expect.any(String) } });
    }
  });
});

describe("what goes by the clock", () => {
  test("a payment expires at its time, not when somebody looks", async () => {
    const merchant = await startMerchant();
    const sandbox = await startFrozen({ webhookUrls: { midtrans: merchant.url, singapay: merchant.url } });
    await sandbox.open(await createLinkAt(sandbox, "midtrans"), { method: "gopay" });
    await sandbox.open(await createLinkAt(sandbox, "singapay"), { method: "VA_BRI" });
    await sandbox.advance(7 * dayMs);
    expect(sandbox.deliveries.slice(2).map(({ provider, atMs, status }) => [provider, atMs - startMs, status])).toEqual(
      [
        ["midtrans", 15 * minuteMs, 200],
        ["singapay", dayMs, 200],
      ],
    );
    expect(sandbox.clock.now()).toBe(startMs + 7 * dayMs);
  });

  test("what is due on the way comes in the order of its times", async () => {
    const merchant = await startMerchant();
    const sandbox = await startFrozen({ seed: 1, webhookUrls: { midtrans: merchant.url } });
    const link = await createLinkAt(sandbox, "midtrans");
    merchant.answerWith(503);
    await sandbox.open(link, { method: "gopay" });
    await sandbox.advance(dayMs);
    const tries = sandbox.deliveries.map(({ webhook, sending, atMs }) => ({ webhook, sending, atMs }));
    expect(tries.map(({ atMs }) => atMs)).toEqual(tries.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
    // The expiry, 15 minutes in, falls between the retries of the first webhook, and has retries of its own.
    expect(tries.filter(({ webhook }) => webhook === 1)).toHaveLength(5);
    expect(tries.filter(({ webhook }) => webhook === 2).map(({ atMs }) => atMs)[0]).toBe(startMs + 15 * minuteMs);
    expect(tries.at(-1)?.webhook).toBe(2);
  });

  test("links expire, and tokens end", async () => {
    const sandbox = await startFrozen();
    const link = await createLinkAt(sandbox, "xfers");
    const api = await singapayCaller(sandbox);
    const methods = "/api/v1.0/payment-link-manage/payment-methods";
    await sandbox.advance(dayMs);
    await expect(sandbox.pay(link)).rejects.toThrow("The link is expired");
    await sandbox.advance(36 * hourMs - 1);
    expect((await api("GET", methods)).status).toBe(200);
    await sandbox.advance(1);
    expect((await api("GET", methods)).status).toBe(401);
  });

  test("settlement has the time of the clock", async () => {
    const sandbox = await startFrozen();
    const link = await createLinkAt(sandbox, "midtrans");
    const { id } = await sandbox.pay(link, { method: "credit_card" });
    await sandbox.advance(hourMs);
    await sandbox.settle(link);
    const { json } = await midtransCaller(sandbox)("GET", `/v2/${id}/status`);
    expect([json["transaction_time"], json["settlement_time"]]).toEqual(["2026-03-15 10:00:00", "2026-03-15 11:00:00"]);
  });

  test("settlement at SingaPay comes at noon in Jakarta, or by hand before", async () => {
    const sandbox = await startFrozen();
    const link = await createLinkAt(sandbox, "singapay");
    await sandbox.pay(link);
    await sandbox.advance(hourMs);
    await sandbox.pay(link);
    await sandbox.settle(link);
    await sandbox.advance(7 * dayMs);
    await expect(sandbox.settle(link)).rejects.toThrow("No payment on this link is paid and not settled yet");
    const api = await singapayCaller(sandbox, "20260322");
    const histories = await api("GET", `/api/v1.0/payment-link-histories/${sandbox.singapay.credentials.accountId}`);
    expect([0, 1].map((index) => pick(histories.json, "data", index, "settle_at"))).toEqual([
      "2026-03-15T11:00:00+07:00",
      "2026-03-15T12:00:00+07:00",
    ]);
  });

  test("a clock of one's own is followed at the next call", async () => {
    let nowMs = startMs;
    const merchant = await startMerchant();
    const sandbox = await startFrozen({ clock: { now: () => nowMs }, webhookUrls: { xfers: merchant.url } });
    merchant.answerWith(500);
    await sandbox.pay(await createLinkAt(sandbox, "xfers"));
    merchant.answerWith(200);
    nowMs += 5 * minuteMs;
    await sandbox.idle();
    expect(sandbox.deliveries.map(({ status, atMs }) => [status, atMs - startMs])).toEqual([
      [500, 0],
      [200, 5 * minuteMs],
    ]);
  });

  test("with the machine's time, webhooks are sent again without being asked", async () => {
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"], now: startMs });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const merchant = await startMerchant();
    const sandbox = await startFrozen({ clock: undefined, webhookUrls: { singapay: merchant.url } });
    merchant.answerWith(503);
    await sandbox.open(await createLinkAt(sandbox, "singapay"));
    vi.advanceTimersByTime(minuteMs - 1);
    expect(merchant.received).toHaveLength(1);
    vi.advanceTimersByTime(1);
    await expect.poll(() => merchant.received).toHaveLength(2);
    await sandbox.idle();
    sandbox.clock.freeze();
    vi.advanceTimersByTime(dayMs);
    await sandbox.idle();
    expect(merchant.received).toHaveLength(2);
    sandbox.clock.resume();
    vi.advanceTimersByTime(minuteMs);
    await expect.poll(() => merchant.received).toHaveLength(3);
  });

  test("with the machine's time, payments expire without being asked for", async () => {
    vi.useFakeTimers({ toFake: ["Date", "setInterval", "clearInterval"], now: startMs });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const merchant = await startMerchant();
    const sandbox = await startFrozen({ clock: undefined, webhookUrls: { midtrans: merchant.url } });
    await sandbox.open(await createLinkAt(sandbox, "midtrans"), { method: "gopay" });
    vi.advanceTimersByTime(15 * minuteMs - 1);
    await sandbox.idle();
    expect(merchant.received).toHaveLength(1);
    sandbox.clock.freeze();
    vi.advanceTimersByTime(hourMs);
    expect(merchant.received).toHaveLength(1);
    sandbox.clock.resume();
    vi.advanceTimersByTime(1_001);
    await expect.poll(() => merchant.received).toHaveLength(2);
    expect(textAt(JSON.parse(String(merchant.received[1]?.body)), "transaction_status")).toBe("expire");
  });

  test("what was missed happens in its order, each at its time, however late it is noticed", async () => {
    let nowMs = startMs;
    const sandbox = await startFrozen({ clock: { now: () => nowMs } });
    await sandbox.pay(await createLinkAt(sandbox, "midtrans", "CARD"), { method: "credit_card" });
    await sandbox.open(await createLinkAt(sandbox, "midtrans", "WALLET"), { method: "gopay" });
    await sandbox.pay(await createLinkAt(sandbox, "singapay"));
    const before = sandbox.deliveries.length;
    nowMs += 3 * dayMs;
    await sandbox.idle();
    const told = sandbox.deliveries.slice(before);
    expect(told.map(({ atMs }) => atMs - startMs)).toEqual(told.map(() => 3 * dayMs));
    const events = told.map(({ body }) => JSON.parse(body) as Json);
    expect(events.map((event) => [event["transaction_status"] ?? event["event"], event["settlement_time"]])).toEqual([
      ["expire", undefined],
      ["settlement.completed", undefined],
      ["settlement", "2026-03-16 10:00:00"],
    ]);
    expect(events[1]?.["timestamp"]).toBe("15 Mar 2026 12:00:00");
  });

  test("moves that are asked for at once come one after the other", async () => {
    const sandbox = await startFrozen();
    const link = await createLinkAt(sandbox, "midtrans");
    await sandbox.open(link);
    await Promise.all([sandbox.advance(hourMs), sandbox.advance(hourMs), sandbox.advance(hourMs)]);
    expect(sandbox.clock.now()).toBe(startMs + 3 * hourMs);
    expect(textAt((await midtransCaller(sandbox)("GET", "/v1/payment-links/INV-1")).json, "order_id")).toBe("INV-1");
  });
});
