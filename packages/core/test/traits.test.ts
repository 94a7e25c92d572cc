// Gateways of other families: links that never end, payments that nobody counts, bounds, and fields that cannot change.
import {
  type CreatePaymentLink,
  createPaymentLinks,
  type DriverCapabilities,
  idr,
  type LinkChanges,
  money,
} from "@tautan/core";
import { type CreateInput, type DriverLink, driverError, historyRecord } from "@tautan/core/driver";
import { err, ok } from "neverthrow";
import { describe, expect, test } from "vitest";
import { mergeRecords } from "../src/history-record.ts";
import { parseHistoryRecord } from "../src/parse-history-record.ts";
import { parsePaymentLink } from "../src/parse-payment-link.ts";
import { createStub, linkOf, linksWith, NOW } from "./support/stub-driver.ts";

const HOUR_MS = 3_600_000;
const request = { reference: "INV-001", amount: idr(190_000) } satisfies CreatePaymentLink;
const at = (ms: number): string => new Date(NOW + ms).toISOString();

const create = async (capabilities: Partial<DriverCapabilities>, changes: object = {}, options: object = {}) => {
  const stub = createStub({}, capabilities);
  const result = await linksWith(stub, options).create({ ...request, ...changes } as CreatePaymentLink);
  return { result, input: stub.calls[0]?.[1] as CreateInput | undefined };
};
const made = async (...parts: Parameters<typeof create>) => {
  const { result, input } = await create(...parts);
  expect(result.isOk(), JSON.stringify(result)).toBe(true);
  return { link: result._unsafeUnwrap(), input: input as CreateInput };
};
const refusedFeatures = async (...parts: Parameters<typeof create>) => {
  const { result, input } = await create(...parts);
  expect(input, "nothing may be sent").toBeUndefined();
  const error = result._unsafeUnwrapErr();
  expect(error).toMatchObject({ kind: "unsupported", outcome: "not_sent" });
  return error.kind === "unsupported" ? error.features : [];
};

const endless = {
  expiresAt: {
    never: true,
    resolutionMs: 1000,
    moments: { unsupported: "its links never expire", instead: "close the link when it should end" },
  },
} as const satisfies Partial<DriverCapabilities>;

describe("links that never end", () => {
  test("without an expiry the link is made endless, with a warning instead of a default that is dropped in silence", async () => {
    const { link, input } = await made(endless);
    expect(input).not.toHaveProperty("expiresAt");
    expect(link.warnings).toEqual([
      { code: "adjusted", field: "expiresAt", message: expect.stringContaining("its links never expire") },
    ]);
    expect(link.status).toBe("active");
  });

  test("never is what they are: no warning", async () => {
    expect((await made(endless, { expiresAt: "never" })).link.warnings).toEqual([]);
  });

  test("a moment is refused with the advice, or left out with one warning", async () => {
    const moment = { expiresAt: at(HOUR_MS) };
    expect(await refusedFeatures(endless, moment)).toEqual([
      {
        feature: "expiresAt",
        reason: "gw: its links never expire",
        instead: "close the link when it should end",
      },
    ]);
    const { link, input } = await made(endless, { ...moment, omitIfUnsupported: ["expiresAt"] });
    expect(input).not.toHaveProperty("expiresAt");
    expect(link.warnings.map(({ code }) => code)).toEqual(["omitted"]);
  });

  test("a gateway without any expiry warns too, and still refuses what is asked", async () => {
    const none = { expiresAt: { unsupported: "it decides when links end" } };
    expect((await made(none)).link.warnings).toMatchObject([{ code: "adjusted", field: "expiresAt" }]);
    expect(await refusedFeatures(none, { expiresAt: "never" })).toMatchObject([{ feature: "expiresAt" }]);
  });

  test("check and routes agree: a moment goes to the gateway that has expiries", async () => {
    const [first, second] = [createStub({}, endless), createStub({})];
    const links = createPaymentLinks({
      default: "one",
      gateways: { one: first.driver, two: second.driver },
      route: [{ gateways: ["one", "two"] }],
      clock: { now: () => NOW },
    });
    const withMoment = { ...request, expiresAt: at(HOUR_MS) };
    expect((await links.check(withMoment))._unsafeUnwrap().map(({ accepted }) => accepted)).toEqual([false, true]);
    expect((await links.create(withMoment))._unsafeUnwrap().gateway).toBe("two");
    expect((await links.check(request, { gateway: "one" }))._unsafeUnwrap()).toMatchObject([
      { accepted: true, omitted: [], warnings: [{ code: "adjusted", field: "expiresAt" }] },
    ]);
    expect((await links.create(request))._unsafeUnwrap().gateway).toBe("one");
  });
});

