import type { FactName, Instant, LinkUsage } from "@tautan/core";
import type { DriverHistory, HistoryReport } from "@tautan/core/driver";
import { epochMsOf, historyRecord } from "@tautan/core/driver";
import { type JsonObject, parseTimestamp } from "@tautan/driver-kit/http";
import { fixedAmountOf, openDispute } from "./amounts.ts";
import { methodOfTransaction } from "./methods.ts";
import { factsOfPurchase } from "./status.ts";
import { factsAt, MINUTE_MS } from "./times.ts";
import type { LinkReply, Purchase } from "./wire.ts";

/** The longest documented life of an attempt (virtual accounts and Kredivo), and a grace for the news of its end. */
const HOLD_MS = (24 * 60 + 5) * MINUTE_MS;

/**
 * Payments made are counted from the purchases. `usage` may or may not count what open attempts hold (no document says), so
 * it only adds payments that the purchases do not show.
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

/** The histories that a link's details tell, newest first, each with the provider's own object from `raw`. */
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
  const { refunded, disputed, ...told } = factsOfPurchase(purchase);
  const { facts } = told;
  const refundedTotal = refunded === "whole" ? amount : undefined;
  const method = payment_method === undefined ? undefined : methodOfTransaction({ payment_type: payment_method });
  const createdAt = parseTimestamp(purchase.created_at);
  const updatedAt = parseTimestamp(purchase.updated_at);
  // updated_at is the time of the last word, which is not always the payment: a card is captured a day before it settles.
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
    // Where the payer chose the amount, all that is known is that all of it went back.
    refunds: refunded === "whole" && !amount ? [{ id: purchase.order_id, phase: "succeeded" }] : undefined,
    disputes: disputed && [openDispute(purchase.order_id, disputed, amount)],
    notes: refunded === "part" ? [...told.notes, `payment_status=${payment_status} without an amount`] : told.notes,
  };
};
