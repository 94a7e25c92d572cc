import type {
  CallOptions,
  Clock,
  HistoryId,
  LinkChanges,
  LinkId,
  Page,
  PageRequest,
  PaymentLink,
  PaymentLinkError,
  PaymentLinks,
  ResultAsync,
  StoppedLink,
  WebhookAcknowledgement,
  WebhookRequest,
} from "@tautan/core";
import type { Database } from "./database/database.ts";
import type { ProblemListener } from "./deliveries/problem.ts";
import type { LedgerDeliveries } from "./deliveries/types.ts";
import type { LedgerErasure, Retention } from "./erase/types.ts";
import type { DatabaseError, IngestError, LedgerError } from "./errors.ts";
import type { EventState, Handler, LedgerEvent } from "./events/event.ts";
import type { LedgerReads, RecordedHistory } from "./reads/types.ts";
import type { Migrated } from "./schema/migrate.ts";

interface HandlingOptions {
  /**
   * Most links that are worked on at a time. Default 4; always 1 on SQLite. Each takes one connection of the pool, and the handler
   * may take more.
   */
  readonly concurrency?: number | undefined;
  /** Attempts before an event is dead, and its link is parked until `replay` or `skip`. Default 12, over about a day. */
  readonly maxAttempts?: number | undefined;
  /**
   * How long a handler may take, in milliseconds. Default 30,000. On PostgreSQL it is cut after that: its transaction is undone,
   * its connection closed, and the attempt has failed. In the transaction of another library it is not cut: its link waits until
   * it returns; give that library timeouts of its own.
   */
  readonly leaseMs?: number | undefined;
  /** Receives what handlers throw. */
  readonly onError?: ((error: unknown, event: LedgerEvent) => void) | undefined;
}

/** The options of `drain`. */
export interface DrainOptions extends HandlingOptions {
  /** How long to go on, in milliseconds. Default: until nothing is due. Work that was begun is finished. */
  readonly timeLimitMs?: number | undefined;
}

/** The options of `process`. */
export interface ProcessOptions extends HandlingOptions {
  /** How often to look for work of other processes, in milliseconds. Default 1,000. Webhooks of this process are worked on at once. */
  readonly pollMs?: number | undefined;
  /** Receives failures of the database. The worker goes on automatically once the database does. */
  readonly onDatabaseError?: ((error: LedgerError) => void) | undefined;
  /**
   * How long `stop` and `end` wait for handlers that have begun, in milliseconds. Default: `leaseMs` and 5 seconds. Only a handler in
   * the transaction of another library can take longer: it is left to itself, and `onProblem` receives `stop_timed_out`.
   */
  readonly stopTimeoutMs?: number | undefined;
  /** Whether this worker also runs `reconcile`, every minute. Default true. */
  readonly reconcile?: boolean | undefined;
  /** Receives the report of each `reconcile` of this worker that found something to do. */
  readonly onReconciled?: ((report: ReconcileReport) => void) | undefined;
}

/** Handles events until it is stopped. */
export interface Worker extends AsyncDisposable {
  /** Ends when what is being handled is done or cut, and after `stopTimeoutMs` at the latest. */
  stop(): Promise<void>;
}

/** An event, with its outcome. */
export interface StoredEvent extends LedgerEvent {
  readonly state: EventState;
  /** The error that the handler last threw. */
  readonly error?: string;
}

/** Which events to list. */
export interface EventQuery extends PageRequest {
  /** Default: all. */
  readonly state?: EventState | undefined;
  /** Only those of this link. */
  readonly link?: LinkId | undefined;
}

/** The events of the ledger. */
export interface LedgerEvents {
  /** Returns a page of events, oldest first. */
  list(query?: EventQuery): ResultAsync<Page<StoredEvent>, LedgerError>;
  /**
   * Makes an event due now: a dead one starts anew, and its link goes on. An event that was handled is handled again only with
   * `force`.
   */
  replay(id: string, options?: { readonly force?: boolean | undefined }): ResultAsync<void, LedgerError>;
  /** Marks an event as handled without handling it, so that its link goes on. */
  skip(id: string): ResultAsync<void, LedgerError>;
}

/** The result of a drain. */
export interface Drained {
  /** How many events were handled. */
  readonly handled: number;
  /** Whether more is due: call again. */
  readonly more: boolean;
}

/** The outcome of a delivery, with the acknowledgement to send. */
export interface Ingested {
  /**
   * - `applied`: its reports are in the ledger.
   * - `duplicate`: the same delivery was received before. Nothing was written.
   * - `stored`: it is kept, and will be applied once the gateway confirms it or its link is known.
   * - `ignored`: it is kept, and reports nothing of links and payments.
   */
  readonly state: "applied" | "duplicate" | "stored" | "ignored";
  readonly acknowledgement: WebhookAcknowledgement;
  /** The links that it was applied to. */
  readonly links: readonly LinkId[];
}

