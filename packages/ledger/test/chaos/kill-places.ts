// Where the processes that are killed keep their ledger.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import pg from "pg";
import { type Database, postgres, sqlite } from "../../src/index.ts";
import type { PostgresServer } from "../support/postgres-server.ts";
import type { KillOptions } from "./kills.ts";

export interface KillPlace {
  readonly name: string;
  readonly open: () => Promise<{
    readonly place: Pick<KillOptions, "merchant" | "database" | "query">;
    readonly killDatabase: KillOptions["killDatabase"];
    readonly close: () => Promise<void>;
  }>;
}

const COLUMNS = "event_id TEXT NOT NULL, link TEXT NOT NULL, history TEXT";
/** The database is killed instead of every second process. */
const DATABASE_EVERY = 2;

const filePlace = (isOwn: boolean): KillPlace => ({
  name: `SQLite file, ${isOwn ? "the application's own transaction" : "the ledger's transaction"}`,
  open: async () => {
    const folder = mkdtempSync(join(tmpdir(), "tautan-kills-"));
    const file = join(folder, "shop.db");
    const own = new DatabaseSync(file, { timeout: 5_000 });
    own.exec(`PRAGMA journal_mode = WAL; CREATE TABLE effects (n INTEGER PRIMARY KEY AUTOINCREMENT, ${COLUMNS})`);
    return {
      place: {
        merchant: { place: { file }, isOwn },
        database: sqlite(own) as Database<unknown, unknown>,
        query: async <Result extends object>(text: string) => own.prepare(text).all() as Result[],
      },
      killDatabase: undefined,
      close: async () => {
        own.close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  },
});

let schemas = 0;

const postgresPlace = (url: string, isOwn: boolean, kill: PostgresServer["kill"]): KillPlace => ({
  name: `PostgreSQL${kill ? ", which is killed too" : ""}, ${isOwn ? "the application's own transaction" : "the ledger's transaction"}`,
  open: async () => {
    const schema = `kills_${process.pid}_${Date.now()}_${++schemas}`;
    const pathed = `${url}?options=-c%20search_path%3D${schema}`;
    const own = new pg.Pool({ connectionString: pathed, max: 4 });
    own.on("error", () => {});
    await own.query(`CREATE SCHEMA ${schema}`);
    await own.query(`CREATE TABLE effects (n BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ${COLUMNS})`);
    return {
      place: {
        merchant: { place: { url: pathed }, isOwn },
        database: postgres(own) as unknown as Database<unknown, unknown>,
        query: async <Result extends object>(text: string) => (await own.query<Result>(text)).rows,
      },
      killDatabase: kill && { every: DATABASE_EVERY, kill },
      close: async () => {
        await own.query(`DROP SCHEMA ${schema} CASCADE`);
        await own.end();
      },
    };
  },
});

/** All places that there are here. */
export const killPlaces = async ({ answer, kill }: PostgresServer): Promise<readonly KillPlace[]> => [
  filePlace(false),
  filePlace(true),
  ...("url" in answer ? [postgresPlace(answer.url, false, kill), postgresPlace(answer.url, true, undefined)] : []),
];
