import { EventEmitter } from "node:events";
import { createServer } from "node:net";
import { createPaymentLinks } from "@tautan/core";
import { createMemoryDriver } from "@tautan/driver-memory";
import pg from "pg";
import { describe, expect, onTestFinished, test } from "vitest";
import { createLedger, type Database, type PgPool, pgTransaction, postgres } from "../src/index.ts";
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

/** What PostgreSQL sends if it is killed the moment that a connection is made: all arrives at once. */
const endingAtOnce = async (): Promise<{ readonly url: string; readonly close: () => void }> => {
  const part = (type: string, content: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(content.length + 4);
    return Buffer.concat([Buffer.from(type), length, content]);
  };
  const isAuthenticated = part("R", Buffer.alloc(4));
  const isReady = part("Z", Buffer.from("I"));
  const fatal = part("E", Buffer.from("SFATAL\0C57P01\0Mterminating connection due to unexpected postmaster exit\0\0"));
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.end(Buffer.concat([isAuthenticated, isReady, fatal])));
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { url: `postgres://shop@127.0.0.1:${port}/shop`, close: () => void server.close() };
};

describe("a connection that is lost the moment that it is made is an error, and does not end the process", () => {
  const opened = async (poolOf: (url: string) => pg.Pool) => {
    const { url, close } = await endingAtOnce();
    const pool = poolOf(url);
    onTestFinished(async () => {
      await pool.end();
      close();
    });
    return { url, pool };
  };
  const poolOf = (url: string): pg.Pool => {
    const pool = new pg.Pool({ connectionString: url });
    // As the documentation of pg asks.
    pool.on("error", () => {});
    return pool;
  };
  const links = createPaymentLinks({ default: "memory", gateways: { memory: createMemoryDriver() } });

  test.each([
    ["the ledger's own pool", (url: string) => postgres(url)],
    ["the application's pool", (_: string, pool: pg.Pool) => postgres(pool)],
  ])("%s", async (_name, databaseOf) => {
    const { url, pool } = await opened(poolOf);
    const ledger = createLedger({ links, database: databaseOf(url, pool) });
    expect((await ledger.migrate())._unsafeUnwrapErr().kind).toBe("database_unavailable");
    await ledger.end();
  });

  test("the application's own transaction", async () => {
    const { pool } = await opened(poolOf);
    await expect(pgTransaction(pool)(async () => {})).rejects.toThrow("not queryable");
  });
});

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
