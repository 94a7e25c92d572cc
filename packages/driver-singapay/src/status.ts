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
export const factsOfHistory = ({ status, status_computed, is_expired, has_settle }: StatusWords): StatusFacts => {
  const facts = new Set<FactName>();
  const notes: string[] = [];
  for (const [field, word] of Object.entries({ status, status_computed })) {
    if (word === undefined) continue;
    const known = PAYMENT_STATUSES.get(word.toLowerCase());
    if (known) for (const fact of known) facts.add(fact);
    else notes.push(`${field}=${word}`);
  }
  if (facts.has("paid") && has_settle) facts.add("settled");
  if (!facts.has("paid") && has_settle) notes.push("has_settle=true");
  if (is_expired && !hasEnded(facts)) facts.add("expired");
  return { facts: [...facts], notes };
};

/** The same, from an event that means that the payment expired: its words may be older than the event. */
export const factsOfExpiredHistory = (words: StatusWords): StatusFacts =>
  factsOfHistory({ ...words, is_expired: true });

const hasEnded = (facts: ReadonlySet<FactName>): boolean =>
  facts.has("paid") || facts.has("failed") || facts.has("expired");
