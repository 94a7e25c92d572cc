// Gateways that keep their first answer under a key, and return it whatever has happened to the link since.
import {
  type CreatePaymentLink,
  createPaymentLinks,
  type DriverCapabilities,
  type Instant,
  idr,
  type PaymentLinks,
} from "@tautan/core";
import { type CreateInput, type DriverHandlers, type DriverLink, driverError, mayTryNext } from "@tautan/core/driver";
import { err, ok } from "neverthrow";
import { describe, expect, test, vi } from "vitest";
import { KEPT_MS, KeyedProvider, type KeyedTraits } from "./support/keyed-provider.ts";
import { NOW } from "./support/stub-driver.ts";

const MINUTE_MS = 60_000;

/** With an expiry of its own, so that a repeat is the same request. */
const REQUEST = {
  reference: "INV-001",
  title: "Concert, day 1",
  amount: idr(190_000),
  usage: { limit: 2 },
  expiresAt: new Date(NOW + 60 * MINUTE_MS),
} as const satisfies CreatePaymentLink;

/** A process at the time of its provider. */
const processOf = (provider: KeyedProvider): PaymentLinks =>
  createPaymentLinks({ default: "gw", gateways: { gw: provider.stub.driver }, clock: { now: () => provider.nowMs } });

const REPORTING = [
  ["which reports that an answer was kept", {}],
  ["which does not report it", { reports: false }],
] as const satisfies readonly (readonly [string, KeyedTraits])[];

/** Creates once, and later again after something has happened. */
const again = async (
  provider: KeyedProvider,
  happens: (provider: KeyedProvider) => void = () => {},
  second: CreatePaymentLink = REQUEST,
) => {
  const first = (await processOf(provider).create(REQUEST))._unsafeUnwrap();
  provider.nowMs += MINUTE_MS;
  happens(provider);
  return { first, result: await processOf(provider).create(second) };
};

