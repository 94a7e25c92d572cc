// What only SQLite has: connections that are shared with the application, and transactions that cannot wait.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createPaymentLinks, idr, type PaymentLinks } from "@tautan/core";
import { createManualClock, createMemoryDriver, type ManualClock, type MemoryDriver } from "@tautan/driver-memory";
import BetterSqlite3 from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createLedger, type Ledger, type SqliteConnection, type SqliteTransaction, sqlite } from "../src/index.ts";

const CONNECTIONS: readonly (readonly [string, () => SqliteConnection])[] = [
  ["node:sqlite", () => new DatabaseSync(":memory:")],
  ["better-sqlite3", () => new BetterSqlite3(":memory:")],
];

describe.each(CONNECTIONS)("a connection of %s that the application has open", (_, connect) => {
  let connection: SqliteConnection;
  let gateway: MemoryDriver;
  let links: PaymentLinks;
  let ledger: Ledger<SqliteTransaction, undefined>;
  let clock: ManualClock;
  const all = (text: string): unknown[] =>
    connection
      .prepare(text)
      .all()
      .map((row) => ({ ...(row as object) }));

  beforeEach(async () => {
    connection = connect();
    clock = createManualClock("2026-01-01T00:00:00Z");
    gateway = createMemoryDriver({ clock });
    links = createPaymentLinks({ default: "memory", gateways: { memory: gateway }, clock });
    ledger = createLedger({ links, database: sqlite(connection), clock });
    connection.exec("CREATE TABLE orders (reference TEXT PRIMARY KEY, paid_at TEXT)");
    connection.exec("INSERT INTO orders (reference) VALUES ('INV-001')");
    (await links.create({ reference: "INV-001", amount: idr(190_000) }))._unsafeUnwrap();
    await ledger.ingest("memory", (await gateway.simulate.pay("INV-001")).webhook);
    clock.advance(60_000);
  });
  afterEach(() => void connection.close?.());

  test("the ledger leaves it open, and its settings as they are", async () => {
    const before = all("PRAGMA journal_mode");
    await ledger.end();
    expect(all("PRAGMA journal_mode")).toEqual(before);
  });

  test("a handler writes to the application's tables", async () => {
    const drained = await ledger.drain((event, tx) => {
      if (event.type === "paid") tx.run("UPDATE orders SET paid_at = ? WHERE reference = ?", event.at, event.reference);
    });
    expect(drained._unsafeUnwrap()).toEqual({ handled: 2, more: false });
    expect(all("SELECT * FROM orders")).toEqual([{ reference: "INV-001", paid_at: "2026-01-01T00:00:00.000Z" }]);
  });

  test("a handler that returns a promise all the same is undone, with an error that tells why", async () => {
    const errors: unknown[] = [];
    const asynchronous = (async (event: { readonly reference: string }, tx: SqliteTransaction) => {
      tx.run("UPDATE orders SET paid_at = 'now' WHERE reference = ?", event.reference);
    }) as unknown as Parameters<typeof ledger.drain>[0];
    (await ledger.drain(asynchronous, { onError: (error) => void errors.push(error) }))._unsafeUnwrap();
    expect(errors).toEqual([
      expect.objectContaining({ name: "TypeError", message: expect.stringContaining("promise") }),
    ]);
    expect(all("SELECT paid_at FROM orders")).toEqual([{ paid_at: null }]);
  });

  test("the ledger waits for an open transaction of the application, and is not undone with it", async () => {
    const { webhook } = await gateway.simulate.settle("INV-001");
    connection.exec("BEGIN");
    connection.exec("UPDATE orders SET paid_at = 'never'");
    const ingested = ledger.ingest("memory", webhook);
    // The ledger has begun to wait before the application goes on.
    await new Promise((resolve) => void setImmediate(resolve));
    connection.exec("ROLLBACK");
    expect((await ingested)._unsafeUnwrap().acknowledgement.status).toBe(200);
    expect(all("SELECT count(*) AS n FROM tautan_deliveries")).toEqual([{ n: 2 }]);
    expect(all("SELECT paid_at FROM orders")).toEqual([{ paid_at: null }]);
  });
});

test("a file that the ledger opens is in WAL mode, and every commit reaches the disk", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tautan-ledger-"));
  const file = join(folder, "shop.db");
  const links = createPaymentLinks({ default: "memory", gateways: { memory: createMemoryDriver() } });
  const ledger = createLedger({ links, database: sqlite(file) });
  (await ledger.migrate())._unsafeUnwrap();
  const own = new DatabaseSync(file);
  expect({ ...own.prepare("PRAGMA journal_mode").get() }).toEqual({ journal_mode: "wal" });
  own.close();
  await ledger.end();
  rmSync(folder, { recursive: true });
});

test("a duplicate waits neither for another connection that writes nor for a delivery that does", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tautan-ledger-"));
  const file = join(folder, "shop.db");
  const gateway = createMemoryDriver();
  const links = createPaymentLinks({ default: "memory", gateways: { memory: gateway } });
  const ledger = createLedger({ links, database: sqlite(file) });
  (await ledger.create({ reference: "INV-001", amount: idr(190_000), usage: { limit: 2 } }))._unsafeUnwrap();
  const [first, second] = [await gateway.simulate.pay("INV-001"), await gateway.simulate.pay("INV-001")];
  (await ledger.ingest("memory", first.webhook))._unsafeUnwrap();
  const other = new DatabaseSync(file);
  other.exec("BEGIN IMMEDIATE");
  const waiting = ledger.ingest("memory", second.webhook);
  expect((await ledger.ingest("memory", first.webhook))._unsafeUnwrap().state).toBe("duplicate");
  other.exec("COMMIT");
  expect((await waiting)._unsafeUnwrap().state).toBe("applied");
  other.close();
  await ledger.end();
  rmSync(folder, { recursive: true });
});

test("what is no connection is refused", () => {
  expect(() => sqlite({} as SqliteConnection)).toThrow(TypeError);
  expect(() => sqlite(undefined as unknown as string)).toThrow(TypeError);
  const links = createPaymentLinks({ default: "memory", gateways: { memory: createMemoryDriver() } });
  expect(() => createLedger({ links, database: { dialect: "sqlite" } })).toThrow(/sqlite\(…\) or postgres\(…\)/);
});
