import type { FactName, Instant, Money, RefundRecord, Trust } from "@tautan/core";
import type { HistoryReport } from "@tautan/core/driver";
import { epochMsOf, instantAt } from "@tautan/core/driver";
import { parseTimestamp } from "@tautan/driver-kit/http";
import { CURRENCY, openDispute } from "./amounts.ts";
import { methodOfTransaction } from "./methods.ts";
import { factsOfTransaction } from "./status.ts";
import { factsAt, JAKARTA, MINUTE_MS } from "./times.ts";
import type { Transaction } from "./wire.ts";

/** What a transaction is the news of. */
interface Belonging {
  /** The purchase it was asked for. */
  readonly providerId: string;
  /** The link of that, where something ties the two. */
  readonly linkOrderId: string | undefined;
}

/** The history that a notification or Get Status tells. */
export const reportFromTransaction = (
  transaction: Transaction,
  trust: Trust,
  { providerId, linkOrderId }: Belonging,
): HistoryReport => {
  // A notification does not sign its times: whether what was denied had been paid is for Get Status to say.
  const words = trust === "read" ? transaction : { ...transaction, settlement_time: undefined };
  const { facts, refunded, disputed, notes } = factsOfTransaction(words);
  const openedAt = parseTimestamp(transaction.transaction_time, JAKARTA);
  const settledAt = parseTimestamp(transaction.settlement_time, JAKARTA);
  const method = methodOfTransaction(transaction);
  // A card is paid when it is tried; of all other methods only the settlement time tells when the money came.
  const paidAt = method.kind === "card" ? openedAt : settledAt;
  const times: Partial<Record<FactName, Instant | undefined>> = { opened: openedAt, pending: openedAt, paid: paidAt };
  const amount = { amount: transaction.gross_amount, currency: transaction.currency ?? CURRENCY };
  const refunds = refunded && refundsOf(transaction, refunded, amount);
  return {
    providerId,
    trust,
    aliases: [transaction.order_id === providerId ? undefined : transaction.order_id],
    linkProviderId: linkOrderId,
    linkReference: linkOrderId,
    amount,
    attemptId: transaction.transaction_id,
    facts: factsAt(facts.length > 0 ? ["opened", ...facts] : facts, (fact) => times[fact]),
    method,
    expiresAt: parseTimestamp(transaction.expiry_time, JAKARTA),
    reversibleUntil:
      paidAt && facts.includes("paid") && isReversible(transaction)
        ? instantAt(epochMsOf(paidAt) + REVERSAL_MS)
        : undefined,
    refunds: refunds?.listed,
    refundedTotal: refunds?.total,
    disputes: disputed && [openDispute(transaction.transaction_id, disputed, amount)],
    notes: [...notes, ...(refunds?.notes ?? [])],
  };
};

/**
 * How long a settlement may still be taken back, and of which methods. Source: docs.midtrans.com, Transaction Status Cycle:
 * Permata, Mandiri Bill and Indomaret, one to five minutes.
 */
const REVERSAL_MS = 5 * MINUTE_MS;

const isReversible = ({ payment_type, permata_va_number, store }: Transaction): boolean =>
  payment_type.toLowerCase() === "echannel" || permata_va_number !== undefined || store?.toLowerCase() === "indomaret";

/**
 * What went back to the payer: each refund by its id, and their total. `refund` means all of it, whatever total comes with
 * it. Source: docs.midtrans.com, Refund Transaction, "transaction_status" and the sample notification.
 */
const refundsOf = (
  { transaction_status, refunds = [], refund_amount }: Transaction,
  extent: "whole" | "part",
  amount: Money,
) => {
  const money = (value: string): Money => ({ amount: value, currency: amount.currency });
  const listed = refunds.flatMap((each): readonly RefundRecord[] => {
    // refund_key does not serve as an id: told under one id now and under the other later, a refund would count twice.
    if (each.refund_chargeback_id === undefined || each.refund_amount === undefined) return [];
    const at = parseTimestamp(each.created_at, JAKARTA);
    const refund = { id: each.refund_chargeback_id, phase: "succeeded", amount: money(each.refund_amount) } as const;
    return [{ ...refund, ...(at !== undefined && { at }) }];
  });
  const told = refund_amount === undefined ? undefined : money(refund_amount);
  const notes: string[] = [];
  if (extent === "part" && !told && listed.length === 0) {
    notes.push(`transaction_status=${transaction_status} without an amount`);
  }
  if (extent === "whole" && told && told.amount !== amount.amount) {
    notes.push(`transaction_status=${transaction_status} with refund_amount=${told.amount}`);
  }
  return { listed, total: extent === "whole" ? amount : told, notes };
};
