import type { HistoryId, LinkId } from "./identifiers.ts";
import type { Instant } from "./instant.ts";
import type { Money } from "./money.ts";
import type { PaymentMethod } from "./payment-method.ts";

/**
 * How far a source can be trusted, best first.
 *
 * `read`: the gateway's answer to our own authenticated request. `signed`: a delivery whose signature covers everything
 * taken from it. `partly_signed`: the signature leaves out part of what was taken, or does not say whose account it is
 * about. `token`: a shared word proves the sender, nothing proves the content. `unsigned`: a hint.
 */
export type Trust = "read" | "signed" | "partly_signed" | "token" | "unsigned";

/**
 * What can happen to one attempt to pay.
 *
 * `failed`, `expired` and `cancelled` are soft ends: a payment beats them, in either order, because late transfers are
 * real. `voided` and `declined` are hard ends: they beat a payment of the same attempt, in either order. They differ in what
 * they say of the money. `voided`: the attempt is over, and may have been paid before. `declined`: the provider's documents rule
 * out that it ever was, as with a card that the bank refused; so it casts no doubt on a payment that nobody ties to an attempt.
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

/** That something happened and, where the provider tells, when by its clock. Never the time of arrival. */
export interface Fact {
  readonly at?: Instant;
}

/** One source's word on a plain field. */
export interface Reported<T> {
  readonly value: T;
  readonly trust: Trust;
}

/** One try to pay: a denied card is one, the good card after it another. */
export interface AttemptRecord {
  /**
   * The provider's id of the attempt; `""` for what is known of the history as a whole, from sources that name no attempt. A hard end
   * there takes every payment back, so a source that may mean one attempt only must not say it.
   */
  readonly id: string;
  readonly facts: Readonly<Partial<Record<FactName, Fact>>>;
  /** Empty where no source told, here and in the next two. */
  readonly methods: readonly Reported<PaymentMethod>[];
  readonly expiresAt: readonly Reported<Instant>[];
  readonly reversibleUntil: readonly Reported<Instant>[];
}

/** A refund; its phase only advances, in the order written here. */
export interface RefundRecord {
  readonly id: string;
  readonly phase: "requested" | "succeeded" | "failed";
  readonly amount?: Money;
  readonly at?: Instant;
}

/** A dispute or chargeback; its phase only advances, in the order written here. */
export interface DisputeRecord {
  readonly id: string;
  readonly phase: "opened" | "won" | "lost";
  readonly amount?: Money;
  readonly at?: Instant;
}

/**
 * Everything that was ever learnt of a history. It only grows, and merging is commutative, associative and idempotent:
 * the order and the number of deliveries never matter. All lists are sorted.
 */
export interface HistoryRecord {
  /** The provider's id of what is payable once, computable from every source. */
  readonly providerId: string;
  /** Other ids that sources use for it. */
  readonly aliases: readonly string[];
  readonly linkProviderIds: readonly Reported<string>[];
  readonly linkReferences: readonly Reported<string>[];
  readonly amounts: readonly Reported<Money>[];
  readonly attempts: readonly AttemptRecord[];
  readonly refunds: readonly RefundRecord[];
  /** The highest total of refunds reported, for providers that give refunds no ids. */
  readonly refundedTotal?: Money;
  readonly disputes: readonly DisputeRecord[];
  /** Words of the provider that this version does not know. Never success, never failure. */
  readonly notes: readonly string[];
}

/**
 * What a history comes to, derived from its record by one total function.
 *
 * Read `isPaid`, not `status === "paid"`, to decide whether to deliver: a settled payment is paid too.
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

/** Sources that disagree about something that must not change. */
export interface HistoryConflict {
  readonly field: "amount";
  /** What they say, the best trusted first. */
  readonly values: readonly Money[];
}

/** The child: what is payable once through a link, with its own method, status and refunds. */
export interface PaymentLinkHistory {
  readonly id: HistoryId;
  readonly gateway: string;
  readonly providerId: string;
  /** The link it belongs to, where the source tells. */
  readonly linkId?: LinkId;
  /** The merchant's reference of that link, where the source tells. */
  readonly reference?: string;
  readonly status: HistoryStatus;
  /**
   * Whether the customer's money is with the merchant or on its way there: `paid`, `settled`, `partially_refunded`.
   * False once it was refunded in full, reversed or disputed.
   */
  readonly isPaid: boolean;
  readonly amount?: Money;
  /** The sum of refunds that succeeded; absent where there is none. */
  readonly refunded?: Money;
  readonly method?: PaymentMethod;
  readonly openedAt?: Instant;
  readonly paidAt?: Instant;
  readonly settledAt?: Instant;
  /** Until when the attempt can be paid. */
  readonly expiresAt?: Instant;
  /** Until when the provider may still take a payment back without a dispute. */
  readonly reversibleUntil?: Instant;
  readonly conflicts: readonly HistoryConflict[];
  readonly notes: readonly string[];
  readonly record: HistoryRecord;
  /** The provider's own object, where this came from one read or delivery. Not enumerable. */
  readonly raw?: unknown;
}
