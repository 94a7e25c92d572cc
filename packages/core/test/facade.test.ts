import { createPaymentLinks, idr, OPERATIONS } from "@tautan/core";
import { type AnyDriver, driverError } from "@tautan/core/driver";
import { expectToHide } from "@tautan/driver-kit/testing";
import { err, ok } from "neverthrow";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createStub, linkOf, linksWith, NOW } from "./support/stub-driver.ts";

const request = { reference: "INV-001", amount: idr(190_000) };
const link = linkOf({ ...request, usage: { limit: 1 } });

describe("construction throws TypeErrors that say what to do", () => {
  const { driver } = createStub();
  test.each<[string, object, RegExp]>([
    ["no gateway", { default: "gw", gateways: {} }, /at least one/],
    ["a default that is not configured", { default: "other", gateways: { gw: driver } }, /default: expected one of gw/],
    ["a key with capitals", { default: "GW", gateways: { GW: driver } }, /a key is/],
    ["a key with a colon", { default: "a:b", gateways: { "a:b": driver } }, /a key is/],
    ["no driver", { default: "gw", gateways: { gw: undefined } }, /expected a driver of contract 1/],
    ["a driver of another contract", { default: "gw", gateways: { gw: { ...driver, contract: 2 } } }, /contract 1/],
    ["an alias that is a key", { default: "gw", gateways: { gw: driver }, aliases: { gw: "gw" } }, /aliases/],
    ["an alias to nowhere", { default: "gw", gateways: { gw: driver }, aliases: { old: "new" } }, /aliases\.old/],
    ["a deadline of 0", { default: "gw", gateways: { gw: driver }, timeoutMs: 0 }, /timeoutMs/],
    ["an expiry of a second", { default: "gw", gateways: { gw: driver }, defaultExpiryMs: 1000 }, /defaultExpiryMs/],
    ["no bytes", { default: "gw", gateways: { gw: driver }, maxWebhookBytes: 0 }, /maxWebhookBytes/],
    ["a deadline in text", { default: "gw", gateways: { gw: driver }, timeoutMs: "5000" }, /timeoutMs/],
    ["a deadline no timer can hold", { default: "gw", gateways: { gw: driver }, timeoutMs: 2 ** 31 }, /timeoutMs/],
    ["an endless expiry", { default: "gw", gateways: { gw: driver }, defaultExpiryMs: Infinity }, /defaultExpiryMs/],
    ["an option that does not exist", { default: "gw", gateways: { gw: driver }, timeout: 5 }, /"timeout".*expected/],
    ["references of a third kind", { default: "gw", gateways: { gw: driver }, references: "any" }, /references/],
    ["a clock that is a time", { default: "gw", gateways: { gw: driver }, clock: 5 }, /clock/],
    ["an instrument that is none", { default: "gw", gateways: { gw: driver }, instrument: {} }, /instrument/],
    ["nothing at all", undefined as never, /expected \{ default, gateways \}/],
    ["no gateways", { default: "gw" }, /gateways: expected drivers by key/],
    ["a factory instead of a driver", { default: "gw", gateways: { gw: () => driver } }, /call its create/],
    [
      "a definition instead of a driver",
      { default: "gw", gateways: { gw: { name: "stub", create: () => driver, loadParser: async () => {} } } },
      /call its create/,
    ],
    ["half a driver", { default: "gw", gateways: { gw: { contract: 1, name: "stub" } } }, /has no capabilities/],
    [
      "an alias of an alias",
      { default: "gw", gateways: { gw: driver }, aliases: { old: "gw", older: "old" } },
      /aliases\.older/,
    ],
  ])("%s", (_name, options, message) => {
    expect(() => createPaymentLinks(options as never)).toThrow(TypeError);
    expect(() => createPaymentLinks(options as never)).toThrow(message);
  });

  test("a gateway that is not configured", () => {
    expect(() => linksWith(createStub()).gateway("other")).toThrow(/expected one of gw/);
  });
});