describe.each(REPORTING)("a gateway with keys, %s", (_name, traits) => {
  test("the first create makes the link, and is sent once", async () => {
    const provider = new KeyedProvider(traits);
    const link = (await processOf(provider).create(REQUEST))._unsafeUnwrap();
    expect(link).toMatchObject({ providerId: "id-0", status: "active" });
    expect(link).not.toHaveProperty("isKeptAnswer");
    expect(provider.requests).toBe(1);
  });

  test("after nothing: the link, as it now is", async () => {
    const { first, result } = await again(new KeyedProvider(traits), (provider) => provider.change({ title: "Later" }));
    expect(result._unsafeUnwrap()).toMatchObject({
      id: first.id,
      status: "active",
      title: "Later",
      usage: { used: 0 },
    });
  });

  test("as long as it still waits for its start", async () => {
    const startsAt = new Date(NOW + 30 * MINUTE_MS);
    const provider = new KeyedProvider(traits);
    await processOf(provider).create({ ...REQUEST, startsAt });
    expect((await processOf(provider).create({ ...REQUEST, startsAt }))._unsafeUnwrap().status).toBe("scheduled");
  });

  test.each<[string, (provider: KeyedProvider) => void, object]>([
    ["closed", (provider) => provider.change({ state: "closed" }), { status: "closed" }],
    ["deleted but readable", (provider) => provider.change({ state: "deleted" }), { status: "deleted" }],
    ["paid once of two times", (provider) => provider.pay(), { status: "active", usage: { used: 1 } }],
    [
      "paid as often as it can be",
      (provider) => {
        provider.pay();
        provider.pay();
      },
      { status: "exhausted", acceptsPayments: false },
    ],
    ["held by payers", (provider) => provider.change({ usage: { limit: 2, used: 0, held: 2 } }), { status: "held" }],
    ["expired", (provider) => provider.change({ state: "expired" }), { status: "expired" }],
    [
      "given less time",
      (provider) => provider.change({ expiresAt: new Date(NOW).toISOString() as Instant }),
      { status: "expired" },
    ],
    ["in a state that nobody knows", (provider) => provider.change({ state: "unknown" }), { status: "unknown" }],
  ])("after it was %s: a duplicate, with the link as it now is", async (_state, happens, existing) => {
    const provider = new KeyedProvider(traits);
    const { first, result } = await again(provider, happens);
    const error = result._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "duplicate_reference", outcome: "refused", existing: { id: first.id } });
    expect(error.kind === "duplicate_reference" && error.existing).toMatchObject(existing);
    expect(error.hint).toContain("error.existing");
    expect(mayTryNext(error)).toBe(false);
    expect(provider.links).toHaveLength(1);
  });

  test("after its amount was changed: a duplicate that names the field", async () => {
    const { result } = await again(new KeyedProvider(traits), (provider) => provider.change({ amount: idr(5_000) }));
    const error = result._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "duplicate_reference", outcome: "refused", existing: { amount: idr(5_000) } });
    expect(error.hint).toContain("amount");
  });

  test("a link that cannot be read: unknown, and a repeat heals it", async () => {
    const provider = new KeyedProvider(traits);
    await processOf(provider).create(REQUEST);
    provider.readFault = driverError("network", { message: "broken" });
    const error = (await processOf(provider).create(REQUEST))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "network", outcome: "unknown", retryable: true });
    expect(error.hint).toMatch(/id-0.*SAME reference/);
    provider.readFault = undefined;
    expect((await processOf(provider).create(REQUEST))._unsafeUnwrap().providerId).toBe("id-0");
    expect(provider.links).toHaveLength(1);
  });

  test("a link that is not found: unknown, because a read can lag, with what it means if it stays so", async () => {
    const provider = new KeyedProvider(traits);
    await processOf(provider).create(REQUEST);
    provider.links.length = 0;
    const error = (await processOf(provider).create(REQUEST))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "not_found", outcome: "unknown", retryable: true });
    expect(error.hint).toMatch(/deleted.*fresh reference/);
  });

  test("a read of another link is refused, and nothing is known", async () => {
    const provider = new KeyedProvider(traits);
    await processOf(provider).create(REQUEST);
    provider.stub.driver.handlers.get = async () => ok({ ...(provider.links[0] as DriverLink), providerId: "other" });
    const error = (await processOf(provider).create(REQUEST))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "reply_mismatch", outcome: "unknown" });
  });

  test.each(["lose_request", "lose_answer"] as const)("%s: the identical request is sent once more", async (fault) => {
    const provider = new KeyedProvider(traits);
    provider.faults.push(fault);
    expect((await processOf(provider).create(REQUEST))._unsafeUnwrap()).toMatchObject({ providerId: "id-0" });
    const [first, second] = provider.stub.calls.filter(([name]) => name === "create").map(([, input]) => input);
    expect(second).toEqual(first);
    expect(provider.links).toHaveLength(1);
  });

  test("an answer that is lost twice: unknown, and create again finds the link", async () => {
    const provider = new KeyedProvider(traits);
    provider.faults.push("lose_answer", "lose_answer");
    const error = (await processOf(provider).create(REQUEST))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "network", outcome: "unknown" });
    expect(error.hint).toMatch(/SAME reference/);
    expect((await processOf(provider).create(REQUEST))._unsafeUnwrap().providerId).toBe("id-0");
    expect(provider.links).toHaveLength(1);
  });

  test("a lost answer of a link that was paid in the same seconds: it may be this one, so nothing is certain", async () => {
    const provider = new KeyedProvider(traits);
    provider.faults.push("lose_answer");
    const made = vi.spyOn(provider.links, "push");
    made.mockImplementationOnce(function (this: DriverLink[], link: DriverLink) {
      this[0] = { ...link, usage: { ...link.usage, used: 1 } };
      return 1;
    });
    const error = (await processOf(provider).create(REQUEST))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "duplicate_reference", outcome: "unknown", existing: { usage: { used: 1 } } });
  });

  test("a lost answer to a repeat of a link that was paid long before: refused", async () => {
    const provider = new KeyedProvider(traits);
    await processOf(provider).create(REQUEST);
    provider.pay();
    provider.nowMs += 30 * MINUTE_MS;
    provider.faults.push("lose_answer");
    const error = (await processOf(provider).create(REQUEST))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "duplicate_reference", outcome: "refused", existing: { usage: { used: 1 } } });
  });

  test("creates at once in one process wait for each other, and get one link", async () => {
    const provider = new KeyedProvider(traits);
    const links = processOf(provider);
    const results = await Promise.all([1, 2, 3].map(() => links.create(REQUEST)));
    expect(new Set(results.map((each) => each._unsafeUnwrap().id)).size).toBe(1);
    expect(provider.links).toHaveLength(1);
  });

  test("creates at once in two processes: the second meets the first, may be repeated, and makes no second link", async () => {
    const provider = new KeyedProvider(traits);
    provider.isSlow = true;
    const first = processOf(provider).create(REQUEST);
    await vi.waitFor(() => expect(provider.release).toBeDefined());
    const error = (await processOf(provider).create(REQUEST))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "unavailable", outcome: "unknown", retryable: true });
    expect(error.hint).toMatch(/SAME reference/);
    expect(mayTryNext(error)).toBe(false);
    provider.isSlow = false;
    provider.release?.();
    expect((await first)._unsafeUnwrap().providerId).toBe("id-0");
    expect((await processOf(provider).create(REQUEST))._unsafeUnwrap().providerId).toBe("id-0");
    expect(provider.links).toHaveLength(1);
  });
});

