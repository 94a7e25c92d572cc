import type { FactName, PaymentMethodKind } from "@tautan/core";
import { methodOfTransaction } from "./methods.ts";

/** The meaning of a transaction's words. */
export interface TransactionFacts {
  readonly facts: readonly FactName[];
  /** A refund, full or partial. */
  readonly refunded?: "whole" | "part";
  /** A dispute by the cardholder's bank, full or partial. */
  readonly disputed?: "whole" | "part";
  /** Words that this version does not know. */
  readonly notes: readonly string[];
}

/** The words that decide a transaction's state. */
export interface TransactionWords {
  readonly transaction_status: string;
  readonly fraud_status?: string | undefined;
  readonly status_code: string;
  readonly payment_type?: string | undefined;
  /** The time when the money arrived, if it did. */
  readonly settlement_time?: string | undefined;
}

/** `isRead` is whether the words were read: times of a notification are not signed. */
type Row = (words: TransactionWords, isRead: boolean) => TransactionFacts;

const says = (...facts: readonly FactName[]): Row => {
  const meaning: TransactionFacts = { facts, notes: [] };
  return () => meaning;
};

const paid = says("paid");

const UNKNOWN_FACTS: readonly FactName[] = [];

/**
 * `deny` is final even after a settlement: only Permata, Mandiri Bill and Indomaret may take one back within minutes. For
 * cards, wallets, QRIS and credit it means that they were refused and never paid. For all transfers and shops, and for
 * unknown methods, that is not assumed. A transaction with a settlement time was paid before. Source:
 * https://docs.midtrans.com/docs/transaction-status-cycle, "deny" and "Reversal Case".
 */
const denied: Row = ({ payment_type, settlement_time }, isRead) => {
  if (isRead && settlement_time !== undefined) return { facts: ["paid", "voided"], notes: [] };
  const kind = payment_type === undefined ? "other" : methodOfTransaction({ payment_type }).kind;
  return { facts: [PAID_BY_APPROVAL.has(kind) ? "declined" : "voided"], notes: [] };
};

const PAID_BY_APPROVAL: ReadonlySet<PaymentMethodKind> = new Set(["card", "ewallet", "qris", "paylater"]);

/**
 * A transaction is paid only if the status, the code 200 and the fraud verdict agree. Source: docs.midtrans.com, Best
 * Practices to Handle Notification, and Transaction Status.
 */
const money: Row = (words, isRead) => {
  const { transaction_status, status_code, fraud_status } = words;
  switch (fraud_status?.toLowerCase() ?? "accept") {
    case "accept":
      return status_code === "200"
        ? paid(words, isRead)
        : { facts: UNKNOWN_FACTS, notes: [`transaction_status=${transaction_status} with status_code=${status_code}`] };
    case "challenge":
      return { facts: ["review"], notes: [] };
    case "deny":
      // A settlement with this verdict is not documented, so it does not prove that no money arrived.
      return transaction_status.toLowerCase() === "capture" ? denied(words, isRead) : { facts: ["voided"], notes: [] };
    default:
      return { facts: UNKNOWN_FACTS, notes: [`fraud_status=${fraud_status}`] };
  }
};

/** Every documented `transaction_status`. Source: docs.midtrans.com, Transaction Status and Transaction Status Cycle. */
const TRANSACTION_STATUSES: ReadonlyMap<string, Row> = new Map<string, Row>([
  ["pending", says("pending")],
  ["authorize", says("authorized")],
  ["capture", money],
  ["settlement", money],
  ["deny", denied],
  // A captured card that is cancelled is no longer paid; any other cancelled attempt may still be paid late.
  [
    "cancel",
    ({ payment_type }) => ({
      facts: payment_type?.toLowerCase() === "credit_card" ? ["cancelled", "voided"] : ["cancelled"],
      notes: [],
    }),
  ],
  ["expire", says("expired")],
  ["failure", says("failed")],
  ["refund", () => ({ facts: ["paid"], refunded: "whole", notes: [] })],
  ["partial_refund", () => ({ facts: ["paid"], refunded: "part", notes: [] })],
  ["chargeback", () => ({ facts: ["paid"], disputed: "whole", notes: [] })],
  ["partial_chargeback", () => ({ facts: ["paid"], disputed: "part", notes: [] })],
]);

/** The meaning of a notification or Get Status. Total: a word that is not listed becomes a note, never a fact. */
export const factsOfTransaction = (words: TransactionWords, isRead = true): TransactionFacts =>
  TRANSACTION_STATUSES.get(words.transaction_status.toLowerCase())?.(words, isRead) ?? {
    facts: UNKNOWN_FACTS,
    notes: [`transaction_status=${words.transaction_status}`],
  };

/** The words of a purchase in a link's details. */
export interface PurchaseWords {
  readonly payment_status: string | undefined;
  readonly payment_method: string | undefined;
}

/**
 * The meaning of a purchase in a link's details. Its words are those of a transaction in capitals, but it contains no
 * attempt, no status code and no fraud verdict.
 *
 * `DENY` is only failed here: the customer may try again in the same purchase. `CAPTURE` is only under review: a captured card
 * is paid only if the verdict is not `challenge`. The notification and Get Status contain both.
 * Source: docs.midtrans.com, Get Payment Link Details, Transaction Status Cycle and Get Transaction Status.
 */
export const factsOfPurchase = ({ payment_status, payment_method }: PurchaseWords): TransactionFacts => {
  if (payment_status === undefined) return { facts: ["opened"], notes: [] };
  const word = payment_status.toLowerCase();
  if (word === "deny") return { facts: ["failed"], notes: [] };
  if (word === "capture") return { facts: ["review"], notes: [] };
  const read = TRANSACTION_STATUSES.get(word);
  // 200 is the code of a settlement.
  if (read) return read({ transaction_status: word, status_code: "200", payment_type: payment_method }, true);
  return { facts: UNKNOWN_FACTS, notes: [`payment_status=${payment_status}`] };
};
