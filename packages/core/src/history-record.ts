import { compareDecimals } from "./arithmetic.ts";
import { canonicalText } from "./canonical-text.ts";
import type {
  AttemptRecord,
  DisputeRecord,
  Fact,
  FactName,
  HistoryRecord,
  PhasedRecord,
  RefundRecord,
  Reported,
  Trust,
} from "./history.ts";
import { FACT_NAMES } from "./history.ts";
import type { Instant } from "./instant.ts";
import { canonicalDecimal, isAmbiguous, type Money } from "./money.ts";
import { omitUndefined } from "./omit-undefined.ts";
import type { PaymentMethod } from "./payment-method.ts";
import { shownNote } from "./word.ts";

/** The report of one source about one history, and about at most one attempt inside it. */
export interface HistoryReport {
  /** The provider's id of the history; every source must give the same one. */
  readonly providerId: string;
  readonly trust: Trust;
  readonly otherIds?: readonly (string | undefined)[] | undefined;
  readonly linkProviderId?: string | undefined;
  readonly linkReference?: string | undefined;
  /** Without the tip, if the provider reports one. */
  readonly amount?: Money | undefined;
  /** The gratuity that the payer added, beside `amount`. Zero is the same as none. */
  readonly tip?: Money | undefined;
  /** The provider's id of the attempt that the facts belong to; absent if the source names none. */
  readonly attemptId?: string | undefined;
  readonly facts?: Partial<Record<FactName, { readonly at?: Instant | undefined } | undefined>> | undefined;
  readonly method?: PaymentMethod | undefined;
  readonly expiresAt?: Instant | undefined;
  readonly reversibleUntil?: Instant | undefined;
  readonly refunds?: readonly RefundRecord[] | undefined;
  /**
   * The total of refunds, for providers without ids of refunds: of those that have succeeded, never of requested ones. It must never fall:
   * the highest is kept, because reports come in any order. A provider that takes failed refunds out of its total needs `refunds` with
   * ids and phases instead; otherwise the history reports more as refunded than the payer has received.
   */
  readonly refundedTotal?: Money | undefined;
  readonly disputes?: readonly DisputeRecord[] | undefined;
  /** Unknown words of the provider, as `field=word`. */
  readonly notes?: readonly string[] | undefined;
}

/** The facts of a report, each with its time if that is known. */
export const factsAt = (
  facts: readonly FactName[],
  timeOf: (fact: FactName) => Instant | undefined,
): NonNullable<HistoryReport["facts"]> => {
  const timed: NonNullable<HistoryReport["facts"]> = {};
  for (const fact of facts) timed[fact] = { at: timeOf(fact) };
  return timed;
};

/** Zero or less. */
const NO_MONEY = /^(?:-|0*(?:\.0*)?$)/;

/**
 * Creates the record of one report. An amount of zero or less is never paid.
 *
 * @example
 * ```ts
 * import { idr } from "@tautan/core";
 * import { historyRecord } from "@tautan/core/driver";
 *
 * const record = historyRecord({
 *   providerId: "PAY-1",
 *   trust: "read",
 *   amount: idr(190_000),
 *   facts: { paid: { at: "2026-01-31T10:00:00.000Z" } },
 *   method: { kind: "virtual_account", channel: "bca" },
 * });
 * ```
 */
