// Gateways of other families: batches, pings, links that were made elsewhere, and payments that the gateway does not count.
import { idr, type PaymentLink } from "@tautan/core";
import type { AnyDriver, DriverDelivery, DriverHandlers, DriverLink, DriverObservation } from "@tautan/core/driver";
import type { SimulatedWebhook } from "@tautan/driver-memory";
import { ok } from "neverthrow";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { databaseKinds } from "./support/databases.ts";
import { openShop, type Shop } from "./support/shop.ts";
import { type Calls, uncounted, watchCalls, without } from "./support/traits.ts";

const REQUEST = { reference: "INV-001", amount: idr(190_000), usage: { limit: 5 } };

/** A gateway that sends several webhooks at once, each signed by itself, and a ping now and then. */
const batching = (driver: AnyDriver): AnyDriver => {
  const inner = driver.handlers as DriverHandlers;
  const parseWebhook: DriverHandlers["parseWebhook"] = async (delivery, context) => {
    const observations: DriverObservation[] = [];
    for (const each of JSON.parse(delivery.text) as readonly (SimulatedWebhook | "ping")[]) {
      if (each === "ping") {
        observations.push({ kind: "unknown", trust: "signed", event: "ping", raw: each });
        continue;
      }
      const one: DriverDelivery = {
        target: each.url,
        header: (name) => each.headers[name],
        text: each.body,
        bytes: new TextEncoder().encode(each.body),
      };
      const parsed = await inner.parseWebhook(one, context);
      if (parsed.isErr()) return parsed;
      observations.push(...parsed.value);
    }
    return ok(observations);
  };
  return { ...driver, handlers: { ...driver.handlers, parseWebhook } };
};

const batch = (...parts: readonly (SimulatedWebhook | "ping")[]): SimulatedWebhook => ({
  method: "POST",
  url: "/webhooks/memory",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(parts),
});

describe.each(await databaseKinds())("deliveries on $name", (kind) => {
  let shop: Shop;
  let gateway: Calls;
  beforeEach(async () => {
    gateway = watchCalls();
    shop = await openShop(kind, { adapt: (driver) => gateway.watch(batching(driver)) });
  });
  afterEach(() => shop.close());

  const pay = async (reference: string) => (await shop.gateway.simulate.pay(reference)).webhook;
  const asked = (): readonly string[] =>
    gateway.calls.map(([operation]) => operation).filter((each) => each !== "parseWebhook");

  test("of several payments and a ping: each is applied once, in any number of deliveries", async () => {
    for (const reference of ["INV-001", "INV-002"]) {
      (await shop.ledger.create({ ...REQUEST, reference }))._unsafeUnwrap();
    }
    const [one, other, third] = [await pay("INV-001"), await pay("INV-002"), await pay("INV-001")];
    gateway.calls.length = 0;
    const first = await shop.receive(batch(one, "ping", other));
    expect(first).toMatchObject({ state: "applied", acknowledgement: { status: 200 } });
    expect(first.links).toHaveLength(2);
    expect((await shop.receive(batch(one, "ping", other))).state).toBe("duplicate");
    // In another composition.
    expect((await shop.receive(batch(other, third))).state).toBe("applied");
    expect(asked()).toEqual([]);
    const types = await shop.drain();
    expect(types.filter((each) => each === "paid")).toHaveLength(3);
  });

  test("a batch with a payment of a link that is not known keeps only that", async () => {
    (await shop.ledger.create(REQUEST))._unsafeUnwrap();
    await shop.linkElsewhere({ ...REQUEST, reference: "INV-009" });
    const received = await shop.receive(batch(await pay("INV-001"), await pay("INV-009")));
    expect(received).toMatchObject({ state: "stored", acknowledgement: { status: 200 } });
    expect(received.links).toHaveLength(1);
    expect(await shop.drain()).toEqual(["link_made", "paid"]);
    shop.clock.advance(60_000);
    // The gateway is asked for the link then, and the rest of the batch is applied.
    await shop.drain();
    const events = (await shop.ledger.events.list({ limit: 100 }))._unsafeUnwrap().items;
    expect(events.filter(({ type }) => type === "paid")).toHaveLength(2);
  });

  test("a ping is answered with success, and nothing is asked", async () => {
    for (const parts of [["ping"], ["ping", "ping"], []] as const) {
      const received = await shop.receive(batch(...parts));
      expect(received).toMatchObject({ state: "ignored", links: [], acknowledgement: { status: 200 } });
    }
    expect(asked()).toEqual([]);
    expect(await shop.drain()).toEqual([]);
  });
});

