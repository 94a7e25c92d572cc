// Events of the account's other business, and hints that name links.
import { createPaymentLinks, type PaymentLinks } from "@tautan/core";
import { type DriverLinkCandidate, type DriverObservation, driverError, historyRecord } from "@tautan/core/driver";
import type { MemoryDriver, SimulatedWebhook } from "@tautan/driver-memory";
import { err, ok } from "neverthrow";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { databaseKinds } from "./support/databases.ts";
import { openShop, type Shop } from "./support/shop.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** A delivery that names an object of the account, and perhaps links. */
const hint = (named: {
  readonly object: string;
  readonly resource?: "link" | "history";
  readonly links?: readonly DriverLinkCandidate[];
}): SimulatedWebhook => ({
  method: "POST",
  url: "/webhooks/memory",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(named),
});

describe.each(await databaseKinds())("a webhook that only hints, on $name", (kind) => {
  let shop: Shop;
  let calls: string[];
  /** What the gateway knows of the objects that are no payments of links. */
  let others: Map<string, "till" | "lagging">;
  let links: PaymentLinks;
  /** What happens while the gateway is asked, once. */
  let onConfirm: (() => Promise<void>) | undefined;
  /** What happens while the gateway is searched, once: the search is behind. */
  let onFind: (() => Promise<void>) | undefined;
  beforeEach(async () => {
    shop = await openShop(kind);
    calls = [];
    others = new Map();
    onConfirm = undefined;
    onFind = undefined;
    links = openLinks("signed");
  });
  afterEach(() => shop.close());

  /** The shop's gateway, whose webhooks are hints, and whose histories name no link when they are read. */
  const openLinks = (trust: "signed" | "unsigned"): PaymentLinks => {
    const { handlers, ...rest }: MemoryDriver = shop.gateway;
    const memory: MemoryDriver = {
      ...rest,
      handlers: {
        ...handlers,
        parseWebhook: async ({ text }) => {
          const { object, resource = "history", links: named } = JSON.parse(text) as Parameters<typeof hint>[0];
          return ok([{ kind: "notice", trust, resource, providerId: object, ...(named && { linkCandidates: named }) }]);
        },
        confirm: async (subject, context) => {
          calls.push(`confirm ${subject.providerId}`);
          const meanwhile = onConfirm;
          onConfirm = undefined;
          await meanwhile?.();
          const other = others.get(subject.providerId);
          if (other === "till") return ok({ kind: "unknown", trust: "read", event: "charge.refunded", raw: {} });
          if (other === "lagging") return err(driverError("not_found", { message: "no such object yet" }));
          return (await handlers.confirm(subject, context)).map(withoutLink);
        },
        find: async (reference, context) => {
          calls.push(`find ${reference}`);
          const meanwhile = onFind;
          onFind = undefined;
          if (!meanwhile) return handlers.find(reference, context);
          await meanwhile();
          return err(driverError("not_found", { message: "not listed yet" }));
        },
        get: async (id, context) => {
          calls.push(`get ${id}`);
          return handlers.get(id, context);
        },
      },
    };
    return createPaymentLinks({ default: "memory", gateways: { memory }, clock: shop.clock });
  };
  const withoutLink = (observation: DriverObservation): DriverObservation => {
    if (observation.kind !== "history") return observation;
    const { linkProviderIds: _, linkReferences: __, ...record } = observation.record;
    return {
      ...observation,
      record: {
        ...historyRecord({ providerId: record.providerId, trust: "read", facts: {} }),
        ...record,
        linkProviderIds: [],
        linkReferences: [],
      },
      linkCandidates: [],
    };
  };
  const deliveries = () =>
    shop.database.query("SELECT state, due_at, problem, arrivals, attempts FROM tautan_deliveries ORDER BY ref");
  const candidates = () =>
    shop.database.query("SELECT kind, value FROM tautan_delivery_candidates ORDER BY kind, value");

  test.each(["history", "link"] as const)(
    "of nothing of ours, about a %s: ignored, accepted and never asked about again",
    async (resource) => {
      const ledger = shop.another({ links });
      others.set("till-1", "till");
      const ingested = await shop.receive(hint({ object: "till-1", resource }), ledger);
      expect(ingested).toMatchObject({ state: "ignored", links: [], acknowledgement: { status: 200 } });
      expect(await deliveries()).toEqual([{ state: "ignored", due_at: null, problem: null, arrivals: 1, attempts: 1 }]);
      expect(await candidates()).toEqual([]);
      for (let day = 0; day < 5; day += 1) {
        shop.clock.advance(DAY_MS);
        expect(await shop.drain(ledger)).toEqual([]);
      }
      expect(calls).toEqual(["confirm till-1"]);
      expect((await ledger.deliveries.list({ state: "unresolved" }))._unsafeUnwrap().items).toEqual([]);
      const [listed] = (await ledger.deliveries.list({ state: "ignored" }))._unsafeUnwrap().items;
      expect(listed).not.toHaveProperty("error");
      // Each arrival of a hint is news.
      others.delete("till-1");
      await shop.receive(hint({ object: "till-1", resource }), ledger);
      expect(calls).toHaveLength(2);
    },
  );

  test("of something that the gateway does not show yet: kept, asked about again, and then not ours", async () => {
    const ledger = shop.another({ links });
    others.set("till-1", "lagging");
    expect(await shop.receive(hint({ object: "till-1" }), ledger)).toMatchObject({
      state: "stored",
      acknowledgement: { status: 200 },
    });
    expect(await deliveries()).toMatchObject([{ state: "unconfirmed", problem: null }]);
    shop.clock.advance(DAY_MS);
    others.set("till-1", "till");
    expect(await shop.drain(ledger)).toEqual([]);
    expect(await deliveries()).toMatchObject([{ state: "ignored", due_at: null, problem: null }]);
  });

  test("that is retried while it is worked on is due at once, whatever that work finds", async () => {
    const ledger = shop.another({ links });
    others.set("till-1", "lagging");
    await shop.receive(hint({ object: "till-1" }), ledger);
    // The last attempt, after which it would be given up.
    await shop.database.query("UPDATE tautan_deliveries SET attempts = 11");
    shop.clock.advance(DAY_MS);
    const [delivery] = (await ledger.deliveries.list())._unsafeUnwrap().items;
    onConfirm = async () => {
      (await shop.ledger.deliveries.retry(delivery?.id ?? "memory:0"))._unsafeUnwrap();
    };
    await shop.drain(ledger);
    // The retry is the first attempt anew.
    expect(await deliveries()).toMatchObject([{ state: "unconfirmed", attempts: 1, problem: null }]);
    expect(calls).toEqual(["confirm till-1", "confirm till-1", "confirm till-1"]);
  });

  test("of something that the gateway never shows: for people after a day, and never dismissed", async () => {
    const ledger = shop.another({ links });
    others.set("till-1", "lagging");
    await shop.receive(hint({ object: "till-1" }), ledger);
    for (let hour = 0; hour < 60; hour += 1) {
      shop.clock.advance(DAY_MS / 12);
      await shop.drain(ledger);
    }
    expect(await deliveries()).toMatchObject([{ state: "dead", due_at: null, problem: "unconfirmed" }]);
  });

  test("signed, which names the link of a payment that is read without one: applied, and no link is asked for", async () => {
    const ledger = shop.another({ links });
    const link = await shop.link({ reference: "INV-001" });
    const { payment } = await shop.gateway.simulate.pay("INV-001");
    const ingested = await shop.receive(hint({ object: payment, links: [{ providerId: link.providerId }] }), ledger);
    expect(ingested).toMatchObject({ state: "applied", links: [link.id] });
    expect(await shop.drain(ledger)).toEqual(["paid", "link_exhausted"]);
    expect(calls).toEqual([`confirm ${payment}`]);
  });

  test("unsigned, which names a link of another payment: not believed", async () => {
    const ledger = shop.another({ links: openLinks("unsigned") });
    const link = await shop.link({ reference: "INV-001" });
    await shop.link({ reference: "INV-002" });
    const { payment } = await shop.gateway.simulate.pay("INV-002");
    await shop.receive(hint({ object: payment, links: [{ providerId: link.providerId }] }), ledger);
    shop.clock.advance(DAY_MS);
    expect(await shop.drain(ledger)).toEqual([]);
    expect((await ledger.get(link.id))._unsafeUnwrap().usage.used).toBe(0);
  });

  test("whose link is made later is applied when it is", async () => {
    const ledger = shop.another({ links });
    const link = await shop.linkElsewhere({ reference: "INV-001" });
    const { payment } = await shop.gateway.simulate.pay("INV-001");
    await shop.receive(
      hint({ object: payment, links: [{ reference: "INV-001" }, { providerId: link.providerId }] }),
      ledger,
    );
    expect(await deliveries()).toMatchObject([{ state: "waiting" }]);
    (await ledger.adopt())._unsafeUnwrap();
    expect(await shop.drain(ledger)).toContain("paid");
    expect(calls).toEqual([`confirm ${payment}`]);
  });

  test("whose link is made while it is searched is applied at once", async () => {
    const ledger = shop.another({ links });
    await shop.linkElsewhere({ reference: "INV-001" });
    const { payment } = await shop.gateway.simulate.pay("INV-001");
    await shop.receive(hint({ object: payment, links: [{ reference: "INV-001" }] }), ledger);
    shop.clock.advance(DAY_MS);
    onFind = async () => void (await shop.ledger.adopt())._unsafeUnwrap();
    expect(await shop.drain(ledger)).toContain("paid");
    expect(await deliveries()).toMatchObject([{ state: "applied", due_at: null }]);
  });

  test("whose link is made while it is confirmed at its arrival is applied at once", async () => {
    const ledger = shop.another({ links });
    const link = await shop.linkElsewhere({ reference: "INV-001" });
    const { payment } = await shop.gateway.simulate.pay("INV-001");
    onConfirm = async () => void (await shop.ledger.adopt())._unsafeUnwrap();
    const ingested = await shop.receive(hint({ object: payment, links: [{ providerId: link.providerId }] }), ledger);
    // Known by then.
    expect(ingested.links).toEqual([link.id]);
    expect(await shop.drain(ledger)).toContain("paid");
    expect(await deliveries()).toMatchObject([{ state: "applied", due_at: null }]);
  });

  test("that waits for its gateway is found by its links when their customer is erased", async () => {
    const ledger = shop.another({ links });
    const link = await shop.link({ reference: "INV-001", customer: { email: "budi@example.com" } });
    for (const named of [[{ providerId: link.providerId }], [{ reference: "INV-001" }]]) {
      others.set(`late-${others.size}`, "lagging");
      await shop.receive(hint({ object: `late-${others.size - 1}`, links: named }), ledger);
    }
    await shop.receive(hint({ object: "late-0", links: [{ reference: "INV-002" }] }), ledger);
    expect(await candidates()).toContainEqual({ kind: "reference", value: "INV-001" });
    (await ledger.erase({ customerEmail: "budi@example.com" }))._unsafeUnwrap();
    const rows = await shop.database.query("SELECT raw FROM tautan_deliveries ORDER BY ref");
    expect(rows.map(({ raw }) => raw !== null)).toEqual([false, false, true]);
  });
});
