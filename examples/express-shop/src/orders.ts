// The shop's own tables. The ledger keeps its tables in the same file, so that a payment and its order change in one transaction.
import { DatabaseSync } from "node:sqlite";
import type { LedgerEvent, LedgerEventType, SqliteTransaction } from "@tautan/ledger";

export interface Order {
  readonly reference: string;
  readonly product: string;
  /** In rupiah. */
  readonly price: number;
  /** `review`: a person must look at it. */
  readonly status: "new" | "paid" | "review";
  /** How many parcels were made for it: 1 once it is paid. */
  readonly parcels: number;
}

export const openDatabase = (file: string): DatabaseSync => {
  const database = new DatabaseSync(file, { timeout: 5_000 });
  // FULL: a webhook that was acknowledged survives a power failure.
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS orders (
      reference TEXT PRIMARY KEY,
      product TEXT NOT NULL,
      price INTEGER NOT NULL,
      status TEXT NOT NULL DEFAULT 'new'
    ) STRICT;
    CREATE TABLE IF NOT EXISTS parcels (
      id INTEGER PRIMARY KEY,
      reference TEXT NOT NULL REFERENCES orders
    ) STRICT;
  `);
  return database;
};

export const addOrder = (database: DatabaseSync, order: Pick<Order, "reference" | "product" | "price">): void => {
  database
    .prepare("INSERT INTO orders (reference, product, price) VALUES (?, ?, ?)")
    .run(order.reference, order.product, order.price);
};

export const listOrders = (database: DatabaseSync): readonly Order[] => {
  const parcels = "(SELECT count(*) FROM parcels WHERE parcels.reference = orders.reference) AS parcels";
  const sql = `SELECT reference, product, price, status, ${parcels} FROM orders ORDER BY rowid DESC LIMIT 100`;
  return database.prepare(sql).all() as unknown as readonly Order[];
};

/** The status of an order after an event. All other events change nothing here. */
const STATUS_AFTER: Partial<Record<LedgerEventType, Order["status"]>> = {
  paid: "paid",
  // Paid, but another amount, too late, or once too often.
  mismatched: "review",
  late: "review",
  excess: "review",
  // Money went back, or did not arrive, or may have to go back.
  refunded: "review",
  refund_failed: "review",
  reversed: "review",
  disputed: "review",
};

/**
 * Called once for each event, in the transaction that marks it as handled. On SQLite it must not wait. So it writes down what is to be
 * done outside the database, here a parcel, and something else does it afterwards.
 */
export const onEvent = ({ type, reference }: LedgerEvent, tx: SqliteTransaction): undefined => {
  const status = STATUS_AFTER[type];
  if (status !== undefined) tx.run("UPDATE orders SET status = ? WHERE reference = ?", status, reference);
  if (type === "paid") tx.run("INSERT INTO parcels (reference) VALUES (?)", reference);
};