/** The prepared form of REQUEST, whose expiry may have passed since. */
const preparedOf = async (provider: KeyedProvider, request: CreatePaymentLink = REQUEST) => {
  const now = provider.nowMs;
  provider.nowMs = NOW;
  const plan = (await processOf(provider).prepare(request))._unsafeUnwrap();
  provider.nowMs = now;
  return plan.candidates[0] as never;
};

test("only an answer that may be a kept one costs a read", async () => {
  const reporting = new KeyedProvider();
  await processOf(reporting).create(REQUEST);
  expect(reporting.reads).toBe(0);
  await processOf(reporting).create(REQUEST);
  expect(reporting.reads).toBe(1);
  const silent = new KeyedProvider({ reports: false });
  await processOf(silent).create(REQUEST);
  expect(silent.reads).toBe(1);
});

test("what a read does not report is taken from the answer: the time of creation, and the warnings of the request", async () => {
  const provider = new KeyedProvider();
  await processOf(provider).create(REQUEST);
  const { createdAt, ...read } = provider.links[0] as DriverLink;
  provider.links[0] = read;
  expect((await processOf(provider).create(REQUEST))._unsafeUnwrap().createdAt).toBe(createdAt);
});

describe("another request under the key", () => {
  const OTHER = { ...REQUEST, amount: idr(200_000) };

  test("is a duplicate, with the link if the gateway names it", async () => {
    const { first, result } = await again(new KeyedProvider({ namesExisting: true }), () => {}, OTHER);
    const error = result._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "duplicate_reference", outcome: "refused", existing: { id: first.id } });
    expect(error.hint).toContain("amount");
    expect(error).not.toHaveProperty("existingProviderId");
  });

  test("is a duplicate with what to do, if the gateway does not name the link", async () => {
    const provider = new KeyedProvider();
    const { result } = await again(provider, () => {}, OTHER);
    const error = result._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "duplicate_reference", outcome: "refused", retryable: false });
    expect(error).not.toHaveProperty("existing", expect.anything());
    expect(error.hint).toMatch(/expiresAt.*fresh reference/);
    expect(provider.requests).toBe(2);
  });

  test("is a duplicate with what to do, if the link that it names cannot be read", async () => {
    const provider = new KeyedProvider({ namesExisting: true });
    const break_ = () => void (provider.readFault = driverError("network", { message: "broken" }));
    const error = (await again(provider, break_, OTHER)).result._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "duplicate_reference", outcome: "refused" });
    expect(error).not.toHaveProperty("existingProviderId");
    expect(error.hint).toMatch(/id-0/);
  });

  test("that differs only in an expiry computed anew is the same link, if the gateway names it", async () => {
    const provider = new KeyedProvider({ namesExisting: true });
    const anew = { ...REQUEST, expiresAt: new Date(NOW + 61 * MINUTE_MS) };
    const { first, result } = await again(provider, () => {}, anew);
    expect(result._unsafeUnwrap()).toMatchObject({
      id: first.id,
      warnings: [{ code: "adjusted", field: "expiresAt" }],
    });
    provider.pay();
    const error = (await processOf(provider).create(anew))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "duplicate_reference", outcome: "refused", existing: { usage: { used: 1 } } });
  });

  test.each(REPORTING)(
    "is a duplicate at a gateway that returns the first answer all the same, %s",
    async (_name, traits) => {
      const provider = new KeyedProvider({ ...traits, comparesParameters: false });
      const { first, result } = await again(provider, () => void (provider.nowMs += 10 * MINUTE_MS), OTHER);
      const error = result._unsafeUnwrapErr();
      expect(error).toMatchObject({ kind: "duplicate_reference", outcome: "refused", existing: { id: first.id } });
      expect(error.hint).toContain("amount");
    },
  );
});