export const historyRecord = (report: HistoryReport): HistoryRecord => {
  const { providerId, trust, linkProviderId, linkReference, amount, tip, refundedTotal } = report;
  const facts: Partial<Record<FactName, Fact>> = {};
  const isNothing = amount !== undefined && NO_MONEY.test(amount.amount);
  let notes = report.notes ?? NONE;
  for (const name of Object.keys(report.facts ?? NONE) as readonly FactName[]) {
    const fact = report.facts?.[name];
    if (fact && isNothing && (name === "paid" || name === "settled")) {
      notes = [...notes, `${name} with amount=${amount.amount}`];
    } else if (fact) facts[name] = fact.at === undefined ? UNTIMED : Object.freeze({ at: fact.at });
  }
  const attempt: AttemptRecord = Object.freeze({
    id: report.attemptId ?? "",
    facts: Object.freeze(facts),
    methods: reported(report.method && Object.freeze(report.method), trust),
    expiresAt: reported(report.expiresAt, trust),
    reversibleUntil: reported(report.reversibleUntil, trust),
  });
  const linkProviderIds = reported(linkProviderId, trust);
  const record: HistoryRecord = {
    providerId,
    otherIds: report.otherIds ? sortedUnique(report.otherIds.filter((each) => each !== providerId)) : NONE,
    linkProviderIds,
    linkReferences: linkReference === linkProviderId ? linkProviderIds : reported(linkReference, trust),
    amounts: reported(amount && canonicalMoney(amount), trust),
    attempts: Object.freeze([attempt]),
    refunds: mergeById<RefundRecord>(NONE, report.refunds?.map(withCanonicalAmount) ?? NONE, mergeRefund),
    disputes: mergeById<DisputeRecord>(NONE, report.disputes?.map(withCanonicalAmount) ?? NONE, mergeDispute),
    notes: notes.length === 0 ? NONE : sortedUnique(notes.map(shownNote)),
  };
  const tips = tip && !NO_MONEY.test(tip.amount) && { tips: reported(canonicalMoney(tip), trust) };
  const total = refundedTotal && { refundedTotal: canonicalMoney(refundedTotal) };
  // Seldom there, and a literal with spreads takes several times as long.
  return Object.freeze(tips || total ? { ...record, ...tips, ...total } : record);
};

const reported = <T>(value: T | undefined, trust: Trust): readonly Reported<T>[] =>
  value === undefined ? NONE : Object.freeze([Object.freeze({ value, trust })]);

/**
 * Merges two records of the same history. Returns `current` itself if `incoming` adds nothing.
 *
 * @throws `TypeError` if they are records of different histories.
 */
export const mergeRecords = (current: HistoryRecord, incoming: HistoryRecord): HistoryRecord => {
  if (current.providerId !== incoming.providerId) {
    throw new TypeError(`mergeRecords: ${current.providerId} and ${incoming.providerId} are two histories`);
  }
  return keep(current, incoming, {
    providerId: current.providerId,
    otherIds: mergeTexts(current.otherIds, incoming.otherIds),
    linkProviderIds: mergeReported(current.linkProviderIds, incoming.linkProviderIds),
    linkReferences: mergeReported(current.linkReferences, incoming.linkReferences),
    amounts: mergeReported(current.amounts, incoming.amounts),
    // Absent if no source reports tips, so that records of earlier versions stay as they are.
    tips: incoming.tips ? mergeReported(current.tips ?? NONE, incoming.tips) : current.tips,
    attempts: mergeById(current.attempts, incoming.attempts, mergeAttempt),
    refunds: mergeById(current.refunds, incoming.refunds, mergeRefund),
    refundedTotal: greater(current.refundedTotal, incoming.refundedTotal),
    disputes: mergeById(current.disputes, incoming.disputes, mergeDispute),
    notes: mergeTexts(current.notes, incoming.notes),
  });
};

/**
 * The record under another id of its history. Sources may use several ids for one history. A store that recognises a history by one of
 * its `otherIds` gives the record the id under which it is stored, so that both records can be merged.
 */
export const withIdentity = (record: HistoryRecord, providerId: string): HistoryRecord =>
  record.providerId === providerId
    ? record
    : Object.freeze({
        ...record,
        providerId,
        otherIds: sortedUnique([...record.otherIds, record.providerId].filter((each) => each !== providerId)),
      });

export const TRUST_RANK: Readonly<Record<Trust, number>> = {
  unsigned: 0,
  token: 1,
  partly_signed: 2,
  signed: 3,
  read: 4,
};
export const REFUND_RANK = { requested: 0, succeeded: 1, failed: 2 } as const;
export const DISPUTE_RANK = { opened: 0, won: 1, lost: 2 } as const;