describe("an expiry that the caller enforces", () => {
  const moment = { ...request, expiresAt: at(HOUR_MS) };

  test("is prepared without an expiry at the gateway, and returned with the link", async () => {
    const stub = createStub({}, endless);
    const links = linksWith(stub);
    const plan = (await links.prepare(moment, { enforceExpiry: true }))._unsafeUnwrap();
    const [prepared] = JSON.parse(JSON.stringify(plan.candidates)) as typeof plan.candidates;
    if (!prepared) throw new Error("expected a candidate");
    expect(prepared).toMatchObject({ enforcedExpiry: at(HOUR_MS), warnings: [] });
    expect(prepared.input).not.toHaveProperty("expiresAt");
    expect((await links.send(prepared))._unsafeUnwrap()).toMatchObject({
      expiresAt: at(HOUR_MS),
      expiryEnforcedBy: "ledger",
      warnings: [],
    });
    expect(stub.calls.map(([, input]) => input)).toEqual([prepared.input]);
  });

  test("is not sent if it has passed, and a damaged one is refused", async () => {
    const stub = createStub({}, endless);
    const links = linksWith(stub);
    const [prepared] = (await links.prepare(moment, { enforceExpiry: true }))._unsafeUnwrap().candidates;
    for (const enforcedExpiry of [at(0), "soon"]) {
      const error = (await links.send({ ...prepared, enforcedExpiry } as never))._unsafeUnwrapErr();
      expect(error).toMatchObject({ kind: "invalid_request", outcome: "not_sent" });
    }
    expect(stub.calls).toEqual([]);
  });

  test("check agrees with it, and a gateway with an expiry is not concerned", async () => {
    const accepted = async (capabilities: Partial<DriverCapabilities>, enforceExpiry: boolean) => {
      const links = linksWith(createStub({}, capabilities));
      return (await links.check(moment, { enforceExpiry }))._unsafeUnwrap()[0]?.accepted;
    };
    expect(await accepted(endless, true)).toBe(true);
    expect(await accepted(endless, false)).toBe(false);
    const plan = await linksWith(createStub()).prepare(moment, { enforceExpiry: true });
    expect(plan._unsafeUnwrap().candidates[0]).not.toHaveProperty("enforcedExpiry");
  });

  test("needs a gateway that can close", async () => {
    const { operations } = createStub().driver.capabilities;
    for (const expiresAt of [endless.expiresAt, { unsupported: "it decides when links end" }]) {
      const stub = createStub({}, { expiresAt, operations: { ...operations, close: { unsupported: "no" } } });
      const refused = (await linksWith(stub).prepare(moment, { enforceExpiry: true }))._unsafeUnwrapErr();
      expect(refused).toMatchObject({
        kind: "unsupported",
        features: [{ feature: "expiresAt", reason: expect.stringContaining("its links cannot be closed") }],
      });
    }
  });
});

describe("bounds of an expiry", () => {
  const bounded = {
    expiresAt: { never: false, resolutionMs: 1000, minLeadMs: HOUR_MS / 2, maxLeadMs: 24 * HOUR_MS },
  } satisfies Partial<DriverCapabilities>;

  test("at the bounds, inclusive", async () => {
    for (const ms of [HOUR_MS / 2, 24 * HOUR_MS]) {
      expect((await made(bounded, { expiresAt: at(ms) })).input.expiresAt).toBe(at(ms));
    }
  });

  test("beyond them: refused before anything is sent, with the bound and the clock", async () => {
    const [early] = await refusedFeatures(bounded, { expiresAt: at(HOUR_MS / 2 - 1) });
    expect(early?.reason).toContain(
      `its earliest expiry is ${at(HOUR_MS / 2)} by the clock here, which shows ${at(0)}`,
    );
    expect(early?.instead).toBe(`pass ${at(HOUR_MS / 2)} or later`);
    const [late] = await refusedFeatures(bounded, { expiresAt: at(24 * HOUR_MS + 1) });
    expect(late?.reason).toContain(`its latest expiry is ${at(24 * HOUR_MS)}`);
    expect(late?.instead).toBe(`pass ${at(24 * HOUR_MS)} or earlier`);
  });

  test("the default is moved into them, with a warning", async () => {
    const { link, input } = await made(bounded, {}, { defaultExpiryMs: 48 * HOUR_MS });
    expect(input.expiresAt).toBe(at(24 * HOUR_MS));
    expect(link.warnings).toMatchObject([{ code: "adjusted", field: "expiresAt" }]);
    const short = await made(bounded, {}, { defaultExpiryMs: 60_000 });
    expect(short.input.expiresAt).toBe(at(HOUR_MS / 2));
    expect((await made(bounded)).link.warnings).toEqual([]);
  });

  test("a start after the latest expiry is refused", async () => {
    expect(await refusedFeatures(bounded, { startsAt: at(25 * HOUR_MS) })).toMatchObject([{ feature: "startsAt" }]);
  });
});

