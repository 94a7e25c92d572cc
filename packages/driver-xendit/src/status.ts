import type { FactName } from "@tautan/core";
import type { ProviderLinkState } from "@tautan/core/driver";

/** The meaning of a status word, for the link and for its only payment. */
export interface StatusMeaning {
  readonly state: ProviderLinkState;
  /** The number of payments. */
  readonly used: 0 | 1;
  /** Whether somebody paid the link, or may have, so that there is a history. */
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
 * Every documented status of an invoice. Source: https://github.com/xendit/xendit-node, docs/invoice/InvoiceStatus.md.
 *
 * A failed attempt leaves an invoice `PENDING`, and no read reports it. A paid invoice is an open one whose only use is taken. `SETTLED`
 * means that the money is in the balance, and may come without a `PAID` before it. `EXPIRED` has one word for the passing of time and
 * for the call that expires an invoice: the link's times distinguish them, as far as they can.
 */
const INVOICE: ReadonlyMap<string, StatusMeaning> = new Map([
  ["PENDING", means({ state: "open", facts: ["pending"] })],
  ["PAID", means({ state: "open", used: 1, hasHistory: true, facts: ["paid"] })],
  ["SETTLED", means({ state: "open", used: 1, hasHistory: true, facts: ["paid", "settled"] })],
  ["EXPIRED", means({ state: "expired", facts: ["expired"] })],
]);

/** Every documented status of a session. Source: https://docs.xendit.co/apidocs/get-session. */
const SESSION: ReadonlyMap<string, StatusMeaning> = new Map([
  ["ACTIVE", means({ state: "open", facts: ["pending"] })],
  ["COMPLETED", means({ state: "open", used: 1, hasHistory: true, facts: ["paid"] })],
  ["EXPIRED", means({ state: "expired", facts: ["expired"] })],
  ["CANCELED", means({ state: "closed", facts: ["cancelled"] })],
]);

/**
 * The meaning of a status word. Total: a word that is not listed becomes a note, never a fact. It may be about a payment, so it never means
 * that there is no payment.
 */
const meaningIn = (words: ReadonlyMap<string, StatusMeaning>, status: string): StatusMeaning =>
  words.get(status.toUpperCase()) ?? means({ state: "unknown", hasHistory: true, notes: [`status=${status}`] });

export const meaningOfInvoice = (status: string): StatusMeaning => meaningIn(INVOICE, status);
export const meaningOfSession = (status: string): StatusMeaning => meaningIn(SESSION, status);

/** The phases of a refund. Source: https://docs.xendit.co/refunds, status; the events are `refund.succeeded` and `refund.failed`. */
const REFUND_PHASES: ReadonlyMap<string, "requested" | "succeeded" | "failed"> = new Map([
  ["PENDING", "requested"],
  ["SUCCEEDED", "succeeded"],
  ["FAILED", "failed"],
  ["CANCELLED", "failed"],
]);

/**
 * The phase of a refund; `undefined` for a word that is not listed. Without a status, a code of a failure means that it failed: the
 * model of Xendit's own client has none (https://github.com/xendit/xendit-node, docs/refund/Refund.md).
 */
export const phaseOfRefund = (
  status: string | undefined,
  failureCode: string | undefined,
): "requested" | "succeeded" | "failed" | undefined => {
  if (status === undefined) return failureCode === undefined ? undefined : "failed";
  return REFUND_PHASES.get(status.toUpperCase());
};
