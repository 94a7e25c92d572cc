import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createPaymentLinks } from "@tautan/core";
import { createMemoryDriver } from "@tautan/driver-memory";
import BetterSqlite3 from "better-sqlite3";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { storableJson } from "../src/apply/storable.ts";
import { createCompiler } from "../src/database/statement.ts";
import {
  createLedger,
  type Database,
  type LedgerEvent,
  type PostgresTransaction,
  pgTransaction,
  postgres,
  type SqliteTransaction,
  sqlite,
} from "../src/index.ts";
import { lockLink } from "../src/statements/read.ts";
import { databaseKinds, postgresAnswer } from "./support/databases.ts";
import { openShop, recordEffect, type Shop } from "./support/shop.ts";

const turns = async (count = 20): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => void setImmediate(resolve));
};

const kinds = await databaseKinds();

describe.each(kinds)("mistakes of an application on $name", (kind) => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop(kind);
  });
  afterEach(() => shop.close());

  const paid = async (reference: string): Promise<void> => {
    await shop.link({ reference });
    await shop.receive((await shop.gateway.simulate.pay(reference)).webhook);
  };
  const write = (tx: unknown, event: LedgerEvent): unknown =>
    kind.name === "PostgreSQL"
      ? (tx as PostgresTransaction).query("INSERT INTO effects VALUES ($1, $2, $3)", [
          event.id,
          event.type,
          event.reference,
        ])
      : (tx as SqliteTransaction).run("INSERT INTO effects VALUES (?, ?, ?)", event.id, event.type, event.reference);

  test("a write after the transaction has ended is refused, and has no effect", async () => {
    await paid("INV-001");
    const later: unknown[] = [];
    let open = (): void => {};
    const ended = new Promise<void>((resolve) => (open = resolve));
    const handler = ((event: LedgerEvent, tx: unknown) => {
      void ended.then(() => write(tx, event)).catch((thrown: unknown) => later.push(thrown));
      return kind.name === "PostgreSQL" ? Promise.resolve() : undefined;
    }) as never;
    (await shop.ledger.drain(handler))._unsafeUnwrap();
    open();
    await turns();
    expect(await shop.effects()).toEqual([]);
    expect(later).toHaveLength(2);
    expect(String(later[0])).toContain("transaction has ended");
  });

  test("a handler that throws what cannot be read stops neither the worker nor other links", async () => {
    await paid("INV-001");
    await paid("INV-002");
    const strange = [
      undefined,
      Object.assign(new Error(), { message: Symbol("none") }),
      Object.defineProperty(new Error(), "message", {
        get: () => {
          throw new Error("unreadable");
        },
      }),
      new Proxy(new Error(), {
        get: () => {
          throw new Error("unreadable");
        },
      }),
    ];
    for (const thrown of strange) {
      const handler = ((event: LedgerEvent) => {
        if (event.reference === "INV-001") throw thrown;
        return kind.name === "PostgreSQL" ? Promise.resolve() : undefined;
      }) as never;
      (await shop.ledger.drain(handler))._unsafeUnwrap();
      shop.clock.advance(60 * 60_000);
    }
    const waiting = (await shop.ledger.events.list({ state: "waiting" }))._unsafeUnwrap().items;
    expect(waiting.map(({ type, attempt, error }) => [type, attempt, typeof error])).toEqual([
      ["paid", strange.length + 1, "string"],
      ["link_exhausted", 1, "undefined"],
    ]);
    expect(await shop.drain()).toEqual(["paid", "link_exhausted"]);
  });

  test("the list of events refuses words that are none", async () => {
    for (const query of [
      { state: "ded" },
      { state: "constructor" },
      { limit: "10" },
      { sate: "dead" },
      null,
      { cursor: "x" },
    ]) {
      const listed = await shop.ledger.events.list(query as never);
      expect(listed._unsafeUnwrapErr(), JSON.stringify(query)).toMatchObject({ kind: "invalid_query" });
    }
  });

  test("ids that no database can store are unknown", async () => {
    expect((await shop.ledger.events.skip("a\0b"))._unsafeUnwrapErr()).toMatchObject({ kind: "unknown_event" });
    expect((await shop.ledger.events.replay("a\ud800b"))._unsafeUnwrapErr()).toMatchObject({ kind: "unknown_event" });
    expect((await shop.ledger.get({ reference: "a\0b" }))._unsafeUnwrapErr()).toMatchObject({ kind: "unknown_link" });
  });

  test("a delivery of a gateway that another process has is left to that process", async () => {
    (await shop.ledger.migrate())._unsafeUnwrap();
    expect(await shop.drain()).toEqual([]);
    const gateway = createMemoryDriver({ clock: shop.clock });
    const links = createPaymentLinks({ default: "second", gateways: { second: gateway }, clock: shop.clock });
    const other = shop.another({ links } as never);
    (
      await links.create({ reference: "INV-009", amount: { amount: "1000", currency: "IDR" } } as never)
    )._unsafeUnwrap();
    const { webhook } = await gateway.simulate.pay("INV-009");
    expect((await other.ingest("second", webhook))._unsafeUnwrap().state).toBe("stored");
    shop.clock.advance(120_000);
    // The first process does not know the gateway.
    expect(await shop.drain()).toEqual([]);
    shop.clock.advance(120_000);
    expect(await shop.drain(other)).toEqual(["paid", "link_exhausted"]);
  });

  test("an event of a gateway that another process has", async () => {
    (await shop.ledger.migrate())._unsafeUnwrap();
    expect(await shop.drain()).toEqual([]);
    const gateway = createMemoryDriver({ clock: shop.clock });
    const links = createPaymentLinks({ default: "second", gateways: { second: gateway }, clock: shop.clock });
    const other = shop.another({ links } as never);
    (
      await other.create({ reference: "INV-009", amount: { amount: "1000", currency: "IDR" } } as never)
    )._unsafeUnwrap();
    const { webhook } = await gateway.simulate.pay("INV-009");
    expect((await other.ingest("second", webhook))._unsafeUnwrap().state).toBe("applied");
    expect(await shop.drain()).toEqual(["link_made", "paid", "link_exhausted"]);
    expect((await shop.ledger.events.list())._unsafeUnwrap().items).toHaveLength(3);
  });

  test("end stops the workers", async () => {
    const ledger = shop.another();
    (await ledger.migrate())._unsafeUnwrap();
    const errors: string[] = [];
    const onDatabaseError = ({ message }: { readonly message: string }): void => void errors.push(message);
    const worker = ledger.process(shop.database.handling(recordEffect), {
      reconcile: false,
      pollMs: 1,
      onDatabaseError,
    });
    await ledger.end();
    await paid("INV-001");
    await turns();
    expect(await shop.effects()).toEqual([]);
    expect(errors).toEqual([]);
    await worker.stop();
  });
});

