import { compareDecimals, sumMoney } from "./arithmetic.ts";
import type { FactName, HistoryEvidence, HistoryStatus, TryEvidence } from "./history.ts";
import { rankClaims } from "./history-evidence.ts";
import type { Money } from "./money.ts";

/** The status of a history: pure and total, the best try first. */
export const historyStatus = (evidence: HistoryEvidence): HistoryStatus => {
  const payment = paymentState(evidence);
  if (payment === "none") return unpaidStatus(evidence.tries);
  if (payment === "reversed" || evidence.disputes.some((each) => each.phase === "lost")) return "reversed";
  if (evidence.disputes.some((each) => each.phase === "opened")) return "disputed";
  const refund = refundState(evidence);
  if (refund !== "none") return refund;
  return evidence.tries.some((each) => each.facts.settled && !each.facts.voided) ? "settled" : "paid";
};

/** Whether a status means that the money is with the merchant or on its way there. */
export const statusIsPaid = (status: HistoryStatus): boolean =>
  status === "paid" || status === "settled" || status === "partially_refunded";

/**
 * The sum of refunds that succeeded, by id or by the reported total, whichever is more; in the payment's currency where any
 * are. `undefined` where there is none, or none whose amount is known.
 */
export const refundedMoney = ({ amounts, refunds, refundedTotal: total }: HistoryEvidence): Money | undefined => {
  const currency = rankClaims(amounts)[0]?.value.currency;
  const refunded = refunds.flatMap(({ phase, amount }) => (phase === "succeeded" && amount ? [amount] : []));
  const alike = refunded.filter((each) => each.currency === currency);
  const sum = sumMoney(alike.length > 0 ? alike : refunded);
  if (!sum || !total) return sum ?? total;
  if (sum.currency !== total.currency) return total.currency === currency ? total : sum;
  return compareDecimals(sum.amount, total.amount) > 0 ? sum : total;
};

/** Whether the try was paid; settled money was paid before. */
export const tryIsPaid = (each: TryEvidence): boolean =>
  each.facts.paid !== undefined || each.facts.settled !== undefined;

/**
 * A payment that was not voided wins over everything in other named tries. A source that names no try speaks of the whole:
 * its "voided" takes every payment back. Where only such a source says "paid", and every try named was voided, the safe
 * reading is that the payment was one of those.
 */
const paymentState = ({ tries, refunds, refundedTotal, disputes }: HistoryEvidence): "none" | "kept" | "reversed" => {
  const wasPaid = tries.some(tryIsPaid) || refunds.length > 0 || refundedTotal !== undefined || disputes.length > 0;
  if (!wasPaid) return "none";
  if (tries.some((each) => each.id === "" && each.facts.voided)) return "reversed";
  const named = tries.filter((each) => each.id !== "");
  if (named.some((each) => tryIsPaid(each) && !each.facts.voided)) return "kept";
  const wasTakenBack = named.some(tryIsPaid) || (named.length > 0 && named.every((each) => each.facts.voided));
  return wasTakenBack ? "reversed" : "kept";
};

/**
 * Where it is not known how much was refunded, or of how much, the safe reading is that all of it was; so where sources that
 * are trusted alike differ, the least amount counts.
 */
const refundState = (evidence: HistoryEvidence): "none" | "partially_refunded" | "refunded" => {
  const succeeded = evidence.refunds.filter((each) => each.phase === "succeeded");
  if (succeeded.length === 0 && evidence.refundedTotal === undefined) return "none";
  const [best, ...others] = rankClaims(evidence.amounts);
  if (!best || succeeded.some((each) => !each.amount)) return "refunded";
  const refunded = refundedMoney(evidence);
  const isAll = [best, ...others.filter((each) => each.trust === best.trust)].some(
    ({ value }) => refunded?.currency === value.currency && compareDecimals(refunded.amount, value.amount) >= 0,
  );
  return isAll ? "refunded" : "partially_refunded";
};

const OPEN: readonly FactName[] & readonly HistoryStatus[] = ["review", "authorized", "pending", "opened"];

const unpaidStatus = (tries: readonly TryEvidence[]): HistoryStatus => {
  const whole = tries.filter((each) => each.id === "");
  const named = tries.filter((each) => each.id !== "");
  // The provider closed the whole history; a failed try, on the other hand, may be followed by another.
  for (const end of ["cancelled", "expired"] as const) if (hasFact(whole, end)) return end;
  const standing = named.filter((each) => !tryHasEnded(each));
  const mayBeFollowed = named.every((each) => !each.facts.cancelled && !each.facts.expired);
  const open = standing.length > 0 || !mayBeFollowed ? standing : whole.filter((each) => !tryHasEnded(each));
  for (const name of OPEN) if (hasFact(open, name)) return name;
  for (const end of ["cancelled", "expired"] as const) if (hasFact(named, end)) return end;
  return hasFact(tries, "failed") || hasFact(tries, "voided") ? "failed" : "unknown";
};

/** Whether nothing more is to come of a try that was not paid. */
export const tryHasEnded = ({ facts }: TryEvidence): boolean =>
  facts.cancelled !== undefined ||
  facts.expired !== undefined ||
  facts.failed !== undefined ||
  facts.voided !== undefined;

const hasFact = (tries: readonly TryEvidence[], name: FactName): boolean =>
  tries.some((each) => each.facts[name] !== undefined);
