import type { Generated } from "kysely";

/** JSON as text. It is written as text and read as text on both databases. */
type Json = string;
/** An `Instant` as text, which sorts in order of time. */
type Time = string;
/** 0 or 1: SQLite has no other truth. */
type Flag = number;

/**
 * The tables of the ledger. Provider's ids are kept as in the ids of core: percent-encoded, so that they are plain ASCII.
 *
 * A link's `version` fences all that belongs to it: on PostgreSQL, histories, their other ids and events change only in a statement that has
 * also moved the version. On SQLite, the transaction fences them, and the version moves only with the link itself.
 */
export interface LedgerTables {
  tautan_meta: { key: string; value: string };
  /** A renamed gateway is one changed row. */
  tautan_gateways: { ref: Generated<number>; key: string };
  tautan_links: {
    ref: Generated<number>;
    /** Null until a gateway is chosen. */
    gateway_ref: number | null;
    /** Null until the gateway has answered. */
    provider_id: string | null;
    reference: string;
    /**
     * - `intended`: nothing was sent.
     * - `sent`: a create may be under way.
     * - `unknown`: a create was sent, and its result is not known.
     * - `failed`: certainly nothing was made.
     * - `made`: it is the link of the request with this fingerprint.
     * - `adopted`: the gateway has it, and it has not been compared with a request.
     */
    state: "intended" | "sent" | "made" | "adopted" | "failed" | "unknown";
    /** Of the request that created it; null if it was created elsewhere. */
    fingerprint: string | null;
    /** The prepared create that was sent last, as core returns it; null once its link is known to be of this request. */
    prepared: Json | null;
    /** When it was last sent, noted before it is. */
    sent_at: Time | null;
    /** The link as the gateway last reported it; null until then. */
    link: Json | null;
    /** The gateway's time of that report. */
    provider_updated_at: Time | null;
    /** When the read that changed it last began, or the last change of ours was answered: what was read before brings nothing back. */
    link_as_of: Time | null;
    /** Terms that changes of ours ask the gateway for, stored before they are sent, until it is known whether they are in effect; null if none. */
    pending_terms: Json | null;
    /** The status at the last change; it also depends on the time, so `due` links are looked at again. */
    status: string | null;
    /** How many payments take a use, as gateways count them. */
    used: Generated<number>;
    /** How many payments are `paid` and not taken back since: `excess` is decided by it. */
    granted: Generated<number>;
    used_limit: number | null;
    expires_at: Time | null;
    created_at: Time;
    /** A keyed hash of the customer's e-mail address. */
    customer_key: string | null;
    /** Since then, nothing of the customer is stored. */
    erased_at: Time | null;
    /** Until then, one process alone creates it. */
    create_leased_until: Time | null;
    /** Why nobody finds out whether a create made a link; null if somebody does. */
    create_problem: "gateway_not_configured" | null;
    /** When that is to be reported; null if it was. */
    create_problem_due_at: Time | null;
    /** When the gateway is to be asked again; null if never. While it is asked, the end of the lease. */
    look_at: Time | null;
    /** How often it was asked. From 1,000 on: since a link without expiry has ended. */
    looks: Generated<number>;
    /** When the ledger is to close it at the gateway; null if never or if it has. While it is being closed, the end of the lease. */
    close_at: Time | null;
    /** How often the ledger has tried to close it. */
    close_attempts: Generated<number>;
    version: Generated<number>;
  };
  tautan_histories: {
    ref: Generated<number>;
    link_ref: number;
    gateway_ref: number;
    provider_id: string;
    record: Json;
    status: string;
    is_paid: Flag;
    takes_use: Flag;
    mark: "excess" | "late" | "mismatched" | null;
    /** The names of the events that it had, as a list: none is emitted twice. */
    event_names: Json;
    amount: string | null;
    currency: string | null;
    paid_at: Time | null;
    first_seen_at: Time;
    changed_at: Time;
    learnt_by: string;
  };
  /** Other ids of a history. */
  tautan_history_ids: { gateway_ref: number; other_id: string; history_ref: number };
  /** Reads of the recent histories of a whole account that are under way, so that one process at a time makes each, and another goes on. */
  tautan_sweeps: {
    gateway_ref: number;
    /** Histories that were opened since then are read. */
    since: Time;
    /** Links that were due then are looked at. */
    started_at: Time;
    /** Where to go on. */
    cursor: string | null;
    /** Whether all histories were read. */
    is_read: Flag;
    /** The process that has it. */
    lease: string;
    leased_until: Time;
  };
  tautan_deliveries: {
    ref: Generated<number>;
    gateway_ref: number;
    /** SHA-256 of the body. */
    digest: string;
    received_at: Time;
    state: "unconfirmed" | "waiting" | "applied" | "ignored" | "dead";
    link_ref: number | null;
    /** Its reports; null once it is applied. */
    observations: Json | null;
    /** The body; null once its retention has ended. */
    raw: Uint8Array | null;
    /** How often it arrived: what was asked before the last arrival does not answer it. */
    arrivals: Generated<number>;
    attempts: Generated<number>;
    due_at: Time | null;
    error: string | null;
    /** Why it needs a person; null if it does not. */
    problem: string | null;
    /** When the problem is to be reported; null if it was. */
    problem_due_at: Time | null;
  };
  /** The links that a delivery may belong to which is not applied. */
  tautan_delivery_candidates: {
    gateway_ref: number;
    /** `history`: a payment, by which a notice names its link. */
    kind: "id" | "reference" | "history";
    value: string;
    delivery_ref: number;
  };
  tautan_events: {
    /** In order of time for each link. */
    seq: Generated<number>;
    /** Unique: it begins with the id of its link, or of a history of it. So its link is found by it, and one index is enough for both. */
    id: string;
    link_ref: number;
    history_ref: number | null;
    type: string;
    at: Time;
    /** How it was learnt. */
    cause: string;
    /** The digest of the delivery that reported it. */
    cause_ref: string | null;
    /** When the ledger learnt it; `at` is the provider's time, if it is reported. */
    learnt_at: Time;
    for_application: Flag;
    attempts: Generated<number>;
    /** How often it was replayed: a worker that had it before does not note what it did. */
    replays: Generated<number>;
    error: string | null;
    handled_at: Time | null;
    dead_at: Time | null;
  };
  /** Links with events that are to be handled, one row each. */
  tautan_lanes: {
    consumer: string;
    link_ref: number;
    /** When it may be taken; while it is leased, the end of the lease; null while a dead event parks it. */
    due_at: Time | null;
    /** The worker that has it. */
    lease: string | null;
    /** Rises with every new event: a worker drops the lane only if none has come since it took it. */
    wake: Generated<number>;
  };
  /** The fence: an event is handled once because its row can be inserted once. */
  tautan_handled: { consumer: string; event_id: string; at: Time };
}
