// Where merchants' processes keep their ledger.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import pg from "pg";
import { type Database, postgres, sqlite } from "../../src/index.ts";
import type { PostgresServer } from "../support/postgres-server.ts";
import type { MerchantOptions } from "./merchant-options.ts";

export interface OpenPlace {
  readonly merchant: MerchantOptions;
  /** The same place, for this process. */
  readonly database: Database<unknown, unknown>;
  query<Result extends object>(sql: string): Promise<readonly Result[]>;
  /** Kills the database with SIGKILL, and starts it again. */
  readonly killDatabase: (() => Promise<void>) | undefined;
  readonly close: () => Promise<void>;
}

export interface Place {
  readonly name: string;
  readonly dialect: "sqlite" | "postgres";
  /** Whether handlers write in the application's own transaction. */
  readonly isOwn: boolean;
  readonly open: () => Promise<OpenPlace>;
}

const COLUMNS = "event_id TEXT NOT NULL, link TEXT NOT NULL, history TEXT";

const filePlace = (isOwn: boolean): Place => ({
  name: `SQLite file, ${isOwn ? "the application's own transaction" : "the ledger's transaction"}`,
  dialect: "sqlite",
  isOwn,
  open: async () => {
    const folder = mkdtempSync(join(tmpdir(), "tautan-kills-"));
    const file = join(folder, "shop.db");
    const own = new DatabaseSync(file, { timeout: 5_000 });
    own.exec(`PRAGMA journal_mode = WAL; CREATE TABLE effects (n INTEGER PRIMARY KEY AUTOINCREMENT, ${COLUMNS})`);
    return {
      merchant: { place: { file }, isOwn },
      database: sqlite(own) as Database<unknown, unknown>,
      query: async <Result extends object>(text: string) => own.prepare(text).all() as Result[],
      killDatabase: undefined,
      close: async () => {
        own.close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  },
});

let schemas = 0;

const postgresPlace = (url: string, isOwn: boolean, kill: PostgresServer["kill"]): Place => ({
  name: `PostgreSQL${kill ? ", which is killed too" : ""}, ${isOwn ? "the application's own transaction" : "the ledger's transaction"}`,
  dialect: "postgres",
  isOwn,
  open: async () => {
    const schema = `kills_${process.pid}_${Date.now()}_${++schemas}`;
    const pathed = `${url}?options=-c%20search_path%3D${schema}`;
    const own = new pg.Pool({ connectionString: pathed, max: 4 });
    // Connections end with a PostgreSQL that is killed, also those that the pool gives up at that moment.
    own.on("error", () => {});
    own.on("connect", (client) => client.on("error", () => {}));
    await own.query(`CREATE SCHEMA ${schema}`);
    await own.query(`CREATE TABLE effects (n BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ${COLUMNS})`);
    return {
      merchant: { place: { url: pathed }, isOwn },
      database: postgres(own) as unknown as Database<unknown, unknown>,
      query: async <Result extends object>(text: string) => (await own.query<Result>(text)).rows,
      killDatabase: kill,
      close: async () => {
        await own.query(`DROP SCHEMA ${schema} CASCADE`);
        await own.end();
      },
    };
  },
});

/** All places that there are here. */
export const places = ({ answer, kill }: Pick<PostgresServer, "answer" | "kill">): readonly Place[] => [
  filePlace(false),
  filePlace(true),
  ...("url" in answer ? [postgresPlace(answer.url, false, kill), postgresPlace(answer.url, true, kill)] : []),
];
