import type {
  Clock,
  LinkId,
  Page,
  PageRequest,
  ResultAsync,
  WebhookAcknowledgement,
  WebhookRequest,
} from "@tautan/core";
import type { Database } from "./database/database.ts";
import type { IngestError, LedgerError } from "./errors.ts";
import type { Handler, LedgerEvent } from "./events/event.ts";
import type { LedgerReads } from "./reads/types.ts";
import type { Migrated } from "./schema/migrate.ts";

interface HandlingOptions {
  /**
   * Most links that are worked on at a time. Default 4; always 1 on SQLite. Each takes one connection of the pool, and the handler
   * may take more.
   */
  readonly concurrency?: number | undefined;
  /** Tries before an event is dead, and its link is parked until `replay` or `skip`. Default 12, over about a day. */
  readonly maxAttempts?: number | undefined;
  /** How long a handler may take, in milliseconds. Default 30,000. After that another worker may begin, but only one commits. */
  readonly leaseMs?: number | undefined;
  /** Receives what handlers throw. */
  readonly onError?: ((error: unknown, event: LedgerEvent) => void) | undefined;
}

/** The options of `drain`. */
export interface DrainOptions extends HandlingOptions {
  /** How long to go on, in milliseconds. Default: until nothing is due. What was begun is finished. */
  readonly timeLimitMs?: number | undefined;
}

/** The options of `process`. */
export interface ProcessOptions extends HandlingOptions {
  /** How often to look for work of other processes, in milliseconds. Default 1,000. Webhooks of this process are worked on at once. */
  readonly pollMs?: number | undefined;
  /** Receives failures of the database. The worker goes on by itself once the database does. */
  readonly onDatabaseError?: ((error: LedgerError) => void) | undefined;
}

/** Handles events until it is stopped. */
export interface Worker extends AsyncDisposable {
  /** Ends when what is being handled is done. */
  stop(): Promise<void>;
}

/** What became of an event. */
export type EventState = "waiting" | "dead" | "handled";

/** An event, with what became of it. */
export interface StoredEvent extends LedgerEvent {
  readonly state: EventState;
  /** What the handler last threw. */
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

/** What a drain has done. */
export interface Drained {
  /** How many events were handled. */
  readonly handled: number;
  /** Whether more is due: call again. */
  readonly more: boolean;
}

/** What became of a delivery, with the acknowledgement to send. */
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
  /** The source of the current time, for tests. Default: the system's clock. */
  readonly clock?: Clock | undefined;
  /** The source of chance, from 0 to below 1, for tests. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** Links and payments in the application's own database. Operations never throw or reject. */
export interface Ledger<Tx, Done> extends LedgerReads {
  /**
   * Receives a webhook as it arrived. What it answers with success survives the death of this process. Each error carries the
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
   * Handles what is due, until nothing is or the time is up: for cron jobs and serverless functions. The events of a link are
   * handled in order.
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
  /** The events themselves, to look at and to put right. */
  readonly events: LedgerEvents;
  /** Makes or changes the tables. It runs automatically at the first use, unless the option `migrate` is `never`. */
  migrate(): ResultAsync<Migrated, LedgerError>;
  /** Closes the connections that the ledger has opened itself. */
  end(): Promise<void>;
}