/** A gateway at which a link has no reference if its title is that of one made in the dashboard. */
const withDashboard = (driver: AnyDriver): AnyDriver => {
  const inner = driver.handlers as DriverHandlers;
  const list: DriverHandlers["list"] = async (page, context) =>
    (await inner.list(page, context)).map(({ items, ...rest }) => ({
      ...rest,
      items: items.map((link) => (link.title === "Dashboard" ? { ...link, madeElsewhere: true } : link)),
    }));
  return { ...driver, handlers: { ...driver.handlers, list } };
};

describe.each(await databaseKinds())("a link made elsewhere on $name", (kind) => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop(kind, { adapt: withDashboard });
  });
  afterEach(() => shop.close());

  test("is adopted under the provider's id, with its payments", async () => {
    const { id, providerId } = await shop.linkElsewhere({ reference: "INV-001", title: "Dashboard" });
    const adopted = (await shop.ledger.adopt({ gateway: "memory" }))._unsafeUnwrap();
    expect(adopted.adopted).toEqual([id]);
    expect((await shop.ledger.get(id))._unsafeUnwrap()).toMatchObject({ reference: providerId, madeElsewhere: true });
    await shop.receive((await shop.gateway.simulate.pay(id)).webhook);
    expect(await shop.drain()).toEqual(["paid", "link_exhausted"]);
    // The merchant's own reference is free.
    expect((await shop.ledger.get({ reference: "INV-001" }))._unsafeUnwrapErr().kind).toBe("unknown_link");
    expect((await shop.ledger.adopt({ gateway: "memory" }))._unsafeUnwrap().adopted).toEqual([]);
  });

  test("is never taken for the link of a create that is under way", async () => {
    const { providerId } = await shop.linkElsewhere({ reference: "INV-001", title: "Dashboard" });
    // A merchant whose reference happens to be that id, and whose create is not answered.
    (await shop.ledger.migrate())._unsafeUnwrap();
    await shop.database.query(
      "INSERT INTO tautan_links (reference, state, created_at) VALUES (?, 'sent', '2026-01-01T00:00:00.000Z')",
      providerId,
    );
    expect((await shop.ledger.adopt({ gateway: "memory" }))._unsafeUnwrap().adopted).toEqual([]);
    expect(await shop.database.query("SELECT state, link FROM tautan_links")).toEqual([{ state: "sent", link: null }]);
  });
});

/** A gateway that does not report when its links were created. */
const undated = (driver: AnyDriver): AnyDriver => {
  const inner = driver.handlers as DriverHandlers;
  const without = ({ createdAt: _, ...link }: DriverLink): DriverLink => link;
  const handlers: Partial<DriverHandlers> = {
    create: async (input, context) => (await inner.create(input, context)).map(without),
    get: async (id, context) => (await inner.get(id, context)).map(without),
    find: async (reference, context) => (await inner.find(reference, context)).map(without),
    list: async (page, context) =>
      (await inner.list(page, context)).map(({ items, ...rest }) => ({ ...rest, items: items.map(without) })),
  };
  return { ...driver, handlers: { ...driver.handlers, ...handlers } };
};

describe.each(await databaseKinds())("a link that was adopted without the time of its creation, on $name", (kind) => {
  test("has the payments from before, and later ones are read with those of the account", async () => {
    const gateway = watchCalls();
    const shop = await openShop(kind, { adapt: (driver) => gateway.watch(undated(driver)) });
    const { id } = await shop.linkElsewhere({ reference: "INV-001", usage: { limit: 5 }, expiresAt: "never" });
    await shop.gateway.simulate.pay(id);
    shop.clock.advance(24 * 60 * 60_000);
    (await shop.ledger.adopt({ gateway: "memory" }))._unsafeUnwrap();
    (await shop.ledger.reconcile())._unsafeUnwrap();
    expect((await shop.ledger.get(id))._unsafeUnwrap().usage.used).toBe(1);
    await shop.gateway.simulate.pay(id);
    shop.clock.advance(24 * 60 * 60_000);
    (await shop.ledger.reconcile())._unsafeUnwrap();
    expect((await shop.ledger.get(id))._unsafeUnwrap().usage.used).toBe(2);
    expect(gateway.count("listHistories")).toBe(1);
    await shop.close();
  });
});

