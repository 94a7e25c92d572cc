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
  return evidence.tries.some((each) => each.facts.settled && !tryHasHardEnd(each)) ? "settled" : "paid";
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

/** Whether the try is over for good, whatever else is told of it. */
export const tryHasHardEnd = ({ facts }: TryEvidence): boolean =>
  facts.voided !== undefined || facts.declined !== undefined;

/**
 * Whether a payment was made, and whether it stands. In this order:
 *
 * 1. Nobody told of a payment, a refund or a dispute: none.
 * 2. The whole was voided: all of it was taken back. A source that names no try speaks of the whole.
 * 3. A named try was paid and has no hard end: it stands, whatever became of the others.
 * 4. A payment is known, but not of which try, and a named try was voided. The safe reading is that this was the payment, so
 *    that it was taken back, unless {@link mayHaveBeenTaken} rules it out for every such try.
 * 5. Else the payment stands: no try that ended can have been it.
 *
 * Only facts and the provider's times decide, so that the order and number of deliveries never matter.
 */
const paymentState = ({ tries, refunds, refundedTotal, disputes }: HistoryEvidence): "none" | "kept" | "reversed" => {
  const wasPaid = tries.some(tryIsPaid) || refunds.length > 0 || isSome(refundedTotal) || disputes.length > 0;
  if (!wasPaid) return "none";
  const whole = tries.find((each) => each.id === "");
  if (whole && tryHasHardEnd(whole)) return "reversed";
  const named = tries.filter((each) => each.id !== "");
  if (named.some((each) => tryIsPaid(each) && !tryHasHardEnd(each))) return "kept";
  return named.some((each) => mayHaveBeenTaken(each, whole)) ? "reversed" : "kept";
};

/**
 * Whether a payment that the whole tells may have been this named try's, and taken back with it. Ruled out where
 *
 * - the try was declined and never told as paid: no money ever came by it;
 * - the whole was paid before the try began, or is told as paid as of a time after its end: that was another's payment.
 *
 * A time that is not told rules out nothing: a settlement whose notice was lost looks like this, too, once it was taken back.
 */
const mayHaveBeenTaken = (named: TryEvidence, whole: TryEvidence | undefined): boolean => {
  const { facts } = named;
  const endedAt = facts.voided ?? (tryIsPaid(named) ? facts.declined : undefined);
  if (!endedAt) return false;
  const paidAt = (whole?.facts.paid ?? whole?.facts.settled)?.at;
  if (paidAt === undefined) return true;
  const wasBefore = facts.opened?.at !== undefined && paidAt < facts.opened.at;
  const wasAfter = endedAt.at !== undefined && paidAt > endedAt.at;
  return !wasBefore && !wasAfter;
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
  // What was open in the whole may be the very try that has expired since.
  const isStale = named.some((each) => each.facts.cancelled || each.facts.expired);
  const open = isStale ? standing : [...standing, ...whole.filter((each) => !tryHasEnded(each))];
  for (const name of OPEN) if (hasFact(open, name)) return name;
  for (const end of ["cancelled", "expired"] as const) if (hasFact(named, end)) return end;
  return hasFact(tries, "failed") || tries.some(tryHasHardEnd) ? "failed" : "unknown";
};

/** Whether nothing more is to come of a try that was not paid. */
export const tryHasEnded = (each: TryEvidence): boolean =>
  each.facts.cancelled !== undefined ||
  each.facts.expired !== undefined ||
  each.facts.failed !== undefined ||
  tryHasHardEnd(each);

const hasFact = (tries: readonly TryEvidence[], name: FactName): boolean =>
  tries.some((each) => each.facts[name] !== undefined);
