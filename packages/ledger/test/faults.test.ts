// What becomes of webhooks when the database does not work: nothing is lost, because the gateway is asked to send them again.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createPaymentLinks, idr, type PaymentLinks } from "@tautan/core";
import { createManualClock, createMemoryDriver, type MemoryDriver, type SimulatedWebhook } from "@tautan/driver-memory";
import BetterSqlite3 from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createLedger, type Database, postgres, type SqliteConnection, sqlite } from "../src/index.ts";
import { databaseKinds, postgresAnswer } from "./support/databases.ts";
import { openShop } from "./support/shop.ts";

let folder: string;
let links: PaymentLinks;
let gateway: MemoryDriver;
let webhook: SimulatedWebhook;
const clock = createManualClock("2026-01-01T00:00:00Z");

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "tautan-faults-"));
  gateway = createMemoryDriver({ clock });
  links = createPaymentLinks({ default: "memory", gateways: { memory: gateway }, clock });
  (await links.create({ reference: "INV-001", amount: idr(190_000) }))._unsafeUnwrap();
  webhook = (await gateway.simulate.pay("INV-001")).webhook;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const refusalOn = async <Tx, Done>(database: Database<Tx, Done>): Promise<object> => {
  const ledger = createLedger({ links, database, clock });
  const refused = (await ledger.ingest("memory", webhook))._unsafeUnwrapErr();
  expect((await ledger.handle(new Request("https://shop.example/memory", webhook))).status).toBe(503);
  await ledger.end();
  expect(JSON.stringify(refused)).not.toContain("190000");
  return refused;
};
const sendAgain = { retryable: true, acknowledgement: { status: 503 } };

describe("a webhook is to be sent again", () => {
  test("while PostgreSQL cannot be reached", async () => {
    const refused = await refusalOn(postgres("postgres://127.0.0.1:1/shop"));
    expect(refused).toMatchObject({ kind: "database_unavailable", ...sendAgain });
  });

  test("while the folder of the SQLite file does not exist", async () => {
    const refused = await refusalOn(sqlite(join(folder, "nowhere", "shop.db")));
    expect(refused).toMatchObject({ kind: "database_unavailable", ...sendAgain });
  });

  test.each([
    ["node:sqlite", (): SqliteConnection => new DatabaseSync(join(folder, "shop.db"), { readOnly: true })],
    ["better-sqlite3", (): SqliteConnection => new BetterSqlite3(join(folder, "shop.db"), { readonly: true })],
  ])("while %s may only read", async (_, open) => {
    new DatabaseSync(join(folder, "shop.db")).exec("CREATE TABLE orders (reference TEXT)");
    const connection = open();
    expect(await refusalOn(sqlite(connection))).toMatchObject({ kind: "database_readonly", ...sendAgain });
    connection.close?.();
  });

  test.each([
    ["node:sqlite", (): SqliteConnection => new DatabaseSync(":memory:")],
    ["better-sqlite3", (): SqliteConnection => new BetterSqlite3(":memory:")],
  ])("while the disk of %s is full", async (_, open) => {
    const connection = open();
    connection.exec("CREATE TABLE orders (reference TEXT)");
    connection.exec("PRAGMA max_page_count = 3");
    expect(await refusalOn(sqlite(connection))).toMatchObject({ kind: "database_full", ...sendAgain });
    connection.exec("PRAGMA max_page_count = 1000000");
    const ledger = createLedger({ links, database: sqlite(connection), clock });
    expect((await ledger.ingest("memory", webhook))._unsafeUnwrap().acknowledgement.status).toBe(200);
    connection.close?.();
  });

  test("while the file is none of SQLite's", async () => {
    writeFileSync(
      join(folder, "shop.db"),
      "this is a text, and it is longer than the header of a SQLite file".repeat(99),
    );
    expect(await refusalOn(sqlite(join(folder, "shop.db")))).toMatchObject({
      kind: "database_corrupt",
      acknowledgement: { status: 503 },
    });
  });

  test("after the connection was closed", async () => {
    const connection = new DatabaseSync(":memory:");
    connection.close();
    expect(await refusalOn(sqlite(connection))).toMatchObject({ kind: "database_unavailable", ...sendAgain });
  });
});

