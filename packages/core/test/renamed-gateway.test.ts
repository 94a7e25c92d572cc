// A gateway whose key was changed: one payment, one id, whatever it was stored under.
import {
  createPaymentLinks,
  mergeHistories,
  type Observation,
  type PaymentLinkHistory,
  parsePaymentLinkHistory,
} from "@tautan/core";
import { deriveHistory, historyRecord } from "@tautan/core/driver";
import { err, ok } from "neverthrow";
import { describe, expect, test } from "vitest";
import { driverError } from "../src/operations/driver-error.ts";
import { createStub, linkOf, NOW } from "./support/stub-driver.ts";

const record = (facts: object, providerId = "h") =>
  historyRecord({ providerId, trust: "signed", facts, linkProviderId: "L", attemptId: "t" });
const stored = (key: string, facts: object = { pending: {} }, providerId = "h"): PaymentLinkHistory => {
  const text = JSON.stringify(deriveHistory(key, record(facts, providerId)));
  return parsePaymentLinkHistory(JSON.parse(text))._unsafeUnwrap();
};
const { raw: _raw, ...link } = linkOf({
  reference: "INV-001",
  amount: { amount: "5000", currency: "IDR" },
  usage: { limit: 1 },
});

const start = (handlers: object = {}) => {
  const stub = createStub(handlers, {
    webhooks: {
      trust: "signed",
      namesMethod: true,
      respondWithinMs: 1000,
      delivery: { windowMs: 0, documented: false },
    },
  });
  const other = createStub();
  const links = createPaymentLinks({
    default: "present",
    gateways: { present: stub.driver, other: other.driver },
    aliases: { former: "present", first: "present" },
    clock: { now: () => NOW },
  });
  return { links, stub };
};

describe("links.mergeHistories", () => {
  test.each([
    ["former", "present"],
    ["present", "former"],
    ["former", "first"],
    ["former", "former"],
  ])("stored under %s, learnt under %s: one history under the present key", (left, right) => {
    const merged = start().links.mergeHistories(stored(left), stored(right, { paid: {} }));
    expect(merged).toMatchObject({ id: "present:h", gateway: "present", linkId: "present:L", status: "paid" });
  });

  test("nothing new under the present key is the stored object itself; under an old one it is to be written anew", () => {
    const { links } = start();
    const present = stored("present");
    expect(links.mergeHistories(present, stored("former"))).toBe(present);
    const former = stored("former");
    expect(links.mergeHistories(former, stored("present"))).not.toBe(former);
  });

  test("it joins like mergeHistories, and can stand where that does", () => {
    const { links } = start();
    const histories = [
      stored("present", { pending: {} }),
      stored("present", { paid: {} }),
      stored("present", { settled: {} }),
    ];
    expect(histories.reduce(links.mergeHistories)).toEqual(histories.reduce(mergeHistories));
  });

  test.each<[string, PaymentLinkHistory, PaymentLinkHistory]>([
    ["two payments", stored("present"), stored("former", {}, "other")],
    ["two gateways that number their payments alike", stored("present"), stored("other")],
    ["a key that nobody knows", stored("present"), stored("unknown")],
  ])("%s are two histories", (_name, left, right) => {
    expect(() => start().links.mergeHistories(left, right)).toThrow(/two histories/);
  });

  test("without the aliases two keys are two gateways, and the error says where to go", () => {
    expect(() => mergeHistories(stored("present"), stored("former"))).toThrow(/use links\.mergeHistories/);
    expect(() => mergeHistories(stored("present"), stored("present", {}, "other"))).not.toThrow(/renamed/);
  });
});

describe("what leaves the facade has the present key", () => {
  const observations: readonly Observation[] = [
    {
      kind: "history",
      gateway: "former",
      trust: "signed",
      history: stored("former", { paid: {} }),
      linkCandidates: [{ id: "former:L", reference: "INV-001" }, { reference: "INV-001" }],
    },
    {
      kind: "link",
      gateway: "former",
      trust: "read",
      link: {
        ...link,
        id: "former:x",
        providerId: "x",
        gateway: "former",
        status: "active",
        acceptsPayments: true,
        warnings: [],
      } as never,
      histories: [stored("former")],
    },
    { kind: "unknown", gateway: "former", trust: "signed", event: "x" },
  ];

  test.each(observations.map((each) => [each.kind, each] as const))(
    "a stored observation that stands as it is (%s)",
    async (_kind, observation) => {
      const { links, stub } = start();
      const confirmed = (await links.confirm(observation))._unsafeUnwrap();
      expect(JSON.stringify(confirmed)).not.toContain("former");
      const asStored: unknown = JSON.parse(JSON.stringify(confirmed).replaceAll("present", "former"));
      expect(asStored).toEqual(JSON.parse(JSON.stringify(observation)));
      expect(stub.calls).toEqual([]);
    },
  );

  test("a stored hint that is asked about, and what was told below signed", async () => {
    const { links } = start({
      confirm: async () =>
        ok({
          kind: "history",
          trust: "read",
          record: record({ paid: {} }),
          linkCandidates: [{ providerId: "L" }],
          raw: {},
        }),
    });
    for (const observation of [
      { kind: "notice", gateway: "former", trust: "unsigned", resource: "history", id: "former:h" },
      { ...observations[0], trust: "unsigned" },
    ]) {
      const confirmed = (await links.confirm(observation as Observation))._unsafeUnwrap();
      expect(confirmed).toMatchObject({
        gateway: "present",
        history: { id: "present:h" },
        linkCandidates: [{ id: "present:L" }],
      });
    }
  });

  test("pages and their cursors, whose old ones go on", async () => {
    const { links } = start({
      list: async () => ok({ items: [{ ...link, raw: {} }], nextCursor: "2" }),
      listHistories: async () => ok({ items: [{ record: record({ paid: {} }), raw: {} }], nextCursor: "2" }),
    });
    expect((await links.list({ cursor: "former:1" }))._unsafeUnwrap()).toMatchObject({
      items: [{ gateway: "present" }],
      nextCursor: "present:2",
    });
    expect((await links.listHistories("former:L", { cursor: "first:1" }))._unsafeUnwrap()).toMatchObject({
      items: [{ id: "present:h" }],
      nextCursor: "present:2",
    });
  });

  test("errors, of the driver's and before it is asked", async () => {
    const { links } = start({ get: async () => err(driverError("not_found", { message: "no" })) });
    for (const result of [
      await links.get("former:x"),
      await links.get("former:x", { timeoutMs: 0 }),
      await links.reopen("former:x"),
      await links.confirm({ kind: "notice", gateway: "former", trust: "signed", resource: "link", id: "former:." }),
    ]) {
      expect(result._unsafeUnwrapErr().gateway).toBe("present");
    }
  });
});
