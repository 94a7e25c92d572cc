import type {
  CallOptions,
  HistoryId,
  HistoryStatus,
  Instant,
  LinkAmount,
  LinkId,
  LinkStatus,
  Money,
  Page,
  PaymentLink,
  PaymentLinkError,
  PaymentLinkHistory,
  PaymentLinks,
  PaymentMethod,
  ResultAsync,
} from "@tautan/core";

/** The used part of the links. */
export type ReturnLinks = Pick<PaymentLinks, "gateways" | "default" | "gateway" | "find" | "listHistories">;

/** An error of a ledger. */
export interface ReturnLedgerError {
  readonly kind: string;
  readonly message: string;
  readonly hint: string;
  readonly retryable: boolean;
}

interface RecordedPayment {
  readonly history: PaymentLinkHistory;
  readonly mark?: PaymentMark;
}

type LedgerResult<T> = ResultAsync<T, ReturnLedgerError>;

/** The used part of a ledger. The `Ledger` of `@tautan/ledger` is one. */
export interface ReturnLedger {
  readonly links: ReturnLinks;
  get(link: LinkId | { readonly reference: string }): LedgerResult<PaymentLink>;
  confirm(
    link: LinkId,
    options?: CallOptions,
  ): LedgerResult<{ readonly link: PaymentLink; readonly histories: readonly RecordedPayment[] }>;
  histories(query: {
    readonly link: LinkId;
    readonly order: "newest_first";
    readonly limit: number;
  }): LedgerResult<Page<RecordedPayment>>;
}

/** The source of the confirmed state. */
export type ReturnSource = { readonly ledger: ReturnLedger } | { readonly links: ReturnLinks };

/** The options of a return handler. */
export interface ReturnHandlerOptions {
  /** The parameter of the redirect's query with your reference of the link. Default `reference`. */
  readonly parameter?: string | undefined;
  /**
   * How long the answer about a link is used again before the gateway is asked again, in milliseconds: from 0. Default 3,000. Payers
   * reload the page, and anyone can.
   */
  readonly askEveryMs?: number | undefined;
  /** The deadline of one read at the gateway, in milliseconds: the payer waits for it. Default 5,000. */
  readonly timeoutMs?: number | undefined;
  /** The source of the current time, for tests. Default: the system's clock. */
  readonly clock?: { now(): number } | undefined;
}

/**
 * The state of a link for the payer's page. If several can pay the link, and the URL does not name a payment, it is about all of them:
 * `paid` then means that somebody has paid.
 *
 * - `paid`: paid as requested. Events deliver, not this page: those of the ledger, or `onEvent`.
 * - `review`: money came, but another amount, too late, or once too often. A person decides.
 * - `pending`: a payment has begun, such as a virtual account that waits for its transfer.
 * - `unpaid`: nothing was paid, and the payer can still pay.
 * - `refunded`, `reversed`, `disputed`: it was paid, and the money went back, or may.
 * - `expired`, `closed`: nothing was paid, and the link accepts no more payments.
 */
export type ReturnStatus =
  | "paid"
  | "review"
  | "pending"
  | "unpaid"
  | "refunded"
  | "reversed"
  | "disputed"
  | "expired"
  | "closed";

/** Why a paid payment is not one to deliver on: the marks of the ledger. */
export type PaymentMark = "excess" | "late" | "mismatched";

/** A link without the payer's data: anyone who knows or guesses a reference can open the page. */
export interface ReturnedLink {
  readonly id: LinkId;
  readonly gateway: string;
  /** Your reference of the link. */
  readonly reference: string;
  readonly status: LinkStatus;
  readonly acceptsPayments: boolean;
  /** The pay page, for a payer who has not paid. */
  readonly url: string;
  readonly title?: string;
  readonly amount: LinkAmount;
  readonly expiresAt?: Instant;
}

/** A payment without the payer's data. */
export interface ReturnedPayment {
  readonly id: HistoryId;
  readonly status: HistoryStatus;
  readonly isPaid: boolean;
  readonly amount?: Money;
  readonly refunded?: Money;
  readonly method?: PaymentMethod;
  readonly paidAt?: Instant;
  /** With a ledger: why it is not one to deliver on. */
  readonly mark?: PaymentMark;
}

/** The confirmed state of the link that a returning payer names. */
export interface PaymentReturn {
  readonly status: ReturnStatus;
  readonly link: ReturnedLink;
  /** Its payments, or only the one that the gateway named in the URL. */
  readonly payments: readonly ReturnedPayment[];
  /**
   * Whether the gateway was asked for this answer, at most `askEveryMs` ago. If not, it did not answer, and this is the state that
   * the ledger knows.
   */
  readonly isConfirmed: boolean;
}

/**
 * Why there is no state.
 *
 * - `no_reference`: the URL names no link.
 * - `unknown_link`: there is no such link.
 */
export interface ReturnRefusedError {
  readonly kind: "no_reference" | "unknown_link";
  readonly message: string;
  readonly hint: string;
  readonly retryable: false;
}

/** The errors of a return handler: its own, those of the gateway, and those of the ledger's database. */
export type ReturnError = ReturnRefusedError | PaymentLinkError | ReturnLedgerError;
