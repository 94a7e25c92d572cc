// A full disk: SQLite undoes the whole transaction, and a handler that goes on must not commit anything without the mark of its event.
import { DatabaseSync } from "node:sqlite";
import { createPaymentLinks, idr } from "@tautan/core";
import { createManualClock, createMemoryDriver } from "@tautan/driver-memory";
import BetterSqlite3 from "better-sqlite3";
import { sql as drizzleSql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/better-sqlite3";
import { describe, expect, test } from "vitest";
import {
  createLedger,
  type Database,
  drizzleSqliteTransaction,
  type SqliteConnection,
  type SqliteTransaction,
  sqlite,
} from "../src/index.ts";

type Write = (sql: string, value: string) => unknown;

/** A way to open a ledger, and to write in a handler. */
interface Way {
  readonly connection: SqliteConnection;
  readonly database: Database<unknown, undefined>;
  readonly writeOf: (tx: unknown) => Write;
}

const ours = (connection: SqliteConnection): Way => ({
  connection,
  database: sqlite(connection) as Database<unknown, undefined>,
  writeOf: (tx) => (sql, value) => (tx as SqliteTransaction).run(sql, value),
});

/** In a transaction of the application, by statements that it makes in the handler. */
const own = (connection: SqliteConnection): Way => ({
  connection,
  database: sqlite<SqliteConnection>(connection, {
    transaction: (work) => {
      connection.exec("BEGIN IMMEDIATE");
      try {
        work(connection, (sql, values) => connection.prepare(sql).run(...values));
        connection.exec("COMMIT");
      } catch (thrown) {
        connection.exec("ROLLBACK");
        throw thrown;
      }
    },
  }) as Database<unknown, undefined>,
  writeOf: () => (sql, value) => connection.prepare(sql).run(value),
});

/** The same, by statements that were prepared before. */
const prepared = (connection: SqliteConnection): Way => {
  connection.exec("CREATE TABLE notes (text TEXT)");
  const statement = connection.prepare("INSERT INTO notes VALUES (?)");
  return { ...own(connection), writeOf: () => (_, value) => statement.run(value) };
};

const onDrizzle = (): Way => {
  const connection = new BetterSqlite3(":memory:");
  const db = drizzle(connection);
  return {
    connection,
    database: sqlite(connection, {
      transaction: drizzleSqliteTransaction(db, drizzleSql),
    }) as unknown as Database<unknown, undefined>,
    writeOf: (tx) => (_, value) => (tx as typeof db).run(drizzleSql`INSERT INTO notes VALUES (${value})`),
  };
};

const WAYS: readonly (readonly [string, () => Way])[] = [
  ["node:sqlite, the ledger's transaction", () => ours(new DatabaseSync(":memory:"))],
  ["better-sqlite3, the ledger's transaction", () => ours(new BetterSqlite3(":memory:"))],
  ["node:sqlite, the application's transaction", () => own(new DatabaseSync(":memory:"))],
  ["better-sqlite3, the application's transaction", () => own(new BetterSqlite3(":memory:"))],
  ["node:sqlite, statements from before", () => prepared(new DatabaseSync(":memory:"))],
  ["better-sqlite3, statements from before", () => prepared(new BetterSqlite3(":memory:"))],
  ["Drizzle on better-sqlite3", onDrizzle],
];

describe.each(WAYS)("a disk that is full in the middle of a handler: %s", (_, open) => {
  test("keeps nothing of the handler, also if it catches the error and goes on", async () => {
    const { connection, database, writeOf } = open();
    const clock = createManualClock("2026-01-01T00:00:00Z");
    const gateway = createMemoryDriver({ clock });
    const links = createPaymentLinks({ default: "memory", gateways: { memory: gateway }, clock });
    const ledger = createLedger({ links, database, clock });
    connection.exec("CREATE TABLE IF NOT EXISTS notes (text TEXT)");
    (await ledger.create({ reference: "INV-001", amount: idr(190_000) }))._unsafeUnwrap();
    const all = (text: string): number => connection.prepare(text).all().length;
    const pages = (connection.prepare("PRAGMA page_count").all()[0] as { readonly page_count: number }).page_count;
    connection.exec(`PRAGMA max_page_count = ${pages + 4}`);
    const caught: string[] = [];
    const attempt = (write: () => unknown): void => {
      try {
        write();
      } catch (thrown) {
        caught.push(thrown instanceof Error ? thrown.name : String(thrown));
      }
    };
    const insert = "INSERT INTO notes VALUES (?)";
    const handler = (_event: unknown, tx: unknown): undefined => {
      const write = writeOf(tx);
      write(insert, "before");
      attempt(() => write(insert, "x".repeat(1_000_000)));
      attempt(() => write(insert, "after"));
    };
    const failed = (await ledger.drain(handler as never))._unsafeUnwrapErr();
    expect(failed).toMatchObject({ kind: "database_full", hint: expect.stringContaining("Free space") });
    expect(caught).toHaveLength(2);
    expect([all("SELECT * FROM notes"), all("SELECT * FROM tautan_handled")]).toEqual([0, 0]);
    connection.exec("PRAGMA max_page_count = 1000000");
    // It was not an attempt of the handler, and nobody watches any more.
    expect((await ledger.events.list())._unsafeUnwrap().items).toMatchObject([{ state: "waiting", attempt: 1 }]);
    connection.exec("INSERT INTO notes VALUES ('by the application')");
    clock.advance(120_000);
    expect((await ledger.drain(handler as never))._unsafeUnwrap()).toMatchObject({ handled: 1 });
    expect([all("SELECT * FROM notes"), all("SELECT * FROM tautan_handled")]).toEqual([4, 1]);
    connection.close?.();
  });
});
