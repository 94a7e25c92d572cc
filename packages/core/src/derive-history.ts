import type { HistoryConflict, HistoryEvidence, PaymentLinkHistory, TryEvidence } from "./history.ts";
import { mergeEvidence, rankClaims } from "./history-evidence.ts";
import { historyStatus, refundedMoney, statusIsPaid, tryHasEnded, tryHasHardEnd, tryIsPaid } from "./history-status.ts";
import { joinId, splitId } from "./identifiers.ts";
import type { Instant } from "./instant.ts";
import type { Money } from "./money.ts";
import type { PaymentMethod } from "./payment-method.ts";
import { withRaw } from "./raw.ts";

/** The history that evidence comes to, under its gateway's key. */
export const deriveHistory = (gateway: string, evidence: HistoryEvidence, raw?: unknown): PaymentLinkHistory => {
  const status = historyStatus(evidence);
  const shown = triesToShow(evidence.tries);
  const amounts = rankClaims(evidence.amounts).map((each) => each.value);
  const linkProviderId = rankClaims(evidence.linkProviderIds)[0]?.value;
  const reference = rankClaims(evidence.linkReferences)[0]?.value;
  const refunded = refundedMoney(evidence);
  const method = methodOf(shown);
  const openedAt = earliest(evidence.tries, (each) => each.facts.opened?.at ?? each.facts.pending?.at);
  const paidAt = earliest(shown, (each) => each.facts.paid?.at);
  const settledAt = earliest(shown, (each) => each.facts.settled?.at);
  const expiresAt = earliest(shown, (each) => rankClaims(each.expiresAt)[0]?.value);
  const reversibleUntil = earliest(shown, (each) => rankClaims(each.reversibleUntil)[0]?.value);
  const history: PaymentLinkHistory = {
    id: joinId(gateway, evidence.providerId),
    gateway,
    providerId: evidence.providerId,
    ...(linkProviderId !== undefined && { linkId: joinId(gateway, linkProviderId) }),
    ...(reference !== undefined && { reference }),
    status,
    isPaid: statusIsPaid(status),
    ...(amounts[0] && { amount: amounts[0] }),
    ...(refunded && { refunded }),
    ...(method && { method }),
    ...(openedAt !== undefined && { openedAt }),
    ...(paidAt !== undefined && { paidAt }),
    ...(settledAt !== undefined && { settledAt }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(reversibleUntil !== undefined && { reversibleUntil }),
    conflicts: amounts.length > 1 ? Object.freeze([amountConflict(amounts)]) : NO_CONFLICTS,
    notes: evidence.notes,
    evidence,
  };
  return withRaw(history, raw);
};

/** A history under another key of its gateway, such as the one that the gateway was renamed to. */
export const historyUnderKey = (history: PaymentLinkHistory, gateway: string): PaymentLinkHistory =>
  history.gateway === gateway && splitId(history.id)?.gateway === gateway
    ? history
    : deriveHistory(gateway, history.evidence, history.raw);

const NO_CONFLICTS: readonly never[] = Object.freeze([]);

const amountConflict = (values: readonly Money[]): HistoryConflict =>
  Object.freeze({ field: "amount", values: Object.freeze(values) });

/**
 * Joins what is known of a history with what has just been learnt. Returns `current` itself where nothing is new, so that
 * nothing needs to be written. Commutative, associative and idempotent.
 *
 * Throws `TypeError` where the two are different histories. Ids under an old key of a gateway are another's here;
 * `links.mergeHistories` knows the aliases.
 */
export const mergeHistories = (current: PaymentLinkHistory, incoming: PaymentLinkHistory): PaymentLinkHistory => {
  if (current.id !== incoming.id) {
    const isRenamed = current.providerId === incoming.providerId && current.gateway !== incoming.gateway;
    const hint = isRenamed ? "; if the gateway was renamed, use links.mergeHistories" : "";
    throw new TypeError(`mergeHistories: ${current.id} and ${incoming.id} are two histories${hint}`);
  }
  const evidence = mergeEvidence(current.evidence, incoming.evidence);
  return evidence === current.evidence ? current : deriveHistory(current.gateway, evidence);
};

/** The tries whose method and times describe the history: those that paid, else those still open, else all. */
const triesToShow = (tries: readonly TryEvidence[]): readonly TryEvidence[] => {
  const standing = tries.filter((each) => tryIsPaid(each) && !tryHasHardEnd(each));
  if (standing.length > 0) return standing;
  const paid = tries.filter(tryIsPaid);
  if (paid.length > 0) return paid;
  const open = tries.filter((each) => !tryHasEnded(each));
  return open.length > 0 ? open : tries;
};

/** The best trusted word on the kind, and the best trusted details that go with that kind. */
const methodOf = (tries: readonly TryEvidence[]): PaymentMethod | undefined => {
  const claims = rankClaims(tries.flatMap((each) => each.methods)).map((each) => each.value);
  const known = claims.find((each) => each.kind !== "other") ?? claims[0];
  if (!known) return undefined;
  const alike = claims.filter((each) => each.kind === known.kind);
  const channel = alike.find((each) => each.channel !== undefined)?.channel;
  const raw = alike.find((each) => each.channel === channel && each.raw !== undefined)?.raw;
  return Object.freeze({
    kind: known.kind,
    ...(channel !== undefined && { channel }),
    ...(raw !== undefined && { raw }),
  });
};

const earliest = (
  tries: readonly TryEvidence[],
  timeOf: (each: TryEvidence) => Instant | undefined,
): Instant | undefined =>
  tries
    .map(timeOf)
    .reduce((first, at) => (at !== undefined && (first === undefined || at < first) ? at : first), undefined);
