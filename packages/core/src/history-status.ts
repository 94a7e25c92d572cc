import { compareDecimals, sumMoney } from "./arithmetic.ts";
import type { AttemptRecord, FactName, HistoryRecord, HistoryStatus } from "./history.ts";
import { rankReported } from "./history-record.ts";
import type { Money } from "./money.ts";

/** Computes the status of a history. Pure and total. */
export const historyStatus = (record: HistoryRecord): HistoryStatus => {
  const payment = paymentState(record);
  if (payment === "none") return unpaidStatus(record.attempts);
  if (payment === "reversed" || record.disputes.some((each) => each.phase === "lost")) return "reversed";
  if (record.disputes.some((each) => each.phase === "opened")) return "disputed";
  const refund = refundState(record);
  if (refund !== "none") return refund;
  return record.attempts.some((each) => each.facts.settled && !attemptHasHardEnd(each)) ? "settled" : "paid";
};

/** Whether the merchant has the money of a history with this status, or will receive it. */
export const statusIsPaid = (status: HistoryStatus): boolean =>
  status === "paid" || status === "settled" || status === "partially_refunded";

/**
 * Whether a history with this status takes one of the uses of its link. A reversal returns the use, because the payment never
 * lasted. A refund does not, because the payment was made.
 */
export const statusTakesUse = (status: HistoryStatus): boolean =>
  statusIsPaid(status) || status === "refunded" || status === "disputed";

/**
 * The sum of successful refunds, by id or by the reported total, whichever is higher. Refunds in the payment's currency come
 * first. `undefined` if there is none with a known amount.
 */
export const refundedMoney = ({ amounts, refunds, refundedTotal }: HistoryRecord): Money | undefined => {
  const total = isSome(refundedTotal) ? refundedTotal : undefined;
  if (refunds.length === 0) return total;
  const currency = rankReported(amounts)[0]?.value.currency;
  const refunded = refunds.flatMap(({ phase, amount }) => (phase === "succeeded" && amount ? [amount] : []));
  const inCurrency = refunded.filter((each) => each.currency === currency);
  const sum = sumMoney(inCurrency.length > 0 ? inCurrency : refunded);
  if (!sum || !total) return sum ?? total;
  if (sum.currency !== total.currency) return total.currency === currency ? total : sum;
  return compareDecimals(sum.amount, total.amount) > 0 ? sum : total;
};

/** Whether the attempt was paid. Settled money was paid before. */
export const attemptIsPaid = (each: AttemptRecord): boolean =>
  each.facts.paid !== undefined || each.facts.settled !== undefined;

/** Whether the attempt has ended, whatever else is reported about it. */
export const attemptHasHardEnd = ({ facts }: AttemptRecord): boolean =>
  facts.voided !== undefined || facts.declined !== undefined;

/** Whether there was a payment, even if it was refunded or taken back since. */
export const wasPaid = ({ attempts, refunds, refundedTotal, disputes }: HistoryRecord): boolean =>
  attempts.some(attemptIsPaid) || refunds.length > 0 || isSome(refundedTotal) || disputes.length > 0;

/**
 * Whether there was a payment, and whether the merchant keeps it. The first rule that applies:
 *
 * 1. No payment, refund or dispute was reported: none.
 * 2. The whole history has a hard end: reversed. Facts of a source that names no attempt are facts of the whole history.
 * 3. A named attempt was paid and has no hard end: kept, whatever happened to the others.
 * 4. A payment was reported, but not its attempt, and a named attempt has a hard end. The safe assumption is that this attempt
 *    was the payment, and was reversed, unless {@link mayBeReversed} rules that out for every such attempt.
 * 5. Otherwise: kept, because no attempt that has ended can be the payment.
 *
 * Only facts and the provider's times count, so that the order and number of deliveries do not matter.
 */
const paymentState = (record: HistoryRecord): "none" | "kept" | "reversed" => {
  if (!wasPaid(record)) return "none";
  const { attempts } = record;
  if (!attempts.some(attemptHasHardEnd)) return "kept";
  const whole = attempts.find((each) => each.id === "");
  if (whole && attemptHasHardEnd(whole)) return "reversed";
  if (attempts.some((each) => each.id !== "" && attemptIsPaid(each) && !attemptHasHardEnd(each))) return "kept";
  return attempts.some((each) => each.id !== "" && mayBeReversed(each, whole)) ? "reversed" : "kept";
};

/**
 * Whether this named attempt may be the payment that was reported for the whole history, and so was reversed. Ruled out if
 *
 * - the attempt was declined and never reported as paid: it never moved money;
 * - the history was paid before the attempt started, or after it ended: another attempt was the payment.
 *
 * A missing time rules out nothing: a reversed settlement whose notice was lost has none either.
 */
const mayBeReversed = (named: AttemptRecord, whole: AttemptRecord | undefined): boolean => {
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
 * If the refunded amount or the paid amount is not known, or the currencies differ, the safe assumption is a full refund. Of
 * equally trusted amounts, the lowest counts.
 */
const refundState = (record: HistoryRecord): "none" | "partially_refunded" | "refunded" => {
  if (record.refunds.length === 0 && record.refundedTotal === undefined) return "none";
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

/** Some providers report a total of refunds for every payment, and 0 if there is none. */
const isSome = (total: Money | undefined): total is Money =>
  total !== undefined && compareDecimals(total.amount, "0") > 0;

const OPEN: readonly FactName[] & readonly HistoryStatus[] = ["review", "authorized", "pending", "opened"];

const unpaidStatus = (attempts: readonly AttemptRecord[]): HistoryStatus => {
  const whole = attempts.filter((each) => each.id === "");
  const named = attempts.filter((each) => each.id !== "");
  // The provider closed the whole history. A failed attempt, on the other hand, may be followed by another.
  for (const end of ["cancelled", "expired"] as const) if (hasFact(whole, end)) return end;
  const running = named.filter((each) => !attemptHasEnded(each));
  // The open fact of the whole history may be of the attempt that has expired since.
  const isStale = named.some((each) => each.facts.cancelled || each.facts.expired);
  const open = isStale ? running : [...running, ...whole.filter((each) => !attemptHasEnded(each))];
  for (const name of OPEN) if (hasFact(open, name)) return name;
  for (const end of ["cancelled", "expired"] as const) if (hasFact(named, end)) return end;
  return hasFact(attempts, "failed") || attempts.some(attemptHasHardEnd) ? "failed" : "unknown";
};

export const attemptHasEnded = (each: AttemptRecord): boolean =>
  each.facts.cancelled !== undefined ||
  each.facts.expired !== undefined ||
  each.facts.failed !== undefined ||
  attemptHasHardEnd(each);

const hasFact = (attempts: readonly AttemptRecord[], name: FactName): boolean =>
  attempts.some((each) => each.facts[name] !== undefined);
