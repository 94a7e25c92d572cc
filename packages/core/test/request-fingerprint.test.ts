import { type CreatePaymentLink, idr, requestFingerprint } from "@tautan/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const REQUEST = {
  reference: "INV-001",
  amount: idr(190_000),
  title: "Concert, day 1",
  items: [
    { name: "Ticket", quantity: 1, unitPrice: idr(100_000) },
    { name: "Dinner", quantity: 1, unitPrice: idr(90_000) },
  ],
  usage: { limit: 1 },
  expiresAt: "2026-01-02T00:00:00+07:00",
  methods: [{ kind: "qris" }, { kind: "virtual_account", channel: "bca" }],
  customer: { name: "Sari", email: "sari@example.test" },
  metadata: { b: "2", a: "1" },
  providerOptions: { midtrans: { customField2: "x", creditCard: { secure: true, bank: "bca" } } },
} as const satisfies CreatePaymentLink;

const of = async (request: object): Promise<string> =>
  (await requestFingerprint(request as CreatePaymentLink))._unsafeUnwrap();

test("it is the same text for ever: a version and a SHA-256", async () => {
  expect(await of({ reference: "INV-001", amount: idr(190_000) })).toBe(
    "r1-f5198d7c42ad29fee2f6bc1373d6e0bfca11ff0a6c25b44c953dc8fde6cabd5a",
  );
  expect(await of(REQUEST)).toMatch(/^r1-[0-9a-f]{64}$/);
});

/** The same object with the fields of every object in another order. */
const reversed = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(reversed)
    : typeof value === "object" && value !== null && !(value instanceof Date)
      ? Object.fromEntries(
          Object.entries(value)
            .toReversed()
            .map(([name, each]) => [name, reversed(each)]),
        )
      : value;

describe("the same request is the same text", () => {
  test.each<[string, object]>([
    ["with its fields in another order", reversed(REQUEST) as object],
    ["with equal decimals", { ...REQUEST, amount: { amount: "0190000.00", currency: "IDR" } }],
    ["with another expiry, as a Date, passed or none", { ...REQUEST, expiresAt: new Date(0) }],
    ["without the expiry", { ...REQUEST, expiresAt: undefined }],
    ["with a start", { ...REQUEST, startsAt: "2026-01-01T00:00:00Z" }],
    ["with the default usage left out", { ...REQUEST, usage: undefined }],
    [
      "with its methods in another order, and one twice",
      { ...REQUEST, methods: [...REQUEST.methods.toReversed(), { kind: "qris" }] },
    ],
    ["at a named gateway", { ...REQUEST, gateway: "xfers" }],
  ])("%s", async (_name, other) => {
    expect(await of(other)).toBe(await of(REQUEST));
  });
});

describe("another request is another text", () => {
  test.each<[string, object]>([
    ["reference", { reference: "INV-002" }],
    ["amount", { amount: idr(190_001), items: undefined }],
    ["open amount", { amount: { open: { currency: "IDR" } }, items: undefined }],
    ["title", { title: "Concert, day 2" }],
    ["order of items", { items: REQUEST.items.toReversed() }],
    ["usage", { usage: { limit: 2 } }],
    ["methods", { methods: [{ kind: "qris" }] }],
    ["customer", { customer: { name: "Sari" } }],
    ["metadata", { metadata: { a: "1", b: "3" } }],
    ["a slug of the caller's own", { slug: "mine" }],
    ["options of a driver", { providerOptions: { midtrans: { customField2: "y" } } }],
    ["what may be left out", { omitIfUnsupported: ["title"] }],
  ])("%s", async (_name, changes) => {
    expect(await of({ ...REQUEST, ...changes })).not.toBe(await of(REQUEST));
  });

  test("no two of many references have one text", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), async (left, right) => {
        const [one, two] = [
          await requestFingerprint({ reference: left, amount: idr(1) }),
          await requestFingerprint({ reference: right, amount: idr(1) }),
        ];
        if (one.isOk() && two.isOk()) expect(one.value === two.value).toBe(left === right);
      }),
    );
  });
});

test.each<[string, unknown, string]>([
  ["a rule that is broken", { ...REQUEST, amount: 5 }, "amount"],
  ["nothing", undefined, ""],
  ["options in a circle", { ...REQUEST, providerOptions: circle() }, "providerOptions"],
  ["options that JSON cannot hold", { ...REQUEST, providerOptions: { a: 1n } }, "providerOptions"],
])("%s is an error that names the field, and nothing rejects", async (_name, request, path) => {
  const error = (await requestFingerprint(request as CreatePaymentLink))._unsafeUnwrapErr();
  expect(error.issues.map((each) => each.path)).toEqual([path]);
});

function circle(): object {
  const options: Record<string, unknown> = {};
  options["self"] = options;
  return options;
}

test("what cannot be read is no request, and nothing rejects", async () => {
  const hostile = {
    get reference(): string {
      throw new Error("Sari");
    },
  };
  const made = await requestFingerprint(hostile as never);
  expect(made._unsafeUnwrapErr().issues).toEqual([{ path: "", message: "the request could not be read" }]);
});
