// One question per subject at a time, and one for the same news: what a storm of deliveries costs.
import { createPaymentLinks, type Observation, type PaymentLinks } from "@tautan/core";
import { type DriverError, type DriverHandlers, driverError, historyRecord } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { createStub, linksWith, NOW } from "./support/stub-driver.ts";

const told = (facts: object = { paid: {} }, providerId = "h"): Observation =>
  Object.freeze({
    kind: "history",
    gateway: "gw",
    trust: "partly_signed",
    linkCandidates: [],
    history: { providerId, record: historyRecord({ providerId, trust: "partly_signed", facts }) },
  }) as never;
const hint = (id = "h"): Observation => ({
  kind: "notice",
  gateway: "gw",
  trust: "unsigned",
  resource: "history",
  id: `gw:${id}`,
});

// What runs operations is loaded with the first one, in whatever time that takes.
beforeAll(async () => {
  await linksWith(createStub()).get("gw:none");
});

type Confirmed = Awaited<ReturnType<DriverHandlers["confirm"]>>;
const answer = (providerId: string, facts: object = { paid: {} }): Confirmed =>
  ok({
    kind: "history",
    trust: "read",
    record: historyRecord({ providerId, trust: "read", facts }),
    linkCandidates: [],
    raw: {},
  });

/** A gateway that answers when the test says so. */
const gateway = (options: object = {}) => {
  const time = { now: NOW };
  const open: { readonly id: string; readonly signal: AbortSignal; readonly answer: (result?: Confirmed) => void }[] =
    [];
  let running = 0;
  let most = 0;
  const stub = createStub({
    confirm: ({ providerId }, { signal }) => {
      running += 1;
      most = Math.max(most, running);
      return new Promise<Confirmed>((resolve) => {
        const end = (result: Confirmed = answer(providerId)): void => {
          running -= 1;
          resolve(result);
        };
        open.push({ id: providerId, signal, answer: end });
      });
    },
  });
  const links = linksWith(stub, { clock: { now: () => time.now }, ...options });
  return { links, open, time, mostAtOnce: () => most };
};
/** Lets everything run that can. */
const settle = () => new Promise((resolve) => setImmediate(resolve));
const statusOf = (result: Result<Observation, unknown>): string | undefined =>
  result.isOk() && result.value.kind === "history" ? result.value.history.status : undefined;

// The operations are loaded at the first call, which takes longer than one turn of the event loop.
beforeAll(async () => void (await linksWith(createStub({})).get("gw:first")));

describe("the same news", () => {
  test("1,000 replays at once cost one call", async () => {
    const { links, open } = gateway();
    const asked = Array.from({ length: 1000 }, () => links.confirm(told()));
    await settle();
    expect(open).toHaveLength(1);
    open[0]?.answer();
    expect(new Set((await Promise.all(asked)).map(statusOf))).toEqual(new Set(["paid"]));
    expect(open).toHaveLength(1);
  });

  test("1,000 replays one after the other cost one call in three seconds, and another in the next three", async () => {
    const { links, open, time } = gateway();
    const storm = async () => {
      for (let count = 0; count < 1000; count += 1) {
        const asked = links.confirm(told());
        if (count === 0) {
          await settle();
          open.at(-1)?.answer();
        }
        expect(statusOf(await asked)).toBe("paid");
      }
    };
    await storm();
    expect(open).toHaveLength(1);
    time.now += 3000;
    await storm();
    expect(open).toHaveLength(2);
  });

  test("a clock that was set back makes nothing last", async () => {
    const { links, open, time } = gateway();
    const first = links.confirm(told());
    await settle();
    open[0]?.answer();
    await first;
    time.now -= 1;
    void links.confirm(told());
    await settle();
    expect(open).toHaveLength(2);
  });

  test("confirmReuseMs: 0 keeps no answer; what goes on is shared all the same", async () => {
    const { links, open } = gateway({ confirmReuseMs: 0 });
    const both = [links.confirm(told()), links.confirm(told())];
    await settle();
    expect(open).toHaveLength(1);
    open[0]?.answer();
    await Promise.all(both);
    void links.confirm(told());
    await settle();
    expect(open).toHaveLength(2);
  });

  test("an error is for those who waited, and is not kept", async () => {
    const { links, open } = gateway();
    const both = [links.confirm(told()), links.confirm(told())];
    await settle();
    open[0]?.answer(err(driverError("network", { message: "broke" }) as DriverError));
    for (const each of await Promise.all(both)) expect(each._unsafeUnwrapErr().kind).toBe("network");
    const again = links.confirm(told());
    await settle();
    open[1]?.answer();
    expect(statusOf(await again)).toBe("paid");
  });
});