/** The most trusted value first, and equally trusted ones by their text, so that the order of arrival does not matter. */
export const rankReported = <T>(reports: readonly Reported<T>[]): readonly Reported<T>[] =>
  reports.length < 2
    ? reports
    : reports.toSorted(
        (left, right) =>
          TRUST_RANK[right.trust] - TRUST_RANK[left.trust] || compareText(keyOf(left.value), keyOf(right.value)),
      );

const NONE: readonly never[] = Object.freeze([]);
const UNTIMED: Fact = Object.freeze({});

/** A driver may pass `190000.00` as its provider reports it: records with equal amounts are equal, and can be stored and parsed again. */
const canonicalMoney = (money: Money): Money => {
  if (/^[1-9]\d{0,14}$/.test(money.amount)) return Object.freeze(money);
  const amount = isAmbiguous(money.amount, money.currency) ? undefined : canonicalDecimal(money.amount);
  return Object.freeze(amount === undefined || amount === money.amount ? money : { ...money, amount });
};

const withCanonicalAmount = <T extends { readonly amount?: Money }>(each: T): T =>
  each.amount ? { ...each, amount: canonicalMoney(each.amount) } : each;

const mergeAttempt = (current: AttemptRecord, incoming: AttemptRecord): AttemptRecord =>
  keep(current, incoming, {
    id: current.id,
    facts: mergeFacts(current.facts, incoming.facts),
    methods: mergeReported(current.methods, incoming.methods),
    expiresAt: mergeReported(current.expiresAt, incoming.expiresAt),
    reversibleUntil: mergeReported(current.reversibleUntil, incoming.reversibleUntil),
  });

const mergeFacts = (current: AttemptRecord["facts"], incoming: AttemptRecord["facts"]): AttemptRecord["facts"] => {
  const merged: Partial<Record<FactName, Fact>> = {};
  for (const name of [...FACT_NAMES, ...laterFactNames(current, incoming)]) {
    const [mine, theirs] = [current[name], incoming[name]];
    if (mine && theirs) merged[name] = keep<Fact>(mine, theirs, { at: earlier(mine.at, theirs.at) });
    else if (mine || theirs) merged[name] = (mine ?? theirs) as Fact;
  }
  return keep(current, incoming, merged);
};

/** Facts that a later version stored: they must not be lost when this version stores the record again. */
const laterFactNames = (current: object, incoming: object): readonly FactName[] => {
  const names = [...Object.keys(current), ...Object.keys(incoming)] as readonly FactName[];
  return sortedUnique(names.filter((each) => !FACT_NAMES.includes(each))) as readonly FactName[];
};

const mergePhased =
  <Phase extends string>(rank: Readonly<Record<Phase, number>>) =>
  (current: PhasedRecord<Phase>, incoming: PhasedRecord<Phase>): PhasedRecord<Phase> =>
    keep(current, incoming, {
      id: current.id,
      phase: rank[incoming.phase] > rank[current.phase] ? incoming.phase : current.phase,
      amount: greater(current.amount, incoming.amount),
      at: earlier(current.at, incoming.at),
    });

const mergeRefund = mergePhased(REFUND_RANK);
const mergeDispute = mergePhased(DISPUTE_RANK);

const mergeReported = <T>(current: readonly Reported<T>[], incoming: readonly Reported<T>[]): readonly Reported<T>[] =>
  mergeSorted(
    current,
    incoming,
    (each) => keyOf(each.value),
    (mine, theirs) =>
      keep(mine, theirs, {
        value: mine.value,
        trust: TRUST_RANK[theirs.trust] > TRUST_RANK[mine.trust] ? theirs.trust : mine.trust,
      }),
  );

const mergeById = <T extends { readonly id: string }>(
  current: readonly T[],
  incoming: readonly T[],
  merge: (mine: T, theirs: T) => T,
): readonly T[] => mergeSorted(current, incoming, (each) => each.id, merge);

const mergeTexts = (current: readonly string[], incoming: readonly string[]): readonly string[] =>
  mergeSorted(current, incoming, itself, itself);

