import type { FactName, Instant, LinkUsage, Money, RefundRecord, Trust } from "@tautan/core";
import type { DriverHistory, HistoryReport } from "@tautan/core/driver";
import { epochMsOf, factsAt, historyRecord, instantAt } from "@tautan/core/driver";
import { type JsonObject, parseTimestamp } from "@tautan/driver-kit/http";
import { methodOfTransaction } from "./methods.ts";
import { fixedAmountOf, moneyFromWire, openDispute } from "./money.ts";
import { factsOfPurchase, factsOfTransaction } from "./status.ts";
import { JAKARTA, MINUTE_MS } from "./times.ts";
import type { LinkReply, Purchase, Transaction } from "./wire.ts";

/** The subject of a transaction. */
interface Belonging {
  /** The requested purchase. */
  readonly providerId: string;
  /** The link of the purchase, if something connects the two. */
  readonly linkOrderId: string | undefined;
}

/** The history from a notification or Get Status. */
export const reportFromTransaction = (
  transaction: Transaction,
  trust: Trust,
  { providerId, linkOrderId }: Belonging,
): HistoryReport => {
  // Times in a notification are not signed: only Get Status shows whether a denied payment had been paid.
  const { facts, refunded, disputed, notes } = factsOfTransaction(transaction, trust === "read");
  const openedAt = parseTimestamp(transaction.transaction_time, JAKARTA);
  const settledAt = parseTimestamp(transaction.settlement_time, JAKARTA);
  const method = methodOfTransaction(transaction);
  // A card is paid when it is tried. For all other methods, only the settlement time shows when the money arrived.
  const paidAt = method.kind === "card" ? openedAt : settledAt;
  const times: Partial<Record<FactName, Instant | undefined>> = { pending: openedAt, paid: paidAt };
  const timed = factsAt(facts, (fact) => times[fact]);
  if (facts.length > 0) timed.opened = { at: openedAt };
  const amount = moneyFromWire(transaction.gross_amount, transaction.currency);
  const refunds = refunded && refundsOf(transaction, refunded, amount);
  return {
    providerId,
    trust,
    otherIds: transaction.order_id === providerId ? undefined : [transaction.order_id],
    linkProviderId: linkOrderId,
    linkReference: linkOrderId,
    amount,
    attemptId: transaction.transaction_id,
    facts: timed,
    method,
    expiresAt: parseTimestamp(transaction.expiry_time, JAKARTA),
    reversibleUntil:
      paidAt && facts.includes("paid") && isReversible(transaction)
        ? instantAt(epochMsOf(paidAt) + REVERSAL_MS)
        : undefined,
    refunds: refunds?.listed,
    refundedTotal: refunds?.total,
    disputes: disputed && [openDispute(transaction.transaction_id, disputed, amount)],
    notes: refunds ? [...notes, ...refunds.notes] : notes,
  };
};

/**
 * The methods whose settlements can be taken back, and for how long. Source: https://docs.midtrans.com/docs/transaction-status-cycle:
 * Permata, Mandiri Bill and Indomaret, one to five minutes.
 */
const REVERSAL_MS = 5 * MINUTE_MS;

const isReversible = ({ payment_type, permata_va_number, store }: Transaction): boolean =>
  payment_type.toLowerCase() === "echannel" || permata_va_number !== undefined || store?.toLowerCase() === "indomaret";

/**
 * The refunds: each by its id, and their total. `refund` means all of the payment, whatever the total in the same
 * message. Source: docs.midtrans.com, Refund Transaction, "transaction_status" and the sample notification.
 */
const refundsOf = (
  { transaction_status, refunds = [], refund_amount }: Transaction,
  extent: "whole" | "part",
  amount: Money,
) => {
  const money = (value: string): Money => moneyFromWire(value, amount.currency);
  const listed = refunds.flatMap((each): readonly RefundRecord[] => {
    // refund_key is not used as an id: a refund with one id now and the other later would count twice.
    if (each.refund_chargeback_id === undefined || each.refund_amount === undefined) return [];
    const at = parseTimestamp(each.created_at, JAKARTA);
    const refund = { id: each.refund_chargeback_id, phase: "succeeded", amount: money(each.refund_amount) } as const;
    return [{ ...refund, ...(at !== undefined && { at }) }];
  });
  const reported = refund_amount === undefined ? undefined : money(refund_amount);
  const notes: string[] = [];
  if (extent === "part" && !reported && listed.length === 0) {
    notes.push(`transaction_status=${transaction_status} without an amount`);
  }
  if (extent === "whole" && reported && reported.amount !== amount.amount) {
    notes.push(`transaction_status=${transaction_status} with refund_amount=${reported.amount}`);
  }
  return { listed, total: extent === "whole" ? amount : reported, notes };
};