describe("usage", () => {
  const unlimitedOnly = { usage: { maxLimit: 0, unlimited: true, openPaymentsHoldUses: false } };
  const oneOrAny = { usage: { maxLimit: 1, unlimited: true, openPaymentsHoldUses: false } };

  test("unlimited only: a limit, also the default of 1, is refused with the advice", async () => {
    for (const changes of [{}, { usage: { limit: 1 } }, { usage: { limit: 7 } }]) {
      expect(await refusedFeatures(unlimitedOnly, changes)).toMatchObject([
        { feature: "usage.limit", instead: 'set usage to { limit: "unlimited" }' },
      ]);
    }
    expect((await made(unlimitedOnly, { usage: { limit: "unlimited" } })).input.usage).toEqual({ limit: "unlimited" });
  });

  test("unlimited only: a limit that may be left out", async () => {
    for (const changes of [{}, { usage: { limit: 3 } }]) {
      const { link, input } = await made(unlimitedOnly, { ...changes, omitIfUnsupported: ["usage"] });
      expect(input.usage).toEqual({ limit: "unlimited" });
      expect(link.warnings).toMatchObject([{ code: "omitted", field: "usage" }]);
    }
  });

  test("one or any", async () => {
    expect((await made(oneOrAny)).input.usage).toEqual({ limit: 1 });
    expect((await made(oneOrAny, { usage: { limit: "unlimited" } })).input.usage).toEqual({ limit: "unlimited" });
    expect(await refusedFeatures(oneOrAny, { usage: { limit: 2 } })).toMatchObject([
      { instead: 'create one link per payment, or set usage to { limit: "unlimited" }' },
    ]);
  });

  test("a link whose payments nobody counts is never exhausted or held by a count, but ends otherwise", async () => {
    const read = async (changes: Partial<DriverLink>) => {
      const link = linkOf({ ...request, usage: { limit: 1 } } as CreateInput, {
        usage: { limit: 1, used: 5, held: 5, counted: false },
        ...changes,
      });
      const stub = createStub({ get: async () => ok(link) });
      return (await linksWith(stub).get("gw:id-INV-001"))._unsafeUnwrap();
    };
    expect(await read({})).toMatchObject({ status: "active", usage: { counted: false } });
    expect((await read({ state: "closed" })).status).toBe("closed");
    expect((await read({ expiresAt: "2025-01-01T00:00:00.000Z" })).status).toBe("expired");
    expect((await read({ usage: { limit: 1, used: 1, held: 0 } })).status).toBe("exhausted");
  });
});

describe("what a pay page always asks", () => {
  const asks = { alwaysCollects: ["email"], collect: { fields: ["phone"], together: false } } as const;

  test("is satisfied, and not asked again", async () => {
    const { link, input } = await made(asks, { collect: { email: "required" } });
    expect(input).not.toHaveProperty("collect");
    expect(link.warnings).toEqual([]);
    expect((await made(asks, { collect: { email: "required", phone: "required" } })).input.collect).toEqual({
      phone: "required",
    });
    expect(await refusedFeatures(asks, { collect: { email: "required", name: "required" } })).toMatchObject([
      { feature: "collect.name" },
    ]);
  });

  test("is satisfied where nothing else can be asked", async () => {
    const only = { alwaysCollects: ["email"], collect: { unsupported: "no choice" } } as const;
    expect((await made(only, { collect: { email: "required" } })).input).not.toHaveProperty("collect");
    expect(await refusedFeatures(only, { collect: { phone: "required" } })).toMatchObject([{ feature: "collect" }]);
  });

  test("is no difference between a link and its request", async () => {
    const found = (input: CreateInput) => linkOf(input, { collect: { email: "required" } });
    const stub = createStub(
      {
        create: async () => err(driverError("duplicate_reference", { message: "taken" })),
        find: async (reference) => ok(found({ ...request, reference, usage: { limit: 1 } } as CreateInput)),
      },
      asks,
    );
    const preview = async () => ok({ alwaysReported: ["collect"] as const });
    Object.assign(stub.driver.handlers, { preview });
    const again = await linksWith(stub).create(request);
    expect(again.isOk(), JSON.stringify(again)).toBe(true);
    expect((await linksWith(stub).create({ ...request, collect: { phone: "required" } }))._unsafeUnwrapErr().kind).toBe(
      "duplicate_reference",
    );
  });
});

