import type { FactName } from "@tautan/core";
import type { ProviderLinkState } from "@tautan/core/driver";

/**
 * Every documented word for a link's state. Source: https://docs.singapay.id/api-reference/payment-link/show (`status` and
 * `status_computed`) and docs-payment-b2b.singapay.id, payment-link/update (`expired`).
 */
const LINK_STATES: ReadonlyMap<string, ProviderLinkState> = new Map<string, ProviderLinkState>([
  ["open", "open"],
  ["closed", "closed"],
  ["expired", "expired"],
]);

/** The state of a link by its word. Total: a word that is not listed, or none, is `unknown`. */
export const linkState = (word: string | undefined): ProviderLinkState =>
  LINK_STATES.get(word?.toLowerCase() ?? "") ?? "unknown";

/** The meaning of a payment's words. */
export interface StatusFacts {
  readonly facts: readonly FactName[];
  /** Words that this version does not know. */
  readonly notes: readonly string[];
}

/** The words of a payment in a list, a read or a webhook. */
export interface StatusWords {
  /** The stored word. */
  readonly status?: string | undefined;
  /** The word at the time of the read. */
  readonly status_computed?: string | undefined;
  readonly is_expired?: boolean | undefined;
  readonly has_settle?: boolean | undefined;
}

/**
 * Every documented word for a payment's state. Source: https://docs.singapay.id/api-reference/references/transaction-status and
 * payment-link-history/introduction (`settled`).
 */
const PAYMENT_STATUSES: ReadonlyMap<string, readonly FactName[]> = new Map<string, readonly FactName[]>([
  ["pending", ["pending"]],
  ["paid", ["paid"]],
  ["settled", ["paid", "settled"]],
  ["failed", ["failed"]],
  ["expired", ["expired"]],
]);

/**
 * The meaning of a payment's words. Total: a word that is not listed becomes a note, never a fact.
 *
 * Only the status words report a payment: `has_settle` adds to a payment, and alone means nothing. `is_expired` is also true on
 * paid payments after their time is over (docs.singapay.id, payment-link-history/show), so it counts only if no word reports
 * an end.
 */
export const factsOfHistory = (words: StatusWords): StatusFacts => {
  const facts: FactName[] = [];
  const notes: string[] = [];
  for (const field of STATUS_FIELDS) {
    const word = words[field];
    if (word === undefined) continue;
    const known = PAYMENT_STATUSES.get(word.toLowerCase());
    if (known) facts.push(...known.filter((each) => !facts.includes(each)));
    else notes.push(`${field}=${word}`);
  }
  const isPaid = facts.includes("paid");
  if (isPaid && words.has_settle && !facts.includes("settled")) facts.push("settled");
  if (!isPaid && words.has_settle) notes.push("has_settle=true");
  if (words.is_expired && !isPaid && !facts.includes("failed") && !facts.includes("expired")) facts.push("expired");
  return { facts, notes };
};

const STATUS_FIELDS = ["status", "status_computed"] as const;

/** The same, from an event that means that the payment expired: its words may be older than the event. */
export const factsOfExpiredHistory = (words: StatusWords): StatusFacts =>
  factsOfHistory({ ...words, is_expired: true });
