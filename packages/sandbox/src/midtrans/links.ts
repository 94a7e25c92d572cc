import type { PayPageState } from "../simulator-kit/index.ts";
import { type LinkRequest, lengthMs } from "./create-request.ts";
import type { MidtransMethod } from "./methods.ts";

export type TransactionStatus =
  | "pending"
  | "authorize"
  | "capture"
  | "settlement"
  | "partial_refund"
  | "refund"
  | "partial_chargeback"
  | "chargeback"
  | "deny"
  | "cancel"
  | "expire";

/** Money of a transaction that went back to its payer. */
export interface Refund {
  /** `refund_chargeback_id` */
  readonly id: number;
  /** The merchant's own id of it, or one that was made up. */
  readonly key: string;
  readonly amount: number;
  readonly reason: string;
  readonly createdAtMs: number;
  /** When the bank had confirmed it. */
  readonly confirmedAtMs: number | undefined;
}

/** A single attempt to pay a purchase: Midtrans calls it a transaction. */
export interface Transaction {
  readonly id: string;
  readonly method: MidtransMethod;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  /** The method, in the field names of notifications. */
  channel: Readonly<Record<string, unknown>>;
  status: TransactionStatus;
  /** The verdict of fraud detection other than `accept`: while it is `challenge`, the merchant decides. */
  fraud: "challenge" | "deny" | undefined;
  /** Whole rupiah that the payer has had back from the bank, against the merchant. */
  chargedBack: number;
  capturedAtMs: number | undefined;
  settledAtMs: number | undefined;
  /** Oldest first. */
  refunds: readonly Refund[];
}

/** One payer's purchase through a link. It may take several tries, after refusals. */
export interface Purchase {
  readonly id: number;
  readonly link: MidtransLink;
  /** The link's order id, a dash and the milliseconds since 1970; of what was paid elsewhere, the order id alone. */
  readonly orderId: string;
  readonly snapToken: string;
  /** Less, once less of it was captured than was reserved. */
  amount: number;
  readonly createdAtMs: number;
  readonly transactions: [Transaction, ...Transaction[]];
  /** Opened by a payer who is about to complete it: not for another to take over. */
  isInHand: boolean;
  updatedAtMs: number;
}

export interface MidtransLink {
  /** {@link LinkSummary.number} */
  readonly number: number;
  readonly id: number;
  readonly request: LinkRequest;
  readonly slug: string;
  readonly createdAtMs: number;
  readonly purchases: Purchase[];
  /** When the expiry begins to count. Expiring a link by hand moves it back. */
  startMs: number;
  expiry: LinkRequest["expiry"];
  isDeleted: boolean;
  /** Not a link, but the parent of a payment by another product of the account. */
  readonly isElsewhere: boolean;
}

export const currentTransaction = (purchase: Purchase): Transaction =>
  purchase.transactions.at(-1) ?? purchase.transactions[0];

const PAID_STATUSES: ReadonlySet<TransactionStatus> = new Set([
  "capture",
  "settlement",
  "partial_refund",
  "refund",
  "partial_chargeback",
  "chargeback",
]);

/** Whether it was paid, and so consumes a use of its link: neither a refund nor a chargeback gives one back. */
export const isPaid = ({ status, fraud }: Pick<Transaction, "status" | "fraud">): boolean =>
  PAID_STATUSES.has(status) && fraud !== "challenge";

/** Whether the merchant has to decide on it, and it holds a use of its link until then. */
export const isUnderReview = ({ fraud }: Pick<Transaction, "fraud">): boolean => fraud === "challenge";

/** Whether its payer may still pay it, and so it holds one use of its link. */
export const isOpen = (transaction: Pick<Transaction, "status" | "fraud">): boolean => {
  const { status } = transaction;
  return (status === "pending" || status === "authorize") && !isUnderReview(transaction);
};

/** How many uses of the link are consumed. */
export const usageOf = (link: MidtransLink): number =>
  link.purchases.filter((purchase) => isPaid(currentTransaction(purchase))).length;

/** The purchases that hold a use until they are paid or have failed. */
export const holdersOf = (link: MidtransLink): readonly Purchase[] =>
  link.purchases.filter((purchase) => {
    const transaction = currentTransaction(purchase);
    return isOpen(transaction) || isUnderReview(transaction);
  });

/** The instructions on the link's page. */
export const stateOf = (link: MidtransLink, nowMs: number): PayPageState => {
  const { usageLimit } = link.request;
  const usage = usageOf(link);
  if (usage >= usageLimit) return usageLimit === 1 ? "paid" : "used_up";
  if (link.isDeleted) return "closed";
  if (link.expiry !== undefined && nowMs >= link.startMs + lengthMs(link.expiry)) return "expired";
  return usage + holdersOf(link).length >= usageLimit ? "held" : "open";
};

/** Moves the expiry back so far that it has just passed. */
export const expireLink = (link: MidtransLink, nowMs: number): void => {
  link.expiry ??= { startMs: undefined, duration: 1, unit: "minutes" };
  link.startMs = nowMs - lengthMs(link.expiry);
};

/** Starts an attempt to pay, in the state pending. */
export const createTransaction = (
  id: string,
  method: MidtransMethod,
  channel: Readonly<Record<string, unknown>>,
  nowMs: number,
): Transaction => ({
  id,
  method,
  createdAtMs: nowMs,
  expiresAtMs: nowMs + method.lifetimeMs,
  channel,
  status: "pending",
  fraud: undefined,
  chargedBack: 0,
  capturedAtMs: undefined,
  settledAtMs: undefined,
  refunds: [],
});
