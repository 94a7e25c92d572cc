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
export const refundedMoney = ({ amounts, refunds, refundedTotal }: HistoryEvidence): Money | undefined => {
  const total = isSome(refundedTotal) ? refundedTotal : undefined;
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
 * its "voided" takes every payment back. Where only such a source says "paid" and a named try was voided, the safe reading is
 * that the payment was that try, until the one that paid is named.
 */
const paymentState = ({ tries, refunds, refundedTotal, disputes }: HistoryEvidence): "none" | "kept" | "reversed" => {
  const wasPaid = tries.some(tryIsPaid) || refunds.length > 0 || isSome(refundedTotal) || disputes.length > 0;
  if (!wasPaid) return "none";
  if (tries.some((each) => each.id === "" && each.facts.voided)) return "reversed";
  const named = tries.filter((each) => each.id !== "");
  const stands = named.some((each) => tryIsPaid(each) && !each.facts.voided);
  return hasFact(named, "voided") && !stands ? "reversed" : "kept";
};

/**
 * Where it is not known how much was refunded, or of how much, the safe reading is that all of it was: a refund in another
 * currency is one of these, and of amounts that are trusted alike the least counts.
 */
const refundState = (evidence: HistoryEvidence): "none" | "partially_refunded" | "refunded" => {
  const succeeded = evidence.refunds.filter((each) => each.phase === "succeeded");
  const refunds = [
    ...succeeded.map((each) => each.amount),
    ...(isSome(evidence.refundedTotal) ? [evidence.refundedTotal] : []),
  ];
  if (refunds.length === 0) return "none";
  const [best, ...others] = rankClaims(evidence.amounts);
  if (refunds.some((each) => !each || each.currency !== best?.value.currency)) return "refunded";
  const refunded = refundedMoney(evidence);
  const isAll = [best, ...others.filter((each) => each.trust === best?.trust)].some(
    (each) =>
      each && refunded?.currency === each.value.currency && compareDecimals(refunded.amount, each.value.amount) >= 0,
  );
  return isAll ? "refunded" : "partially_refunded";
};

/** Some providers write a total of refunds on every payment, and 0 where there is none. */
const isSome = (total: Money | undefined): total is Money =>
  total !== undefined && compareDecimals(total.amount, "0") > 0;

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