describe("which gateway is asked", () => {
  const two = () => {
    const [first, second] = [
      createStub({ get: async () => ok(link) }),
      createStub({ get: async () => ok(link) }, {}, "other"),
    ];
    const links = createPaymentLinks({
      default: "first",
      gateways: { first: first.driver, second: second.driver },
      aliases: { former: "second" },
      clock: { now: () => NOW },
    });
    return { first, second, links };
  };

  test("the default, the one named, the one in the id, the one an alias leads to", async () => {
    const { first, second, links } = two();
    expect((await links.create(request))._unsafeUnwrap().gateway).toBe("first");
    expect((await links.create({ ...request, gateway: "second" }))._unsafeUnwrap().id).toBe("second:id-INV-001");
    expect((await links.get("second:id-INV-001"))._unsafeUnwrap().gateway).toBe("second");
    expect((await links.get("former:id-INV-001"))._unsafeUnwrap().gateway).toBe("second");
    expect(first.calls).toHaveLength(1);
    expect(second.calls).toHaveLength(3);
  });

  test("an id under an alias, spelt as it now is", () => {
    const { links } = two();
    expect(links.canonicalId("former:a%20b")).toBe("second:a%20b");
    expect(links.canonicalId("first:x")).toBe("first:x");
    expect(links.canonicalId("third:x")).toBeUndefined();
    expect(links.canonicalId("nothing")).toBeUndefined();
  });

  test("one gateway's own operations refuse what belongs to another, before any I/O", async () => {
    const { first, second, links } = two();
    const gateway = links.gateway("second");
    const observation = {
      kind: "notice",
      gateway: "first",
      trust: "unsigned",
      resource: "link",
      id: "first:x",
    } as const;
    for (const result of [
      await gateway.get("first:x"),
      await gateway.update("first:x", { title: "New" }),
      await gateway.close("first:x"),
      await gateway.reopen("first:x"),
      await gateway.delete("first:x"),
      await gateway.listHistories("first:x"),
      await gateway.getHistory("first:x"),
      await gateway.confirm(observation),
    ]) {
      expect(result._unsafeUnwrapErr()).toMatchObject({
        kind: "invalid_request",
        outcome: "not_sent",
        gateway: "second",
      });
    }
    expect((await gateway.create({ ...request, gateway: "first" } as never))._unsafeUnwrapErr().kind).toBe(
      "invalid_request",
    );
    expect([first.calls, second.calls]).toEqual([[], []]);
    expect((await gateway.get("former:id-INV-001")).isOk()).toBe(true);
  });

  test("an unknown one is a typed error that names those there are", async () => {
    const { links } = two();
    for (const result of [
      await links.create({ ...request, gateway: "third" as "second" }),
      await links.get("third:x"),
      await links.find({ gateway: "third" as "second", reference: "x" }),
    ]) {
      expect(result._unsafeUnwrapErr()).toMatchObject({
        kind: "unknown_gateway",
        gateway: "third",
        outcome: "not_sent",
      });
      expect(result._unsafeUnwrapErr().hint).toContain("first, second");
    }
  });

  test("a key that is no text reaches no error as it is", async () => {
    const { links } = two();
    const error = (await links.create({ ...request, gateway: { secret: "CANARY" } as never }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "unknown_gateway", gateway: "object" });
    expectToHide(error, ["CANARY"]);
  });

  test.each([
    ["nothing"],
    [""],
    [":"],
    ["first:%zz"],
    ["first:."],
    ["first:.."],
    ["first:\ud800"],
    [7],
    [null],
    [undefined],
  ])("%s is no id", async (id) => {
    const { links } = two();
    for (const result of [
      await links.get(id as never),
      await links.close(id as never),
      await links.listHistories(id as never),
      await links.confirm({ kind: "notice", gateway: "first", trust: "unsigned", resource: "link", id: id as never }),
    ]) {
      expect(result._unsafeUnwrapErr()).toMatchObject({ kind: "invalid_request", outcome: "not_sent" });
    }
  });

  test("one gateway's own operations: only those it declares", async () => {
    const stub = createStub({ find: async () => ok(link), list: undefined as never }, {}, "stub");
    const limited: AnyDriver = {
      ...stub.driver,
      capabilities: {
        ...stub.driver.capabilities,
        operations: { ...stub.driver.capabilities.operations, list: { unsupported: "no" } },
      },
    };
    const gateway = createPaymentLinks({ default: "gw", gateways: { gw: limited } }).gateway("gw");
    expect("list" in gateway).toBe(false);
    expect(gateway).toMatchObject({ key: "gw", driver: "stub" });
    expect((await gateway.find({ reference: "INV-001" }))._unsafeUnwrap().reference).toBe("INV-001");
    expect((await gateway.create(request))._unsafeUnwrap().gateway).toBe("gw");
  });
});