describe("SQLite", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tautan-mistakes-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const paidIn = async (connection: DatabaseSync | BetterSqlite3.Database) => {
    const gateway = createMemoryDriver();
    const links = createPaymentLinks({ default: "shop", gateways: { shop: gateway } });
    const ledger = createLedger({ links, database: sqlite(connection) });
    connection.exec("CREATE TABLE effects (id TEXT)");
    (
      await ledger.create({ reference: "INV-001", amount: { amount: "1000", currency: "IDR" } } as never)
    )._unsafeUnwrap();
    (await ledger.ingest("shop", (await gateway.simulate.pay("INV-001")).webhook))._unsafeUnwrap();
    return ledger;
  };

  test("a handler that returns a promise has no effect, now or later, and its rejection ends no process", async () => {
    const connection = new DatabaseSync(":memory:");
    const ledger = await paidIn(connection);
    const rejections: unknown[] = [];
    const listener = (thrown: unknown): void => void rejections.push(thrown);
    process.on("unhandledRejection", listener);
    const errors: unknown[] = [];
    const drained = await ledger.drain(
      (async (_event: LedgerEvent, tx: SqliteTransaction) => {
        tx.run("INSERT INTO effects VALUES ('before')");
        await turns(2);
        tx.run("INSERT INTO effects VALUES ('after')");
      }) as never,
      { onError: (error) => errors.push(error) },
    );
    await turns();
    process.off("unhandledRejection", listener);
    expect(drained._unsafeUnwrap().handled).toBe(0);
    expect(String(errors[0])).toContain("returned a promise");
    expect(connection.prepare("SELECT * FROM effects").all()).toEqual([]);
    expect(rejections).toEqual([]);
  });

  test("a listener that rejects ends no process, and decides nothing", async () => {
    const ledger = await paidIn(new DatabaseSync(":memory:"));
    const rejections: unknown[] = [];
    const listener = (thrown: unknown): void => void rejections.push(thrown);
    process.on("unhandledRejection", listener);
    let calls = 0;
    const drained = await ledger.drain(
      () => {
        throw new Error("the shop is down");
      },
      {
        onError: (() => {
          calls += 1;
          return Promise.reject(new Error("the logger is down"));
        }) as () => never,
      },
    );
    await turns();
    process.off("unhandledRejection", listener);
    expect(drained._unsafeUnwrap().handled).toBe(0);
    expect(calls).toBeGreaterThan(0);
    expect(rejections).toEqual([]);
  });

  test.each([
    ["node:sqlite with big integers", () => new DatabaseSync(":memory:", { readBigInts: true } as never)],
    ["node:sqlite with rows as arrays", () => new DatabaseSync(":memory:", { returnArrays: true } as never)],
    ["better-sqlite3 with big integers", () => new BetterSqlite3(":memory:").defaultSafeIntegers(true)],
  ])("%s: the ledger reads its rows all the same", async (_, open) => {
    const ledger = await paidIn(open());
    const types: string[] = [];
    const drained = await ledger.drain((event) => void types.push(event.type));
    expect(drained._unsafeUnwrap()).toEqual({ handled: types.length, more: false });
    expect(types).toContain("paid");
  });

  test("a new file that another process writes is waited for", async () => {
    const file = join(folder, "shop.db");
    const other = new DatabaseSync(file);
    other.exec("CREATE TABLE orders (id); BEGIN IMMEDIATE; INSERT INTO orders VALUES (1)");
    const links = createPaymentLinks({ default: "shop", gateways: { shop: createMemoryDriver() } });
    const ledger = createLedger({ links, database: sqlite(file) });
    const migrated = ledger.migrate();
    await new Promise((resolve) => void setTimeout(resolve, 200));
    other.exec("COMMIT");
    other.close();
    expect((await migrated)._unsafeUnwrap().from).toBe(0);
    await ledger.end();
  });

  test("a shared connection without WAL: a read waits for another process that commits", async () => {
    const file = join(folder, "shop.db");
    const shared = new DatabaseSync(file, { timeout: 0 });
    const ledger = await paidIn(shared);
    const other = new DatabaseSync(file);
    other.exec("BEGIN EXCLUSIVE");
    const listed = ledger.list();
    await new Promise((resolve) => void setTimeout(resolve, 100));
    other.exec("COMMIT");
    expect((await listed)._unsafeUnwrap().items).toHaveLength(1);
  });
});

