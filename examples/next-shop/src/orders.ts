// The shop's own tables. The ledger keeps its tables in the same database, so that a payment and its order change in one transaction.
import type { LedgerEvent, LedgerEventType, PostgresTransaction } from "@tautan/ledger";
import type pg from "pg";

export const PRODUCT = { product: "Gayo coffee, 1 kg", price: 190_000 } as const;

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

/** Creates the tables that are missing. */
export const createTables = async (pool: pg.Pool): Promise<void> => {
  // The lock: several processes may start at once.
  await pool.query(`
    SELECT pg_advisory_xact_lock(721402);
    CREATE TABLE IF NOT EXISTS orders (
      reference TEXT PRIMARY KEY,
      product TEXT NOT NULL,
      price INTEGER NOT NULL,
      status TEXT NOT NULL DEFAULT 'new',
      ordered_at TIMESTAMPTZ NOT NULL DEFAULT now()
    );
    CREATE TABLE IF NOT EXISTS parcels (
      id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      reference TEXT NOT NULL REFERENCES orders
    );
  `);
};

export const addOrder = async (
  pool: pg.Pool,
  { reference, product, price }: Pick<Order, "reference" | "product" | "price">,
): Promise<void> => {
  await pool.query("INSERT INTO orders (reference, product, price) VALUES ($1, $2, $3)", [reference, product, price]);
};

export const listOrders = async (pool: pg.Pool): Promise<readonly Order[]> => {
  const parcels = "(SELECT count(*)::int FROM parcels WHERE parcels.reference = orders.reference) AS parcels";
  const { rows } = await pool.query<Order>(
    `SELECT reference, product, price, status, ${parcels} FROM orders ORDER BY ordered_at DESC LIMIT 100`,
  );
  return rows;
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
 * Called once for each event, in the transaction that marks it as handled. It writes down what is to be done outside the database, here a
 * parcel, and something else does it afterwards.
 */
export const onEvent = async ({ type, reference }: LedgerEvent, tx: PostgresTransaction): Promise<void> => {
  const status = STATUS_AFTER[type];
  if (status !== undefined) await tx.query("UPDATE orders SET status = $1 WHERE reference = $2", [status, reference]);
  if (type === "paid") await tx.query("INSERT INTO parcels (reference) VALUES ($1)", [reference]);
};
