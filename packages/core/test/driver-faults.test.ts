import { type Gateway, idr, type Observation, type PaymentLinkError, type PaymentLinks } from "@tautan/core";
import { type AnyDriver, type DriverLink, driverError, historyRecord } from "@tautan/core/driver";
import { expectToHide } from "@tautan/driver-kit/testing";
import { err, ok, type Result, type ResultAsync } from "neverthrow";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createStub, linkOf, linksWith, NOW } from "./support/stub-driver.ts";

// Whatever a driver, a caller's object or an instrumentation does: a typed result, and the truth about what was sent.

const request = { reference: "INV-001", amount: idr(190_000) };
const link = (changes: Partial<DriverLink> = {}): DriverLink => linkOf({ ...request, usage: { limit: 1 } }, changes);
const ID = "gw:id-INV-001";

describe("a driver's answer that is no result", () => {
  test.each<[string, unknown]>([
    ["a plain object", { ok: true, value: {} }],
    ["an error without a kind", err({ message: "CANARY", outcome: "not_sent" })],
    ["an error of a kind nobody knows", err({ kind: "oops", message: "CANARY", outcome: "not_sent" })],
    ["an error without an outcome", err({ kind: "network", message: "CANARY" })],
    ["an error that is a text", err("CANARY")],
    ["an error that is nothing", err(undefined)],
    ["a success with nothing", ok(undefined)],
    ["a link without an amount", ok({ ...link(), amount: undefined })],
    ["a link without an id", ok({ ...link(), providerId: "" })],
    ["a link without an address", ok({ ...link(), url: "" })],
  ])("%s: a fault of the driver, and the outcome unknown", async (_name, answer) => {
    const stub = createStub({ create: async () => answer as never }, { createRecovery: "none" });
    const error = (await linksWith(stub).create(request))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "malformed_response", outcome: "unknown", retryable: false, gateway: "gw" });
    expect(error.hint).toContain("may exist");
    expect(error.cause).toBeInstanceOf(Error);
    expectToHide(error, ["CANARY"]);
  });

  test("an error that a driver stamped by itself is stamped by us", async () => {
    const own = { ...driverError("network", { message: "down" }), gateway: "CANARY", operation: "CANARY" };
    const stub = createStub({ get: async () => err(own as never) });
    const error = (await linksWith(stub).get(ID))._unsafeUnwrapErr();
    expect(error).toMatchObject({ gateway: "gw", operation: "get" });
  });

  test("a look-up that throws hides nothing of what is not known", async () => {
    const stub = createStub({
      create: async () => err(driverError("timeout", { message: "no answer" })),
      find: () => {
        throw new Error("CANARY");
      },
    });
    expect((await linksWith(stub).create(request))._unsafeUnwrapErr()).toMatchObject({
      kind: "timeout",
      outcome: "unknown",
    });
  });

  test("handlers may be methods of an object with a state of its own", async () => {
    class Handlers {
      readonly #link = link();
      async get() {
        return ok(this.#link);
      }
    }
    const stub = createStub();
    const driver = { ...stub.driver, handlers: new Handlers() as never };
    expect((await linksWith({ ...stub, driver }).get(ID))._unsafeUnwrap().id).toBe(ID);
  });

  test("no driver can overrule what is derived", async () => {
    const sly = { ...link(), id: "other:x", gateway: "other", status: "active", acceptsPayments: true };
    const stub = createStub({ get: async () => ok({ ...sly, state: "closed" as const }) });
    expect((await linksWith(stub).get(ID))._unsafeUnwrap()).toMatchObject({
      id: ID,
      gateway: "gw",
      status: "closed",
      acceptsPayments: false,
    });
  });
});

