// Handlers that never return: they may stop neither other workers nor the end of a process.
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createTimedLedger } from "../src/create-ledger.ts";
import {
  type LedgerEvent,
  type LedgerProblem,
  type PostgresTransaction,
  type ProblemListener,
  pgTransaction,
  postgres,
} from "../src/index.ts";
import type { Timer } from "../src/timer.ts";
import { databaseKinds } from "./support/databases.ts";
import { openShop, recordEffect, type Shop } from "./support/shop.ts";

const kind = (await databaseKinds()).find(({ name }) => name === "PostgreSQL");

/** A timer whose waits end when the test ends them, or when nobody waits any more. */
const heldTimer = (): Timer & { readonly waits: number[]; readonly ring: (ms?: number) => void } => {
  const waits: number[] = [];
  const bells = new Map<() => void, number>();
  return {
    waits,
    elapsedMs: () => 0,
    wait: async () => {},
    limit: (ms, signal) =>
      new Promise((resolve) => {
        waits.push(ms);
        bells.set(resolve, ms);
        signal.addEventListener("abort", () => resolve(), { once: true });
      }),
    ring: (only) => {
      for (const [ring, ms] of bells) if (only === undefined || ms === only) ring();
    },
  };
};

describe.skipIf(!kind)("on PostgreSQL, a handler that never returns", () => {
  let shop: Shop;
  let address: { readonly url: string; readonly schema: string };
  let timer: ReturnType<typeof heldTimer>;
  const pools: pg.Pool[] = [];
  const open = (): pg.Pool => {
    const pool = new pg.Pool({ connectionString: address.url, options: `-c search_path=${address.schema}`, max: 4 });
    pools.push(pool);
    return pool;
  };
  const recording = (): never => shop.database.handling((event) => recordEffect(event)) as never;
  /** A ledger as of another process, with a timer that the test holds. */
  const timed = (database: unknown, options: { readonly onProblem?: ProblemListener } = {}) =>
    createTimedLedger(
      {
        ...options,
        links: shop.links,
        clock: shop.clock,
        random: () => 0.5,
        database: database as ReturnType<typeof postgres>,
      },
      timer,
    );
  beforeEach(async () => {
    shop = await openShop(kind as NonNullable<typeof kind>);
    const { address: at } = shop.database;
    if (!at || !("url" in at)) throw new Error("expected the address of PostgreSQL");
    address = at;
    timer = heldTimer();
    for (const reference of ["INV-001", "INV-002"]) {
      await shop.link({ reference });
      await shop.receive((await shop.gateway.simulate.pay(reference)).webhook);
      shop.clock.advance(1);
    }
  });
  afterEach(async () => {
    await shop.database.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(3600)%' AND pid <> pg_backend_pid()",
    );
    await Promise.all(pools.splice(0).map((pool) => pool.end()));
    await shop.close();
  });

  test.each([
    ["for something else", async () => new Promise<never>(() => {})],
    ["for a statement", (tx: PostgresTransaction) => tx.query("SELECT pg_sleep(3600)")],
  ])("because it waits %s is cut after leaseMs, and its worker ends", async (_, hang) => {
    const pool = open();
    const ledger = timed(postgres(pool));
    const isIn = Promise.withResolvers<void>();
    let late: PostgresTransaction | undefined;
    const errors: unknown[] = [];
    const stuck = async (event: LedgerEvent, tx: PostgresTransaction): Promise<void> => {
      await tx.query("INSERT INTO effects (event_id, type, reference) VALUES ($1, $2, $3)", [
        event.id,
        event.type,
        event.reference,
      ]);
      if (event.reference !== "INV-001") return;
      late = tx;
      const hanging = hang(tx);
      isIn.resolve();
      await hanging;
    };
    const worker = ledger.process(stuck as never, {
      leaseMs: 20_000,
      concurrency: 1,
      reconcile: false,
      pollMs: 600_000,
      onError: (error) => errors.push(error),
    });
    await isIn.promise;
    const ended = worker.stop();
    expect(timer.waits).toEqual([20_000, 25_000]);
    timer.ring(20_000);
    await ended;
    expect(errors.map(String)).toEqual([
      "HandlerTimeout: the handler took longer than leaseMs: expected it to end within 20000 ms, and it had not. Its writes are undone. Give the calls that it makes a timeout below leaseMs, move slow work out of it, or raise leaseMs.",
    ]);
    await expect(late?.query("SELECT 1")).rejects.toThrow(/the transaction has ended/);
    const [event] = (await shop.ledger.events.list())._unsafeUnwrap().items;
    expect(event).toMatchObject({ reference: "INV-001", type: "paid", state: "waiting", attempt: 2 });
    expect(event?.error).toMatch(/took longer than leaseMs/);
    // The connection is closed, so that what was written through it is undone.
    expect(pool.totalCount - pool.idleCount).toBe(0);
    expect(await shop.effects()).toEqual([]);
    expect((await shop.ledger.drain(recording(), { leaseMs: 100 }))._unsafeUnwrap().handled).toBe(2);
    await ledger.end();
  });

  test("in the transaction of an adapter holds up no other worker", async () => {
    const ledger = timed(postgres(open(), { transaction: pgTransaction(open()) }));
    const [isIn, mayEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const stuck = async (event: LedgerEvent, tx: pg.PoolClient): Promise<void> => {
      if (event.reference !== "INV-001" || event.type !== "paid") return;
      await tx.query("SELECT 1");
      isIn.resolve();
      await mayEnd.promise;
    };
    const hanging = ledger.drain(stuck as never, { leaseMs: 20_000, concurrency: 1 });
    await isIn.promise;
    // Its transaction is not the ledger's to end.
    expect(timer.waits).toEqual([]);
    shop.clock.advance(60_000);
    const theirs = postgres(open(), { transaction: pgTransaction(open()) });
    const others = [shop.ledger, timed(postgres(open(), { preparedStatements: false })), timed(theirs)];
    const handled: number[] = [];
    for (const other of others) {
      // INV-001 is due again, and is handed back.
      shop.clock.advance(60_000);
      const nothing = (async () => {}) as never;
      const drained = await other.drain(nothing, { leaseMs: 100, concurrency: 1 });
      handled.push(drained._unsafeUnwrap().handled);
      await other.end();
    }
    expect(handled).toEqual([2, 0, 0]);
    const [paid] = (await ledger.events.list())._unsafeUnwrap().items;
    expect(paid).toMatchObject({ reference: "INV-001", type: "paid", state: "waiting", attempt: 1 });
    mayEnd.resolve();
    expect((await hanging)._unsafeUnwrap().handled).toBe(1);
    await ledger.end();
  });

  test("in the transaction of an adapter holds up the end of its process for a limited time, and is reported", async () => {
    const problems: LedgerProblem[] = [];
    const own = postgres(open(), { transaction: pgTransaction(open()) });
    const ledger = timed(own, { onProblem: (problem) => problems.push(problem) });
    const [isIn, mayEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const stuck = async (event: LedgerEvent): Promise<void> => {
      if (event.reference !== "INV-001" || event.type !== "paid") return;
      isIn.resolve();
      await mayEnd.promise;
    };
    const options = { concurrency: 1, reconcile: false, pollMs: 600_000, stopTimeoutMs: 7_000 };
    const worker = ledger.process(stuck as never, options);
    await isIn.promise;
    let hasStopped = false;
    const stopped = worker.stop().then(() => (hasStopped = true));
    await new Promise((resolve) => void setImmediate(resolve));
    expect([hasStopped, timer.waits]).toEqual([false, [7_000]]);
    timer.ring(7_000);
    await stopped;
    await worker.stop();
    const [paid] = (await ledger.events.list())._unsafeUnwrap().items;
    expect(problems).toEqual([
      {
        kind: "stop_timed_out",
        events: [paid?.id],
        message: expect.stringContaining("7000 ms"),
        hint: expect.stringContaining("timeout below leaseMs"),
      },
    ]);
    // What it commits later counts all the same.
    mayEnd.resolve();
    const end = Promise.withResolvers<void>();
    const looking = open();
    const look = async (): Promise<void> => {
      const { rows } = await looking.query("SELECT event_id FROM tautan_handled");
      if (rows.some(({ event_id: id }) => id === paid?.id)) end.resolve();
      else setImmediate(() => void look());
    };
    await look();
    await end.promise;
    await ledger.end();
  });

  test.each(["the ledger's", "an adapter's"])(
    "a handler in %s transaction keeps its own lock_timeout",
    async (whose) => {
      const pool = new pg.Pool({
        connectionString: address.url,
        options: `-c search_path=${address.schema} -c lock_timeout=7s`,
      });
      pools.push(pool);
      const own = whose === "an adapter's" ? { transaction: pgTransaction(pool) } : {};
      const ledger = timed(postgres(pool, own as never));
      const seen = new Set<string>();
      const look = async (_event: LedgerEvent, tx: pg.PoolClient): Promise<void> => {
        const shown: unknown = await tx.query("SELECT current_setting('lock_timeout') AS shown");
        const rows = Array.isArray(shown) ? shown : (shown as pg.QueryResult).rows;
        seen.add(rows[0].shown);
      };
      expect((await ledger.drain(look as never))._unsafeUnwrap().handled).toBe(4);
      expect([...seen]).toEqual(["7s"]);
      await ledger.end();
    },
  );
});
