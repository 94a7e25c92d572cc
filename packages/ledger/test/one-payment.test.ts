// Gateways repeat themselves: a payment that is reported twice at once, or under several ids, is one payment.
import { createPaymentLinks, err, idr, ok, type PaymentLink, type PaymentLinks } from "@tautan/core";
import { type DriverHistory, type DriverObservation, driverError } from "@tautan/core/driver";
import { createManualClock, createMemoryDriver, type ManualClock, type MemoryDriver } from "@tautan/driver-memory";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createLedger, type Ledger } from "../src/index.ts";
import { databaseKinds, type TestDatabase } from "./support/databases.ts";

type Handlers = MemoryDriver["handlers"];

const withoutLink = (each: DriverHistory): DriverHistory => ({
  ...each,
  record: { ...each.record, linkProviderIds: [], linkReferences: [] },
});

describe.each(await databaseKinds())("one payment on $name", (kind) => {
  let database: TestDatabase;
  let clock: ManualClock;
  let gateway: MemoryDriver;
  let ledger: Ledger<unknown, undefined>;
  let links: PaymentLinks;
  const wrapped: Partial<Handlers> = {};

  beforeEach(async () => {
    for (const name of Object.keys(wrapped)) delete (wrapped as Record<string, unknown>)[name];
    database = await kind.open();
    clock = createManualClock("2026-01-01T00:00:00Z");
    gateway = createMemoryDriver({ clock });
    const handlers = new Proxy(gateway.handlers, {
      get: (target, name) => Reflect.get(wrapped, name) ?? Reflect.get(target, name),
    });
    links = createPaymentLinks({ default: "memory", gateways: { memory: { ...gateway, handlers } }, clock });
    ledger = createLedger({ links, clock, random: () => 0.5, database: database.connect() });
  });
  afterEach(async () => {
    await ledger.end();
    await database.end();
  });

  const create = async (): Promise<PaymentLink> =>
    (await ledger.create({ reference: "INV-001", amount: idr(190_000) }))._unsafeUnwrap();
  const drain = async (): Promise<readonly string[]> => {
    const types: string[] = [];
    const handler = database.handling((event) => {
      types.push(event.type);
      return [];
    });
    (await ledger.drain(handler))._unsafeUnwrap();
    return types;
  };

  test("that two pages of the gateway hold counts once", async () => {
    const link = await create();
    await gateway.simulate.pay("INV-001");
    // A payment that comes between two pages moves the others back by one.
    const { listHistories } = gateway.handlers;
    wrapped.listHistories = async (id, page, context) => {
      const all = (await listHistories(id, { limit: 100 }, context))._unsafeUnwrap();
      return ok(page.cursor === undefined ? { items: all.items, nextCursor: "second" } : { items: all.items });
    };
    const { histories } = (await ledger.confirm(link.id))._unsafeUnwrap();
    expect(histories.map(({ mark }) => mark)).toEqual([undefined]);
    expect(await drain()).toEqual(["link_made", "paid", "link_exhausted"]);
  });

  test("that is stored with one link and listed with another, without its link, counts for its own alone", async () => {
    const own = await create();
    const other = (await ledger.create({ reference: "INV-002", amount: idr(190_000) }))._unsafeUnwrap();
    const first = await gateway.simulate.pay("INV-001");
    (await ledger.ingest("memory", first.webhook))._unsafeUnwrap();
    await gateway.simulate.pay("INV-002");
    const { listHistories } = gateway.handlers;
    for (const order of ["listed first", "listed last"]) {
      wrapped.listHistories = async (_, page, context) => {
        const of = async (id: string) => (await listHistories(id, page, context))._unsafeUnwrap().items;
        const items = [...(await of(own.providerId)), ...(await of(other.providerId))].map(withoutLink);
        return ok({ items: order === "listed first" ? items : items.toReversed() });
      };
      const now = (await ledger.confirm(other.id))._unsafeUnwrap();
      expect(now.link.usage.used).toBe(1);
      expect(now.histories.map(({ history, mark }) => [history.providerId === first.payment, mark])).toEqual([
        [false, undefined],
      ]);
    }
    // Its own news come to its own link.
    await gateway.simulate.settle("INV-001", { payment: first.payment });
    (await ledger.confirm(other.id))._unsafeUnwrap();
    const { histories } = (await ledger.confirm(own.id))._unsafeUnwrap();
    expect(histories.map(({ history, mark }) => [history.providerId, history.status, mark])).toEqual([
      [first.payment, "settled", undefined],
    ]);
    const types = await drain();
    expect(types.toSorted()).toEqual(
      ["link_made", "link_made", "paid", "paid", "link_exhausted", "link_exhausted", "settled"].toSorted(),
    );
  });

  test("of another link does not keep the news of a link from being stored", async () => {
    const own = await create();
    const other = (await ledger.create({ reference: "INV-002", amount: idr(190_000) }))._unsafeUnwrap();
    const { webhook } = await gateway.simulate.pay("INV-001");
    (await ledger.ingest("memory", webhook))._unsafeUnwrap();
    (await links.close(other.id))._unsafeUnwrap();
    const { listHistories } = gateway.handlers;
    wrapped.listHistories = async (_, page, context) =>
      (await listHistories(own.providerId, page, context)).map(({ items }) => ({ items: items.map(withoutLink) }));
    const now = (await ledger.confirm(other.id))._unsafeUnwrap();
    expect([now.link.status, now.histories]).toEqual(["closed", []]);
  });

  test("that a driver reports in a form that cannot be stored is kept and shown, and stops nothing else", async () => {
    const link = (
      await ledger.create({ reference: "INV-001", amount: idr(190_000), usage: { limit: 2 } })
    )._unsafeUnwrap();
    const wrong = await gateway.simulate.pay("INV-001");
    const right = await gateway.simulate.pay("INV-001");
    const reformed = (each: DriverHistory): DriverHistory =>
      each.record.providerId === wrong.payment
        ? {
            ...each,
            record: { ...each.record, amounts: [{ value: { amount: "190.000", currency: "IDR" }, trust: "read" }] },
          }
        : each;
    wrapped.parseWebhook = async (delivery, context) =>
      (await gateway.handlers.parseWebhook(delivery, context)).map((all) =>
        all.map((each: DriverObservation) => (each.kind === "history" ? { ...each, ...reformed(each) } : each)),
      );
    const { listHistories } = gateway.handlers;
    wrapped.listHistories = async (id, page, context) =>
      (await listHistories(id, page, context)).map(({ items }) => ({ items: items.map(reformed) }));
    expect((await ledger.ingest("memory", wrong.webhook))._unsafeUnwrap().state).toBe("stored");
    clock.advance(60 * 60_000);
    const now = await ledger.confirm(link.id);
    expect(now._unsafeUnwrapErr()).toMatchObject({
      kind: "database_corrupt",
      message: expect.stringContaining("amounts[0].value") as string,
    });
    expect(await drain()).toEqual(["link_made", "paid"]);
    const [shown] = (await ledger.deliveries.list())._unsafeUnwrap().items;
    expect(shown).toMatchObject({ state: "dead", problem: "unreadable" });
    // A driver that is repaired reports it rightly, also by the same webhook again.
    for (const name of Object.keys(wrapped)) delete (wrapped as Record<string, unknown>)[name];
    expect((await ledger.ingest("memory", wrong.webhook))._unsafeUnwrap().state).toBe("applied");
    expect(await drain()).toEqual(["paid", "link_exhausted"]);
    const { histories } = (await ledger.confirm(link.id))._unsafeUnwrap();
    expect(histories.map(({ history, mark }) => [history.providerId, mark])).toEqual([
      [right.payment, undefined],
      [wrong.payment, undefined],
    ]);
  });

  test("that another source reports under another id, with its own as a further one, counts once", async () => {
    const link = await create();
    const { payment, webhook } = await gateway.simulate.pay("INV-001");
    (await ledger.ingest("memory", webhook))._unsafeUnwrap();
    const { listHistories } = gateway.handlers;
    wrapped.listHistories = async (id, page, context) =>
      (await listHistories(id, page, context)).map(({ items }) => ({
        items: items.map((each) => ({
          ...each,
          record: { ...each.record, providerId: "TRX-9", otherIds: [payment] },
        })),
      }));
    const { histories } = (await ledger.confirm(link.id))._unsafeUnwrap();
    expect(histories.map(({ history, mark }) => [history.providerId, mark])).toEqual([[payment, undefined]]);
    expect(await drain()).toEqual(["link_made", "paid", "link_exhausted"]);
    // From then on, the other id alone is enough.
    wrapped.parseWebhook = async (delivery, context) =>
      (await gateway.handlers.parseWebhook(delivery, context)).map((all) =>
        all.map((each: DriverObservation) =>
          each.kind === "history" ? { ...each, record: { ...each.record, providerId: "TRX-9" } } : each,
        ),
      );
    (await ledger.ingest("memory", (await gateway.simulate.settle("INV-001", { payment })).webhook))._unsafeUnwrap();
    expect(await drain()).toEqual(["settled"]);
  });

  test("that two sources report with a third id in common counts once", async () => {
    const link = await create();
    const { webhook } = await gateway.simulate.pay("INV-001");
    const withId = (providerId: string | undefined) => (each: DriverObservation) =>
      each.kind === "history"
        ? { ...each, record: { ...each.record, ...(providerId && { providerId }), otherIds: ["RRN-1"] } }
        : each;
    wrapped.parseWebhook = async (delivery, context) =>
      (await gateway.handlers.parseWebhook(delivery, context)).map((all) => all.map(withId(undefined)));
    (await ledger.ingest("memory", webhook))._unsafeUnwrap();
    const { listHistories } = gateway.handlers;
    wrapped.listHistories = async (id, page, context) =>
      (await listHistories(id, page, context)).map(({ items }) => ({
        items: items.map((each) => ({ ...each, record: { ...each.record, providerId: "TRX-9", otherIds: ["RRN-1"] } })),
      }));
    (await ledger.confirm(link.id))._unsafeUnwrap();
    expect(await drain()).toEqual(["link_made", "paid", "link_exhausted"]);
  });

  test("whose delivery died is worked on when the gateway sends it again", async () => {
    await create();
    wrapped.parseWebhook = async (delivery, context) =>
      (await gateway.handlers.parseWebhook(delivery, context)).map((all) =>
        all.map((each: DriverObservation) => (each.kind === "history" ? { ...each, trust: "partly_signed" } : each)),
      );
    wrapped.confirm = async () => err(driverError("unauthenticated", { message: "HTTP 401", outcome: "not_sent" }));
    const { webhook } = await gateway.simulate.pay("INV-001");
    (await ledger.ingest("memory", webhook))._unsafeUnwrap();
    for (let attempt = 1; attempt < 12; attempt += 1) {
      clock.advance(3 ** attempt * 1_000);
      await drain();
    }
    expect(await database.query("SELECT state FROM tautan_deliveries")).toEqual([{ state: "dead" }]);
    // The merchant has put the key right, and had the provider send it again.
    delete wrapped.confirm;
    expect((await ledger.ingest("memory", webhook))._unsafeUnwrap().state).toBe("applied");
    expect(await drain()).toEqual(["paid", "link_exhausted"]);
  });

  test("of a link that was adopted after its delivery was given up is not lost when it is sent again", async () => {
    (await links.create({ reference: "INV-002", amount: idr(190_000) }))._unsafeUnwrap();
    wrapped.get = async () => err(driverError("not_found", { message: "HTTP 404", outcome: "refused" }));
    wrapped.find = async () => err(driverError("not_found", { message: "HTTP 404", outcome: "refused" }));
    const { webhook } = await gateway.simulate.pay("INV-002");
    (await ledger.ingest("memory", webhook))._unsafeUnwrap();
    for (let day = 0; day < 30; day += 1) {
      clock.advance(6 * 3_600_000);
      await drain();
    }
    expect(await database.query("SELECT state FROM tautan_deliveries")).toEqual([{ state: "ignored" }]);
    delete wrapped.get;
    delete wrapped.find;
    (await ledger.adopt())._unsafeUnwrap();
    expect((await ledger.ingest("memory", webhook))._unsafeUnwrap().state).toBe("applied");
    expect(await drain()).toEqual(["paid", "link_exhausted"]);
  });

  test("adopt leaves out a known link that the gateway lists under another reference", async () => {
    const link = await create();
    const { list } = gateway.handlers;
    wrapped.list = async (page, context) =>
      (await list(page, context)).map((all) => ({ items: all.items.map((each) => ({ ...each, reference: "other" })) }));
    expect((await ledger.adopt())._unsafeUnwrap()).toEqual({ adopted: [] });
    expect((await ledger.get(link.id))._unsafeUnwrap().reference).toBe("INV-001");
  });
});
