// Three forms that look right and are wrong, built on purpose: what they break is what the ledger's own forms keep. And the form that
// locks, which the ledger takes only after a conflict, for every write.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import BetterSqlite3 from "better-sqlite3";
import pg from "pg";
import { describe, expect, test } from "vitest";
import { type Database, type LedgerEvent, type OwnTransaction, postgres, sqlite } from "../src/index.ts";
import { databaseKinds, postgresAnswer, type TestDatabase } from "./support/databases.ts";
import { type Passing, type Rewriting, rewritingPool } from "./support/rewriting-pool.ts";
import { openShop, type Shop } from "./support/shop.ts";

const answer = await postgresAnswer();
const url = "url" in answer ? answer.url : undefined;
const kind = (await databaseKinds()).find(({ name }) => name === "PostgreSQL");

const LIMIT = 20;
const PAYMENTS = 30;

/** As if another process had changed the link since it was read, at every first try. */
const conflicting = ({ name, isInside }: Passing): Rewriting | undefined =>
  name.startsWith("tautan_write_all") && !isInside
    ? { before: "UPDATE tautan_links SET version = version + 1" }
    : undefined;

/** Reads the history in the statement that waits for the lock, instead of in the next one. */
const joiningUnderLock = (passing: Passing): Rewriting | undefined => {
  const { name, text, isInside, earlier } = passing;
  if (earlier && name.startsWith("tautan_read_by_history")) return { rows: earlier };
  if (isInside && name.startsWith("tautan_lock_link")) return { rows: [{ ref: 1 }] };
  // Of an outer join, PostgreSQL locks nothing.
  const inner = text.replace('left join "tautan_links"', 'inner join "tautan_links"');
  if (isInside && name.startsWith("tautan_read_by_history")) return { text: `${inner} for update of "tautan_links"` };
  return conflicting(passing);
};

describe.skipIf(!kind || url === undefined)("payments at once on PostgreSQL, each with a conflict", () => {
  const outcome = async (rewrite: (passing: Passing) => Rewriting | undefined) => {
    const opened = await (kind as NonNullable<typeof kind>).open();
    const [row] = await opened.query("SELECT current_schema() AS schema");
    const pools: pg.Pool[] = [];
    const connect = (): Database<unknown, undefined> => {
      const pool = new pg.Pool({ connectionString: url, options: `-c search_path=${String(row?.["schema"])}`, max: 8 });
      pools.push(pool);
      return postgres(rewritingPool(pool, rewrite)) as unknown as Database<unknown, undefined>;
    };
    const end = async (): Promise<void> => {
      for (const pool of pools) await pool.end();
      await opened.end();
    };
    const database: TestDatabase = { ...opened, connect, end };
    const shop: Shop = await openShop({ name: "PostgreSQL", open: async () => database });
    await shop.link({ reference: "INV-001", usage: { limit: PAYMENTS } }, (link) => ({
      ...link,
      usage: { ...link.usage, limit: LIMIT },
    }));
    const other = shop.another();
    const webhooks = [];
    for (let count = 0; count < PAYMENTS; count += 1)
      webhooks.push((await shop.gateway.simulate.pay("INV-001")).webhook);
    const received = await Promise.allSettled(
      [...webhooks, ...webhooks, ...webhooks].map((webhook, index) =>
        shop.receive(webhook, index % 2 === 0 ? shop.ledger : other),
      ),
    );
    const types = await shop.drain();
    const [link] = await shop.database.query("SELECT used FROM tautan_links");
    await shop.close();
    return {
      refused: received.filter(({ status }) => status === "rejected").length,
      paid: types.filter((type) => type === "paid").length,
      excess: types.filter((type) => type === "excess").length,
      used: link?.["used"],
    };
  };
  const exact = { refused: 0, paid: LIMIT, excess: PAYMENTS - LIMIT, used: PAYMENTS };

  test("are exact, because they are read in the statement after the lock", async () => {
    expect(await outcome(conflicting)).toEqual(exact);
  });

  test("would not be, if they were read in the statement that waits for the lock", async () => {
    expect(await outcome(joiningUnderLock)).not.toEqual(exact);
  });
});

