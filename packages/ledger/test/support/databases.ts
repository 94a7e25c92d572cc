// The databases that every test of the ledger runs on.
import { mkdtempSync, rmSync } from "node:fs";

import { join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import pg from "pg";
import { inject } from "vitest";
import {
  type Database,
  type Dialect,
  type LedgerEvent,
  type PostgresTransaction,
  postgres,
  type Row,
  type SqliteTransaction,
  type SqlValue,
  sqlite,
} from "../../src/index.ts";
import { fastFolder } from "./fast-folder.ts";
import type { PostgresAnswer } from "./postgres-server.ts";

/** A statement with its values; `?` stands for a value on both databases. */
export type Sql = readonly [text: string, ...values: SqlValue[]];

// A test treats all databases alike; which handler fits is known to `handling`.
type AnyDatabase = Database<unknown, undefined>;
type AnyHandler = (event: LedgerEvent, tx: unknown) => undefined;

export interface TestDatabase {
  readonly dialect: Dialect;
  /** A database for `createLedger`. Each call is as from another process, except on a shared connection. */
  connect(): AnyDatabase;
  /** How a child process connects; absent if it cannot. */
  readonly address?: { readonly file: string } | { readonly url: string; readonly schema: string };
  /** The application's own look at the database. */
  query(...sql: Sql): Promise<readonly Row[]>;
  /** The plan of a statement, a line each. */
  explain?(sql: string): Promise<readonly string[]>;
  /** A handler that runs statements through its transaction. What `write` throws, it throws. */
  handling(write: (event: LedgerEvent) => readonly Sql[]): AnyHandler;
  end(): Promise<void>;
}

export interface DatabaseKind {
  readonly name: string;
  readonly open: () => Promise<TestDatabase>;
}

/** A statement with `$1`, `$2` and so on in place of `?`. */
export const numbered = (text: string): string => {
  let count = 0;
  return text.replaceAll("?", () => `$${++count}`);
};

const onSqlite = (write: (event: LedgerEvent) => readonly Sql[]): AnyHandler =>
  ((event: LedgerEvent, tx: SqliteTransaction) => {
    for (const [text, ...values] of write(event)) tx.run(text, ...values);
  }) as AnyHandler;

const onPostgres = (write: (event: LedgerEvent) => readonly Sql[]): AnyHandler =>
  (async (event: LedgerEvent, tx: PostgresTransaction) => {
    for (const [text, ...values] of write(event)) await tx.query(numbered(text), values);
  }) as unknown as AnyHandler;

const sqliteFile: DatabaseKind = {
  name: "SQLite file",
  open: async () => {
    const folder = mkdtempSync(join(fastFolder(), "tautan-ledger-"));
    const file = join(folder, "shop.db");
    const { DatabaseSync } = await import("node:sqlite");
    const own = new DatabaseSync(file, { timeout: 5_000 });
    return {
      dialect: "sqlite",
      address: { file },
      connect: () => sqlite(file) as AnyDatabase,
      query: async (text, ...values) => own.prepare(text).all(...values) as Row[],
      handling: onSqlite,
      end: async () => {
        own.close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  },
};

const sharedConnection: DatabaseKind = {
  name: "shared better-sqlite3 connection",
  open: async () => {
    const own = new BetterSqlite3(":memory:");
    return {
      dialect: "sqlite",
      connect: () => sqlite(own) as AnyDatabase,
      query: async (text, ...values) => {
        const statement = own.prepare(text);
        return statement.reader ? (statement.all(...values) as Row[]) : (statement.run(...values), []);
      },
      explain: async (sql) => {
        const values = Array.from(sql.matchAll(/\?/g), () => null);
        const rows = own.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values) as { readonly detail: string }[];
        return rows.map(({ detail }) => detail);
      },
      handling: onSqlite,
      end: async () => void own.close(),
    };
  },
};

const BIGINT = 20;

/** Rows with whole numbers as numbers, like SQLite: pg returns the large ones as text. */
const rowsOf = ({ rows, fields }: pg.QueryResult<Row>): readonly Row[] => {
  const whole = new Set(fields.flatMap(({ name, dataTypeID }) => (Number(dataTypeID) === BIGINT ? [name] : [])));
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, whole.has(name) ? Number(value) : value])),
  );
};

let schemas = 0;

const postgresSchema = (url: string): DatabaseKind => ({
  name: "PostgreSQL",
  open: async () => {
    const schema = `test_${process.pid}_${Date.now()}_${++schemas}`;
    const own = new pg.Pool({ connectionString: url, options: `-c search_path=${schema}`, max: 4 });
    await own.query(`CREATE SCHEMA ${schema}`);
    const pools: pg.Pool[] = [];
    return {
      dialect: "postgres",
      address: { url, schema },
      connect: () => {
        const pool = new pg.Pool({ connectionString: url, options: `-c search_path=${schema}`, max: 8 });
        pools.push(pool);
        return postgres(pool) as unknown as AnyDatabase;
      },
      query: async (text, ...values) => rowsOf(await own.query<Row>(numbered(text), values)),
      // The plan for any values, which PostgreSQL uses for a prepared statement once it was run some times.
      explain: async (sql) => {
        const { rows } = await own.query<{ readonly "QUERY PLAN": string }>(`EXPLAIN (GENERIC_PLAN) ${sql}`);
        return rows.map((row) => row["QUERY PLAN"]);
      },
      handling: onPostgres,
      end: async () => {
        await Promise.all(pools.map((pool) => pool.end()));
        await own.query(`DROP SCHEMA ${schema} CASCADE`);
        await own.end();
      },
    };
  },
});

/** The URL of the PostgreSQL of this run, or the reason why there is none. */
export const postgresAnswer = async (): Promise<PostgresAnswer> =>
  (await (await fetch(inject("postgresBroker"))).json()) as PostgresAnswer;

/** All databases that run here. */
export const databaseKinds = async (): Promise<readonly DatabaseKind[]> => {
  const answer = await postgresAnswer();
  return [sqliteFile, sharedConnection, ...("url" in answer ? [postgresSchema(answer.url)] : [])];
};