describe("a gateway that does not count payments", () => {
  const uncounted = (traits: KeyedTraits, changes: Partial<DriverCapabilities> = {}) =>
    new KeyedProvider(
      { ...traits, counts: false },
      { usage: { maxLimit: 5, unlimited: true, openPaymentsHoldUses: false, counted: false }, ...changes },
    );
  const UNLISTED = { unsupported: "it does not list them" } as const;
  const unlisted = (traits: KeyedTraits): KeyedProvider => {
    const provider = uncounted(traits);
    const { operations } = provider.stub.driver.capabilities;
    Object.assign(provider.stub.driver, {
      capabilities: { ...provider.stub.driver.capabilities, operations: { ...operations, listHistories: UNLISTED } },
    });
    return provider;
  };

  test.each(REPORTING)("and lists them: used 0 proves nothing, the list does; %s", async (_name, traits) => {
    const provider = uncounted(traits);
    // Visits that never paid, on pages of their own.
    const visits = () => [1, 2].map(() => provider.pay({ pending: {} }));
    expect((await again(provider, () => void visits())).result._unsafeUnwrap().usage).toMatchObject({ used: 0 });
    provider.pay();
    const error = (await processOf(provider).create(REQUEST))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "duplicate_reference", outcome: "refused", existing: { providerId: "id-0" } });
    expect(provider.stub.calls).toContainEqual(["listHistories", "id-0"]);
  });

  test("and whose list fails: unknown, and a repeat heals it", async () => {
    const provider = uncounted({});
    await processOf(provider).create(REQUEST);
    const { listHistories } = provider.stub.driver.handlers;
    provider.stub.driver.handlers.listHistories = async () => err(driverError("timeout", { message: "late" }));
    const error = (await processOf(provider).create(REQUEST))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "timeout", outcome: "unknown" });
    expect(error.hint).toMatch(/SAME reference/);
    provider.stub.driver.handlers.listHistories = listHistories as never;
    expect((await processOf(provider).create(REQUEST)).isOk()).toBe(true);
  });

  test.each(REPORTING)("and does not list them: only a link that was made now is new; %s", async (_name, traits) => {
    const provider = unlisted(traits);
    expect((await processOf(provider).create(REQUEST))._unsafeUnwrap().providerId).toBe("id-0");
    provider.nowMs += 10 * MINUTE_MS;
    const error = (await processOf(provider).create(REQUEST))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "duplicate_reference", outcome: "refused", existing: { providerId: "id-0" } });
    expect(error.message).toContain("does not report");
  });

  test.each(REPORTING)("and does not list them: a lost answer is recovered; %s", async (_name, traits) => {
    const provider = unlisted(traits);
    provider.faults.push("lose_answer");
    expect((await processOf(provider).create(REQUEST))._unsafeUnwrap().providerId).toBe("id-0");
  });
});