const answer = await postgresAnswer();

test.skipIf(!("url" in answer))("a connection that is lost in a handler of pg ends no process", async () => {
  const pool = new pg.Pool({ connectionString: "url" in answer ? answer.url : "", max: 1 });
  const own = new pg.Client({ connectionString: "url" in answer ? answer.url : "" });
  await own.connect();
  const ran = pgTransaction(pool)(async (client) => {
    const { rows } = await client.query("SELECT pg_backend_pid() AS pid");
    const ended = new Promise<void>((resolve) => void (client as unknown as pg.Client).once("end", () => resolve()));
    await own.query("SELECT pg_terminate_backend($1)", [rows[0].pid]);
    await ended;
    await turns();
    await client.query("SELECT 1");
  });
  await expect(ran).rejects.toThrow(/not queryable/);
  expect((await pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  await own.end();
  await pool.end();
});

test.skipIf(!("url" in answer))("deliveries are stored while their link is locked", async () => {
  const kind = kinds.find(({ name }) => name === "PostgreSQL");
  if (!kind) throw new Error("expected PostgreSQL among the databases");
  const shop = await openShop(kind);
  await shop.link({ reference: "INV-001" });
  const [row] = await shop.database.query("SELECT ref, current_schema() AS schema FROM tautan_links");
  const own = new pg.Pool({
    connectionString: "url" in answer ? answer.url : "",
    options: `-c search_path=${String(row?.["schema"])} -c lock_timeout=500ms`,
  });
  const holder = await own.connect();
  const parameters = { linkRef: Number(row?.["ref"]) };
  const lock = createCompiler("postgres")({ statement: lockLink, parameters });
  await holder.query("BEGIN");
  await holder.query(lock.sql, lock.values(parameters));
  const stored = await own.query(
    "INSERT INTO tautan_deliveries (gateway_ref, digest, received_at, state, link_ref) SELECT gateway_ref, 'd', 't', 'applied', ref FROM tautan_links",
  );
  expect(stored.rowCount).toBe(1);
  await holder.query("ROLLBACK");
  holder.release();
  await own.end();
  await shop.close();
});

test.each([
  ["SQLite in memory", () => sqlite(":memory:")],
  ["PostgreSQL", () => postgres("postgres://localhost:1/none")],
])("%s: a ledger that has ended opens nothing again", async (_, open) => {
  const links = createPaymentLinks({ default: "shop", gateways: { shop: createMemoryDriver() } });
  const ledger = createLedger({ links, database: open() as Database<unknown, unknown> });
  await ledger.end();
  const { kind, message } = (await ledger.list())._unsafeUnwrapErr();
  expect({ kind, message }).toEqual({
    kind: "database_unavailable",
    message: "expected a ledger in use, and its end() was called",
  });
});

test("names of fields that PostgreSQL cannot store are replaced too", () => {
  expect(storableJson({ "a\0b": "c\0d", "e\ud800": 1 })).toBe('{"a\uFFFDb":"c\uFFFDd","e\uFFFD":1}');
});

describe("options", () => {
  const links = createPaymentLinks({ default: "shop", gateways: { shop: createMemoryDriver() } });
  const ledgerWith = (more: object): unknown => createLedger({ links, database: sqlite(":memory:"), ...more });
  const ledger = createLedger({ links, database: sqlite(":memory:") });

  test.each<[string, () => unknown]>([
    [
      'createLedger: there is no option "lateAfter"; expected links, database, migrate',
      () => ledgerWith({ lateAfter: 1 }),
    ],
    [
      "createLedger: lateAfterMs: expected a whole number of milliseconds from 0, got 1.5",
      () => ledgerWith({ lateAfterMs: 1.5 }),
    ],
    ['createLedger: migrate: expected at_first_use or never, got "nevr"', () => ledgerWith({ migrate: "nevr" })],
    ["createLedger: links: expected what createPaymentLinks returned", () => ledgerWith({ links: undefined })],
    ["createLedger: expected an object of options, got undefined", () => createLedger(undefined as never)],
    ["createLedger: database: expected sqlite(…) or postgres(…)", () => ledgerWith({ database: undefined })],
    ['createLedger: retention: there is no option "raw"', () => ledgerWith({ retention: { raw: 1 } })],
    [
      'drain: there is no option "timeLimit"; expected concurrency',
      () => ledger.drain(() => undefined, { timeLimit: 1 } as never),
    ],
    ["drain: expected a handler, (event, tx) => …, got undefined", () => ledger.drain(undefined as never)],
    ['process: there is no option "concurency"', () => ledger.process(() => undefined, { concurency: 1 } as never)],
    ["process: expected a handler, (event, tx) => …, got null", () => ledger.process(null as never)],
    ['reconcile: there is no option "timeLimit"', () => ledger.reconcile({ timeLimit: 1 } as never)],
    ['postgres: there is no option "shema"', () => postgres("postgres://localhost/shop", { shema: "x" } as never)],
    ["got an empty text. Percent-encode", () => postgres("")],
    ["sqlite: expected a path, got an empty text", () => sqlite("")],
  ])("%s", (message, call) => {
    expect(call).toThrow(message);
  });
});
