import type {
  HistoryId,
  HistoryStatus,
  Instant,
  InstantInput,
  LinkId,
  LinkStatus,
  Money,
  Page,
  PageRequest,
  PaymentLink,
  PaymentLinkHistory,
  Result,
  ResultAsync,
} from "@tautan/core";
import type { DeliveryState } from "../deliveries/types.ts";
import type { LedgerError } from "../errors.ts";
import type { EventState, LearntBy, LedgerEventType, Mark } from "../events/event.ts";

/** Which comes first. */
export type ListOrder = "newest_first" | "oldest_first";

/** Which links to list. All filters must fit. */
export interface LinkQuery extends PageRequest {
  readonly gateway?: string | undefined;
  /**
   * The status now. A link whose status has changed by the time alone is listed under its former status no more, and under the new
   * one once the ledger has looked at it: `expired` by `reconcile`.
   */
  readonly status?: LinkStatus | undefined;
  /** The beginning of the reference, at least one character. The list is then sorted by reference. */
  readonly referencePrefix?: string | undefined;
  /** The e-mail address of the customer for whom it was created. Capitals do not matter. */
  readonly customerEmail?: string | undefined;
  /** Created at this time or later. */
  readonly createdFrom?: InstantInput | undefined;
  /** Created before this time. */
  readonly createdTo?: InstantInput | undefined;
  /** By time of creation, or by reference if `referencePrefix` is given. Default `newest_first`. */
  readonly order?: ListOrder | undefined;
}

/** Which payments to list. All filters must fit. */
export interface HistoryQuery extends PageRequest {
  readonly link?: LinkId | undefined;
  readonly gateway?: string | undefined;
  readonly status?: HistoryStatus | undefined;
  readonly mark?: Mark | undefined;
  /** Last changed at this time or later. */
  readonly changedFrom?: InstantInput | undefined;
  /** Last changed before this time. */
  readonly changedTo?: InstantInput | undefined;
  /**
   * By the time of the last change, or, if `link` is given, by the time at which it was first seen. Default `newest_first`. To miss
   * no change, read `oldest_first`: what changes meanwhile comes again at the end.
   */
  readonly order?: ListOrder | undefined;
}

/** A payment, with what the ledger knows of it. */
export interface RecordedHistory {
  readonly history: PaymentLinkHistory;
  readonly linkId: LinkId;
  /** The merchant's reference of the link. */
  readonly reference: string;
  /** Why it is not one to deliver on; absent if it is, or if it is not paid. */
  readonly mark?: Mark;
  /** When the ledger first learnt of it. */
  readonly firstSeenAt: Instant;
  /** When its record last changed. */
  readonly changedAt: Instant;
  /** How the ledger first learnt of it. */
  readonly learntBy: LearntBy;
}

/** The payments to sum up. */
export interface TotalsQuery {
  /**
   * The first moment. The moment of a payment is when it was paid by the provider's clock, or, if that is not known or it is not paid,
   * when the ledger first learnt of it.
   */
  readonly from: InstantInput;
  /** The first moment that is too late. Default: none is. */
  readonly to?: InstantInput | undefined;
  readonly gateway?: string | undefined;
}

/** The payments of one gateway and currency that have one status. */
export interface Total {
  readonly gateway: string;
  /** The status now. */
  readonly status: HistoryStatus;
  /** How many there are. */
  readonly count: number;
  /** The exact sum of their amounts; refunds are not deducted. Absent for those whose amount no source reports. */
  readonly amount?: Money;
}

/** The form of an export: a JSON object a line, or comma-separated values. */
export type ExportFormat = "jsonl" | "csv";

/** The payments to export: those of {@link TotalsQuery}. */
export interface ExportQuery extends TotalsQuery {
  readonly format: ExportFormat;
}