describe("arguments that throw when they are read", () => {
  const trap = (name: string): never =>
    Object.defineProperty({}, name, {
      enumerable: true,
      get: () => {
        throw new RangeError("CANARY");
      },
    }) as never;

  test.each<[string, (links: PaymentLinks) => ResultAsync<unknown, PaymentLinkError>]>([
    ["create", (links) => links.create(trap("reference"))],
    ["create, at the gateway's key", (links) => links.create(trap("gateway"))],
    ["find", (links) => links.find(null as never)],
    ["list", (links) => links.list(trap("cursor"))],
    ["update", (links) => links.update(ID, trap("title"))],
    ["listHistories", (links) => links.listHistories(ID, trap("limit"))],
    ["confirm", (links) => links.confirm(trap("kind"))],
    ["the options", (links) => links.get(ID, trap("timeoutMs"))],
  ])("%s: invalid_request, and nothing was sent", async (_name, call) => {
    const answer = async () => ok(link());
    const listing = async () => ok({ items: [] });
    const stub = createStub({ get: answer, update: answer, find: answer, list: listing, listHistories: listing });
    const result = await call(linksWith(stub));
    const error = result._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "invalid_request", outcome: "not_sent", retryable: false });
    expectToHide(error, ["CANARY"]);
    expect(stub.calls).toEqual([]);
  });

  test.each<[string, (gateway: Gateway<AnyDriver>) => unknown]>([
    ["create", (gateway) => gateway.create(trap("reference"))],
    ["find", (gateway) => gateway.find(trap("reference"))],
    ["list", (gateway) => gateway.list(trap("cursor"))],
    ["confirm", (gateway) => gateway.confirm(trap("gateway"))],
    ["confirm, of a gateway that is a number", (gateway) => gateway.confirm({ kind: "notice", gateway: 42 } as never)],
    ["listPages", async (gateway) => (await gateway.listPages(trap("cursor")).next()).value],
  ])("one gateway's own %s too: a result, and nothing was sent", async (_name, call) => {
    const listing = async () => ok({ items: [] });
    const stub = createStub({ find: async () => ok(link()), list: listing, confirm: (async () => {}) as never });
    const result = (await call(linksWith(stub).gateway("gw") as never)) as Result<unknown, PaymentLinkError>;
    const error = result._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "invalid_request", outcome: "not_sent", gateway: "gw" });
    expectToHide(error, ["CANARY"]);
    expect(stub.calls).toEqual([]);
  });

  test("a webhook that throws when it is read is malformed, with the gateway's answer", async () => {
    const stub = createStub({ parseWebhook: async () => ok([]) });
    for (const name of ["method", "url", "headers", "body"]) {
      const parts = { method: "POST", url: "/", headers: {}, body: "{}" };
      const hostile = Object.defineProperty({ ...parts }, name, {
        get: () => {
          throw new RangeError("CANARY");
        },
      });
      const error = (await linksWith(stub).parseWebhook("gw", hostile))._unsafeUnwrapErr();
      expect(error).toMatchObject({ kind: "malformed_webhook", acknowledgement: { status: 400 } });
      expectToHide(error, ["CANARY"]);
    }
    expect(stub.calls).toEqual([]);
  });
});

describe("what was passed is read before the caller can change it", () => {
  test("a request", async () => {
    const stub = createStub();
    const links = linksWith(stub);
    const mine: { reference: string; amount: typeof request.amount; title: string } = { ...request, title: "first" };
    const creating = links.create(mine);
    mine.title = "second";
    await creating;
    expect(stub.calls[0]?.[1]).toMatchObject({ title: "first" });
  });

  test("a request, also while an instrumentation takes its time", async () => {
    const stub = createStub();
    const later = async (_span: object, run: () => Promise<unknown>) => {
      await Promise.resolve();
      return run();
    };
    const mine = { ...request, amount: { amount: "190000", currency: "IDR" } };
    const creating = linksWith(stub, { instrument: later }).create(mine);
    mine.amount.amount = "99000";
    await creating;
    expect(stub.calls[0]?.[1]).toMatchObject({ amount: idr(190_000) });
  });

  test("a request, also while the library is still loading", async () => {
    vi.resetModules();
    const { createPaymentLinks } = await import("@tautan/core");
    const stub = createStub();
    const links = createPaymentLinks({ default: "gw", gateways: { gw: stub.driver }, clock: { now: () => NOW } });
    const items = [{ name: "first", quantity: 1, unitPrice: idr(190_000) }];
    const creating = links.create({ ...request, items });
    (items[0] as { name: string }).name = "second";
    await creating;
    expect(stub.calls[0]?.[1]).toMatchObject({ items: [{ name: "first" }] });
    vi.resetModules();
  });

  test("the bytes of a webhook: servers reuse their buffers", async () => {
    const seen: string[] = [];
    const stub = createStub({
      parseWebhook: async (delivery) => {
        await Promise.resolve();
        seen.push(Buffer.from(delivery.bytes).toString("utf8"));
        return ok([]);
      },
    });
    const body = Buffer.from("first");
    const parsing = linksWith(stub).parseWebhook("gw", { method: "POST", url: "/", headers: {}, body });
    body.write("other");
    await parsing;
    expect(seen).toEqual(["first"]);
  });
});

