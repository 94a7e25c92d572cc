// One SQLite file for the orders and the ledger: a payment and its order change in one transaction.
import { DatabaseSync } from "node:sqlite";
import { databaseFile } from "../tautan.config.ts";

export const database = new DatabaseSync(databaseFile);

// FULL: a webhook that was acknowledged survives a power failure.
database.exec(`
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA busy_timeout = 5000;
  CREATE TABLE IF NOT EXISTS orders (
    reference TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    amount INTEGER NOT NULL,
    paid_at TEXT,
    payments INTEGER NOT NULL DEFAULT 0,
    attention TEXT
  ) STRICT;
`);

export const closeDatabase = async (): Promise<void> => database.close();
