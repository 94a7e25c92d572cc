import { compareDecimals, sumMoney } from "./arithmetic.ts";
import type { AttemptRecord, FactName, HistoryRecord, HistoryStatus } from "./history.ts";
import { rankReported } from "./history-record.ts";
import type { Money } from "./money.ts";

/** The status of a history: pure and total, the best attempt first. */
export const historyStatus = (record: HistoryRecord): HistoryStatus => {
  const payment = paymentState(record);
  if (payment === "none") return unpaidStatus(record.attempts);
  if (payment === "reversed" || record.disputes.some((each) => each.phase === "lost")) return "reversed";
  if (record.disputes.some((each) => each.phase === "opened")) return "disputed";
  const refund = refundState(record);
  if (refund !== "none") return refund;
  return record.attempts.some((each) => each.facts.settled && !attemptHasHardEnd(each)) ? "settled" : "paid";
};

/** Whether a status means that the money is with the merchant or on its way there. */
export const statusIsPaid = (status: HistoryStatus): boolean =>
  status === "paid" || status === "settled" || status === "partially_refunded";

/**
 * Whether a history with this status takes one of the uses of its link. A reversal returns the use, because the payment never
 * lasted. A refund does not, because the payment was made.
 */
export const statusTakesUse = (status: HistoryStatus): boolean =>
  statusIsPaid(status) || status === "refunded" || status === "disputed";

/**
 * The sum of refunds that succeeded, by id or by the reported total, whichever is more; in the payment's currency where any
 * are. `undefined` where there is none, or none whose amount is known.
 */
export const refundedMoney = ({ amounts, refunds, refundedTotal }: HistoryRecord): Money | undefined => {
  const total = isSome(refundedTotal) ? refundedTotal : undefined;
  const currency = rankReported(amounts)[0]?.value.currency;
  const refunded = refunds.flatMap(({ phase, amount }) => (phase === "succeeded" && amount ? [amount] : []));
  const alike = refunded.filter((each) => each.currency === currency);
  const sum = sumMoney(alike.length > 0 ? alike : refunded);
  if (!sum || !total) return sum ?? total;
  if (sum.currency !== total.currency) return total.currency === currency ? total : sum;
  return compareDecimals(sum.amount, total.amount) > 0 ? sum : total;
};

/** Whether the attempt was paid; settled money was paid before. */
export const attemptIsPaid = (each: AttemptRecord): boolean =>
  each.facts.paid !== undefined || each.facts.settled !== undefined;

/** Whether the attempt is over for good, whatever else is told of it. */
export const attemptHasHardEnd = ({ facts }: AttemptRecord): boolean =>
  facts.voided !== undefined || facts.declined !== undefined;

/**
 * Whether a payment was made, and whether it stands. In this order:
 *
 * 1. Nobody told of a payment, a refund or a dispute: none.
 * 2. The whole was voided: all of it was taken back. A source that names no attempt speaks of the whole.
 * 3. A named attempt was paid and has no hard end: it stands, whatever became of the others.
 * 4. A payment is known, but not of which attempt, and a named attempt was voided. The safe reading is that this was the payment, so
 *    that it was taken back, unless {@link mayHaveBeenTaken} rules it out for every such attempt.
 * 5. Else the payment stands: no attempt that ended can have been it.
 *
 * Only facts and the provider's times decide, so that the order and number of deliveries never matter.
 */
const paymentState = ({ attempts, refunds, refundedTotal, disputes }: HistoryRecord): "none" | "kept" | "reversed" => {
  const wasPaid = attempts.some(attemptIsPaid) || refunds.length > 0 || isSome(refundedTotal) || disputes.length > 0;
  if (!wasPaid) return "none";
  const whole = attempts.find((each) => each.id === "");
  if (whole && attemptHasHardEnd(whole)) return "reversed";
  const named = attempts.filter((each) => each.id !== "");
  if (named.some((each) => attemptIsPaid(each) && !attemptHasHardEnd(each))) return "kept";
  return named.some((each) => mayHaveBeenTaken(each, whole)) ? "reversed" : "kept";
};

/**
 * Whether a payment that the whole tells may have been this named attempt's, and taken back with it. Ruled out where
 *
 * - the attempt was declined and never told as paid: no money ever came by it;
 * - the whole was paid before the attempt began, or is told as paid as of a time after its end: that was another's payment.
 *
 * A time that is not told rules out nothing: a settlement whose notice was lost looks like this, too, once it was taken back.
 */
const mayHaveBeenTaken = (named: AttemptRecord, whole: AttemptRecord | undefined): boolean => {
  const { facts } = named;
  const endedAt = facts.voided ?? (attemptIsPaid(named) ? facts.declined : undefined);
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
const refundState = (record: HistoryRecord): "none" | "partially_refunded" | "refunded" => {
  const succeeded = record.refunds.filter((each) => each.phase === "succeeded");
  const refunds = [
    ...succeeded.map((each) => each.amount),
    ...(isSome(record.refundedTotal) ? [record.refundedTotal] : []),
  ];
  if (refunds.length === 0) return "none";
  const [best, ...others] = rankReported(record.amounts);
  if (refunds.some((each) => !each || each.currency !== best?.value.currency)) return "refunded";
  const refunded = refundedMoney(record);
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

const unpaidStatus = (attempts: readonly AttemptRecord[]): HistoryStatus => {
  const whole = attempts.filter((each) => each.id === "");
  const named = attempts.filter((each) => each.id !== "");
  // The provider closed the whole history; a failed attempt, on the other hand, may be followed by another.
  for (const end of ["cancelled", "expired"] as const) if (hasFact(whole, end)) return end;
  const standing = named.filter((each) => !attemptHasEnded(each));
  // What was open in the whole may be the very attempt that has expired since.
  const isStale = named.some((each) => each.facts.cancelled || each.facts.expired);
  const open = isStale ? standing : [...standing, ...whole.filter((each) => !attemptHasEnded(each))];
  for (const name of OPEN) if (hasFact(open, name)) return name;
  for (const end of ["cancelled", "expired"] as const) if (hasFact(named, end)) return end;
  return hasFact(attempts, "failed") || attempts.some(attemptHasHardEnd) ? "failed" : "unknown";
};

/** Whether nothing more is to come of an attempt that was not paid. */
export const attemptHasEnded = (each: AttemptRecord): boolean =>
  each.facts.cancelled !== undefined ||
  each.facts.expired !== undefined ||
  each.facts.failed !== undefined ||
  attemptHasHardEnd(each);

const hasFact = (attempts: readonly AttemptRecord[], name: FactName): boolean =>
  attempts.some((each) => each.facts[name] !== undefined);
