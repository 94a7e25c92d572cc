// One PostgreSQL database for the orders and the ledger: a payment and its order change in one transaction.
import pg from "pg";

const { DATABASE_URL: connectionString, DATABASE_SCHEMA: schema } = process.env;
if (!connectionString) {
  throw new Error("DATABASE_URL: expected the URL of a PostgreSQL database, found none. Copy .env.example to .env.");
}

export const database = new pg.Pool({ connectionString, ...(schema && { options: `-c search_path=${schema}` }) });
// A connection that breaks while it is idle is replaced by the pool.
database.on("error", (error) => console.error(error.message));

// The lock: several processes may start at once.
await database.query(`
  SELECT pg_advisory_xact_lock(721402);
  CREATE TABLE IF NOT EXISTS orders (
    reference TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    amount INTEGER NOT NULL,
    paid_at TIMESTAMPTZ,
    payments INTEGER NOT NULL DEFAULT 0,
    attention TEXT
  );
`);

export const closeDatabase = (): Promise<void> => database.end();