describe.each(await databaseKinds())("payments that the gateway does not count, on $name", (kind) => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop(kind, { adapt: uncounted });
  });
  afterEach(() => shop.close());

  const create = async (limit: number | "unlimited"): Promise<PaymentLink> =>
    (await shop.ledger.create({ reference: "INV-001", amount: idr(190_000), usage: { limit } }))._unsafeUnwrap();
  const pay = async (): Promise<void> => {
    await shop.receive((await shop.gateway.simulate.pay("INV-001")).webhook);
  };
  const stored = async (): Promise<PaymentLink> => (await shop.ledger.get({ reference: "INV-001" }))._unsafeUnwrap();

  test("the ledger's own count decides the status, the lists, the event and the excess", async () => {
    const made = await create(2);
    expect(made.usage).toEqual({ limit: 2, used: 0, held: 0 });
    await pay();
    expect(await stored()).toMatchObject({ status: "active", usage: { limit: 2, used: 1, held: 0 } });
    await pay();
    expect(await stored()).toMatchObject({ status: "exhausted", acceptsPayments: false, usage: { used: 2 } });
    expect((await shop.ledger.list({ status: "exhausted" }))._unsafeUnwrap().items).toMatchObject([
      { reference: "INV-001", usage: { limit: 2, used: 2 } },
    ]);
    // The gateway takes a third one.
    await pay();
    expect(await shop.drain()).toEqual(["link_made", "paid", "paid", "link_exhausted", "excess"]);
    expect((await stored()).usage).toEqual({ limit: 2, used: 3, held: 0 });
  });

  test("a read of the gateway, which has no count, changes nothing", async () => {
    const { id } = await create(1);
    await pay();
    expect((await shop.links.get(id))._unsafeUnwrap()).toMatchObject({ status: "active", usage: { counted: false } });
    const confirmed = (await shop.ledger.confirm(id))._unsafeUnwrap();
    expect(confirmed.link).toMatchObject({ status: "exhausted", usage: { limit: 1, used: 1 } });
    shop.clock.advance(60 * 60_000);
    expect((await shop.ledger.reconcile())._unsafeUnwrap()).toMatchObject({ missed: [], failed: [] });
    expect(await stored()).toMatchObject({ status: "exhausted", usage: { used: 1 } });
    expect(await shop.drain()).toEqual(["link_made", "paid", "link_exhausted"]);
    // The same request returns the same link, as the ledger counts it.
    expect(await create(1)).toMatchObject({ id, status: "exhausted", usage: { used: 1 } });
  });

  test("a payment that is taken back returns its use", async () => {
    await create(1);
    await pay();
    await shop.receive((await shop.gateway.simulate.reverse("INV-001")).webhook);
    expect(await stored()).toMatchObject({ status: "active", usage: { used: 0 } });
  });

  test("without a limit nothing is exhausted", async () => {
    await create("unlimited");
    for (let count = 0; count < 3; count += 1) await pay();
    expect(await stored()).toMatchObject({ status: "active", usage: { used: 3 } });
    expect(await shop.drain()).toEqual(["link_made", "paid", "paid", "paid"]);
  });
});

describe.each(await databaseKinds())("payments that exist by webhook only, on $name", (kind) => {
  const operations = ["listHistories", "listRecentHistories", "getHistory"] as const;
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop(kind, { adapt: (driver) => operations.reduce(without, driver) });
  });
  afterEach(() => shop.close());

  test("confirm and reconcile read the link, and keep the payments that webhooks have reported", async () => {
    const { id } = (await shop.ledger.create(REQUEST))._unsafeUnwrap();
    await shop.receive((await shop.gateway.simulate.pay("INV-001")).webhook);
    const confirmed = (await shop.ledger.confirm(id))._unsafeUnwrap();
    expect(confirmed.histories.map(({ history }) => history.status)).toEqual(["paid"]);
    (await shop.links.close(id))._unsafeUnwrap();
    shop.clock.advance(60 * 60_000);
    expect((await shop.ledger.reconcile())._unsafeUnwrap()).toMatchObject({ looked: 1, failed: [] });
    expect((await shop.ledger.get(id))._unsafeUnwrap()).toMatchObject({ status: "closed", usage: { used: 1 } });
  });
});