const itself = (text: string): string => text;

/** The union of two lists by key, sorted by key; `current` itself if nothing was added. */
const mergeSorted = <T>(
  current: readonly T[],
  incoming: readonly T[],
  keyOfItem: (item: T) => string,
  merge: (mine: T, theirs: T) => T,
): readonly T[] => {
  if (incoming.length === 0) return current;
  if (current.length === 0 && incoming.length === 1) return Object.freeze(incoming.map((item) => Object.freeze(item)));
  const byKey = new Map(current.map((item) => [keyOfItem(item), item]));
  let changed = false;
  for (const item of incoming) {
    const key = keyOfItem(item);
    const mine = byKey.get(key);
    const merged = mine === undefined ? item : merge(mine, item);
    if (merged === mine) continue;
    byKey.set(key, Object.freeze(merged));
    changed = true;
  }
  if (!changed) return current;
  return Object.freeze([...byKey].sort(([left], [right]) => compareText(left, right)).map(([, item]) => item));
};

type Fields = Readonly<Record<string, unknown>>;

/**
 * `current` if it has exactly the fields of `merged`; otherwise `merged`, frozen and without absent fields. Fields that only a
 * later version knows are kept.
 */
const keep = <T extends object>(current: T, incoming: T, merged: { readonly [K in keyof T]?: T[K] | undefined }): T => {
  const later = laterFields(current, incoming, merged);
  const fields: object = later ? { ...merged, ...later } : merged;
  return hasFields(current, fields) ? current : (Object.freeze(withoutUndefined(fields)) as T);
};

/** Whether an object has exactly these fields, apart from those that are undefined. */
const hasFields = (owner: object, wanted: object): boolean => {
  const [object, fields] = [owner as Fields, wanted as Fields];
  let count = 0;
  for (const name of Object.keys(fields)) {
    if (fields[name] === undefined) continue;
    if (object[name] !== fields[name]) return false;
    count += 1;
  }
  return count === Object.keys(object).length;
};

/** Merging is on the path of every webhook: the object is not copied if nothing is undefined. */
const withoutUndefined = (fields: object): object =>
  Object.values(fields).includes(undefined) ? omitUndefined(fields) : fields;

/** The union of the fields that this version does not know, if there are any. Of two values, the choice does not depend on their order. */
const laterFields = (current: object, incoming: object, known: object): object | undefined => {
  let later: Map<string, unknown> | undefined;
  for (const source of [current as Fields, incoming as Fields]) {
    for (const name of Object.keys(source)) {
      if (Object.hasOwn(known, name)) continue;
      const value = source[name];
      later ??= new Map();
      later.set(name, later.has(name) ? laterValue(later.get(name), value) : value);
    }
  }
  return later && Object.fromEntries(later);
};

const laterValue = (mine: unknown, theirs: unknown): unknown =>
  (canonicalText(mine) ?? "") < (canonicalText(theirs) ?? "") ? theirs : mine;

/** The earlier of two times, of which either may be unknown. */
export const earlier = (mine: Instant | undefined, theirs: Instant | undefined): Instant | undefined =>
  mine === undefined || (theirs !== undefined && theirs < mine) ? theirs : mine;

const greater = (mine: Money | undefined, theirs: Money | undefined): Money | undefined => {
  if (mine === undefined || theirs === undefined) return mine ?? theirs;
  const order = compareText(mine.currency, theirs.currency) || compareDecimals(mine.amount, theirs.amount);
  return order < 0 ? theirs : mine;
};

/** A text that is equal for equal values, whatever the order of their fields. */
const keyOf = (value: unknown): string =>
  typeof value === "string"
    ? value
    : JSON.stringify(Object.entries(value as object).sort(([a], [b]) => compareText(a, b)));

const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

const sortedUnique = (texts: readonly (string | undefined)[]): readonly string[] => {
  const given = texts.filter((each) => each !== undefined);
  if (given.length === 0) return NONE;
  return Object.freeze(given.length === 1 ? given : [...new Set(given)].sort(compareText));
};