/** The longest documented life of a payment (virtual accounts and Kredivo), plus time for the report of its end. */
const HOLD_MS = (24 * 60 + 5) * MINUTE_MS;

/**
 * Payments are counted from the purchases. Whether `usage` counts open payments is not documented, so it only adds payments
 * that the purchases do not show.
 */
export const usageOf = ({ usage = 0, usage_limit, purchases = [] }: LinkReply, nowMs: number): LinkUsage => {
  const facts = purchases.map((each) => ({ each, facts: factsOfPurchase(each).facts }));
  const paid = facts.filter((each) => each.facts.includes("paid")).length;
  const held = facts.filter(({ each, facts }) => isHolding(facts, each, nowMs)).length;
  return { ...(usage_limit !== undefined && { limit: usage_limit }), used: Math.max(paid, usage - held), held };
};

const HOLDING: ReadonlySet<FactName> = new Set(["pending", "authorized", "review"]);

const isHolding = (facts: readonly FactName[], { created_at }: Purchase, nowMs: number): boolean => {
  const createdAt = parseTimestamp(created_at);
  return facts.some((fact) => HOLDING.has(fact)) && (createdAt === undefined || epochMsOf(createdAt) + HOLD_MS > nowMs);
};

/** The histories in a link's details, newest first, each with the provider's own object from `raw`. */
export const historiesFromLink = (reply: LinkReply, raw: JsonObject): readonly DriverHistory[] => {
  const originals = Array.isArray(raw["purchases"]) ? (raw["purchases"] as readonly unknown[]) : [];
  return (reply.purchases ?? [])
    .map((purchase, index) => ({ purchase, raw: originals[index], createdMs: createdMsOf(purchase) }))
    .toReversed()
    .toSorted((left, right) => right.createdMs - left.createdMs)
    .map((each) => ({ record: historyRecord(reportFromPurchase(reply, each.purchase)), raw: each.raw }));
};

const createdMsOf = ({ created_at }: Purchase): number => {
  const createdAt = parseTimestamp(created_at);
  return createdAt === undefined ? 0 : epochMsOf(createdAt);
};

const reportFromPurchase = (link: LinkReply, purchase: Purchase): HistoryReport => {
  const { payment_status, payment_method } = purchase;
  const amount = fixedAmountOf(link);
  const { refunded, disputed, ...reported } = factsOfPurchase(purchase);
  const { facts } = reported;
  const refundedTotal = refunded === "whole" ? amount : undefined;
  const method = payment_method === undefined ? undefined : methodOfTransaction({ payment_type: payment_method });
  const createdAt = parseTimestamp(purchase.created_at);
  const updatedAt = parseTimestamp(purchase.updated_at);
  // updated_at is the time of the last status, not always of the payment: a card is captured a day before it settles.
  const paidAt = method?.kind === "card" || refunded || disputed ? undefined : updatedAt;
  const times: Partial<Record<FactName, Instant | undefined>> = { opened: createdAt, pending: createdAt, paid: paidAt };
  return {
    providerId: purchase.order_id,
    trust: "read",
    linkProviderId: link.order_id,
    linkReference: link.order_id,
    amount,
    facts: {
      ...(facts.length > 0 && { opened: { at: createdAt } }),
      ...factsAt(facts, (fact) => (fact in times ? times[fact] : updatedAt)),
    },
    method,
    refundedTotal,
    // If the payer chose the amount, only the fact of a full refund is known, not the amount.
    refunds: refunded === "whole" && !amount ? [{ id: purchase.order_id, phase: "succeeded" }] : undefined,
    disputes: disputed && [openDispute(purchase.order_id, disputed, amount)],
    notes:
      refunded === "part" ? [...reported.notes, `payment_status=${payment_status} without an amount`] : reported.notes,
  };
};
