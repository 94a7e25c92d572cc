import type { FactName } from "@tautan/core";
import type { ProviderLinkState } from "@tautan/core/driver";

/** The meaning of a link's status word, for the link and for its only payment. */
export interface StatusMeaning {
  readonly state: ProviderLinkState;
  /** The number of payments. */
  readonly used: 0 | 1;
  /** Whether somebody paid the link or tried to, or may have, so that there is a history. */
  readonly hasHistory: boolean;
  /** The facts about the payment. */
  readonly facts: readonly FactName[];
  /** Words that this version does not know. */
  readonly notes: readonly string[];
}

type Row = Pick<StatusMeaning, "state"> & Partial<StatusMeaning>;

const means = ({ state, used = 0, hasHistory = false, facts = [], notes = [] }: Row): StatusMeaning =>
  Object.freeze({ state, used, hasHistory, facts, notes });

/**
 * Every documented status of a link. Source: https://docs.fazz.com/v4-ID/docs/payment-link-statuses; `cancelled` from
 * https://docs.fazz.com/v4-ID/reference/update-payment-link, `processing` from https://docs.xfers.com/docs/payment-statuses.
 *
 * A paid link is an open one whose only use is taken. `completed` means that the money can be withdrawn, and may come without
 * a `paid` before it.
 */
const STATUSES: ReadonlyMap<string, StatusMeaning> = new Map([
  ["draft", means({ state: "draft" })],
  ["pending", means({ state: "open", facts: ["pending"] })],
  ["processing", means({ state: "open", facts: ["pending"] })],
  ["paid", means({ state: "open", used: 1, hasHistory: true, facts: ["paid"] })],
  ["completed", means({ state: "open", used: 1, hasHistory: true, facts: ["paid", "settled"] })],
  ["expired", means({ state: "expired", facts: ["expired"] })],
  ["failed", means({ state: "closed", hasHistory: true, facts: ["failed"] })],
  ["cancelled", means({ state: "closed", facts: ["cancelled"] })],
]);

/**
 * The meaning of a status word, in any case. Total: a word that is not listed becomes a note, never a fact. It may be about a
 * payment, such as a refunded one, so it never means that there is no payment.
 */
export const meaningOfStatus = (status: string): StatusMeaning =>
  STATUSES.get(status.toLowerCase()) ?? means({ state: "unknown", hasHistory: true, notes: [`status=${status}`] });
