// The databases of the schedules, each with two processes that can die.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import BetterSqlite3 from "better-sqlite3";
import pg from "pg";
import { isConnectionLost } from "../../src/database/postgres-errors.ts";
import type { SqliteStatement } from "../../src/database/sqlite-connection.ts";
import {
  type Database,
  type LedgerEvent,
  type PostgresTransaction,
  postgres,
  type Row,
  type SqliteConnection,
  type SqliteTransaction,
  sqlite,
} from "../../src/index.ts";
import { createFuse, type FaultKind, type Fuse, fragilePool, fragileSqlite } from "./fuse.ts";

type AnyDatabase = Database<unknown, undefined>;
type AnyHandler = (event: LedgerEvent, tx: unknown) => undefined;

interface StoreProcess {
  readonly fuse: Fuse;
  readonly database: AnyDatabase;
}

export interface Store {
  readonly name: string;
  readonly faults: readonly [FaultKind, ...FaultKind[]];
  readonly processes: readonly [StoreProcess, StoreProcess];
  /** A database that never fails. */
  readonly sound: AnyDatabase;
  query<Result extends object = Row>(sql: string): Promise<readonly Result[]>;
  /**
   * A handler that writes its event to the application's own table, between what is to happen before and after. `before` returns the
   * number of the call, which is in the row.
   */
  handler(before: (event: LedgerEvent) => number, after: (event: LedgerEvent) => void): AnyHandler;
  /** Forgets the last schedule. */
  clear(): Promise<void>;
  end(): Promise<void>;
}

const EFFECTS = "event_id TEXT NOT NULL, link TEXT NOT NULL, history TEXT, call INTEGER NOT NULL";
const INSERT = "INSERT INTO effects (event_id, link, history, call) VALUES";
const valuesOf = ({ id, link, history }: LedgerEvent) => [id, link.id, history?.providerId ?? null] as const;

/** Those that depend on others first. */
const TABLES = [
  "effects",
  "tautan_handled",
  "tautan_lanes",
  "tautan_events",
  "tautan_delivery_candidates",
  "tautan_deliveries",
  "tautan_history_ids",
  "tautan_histories",
  "tautan_links",
  "tautan_sweeps",
] as const;

const onSqlite: Store["handler"] = (before, after) => (event, tx) => {
  const call = before(event);
  (tx as SqliteTransaction).run(`${INSERT} (?, ?, ?, ?)`, ...valuesOf(event), call);
  after(event);
};

const onPostgres: Store["handler"] = (before, after) =>
  (async (event: LedgerEvent, tx: PostgresTransaction) => {
    const call = before(event);
    await tx.query(`${INSERT} ($1, $2, $3, $4)`, [...valuesOf(event), call]);
    after(event);
  }) as unknown as AnyHandler;

const SQLITE_FAULTS = ["dies_before", "dies_after", "fails_before"] as const;

const sqliteStore = (
  name: string,
  connections: readonly [SqliteConnection, SqliteConnection, SqliteConnection],
  remove: () => void,
): Store => {
  const [one, other, own] = connections;
  own.exec(`CREATE TABLE effects (n INTEGER PRIMARY KEY AUTOINCREMENT, ${EFFECTS})`);
  const statements = new Map<string, SqliteStatement>();
  const prepared = (text: string): SqliteStatement => {
    const statement = statements.get(text) ?? own.prepare(text);
    statements.set(text, statement);
    return statement;
  };
  const processOn = (connection: SqliteConnection): StoreProcess => {
    const fuse = createFuse();
    return { fuse, database: sqlite(fragileSqlite(connection, fuse)) as AnyDatabase };
  };
  return {
    name,
    faults: SQLITE_FAULTS,
    processes: [processOn(one), processOn(other)],
    sound: sqlite(own) as AnyDatabase,
    query: async <Result extends object>(text: string) => prepared(text).all() as Result[],
    handler: onSqlite,
    clear: async () => {
      prepared("BEGIN").run();
      for (const table of TABLES) prepared(`DELETE FROM ${table}`).run();
      prepared("COMMIT").run();
    },
    end: async () => {
      for (const each of new Set(connections)) each.close?.();
      remove();
    },
  };
};

/** Both processes share one connection of better-sqlite3 in memory. */
export const sharedStore = (): Store => {
  const connection = new BetterSqlite3(":memory:");
  return sqliteStore("shared connection", [connection, connection, connection], () => {});
};

/** Each process has its own connection of node:sqlite to one file. */
export const fileStore = (): Store => {
  const folder = mkdtempSync(join(tmpdir(), "tautan-chaos-"));
  const open = (): DatabaseSync => {
    const connection = new DatabaseSync(join(folder, "shop.db"), { timeout: 50 });
    // The operating system is not killed here, so that nothing is lost without waiting for the disk.
    connection.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
    return connection;
  };
  return sqliteStore("SQLite file", [open(), open(), open()], () => rmSync(folder, { recursive: true, force: true }));
};

/** Each process has its own pool. */
export const postgresStore = async (url: string): Promise<Store> => {
  const schema = `chaos_${process.pid}_${Date.now()}`;
  const poolOf = (max: number): pg.Pool => {
    const pool = new pg.Pool({ connectionString: url, options: `-c search_path=${schema}`, max });
    pool.on("error", () => {});
    pool.on("connect", (client) => client.on("error", () => {}));
    return pool;
  };
  const own = poolOf(2);
  await own.query(`CREATE SCHEMA ${schema}`);
  await own.query(`CREATE TABLE effects (n BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ${EFFECTS})`);
  const pools = [poolOf(6), poolOf(6)] as const;
  const processOn = (pool: pg.Pool): StoreProcess => {
    const fuse = createFuse();
    return { fuse, database: postgres(fragilePool(pool, fuse)) as unknown as AnyDatabase };
  };
  return {
    name: "PostgreSQL",
    faults: [...SQLITE_FAULTS, "fails_after", "not_serializable", "deadlock"],
    processes: [processOn(pools[0]), processOn(pools[1])],
    sound: postgres(own) as unknown as AnyDatabase,
    query: async <Result extends object>(text: string) => (await own.query<Result>(text)).rows,
    handler: onPostgres,
    clear: async () => void (await own.query(TABLES.map((table) => `DELETE FROM ${table};`).join(""))),
    end: async () => {
      await Promise.all(pools.map((pool) => pool.end()));
      // With a server that was stopped before, the schema is gone.
      await own.query(`DROP SCHEMA ${schema} CASCADE`).catch((thrown: unknown) => {
        if (!isConnectionLost(thrown)) throw thrown;
      });
      await own.end();
    },
  };
};
