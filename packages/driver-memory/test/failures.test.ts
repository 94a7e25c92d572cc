// Calls that fail as ordered, webhooks that never come, and what a test can ask afterwards.
import { createPaymentLinks, idr } from "@tautan/core";
import { createManualClock, createMemoryDriver, type MemoryFailure, type MemoryTraits } from "@tautan/driver-memory";
import { describe, expect, test } from "vitest";

const request = { reference: "INV-001", amount: idr(190_000) } as const;

const setUp = (traits: MemoryTraits = {}) => {
  const clock = createManualClock("2026-01-01T00:00:00Z");
  const gateway = createMemoryDriver({ clock, traits });
  return { gateway, links: createPaymentLinks({ default: "memory", gateways: { memory: gateway }, clock }) };
};

const KINDS = [
  "invalid_request",
  "unsupported",
  "amount_unrepresentable",
  "unauthenticated",
  "forbidden",
  "not_found",
  "duplicate_reference",
  "invalid_state",
  "has_histories",
  "rejected",
  "rate_limited",
  "unavailable",
  "timeout",
  "network",
  "malformed_response",
  "reply_mismatch",
] as const satisfies readonly MemoryFailure[];

describe("calls that fail", () => {
  test.each(KINDS)("%s: once, and nothing took effect", async (kind) => {
    const { gateway, links } = setUp();
    const link = (await links.create(request))._unsafeUnwrap();
    gateway.simulate.failNext("get", kind);
    const error = (await links.get(link.id))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind, message: expect.stringContaining("as the test ordered") });
    expect((await links.get(link.id)).isOk()).toBe(true);
  });

  test("with details, several times, until nothing fails any more", async () => {
    const { gateway, links } = setUp();
    gateway.simulate.failNext("list", { kind: "rate_limited", retryAfterMs: 5000, status: 429 }, 3);
    const error = (await links.list())._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "rate_limited", retryAfterMs: 5000, status: 429, retryable: true });
    expect((await links.list()).isErr()).toBe(true);
    gateway.simulate.failNothing();
    expect((await links.list()).isOk()).toBe(true);
  });

  test("a lost answer took effect, and the link is found", async () => {
    const { gateway, links } = setUp();
    gateway.simulate.failNext("create", "lost_answer");
    expect((await links.create(request))._unsafeUnwrap().reference).toBe("INV-001");
    expect(gateway.calls).toEqual(["create", "find"]);
    gateway.expectLink("INV-001", { status: "active" });
  });

  test("a lost answer at a gateway that cannot find the link is unknown", async () => {
    const { gateway, links } = setUp({ createRecovery: "none" });
    gateway.simulate.failNext("create", "lost_answer");
    expect((await links.create(request))._unsafeUnwrapErr()).toMatchObject({ kind: "network", outcome: "unknown" });
    gateway.expectLink("INV-001", { links: 1 });
  });

  test("a lost request took no effect, and nobody knows", async () => {
    const { gateway, links } = setUp();
    gateway.simulate.failNext("create", "lost_request");
    expect((await links.create(request))._unsafeUnwrapErr()).toMatchObject({ kind: "network", outcome: "unknown" });
    expect(gateway.created).toEqual([]);
    expect(() => gateway.expectLink("INV-001")).toThrow("expectLink INV-001: links: expected 1, got 0");
  });

  test("silence lasts until the deadline, or until the caller gives up", async () => {
    const { gateway, links } = setUp();
    gateway.simulate.failNext("list", "silence", 2);
    expect((await links.list({}, { timeoutMs: 20 }))._unsafeUnwrapErr().kind).toBe("timeout");
    const caller = new AbortController();
    const listed = links.list({}, { signal: caller.signal });
    caller.abort();
    expect((await listed)._unsafeUnwrapErr().kind).toBe("aborted");
  });

  test("an operation or a number that does not exist is refused", () => {
    const { simulate } = setUp().gateway;
    expect(() => simulate.failNext("pay" as never, "network")).toThrow("there is no operation pay");
    expect(() => simulate.failNext("get", "network", 0)).toThrow("a whole number from 1");
  });
});

