// How much of the database a delivery and an event take: a duplicate only reads, and on PostgreSQL each statement is a round trip.
import { DatabaseSync } from "node:sqlite";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Database, postgres, sqlite } from "../src/index.ts";
import { databaseKinds, postgresAnswer } from "./support/databases.ts";
import { type Passing, rewritingPool } from "./support/rewriting-pool.ts";
import { openShop, type Shop } from "./support/shop.ts";

const answer = await postgresAnswer();
const kinds = (await databaseKinds()).filter(({ name }) => name !== "shared better-sqlite3 connection");

/** The database of a shop through connections that refuse every write. */
const readOnly = ({ database: { address } }: Shop) => {
  if (address && "file" in address) {
    const connection = new DatabaseSync(address.file, { readOnly: true });
    return { database: sqlite(connection), end: async () => connection.close() };
  }
  const pool = new pg.Pool({
    connectionString: address?.url,
    options: `-c search_path=${address?.schema} -c default_transaction_read_only=on`,
  });
  return { database: postgres(pool), end: () => pool.end() };
};

describe.each(kinds)("a duplicate on $name", (kind) => {
  test("is answered by a database that can only be read, and a new delivery is not", async () => {
    const shop = await openShop(kind);
    await shop.link({ reference: "INV-001", usage: { limit: "unlimited" } });
    const paid = (await shop.gateway.simulate.pay("INV-001")).webhook;
    const unknown = { ...(await shop.linkElsewhere({ reference: "INV-002" })) };
    const waiting = (await shop.gateway.simulate.pay(unknown)).webhook;
    for (const webhook of [paid, waiting]) await shop.receive(webhook);
    const { database, end } = readOnly(shop);
    const reader = shop.another({ database: database as unknown as Database<unknown, undefined>, migrate: "never" });
    for (const webhook of [paid, waiting])
      expect(await shop.receive(webhook, reader)).toMatchObject({ state: "duplicate" });
    const another = (await shop.gateway.simulate.pay("INV-001")).webhook;
    expect((await reader.ingest("memory", another))._unsafeUnwrapErr().kind).toBe("database_readonly");
    await end();
    await shop.close();
  });
});

describe.skipIf(!("url" in answer))("round trips to PostgreSQL", () => {
  let shop: Shop;
  let pool: pg.Pool;
  let sent: string[];
  let ledger: Shop["ledger"];

  beforeEach(async () => {
    const kind = kinds.find(({ name }) => name === "PostgreSQL");
    if (!kind) throw new Error("there is no PostgreSQL");
    shop = await openShop(kind);
    const { address } = shop.database;
    if (!address || !("url" in address)) throw new Error("there is no address");
    pool = new pg.Pool({ connectionString: address.url, options: `-c search_path=${address.schema}` });
    sent = [];
    const record = ({ name, text }: Passing): undefined => {
      sent.push(name === "" ? text : name.replace(/^tautan_(\w+)_[0-9a-f]+$/, "$1"));
    };
    const database = postgres(rewritingPool(pool, record));
    ledger = shop.another({ database: database as unknown as Database<unknown, undefined> });
    await shop.link({ reference: "INV-001", usage: { limit: "unlimited" } });
    // The tables are known from here on.
    await shop.receive((await shop.gateway.simulate.pay("INV-001")).webhook, ledger);
    await shop.drain(ledger);
    sent.length = 0;
  });

  afterEach(async () => {
    await shop.close();
    await pool.end();
  });

  test("a delivery takes two, and a duplicate one", async () => {
    const { webhook } = await shop.gateway.simulate.pay("INV-001");
    expect(await shop.receive(webhook, ledger)).toMatchObject({ state: "applied" });
    expect(sent).toEqual(["read_by_history", "write_all"]);
    sent.length = 0;
    expect(await shop.receive(webhook, ledger)).toMatchObject({ state: "duplicate" });
    expect(sent).toEqual(["read_by_history"]);
  });

  test("an event takes six, with those of its lane", async () => {
    await shop.receive((await shop.gateway.simulate.pay("INV-001")).webhook, ledger);
    sent.length = 0;
    const handled = await ledger.drain((async () => {}) as never, { concurrency: 1 });
    expect(handled._unsafeUnwrap()).toMatchObject({ handled: 1 });
    const lane = sent.slice(sent.indexOf("lease_lane"));
    expect(lane.slice(0, 6)).toEqual(["lease_lane", "open_events", "BEGIN", "fence_quiet", "COMMIT", "finish_lane"]);
  });
});