describe("items and metadata", () => {
  const items = (prices: readonly number[]) =>
    prices.map((each) => ({ name: "a", quantity: 1, unitPrice: { amount: String(each), currency: "IDR" } }));

  test("the number of items, and negative prices", async () => {
    const bounded = { items: { nameMaxLength: 20, idMaxLength: 0, maxCount: 2, negativePrices: false } };
    await made(bounded, { items: items([90_000, 100_000]) });
    expect(await refusedFeatures(bounded, { items: items([90_000, 50_000, 50_000]) })).toMatchObject([
      { feature: "items", reason: "gw: it accepts at most 2 items, got 3" },
    ]);
    expect(await refusedFeatures(bounded, { items: items([200_000, -10_000]) })).toMatchObject([
      { feature: "items[1].unitPrice" },
    ]);
    await made({ items: { nameMaxLength: 20, idMaxLength: 0 } }, { items: items([200_000, -10_000]) });
  });

  test("the length of a key of metadata", async () => {
    const bounded = { metadata: { maxEntries: 5, maxValueLength: 10, maxKeyLength: 3 } };
    await made(bounded, { metadata: { abc: "1" } });
    const { result, input } = await create(bounded, { metadata: { abcd: "1" } });
    expect(input).toBeUndefined();
    expect(result._unsafeUnwrapErr()).toMatchObject({
      kind: "invalid_request",
      issues: [{ path: "metadata.abcd (its name)", message: "gw: it accepts at most 3 characters, got 4" }],
    });
  });
});

describe("changes of a link", () => {
  const change = async (capabilities: Partial<DriverCapabilities>, changes: LinkChanges) => {
    const link = linkOf({ ...request, usage: { limit: 1 } } as CreateInput);
    const stub = createStub({ update: async () => ok(link), get: async () => ok(link) }, capabilities);
    return { result: await linksWith(stub).update("gw:id-INV-001", changes), calls: stub.calls };
  };

  test("of a field that cannot change is unsupported, before anything is sent", async () => {
    for (const changes of [{ usage: { limit: 1 } }, { metadata: null }, { expiresAt: at(HOUR_MS) }] as const) {
      const { result, calls } = await change({ changes: ["title"] }, changes);
      expect(result._unsafeUnwrapErr()).toMatchObject({
        kind: "unsupported",
        operation: "update",
        features: [{ feature: Object.keys(changes)[0], instead: expect.stringContaining("fresh reference") }],
      });
      expect(calls).toEqual([]);
    }
    expect((await change({ changes: ["title"] }, { title: "Other" })).calls.map(([name]) => name)).toEqual(["update"]);
  });

  test("of the expiry of a link that never ends: a moment is refused, never is no change", async () => {
    for (const changes of [undefined, ["title"] as const]) {
      const capabilities = { ...endless, ...(changes && { changes }) };
      const refused = await change(capabilities, { expiresAt: at(HOUR_MS) });
      expect(refused.result._unsafeUnwrapErr()).toMatchObject({
        kind: "unsupported",
        features: [{ feature: "expiresAt", instead: "close the link when it should end" }],
      });
      const never = await change(capabilities, { expiresAt: "never" });
      expect(never.result.isOk()).toBe(true);
      expect(never.calls.map(([name]) => name)).toEqual(["get"]);
      const both = await change(capabilities, { expiresAt: "never", title: "Other" });
      expect(both.calls).toEqual([["update", "id-INV-001"]]);
    }
  });

  test("of the expiry beyond its latest time", async () => {
    const bounded = { expiresAt: { never: false, resolutionMs: 1000, minLeadMs: HOUR_MS, maxLeadMs: 24 * HOUR_MS } };
    const late = await change(bounded, { expiresAt: at(25 * HOUR_MS) });
    expect(late.result._unsafeUnwrapErr().kind).toBe("unsupported");
    expect(late.calls).toEqual([]);
    // When the link was created is not known, so that its earliest expiry is not known either.
    const soon = await change(bounded, { expiresAt: at(60_000) });
    expect(soon.calls.map(([name]) => name)).toContain("update");
  });
});

