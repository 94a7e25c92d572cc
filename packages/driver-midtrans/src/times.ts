import type { FactName, Instant } from "@tautan/core";
import type { HistoryReport } from "@tautan/core/driver";

export const MINUTE_MS = 60_000;

/** Times without an offset are Jakarta's. Source: docs.midtrans.com, Get Transaction Status: GMT+7. */
export const JAKARTA = "+07:00";

export const factsAt = (
  facts: readonly FactName[],
  at: Instant | undefined,
  paidAt: Instant | undefined = at,
): HistoryReport["facts"] => Object.fromEntries(facts.map((fact) => [fact, { at: fact === "paid" ? paidAt : at }]));
