// Whether a request would be accepted, at each gateway, without sending anything.
import { type CreatePaymentLink, createPaymentLinks, type DriverCapabilities, idr, money } from "@tautan/core";
import { type CreateInput, driverError } from "@tautan/core/driver";
import { err, ok } from "neverthrow";
import { describe, expect, test } from "vitest";
import { createStub, linkOf, linksWith, NOW } from "./support/stub-driver.ts";

const request = {
  reference: "INV-001",
  amount: idr(190_000),
  customer: { name: "Sari", email: "sari@example.test" },
} satisfies CreatePaymentLink;

const three = (changes: { readonly [Key in "one" | "two" | "three"]?: Partial<DriverCapabilities> }) => {
  const stubs = {
    one: createStub({}, changes.one),
    two: createStub({}, changes.two),
    three: createStub({}, changes.three),
  };
  const { one, two, three: last } = stubs;
  const gateways = { one: one.driver, two: two.driver, three: last.driver };
  const links = createPaymentLinks({ default: "one", gateways, aliases: { former: "two" }, clock: { now: () => NOW } });
  return { links, sent: () => Object.values(stubs).flatMap(({ calls }) => calls) };
};

test("each gateway says for itself what it would do, in the order of the configuration", async () => {
  const customer = { unsupported: "it takes no customer", instead: "leave it out" };
  const { links, sent } = three({ two: { customer }, three: { currencies: {} } });
  const checks = (await links.check(request))._unsafeUnwrap();
  expect(checks).toMatchObject([
    { gateway: "one", accepted: true, omitted: [], warnings: [{ code: "provider_contacts_customer" }] },
    {
      gateway: "two",
      accepted: false,
      error: {
        kind: "unsupported",
        gateway: "two",
        operation: "create",
        outcome: "not_sent",
        features: [{ feature: "customer" }],
      },
    },
    { gateway: "three", accepted: false, error: { features: [{ feature: "amount.currency" }] } },
  ]);
  expect(sent()).toEqual([]);
});

test("what would be left out is named, with the reason", async () => {
  const { links } = three({ two: { customer: { unsupported: "it takes no customer" } } });
  const checks = (
    await links.check({ ...request, omitIfUnsupported: ["customer"] }, { gateway: "two" })
  )._unsafeUnwrap();
  expect(checks).toMatchObject([
    { gateway: "two", accepted: true, omitted: ["customer"], warnings: [{ code: "omitted", field: "customer" }] },
  ]);
});

test("one gateway alone: by the query, by the request, by an old key", async () => {
  const { links } = three({});
  const keysOf = async (...asked: Parameters<typeof links.check>) =>
    (await links.check(...asked))._unsafeUnwrap().map((each) => each.gateway);
  expect(await keysOf(request, { gateway: "three" })).toEqual(["three"]);
  expect(await keysOf({ ...request, gateway: "two" })).toEqual(["two"]);
  expect(await keysOf(request, { gateway: "former" as never })).toEqual(["two"]);
  expect((await links.check(request, { gateway: "fourth" as never }))._unsafeUnwrapErr()).toMatchObject({
    kind: "unknown_gateway",
    gateway: "fourth",
  });
});

describe("the answer is that of create", () => {
  test.each<[string, object]>([
    ["a rule that is broken", { reference: "a b" }],
    ["an amount that cannot be written", { amount: money("0.5", "JPY") }],
    ["a field that the gateway lacks", { items: [{ name: "x".repeat(30), quantity: 1, unitPrice: idr(190_000) }] }],
    ["no request at all", undefined as never],
  ])("%s", async (_name, changes) => {
    const stub = createStub();
    const links = linksWith(stub);
    const asked = (changes === undefined ? undefined : { ...request, ...changes }) as CreatePaymentLink;
    const [check] = (await links.check(asked))._unsafeUnwrap();
    expect(check).toEqual({ gateway: "gw", accepted: false, error: (await links.create(asked))._unsafeUnwrapErr() });
    expect(stub.calls).toEqual([]);
  });

  test("what only the driver knows is asked of its preview, and of nothing else", async () => {
    const stub = createStub({ create: async (input) => ok(linkOf(input)) });
    const asked: CreateInput[] = [];
    const refused = driverError("invalid_request", { message: "no such option", issues: [] });
    Object.assign(stub.driver.handlers, {
      preview: async (input: CreateInput) => {
        asked.push(input);
        return input.providerOptions === undefined ? ok({}) : err(refused);
      },
    });
    const links = linksWith(stub);
    expect((await links.check(request))._unsafeUnwrap()).toMatchObject([{ accepted: true }]);
    const checks = (await links.check({ ...request, providerOptions: { stub: { a: 1 } } }))._unsafeUnwrap();
    expect(checks).toMatchObject([{ accepted: false, error: { message: "no such option", gateway: "gw" } }]);
    expect(asked[0]).toMatchObject({ reference: "INV-001", usage: { limit: 1 } });
    expect(stub.calls).toEqual([]);
  });

  test("a gateway that makes no links, and a preview that throws", async () => {
    const none = createStub(
      {},
      { operations: { ...createStub().driver.capabilities.operations, create: { unsupported: "not written" } } },
    );
    expect((await linksWith(none).check(request))._unsafeUnwrap()).toMatchObject([
      { accepted: false, error: { kind: "unsupported" } },
    ]);
    const faulty = createStub();
    Object.assign(faulty.driver.handlers, {
      preview: () => {
        throw new Error("fault");
      },
    });
    expect((await linksWith(faulty).check(request))._unsafeUnwrap()).toMatchObject([
      { accepted: false, error: { kind: "malformed_response" } },
    ]);
  });
});
