import type { Instant, PaymentLink, PaymentLinkHistory } from "@tautan/core";
import type { LedgerEventType, Mark } from "../events/event.ts";

/** A link as it is stored. */
export interface KnownLink {
  /** As the gateway last reported it. */
  readonly link: PaymentLink;
  /** The status at the last change. */
  readonly status: PaymentLink["status"];
  /** How many histories take a use, as gateways count them. */
  readonly used: number;
  /** How many histories were granted a use: the last verdict on them is `paid`, and they were not taken back since. */
  readonly granted: number;
  /** When the read of its present state began, or the change of ours that made it so was answered; undefined if it never changed since. */
  readonly asOf: Instant | undefined;
  /** Terms that changes of ours have asked the gateway for, and that may be in effect. */
  readonly pending: readonly PendingTerms[];
}

/** The terms that a change of ours asks the gateway for, until it is known whether they are in effect. */
export interface PendingTerms {
  readonly id: string;
  /** `null` if there is to be none; absent if it is not changed. */
  readonly limit?: number | null;
  /** `null` if there is to be none; absent if it is not changed. */
  readonly expiresAt?: Instant | null;
  /** Whether another change was under way at the same time: then its answer does not show which of them the gateway made last. */
  readonly overlaps?: true;
  /** By then the request has certainly ended: a read that begins later shows its outcome. */
  readonly endsBy: Instant;
}

/** A history as it is stored. */
export interface KnownHistory {
  readonly history: PaymentLinkHistory;
  readonly mark: Mark | undefined;
  /** When it was paid, as its column has it: an earlier version of core may have derived another time. */
  readonly paidAt: Instant | undefined;
  /** The names of the events that it had. */
  readonly eventNames: readonly string[];
}

/** The report of a delivery or a read about one link. */
export interface Report {
  readonly link?: PaymentLink | undefined;
  /** When the read that reported the link began; undefined if that is not known, as of a webhook. */
  readonly beganAt?: Instant | undefined;
  /** The change of ours that the report answers. */
  readonly change?: OwnChange | undefined;
  /** The pending terms whose outcome is known with this report. */
  readonly endedTerms?: { readonly id: string; readonly isMade: boolean } | undefined;
  readonly histories: readonly PaymentLinkHistory[];
}

/** A change of a link that the ledger has made at the gateway. */
export interface OwnChange {
  readonly answeredAt: Instant;
  /** Makes the change alone: for a stored link that is newer than the answer, or if the answer has no link. */
  readonly apply: (stored: PaymentLink) => PaymentLink;
}

/** The stored state of the link and the histories that a report is about. */
export interface Known {
  readonly link: KnownLink;
  /** The stored history for each of the report, in its order; `undefined` if it is new. */
  readonly histories: readonly (KnownHistory | undefined)[];
  /** For each history of the report, its other ids that already belong to another stored history. */
  readonly takenIds: readonly (readonly string[])[];
}

/** The circumstances of a report. */
export interface Circumstances {
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** How long after the link's expiry a payment is still in time, in milliseconds. */
  readonly lateAfterMs: number;
}

/** An event that is to be stored. */
export interface PlannedEvent {
  /** Permanent and unique. */
  readonly id: string;
  readonly type: LedgerEventType;
  readonly at: Instant;
  /** The history that it is about; absent for events of the link. */
  readonly history?: PaymentLinkHistory;
}

/** A history that is to be stored. */
export interface PlannedHistory extends KnownHistory {
  readonly takesUse: boolean;
  /** Whether it is stored, and its column for the time of its payment stays as it is. */
  readonly keepsPaidAt: boolean;
  /** Its other ids that are new, and belong to no other history. */
  readonly newOtherIds: readonly string[];
}

/** The consequences of a report. */
export interface Plan {
  /** The link as it is to be stored; `undefined` if the report does not change it. */
  readonly link: PaymentLink | undefined;
  readonly status: PaymentLink["status"];
  readonly used: number;
  readonly granted: number;
  readonly asOf: Instant | undefined;
  readonly pending: readonly PendingTerms[];
  /** The histories that change, new ones included. */
  readonly histories: readonly PlannedHistory[];
  /** In the order in which they are to be handled. */
  readonly events: readonly PlannedEvent[];
}
