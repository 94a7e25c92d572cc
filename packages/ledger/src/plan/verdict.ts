import type { LinkAmount, Money, PaymentLinkHistory, Trust } from "@tautan/core";
import { compareDecimals, epochMsOf } from "@tautan/core/driver";
import type { Mark } from "../events/event.ts";
import type { Terms } from "./pending-terms.ts";
import type { Circumstances } from "./state.ts";

/**
 * Why a paid history is not one to deliver on; `undefined` if it is. Only what is known counts: a payment without a time is not
 * late.
 */
export const markOf = (
  { amount, limit, expiresAt }: Terms,
  history: PaymentLinkHistory,
  grantedToOthers: number,
  { lateAfterMs }: Circumstances,
): Mark | undefined => {
  if (!isRightAmount(amount, history)) return "mismatched";
  if (limit !== undefined && grantedToOthers >= limit) return "excess";
  const { paidAt } = history;
  const isLate =
    paidAt !== undefined && expiresAt !== undefined && epochMsOf(paidAt) > epochMsOf(expiresAt) + lateAfterMs;
  return isLate ? "late" : undefined;
};

/**
 * Whether every amount that the most trusted and all proven sources report is that of the link: if they disagree, none is known. The amount
 * that was read of a payment before it was made does not outdo the one that the provider then signs.
 */
export const isRightAmount = (expected: LinkAmount, { amount, record }: PaymentLinkHistory): boolean => {
  const best = record.amounts.find(
    ({ value }) => value.amount === amount?.amount && value.currency === amount.currency,
  );
  if (!best) return false;
  return record.amounts
    .filter(({ trust }) => trust === best.trust || PROVEN.has(trust))
    .every(({ value }) => fits(expected, value));
};

const PROVEN: ReadonlySet<Trust> = new Set(["signed", "read"]);

const fits = (expected: LinkAmount, paid: Money): boolean => {
  if (!("open" in expected)) return expected.amount === paid.amount && expected.currency === paid.currency;
  const { currency, min, max } = expected.open;
  return (
    currency === paid.currency &&
    (min === undefined || compareDecimals(paid.amount, min) >= 0) &&
    (max === undefined || compareDecimals(paid.amount, max) <= 0)
  );
};
