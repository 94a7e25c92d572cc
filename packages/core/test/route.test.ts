import { createPaymentLinks, idr, money, type PaymentLinksOptions } from "@tautan/core";
import { createPaymentLinksFromConfig } from "@tautan/core/config";
import { type AnyDriver, type DriverError, driverError } from "@tautan/core/driver";
import { err, ok } from "neverthrow";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createStub, linkOf, NOW } from "./support/stub-driver.ts";

type Rule = NonNullable<PaymentLinksOptions<Readonly<Record<string, AnyDriver>>>["route"]>[number];

const request = { reference: "INV-001", amount: idr(190_000) };
const answer = (error: DriverError) => ({ create: async () => err(error) });
const start = (
  route: readonly Rule[],
  first = createStub({}, { createRecovery: "none" }),
  second = createStub(),
  third = createStub(),
) => {
  const gateways = { first: first.driver, second: second.driver, third: third.driver };
  const links = createPaymentLinks({ default: "third", gateways, route: route as never, clock: { now: () => NOW } });
  const sent = () => [first, second, third].map(({ calls }) => calls.filter(([name]) => name === "create").length);
  return { links, sent };
};
const both: Rule = { gateways: ["first", "second"] };

describe("which gateway a link goes to", () => {
  test.each<[string, Rule["when"], object, boolean]>([
    ["always", undefined, {}, true],
    ["its currency", { currencies: ["USD", "IDR"] }, {}, true],
    ["another currency", { currencies: ["USD"] }, {}, false],
    ["the currency of an open amount", { currencies: ["IDR"] }, { amount: { open: { currency: "IDR" } } }, true],
    ["the least amount itself", { minAmount: "190000" }, {}, true],
    ["an amount below", { minAmount: "190000.01" }, {}, false],
    ["the highest amount itself", { maxAmount: "190000.00" }, {}, true],
    ["an amount above", { maxAmount: "189999" }, {}, false],
    ["an amount that the payer chooses", { minAmount: "1" }, { amount: { open: { currency: "IDR" } } }, false],
    ["its methods", { methodKinds: ["card", "virtual_account"] }, { methods: [{ kind: "card" }] }, true],
    ["a method beside them", { methodKinds: ["virtual_account"] }, { methods: [{ kind: "card" }] }, false],
    ["no methods", { methodKinds: ["card"] }, {}, false],
    ["one of two conditions", { currencies: ["IDR"], maxAmount: "1" }, {}, false],
  ])("%s", async (_name, when, changes, holds) => {
    const { links } = start([{ when, gateways: ["second"] }]);
    const created = (await links.create({ ...request, ...changes }))._unsafeUnwrap();
    expect(created.gateway).toBe(holds ? "second" : "third");
  });

  test("the first rule that fits", async () => {
    const { links } = start([{ when: { currencies: ["USD"] }, gateways: ["first"] }, { gateways: ["second"] }]);
    expect((await links.create(request))._unsafeUnwrap().gateway).toBe("second");
    expect((await links.create({ ...request, amount: money(5, "USD") }))._unsafeUnwrap().gateway).toBe("first");
  });

  test("a gateway that is named has the last word, and one gateway's own create too", async () => {
    const { links, sent } = start([both], createStub(answer(driverError("unauthenticated", { message: "no" }))));
    expect((await links.create({ ...request, gateway: "third" }))._unsafeUnwrap().gateway).toBe("third");
    expect((await links.gateway("first").create(request))._unsafeUnwrapErr().kind).toBe("unauthenticated");
    expect(sent()).toEqual([1, 0, 1]);
  });
});

describe("the next gateway is tried only where the one before has certainly created nothing", () => {
  test.each<[string, DriverError]>([
    ["was not reached", driverError("network", { message: "refused", outcome: "not_sent" })],
    ["was not reached in time", driverError("timeout", { message: "no connection", outcome: "not_sent" })],
    ["does not take the keys", driverError("unauthenticated", { message: "no" })],
    ["wants no more requests", driverError("rate_limited", { message: "slow down" })],
    ["refused it", driverError("rejected", { message: "no" })],
    ["has a rule of its own", driverError("invalid_request", { message: "no", outcome: "refused", issues: [] })],
  ])("it %s: yes", async (_name, error) => {
    const { links, sent } = start([both], createStub(answer(error)));
    expect((await links.create(request))._unsafeUnwrap().gateway).toBe("second");
    expect(sent()).toEqual([1, 1, 0]);
  });

  test("it cannot honour the request: yes, and nothing was sent to it", async () => {
    const { links, sent } = start([both], createStub({}, { title: { unsupported: "it has none" } }));
    expect((await links.create({ ...request, title: "Tea" }))._unsafeUnwrap().gateway).toBe("second");
    expect(sent()).toEqual([0, 1, 0]);
  });

  test.each<[string, DriverError]>([
    ["gave no answer", driverError("timeout", { message: "no answer" })],
    ["broke the connection", driverError("network", { message: "broken" })],
    ["has a fault", driverError("unavailable", { message: "HTTP 500" })],
    ["said something unreadable", driverError("malformed_response", { message: "HTML" })],
    ["has a link under this reference", driverError("duplicate_reference", { message: "taken" })],
    ["was given up on by the caller", driverError("aborted", { message: "gave up", outcome: "not_sent" })],
  ])("it %s: never", async (_name, error) => {
    const { links, sent } = start([both], createStub(answer(error), { createRecovery: "none" }));
    const result = (await links.create(request))._unsafeUnwrapErr();
    expect(result).toMatchObject({ kind: error.kind, gateway: "first" });
    expect(result).not.toHaveProperty("tried");
    expect(sent()).toEqual([1, 0, 0]);
  });

  test("it made another link than asked for: never", async () => {
    const wrong = createStub({ create: async (input) => ok(linkOf(input, { amount: idr(1) })) });
    const { links, sent } = start([both], wrong);
    expect((await links.create(request))._unsafeUnwrapErr().kind).toBe("reply_mismatch");
    expect(sent()).toEqual([1, 0, 0]);
  });
});

