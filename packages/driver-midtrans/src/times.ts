import type { FactName, Instant } from "@tautan/core";
import type { HistoryReport } from "@tautan/core/driver";

export const MINUTE_MS = 60_000;

/** Times without an offset are Jakarta's. Source: docs.midtrans.com, Get Transaction Status: GMT+7. */
export const JAKARTA = "+07:00";

/** Facts, each with its time if it is known. */
export const factsAt = (
  facts: readonly FactName[],
  timeOf: (fact: FactName) => Instant | undefined,
): HistoryReport["facts"] => {
  const timed: Partial<Record<FactName, { readonly at: Instant | undefined }>> = {};
  for (const fact of facts) timed[fact] = { at: timeOf(fact) };
  return timed;
};