describe("a process that dies after the effect", () => {
  type Transaction = (connection: BetterSqlite3.Database, die: () => void) => OwnTransaction<unknown, undefined>;

  const effectsWith = async (transactionOn: Transaction): Promise<number> => {
    const connection = new BetterSqlite3(":memory:");
    let isDying = true;
    const die = (): void => {
      if (!isDying) return;
      isDying = false;
      throw new Error("the process has died");
    };
    const database = sqlite(connection, { transaction: transactionOn(connection, die) }) as Database<
      unknown,
      undefined
    >;
    const query: TestDatabase["query"] = async (text, ...values) => {
      const statement = connection.prepare(text);
      return statement.reader ? (statement.all(...values) as never) : (statement.run(...values), []);
    };
    const insert = ({ id, type, reference }: LedgerEvent): undefined =>
      void connection.prepare("INSERT INTO effects VALUES (?, ?, ?)").run(id, type, reference);
    await query("CREATE TABLE effects (event_id TEXT, type TEXT, reference TEXT)");
    const opened: TestDatabase = {
      dialect: "sqlite",
      connect: () => database,
      query,
      handling: () => insert,
      end: async () => void connection.close(),
    };
    const shop = await openShop({ name: "SQLite", open: async () => opened }, { hasEffects: true });
    await shop.link({ reference: "INV-001" });
    await shop.receive((await shop.gateway.simulate.pay("INV-001")).webhook);
    for (let round = 0; round < 3; round += 1) {
      (await shop.ledger.drain(insert))._unsafeUnwrap();
      shop.clock.advance(60_000);
    }
    const rows = await query("SELECT event_id FROM effects WHERE type = 'paid'");
    await shop.close();
    return rows.length;
  };

  test("has no effect, because the mark is in the same transaction", async () => {
    const together: Transaction = (connection, die) => (work) =>
      connection.transaction(() => {
        work(connection, (sql, values) => void connection.prepare(sql).run(...values));
        die();
        return undefined;
      })();
    expect(await effectsWith(together)).toBe(1);
  });

  test("has it once, if it dies when both are committed", async () => {
    const committed: Transaction = (connection, die) => (work) => {
      connection.transaction(() => work(connection, (sql, values) => void connection.prepare(sql).run(...values)))();
      die();
      return undefined;
    };
    expect(await effectsWith(committed)).toBe(1);
  });

  test("would have it twice, if the mark came after it", async () => {
    const apart: Transaction = (connection, die) => (work) => {
      let mark = (): void => {};
      connection.transaction(() =>
        work(connection, (sql, values) => {
          mark = () => void connection.prepare(sql).run(...values);
        }),
      )();
      die();
      mark();
      return undefined;
    };
    expect(await effectsWith(apart)).toBe(2);
  });
});

// https://www.sqlite.org/howtocorrupt.html#_multiple_copies_of_sqlite_linked_into_the_same_application
describe.skipIf(process.platform === "win32")("one file in one process", () => {
  const holdBoth = (openOther: (file: string) => { exec(sql: string): unknown; close(): unknown }): boolean => {
    const folder = mkdtempSync(join(tmpdir(), "tautan-two-"));
    const file = join(folder, "shop.db");
    const one = new DatabaseSync(file, { timeout: 0 });
    one.exec("PRAGMA journal_mode = WAL; CREATE TABLE orders (id INTEGER PRIMARY KEY)");
    const other = openOther(file);
    one.exec("BEGIN IMMEDIATE; INSERT INTO orders VALUES (1)");
    try {
      other.exec("BEGIN IMMEDIATE");
      return true;
    } catch {
      return false;
    } finally {
      other.close();
      one.close();
      rmSync(folder, { recursive: true, force: true });
    }
  };

  test("is locked by one connection at a time, because both are of one SQLite library", () => {
    expect(holdBoth((file) => new DatabaseSync(file, { timeout: 0 }))).toBe(false);
  });

  test("would be written by both at once, if they were of two libraries", () => {
    expect(holdBoth((file) => new BetterSqlite3(file, { timeout: 0 }))).toBe(true);
  });
});
