// The shop under test. It is given its links and its clock, so that a test can choose both.
import { DatabaseSync } from "node:sqlite";
import { type Clock, idr, type PaymentLinks } from "@tautan/core";
import { createLedger, type Ledger, type LedgerEvent, type SqliteTransaction, sqlite } from "@tautan/ledger";

interface Order {
  /** `review`: a person must look at the payment. `released`: nobody paid in time, so others may have the goods. */
  readonly status: "new" | "paid" | "review" | "released";
  /** Why it is to be reviewed: `late`, `excess` or `mismatched`. */
  readonly reason: string | null;
  /** How many parcels left for it. */
  readonly parcels: number;
}

export interface Shop {
  /** Stores an order, and returns its pay page. */
  buy(reference: string): Promise<string>;
  order(reference: string): Order | undefined;
  /** Handles the events that are due. In production, a worker does it: `ledger.process`. */
  work(): Promise<void>;
  readonly ledger: Ledger<SqliteTransaction, undefined>;
  close(): Promise<void>;
}

export const openShop = (links: PaymentLinks, clock: Clock = Date): Shop => {
  const database = new DatabaseSync(":memory:");
  database.exec(
    `CREATE TABLE orders
       (reference TEXT PRIMARY KEY, status TEXT NOT NULL DEFAULT 'new', reason TEXT, parcels INTEGER NOT NULL DEFAULT 0)`,
  );
  const ledger = createLedger({ links, clock, database: sqlite(database) });
  return {
    ledger,
    buy: async (reference) => {
      database.prepare("INSERT INTO orders (reference) VALUES (?) ON CONFLICT DO NOTHING").run(reference);
      const created = await ledger.create({ reference, title: "Concert, day 1", amount: idr(190_000) });
      if (created.isErr()) throw new Error(`${created.error.message} ${created.error.hint}`);
      return created.value.url;
    },
    order: (reference) => {
      const row = database.prepare("SELECT status, reason, parcels FROM orders WHERE reference = ?").get(reference);
      return row && ({ ...row } as unknown as Order);
    },
    work: async () => {
      const drained = await ledger.drain(onEvent);
      if (drained.isErr()) throw new Error(`${drained.error.message} ${drained.error.hint}`);
    },
    close: async () => {
      await ledger.end();
      database.close();
    },
  };
};

/** Called once for each event, in the transaction that marks it as handled. */
const onEvent = ({ type, reference }: LedgerEvent, tx: SqliteTransaction): undefined => {
  if (type === "paid")
    tx.run("UPDATE orders SET status = 'paid', parcels = parcels + 1 WHERE reference = ?", reference);
  if (type === "late" || type === "excess" || type === "mismatched") {
    tx.run("UPDATE orders SET status = 'review', reason = ? WHERE reference = ?", type, reference);
  }
  if (type === "link_expired") {
    tx.run("UPDATE orders SET status = 'released' WHERE reference = ? AND status = 'new'", reference);
  }
};