/** A link's id, or the merchant's reference of it. */
export type LinkName = LinkId | { readonly reference: string };

/** What `confirm` has read. */
export interface ConfirmedLink {
  readonly link: PaymentLink;
  /** All payments that the ledger knows of it, in the order in which it learnt of them. */
  readonly histories: readonly RecordedHistory[];
}

/** The options of `reconcile`. */
export interface ReconcileOptions {
  /** How long to go on, in milliseconds, at least 1. Default: until nothing is due. Work that was begun is finished. */
  readonly timeLimitMs?: number | undefined;
  /** The key of the gateway. Default: all. */
  readonly gateway?: string | undefined;
}

/** A create whose result is not known yet. */
export interface Unresolved {
  readonly reference: string;
  /** The gateway's key. */
  readonly gateway: string;
  /** What to do if it stays so. */
  readonly hint: string;
}

/** What `reconcile` has done. */
export interface ReconcileReport {
  /** How many links were looked at. */
  readonly looked: number;
  /** How many links or their payments were found changed. */
  readonly changed: number;
  /** Payments that no webhook had reported. Many of them are a sign that webhooks do not arrive. */
  readonly missed: readonly HistoryId[];
  /**
   * Creates whose result is still not known. They are asked about again. Of all gateways, and so also those at gateways that no process
   * has any more, if `process` or `drain` of any process has noticed that: they are in every report until one has.
   */
  readonly unresolved: readonly Unresolved[];
  /** The failures, one error of each gateway and kind. Everything that they concern is due again later. */
  readonly failed: readonly (PaymentLinkError | DatabaseError)[];
  /** Whether the time was up before everything was done: call again. */
  readonly more: boolean;
}

/** The page of a gateway's list whose links are taken over. */
export interface AdoptOptions extends PageRequest {
  /** The key of the gateway. Default: that of the cursor, or the default gateway. */
  readonly gateway?: string | undefined;
}

/** What `adopt` has done. */
export interface Adopted {
  /** The links that were not known before. */
  readonly adopted: readonly LinkId[];
  /** Pass it as `cursor` to go on. Absent after the last page. */
  readonly nextCursor?: string;
}

/** The options of `create` and `update`. */
export interface LedgerCreateOptions extends CallOptions {
  /**
   * Whether the ledger closes the link at its `expiresAt` (default: 24 hours after its start) if the links of the gateway never end. The
   * gateway's link is then made without an expiry, and the returned one has `expiryEnforcedBy: "ledger"`. `reconcile` or `process` closes it
   * when it is due, and again until the gateway has. A payment that comes later is `late`, as at any other gateway.
   *
   * The error is `unsupported` if the gateway has neither an expiry nor `close`. At a gateway with an expiry it changes nothing.
   * Default: the option of `createLedger`.
   */
  readonly enforceExpiry?: boolean | undefined;
}

