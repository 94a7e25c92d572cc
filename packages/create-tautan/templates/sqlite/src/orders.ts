import type { LedgerEvent, LedgerEventType, SqliteTransaction } from "@tautan/ledger";
import { database } from "./database.ts";

export interface Order {
  readonly reference: string;
  readonly title: string;
  /** In rupiah. */
  readonly amount: number;
  readonly paidAt: string | null;
  /** How many payments were handled: 1 once it is paid. */
  readonly payments: number;
  /** Why a person must look at it: the last event of `FOR_A_PERSON`. */
  readonly attention: LedgerEventType | null;
}

type NewOrder = Pick<Order, "reference" | "title" | "amount">;

export const addOrder = async ({ reference, title, amount }: NewOrder): Promise<void> => {
  database.prepare("INSERT INTO orders (reference, title, amount) VALUES (?, ?, ?)").run(reference, title, amount);
};

export const findOrder = async (reference: string): Promise<Order | undefined> => {
  const columns = "reference, title, amount, paid_at AS paidAt, payments, attention";
  const row = database.prepare(`SELECT ${columns} FROM orders WHERE reference = ?`).get(reference);
  return row as Order | undefined;
};

/** Money that came and is not what was asked for, or that went back: never a reason to deliver. */
const FOR_A_PERSON: readonly LedgerEventType[] = [
  "excess",
  "late",
  "mismatched",
  "refunded",
  "refund_failed",
  "reversed",
  "disputed",
];

/** Called once for each event, in the transaction that marks it as handled. It must be synchronous. */
export const onEvent = (event: LedgerEvent, tx: SqliteTransaction): undefined => {
  const { type, at, reference } = event;
  if (type === "paid") {
    const statement = "UPDATE orders SET paid_at = ?, payments = payments + 1 WHERE reference = ? RETURNING reference";
    // Thrown, it stays in the ledger as unhandled: somebody paid for it.
    if (tx.all(statement, at, reference).length === 0)
      throw new Error(`${reference}: paid, and there is no such order`);
  } else if (FOR_A_PERSON.includes(type)) {
    tx.run("UPDATE orders SET attention = ? WHERE reference = ?", type, reference);
  }
};
