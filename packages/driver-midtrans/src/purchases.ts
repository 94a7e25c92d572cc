import type { FactName, LinkUsage } from "@tautan/core";
import type { DriverHistory, HistoryReport } from "@tautan/core/driver";
import { epochMsOf, historyEvidence } from "@tautan/core/driver";
import { parseTimestamp } from "@tautan/driver-kit/calls";
import { fixedAmountOf } from "./amounts.ts";
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
  const facts = purchases.map((each) => ({ each, facts: factsOfPurchase(each.payment_status).facts }));
  const paid = facts.filter((each) => each.facts.includes("paid")).length;
  const held = facts.filter(({ each, facts }) => isHolding(facts, each, nowMs)).length;
  return { ...(usage_limit !== undefined && { limit: usage_limit }), used: Math.max(paid, usage - held), held };
};

const HOLDING: ReadonlySet<FactName> = new Set(["pending", "authorized", "review"]);

const isHolding = (facts: readonly FactName[], { created_at }: Purchase, nowMs: number): boolean => {
  const createdAt = parseTimestamp(created_at);
  return facts.some((fact) => HOLDING.has(fact)) && (createdAt === undefined || epochMsOf(createdAt) + HOLD_MS > nowMs);
};

/** The histories that a link's details tell, newest first. */
export const historiesFromLink = (reply: LinkReply): readonly DriverHistory[] =>
  (reply.purchases ?? [])
    .map((purchase) => ({ evidence: historyEvidence(reportFromPurchase(reply, purchase)), raw: purchase }))
    .toReversed();

const reportFromPurchase = (link: LinkReply, purchase: Purchase): HistoryReport => {
  const { facts, notes } = factsOfPurchase(purchase.payment_status);
  const createdAt = parseTimestamp(purchase.created_at);
  const updatedAt = parseTimestamp(purchase.updated_at);
  const isOpen = facts.some((fact) => fact === "opened" || fact === "pending");
  return {
    providerId: purchase.order_id,
    trust: "read",
    linkProviderId: link.order_id,
    linkReference: link.order_id,
    amount: fixedAmountOf(link),
    facts: { opened: { at: createdAt }, ...factsAt(facts, isOpen ? createdAt : updatedAt) },
    method:
      purchase.payment_method === undefined
        ? undefined
        : methodOfTransaction({ payment_type: purchase.payment_method }),
    notes,
  };
};