/** The options of `createLedger`. */
export interface LedgerOptions<Tx, Done, Links> {
  readonly links: Links;
  readonly database: Database<Tx, Done>;
  /** Whether the tables are made and changed at the first use. Default `at_first_use`; `never`: only by `migrate()`. */
  readonly migrate?: "at_first_use" | "never" | undefined;
  /** How long after a link's expiry a payment is still in time, in milliseconds. Default 15 minutes. */
  readonly lateAfterMs?: number | undefined;
  /** How long a delivery waits for a link that is not known, in milliseconds. Default 7 days. */
  readonly waitForLinkMs?: number | undefined;
  /**
   * Whether the ledger closes links at their `expiresAt` if the gateway cannot: see `create`, which can decide it for one link. Default
   * false: then a time is refused there.
   */
  readonly enforceExpiry?: boolean | undefined;
  /** How long bodies and handled events are kept. They are removed by `drain` and `process`. */
  readonly retention?: Retention | undefined;
  /**
   * Receives what needs a person, or may: log it, or send it to whoever is on call. Default: nobody does.
   *
   * - `delivery_refused`, `delivery_not_stored`: a webhook was answered with an error. By the process that received it, each time.
   * - `delivery_unresolved`: a webhook that was acknowledged cannot be applied. By `process` or `drain`, of any process with a
   *   listener: once for each reason, and again after a minute if the listener throws, rejects or takes longer than 30 seconds, or
   *   the process dies. Without a listener, it is kept for later. See `deliveries`.
   * - `create_unresolved`: a create may have made a link at a gateway that no process has any more. As `delivery_unresolved`.
   * - `expiry_not_enforced`: a link accepts payments after its expiry, because the gateway has not closed it. By `reconcile` or `process`,
   *   after three attempts, or the first if it cannot succeed; then daily while it lasts.
   * - `stop_timed_out`: a worker did not stop in time, because a handler hangs.
   * - `work_is_waiting`: webhooks or events have been due for more than 10 minutes. When a webhook arrives, at most once a minute.
   *
   * Whatever it throws changes nothing else.
   *
   * @example
   * ```ts
   * import type { PaymentLinks } from "@tautan/core";
   * import { createLedger, sqlite } from "@tautan/ledger";
   *
   * const ledgerOf = (links: PaymentLinks) =>
   *   createLedger({
   *     links,
   *     database: sqlite("shop.db"),
   *     onProblem: ({ kind, message, hint }) => console.warn(kind, message, hint),
   *   });
   * ```
   */
  readonly onProblem?: ProblemListener | undefined;
  /** The source of the current time, for tests. Default: the system's clock. */
  readonly clock?: Clock | undefined;
  /** The source of chance, from 0 to below 1, for tests. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** Links and payments in the application's own database. Operations never throw or reject. */
export interface Ledger<Tx, Done, Links extends PaymentLinks = PaymentLinks> extends LedgerReads, LedgerErasure {
  /** The links that the ledger was made with. */
  readonly links: Links;
  /**
   * Creates a link, once: the same reference with the same request returns the same link, from any number of processes, and however
   * many of them die on the way. Times and `gateway` are not compared: `link.gateway` is where it was made. With a different request, the
   * error is `duplicate_reference`, and its `existing` is the link.
   *
   * The request is stored before it is sent. If its result is not known (`outcome: "unknown"`), the next call with the same request
   * finds out, and makes no second link. If certainly nothing was made, the reference is free for any request.
   *
   * `in_progress`: another call creates it, and was not done before the deadline. Call it again.
   *
   * @example
   * ```ts
   * import { idr } from "@tautan/core";
   * import type { Ledger } from "@tautan/ledger";
   *
   * const share = async (ledger: Ledger<unknown, unknown>): Promise<string> => {
   *   const created = await ledger.create({ reference: "INV-001", title: "Concert, day 1", amount: idr(190_000) });
   *   if (created.isErr()) throw new Error(`${created.error.message} ${created.error.hint}`);
   *   return created.value.url;
   * };
   * ```
   */
  create(
    request: Parameters<Links["create"]>[0],
    options?: LedgerCreateOptions,
  ): ResultAsync<PaymentLink, PaymentLinkError | LedgerError>;
  /**
   * Changes a link at its gateway, and stores it as it is then. An absent field is kept; `null` clears it. `unknown_link`: the
   * ledger has no such link, and nothing was sent. An expiry that the ledger enforces is moved without a request to the gateway.
   *
   * @example
   * ```ts
   * import type { LinkId } from "@tautan/core";
   * import type { Ledger } from "@tautan/ledger";
   *
   * const extend = (ledger: Ledger<unknown, unknown>, id: LinkId) =>
   *   ledger.update(id, { expiresAt: new Date(Date.now() + 60 * 60 * 1000) });
   * ```
   */
  update(
    link: LinkId,
    changes: LinkChanges,
    options?: LedgerCreateOptions,
  ): ResultAsync<PaymentLink, PaymentLinkError | LedgerError>;
  /**
   * Stops a link from accepting new payers, and stores that. `unknown_link`: the ledger has no such link, and nothing was sent.
   *
   * @example
   * ```ts
   * import type { LinkId } from "@tautan/core";
   * import type { Ledger } from "@tautan/ledger";
   *
   * const cancel = (ledger: Ledger<unknown, unknown>, id: LinkId) => ledger.close(id, { timeoutMs: 10_000 });
   * ```
   */
  close(link: LinkId, options?: CallOptions): ResultAsync<StoppedLink, PaymentLinkError | LedgerError>;
  /** Opens a closed link again, and stores that. */
  reopen(link: LinkId, options?: CallOptions): ResultAsync<PaymentLink, PaymentLinkError | LedgerError>;
  /** Removes a link at its gateway for good. The ledger keeps it, with the status `deleted`. */
  delete(link: LinkId, options?: CallOptions): ResultAsync<StoppedLink, PaymentLinkError | LedgerError>;
  /**
   * Receives a webhook as it arrived. A delivery that it answers with success survives the death of this process. Each error carries the
   * acknowledgement to send.
   */
  ingest(gateway: string, request: WebhookRequest): ResultAsync<Ingested, IngestError>;
  /**
   * `ingest` for a server with Fetch requests: the whole webhook endpoint. Never rejects. Without a key, the last part of the
   * path is the gateway's key.
   *
   * @example
   * ```ts
   * import type { Ledger } from "@tautan/ledger";
   *
   * const endpoint = (ledger: Ledger<unknown, unknown>) => (request: Request) => ledger.handle(request);
   * ```
   */
  handle(request: Request, gateway?: string): Promise<Response>;
  /**
   * Reads a link and its payments at the gateway now: for the page that the payer returns to. That the payer returns proves nothing;
   * what this returns does. Handlers receive what it finds too, once.
   *
   * Errors are those of the gateway's `get` and `listHistories`, and `unknown_link`.
   *
   * @example
   * ```ts
   * import type { Ledger } from "@tautan/ledger";
   *
   * const thanks = async (ledger: Ledger<unknown, unknown>, reference: string): Promise<string> => {
   *   const now = await ledger.confirm({ reference });
   *   const isPaid = now.isOk() && now.value.histories.some(({ history, mark }) => history.isPaid && mark === undefined);
   *   return isPaid ? "Paid" : "We are waiting for your payment";
   * };
   * ```
   */
  confirm(link: LinkName, options?: CallOptions): ResultAsync<ConfirmedLink, PaymentLinkError | LedgerError>;
  /**
   * Asks the gateways about links that have gone quiet, so that no payment is missed if webhooks never come. A link is due after the time in
   * which its gateway repeats webhooks, but an hour at most; then after one hour, six hours, and daily; in any case when it has expired, and
   * one and three days later. Then never again. Links whose expiry the ledger enforces are closed when they are due.
   *
   * A gateway that does not work stops only its own links, which are due again after five minutes. Any number of processes may call it: each
   * link is looked at once. `process` calls it every minute. For cron jobs and serverless functions, call it before `drain`, which does not.
   *
   * @throws `TypeError` if the time limit is invalid.
   *
   * @example
   * ```ts
   * import type { Ledger } from "@tautan/ledger";
   *
   * const everyTenMinutes = async (ledger: Ledger<unknown, unknown>): Promise<void> => {
   *   const report = await ledger.reconcile({ timeLimitMs: 30_000 });
   *   if (report.isErr()) throw new Error(report.error.message);
   *   if (report.value.missed.length > 0) console.warn("paid, and no webhook reported it:", report.value.missed);
   * };
   * ```
   */
  reconcile(options?: ReconcileOptions): ResultAsync<ReconcileReport, LedgerError>;
  /**
   * Takes over links that were made elsewhere, such as in the provider's dashboard: those of one page of the gateway's list, newest first. The
   * next `reconcile` reads their payments, which are handled as all others. So adopt only what your handler is to deliver.
   *
   * A webhook of a link that is not known adopts that link automatically. The error is `unsupported` if the gateway has no list. A link whose
   * reference another link has is left out, and so is one that the ledger has under another reference.
   *
   * @example
   * ```ts
   * import type { Ledger } from "@tautan/ledger";
   *
   * const adoptAll = async (ledger: Ledger<unknown, unknown>, gateway: string): Promise<void> => {
   *   let cursor: string | undefined;
   *   do {
   *     const page = await ledger.adopt({ gateway, limit: 100, cursor });
   *     if (page.isErr()) throw new Error(page.error.message);
   *     cursor = page.value.nextCursor;
   *   } while (cursor !== undefined);
   * };
   * ```
   */
  adopt(page?: AdoptOptions, options?: CallOptions): ResultAsync<Adopted, PaymentLinkError | LedgerError>;
  /**
   * Handles what is due, until nothing is or the time is up: for cron jobs and serverless functions. The events of a link are
   * handled in order. It does not look for what no webhook reported: call `reconcile` for that.
   *
   * @throws `TypeError` if an option is invalid.
   */
  drain(handler: Handler<Tx, Done>, options?: DrainOptions): ResultAsync<Drained, LedgerError>;
  /**
   * Handles events until stopped: those of a link in order, each at least once, what it writes through `tx` exactly once. Start it
   * in as many processes as you like.
   *
   * @throws `TypeError` if an option is invalid.
   */
  process(handler: Handler<Tx, Done>, options?: ProcessOptions): Worker;
  /** The webhooks that were accepted, to look at and to put right. */
  readonly deliveries: LedgerDeliveries;
  /** The events themselves, to look at and to put right. */
  readonly events: LedgerEvents;
  /** Makes or changes the tables. It runs automatically at the first use, unless the option `migrate` is `never`. */
  migrate(): ResultAsync<Migrated, LedgerError>;
  /**
   * Stops the workers, and closes the connections that the ledger has opened itself. It opens no others: whatever is called later is
   * `database_unavailable`, and a webhook is answered so that the gateway sends it again.
   */
  end(): Promise<void>;
}
