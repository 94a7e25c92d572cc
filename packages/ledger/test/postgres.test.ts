// What only PostgreSQL has: schemas, poolers, lost races, and workers that wait for each other.
import { createPaymentLinks, idr } from "@tautan/core";
import { createManualClock, createMemoryDriver } from "@tautan/driver-memory";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createLedger, type LedgerEvent, type PostgresTransaction, postgres } from "../src/index.ts";
import { databaseKinds, postgresAnswer } from "./support/databases.ts";
import { openShop, type Shop } from "./support/shop.ts";

const answer = await postgresAnswer();
const url = "url" in answer ? answer.url : "";
const kind = (await databaseKinds()).find(({ name }) => name === "PostgreSQL");

describe.skipIf(!kind)("a ledger on PostgreSQL", () => {
  const schema = `options_${process.pid}`;
  afterEach(async () => {
    const own = new pg.Client({ connectionString: url });
    await own.connect();
    await own.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    await own.end();
  });

  test.each([{ preparedStatements: true }, { preparedStatements: false }])(
    "makes its schema, keeps all tables in it, and works with %o",
    async (options) => {
      const clock = createManualClock("2026-01-01T00:00:00Z");
      const gateway = createMemoryDriver({ clock });
      const links = createPaymentLinks({ default: "memory", gateways: { memory: gateway }, clock });
      const ledger = createLedger({ links, clock, database: postgres(url, { schema, ...options }) });
      (await links.create({ reference: "INV-001", amount: idr(190_000) }))._unsafeUnwrap();
      const { payment, webhook } = await gateway.simulate.pay("INV-001");
      (await ledger.ingest("memory", webhook))._unsafeUnwrap();
      clock.advance(60_000);
      const types: string[] = [];
      const handler = async (event: LedgerEvent, tx: PostgresTransaction): Promise<void> => {
        types.push(event.type);
        expect(await tx.query("SELECT $1::text AS id", [event.id])).toEqual([{ id: event.id }]);
      };
      (await ledger.drain(handler))._unsafeUnwrap();
      (await ledger.ingest("memory", (await gateway.simulate.settle("INV-001", { payment })).webhook))._unsafeUnwrap();
      (await ledger.drain(handler))._unsafeUnwrap();
      expect(types).toEqual(["paid", "link_exhausted", "settled"]);
      const own = new pg.Client({ connectionString: url });
      await own.connect();
      const named = await own.query(
        "SELECT count(*)::int AS n FROM information_schema.tables WHERE table_schema = $1 AND table_name LIKE 'tautan_%'",
        [schema],
      );
      await own.end();
      expect(named.rows).toEqual([{ n: 11 }]);
      await ledger.end();
    },
  );

  test.each(["serializable", "repeatable read"])(
    "whose default isolation is %s is made and used by two processes at once",
    async (isolation) => {
      const clock = createManualClock("2026-01-01T00:00:00Z");
      const gateway = createMemoryDriver({ clock });
      const links = createPaymentLinks({ default: "memory", gateways: { memory: gateway }, clock });
      const options = `-c default_transaction_isolation=${isolation.replace(" ", "\\ ")}`;
      const pools = [0, 1].map(() => new pg.Pool({ connectionString: url, options, max: 4 }));
      const ledgers = pools.map((pool) => createLedger({ links, clock, database: postgres(pool, { schema }) }));
      const created = await Promise.all(
        ledgers.map((each) => each.create({ reference: "INV-001", amount: idr(190_000), usage: { limit: 12 } })),
      );
      expect(new Set(created.map((each) => each._unsafeUnwrap().id)).size).toBe(1);
      const webhooks = [];
      for (let count = 0; count < 12; count += 1) webhooks.push((await gateway.simulate.pay("INV-001")).webhook);
      const ingested = await Promise.all(
        webhooks.flatMap((webhook) => ledgers.map((each) => each.ingest("memory", webhook))),
      );
      const states = ingested.map((each) => each._unsafeUnwrap().state);
      expect(states.toSorted()).toEqual([...webhooks.map(() => "applied"), ...webhooks.map(() => "duplicate")]);
      const types: string[] = [];
      for (const each of ledgers) {
        const levels = async (event: LedgerEvent, tx: PostgresTransaction): Promise<void> => {
          types.push(event.type);
          // The handler's own statements have the application's isolation.
          expect(await tx.query("SHOW transaction_isolation")).toEqual([{ transaction_isolation: isolation }]);
        };
        (await each.drain(levels))._unsafeUnwrap();
      }
      expect(types).toEqual(["link_made", ...webhooks.map(() => "paid"), "link_exhausted"]);
      await Promise.all(ledgers.map((each) => each.end()));
      await Promise.all(pools.map((pool) => pool.end()));
    },
  );

  test("a schema of another form, and more workers than connections, are refused", () => {
    expect(() => postgres(url, { schema: 'x"; DROP TABLE orders; --' })).toThrow(TypeError);
    const links = createPaymentLinks({ default: "memory", gateways: { memory: createMemoryDriver() } });
    const ledger = createLedger({ links, database: postgres(new pg.Pool({ connectionString: url, max: 2 })) });
    expect(() => ledger.process(async () => {}, { concurrency: 3 })).toThrow(/2 connections/);
  });
});

describe.skipIf(!kind)("two workers on PostgreSQL", () => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop(kind as NonNullable<typeof kind>);
  });
  afterEach(() => shop.close());

  test("one whose lease has ended while its handler ran, and the next, commit one effect and keep the order", async () => {
    await shop.link({ reference: "INV-001" });
    const { payment, webhook } = await shop.gateway.simulate.pay("INV-001");
    await shop.receive(webhook);
    await shop.receive((await shop.gateway.simulate.settle("INV-001", { payment })).webhook);
    const [isIn, mayEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const order: string[] = [];
    const write =
      (name: string, isSlow: boolean) =>
      async (event: LedgerEvent, tx: PostgresTransaction): Promise<void> => {
        await tx.query("INSERT INTO effects (event_id, type, reference) VALUES ($1, $2, $3)", [
          event.id,
          event.type,
          name,
        ]);
        order.push(`${name} ${event.type}`);
        if (!isSlow || event.type !== "paid") return;
        isIn.resolve();
        await mayEnd.promise;
      };
    const other = shop.another();
    const slow = shop.ledger.drain(write("slow", true) as never, { concurrency: 1 });
    await isIn.promise;
    shop.clock.advance(90_000);
    // It takes the lane, and waits for the row of the fence that the other has not committed.
    const next = other.drain(write("next", false) as never, { concurrency: 1 });
    await waitingOn(shop);
    mayEnd.resolve();
    (await slow)._unsafeUnwrap();
    (await next)._unsafeUnwrap();
    const effects = await shop.database.query("SELECT type, reference FROM effects");
    expect(effects).toHaveLength(3);
    expect(effects).toContainEqual({ type: "paid", reference: "slow" });
    expect(order.map((each) => each.split(" ")[1])).toEqual(["paid", "link_exhausted", "settled"]);
  });
});

/** Waits until a statement of the test waits for a lock of another. */
const waitingOn = async (shop: Shop): Promise<void> => {
  for (;;) {
    const rows = await shop.database.query(
      "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%tautan_handled%'",
    );
    if (rows.length > 0) return;
  }
};