/** A payment of an export. A value that is not known is null; in CSV it is empty. It contains nothing of the payer. */
export interface ExportedPayment {
  readonly gateway: string;
  /** The merchant's reference of the link. */
  readonly reference: string;
  readonly linkId: LinkId;
  readonly historyId: HistoryId;
  readonly status: HistoryStatus;
  readonly isPaid: boolean;
  readonly mark: Mark | null;
  /** ISO 4217 code of the next three. */
  readonly currency: string | null;
  /** A decimal string in major units. */
  readonly amount: string | null;
  /** The sum of its successful refunds. */
  readonly refunded: string | null;
  /** The part that the provider keeps. Nothing reports it to a driver of this version, so that it is always `unknown`, which is not 0. */
  readonly fee: "unknown";
  /** Such as `virtual_account/bca`. */
  readonly method: string | null;
  readonly paidAt: Instant | null;
  readonly settledAt: Instant | null;
  readonly firstSeenAt: Instant;
  readonly changedAt: Instant;
  readonly learntBy: LearntBy;
}

/** A webhook in the trail of a link. Repeats of a delivery are the same entry. */
export interface DeliveryEntry {
  readonly what: "delivery";
  /** When it first arrived. */
  readonly at: Instant;
  /** Its outcome. */
  readonly name: DeliveryState;
  /** The SHA-256 of its body. */
  readonly digest: string;
  /** How often it arrived. A repeat that is known to report nothing new is not counted. */
  readonly arrivals: number;
  /** How often it was tried to apply it later. */
  readonly attempts: number;
  /** Why it is not applied. */
  readonly error?: string;
}

/** The ledger asked the gateway about a link, or to change it. */
export interface CallEntry {
  readonly what: "read" | "call";
  readonly at: Instant;
  /** `read`, or the operation of a call, such as `update`. */
  readonly name: string;
  /** Why the gateway was asked. */
  readonly cause: LearntBy;
  /** Why it failed; absent if it did not. */
  readonly error?: string;
}

/** An event in the trail of a link. */
export interface EventEntry {
  readonly what: "event";
  /** When the ledger learnt it. */
  readonly at: Instant;
  readonly name: LedgerEventType;
  readonly id: string;
  /** When it happened by the provider's clock, if the provider reports it; otherwise the same as `at`. */
  readonly happenedAt: Instant;
  readonly cause: LearntBy;
  /** The digest of the delivery that reported it. */
  readonly delivery?: string;
  readonly historyId?: HistoryId;
  readonly state: EventState;
  /** How often handling it failed. */
  readonly attempts: number;
  /** The error that the handler last threw. */
  readonly error?: string;
}

/** A create that was sent, and of which it is not known whether it made a link. */
export interface UnresolvedCreate {
  readonly reference: string;
  /** The gateway's key. */
  readonly gateway: string;
  /** When it was last sent. */
  readonly sentAt: Instant;
  /** When `reconcile` asks the gateway again; absent if this process never does. */
  readonly askedAgainAt?: Instant;
  /** What to do about it. */
  readonly hint: string;
}

/** Something that happened to a link. */
export type TrailEntry = DeliveryEntry | CallEntry | EventEntry;