describe("an answer about something else than was asked", () => {
  const other = link({ providerId: "id-INV-002", reference: "INV-002" });
  test.each<[string, (links: PaymentLinks) => ResultAsync<unknown, PaymentLinkError>]>([
    ["get", (links) => links.get(ID)],
    ["find", (links) => links.find({ reference: "INV-001" })],
    ["update", (links) => links.update(ID, { title: "New" })],
    ["reopen", (links) => links.reopen(ID)],
  ])("%s: reply_mismatch", async (_name, call) => {
    const answer = async () => ok(other);
    const stub = createStub({ get: answer, find: answer, update: answer, reopen: answer });
    const result = await call(linksWith(stub));
    expect(result._unsafeUnwrapErr()).toMatchObject({ kind: "reply_mismatch" });
  });

  test("reading back another link proves nothing about a lost change", async () => {
    const lost = async () => err(driverError("timeout", { message: "no answer" }));
    const stub = createStub({ close: lost, get: async () => ok({ ...other, state: "closed" as const }) });
    expect((await linksWith(stub).close(ID))._unsafeUnwrapErr()).toMatchObject({ outcome: "unknown" });
  });

  test("a history under another id; one of its other ids is the same history", async () => {
    const record = historyRecord({ providerId: "h", trust: "read", otherIds: ["h-1"] });
    const links = linksWith(createStub({ getHistory: async () => ok({ record, raw: {} }) }));
    expect((await links.getHistory("gw:h"))._unsafeUnwrap().id).toBe("gw:h");
    expect((await links.getHistory("gw:h-1"))._unsafeUnwrap().id).toBe("gw:h");
    expect((await links.getHistory("gw:h-2"))._unsafeUnwrapErr().kind).toBe("reply_mismatch");
  });

  test("histories that say they are another link's", async () => {
    const of = (linkProviderId: string | undefined) =>
      linksWith(
        createStub({
          listHistories: async () =>
            ok({ items: [{ record: historyRecord({ providerId: "h", trust: "read", linkProviderId }), raw: {} }] }),
        }),
      ).listHistories("gw:MINE");
    expect((await of("MINE")).isOk()).toBe(true);
    expect((await of(undefined)).isOk()).toBe(true);
    expect((await of("OTHER"))._unsafeUnwrapErr().kind).toBe("reply_mismatch");
  });

  test("a hint may name a history by another of its ids; what was told already may not", async () => {
    const record = historyRecord({ providerId: "h", trust: "read", otherIds: ["h-1"], facts: { paid: {} } });
    const links = linksWith(
      createStub({
        confirm: async () => ok({ kind: "history", trust: "read", record, linkCandidates: [], raw: {} }),
        parseWebhook: async () =>
          ok([
            {
              kind: "history",
              trust: "unsigned",
              record: historyRecord({ providerId: "h-1", trust: "unsigned" }),
              linkCandidates: [],
              raw: {},
            },
          ]),
      }),
    );
    const hint = { kind: "notice", gateway: "gw", trust: "unsigned", resource: "history", id: "gw:h-1" } as const;
    expect((await links.confirm(hint))._unsafeUnwrap()).toMatchObject({ history: { id: "gw:h", isPaid: true } });
    const webhook = { method: "POST", url: "/", headers: {}, body: "{}" };
    const [told] = (await links.parseWebhook("gw", webhook))._unsafeUnwrap().observations;
    expect((await links.confirm(told as Observation))._unsafeUnwrapErr().kind).toBe("reply_mismatch");
  });

  test.each<[string, object]>([
    ["another link", { kind: "link", link: link({ providerId: "id-INV-002" }) }],
    ["another history", { record: historyRecord({ providerId: "x", trust: "read", facts: { paid: {} } }) }],
    ["a history that was not read", { trust: "partly_signed" }],
    ["a link instead of a history", { kind: "link", link: link() }],
  ])("confirm: %s is no confirmation", async (_name, changes) => {
    const record = historyRecord({ providerId: "h", trust: "read", facts: { paid: {} } });
    const confirmed = { kind: "history", trust: "read", record, linkCandidates: [], raw: {}, ...changes };
    const links = linksWith(createStub({ confirm: async () => ok(confirmed as never) }));
    const hint = { kind: "notice", gateway: "gw", trust: "unsigned", resource: "history", id: "gw:h" } as const;
    expect((await links.confirm(hint))._unsafeUnwrapErr().kind).toBe("reply_mismatch");
  });
});