describe("an operation that the driver lacks", () => {
  test.each(OPERATIONS.filter((name) => name !== "parseWebhook"))(
    "%s: unsupported with reason and alternative, nothing sent",
    async (name) => {
      const operations = {
        ...createStub().driver.capabilities.operations,
        [name]: { unsupported: "it cannot", instead: "do otherwise" },
      };
      const stub = createStub({}, { operations });
      const links = linksWith(stub);
      const observation = { kind: "notice", gateway: "gw", trust: "unsigned", resource: "link", id: "gw:x" } as const;
      const calls = {
        create: () => links.create(request),
        get: () => links.get("gw:x"),
        find: () => links.find({ reference: "x" }),
        list: () => links.list(),
        update: () => links.update("gw:x", { title: "x" }),
        close: () => links.close("gw:x"),
        reopen: () => links.reopen("gw:x"),
        delete: () => links.delete("gw:x"),
        listHistories: () => links.listHistories("gw:x"),
        listRecentHistories: () => links.listRecentHistories({ since: "2026-01-01T00:00:00Z" }),
        getHistory: () => links.getHistory("gw:x"),
        listPaymentMethods: () => links.listPaymentMethods(),
        confirm: () => links.confirm(observation),
      };
      const error = (await calls[name as keyof typeof calls]())._unsafeUnwrapErr();
      expect(error).toMatchObject({
        kind: "unsupported",
        operation: name,
        outcome: "not_sent",
        hint: "do otherwise",
        features: [{ feature: name, reason: "it cannot", instead: "do otherwise" }],
      });
      expect(stub.calls).toEqual([]);
    },
  );
});

