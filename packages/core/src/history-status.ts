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
  const refunded = refundedMoney(evidence);
  if (refunded !== undefined) return coversAmount(refunded, evidence) ? "refunded" : "partially_refunded";
  return evidence.tries.some((each) => each.facts.settled && !each.facts.voided) ? "settled" : "paid";
};

/** Whether a status means that the money is with the merchant or on its way there. */
export const statusIsPaid = (status: HistoryStatus): boolean =>
  status === "paid" || status === "settled" || status === "partially_refunded";

/** The sum of refunds that succeeded, by id or by the reported total, whichever is more; `undefined` where there is none. */
export const refundedMoney = (evidence: HistoryEvidence): Money | undefined => {
  const succeeded = evidence.refunds.filter((each) => each.phase === "succeeded" && each.amount);
  const sum = sumMoney(succeeded.map((each) => each.amount as Money));
  const total = evidence.refundedTotal;
  if (!sum || !total) return sum ?? total;
  return sum.currency === total.currency && compareDecimals(sum.amount, total.amount) > 0 ? sum : total;
};

/** Whether the try was paid; settled money was paid before. */
export const tryIsPaid = (each: TryEvidence): boolean =>
  each.facts.paid !== undefined || each.facts.settled !== undefined;

/**
 * A payment that was not voided wins over everything in other tries. Where a source that names no try says "paid" and the
 * only tries named were voided, the safe reading is that the payment was taken back.
 */
const paymentState = ({ tries, refunds, refundedTotal, disputes }: HistoryEvidence): "none" | "kept" | "reversed" => {
  if (tries.some((each) => each.id !== "" && tryIsPaid(each) && !each.facts.voided)) return "kept";
  const wasPaid = tries.some(tryIsPaid) || refunds.length > 0 || refundedTotal !== undefined || disputes.length > 0;
  if (!wasPaid) return "none";
  return hasFact(tries, "voided") ? "reversed" : "kept";
};

const OPEN: readonly FactName[] & readonly HistoryStatus[] = ["review", "authorized", "pending", "opened"];

const unpaidStatus = (tries: readonly TryEvidence[]): HistoryStatus => {
  const whole = tries.filter((each) => each.id === "");
  const named = tries.filter((each) => each.id !== "");
  // The provider closed the whole history; a failed try, on the other hand, may be followed by another.
  for (const end of ["cancelled", "expired"] as const) if (hasFact(whole, end)) return end;
  const open = (named.length > 0 ? named : whole).filter((each) => !hasEnded(each));
  for (const name of OPEN) if (hasFact(open, name)) return name;
  for (const end of ["cancelled", "expired"] as const) if (hasFact(named, end)) return end;
  return hasFact(tries, "failed") || hasFact(tries, "voided") ? "failed" : "unknown";
};

const hasEnded = ({ facts }: TryEvidence): boolean =>
  facts.cancelled !== undefined ||
  facts.expired !== undefined ||
  facts.failed !== undefined ||
  facts.voided !== undefined;

const hasFact = (tries: readonly TryEvidence[], name: FactName): boolean =>
  tries.some((each) => each.facts[name] !== undefined);

const coversAmount = (refunded: Money, { amounts }: HistoryEvidence): boolean => {
  const amount = rankClaims(amounts)[0]?.value;
  return amount?.currency === refunded.currency && compareDecimals(refunded.amount, amount.amount) >= 0;
};