describe("an instrumentation with a fault costs a trace, never an answer", () => {
  test.each<[string, (run: () => Promise<unknown>) => unknown]>([
    [
      "throws before it runs anything",
      () => {
        throw new Error("CANARY");
      },
    ],
    [
      "throws afterwards",
      async (run) => {
        await run();
        throw new Error("CANARY");
      },
    ],
    ["never runs anything", async () => undefined],
    ["returns something else", async (run) => ((await run()) ? "else" : undefined)],
    ["runs it twice", async (run) => [await run(), await run()]],
  ])("%s", async (_name, wrap) => {
    const stub = createStub({ parseWebhook: async () => ok([]) });
    const links = linksWith(stub, { instrument: (_span: object, run: () => Promise<unknown>) => wrap(run) });
    expect((await links.create(request))._unsafeUnwrap().id).toBe(ID);
    const delivery = await links.parseWebhook("gw", { method: "POST", url: "/", headers: {}, body: "{}" });
    expect(delivery.isOk()).toBe(true);
    expect(stub.calls.map(([operation]) => operation)).toEqual(["create", "parseWebhook"]);
  });
});

describe("a driver or an instrumentation that hangs", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const webhook = { method: "POST", url: "/", headers: {}, body: "{}" };

  test("an instrumentation that never runs anything: nothing was sent, and nothing is once the call has ended", async () => {
    const stub = createStub({ parseWebhook: async () => ok([]) });
    let runLater: (() => Promise<unknown>) | undefined;
    const hang = (_span: object, run: () => Promise<unknown>) => {
      runLater = run;
      return new Promise(() => {});
    };
    const links = linksWith(stub, { instrument: hang, timeoutMs: 1000 });
    const creating = links.create(request);
    await vi.advanceTimersByTimeAsync(1000);
    expect((await creating)._unsafeUnwrapErr()).toMatchObject({ kind: "timeout", outcome: "not_sent" });
    await runLater?.();
    const parsing = links.parseWebhook("gw", webhook);
    await vi.advanceTimersByTimeAsync(1000);
    expect((await parsing)._unsafeUnwrapErr()).toMatchObject({ acknowledgement: { status: 503 } });
    expect(stub.calls.filter(([operation]) => operation === "create")).toEqual([]);
  });

  test("an instrumentation that hangs afterwards: the result there is, at the deadline", async () => {
    const stub = createStub({ parseWebhook: async () => ok([]) });
    const hang = async (_span: object, run: () => Promise<unknown>) => {
      await run();
      return new Promise(() => {});
    };
    const links = linksWith(stub, { instrument: hang, timeoutMs: 1000 });
    const [creating, parsing] = [links.create(request), links.parseWebhook("gw", webhook)];
    await vi.advanceTimersByTimeAsync(1000);
    expect((await creating).isOk()).toBe(true);
    expect((await parsing).isOk()).toBe(true);
  });

  test("a silence is explained as each operation needs it", async () => {
    const never = () => new Promise<never>(() => {});
    const stub = createStub({ create: never, update: never }, { createRecovery: "none" });
    const links = linksWith(stub, { timeoutMs: 1000 });
    const [creating, updating] = [links.create(request), links.update(ID, { title: "New" })];
    await vi.advanceTimersByTimeAsync(1000);
    expect((await creating)._unsafeUnwrapErr()).toMatchObject({
      outcome: "unknown",
      hint: expect.stringContaining("dashboard"),
    });
    expect((await updating)._unsafeUnwrapErr().hint).toContain("Read the link");
  });

  test("on a webhook: the answer that asks for another try, at the deadline", async () => {
    const stub = createStub({ parseWebhook: () => new Promise<never>(() => {}) });
    const parsing = linksWith(stub, { timeoutMs: 1000 }).parseWebhook("gw", {
      method: "POST",
      url: "/",
      headers: {},
      body: "{}",
    });
    await vi.advanceTimersByTimeAsync(1000);
    expect((await parsing)._unsafeUnwrapErr()).toMatchObject({
      kind: "malformed_webhook",
      retryable: true,
      acknowledgement: { status: 503 },
    });
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each(["close", "delete", "update", "reopen"] as const)(
    "on %s: there is time left to read the link, which shows what became of it",
    async (operation) => {
      const hang = (...inputs: readonly unknown[]) =>
        new Promise<never>((_resolve, reject) => {
          const { signal } = inputs.at(-1) as { signal: AbortSignal };
          signal.addEventListener("abort", () => reject(new Error("gave up")));
        });
      const after = { close: { state: "closed" }, delete: { state: "deleted" }, update: { title: "New" }, reopen: {} };
      const stub = createStub({ [operation]: hang, get: async () => ok(link(after[operation] as object)) });
      const links = linksWith(stub, { timeoutMs: 3000 });
      const changing = operation === "update" ? links.update(ID, { title: "New" }) : links[operation](ID);
      await vi.advanceTimersByTimeAsync(2000);
      expect((await changing).isOk()).toBe(true);
      expect(vi.getTimerCount()).toBe(0);
    },
  );
});