describe.each(await databaseKinds())("the tables on $name", (kind) => {
  test("are not made if that is left to migrate()", async () => {
    const shop = await openShop(kind);
    const ledger = shop.another({ migrate: "never" });
    await shop.linkElsewhere({ reference: "INV-001" });
    const delivery = (await shop.gateway.simulate.pay("INV-001")).webhook;
    const refused = (await ledger.ingest("memory", delivery))._unsafeUnwrapErr();
    expect(refused).toMatchObject({ kind: "schema_mismatch", found: 0, expected: 1, acknowledgement: { status: 503 } });
    (await ledger.migrate())._unsafeUnwrap();
    expect((await ledger.ingest("memory", delivery))._unsafeUnwrap().state).toBe("stored");
    await shop.close();
  });

  test("of a later version are not touched, and webhooks are to be sent again", async () => {
    const shop = await openShop(kind);
    await shop.link({ reference: "INV-001" });
    const delivery = (await shop.gateway.simulate.pay("INV-001")).webhook;
    await shop.database.query("UPDATE tautan_meta SET value = '99' WHERE key = 'version'");
    const refused = (await shop.another().ingest("memory", delivery))._unsafeUnwrapErr();
    expect(refused).toMatchObject({ kind: "schema_mismatch", found: 99, acknowledgement: { status: 503 } });
    expect(await shop.database.query("SELECT digest FROM tautan_deliveries")).toEqual([]);
    await shop.close();
  });

  test("a stored payment that was damaged stops neither other webhooks nor other links", async () => {
    const shop = await openShop(kind);
    for (const reference of ["INV-001", "INV-002"]) {
      await shop.link({ reference });
      await shop.receive((await shop.gateway.simulate.pay(reference)).webhook);
    }
    await shop.database.query(
      "UPDATE tautan_histories SET record = '{}' WHERE ref = (SELECT min(ref) FROM tautan_histories)",
    );
    expect(await shop.drain()).toEqual(["paid", "link_exhausted"]);
    const settled = (await shop.gateway.simulate.settle("INV-001")).webhook;
    // It is kept, and can be applied once the row is repaired.
    expect(await shop.receive(settled)).toMatchObject({ state: "stored", acknowledgement: { status: 200 } });
    const [kept] = await shop.database.query("SELECT state, error FROM tautan_deliveries WHERE state <> 'applied'");
    expect(kept).toMatchObject({ state: "unconfirmed", error: expect.stringContaining("tautan_histories.record") });
    await shop.close();
  });
});

test("a forged webhook costs the database no statement", async () => {
  const connection = new DatabaseSync(":memory:");
  let statements = 0;
  const counted: SqliteConnection = {
    prepare: (text) => {
      statements += 1;
      return connection.prepare(text);
    },
    exec: (text) => {
      statements += 1;
      connection.exec(text);
    },
  };
  const ledger = createLedger({ links, database: sqlite(counted), clock });
  const forged = { ...webhook, body: webhook.body.replace("190000", "1") };
  expect((await ledger.ingest("memory", forged))._unsafeUnwrapErr().kind).toBe("signature_invalid");
  expect(statements).toBe(0);
  await ledger.ingest("memory", webhook);
  expect(statements).toBeGreaterThan(0);
  connection.close();
});

test("a disk that fills up in the middle of the day loses nothing: each webhook is stored, or is to be sent again", async () => {
  const connection = new DatabaseSync(":memory:");
  const ledger = createLedger({ links, database: sqlite(connection), clock });
  (await ledger.migrate())._unsafeUnwrap();
  const [pages] = connection.prepare("PRAGMA page_count").all();
  connection.exec(`PRAGMA max_page_count = ${Number(pages?.["page_count"]) + 20}`);
  const webhooks: SimulatedWebhook[] = [];
  for (let count = 0; count < 60; count += 1) {
    (await links.create({ reference: `INV-1${count}`, amount: idr(190_000) }))._unsafeUnwrap();
    webhooks.push((await gateway.simulate.pay(`INV-1${count}`)).webhook);
  }
  const stored = (): number => connection.prepare("SELECT ref FROM tautan_deliveries").all().length;
  let accepted = 0;
  for (const each of webhooks) {
    const ingested = await ledger.ingest("memory", each);
    if (ingested.isOk()) accepted += 1;
    else expect(ingested.error).toMatchObject({ kind: "database_full", ...sendAgain });
    expect(stored()).toBe(accepted);
  }
  expect(accepted).toBeGreaterThan(0);
  expect(accepted).toBeLessThan(webhooks.length);
  connection.exec("PRAGMA max_page_count = 100000");
  for (const each of webhooks) expect((await ledger.ingest("memory", each)).isOk()).toBe(true);
  expect(stored()).toBe(webhooks.length);
  connection.close();
});

const answer = await postgresAnswer();

test.skipIf(!("url" in answer))(
  "a PostgreSQL that only reads, such as a replica, has webhooks sent again",
  async () => {
    const url = "url" in answer ? answer.url : "";
    const refused = await refusalOn(postgres(`${url}?options=-c%20default_transaction_read_only%3Don`));
    expect(refused).toMatchObject({ kind: "database_readonly", ...sendAgain });
  },
);