describe("resume", () => {
  /** Sent by a process that learns nothing of it. */
  const died = async (provider: KeyedProvider, fault: "lose_request" | "lose_answer", request?: CreatePaymentLink) => {
    const prepared = await preparedOf(provider, request);
    provider.faults.push(fault, driverError("network", { message: "broken" }));
    expect((await processOf(provider).send(prepared))._unsafeUnwrapErr().outcome).toBe("unknown");
    provider.stub.calls.length = 0;
    return prepared;
  };
  const soonEnough = KEPT_MS - 16 * MINUTE_MS;

  test.each(REPORTING)(
    "returns the link as it now is, whatever happened to it: it is this create's own; %s",
    async (_name, traits) => {
      for (const laterMs of [5 * MINUTE_MS, soonEnough]) {
        const provider = new KeyedProvider(traits);
        const prepared = await died(provider, "lose_answer");
        provider.pay();
        provider.pay();
        provider.nowMs += laterMs;
        const link = (await processOf(provider).resume(prepared))._unsafeUnwrap();
        expect(link).toMatchObject({ providerId: "id-0", status: "exhausted" });
        expect(provider.links).toHaveLength(1);
        expect(provider.requests).toBe(1);
      }
    },
  );

  test("a link that another create made long before, and that was paid: refused", async () => {
    const provider = new KeyedProvider();
    await processOf(provider).create(REQUEST);
    provider.pay();
    provider.nowMs += 30 * MINUTE_MS;
    const [prepared] = (await processOf(provider).prepare(REQUEST))._unsafeUnwrap().candidates;
    const error = (await processOf(provider).resume(prepared as never))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "duplicate_reference", outcome: "refused", existing: { usage: { used: 1 } } });
  });

  test("sends the same bytes, in whatever order the fields were written and stored", async () => {
    const nested = { metadata: { b: "2", a: "1" }, providerOptions: { stub: { z: [{ y: 1, x: 2 }], w: undefined } } };
    const provider = new KeyedProvider();
    const prepared = await died(provider, "lose_answer", { ...REQUEST, ...nested });
    const turned = turnedAround(prepared) as never;
    expect((await processOf(provider).resume(turned))._unsafeUnwrap().providerId).toBe("id-0");
    expect((await processOf(provider).create(turnedAround({ ...REQUEST, ...nested }) as never)).isOk()).toBe(true);
    expect(provider.links).toHaveLength(1);
  });

  test("sends what was lost, while the key is kept", async () => {
    const provider = new KeyedProvider();
    const prepared = await died(provider, "lose_request", { ...REQUEST, expiresAt: new Date(NOW + 2 * KEPT_MS) });
    provider.nowMs += soonEnough;
    expect((await processOf(provider).resume(prepared))._unsafeUnwrap().providerId).toBe("id-0");
    expect(provider.requests).toBe(1);
  });

  test.each([
    ["when a repeat could arrive too late", KEPT_MS - MINUTE_MS],
    ["after the time of the key", KEPT_MS],
    ["days later", 7 * KEPT_MS],
  ])("sends nothing %s, because it could make a second link", async (_name, laterMs) => {
    const provider = new KeyedProvider();
    const prepared = await died(provider, "lose_answer");
    provider.nowMs += laterMs;
    const error = (await processOf(provider).resume(prepared, { sentAt: new Date(NOW) }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "unsupported", outcome: "unknown" });
    expect(error.hint).toMatch(/dashboard/);
    expect(provider.stub.calls).toEqual([]);
  });

  test("looks for the link after the time of the key, if the gateway can: found or unknown, but nothing is sent", async () => {
    const provider = new KeyedProvider();
    const found = vi.fn<DriverHandlers["find"]>(async (reference) => {
      const link = provider.links.find((each) => each.reference === reference);
      return link ? ok(link) : err(driverError("not_found", { message: "none" }));
    });
    provider.stub.driver.handlers.find = found;
    const prepared = await died(provider, "lose_answer");
    provider.pay();
    provider.nowMs += 2 * KEPT_MS;
    expect((await processOf(provider).resume(prepared))._unsafeUnwrap()).toMatchObject({ usage: { used: 1 } });
    provider.links.length = 0;
    const error = (await processOf(provider).resume(prepared, { sentAt: new Date(NOW) }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ outcome: "unknown" });
    expect(provider.requests).toBe(0);
  });

  test("a key with other parameters proves nothing: the request may have had other bytes in an earlier version", async () => {
    const provider = new KeyedProvider();
    const prepared = await died(provider, "lose_answer");
    const changed = {
      ...(prepared as { input: CreateInput }),
      input: { ...(prepared as { input: CreateInput }).input, title: "Other" },
    };
    const error = (await processOf(provider).resume(changed as never))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "duplicate_reference", outcome: "unknown" });
    expect(error.hint).toMatch(/dashboard/);
  });

  test.each([
    ["a refusal", driverError("rejected", { message: "no" })],
    ["another request in flight", driverError("unavailable", { message: "409" })],
  ])("%s of the repeat proves nothing", async (_name, fault) => {
    const provider = new KeyedProvider();
    const prepared = await died(provider, "lose_answer");
    provider.faults.push(fault);
    expect((await processOf(provider).resume(prepared))._unsafeUnwrapErr()).toMatchObject({ outcome: "unknown" });
  });
});

/** The same with the fields of every object in the opposite order. */
const turnedAround = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(turnedAround);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, each]) => [name, turnedAround(each)]),
  );
};
