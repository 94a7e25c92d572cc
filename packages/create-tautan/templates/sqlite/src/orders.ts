import type { LedgerEvent, SqliteTransaction } from "@tautan/ledger";
import { database } from "./database.ts";

export interface Order {
  readonly reference: string;
  readonly title: string;
  /** In rupiah. */
  readonly amount: number;
  readonly paidAt: string | null;
  /** How many payments were handled: 1 once it is paid. */
  readonly payments: number;
}

export const addOrder = async ({ reference, title, amount }: Omit<Order, "paidAt" | "payments">): Promise<void> => {
  database.prepare("INSERT INTO orders (reference, title, amount) VALUES (?, ?, ?)").run(reference, title, amount);
};

export const findOrder = async (reference: string): Promise<Order | undefined> => {
  const columns = "reference, title, amount, paid_at AS paidAt, payments";
  const row = database.prepare(`SELECT ${columns} FROM orders WHERE reference = ?`).get(reference);
  return row as Order | undefined;
};

/** Called once for each event, in the transaction that marks it as handled. It must be synchronous. */
export const onEvent = (event: LedgerEvent, tx: SqliteTransaction): undefined => {
  if (event.type !== "paid") return;
  tx.run("UPDATE orders SET paid_at = ?, payments = payments + 1 WHERE reference = ?", event.at, event.reference);
};
