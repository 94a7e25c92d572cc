import type { Instant, PaymentLink, PaymentLinkHistory, RefundRecord } from "@tautan/core";
import { compareDecimals, instantAt, sumMoney } from "@tautan/core/driver";
import type { LedgerEventType, Mark } from "../events/event.ts";

/** An event of a history before it has its id: the part behind `#` is its name, which is emitted once. */
export interface Transition {
  readonly name: string;
  readonly type: LedgerEventType;
  /** The provider's time, if it is reported. */
  readonly at: Instant | undefined;
}

/**
 * The events of a history that were not emitted yet, in the order in which they are to be handled. `paid` is emitted only for what is
 * paid now, and after a reversal only if the payer has paid anew.
 */
export const historyTransitions = (
  history: PaymentLinkHistory,
  mark: Mark | undefined,
  eventNames: readonly string[],
): readonly Transition[] =>
  [
    ...payment(history, mark, eventNames),
    ...refunds(history, eventNames),
    ...failedRefunds(history, eventNames),
    ...disputes(history, eventNames),
    ...reversal(history, eventNames),
    ...ends(history, eventNames),
  ].filter(({ name }) => !eventNames.includes(name));

/** Whether the verdict on a payment was emitted: `paid` or what came instead of it. */
export const isJudged = (eventNames: readonly string[]): boolean => eventNames.some((name) => VERDICT.test(name));

/**
 * Whether a payment needs a verdict: its first, or another because the money was taken back since, and the payer has paid anew inside the
 * same history, in another attempt.
 */
export const needsVerdict = (history: PaymentLinkHistory, eventNames: readonly string[]): boolean =>
  history.isPaid && !VERDICT.test(lastTurn(eventNames) ?? "");

/** Whether a history has one of the uses that its link grants: it is paid for, and was not taken back since. A refund returns none. */
export const hasGrant = (eventNames: readonly string[]): boolean => PAID.test(lastTurn(eventNames) ?? "");

/** The events of a link whose status has changed. */
export const linkTransitions = (
  before: PaymentLink["status"],
  after: PaymentLink,
  nowMs: number,
): readonly Transition[] => {
  if (before === after.status) return [];
  // A link can be reopened, extended and raised, so that each of these can come again.
  const { status } = after;
  if (status === "exhausted")
    return [{ name: `link_exhausted:${after.usage.limit}`, type: "link_exhausted", at: undefined }];
  if (status === "expired") {
    return [{ name: `link_expired:${after.expiresAt ?? instantAt(nowMs)}`, type: "link_expired", at: after.expiresAt }];
  }
  if ((status !== "closed" && status !== "deleted") || before === "closed") return [];
  const at = after.updatedAt ?? instantAt(nowMs);
  return [{ name: `link_closed:${at}`, type: "link_closed", at }];
};

/** The names of verdicts and reversals, those of later turns with their number. */
const VERDICT = /^(?:paid|excess|late|mismatched)(?:\.\d+)?$/;
const PAID = /^paid(?:\.\d+)?$/;
const REVERSAL = /^reversed(?:\.\d+)?$/;

/** The last verdict or reversal: a history can be paid and taken back in turns. */
const lastTurn = (eventNames: readonly string[]): string | undefined =>
  eventNames.findLast((name) => VERDICT.test(name) || REVERSAL.test(name));

/** The next event of its kind. The first has the plain name. */
const inTurn = (
  type: LedgerEventType,
  kind: RegExp,
  at: Instant | undefined,
  eventNames: readonly string[],
): Transition => {
  const count = eventNames.filter((name) => kind.test(name)).length;
  return { name: count === 0 ? type : `${type}.${count + 1}`, type, at };
};

const reversal = (history: PaymentLinkHistory, eventNames: readonly string[]): readonly Transition[] =>
  history.status !== "reversed" || REVERSAL.test(lastTurn(eventNames) ?? "")
    ? []
    : [inTurn("reversed", REVERSAL, endedAt(history), eventNames)];

const once = (type: LedgerEventType, at: Instant | undefined): Transition => ({ name: type, type, at });

const payment = (
  history: PaymentLinkHistory,
  mark: Mark | undefined,
  eventNames: readonly string[],
): readonly Transition[] => {
  if (!history.isPaid) return [];
  const verdict = needsVerdict(history, eventNames)
    ? [inTurn(mark ?? "paid", VERDICT, history.paidAt, eventNames)]
    : [];
  const hasSettled = history.record.attempts.some(({ facts }) => facts.settled !== undefined);
  return hasSettled ? [...verdict, once("settled", history.settledAt)] : verdict;
};

