import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import pg from "pg";

/** A schema of its own in the database of DATABASE_URL. Call it before anything imports src. Returns a function that drops it. */
export const useTestDatabase = async (): Promise<() => Promise<void>> => {
  if (existsSync(".env")) process.loadEnvFile();
  const { DATABASE_URL: connectionString } = process.env;
  if (!connectionString) {
    throw new Error("DATABASE_URL: expected the URL of a PostgreSQL database, found none. Copy .env.example to .env.");
  }
  const schema = `test_${randomUUID().replaceAll("-", "")}`;
  const query = async (sql: string): Promise<void> => {
    const client = new pg.Client({ connectionString });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  };
  await query(`CREATE SCHEMA ${schema}`);
  process.env["DATABASE_SCHEMA"] = schema;
  return () => query(`DROP SCHEMA ${schema} CASCADE`);
};