describe("other news of the same subject", () => {
  test("is asked about anew, and only when the first question was answered", async () => {
    const { links, open, mostAtOnce } = gateway();
    const pending = links.confirm(told({ pending: {} }));
    const paid = links.confirm(told({ paid: {} }));
    await settle();
    expect(open).toHaveLength(1);
    open[0]?.answer(answer("h", { pending: {} }));
    expect(statusOf(await pending)).toBe("pending");
    await settle();
    open[1]?.answer();
    // An answer from before the payment would have lost it.
    expect(statusOf(await paid)).toBe("paid");
    expect(mostAtOnce()).toBe(1);
  });

  test("other subjects do not wait", async () => {
    const { links, open } = gateway();
    for (const id of ["a", "b", "c"]) void links.confirm(told({ paid: {} }, id));
    await settle();
    expect(open.map(({ id }) => id)).toEqual(["a", "b", "c"]);
  });

  test("the same news under another gateway's key is another subject", async () => {
    const [one, two] = [
      createStub({ confirm: async () => answer("h") }),
      createStub({ confirm: async () => answer("h") }),
    ];
    const links: PaymentLinks = createPaymentLinks({ default: "gw", gateways: { gw: one.driver, other: two.driver } });
    await links.confirm(told());
    await links.confirm({ ...told(), gateway: "other" } as Observation);
    expect([one.calls.length, two.calls.length]).toEqual([1, 1]);
  });
});

describe("hints", () => {
  test("those that come while one is asked about share the next question, for something may have happened since", async () => {
    const { links, open, mostAtOnce } = gateway();
    const first = links.confirm(hint());
    await settle();
    const later = Array.from({ length: 1000 }, () => links.confirm(hint()));
    await settle();
    expect(open).toHaveLength(1);
    open[0]?.answer(answer("h", { pending: {} }));
    expect(statusOf(await first)).toBe("pending");
    await settle();
    expect(open).toHaveLength(2);
    open[1]?.answer();
    expect(new Set((await Promise.all(later)).map(statusOf))).toEqual(new Set(["paid"]));
    expect(mostAtOnce()).toBe(1);
  });

  test("the next hint is asked about, however soon it comes", async () => {
    const { links, open } = gateway();
    for (const count of [1, 2]) {
      const asked = links.confirm(hint());
      await settle();
      expect(open).toHaveLength(count);
      open.at(-1)?.answer();
      await asked;
    }
  });
});

describe("a caller who gives up", () => {
  test("leaves the others their answer", async () => {
    const { links, open } = gateway();
    const controller = new AbortController();
    const [given, kept] = [links.confirm(told(), { signal: controller.signal }), links.confirm(told())];
    await settle();
    controller.abort();
    expect((await given)._unsafeUnwrapErr()).toMatchObject({ kind: "aborted", outcome: "unknown" });
    expect(open[0]?.signal.aborted).toBe(false);
    open[0]?.answer();
    expect(statusOf(await kept)).toBe("paid");
  });

  test("ends the question where nobody else waits, and the next caller asks anew", async () => {
    const { links, open } = gateway();
    const controller = new AbortController();
    const given = links.confirm(told(), { signal: controller.signal });
    await settle();
    controller.abort();
    expect(open[0]?.signal.aborted).toBe(true);
    // The driver here does not listen, and holds nobody up.
    const again = links.confirm(told());
    await settle();
    expect(open).toHaveLength(2);
    open[1]?.answer();
    expect(statusOf(await again)).toBe("paid");
    expect((await given)._unsafeUnwrapErr().kind).toBe("aborted");
  });

  test("in the queue never asks", async () => {
    const { links, open } = gateway();
    const controller = new AbortController();
    const first = links.confirm(told({ pending: {} }));
    const given = links.confirm(told({ paid: {} }), { signal: controller.signal });
    await settle();
    controller.abort();
    expect((await given).isErr()).toBe(true);
    open[0]?.answer(answer("h", { pending: {} }));
    await first;
    await settle();
    expect(open).toHaveLength(1);
  });
});