/** One for each refund with an id, and one for each level of the reported total that is above what they make up. */
const refunds = ({ record, refunded }: PaymentLinkHistory, eventNames: readonly string[]): readonly Transition[] => {
  const succeeded = record.refunds.filter(({ phase }) => phase === "succeeded");
  const failed = record.refunds.filter(({ phase }) => phase === "failed");
  const total = totalOf(eventNames);
  const waiting = succeeded.filter(({ id }) => !eventNames.includes(refundName(id)));
  const byId = notCovered(waiting, sumOf(coveredBefore(record.refunds, eventNames)), total).map(
    ({ id, at }): Transition => ({ name: refundName(id), type: "refunded", at }),
  );
  // A refund whose amount is not known may be the one that the total has more.
  const isKnown = succeeded.every(({ amount }) => amount !== undefined && amount.currency === refunded?.currency);
  // The total never falls: it still holds a refund that has failed since.
  const made = [...succeeded, ...failed.filter(({ id }) => eventNames.includes(refundName(id)))];
  const isMore =
    refunded !== undefined &&
    isKnown &&
    compareDecimals(refunded.amount, sumOf(made)) > 0 &&
    compareDecimals(refunded.amount, total) > 0;
  return isMore ? [...byId, { name: `${TOTAL}${refunded.amount}`, type: "refunded", at: undefined }] : byId;
};

const refundName = (id: string): string => `refunded:${encodeURIComponent(id)}`;
const failureName = (id: string): string => `refund_failed:${encodeURIComponent(id)}`;

/** Each once, whether or not it was emitted as `refunded` before: its payer has not received the money. */
const failedRefunds = ({ record }: PaymentLinkHistory, eventNames: readonly string[]): readonly Transition[] =>
  record.refunds.flatMap(({ id, phase, at }) =>
    phase === "failed"
      ? [{ name: failureName(id), type: "refund_failed", at: eventNames.includes(refundName(id)) ? undefined : at }]
      : [],
  );

/**
 * The refunds that are within the last total that was emitted: those that were emitted by their ids before it, and those that have failed
 * since. One that failed and was never emitted may be within it: in doubt another is emitted, because none must be lost.
 */
const coveredBefore = (all: readonly RefundRecord[], eventNames: readonly string[]): readonly RefundRecord[] => {
  const last = eventNames.findLastIndex((name) => name.startsWith(TOTAL));
  const isBefore = (name: string): boolean => eventNames.lastIndexOf(name, last) >= 0;
  return all.filter(({ id, phase }) => {
    if (last < 0 || phase === "requested" || isBefore(failureName(id))) return false;
    return isBefore(refundName(id)) || (phase === "failed" && !eventNames.includes(refundName(id)));
  });
};

/** The sum of the amounts that are known. Currencies are not compared: the total is of one. */
const sumOf = (refunds: readonly RefundRecord[]): string =>
  sumMoney(refunds.flatMap(({ amount }) => amount ?? []))?.amount ?? "0";

/** A total that was emitted covers the refunds that make it up, whose ids came later: the earliest ones. */
const notCovered = (refunds: readonly RefundRecord[], emitted: string, total: string): readonly RefundRecord[] => {
  let covered = emitted;
  return refunds
    .toSorted((one, other) => compareTexts(one.at ?? LAST, other.at ?? LAST))
    .filter(({ amount }) => {
      const sum = amount && sumMoney([amount, { ...amount, amount: covered }]);
      if (!sum || compareDecimals(sum.amount, total) > 0) return true;
      covered = sum.amount;
      return false;
    });
};

/** The highest total that was emitted. */
const totalOf = (eventNames: readonly string[]): string =>
  eventNames
    .flatMap((name) => (name.startsWith(TOTAL) ? [name.slice(TOTAL.length)] : []))
    .reduce((one, other) => (compareDecimals(one, other) < 0 ? other : one), "0");

/** After all times. */
export const LAST = "9999";

export const compareTexts = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

const TOTAL = "refunded:total=";

const disputes = ({ record }: PaymentLinkHistory, eventNames: readonly string[]): readonly Transition[] =>
  record.disputes.map(({ id, phase, at }) => {
    const opened = `disputed:${encodeURIComponent(id)}`;
    if (phase === "opened") return { name: opened, type: "disputed", at };
    // A record has one time, its first: if the opening was reported, it is that one's.
    const closedAt = eventNames.includes(opened) ? undefined : at;
    return { name: `dispute_closed:${encodeURIComponent(id)}`, type: "dispute_closed", at: closedAt };
  });

const ends = ({ status, record }: PaymentLinkHistory, eventNames: readonly string[]): readonly Transition[] => {
  if (isJudged(eventNames) || (status !== "failed" && status !== "expired" && status !== "cancelled")) return [];
  return [
    once(
      status,
      record.attempts.map(({ facts }) => facts[status]?.at).find((at) => at !== undefined),
    ),
  ];
};

/** When the payment was taken back, if a source reports it. */
const endedAt = ({ record }: PaymentLinkHistory): Instant | undefined =>
  [
    ...record.attempts.map(({ facts }) => facts.voided?.at),
    ...record.disputes.map(({ phase, at }) => (phase === "lost" ? at : undefined)),
  ].find((at) => at !== undefined);