describe("deadlines and cancellation", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const never = () => new Promise<never>(() => {});

  test("a driver that never answers ends in timeout at the deadline", async () => {
    const links = linksWith(createStub({ get: never }), { timeoutMs: 5000 });
    const result = links.get("gw:x");
    await vi.advanceTimersByTimeAsync(4999);
    let isDone = false;
    void result.then(() => {
      isDone = true;
    });
    await vi.advanceTimersByTimeAsync(0);
    expect(isDone).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect((await result)._unsafeUnwrapErr()).toMatchObject({ kind: "timeout", outcome: "unknown", retryable: true });
  });

  test("a driver is told before the deadline, so that its word on the outcome is heard", async () => {
    const stub = createStub({
      get: (_id, { signal }) =>
        new Promise((resolve) => {
          signal.addEventListener("abort", () =>
            resolve(err(driverError("timeout", { message: "not yet sent", outcome: "not_sent" }))),
          );
        }),
    });
    const result = linksWith(stub, { timeoutMs: 5000 }).get("gw:x");
    await vi.advanceTimersByTimeAsync(5000);
    expect((await result)._unsafeUnwrapErr()).toMatchObject({ kind: "timeout", outcome: "not_sent" });
  });

  test("one call's own deadline", async () => {
    const result = linksWith(createStub({ get: never })).get("gw:x", { timeoutMs: 50 });
    await vi.advanceTimersByTimeAsync(50);
    expect((await result)._unsafeUnwrapErr().kind).toBe("timeout");
  });

  test("creating leaves time to look a lost answer up", async () => {
    const stub = createStub({
      create: (_input, { signal }) =>
        new Promise((resolve) => {
          signal.addEventListener("abort", () => resolve(err(driverError("timeout", { message: "no answer" }))));
        }),
      find: async (reference) => ok(linkOf({ ...request, reference, usage: { limit: 1 } })),
    });
    const result = linksWith(stub, { timeoutMs: 3000 }).create(request);
    await vi.advanceTimersByTimeAsync(2000);
    expect((await result)._unsafeUnwrap().reference).toBe("INV-001");
  });

  test("a caller who gives up", async () => {
    const controller = new AbortController();
    const result = linksWith(createStub({ get: never })).get("gw:x", { signal: controller.signal });
    await vi.advanceTimersByTimeAsync(10);
    controller.abort();
    await vi.advanceTimersByTimeAsync(100);
    expect((await result)._unsafeUnwrapErr()).toMatchObject({ kind: "aborted", outcome: "unknown" });
  });

  test("a caller who gave up before: nothing is sent", async () => {
    const stub = createStub();
    const result = await linksWith(stub).create(request, { signal: AbortSignal.abort() });
    expect(result._unsafeUnwrapErr()).toMatchObject({ kind: "aborted", outcome: "not_sent" });
    expect(stub.calls).toEqual([]);
  });

  test("a call that is done leaves no timer behind, nor one that was given up on", async () => {
    await linksWith(createStub()).create(request);
    expect(vi.getTimerCount()).toBe(0);
    const heeding = createStub({
      get: (_id, { signal }) =>
        new Promise((resolve) => {
          signal.addEventListener("abort", () => resolve(err(driverError("aborted", { message: "gave up" }))));
        }),
    });
    const controller = new AbortController();
    const result = linksWith(heeding).get("gw:x", { signal: controller.signal });
    controller.abort();
    expect((await result)._unsafeUnwrapErr().kind).toBe("aborted");
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each<[string, object, string]>([
    ["a deadline of 0", { timeoutMs: 0 }, "timeoutMs"],
    ["a deadline below 0", { timeoutMs: -1 }, "timeoutMs"],
    ["a deadline that is no number", { timeoutMs: Number.NaN }, "timeoutMs"],
    ["a deadline in text", { timeoutMs: "5000" }, "timeoutMs"],
    ["a deadline that no timer can hold", { timeoutMs: 2 ** 31 }, "timeoutMs"],
    ["a deadline that is misspelt", { timeout: 50 }, "timeout"],
    ["a signal that is none", { signal: {} }, "signal"],
    ["a signal that cannot be left", { signal: { aborted: false, addEventListener: () => {} } }, "signal"],
    ["a signal's controller", { signal: new AbortController() }, "signal"],
    ["options that are a number", 5000 as never, ""],
  ])("%s is refused, not ignored", async (_name, options, path) => {
    const stub = createStub();
    const error = (await linksWith(stub).create(request, options))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "invalid_request", outcome: "not_sent", issues: [{ path }] });
    expect(stub.calls).toEqual([]);
  });
});

describe("a driver with a fault", () => {
  test.each([
    [
      "throws at once",
      () => {
        throw new RangeError("CANARY");
      },
    ],
    ["rejects", () => Promise.reject(new RangeError("CANARY"))],
    ["answers with nothing", async () => undefined],
    ["answers with a link that lacks everything", async () => ok({})],
  ])("%s: a typed error, with the cause for its author and not in any print", async (_name, get) => {
    const result = await linksWith(createStub({ get: get as never })).get("gw:x");
    const error = result._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "malformed_response", outcome: "unknown", retryable: false });
    expect(error.hint).toMatch(/report/);
    expect(error.cause).toBeInstanceOf(Error);
    expectToHide(error, ["CANARY"]);
  });
});

