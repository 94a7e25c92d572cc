import type { HistoryId, LinkId } from "./identifiers.ts";
import type { Instant } from "./instant.ts";
import type { Money } from "./money.ts";
import type { PaymentMethod } from "./payment-method.ts";

/**
 * How far a source proves what it reports, strongest first.
 *
 * - `read`: the gateway's response to an authenticated request.
 * - `signed`: a delivery whose signature covers everything that is used.
 * - `partly_signed`: the signature does not cover everything that is used, or does not identify the account.
 * - `token`: a shared token proves the sender; the content is not proven.
 * - `unsigned`: nothing is proven.
 */
export type Trust = "read" | "signed" | "partly_signed" | "token" | "unsigned";

/**
 * The facts that can be reported about an attempt.
 *
 * `failed`, `expired` and `cancelled` are soft ends: a payment overrides them, whichever is reported first, because transfers
 * can arrive late. `voided` and `declined` are hard ends: they override a payment of the same attempt, whichever is reported
 * first.
 *
 * - `voided`: the attempt has ended, and may have been paid before.
 * - `declined`: the attempt has ended, and the provider's documentation rules out that it was ever paid, as with a card that
 *   the bank refused. It does not affect a payment that no source assigns to an attempt.
 */
export const FACT_NAMES = [
  "opened",
  "pending",
  "authorized",
  "review",
  "paid",
  "settled",
  "voided",
  "declined",
  "failed",
  "expired",
  "cancelled",
] as const;

export type FactName = (typeof FACT_NAMES)[number];

/** Something that happened to an attempt. */
export interface Fact {
  /** The provider's time, if reported. Never the time at which the report arrived. */
  readonly at?: Instant;
}

/** A value together with the trust of its source. */
export interface Reported<T> {
  readonly value: T;
  readonly trust: Trust;
}

/** A single attempt to pay: a denied card is one, the accepted card after it another. */
export interface AttemptRecord {
  /**
   * The provider's id of the attempt. `""` is for facts about the whole history, from sources that name no attempt. A hard end
   * under `""` takes back every payment, so a source that may mean a single attempt must not report it.
   */
  readonly id: string;
  readonly facts: Readonly<Partial<Record<FactName, Fact>>>;
  /** Empty if no source reported a method; the same holds for the next two fields. */
  readonly methods: readonly Reported<PaymentMethod>[];
  readonly expiresAt: readonly Reported<Instant>[];
  readonly reversibleUntil: readonly Reported<Instant>[];
}

export interface PhasedRecord<Phase extends string> {
  readonly id: string;
  readonly phase: Phase;
  readonly amount?: Money;
  /** The provider's time, if reported. */
  readonly at?: Instant;
}

/** A refund. Its phase only advances, in the order listed. */
export type RefundRecord = PhasedRecord<"requested" | "succeeded" | "failed">;

/** A dispute or chargeback. Its phase only advances, in the order listed. */
export type DisputeRecord = PhasedRecord<"opened" | "won" | "lost">;

/**
 * Everything ever reported about a history. It only grows. Merging is commutative, associative and idempotent: the order and
 * the number of deliveries do not matter. All lists are sorted.
 */
export interface HistoryRecord {
  /** The provider's id of the history. It can be computed from every source. */
  readonly providerId: string;
  /** Other ids that sources use for the history. */
  readonly otherIds: readonly string[];
  readonly linkProviderIds: readonly Reported<string>[];
  readonly linkReferences: readonly Reported<string>[];
  readonly amounts: readonly Reported<Money>[];
  /** The gratuity that the payer added, which is not in `amounts`; absent if no source reported a tip. */
  readonly tips?: readonly Reported<Money>[];
  readonly attempts: readonly AttemptRecord[];
  readonly refunds: readonly RefundRecord[];
  /** The highest reported total of refunds, for providers without ids of refunds. */
  readonly refundedTotal?: Money;
  readonly disputes: readonly DisputeRecord[];
  /** Words of the provider that this version does not know. Treat them neither as success nor as failure. */
  readonly notes: readonly string[];
}

/**
 * The status of a history, computed from its record.
 *
 * To decide whether to deliver, use `isPaid`, not `status === "paid"`: a settled payment is paid too.
 */
export type HistoryStatus =
  | "reversed"
  | "disputed"
  | "refunded"
  | "partially_refunded"
  | "settled"
  | "paid"
  | "review"
  | "authorized"
  | "pending"
  | "opened"
  | "cancelled"
  | "expired"
  | "failed"
  | "unknown";

/** Sources disagree about a value that must not change. */
export interface HistoryConflict {
  readonly field: "amount";
  /** The reported values, the most trusted first. */
  readonly values: readonly Money[];
}

/** One payment through a link, with its own method, status and refunds. It can be paid once. */
export interface PaymentLinkHistory {
  readonly id: HistoryId;
  readonly gateway: string;
  readonly providerId: string;
  /** The link of the payment, if the source reports it. */
  readonly linkId?: LinkId;
  /** The merchant's reference of that link, if the source reports it. */
  readonly reference?: string;
  readonly status: HistoryStatus;
  /**
   * Whether the merchant has the customer's money, or will receive it: the status is `paid`, `settled` or
   * `partially_refunded`. False after a full refund, a reversal or a dispute.
   */
  readonly isPaid: boolean;
  /** The amount for the link, without a tip. */
  readonly amount?: Money;
  /** The gratuity that the payer added, beside `amount`; absent if there is none, or if the gateway does not report it apart. */
  readonly tip?: Money;
  /** The sum of successful refunds; absent if there are none. */
  readonly refunded?: Money;
  readonly method?: PaymentMethod;
  readonly openedAt?: Instant;
  readonly paidAt?: Instant;
  readonly settledAt?: Instant;
  /** When the payment can no longer be made. */
  readonly expiresAt?: Instant;
  /** Until when the provider may take back the payment without a dispute. */
  readonly reversibleUntil?: Instant;
  readonly conflicts: readonly HistoryConflict[];
  readonly notes: readonly string[];
  readonly record: HistoryRecord;
  /** The provider's own object, if this history comes from a single read or delivery. Not enumerable. */
  readonly raw?: unknown;
}