test("a caller who gives up in the queue lets nobody ask beside the question that goes on", async () => {
  const { links, open, mostAtOnce } = gateway();
  const controller = new AbortController();
  const first = links.confirm(told({ pending: {} }));
  const given = links.confirm(told({ paid: {} }), { signal: controller.signal });
  await settle();
  controller.abort();
  expect((await given).isErr()).toBe(true);
  const later = links.confirm(told({ settled: {} }));
  await settle();
  expect(mostAtOnce()).toBe(1);
  open[0]?.answer(answer("h", { pending: {} }));
  await first;
  await settle();
  open[1]?.answer(answer("h", { settled: {} }));
  expect(statusOf(await later)).toBe("settled");
  expect(mostAtOnce()).toBe(1);
});

test("news that is too long to keep is asked about again", async () => {
  const stub = createStub({ confirm: async ({ providerId }) => answer(providerId) });
  const links = linksWith(stub);
  const long = told({ paid: {} }, "h".repeat(10_000));
  for (const _ of [1, 2]) await links.confirm(long);
  expect(stub.calls).toHaveLength(2);
});

describe("within the time that the gateway waits for an answer", () => {
  /** When the driver's signal fires, in milliseconds of a clock that the test moves. */
  const deadlineOf = async (options: object, call?: object): Promise<number> => {
    vi.useFakeTimers();
    try {
      let firedAtMs = Number.NaN;
      const startedAtMs = Date.now();
      const stub = createStub(
        {
          confirm: (_subject, { signal }) =>
            new Promise((resolve) => {
              signal.addEventListener("abort", () => {
                firedAtMs = Date.now() - startedAtMs;
                resolve(err(driverError("timeout", { message: "late" })));
              });
            }),
        },
        {
          webhooks: {
            trust: "partly_signed",
            namesMethod: true,
            respondWithinMs: 15_000,
            delivery: { windowMs: 0, documented: false },
          },
        },
      );
      const asked = linksWith(stub, options).confirm(told(), call);
      await vi.advanceTimersByTimeAsync(60_000);
      expect((await asked)._unsafeUnwrapErr().kind).toBe("timeout");
      return firedAtMs;
    } finally {
      vi.useRealTimers();
    }
  };

  test.each<[string, object, object | undefined, number]>([
    ["two thirds of it", {}, undefined, 10_000],
    ["less where the facade allows less", { timeoutMs: 2000 }, undefined, 2000],
    ["what the call says", {}, { timeoutMs: 20_000 }, 20_000],
  ])("confirm takes %s", async (_name, options, call, ms) => {
    // The driver is told to stop a little before, so that it can say what became of the request.
    expect(await deadlineOf(options, call)).toBe(ms - 100);
  });

  test("a delivery tells that time", async () => {
    const stub = createStub({ parseWebhook: async () => ok([]) });
    const delivery = await linksWith(stub).parseWebhook("gw", { method: "POST", url: "/", headers: {}, body: "{}" });
    expect(delivery._unsafeUnwrap().respondWithinMs).toBe(15_000);
  });
});

test("answers of many subjects are kept within bounds: the oldest are asked about again", async () => {
  const stub = createStub({ confirm: async ({ providerId }) => answer(providerId) });
  const links = linksWith(stub);
  for (let id = 0; id < 501; id += 1) await links.confirm(told({ paid: {} }, `h${id}`));
  await links.confirm(told({ paid: {} }, "h500"));
  expect(stub.calls).toHaveLength(501);
  await links.confirm(told({ paid: {} }, "h0"));
  expect(stub.calls).toHaveLength(502);
});

test.each([-1, 60_001, "3000", Number.NaN])("confirmReuseMs: %s is refused", (confirmReuseMs) => {
  expect(() => linksWith(createStub(), { confirmReuseMs })).toThrow(/confirmReuseMs: expected milliseconds/);
});
