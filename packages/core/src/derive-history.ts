import type { AttemptRecord, HistoryRecord, PaymentLinkHistory } from "./history.ts";
import { mergeRecords, rankReported } from "./history-record.ts";
import {
  attemptHasEnded,
  attemptHasHardEnd,
  attemptIsPaid,
  historyStatus,
  refundedMoney,
  statusIsPaid,
} from "./history-status.ts";
import { joinId, splitId } from "./identifiers.ts";
import type { Instant } from "./instant.ts";
import { omitUndefined } from "./omit-undefined.ts";
import type { PaymentMethod } from "./payment-method.ts";
import { withRaw } from "./raw.ts";

/** Computes the history of a record, under its gateway's key. */
export const deriveHistory = (gateway: string, record: HistoryRecord, raw?: unknown): PaymentLinkHistory => {
  const status = historyStatus(record);
  const shown = attemptsToShow(record.attempts);
  const amounts = rankReported(record.amounts).map((each) => each.value);
  const linkProviderId = rankReported(record.linkProviderIds)[0]?.value;
  const history: PaymentLinkHistory = omitUndefined({
    id: joinId(gateway, record.providerId),
    gateway,
    providerId: record.providerId,
    linkId: linkProviderId === undefined ? undefined : joinId(gateway, linkProviderId),
    reference: rankReported(record.linkReferences)[0]?.value,
    status,
    isPaid: statusIsPaid(status),
    amount: amounts[0],
    tip: rankReported(record.tips ?? [])[0]?.value,
    refunded: refundedMoney(record),
    method: methodOf(shown),
    openedAt: earliest(record.attempts, (each) => each.facts.opened?.at ?? each.facts.pending?.at),
    paidAt: earliest(shown, (each) => each.facts.paid?.at),
    settledAt: earliest(shown, (each) => each.facts.settled?.at),
    expiresAt: earliest(shown, (each) => rankReported(each.expiresAt)[0]?.value),
    reversibleUntil: earliest(shown, (each) => rankReported(each.reversibleUntil)[0]?.value),
    conflicts:
      amounts.length > 1
        ? Object.freeze([Object.freeze({ field: "amount", values: Object.freeze(amounts) })])
        : NO_CONFLICTS,
    notes: record.notes,
    record,
  });
  return withRaw(history, raw);
};

/** A history under another key of its gateway, such as its new key after a rename. */
export const historyUnderKey = (history: PaymentLinkHistory, gateway: string): PaymentLinkHistory =>
  history.gateway === gateway && splitId(history.id)?.gateway === gateway
    ? history
    : deriveHistory(gateway, history.record, history.raw);

const NO_CONFLICTS: readonly never[] = Object.freeze([]);

/**
 * Merges two records of one history. Returns `current` itself if nothing is new, so that nothing needs to be saved.
 * Commutative, associative and idempotent.
 *
 * This function does not know the aliases of gateways, and treats two keys as two gateways: `links.mergeHistories` does.
 *
 * @throws `TypeError` if the two are different histories.
 *
 * @example
 * ```ts
 * import { mergeHistories, type PaymentLinkHistory } from "@tautan/core";
 *
 * const save = (stored: PaymentLinkHistory, incoming: PaymentLinkHistory): "unchanged" | "changed" =>
 *   mergeHistories(stored, incoming) === stored ? "unchanged" : "changed";
 * ```
 */
export const mergeHistories = (current: PaymentLinkHistory, incoming: PaymentLinkHistory): PaymentLinkHistory => {
  if (current.id !== incoming.id) {
    const isRenamed = current.providerId === incoming.providerId && current.gateway !== incoming.gateway;
    const hint = isRenamed ? "; if the gateway was renamed, use links.mergeHistories" : "";
    throw new TypeError(`mergeHistories: ${current.id} and ${incoming.id} are two histories${hint}`);
  }
  const record = mergeRecords(current.record, incoming.record);
  return record === current.record ? current : deriveHistory(current.gateway, record);
};

/** The attempts whose method and times describe the history: those that were paid, else those still open, else all. */
const attemptsToShow = (attempts: readonly AttemptRecord[]): readonly AttemptRecord[] => {
  const kept = attempts.filter((each) => attemptIsPaid(each) && !attemptHasHardEnd(each));
  if (kept.length > 0) return kept;
  const paid = attempts.filter(attemptIsPaid);
  if (paid.length > 0) return paid;
  const open = attempts.filter((each) => !attemptHasEnded(each));
  return open.length > 0 ? open : attempts;
};

/** The most trusted kind, with the most trusted details of that kind. */
const methodOf = (attempts: readonly AttemptRecord[]): PaymentMethod | undefined => {
  const reported = rankReported(attempts.flatMap((each) => each.methods)).map((each) => each.value);
  const known = reported.find((each) => each.kind !== "other") ?? reported[0];
  if (!known) return undefined;
  const ofKind = reported.filter((each) => each.kind === known.kind);
  const channel = ofKind.find((each) => each.channel !== undefined)?.channel;
  const raw = ofKind.find((each) => each.channel === channel && each.raw !== undefined)?.raw;
  return Object.freeze(omitUndefined({ kind: known.kind, channel, raw }));
};

const earliest = (
  attempts: readonly AttemptRecord[],
  timeOf: (each: AttemptRecord) => Instant | undefined,
): Instant | undefined =>
  attempts
    .map(timeOf)
    .reduce((first, at) => (at !== undefined && (first === undefined || at < first) ? at : first), undefined);
