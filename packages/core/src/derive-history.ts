import type { AttemptRecord, HistoryConflict, HistoryRecord, PaymentLinkHistory, Reported } from "./history.ts";
import { earlier, mergeRecords, rankReported } from "./history-record.ts";
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
import type { Money } from "./money.ts";
import { omitUndefined } from "./omit-undefined.ts";
import type { PaymentMethod } from "./payment-method.ts";
import { withRaw } from "./raw.ts";

/** Computes the history of a record, under its gateway's key. */
export const deriveHistory = (gateway: string, record: HistoryRecord, raw?: unknown): PaymentLinkHistory => {
  const { providerId, attempts } = record;
  const shown = attemptsToShow(attempts);
  const status = historyStatus(record);
  const linkProviderId = mostTrusted(record.linkProviderIds);
  const reference = mostTrusted(record.linkReferences);
  const amounts = rankReported(record.amounts);
  const tip = record.tips && mostTrusted(record.tips);
  const refunded = refundedMoney(record);
  const method = methodOf(shown);
  let openedAt: Instant | undefined;
  let paidAt: Instant | undefined;
  let settledAt: Instant | undefined;
  let expiresAt: Instant | undefined;
  let reversibleUntil: Instant | undefined;
  for (const { facts } of attempts) openedAt = earlier(openedAt, facts.opened?.at ?? facts.pending?.at);
  for (const each of shown) {
    paidAt = earlier(paidAt, each.facts.paid?.at);
    settledAt = earlier(settledAt, each.facts.settled?.at);
    expiresAt = earlier(expiresAt, mostTrusted(each.expiresAt));
    reversibleUntil = earlier(reversibleUntil, mostTrusted(each.reversibleUntil));
  }
  // Field by field, because every webhook computes it: to leave out absent fields afterwards takes ten times as long. First those that are
  // always there, so that the object has to grow less often.
  const history: Partial<Writable<PaymentLinkHistory>> = {
    id: joinId(gateway, providerId),
    gateway,
    providerId,
    status,
    isPaid: statusIsPaid(status),
    conflicts: amounts.length > 1 ? Object.freeze([conflictOf(amounts)]) : NO_CONFLICTS,
    notes: record.notes,
  };
  if (linkProviderId !== undefined) history.linkId = joinId(gateway, linkProviderId);
  if (reference !== undefined) history.reference = reference;
  if (amounts[0]) history.amount = amounts[0].value;
  if (tip) history.tip = tip;
  if (refunded) history.refunded = refunded;
  if (method) history.method = method;
  if (openedAt !== undefined) history.openedAt = openedAt;
  if (paidAt !== undefined) history.paidAt = paidAt;
  if (settledAt !== undefined) history.settledAt = settledAt;
  if (expiresAt !== undefined) history.expiresAt = expiresAt;
  if (reversibleUntil !== undefined) history.reversibleUntil = reversibleUntil;
  history.record = record;
  return withRaw(history as PaymentLinkHistory, raw);
};

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

const conflictOf = (amounts: readonly Reported<Money>[]): HistoryConflict =>
  Object.freeze({ field: "amount", values: Object.freeze(amounts.map((each) => each.value)) });

const mostTrusted = <T>(reports: readonly Reported<T>[]): T | undefined => rankReported(reports)[0]?.value;

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
  if (attempts.length < 2) return attempts;
  const kept = attempts.filter((each) => attemptIsPaid(each) && !attemptHasHardEnd(each));
  if (kept.length > 0) return kept;
  const paid = attempts.filter(attemptIsPaid);
  if (paid.length > 0) return paid;
  const open = attempts.filter((each) => !attemptHasEnded(each));
  return open.length > 0 ? open : attempts;
};

/** The most trusted kind, with the most trusted details of that kind. */
const methodOf = (attempts: readonly AttemptRecord[]): PaymentMethod | undefined => {
  const ranked = rankReported(
    attempts.length === 1 ? (attempts[0]?.methods ?? []) : attempts.flatMap((each) => each.methods),
  );
  if (ranked.length < 2) return ranked[0]?.value;
  const reported = ranked.map((each) => each.value);
  const known = reported.find((each) => each.kind !== "other") ?? (reported[0] as PaymentMethod);
  const ofKind = reported.filter((each) => each.kind === known.kind);
  const channel = ofKind.find((each) => each.channel !== undefined)?.channel;
  const raw = ofKind.find((each) => each.channel === channel && each.raw !== undefined)?.raw;
  return Object.freeze(omitUndefined({ kind: known.kind, channel, raw }));
};
