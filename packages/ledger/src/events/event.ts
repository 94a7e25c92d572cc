import type { Instant, PaymentLink, PaymentLinkHistory } from "@tautan/core";

/**
 * The types of events.
 *
 * - `paid`: deliver. The payment has the right amount, is within the link's limit, and was made in time. Once per payment; again
 *   only after `reversed`, if the payer has paid anew in another attempt of the same history.
 * - `excess`: paid, but as many others as the link allows are `paid`, and were not taken back. Instead of `paid`.
 * - `late`: paid, but after the link had expired. Instead of `paid`.
 * - `mismatched`: paid, but not the link's amount. Instead of `paid`. After `paid`, once: another amount of the same payment was reported, or
 *   two payments turned out to be one.
 * - `settled`: the money has arrived.
 * - `refunded`: a refund succeeded; once for each.
 * - `refund_failed`: a refund failed, perhaps after `refunded`: the payer has not received it. Once for each.
 * - `reversed`: the payment was taken back. It may come without `paid`, if it was taken back before it was reported.
 * - `disputed`, `dispute_closed`: a dispute was opened or decided.
 * - `failed`, `expired`, `cancelled`: the payment was not made. `paid` can still follow.
 * - `link_made`: `create` of the ledger made it; once, and before all others. Links that were made elsewhere have none.
 * - `link_exhausted`, `link_expired`, `link_closed`: all uses of the link are taken, it has expired, or it was closed.
 */
export type LedgerEventType =
  | "paid"
  | "excess"
  | "late"
  | "mismatched"
  | "settled"
  | "refunded"
  | "refund_failed"
  | "reversed"
  | "disputed"
  | "dispute_closed"
  | "failed"
  | "expired"
  | "cancelled"
  | "link_made"
  | "link_exhausted"
  | "link_expired"
  | "link_closed";

/** The outcome of an event: `waiting` for a handler, `handled`, or `dead` after its last attempt. */
export type EventState = "waiting" | "dead" | "handled";

/** Why a payment is not one to deliver on. It is kept for good. */
export type Mark = "excess" | "late" | "mismatched";

/**
 * How something was learnt. `reconcile`: no webhook reported it. `change`: by `update`, `close`, `reopen` or `delete` of the ledger.
 */
export type LearntBy = "webhook" | "reconcile" | "confirm" | "create" | "change";

/** Something that happened to a link or a payment. */
export interface LedgerEvent {
  /** Permanent, such as `midtrans:INV-001-1767225600123#paid`. */
  readonly id: string;
  readonly type: LedgerEventType;
  /** The merchant's reference of the link. */
  readonly reference: string;
  /** When it happened by the provider's clock, if the provider reports it; otherwise when the ledger learnt it. */
  readonly at: Instant;
  /** The link as it is now, not as it was then. */
  readonly link: PaymentLink;
  /** The payment as it is now; absent for events of links. */
  readonly history?: PaymentLinkHistory;
  readonly learntBy: LearntBy;
  /** 1 at the first attempt. */
  readonly attempt: number;
}

/**
 * Handles an event. What it writes through `tx` is committed together with the mark that the event is handled: once. If it
 * throws, both are undone, and it is called again later. On SQLite it must not wait: `Done` is `undefined` there.
 */
export type Handler<Tx, Done> = (event: LedgerEvent, tx: Tx) => Done;
