import { createPaymentLinks, idr } from "@tautan/core";
import { createMemoryDriver } from "@tautan/driver-memory";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { engineOf } from "../src/database/database.ts";
import { createRetention } from "../src/erase/retention.ts";
import { databaseKinds } from "./support/databases.ts";
import { openShop, type Shop } from "./support/shop.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe.each(await databaseKinds())("retention on $name", (kind) => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop(kind);
  });
  afterEach(() => shop.close());

  const pay = async (reference: string): Promise<void> => {
    await shop.link({ reference });
    await shop.receive((await shop.gateway.simulate.pay(reference)).webhook);
  };
  const bodies = async (): Promise<number> =>
    Number((await shop.database.query("SELECT count(*) AS n FROM tautan_deliveries WHERE raw IS NOT NULL"))[0]?.["n"]);
  const count = async (table: string): Promise<number> =>
    Number((await shop.database.query(`SELECT count(*) AS n FROM tautan_${table}`))[0]?.["n"]);

  test("bodies are removed after 30 days, and their deliveries stay known", async () => {
    await shop.link({ reference: "INV-001" });
    const { webhook } = await shop.gateway.simulate.pay("INV-001");
    await shop.receive(webhook);
    await shop.drain();
    shop.clock.advance(20 * DAY_MS);
    await pay("INV-002");
    shop.clock.advance(10 * DAY_MS);
    await shop.drain();
    expect(await bodies()).toBe(2);
    shop.clock.advance(HOUR_MS);
    await shop.drain();
    expect(await bodies()).toBe(1);
    expect(await shop.receive(webhook)).toMatchObject({ state: "duplicate" });
    shop.clock.advance(30 * DAY_MS);
    await shop.drain();
    expect(await bodies()).toBe(0);
    expect(await count("deliveries")).toBe(2);
  });

  test("what a delivery reports that is due when its retention ends is removed when it is given up", async () => {
    const elsewhere = createMemoryDriver({ clock: shop.clock });
    const links = createPaymentLinks({ default: "memory", gateways: { memory: elsewhere }, clock: shop.clock });
    for (let count = 0; count < 3; count += 1) {
      (await links.create({ reference: `INV-${count}`, amount: idr(190_000) }))._unsafeUnwrap();
    }
    const ledger = shop.another({ retention: { rawDeliveriesMs: HOUR_MS } });
    for (const reference of ["INV-1", "INV-2"])
      await shop.receive((await elsewhere.simulate.pay(reference)).webhook, ledger);
    const stored = () =>
      shop.database.query("SELECT state, observations IS NULL AS is_gone FROM tautan_deliveries ORDER BY ref");
    const kept = (isGone: boolean): unknown => (shop.database.dialect === "sqlite" ? Number(isGone) : isGone);
    for (let hour = 0; hour < 3; hour += 1) {
      shop.clock.advance(HOUR_MS);
      await shop.drain(ledger);
    }
    expect(await bodies()).toBe(0);
    expect(await stored()).toMatchObject([1, 2].map(() => ({ state: "waiting", is_gone: kept(false) })));
    const [first] = (await ledger.deliveries.list())._unsafeUnwrap().items;
    (await ledger.deliveries.ignore(first?.id ?? "memory:0"))._unsafeUnwrap();
    for (let day = 0; day < 10; day += 1) {
      shop.clock.advance(DAY_MS);
      await shop.drain(ledger);
    }
    expect(await stored()).toMatchObject([1, 2].map(() => ({ state: "ignored", is_gone: kept(true) })));
    expect(await count("delivery_candidates")).toBe(0);
  });

  test("what a delivery that was given up reports of a customer is removed with its body", async () => {
    const elsewhere = createMemoryDriver({ clock: shop.clock });
    const links = createPaymentLinks({ default: "memory", gateways: { memory: elsewhere }, clock: shop.clock });
    const customer = { email: "budi@example.com" };
    const link = (await links.create({ reference: "INV-001", amount: idr(190_000), customer }))._unsafeUnwrap();
    const { webhook } = await elsewhere.simulate.pay("INV-001");
    await shop.receive(webhook);
    // As a gateway reports that sends whole links.
    const report = JSON.stringify([{ kind: "link", gateway: "memory", trust: "signed", link }]);
    await shop.database.query("UPDATE tautan_deliveries SET state = 'ignored', due_at = NULL");
    await shop.database.query(
      shop.database.dialect === "sqlite"
        ? "UPDATE tautan_deliveries SET observations = ?"
        : "UPDATE tautan_deliveries SET observations = cast(? AS jsonb)",
      report,
    );
    const stored = async (): Promise<string> =>
      JSON.stringify(await shop.database.query("SELECT observations FROM tautan_deliveries"));
    shop.clock.advance(30 * DAY_MS);
    await shop.drain();
    expect(await stored()).toContain("budi@example.com");
    shop.clock.advance(HOUR_MS);
    await shop.drain();
    expect(await stored()).not.toContain("budi");
    expect(await count("deliveries")).toBe(1);
  });

  test("by an own limit, in batches, as far as the time goes", async () => {
    await pay("INV-001");
    const numbers =
      shop.database.dialect === "sqlite"
        ? "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)"
        : "WITH n(i) AS (SELECT generate_series(1, 1200))";
    await shop.database.query(
      `${numbers} INSERT INTO tautan_deliveries (gateway_ref, digest, received_at, state, raw) SELECT gateway_ref, 'D' || i, received_at, 'applied', raw FROM tautan_deliveries, n`,
    );
    shop.clock.advance(HOUR_MS + 1);
    expect(await bodies()).toBe(1201);
    const engine = engineOf(shop.database.connect());
    const retention = createRetention({ engine, clock: shop.clock }, { rawDeliveriesMs: HOUR_MS });
    let looks = 0;
    (await retention.sweep(() => ++looks <= 2))._unsafeUnwrap();
    expect(await bodies()).toBe(201);
    // It was told to stop, so that it does not wait an hour.
    (await retention.sweep(() => true))._unsafeUnwrap();
    expect(await bodies()).toBe(0);
    await engine.end();
  });

  test("handled events are kept for good by default", async () => {
    await pay("INV-001");
    await shop.drain();
    shop.clock.advance(1_000 * DAY_MS);
    await shop.drain();
    expect(await count("events")).toBe(2);
  });

  test("handled events are removed after a limit, those that wait or are dead are not, and none is handled twice", async () => {
    const ledger = shop.another({ retention: { handledEventsMs: DAY_MS } });
    await pay("INV-001");
    expect(await shop.drain(ledger)).toEqual(["paid", "link_exhausted"]);
    await pay("INV-002");
    const broken = shop.database.handling(() => {
      throw new Error("no stock");
    });
    (await ledger.drain(broken, { maxAttempts: 1 }))._unsafeUnwrap();
    shop.clock.advance(DAY_MS + HOUR_MS);
    await shop.drain(ledger);
    const left = (await ledger.events.list())._unsafeUnwrap().items;
    expect(left.map(({ reference, type, state }) => [reference, type, state])).toEqual([
      ["INV-002", "paid", "dead"],
      ["INV-002", "link_exhausted", "waiting"],
    ]);
    expect(await count("handled")).toBe(2);
    // The same news again, in a delivery that is not known.
    await shop.database.query("DELETE FROM tautan_deliveries");
    await shop.receive((await shop.gateway.simulate.settle("INV-001")).webhook, ledger);
    expect(await shop.drain(ledger)).toEqual(["settled"]);
  });

  test("the newest event stays, so that whoever lists events behind one misses none", async () => {
    const ledger = shop.another({ retention: { handledEventsMs: DAY_MS } });
    await pay("INV-001");
    await shop.drain(ledger);
    const [first] = (await ledger.events.list({ limit: 1 }))._unsafeUnwrap().items;
    const { nextCursor: cursor } = (await ledger.events.list({ limit: 1 }))._unsafeUnwrap();
    shop.clock.advance(DAY_MS + HOUR_MS);
    await shop.drain(ledger);
    expect(await count("events")).toBe(1);
    await pay("INV-002");
    expect((await ledger.events.list({ limit: 1, cursor }))._unsafeUnwrap().items).toMatchObject([
      { reference: first?.reference, type: "link_exhausted" },
    ]);
    await shop.drain(ledger);
    shop.clock.advance(DAY_MS + HOUR_MS);
    await shop.drain(ledger);
    expect((await ledger.events.list())._unsafeUnwrap().items).toMatchObject([{ reference: "INV-002" }]);
  });

  test("a process looks once an hour", async () => {
    await pay("INV-001");
    const ledger = shop.another({ retention: { rawDeliveriesMs: 0 } });
    await shop.drain(ledger);
    expect(await bodies()).toBe(1);
    shop.clock.advance(HOUR_MS - 1);
    await shop.drain(ledger);
    expect(await bodies()).toBe(1);
    shop.clock.advance(1);
    await shop.drain(ledger);
    expect(await bodies()).toBe(0);
  });

  test.each([-1, 0.5, Number.NaN, "1"])("a limit of %s is refused", (limit) => {
    expect(() => shop.another({ retention: { rawDeliveriesMs: limit as number } })).toThrow(
      /retention.rawDeliveriesMs: expected a whole number of milliseconds/,
    );
    expect(() => shop.another({ retention: { handledEventsMs: limit as number } })).toThrow(
      /retention.handledEventsMs/,
    );
  });
});
