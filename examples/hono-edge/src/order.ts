// One order. All requests about it meet here, one after the other, because there is one object for each reference.
import { DurableObject, type DurableObjectState } from "cloudflare:workers";

export interface OrderState {
  readonly reference: string;
  readonly title: string;
  /** In whole rupiah. */
  readonly amount: number;
  /** The page at which the payer pays; `null` until the gateway has made the link. */
  readonly url: string | null;
  readonly status: "unpaid" | "paid" | "review";
  /** How many tickets were issued: the effect that must happen once. */
  readonly tickets: number;
}

export interface PaymentReport {
  /** `history.id`: the same in each report of a payment. */
  readonly historyId: string;
  readonly amount: number | undefined;
}

export class Order extends DurableObject {
  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env);
    ctx.storage.sql.exec(`CREATE TABLE IF NOT EXISTS orders (
      reference TEXT PRIMARY KEY, title TEXT NOT NULL, amount INTEGER NOT NULL, url TEXT,
      status TEXT NOT NULL DEFAULT 'unpaid', tickets INTEGER NOT NULL DEFAULT 0) STRICT`);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS payments (history_id TEXT PRIMARY KEY) STRICT");
  }

  /** Before the link is created, so that no payment can come for an order that is not known. */
  open({ reference, title, amount }: Pick<OrderState, "reference" | "title" | "amount">): void {
    this.ctx.storage.sql.exec(
      "INSERT OR IGNORE INTO orders (reference, title, amount) VALUES (?, ?, ?)",
      reference,
      title,
      amount,
    );
  }

  setUrl(url: string): void {
    this.ctx.storage.sql.exec("UPDATE orders SET url = ?", url);
  }

  /** The payment is noted and the ticket issued together, or neither. A payment that is reported again changes nothing. */
  pay({ historyId, amount }: PaymentReport): void {
    const { sql } = this.ctx.storage;
    this.ctx.storage.transactionSync(() => {
      const noted = sql.exec("INSERT OR IGNORE INTO payments (history_id) VALUES (?) RETURNING history_id", historyId);
      if (noted.toArray().length === 0) return;
      // A second payment, or another amount, is for a person to look at.
      const isExpected = sql.exec("SELECT 1 FROM orders WHERE status = 'unpaid' AND amount = ?", amount ?? null);
      if (isExpected.toArray().length === 1) sql.exec("UPDATE orders SET status = 'paid', tickets = tickets + 1");
      else sql.exec("UPDATE orders SET status = 'review'");
    });
  }

  read(): OrderState | undefined {
    const [order] = this.ctx.storage.sql.exec("SELECT * FROM orders").toArray();
    return order as OrderState | undefined;
  }
}
