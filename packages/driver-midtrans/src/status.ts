import type { FactName } from "@tautan/core";

/** What a transaction's words come to. */
export interface TransactionFacts {
  readonly facts: readonly FactName[];
  /** Money went back to the payer: look at the refunds. */
  readonly refunded?: boolean;
  /** A cardholder's bank took the payment into dispute. */
  readonly disputed?: boolean;
  /** Words that this version does not know. */
  readonly notes: readonly string[];
}

/** The words that decide a transaction's state. */
export interface TransactionWords {
  readonly transaction_status: string;
  readonly fraud_status?: string | undefined;
  readonly status_code: string;
  readonly payment_type?: string | undefined;
}

type Row = (words: TransactionWords) => TransactionFacts;

const says =
  (...facts: readonly FactName[]): Row =>
  () => ({ facts, notes: [] });

const UNKNOWN_FACTS: readonly FactName[] = [];

/**
 * Money is there only where the status, the code 200 and the fraud verdict agree. Source: docs.midtrans.com, Best
 * Practices to Handle Notification, and Transaction Status.
 */
const money: Row = ({ transaction_status, status_code, fraud_status }) => {
  switch (fraud_status?.toLowerCase() ?? "accept") {
    case "accept":
      return status_code === "200"
        ? { facts: ["paid"], notes: [] }
        : { facts: UNKNOWN_FACTS, notes: [`transaction_status=${transaction_status} with status_code=${status_code}`] };
    case "challenge":
      return { facts: ["review"], notes: [] };
    case "deny":
      return { facts: ["voided"], notes: [] };
    default:
      return { facts: UNKNOWN_FACTS, notes: [`fraud_status=${fraud_status}`] };
  }
};

/**
 * Every documented `transaction_status`. Source: docs.midtrans.com, Transaction Status and Transaction Status Cycle.
 *
 * `deny` is final even after a settlement: Permata, Mandiri Bill and Indomaret may take a settlement back within minutes.
 */
const TRANSACTION_STATUSES: ReadonlyMap<string, Row> = new Map<string, Row>([
  ["pending", says("pending")],
  ["authorize", says("authorized")],
  ["capture", money],
  ["settlement", money],
  ["deny", says("voided")],
  // A captured card that is cancelled was paid and is not any more; any other cancelled attempt may still be paid late.
  [
    "cancel",
    ({ payment_type }) => ({
      facts: payment_type?.toLowerCase() === "credit_card" ? ["cancelled", "voided"] : ["cancelled"],
      notes: [],
    }),
  ],
  ["expire", says("expired")],
  ["failure", says("failed")],
  ["refund", () => ({ facts: ["paid"], refunded: true, notes: [] })],
  ["partial_refund", () => ({ facts: ["paid"], refunded: true, notes: [] })],
  ["chargeback", () => ({ facts: ["paid"], disputed: true, notes: [] })],
  ["partial_chargeback", () => ({ facts: ["paid"], disputed: true, notes: [] })],
]);

/** What a notification or Get Status says. Total: a word that is not listed becomes a note, never a fact. */
export const factsOfTransaction = (words: TransactionWords): TransactionFacts =>
  TRANSACTION_STATUSES.get(words.transaction_status.toLowerCase())?.(words) ?? {
    facts: UNKNOWN_FACTS,
    notes: [`transaction_status=${words.transaction_status}`],
  };

/**
 * What a purchase in a link's details says of the purchase as a whole.
 *
 * A purchase that reads `DENY` is no more than failed here: the customer may try again in it. That a payment was taken back
 * is learnt from the notification and from Get Status, which name the try.
 */
export const factsOfPurchase = (paymentStatus: string | undefined): TransactionFacts => {
  if (paymentStatus === undefined) return { facts: ["opened"], notes: [] };
  const word = paymentStatus.toLowerCase();
  if (word === "deny") return { facts: ["failed"], notes: [] };
  // The purchase gives no status code and no fraud verdict; 200 is what these words come with.
  return factsOfTransaction({ transaction_status: word, status_code: "200" });
};
