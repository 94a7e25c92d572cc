import type { DisputeEvidence, Money, RefundEvidence, Trust } from "@tautan/core";
import type { HistoryReport } from "@tautan/core/driver";
import { epochMsOf, instantAt } from "@tautan/core/driver";
import { parseTimestamp } from "@tautan/driver-kit/calls";
import { CURRENCY, rupiah } from "./amounts.ts";
import { methodOfTransaction } from "./methods.ts";
import { linkOrderIds } from "./order-id.ts";
import { factsOfTransaction } from "./status.ts";
import { factsAt, JAKARTA, MINUTE_MS } from "./times.ts";
import type { Transaction } from "./wire.ts";

/** The history that a notification or Get Status tells, under the id of the purchase it was asked for. */
export const reportFromTransaction = (
  transaction: Transaction,
  trust: Trust,
  purchaseOrderId: string,
): HistoryReport => {
  const { facts, refunded, disputed, notes } = factsOfTransaction(transaction);
  const linkOrderId = linkOrderIds(purchaseOrderId, transaction.custom_field1)[0];
  const openedAt = parseTimestamp(transaction.transaction_time, JAKARTA);
  const settledAt = parseTimestamp(transaction.settlement_time, JAKARTA);
  const method = methodOfTransaction(transaction);
  const isCard = method.kind === "card";
  // A card is paid when it is tried; of all other methods only the settlement time tells when the money came.
  const paidAt = settledAt === undefined || isCard ? (isCard ? openedAt : undefined) : settledAt;
  const amount = { amount: transaction.gross_amount, currency: transaction.currency ?? CURRENCY };
  return {
    providerId: purchaseOrderId,
    trust,
    aliases: transaction.order_id === purchaseOrderId ? [] : [transaction.order_id],
    linkProviderId: linkOrderId,
    linkReference: linkOrderId,
    amount,
    tryId: transaction.transaction_id,
    facts: factsAt(facts, (fact) => (fact === "pending" ? openedAt : fact === "paid" ? paidAt : undefined)),
    method,
    expiresAt: parseTimestamp(transaction.expiry_time, JAKARTA),
    reversibleUntil:
      paidAt && facts.includes("paid") && isReversible(transaction)
        ? instantAt(epochMsOf(paidAt) + REVERSAL_MS)
        : undefined,
    ...(refunded && refundsOf(transaction, amount)),
    ...(disputed && { disputes: [disputeOf(transaction, amount)] }),
    notes,
  };
};

/**
 * How long a settlement may still be taken back, and of which methods. Source: docs.midtrans.com, Transaction Status Cycle:
 * Permata, Mandiri Bill and Indomaret, one to five minutes.
 */
const REVERSAL_MS = 5 * MINUTE_MS;

const isReversible = ({ payment_type, permata_va_number, store }: Transaction): boolean =>
  payment_type === "echannel" || permata_va_number !== undefined || store?.toLowerCase() === "indomaret";

/** Refunds have ids; where a notification leaves them out, its total stands. Without a total it is a full refund. */
const refundsOf = ({ refunds = [], refund_amount, transaction_status }: Transaction, amount: Money) => {
  const listed = refunds.flatMap((each): readonly RefundEvidence[] => {
    const id = each.refund_chargeback_id ?? each.refund_key;
    if (id === undefined || each.refund_amount === undefined) return [];
    const at = parseTimestamp(each.created_at, JAKARTA);
    return [{ id, phase: "succeeded", amount: rupiah(each.refund_amount), ...(at !== undefined && { at }) }];
  });
  const full = transaction_status.toLowerCase() === "refund" ? amount : undefined;
  return { refunds: listed, refundedTotal: refund_amount === undefined ? full : rupiah(refund_amount) };
};

/** Chargebacks come without an id of their own: a transaction has one at most. */
const disputeOf = ({ transaction_id, transaction_status }: Transaction, amount: Money): DisputeEvidence => ({
  id: transaction_id,
  phase: "opened",
  ...(transaction_status.toLowerCase() === "chargeback" && { amount }),
});
