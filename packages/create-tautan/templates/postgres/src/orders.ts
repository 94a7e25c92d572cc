import type { LedgerEvent, LedgerEventType, PostgresTransaction } from "@tautan/ledger";
import { database } from "./database.ts";

export interface Order {
  readonly reference: string;
  readonly title: string;
  /** In rupiah. */
  readonly amount: number;
  readonly paidAt: Date | null;
  /** How many payments were handled: 1 once it is paid. */
  readonly payments: number;
  /** Why a person must look at it: the last event of `FOR_A_PERSON`. */
  readonly attention: LedgerEventType | null;
}

type NewOrder = Pick<Order, "reference" | "title" | "amount">;

export const addOrder = async ({ reference, title, amount }: NewOrder): Promise<void> => {
  await database.query("INSERT INTO orders (reference, title, amount) VALUES ($1, $2, $3)", [reference, title, amount]);
};

export const findOrder = async (reference: string): Promise<Order | undefined> => {
  const columns = 'reference, title, amount, paid_at AS "paidAt", payments, attention';
  const found = await database.query<Order>(`SELECT ${columns} FROM orders WHERE reference = $1`, [reference]);
  return found.rows[0];
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

/** Called once for each event, in the transaction that marks it as handled. */
export const onEvent = async (event: LedgerEvent, tx: PostgresTransaction): Promise<void> => {
  const { type, at, reference } = event;
  if (type === "paid") {
    const statement =
      "UPDATE orders SET paid_at = $1, payments = payments + 1 WHERE reference = $2 RETURNING reference";
    const paid = await tx.query(statement, [at, reference]);
    // Thrown, it stays in the ledger as unhandled: somebody paid for it.
    if (paid.length === 0) throw new Error(`${reference}: paid, and there is no such order`);
  } else if (FOR_A_PERSON.includes(type)) {
    await tx.query("UPDATE orders SET attention = $1 WHERE reference = $2", [type, reference]);
  }
};