describe("webhooks that are delivered", () => {
  const open = (statusOf: () => number) => {
    const received: string[] = [];
    const gateway = createMemoryDriver({
      deliverTo: async (delivery) => {
        received.push(await delivery.text());
        return new Response(null, { status: statusOf() });
      },
    });
    const links = createPaymentLinks({ default: "memory", gateways: { memory: gateway } });
    return { gateway, links, received };
  };

  test("before the action resolves, with the body that it returns", async () => {
    const { gateway, links, received } = open(() => 200);
    await links.create(request);
    const { webhook } = await gateway.simulate.pay("INV-001");
    expect(received).toEqual([webhook.body]);
    expect(gateway.deliveries).toEqual([{ webhook, isLost: false, answers: [200] }]);
  });

  test("one that is lost never comes, until the gateway repeats it", async () => {
    const { gateway, links, received } = open(() => 200);
    await links.create(request);
    gateway.simulate.loseNextDelivery();
    const { webhook } = await gateway.simulate.pay("INV-001");
    await gateway.simulate.settle("INV-001");
    expect(gateway.deliveries.map(({ isLost, answers }) => [isLost, answers])).toEqual([
      [true, []],
      [false, [200]],
    ]);
    expect(received).toHaveLength(1);
    expect(await gateway.simulate.redeliver()).toBe(1);
    expect(received.at(-1)).toBe(webhook.body);
    expect(await gateway.simulate.redeliver()).toBe(0);
  });

  test("one that is not accepted is repeated", async () => {
    const answers = [503, 500, 204];
    const { gateway, links } = open(() => answers.shift() ?? 200);
    await links.create(request);
    await gateway.simulate.pay("INV-001");
    expect([await gateway.simulate.redeliver(), await gateway.simulate.redeliver()]).toEqual([1, 1]);
    expect(gateway.deliveries[0]?.answers).toEqual([503, 500, 204]);
    expect(await gateway.simulate.redeliver()).toBe(0);
  });
});

describe("events of other kinds", () => {
  test("a dispute takes the money away until it is won, and for good if it is lost", async () => {
    const { gateway, links } = setUp();
    await links.create({ ...request, usage: { limit: 2 } });
    for (const end of ["won", "lost"] as const) {
      const { payment } = await gateway.simulate.pay("INV-001");
      await gateway.simulate.dispute("INV-001", { payment });
      expect((await links.getHistory(`memory:${payment}`))._unsafeUnwrap().status).toBe("disputed");
      await expect(gateway.simulate.dispute("INV-001", { payment })).rejects.toThrow("undisputed");
      await gateway.simulate.endDispute("INV-001", end, { payment });
    }
    gateway.expectLink("INV-001", { payments: ["paid", "reversed"], paid: 1 });
    await expect(gateway.simulate.endDispute("INV-001", "won")).rejects.toThrow("open dispute");
  });

  test("several payments in one webhook", async () => {
    const { gateway, links } = setUp();
    await links.create(request);
    await links.create({ ...request, reference: "INV-002" });
    const { payments, webhook } = await gateway.simulate.payTogether(["INV-001", "INV-002"]);
    const { observations } = (await links.parseWebhook("memory", webhook))._unsafeUnwrap();
    expect(observations.map((each) => each.kind === "history" && each.history.providerId)).toEqual(payments);
    await expect(gateway.simulate.payTogether([])).rejects.toThrow("at least one link");
  });

  test("the account's other business is nobody's payment", async () => {
    for (const traits of [{}, { notices: "history" }] as const) {
      const { gateway, links } = setUp(traits);
      const { webhook } = await gateway.simulate.payElsewhere();
      const [observation] = (await links.parseWebhook("memory", webhook))._unsafeUnwrap().observations;
      if (!observation) throw new Error("expected an observation");
      expect((await links.confirm(observation))._unsafeUnwrap().kind).toBe("unknown");
    }
  });

  test("another event is unknown", async () => {
    const { gateway, links } = setUp();
    const { webhook } = await gateway.simulate.otherEvent("payout");
    const { observations } = (await links.parseWebhook("memory", webhook))._unsafeUnwrap();
    expect(observations).toMatchObject([{ kind: "unknown", event: "payout" }]);
    await expect(gateway.simulate.otherEvent("a payout")).rejects.toThrow("a word");
  });
});

test("expectLink names the first difference", async () => {
  const { gateway, links } = setUp();
  await links.create(request);
  await gateway.simulate.pay("INV-001");
  expect(gateway.expectLink("INV-001", { status: "exhausted", paid: 1, payments: ["paid"] }).amount).toEqual(
    request.amount,
  );
  expect(() => gateway.expectLink("INV-001", { status: "active" })).toThrow(
    'expectLink INV-001: status: expected "active", got "exhausted"',
  );
  expect(() => gateway.expectLink("INV-001", { payments: [] })).toThrow('payments: expected [], got ["paid"]');
  expect(() => gateway.expectLink("INV-009")).toThrow("links: expected 1, got 0");
});
