import { EventEmitter } from "node:events";
import pg from "pg";
import { describe, expect, test } from "vitest";
import { type Database, type PgPool, pgTransaction, postgres } from "../src/index.ts";
import { databaseKinds, type TestDatabase } from "./support/databases.ts";
import { openShop, recordEffect } from "./support/shop.ts";

/** A connection whose server ends in the middle of a transaction. */
class LostClient extends EventEmitter {
  isClosed = false;

  async query(sql: string): Promise<{ rows: unknown[] }> {
    if (sql.startsWith("BEGIN")) return { rows: [] };
    throw Object.assign(new Error("terminating connection due to unexpected postmaster exit"), { code: "57P01" });
  }

  release(isLost?: Error | boolean): void {
    this.isClosed = isLost === true;
  }
}

test("a connection that was closed can report an error once more without ending the process", async () => {
  const client = new LostClient();
  const transaction = pgTransaction({ connect: async () => client, end: async () => undefined });
  const lost = transaction(async (_tx, run) => {
    await run("INSERT INTO effects VALUES (1)", []);
  });
  await expect(lost).rejects.toThrow("unexpected postmaster exit");
  expect(client.isClosed).toBe(true);
  expect(() => client.emit("error", new Error("Connection terminated"))).not.toThrow();
});

/** A pool whose connections do not roll back the first time, as if that had been cancelled. */
const notRollingBack = (pool: pg.Pool): PgPool => {
  let isFirst = true;
  return {
    end: () => pool.end(),
    connect: async () => {
      const client = await pool.connect();
      return {
        query: async (...input: unknown[]) => {
          if (input[0] === "ROLLBACK" && isFirst) {
            isFirst = false;
            throw Object.assign(new Error("canceling statement due to user request"), { code: "57014" });
          }
          return (client.query as (...given: unknown[]) => Promise<{ rows: unknown[] }>)(...input);
        },
        release: (error) => client.release(error),
      };
    },
  };
};

const kinds = (await databaseKinds()).filter(({ name }) => name === "PostgreSQL");

describe.each(kinds)("a connection whose transaction could not be rolled back, on $name", ({ name, open }) => {
  test("is closed, so that the next one does not commit what was to be undone", async () => {
    const opened = await open();
    const { url, schema } = opened.address as { readonly url: string; readonly schema: string };
    // One connection, so that the next transaction has the same.
    const pool = new pg.Pool({ connectionString: url, options: `-c search_path=${schema}`, max: 1 });
    const connect = (): Database<unknown, undefined> =>
      postgres(notRollingBack(pool)) as unknown as Database<unknown, undefined>;
    const end = async (): Promise<void> => {
      await pool.end();
      await opened.end();
    };
    const database: TestDatabase = { ...opened, connect, end };
    const shop = await openShop({ name, open: async () => database });
    await shop.link({ reference: "INV-001" });
    await shop.receive((await shop.gateway.simulate.pay("INV-001")).webhook);
    let tries = 0;
    const handler = database.handling((event) => {
      tries += 1;
      if (tries === 1) throw new Error("the handler failed");
      return recordEffect(event);
    });
    (await shop.ledger.drain(handler))._unsafeUnwrap();
    shop.clock.advance(60_000);
    (await shop.ledger.drain(handler))._unsafeUnwrap();
    expect(await shop.effects()).toContainEqual({ type: "paid", reference: "INV-001" });
    await shop.close();
  });
});