describe("histories of which few are paid", () => {
  const history = (id: string, isPaid: boolean) => ({
    record: historyRecord({ providerId: id, trust: "read", facts: isPaid ? { paid: {} } : { opened: {} } }),
    raw: {},
  });
  /** Pages of which the third and the fifth, the last, have a payment. */
  const visits = () =>
    createStub({
      listHistories: async (_, { cursor = "1" }) => {
        const page = Number(cursor);
        const items = [
          history(`open-${page}`, false),
          ...(page % 2 === 1 && page > 1 ? [history(`paid-${page}`, true)] : []),
        ];
        return ok({ items, ...(page < 5 && { nextCursor: String(page + 1) }) });
      },
    });

  test("only those with a payment: what the driver returns beside them is left out, and empty pages are passed over", async () => {
    const stub = visits();
    const links = linksWith(stub);
    const first = (await links.listHistories("gw:L", { paidOnly: true }))._unsafeUnwrap();
    expect(first.items.map(({ providerId }) => providerId)).toEqual(["paid-3"]);
    const { nextCursor } = first;
    const second = (await links.listHistories("gw:L", { paidOnly: true, cursor: nextCursor }))._unsafeUnwrap();
    expect(second.items.map(({ providerId }) => providerId)).toEqual(["paid-5"]);
    expect(second).not.toHaveProperty("nextCursor");
    const all: string[] = [];
    for await (const page of links.listHistoryPages("gw:L", { paidOnly: true })) {
      all.push(...page._unsafeUnwrap().items.map(({ providerId }) => providerId));
    }
    expect(all).toEqual(["paid-3", "paid-5"]);
  });

  test("the driver is asked for them", async () => {
    const asked: unknown[] = [];
    const stub = createStub({
      listHistories: async (_, page) => {
        asked.push(page);
        return ok({ items: [] });
      },
    });
    await linksWith(stub).listHistories("gw:L", { paidOnly: true, limit: 7 });
    await linksWith(stub).listHistories("gw:L", { paidOnly: false });
    expect(asked).toEqual([{ limit: 7, paidOnly: true }, { limit: 25 }]);
  });

  test("a refunded payment is one, and a value that is not a flag is refused", async () => {
    const record = historyRecord({
      providerId: "H",
      trust: "read",
      amount: idr(1000),
      facts: { paid: {} },
      refundedTotal: idr(1000),
    });
    const stub = createStub({ listHistories: async () => ok({ items: [{ record, raw: {} }] }) });
    const page = (await linksWith(stub).listHistories("gw:L", { paidOnly: true }))._unsafeUnwrap();
    expect(page.items).toMatchObject([{ status: "refunded", isPaid: false }]);
    expect(
      (await linksWith(stub).listHistories("gw:L", { paidOnly: "yes" } as never))._unsafeUnwrapErr(),
    ).toMatchObject({ kind: "invalid_request", issues: [{ path: "paidOnly" }] });
  });

  test("a cursor that repeats ends the search", async () => {
    const stub = createStub({ listHistories: async () => ok({ items: [], nextCursor: "same" }) });
    expect((await linksWith(stub).listHistories("gw:L", { paidOnly: true })).isOk()).toBe(true);
    expect(stub.calls).toHaveLength(2);
  });
});

