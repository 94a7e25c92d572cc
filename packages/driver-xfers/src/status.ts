import type { FactName } from "@tautan/core";
import type { ProviderLinkState } from "@tautan/core/driver";

/** What a link's status word comes to, for the link and for the one payment that can be made through it. */
export interface StatusMeaning {
  readonly state: ProviderLinkState;
  /** Payments made. */
  readonly used: 0 | 1;
  /** Whether somebody paid or tried to, or may have, so that there is a history. */
  readonly hasHistory: boolean;
  /** What happened to the payment. */
  readonly facts: readonly FactName[];
  /** Words that this version does not know. */
  readonly notes: readonly string[];
}

type Row = Pick<StatusMeaning, "state"> & Partial<StatusMeaning>;

const means = ({ state, used = 0, hasHistory = false, facts = [], notes = [] }: Row): StatusMeaning =>
  Object.freeze({ state, used, hasHistory, facts, notes });

/**
 * Every documented status of a link. Source: docs.fazz.com/v4-ID/docs/payment-link-statuses; `cancelled` from
 * docs.fazz.com/v4-ID/reference/update-payment-link, `processing` from docs.xfers.com/docs/payment-statuses.
 *
 * A paid link is an open one whose only use is gone. `completed` says that the money can be withdrawn, and may come without
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
 * What a status word says, in capitals or not. Total: a word that is not listed becomes a note, never a fact. It may be about
 * a payment, such as one that was given back, so it is never told that there is none.
 */
export const meaningOfStatus = (status: string): StatusMeaning =>
  STATUSES.get(status.toLowerCase()) ?? means({ state: "unknown", hasHistory: true, notes: [`status=${status}`] });
