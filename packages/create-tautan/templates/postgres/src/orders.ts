import type { LedgerEvent, PostgresTransaction } from "@tautan/ledger";
import { database } from "./database.ts";

export interface Order {
  readonly reference: string;
  readonly title: string;
  /** In rupiah. */
  readonly amount: number;
  readonly paidAt: Date | null;
  /** How many payments were handled: 1 once it is paid. */
  readonly payments: number;
}

export const addOrder = async ({ reference, title, amount }: Omit<Order, "paidAt" | "payments">): Promise<void> => {
  await database.query("INSERT INTO orders (reference, title, amount) VALUES ($1, $2, $3)", [reference, title, amount]);
};

export const findOrder = async (reference: string): Promise<Order | undefined> => {
  const columns = 'reference, title, amount, paid_at AS "paidAt", payments';
  const found = await database.query<Order>(`SELECT ${columns} FROM orders WHERE reference = $1`, [reference]);
  return found.rows[0];
};

/** Called once for each event, in the transaction that marks it as handled. */
export const onEvent = async (event: LedgerEvent, tx: PostgresTransaction): Promise<void> => {
  if (event.type !== "paid") return;
  const statement = "UPDATE orders SET paid_at = $1, payments = payments + 1 WHERE reference = $2";
  await tx.query(statement, [event.at, event.reference]);
};
