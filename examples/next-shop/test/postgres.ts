import { randomUUID } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";

declare module "vitest" {
  export interface ProvidedContext {
    /** Where tests ask for the URL of the PostgreSQL. */
    readonly postgresBroker: string;
  }
}

/** The URL, or the reason why there is none. */
export type PostgresAnswer = { readonly url: string } | { readonly reason: string };

/** The PostgreSQL of this run of tests. */
export const findPostgres = async (): Promise<PostgresAnswer> => {
  const response = await fetch(inject("postgresBroker"));
  return (await response.json()) as PostgresAnswer;
};

/** A schema of its own for one test file. */
export interface Schema {
  /** The database, with this schema for all tables. */
  readonly url: string;
  query(sql: string): Promise<readonly unknown[]>;
  drop(): Promise<void>;
}

export const createSchema = async (databaseUrl: string): Promise<Schema> => {
  const name = `next_shop_${randomUUID().replaceAll("-", "")}`;
  const url = new URL(databaseUrl);
  url.searchParams.set("options", `-c search_path=${name}`);
  const pool = new pg.Pool({ connectionString: url.href, max: 1 });
  await pool.query(`CREATE SCHEMA ${name}`);
  return {
    url: url.href,
    query: async (sql) => (await pool.query(sql)).rows,
    drop: async () => {
      await pool.query(`DROP SCHEMA ${name} CASCADE`);
      await pool.end();
    },
  };
};