describe("where all fail", () => {
  test("the error says whether trying again may help, and what each gateway answered", async () => {
    const { links } = start(
      [both],
      createStub(answer(driverError("unauthenticated", { message: "no" }))),
      createStub(answer(driverError("network", { message: "refused", outcome: "not_sent" }))),
    );
    const error = (await links.create(request))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "network", gateway: "second", retryable: true, outcome: "not_sent" });
    expect(error.tried?.map((each) => [each.gateway, each.kind])).toEqual([
      ["first", "unauthenticated"],
      ["second", "network"],
    ]);
    expect(JSON.parse(JSON.stringify(error))).toHaveProperty("tried");
  });

  test("an existing link stays hidden from prints", async () => {
    const taken = createStub({
      create: async () => err(driverError("duplicate_reference", { message: "taken" })),
      find: async () => ok(linkOf({ ...request, usage: { limit: 2 } })),
    });
    const { links } = start([both], createStub(answer(driverError("rejected", { message: "no" }))), taken);
    const error = (await links.create(request))._unsafeUnwrapErr();
    expect("existing" in error && error.existing?.reference).toBe("INV-001");
    expect(Object.keys(error)).not.toContain("existing");
  });
});

describe("one deadline for all", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("the second gateway gets the time that is left", async () => {
    const slow = createStub({
      create: (_input, { signal }) =>
        new Promise((resolve) => {
          setTimeout(() => resolve(err(driverError("rejected", { message: "no" }))), 500);
          signal.addEventListener("abort", () => resolve(err(driverError("timeout", { message: "no answer" }))));
        }),
    });
    const { links } = start([both], slow, slow);
    const creating = links.create(request, { timeoutMs: 1000 });
    await vi.advanceTimersByTimeAsync(1000);
    expect((await creating)._unsafeUnwrapErr()).toMatchObject({ kind: "timeout", gateway: "second" });
  });
});

describe("a route that cannot work is refused when it is made", () => {
  test.each<[string, unknown, RegExp]>([
    ["no list", {}, /route: expected a list/],
    ["no gateways", [{}], /route\[0\]\.gateways: expected at least one/],
    ["an empty list of gateways", [{ gateways: [] }], /at least one/],
    ["a gateway that is not configured", [{ gateways: ["fourth"] }], /expected some of first, second, third/],
    ["a gateway twice", [{ gateways: ["first", "first"] }], /twice/],
    [
      "an amount in a number",
      [{ when: { minAmount: 5 }, gateways: ["first"] }],
      /minAmount: expected a decimal string/,
    ],
    ["a currency in words", [{ when: { currencies: ["rupiah"] }, gateways: ["first"] }], /ISO 4217/],
    ["no currencies", [{ when: { currencies: [] }, gateways: ["first"] }], /ISO 4217/],
    ["a kind nobody knows", [{ when: { methodKinds: ["barter"] }, gateways: ["first"] }], /methodKinds/],
    ["a condition nobody knows", [{ when: { country: "ID" }, gateways: ["first"] }], /"country"/],
    ["a field nobody knows", [{ gateways: ["first"], weight: 5 }], /"weight"/],
    ["nothing in the list", [undefined, { gateways: ["first"] }], /expected an object/],
  ])("%s", (_name, route, message) => {
    expect(() => start(route as never)).toThrow(TypeError);
    expect(() => start(route as never)).toThrow(message);
  });

  test("in a configuration file too", async () => {
    const definition = { name: "stub", create: () => createStub().driver, loadParser: async () => () => ok({}) };
    const load = (route: unknown) =>
      createPaymentLinksFromConfig(
        { default: "a", gateways: { a: { driver: "stub" }, b: { driver: "stub" } }, route },
        { drivers: [definition], env: {} },
      );
    const links = (await load([{ when: { currencies: ["IDR"] }, gateways: ["b", "a"] }]))._unsafeUnwrap();
    expect((await links.create(request))._unsafeUnwrap().gateway).toBe("b");
    expect((await load([{ gateways: ["c"] }]))._unsafeUnwrapErr().message).toContain("route[0].gateways");
    expect((await load("b"))._unsafeUnwrapErr().issues).toMatchObject([{ path: "route" }]);
  });
});