describe("a link made elsewhere", () => {
  const elsewhere = (changes: Partial<DriverLink> = {}) =>
    linkOf({ ...request, usage: { limit: 1 } } as CreateInput, { madeElsewhere: true, ...changes });

  test("has the provider's id as its reference, whatever the driver reports, and can be stored", async () => {
    const stub = createStub({ get: async () => ok(elsewhere()) });
    const link = (await linksWith(stub).get("gw:id-INV-001"))._unsafeUnwrap();
    expect(link).toMatchObject({ reference: "id-INV-001", madeElsewhere: true });
    expect(parsePaymentLink(JSON.parse(JSON.stringify(link)))._unsafeUnwrap()).toMatchObject({ madeElsewhere: true });
  });

  test("is never the link of a reference", async () => {
    const stub = createStub({ find: async () => ok(elsewhere({ reference: "INV-001" })) });
    expect((await linksWith(stub).find({ reference: "INV-001" }))._unsafeUnwrapErr().kind).toBe("reply_mismatch");
    const scan = createStub({ find: async () => ok(elsewhere({ reference: "INV-001" })) }, { createRecovery: "scan" });
    const made = (await linksWith(scan).create(request))._unsafeUnwrap();
    expect(scan.calls.map(([name]) => name)).toEqual(["find", "create"]);
    expect(made).not.toHaveProperty("madeElsewhere");
    const wrong = createStub({ create: async () => ok(elsewhere({ reference: "INV-001" })) });
    expect((await linksWith(wrong).create(request))._unsafeUnwrapErr().kind).toBe("reply_mismatch");
  });
});

test("a part that was paid is returned and stored, and is no difference from the request", async () => {
  const stub = createStub({
    create: async () => err(driverError("duplicate_reference", { message: "taken" })),
    find: async () =>
      ok(
        linkOf({ ...request, usage: { limit: 1 } } as CreateInput, {
          state: "partially_paid",
          amountPaid: idr(40_000),
        }),
      ),
  });
  const link = (await linksWith(stub).create(request))._unsafeUnwrap();
  expect(link).toMatchObject({ status: "partially_paid", acceptsPayments: true, amountPaid: idr(40_000) });
  const stored = parsePaymentLink(JSON.parse(JSON.stringify(link)))._unsafeUnwrap();
  expect(stored).toMatchObject({ amountPaid: idr(40_000) });
});

describe("a tip", () => {
  const report = (tip?: string) =>
    historyRecord({
      providerId: "H",
      trust: "read",
      amount: idr(190_000),
      facts: { paid: {} },
      ...(tip !== undefined && { tip: { amount: tip, currency: "IDR" } }),
    });

  test("is beside the amount", async () => {
    const stub = createStub({ getHistory: async () => ok({ record: report("5000.00"), raw: {} }) });
    expect((await linksWith(stub).getHistory("gw:H"))._unsafeUnwrap()).toMatchObject({
      amount: idr(190_000),
      tip: idr(5000),
      conflicts: [],
    });
  });

  test("none is none, so that records without tips stay as they were", () => {
    expect(report("0")).not.toHaveProperty("tips");
    expect(Object.keys(mergeRecords(report(), report()))).not.toContain("tips");
    const merged = mergeRecords(report(), report("5000"));
    expect(merged).toEqual(mergeRecords(report("5000"), report()));
    expect(parseHistoryRecord(JSON.parse(JSON.stringify(merged)))._unsafeUnwrap()).toEqual(merged);
    expect(parseHistoryRecord(JSON.parse(JSON.stringify(report())))._unsafeUnwrap()).toEqual(report());
  });
});

describe("a method that takes some currencies only", () => {
  const methods = {
    offered: [
      { kind: "card" },
      { kind: "online_banking", channel: "ideal" },
      { kind: "online_banking", channel: "blik" },
    ],
    currencies: [
      { kind: "online_banking", channel: "ideal", currencies: ["EUR"] },
      { kind: "online_banking", channel: "blik", currencies: ["PLN"] },
    ],
  } as const;
  const TWO_DECIMALS = { decimals: 2, wire: "decimal_text" } as const;
  const ofEurope = { methods, currencies: { EUR: TWO_DECIMALS, PLN: TWO_DECIMALS } };

  test("is refused in another one, and nothing is sent", async () => {
    const wanted = [{ kind: "online_banking", channel: "blik" }];
    expect(await refusedFeatures(ofEurope, { amount: money("10", "EUR"), methods: wanted })).toEqual([
      {
        feature: "methods[0]",
        reason: expect.stringContaining("it does not offer online_banking/blik in EUR"),
        instead: "choose from card, online_banking/ideal",
      },
    ]);
  });

  test.each([
    [money("10", "EUR"), ["ideal"]],
    [money("10", "PLN"), ["blik"]],
    [{ open: { currency: "PLN" } }, ["blik"]],
  ])("its kind means the channels that take %o", async (amount, channels) => {
    const { input } = await made({ ...ofEurope, openAmount: true }, { amount, methods: [{ kind: "online_banking" }] });
    expect(input.methods?.map(({ channel }) => channel)).toEqual(channels);
  });
});