/** Reads of the ledger. None of them asks a gateway. */
export interface LedgerReads {
  /**
   * Returns a link as the ledger knows it, with its status now. `unknown_link`: the ledger has no such link.
   *
   * @example
   * ```ts
   * import type { Ledger } from "@tautan/ledger";
   *
   * const urlOf = async (ledger: Ledger<unknown, unknown>): Promise<string | undefined> => {
   *   const link = await ledger.get({ reference: "INV-001" });
   *   return link.map(({ url }) => url).unwrapOr(undefined);
   * };
   * ```
   */
  get(link: LinkId | { readonly reference: string }): ResultAsync<PaymentLink, LedgerError>;
  /**
   * Returns a page of links. A link that is known when the first page is read comes exactly once, however many are created meanwhile.
   *
   * @example
   * ```ts
   * import type { Ledger } from "@tautan/ledger";
   *
   * const openOf = async (ledger: Ledger<unknown, unknown>, customerEmail: string, cursor?: string) => {
   *   const page = await ledger.list({ customerEmail, status: "active", limit: 100, cursor });
   *   return page.map(({ items, nextCursor }) => ({ urls: items.map(({ url }) => url), nextCursor }));
   * };
   * ```
   */
  list(query?: LinkQuery): ResultAsync<Page<PaymentLink>, LedgerError>;
  /**
   * Returns a page of the creates that were sent and of which it is not known whether they made a link, the oldest first. Those that a
   * process is sending are not among them. `create` with the same request, `reconcile` or a webhook finds out.
   *
   * @example
   * ```ts
   * import type { Ledger } from "@tautan/ledger";
   *
   * const toLookFor = async (ledger: Ledger<unknown, unknown>) => {
   *   const page = await ledger.unresolvedCreates({ limit: 100 });
   *   return page.map(({ items }) => items.map(({ reference, gateway, hint }) => `${reference} at ${gateway}: ${hint}`));
   * };
   * ```
   */
  unresolvedCreates(page?: PageRequest): ResultAsync<Page<UnresolvedCreate>, LedgerError>;
  /**
   * Returns a page of payments.
   *
   * @example
   * ```ts
   * import type { Ledger } from "@tautan/ledger";
   *
   * const toLookInto = async (ledger: Ledger<unknown, unknown>) => {
   *   const page = await ledger.histories({ mark: "mismatched" });
   *   return page.map(({ items }) => items.map(({ reference, history }) => `${reference}: ${history.amount?.amount}`));
   * };
   * ```
   */
  histories(query?: HistoryQuery): ResultAsync<Page<RecordedHistory>, LedgerError>;
  /**
   * Returns a page of what happened to a link, in order: each delivery, each time the gateway was asked, and each event with its cause.
   * It is read oldest first. Entries that are added meanwhile come on the last page.
   *
   * @example
   * ```ts
   * import type { LinkId } from "@tautan/core";
   * import type { Ledger } from "@tautan/ledger";
   *
   * const whyPaid = async (ledger: Ledger<unknown, unknown>, id: LinkId) => {
   *   const trail = await ledger.trail(id);
   *   return trail.map(({ items }) => items.find(({ name }) => name === "paid"));
   * };
   * ```
   */
  trail(link: LinkId, page?: PageRequest): ResultAsync<Page<TrailEntry>, LedgerError>;
  /**
   * Counts and sums up payments by gateway, status and currency, exactly.
   *
   * @example
   * ```ts
   * import type { Ledger } from "@tautan/ledger";
   *
   * const january = (ledger: Ledger<unknown, unknown>) =>
   *   ledger.totals({ from: "2026-01-01T00:00:00+07:00", to: "2026-02-01T00:00:00+07:00" });
   * ```
   */
  totals(query: TotalsQuery): ResultAsync<readonly Total[], LedgerError>;
  /**
   * Writes the payments of a range as JSON Lines or CSV, in the order of their moments. The chunks are whole lines, and only one is in
   * memory at a time. The first error ends it. The amounts of a status add up to those of `totals` of the same range.
   *
   * A payment that is made or changes while the export runs may be missing or come twice: export a range that has ended.
   *
   * CSV is UTF-8 by RFC 4180 with a line of names. A text that a spreadsheet would run as a formula (`= + - @`, a tab, a line break or
   * a wide form first) has an apostrophe in front. JSON Lines has every text as it is.
   *
   * @example
   * ```ts
   * import { once } from "node:events";
   * import { createWriteStream } from "node:fs";
   * import type { Ledger } from "@tautan/ledger";
   *
   * const exportJanuary = async (ledger: Ledger<unknown, unknown>): Promise<void> => {
   *   const file = createWriteStream("january.csv");
   *   const range = { from: "2026-01-01T00:00:00+07:00", to: "2026-02-01T00:00:00+07:00" };
   *   for await (const chunk of ledger.exportPayments({ ...range, format: "csv" })) {
   *     if (chunk.isErr()) throw new Error(chunk.error.message);
   *     if (!file.write(chunk.value)) await once(file, "drain");
   *   }
   *   file.end();
   * };
   * ```
   */
  exportPayments(query: ExportQuery): AsyncIterableIterator<Result<string, LedgerError>>;
}
