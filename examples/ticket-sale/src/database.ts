// The database of the sale: a schema of its own, so that a database of yours stays as it is.
import { randomUUID } from "node:crypto";
import pg from "pg";
import { startPostgres } from "./postgres.ts";
import { createTables } from "./tables.ts";

export interface SaleDatabase {
  /** The address for all processes of the sale. */
  readonly url: string;
  readonly pool: pg.Pool;
  /** Removes the schema. */
  end(): Promise<void>;
}

export const openDatabase = async (): Promise<SaleDatabase | { readonly reason: string }> => {
  const postgres = await startPostgres();
  if ("reason" in postgres) return postgres;
  const schema = `ticket_sale_${randomUUID().slice(0, 8)}`;
  const url = new URL(postgres.url);
  url.searchParams.set("options", `-c search_path=${schema}`);
  const pool = new pg.Pool({ connectionString: url.href });
  // A connection that breaks while it is idle is replaced by the pool.
  pool.on("error", () => {});
  await pool.query(`CREATE SCHEMA ${schema}`);
  await createTables(pool);
  const end = async (): Promise<void> => {
    await pool.query(`DROP SCHEMA ${schema} CASCADE`);
    await pool.end();
    await postgres.stop();
  };
  return { url: url.href, pool, end };
};
