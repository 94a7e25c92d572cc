import { DatabaseSync } from "node:sqlite";
import { createPaymentLinks } from "@tautan/core";
import { createMemoryDriver } from "@tautan/driver-memory";
import BetterSqlite3 from "better-sqlite3";
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/better-sqlite3";
import { Kysely, PostgresDialect, type Transaction } from "kysely";
import pg from "pg";
import { expectTypeOf, test } from "vitest";
import {
  createLedger,
  drizzleSqliteTransaction,
  kyselyTransaction,
  type LedgerEvent,
  type PgClient,
  type PostgresTransaction,
  pgTransaction,
  postgres,
  prismaTransaction,
  type SqliteTransaction,
  sqlite,
} from "../src/index.ts";

const links = createPaymentLinks({ default: "memory", gateways: { memory: createMemoryDriver() } });
declare const isNeverRun: boolean;

test("a handler on SQLite writes at once; one that awaits does not compile", () => {
  if (!isNeverRun) return;
  const ledger = createLedger({ links, database: sqlite("shop.db") });
  void ledger.drain((event, tx) => {
    expectTypeOf(event).toEqualTypeOf<LedgerEvent>();
    expectTypeOf(tx).toEqualTypeOf<SqliteTransaction>();
    tx.run("UPDATE orders SET paid_at = ? WHERE reference = ?", event.at, event.reference);
  });
  // @ts-expect-error its transaction would be over before the promise is
  void ledger.drain(async (event, tx) => {
    tx.run("UPDATE orders SET paid_at = ? WHERE reference = ?", event.at, event.reference);
  });
  // @ts-expect-error
  ledger.process(async () => {});
});

test("connections of both SQLite libraries are accepted, others are not", () => {
  if (!isNeverRun) return;
  createLedger({ links, database: sqlite(new DatabaseSync(":memory:")) });
  createLedger({ links, database: sqlite(new BetterSqlite3(":memory:")) });
  // @ts-expect-error
  sqlite({ query: () => {} });
});

test("a handler on PostgreSQL waits for its writes", () => {
  if (!isNeverRun) return;
  const ledger = createLedger({ links, database: postgres(new pg.Pool()) });
  void ledger.drain(async (event, tx) => {
    expectTypeOf(tx).toEqualTypeOf<PostgresTransaction>();
    await tx.query("UPDATE orders SET paid = true WHERE reference = $1", [event.reference]);
  });
  // @ts-expect-error nobody would wait for what it does
  void ledger.drain((event, tx) => {
    void tx.query("UPDATE orders SET paid = true WHERE reference = $1", [event.reference]);
  });
});

test("in the application's own transaction, a handler is given that transaction", () => {
  if (!isNeverRun) return;
  const pool = new pg.Pool();
  const withPg = createLedger({ links, database: postgres(pool, { transaction: pgTransaction(pool) }) });
  withPg.process(async (_, tx) => {
    expectTypeOf(tx).toEqualTypeOf<PgClient>();
  });

  interface Tables {
    orders: { reference: string };
  }
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const withKysely = createLedger({ links, database: postgres(pool, { transaction: kyselyTransaction(db) }) });
  withKysely.process(async (_, tx) => {
    expectTypeOf(tx).toEqualTypeOf<Transaction<Tables>>();
  });

  interface PrismaTx {
    readonly order: { update(change: { where: { reference: string }; data: { paidAt: string } }): Promise<unknown> };
    $executeRawUnsafe(text: string, ...values: unknown[]): Promise<number>;
  }
  const prisma = {} as { $transaction<R>(work: (tx: PrismaTx) => Promise<R>): Promise<R> };
  const withPrisma = createLedger({ links, database: postgres(pool, { transaction: prismaTransaction(prisma) }) });
  withPrisma.process(async (event, tx) => {
    await tx.order.update({ where: { reference: event.reference }, data: { paidAt: event.at } });
  });

  const connection = new BetterSqlite3(":memory:");
  const onSqlite = drizzle(connection);
  const withDrizzle = createLedger({
    links,
    database: sqlite(connection, { transaction: drizzleSqliteTransaction(onSqlite, sql) }),
  });
  withDrizzle.process((event, tx) => {
    tx.run(sql`UPDATE orders SET paid_at = ${event.at} WHERE reference = ${event.reference}`);
  });
  // @ts-expect-error
  withDrizzle.process(async () => {});
});

test("of any other library, it is told how one statement is run", () => {
  if (!isNeverRun) return;
  interface OrmTx {
    raw(text: string, values: readonly unknown[]): Promise<void>;
    save(order: object): Promise<void>;
  }
  const orm = {} as { begin<R>(work: (tx: OrmTx) => Promise<R>): Promise<R> };
  const ledger = createLedger({
    links,
    database: postgres<OrmTx>("postgres://localhost/shop", {
      transaction: (work) => orm.begin((tx) => work(tx, (text, values) => tx.raw(text, values))),
    }),
  });
  ledger.process(async (event, tx) => tx.save({ paid: event.reference }));
});