describe("links as they come out", () => {
  test("are plain, frozen data; the provider's own object is there and hidden", async () => {
    const created = (
      await linksWith(createStub()).create({ ...request, items: [{ name: "A", quantity: 1, unitPrice: idr(190_000) }] })
    )._unsafeUnwrap();
    expect(Object.isFrozen(created) && Object.isFrozen(created.usage) && Object.isFrozen(created.amount)).toBe(true);
    expect(JSON.parse(JSON.stringify(created))).toEqual(created);
    expect(created.raw).toEqual({ secret: "raw" });
    expectToHide(created, ["secret"]);
  });

  test("have a status that follows from state, usage, time and clock, whatever the driver says", async () => {
    const get = async () => ok({ ...link, expiresAt: "2025-12-31T00:00:00.000Z" as const });
    expect((await linksWith(createStub({ get })).get("gw:id-INV-001"))._unsafeUnwrap()).toMatchObject({
      status: "expired",
      acceptsPayments: false,
    });
  });
});

describe("pages", () => {
  const stub = () =>
    createStub({
      list: async ({ cursor }) => ok({ items: [link], ...(cursor === undefined && { nextCursor: "p 2" }) }),
      listHistories: async () => ok({ items: [] }),
    });

  test("a cursor is opaque, carries its gateway, and comes back to the driver as it left", async () => {
    const { driver, calls } = stub();
    const links = linksWith({ driver, calls });
    const first = (await links.list())._unsafeUnwrap();
    expect(first.nextCursor).toBe("gw:p%202");
    const second = (await links.list({ cursor: first.nextCursor }))._unsafeUnwrap();
    expect("nextCursor" in second).toBe(false);
    expect(calls.map(([, input]) => input)).toEqual([{ limit: 25 }, { limit: 25, cursor: "p 2" }]);
  });

  test.each([[0], [101], [1.5], ["5"], [null]])("a limit of %s is refused", async (limit) => {
    const { driver, calls } = stub();
    const links = linksWith({ driver, calls });
    for (const result of [
      await links.list({ limit: limit as never }),
      await links.listHistories("gw:x", { limit: limit as never }),
    ]) {
      expect(result._unsafeUnwrapErr()).toMatchObject({ kind: "invalid_request", issues: [{ path: "limit" }] });
    }
    expect(calls).toEqual([]);
  });

  test.each<[string, object, string]>([
    ["a field that does not exist", { page: 2 }, "page"],
    ["a limit in words", { limit: "siti@example.test" }, "limit"],
  ])("%s is refused, and not shown", async (_name, query, path) => {
    const { driver, calls } = stub();
    const error = (await linksWith({ driver, calls }).list(query))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "invalid_request", issues: [{ path }] });
    expectToHide(error, ["siti@example.test"]);
    expect(calls).toEqual([]);
  });

  test("a cursor from before a gateway was renamed still works", async () => {
    const { driver, calls } = stub();
    const links = linksWith({ driver, calls }, { aliases: { old: "gw" } });
    expect((await links.list({ cursor: "old:p%202" })).isOk()).toBe(true);
    expect(calls.at(-1)?.[1]).toEqual({ limit: 25, cursor: "p 2" });
  });

  test("a cursor of another gateway is refused", async () => {
    const { driver, calls } = stub();
    const links = createPaymentLinks({ default: "gw", gateways: { gw: driver, two: driver } });
    const result = await links.list({ gateway: "two", cursor: "gw:p2" });
    expect(result._unsafeUnwrapErr()).toMatchObject({ kind: "invalid_request", issues: [{ path: "cursor" }] });
    expect(calls).toEqual([]);
  });
});
