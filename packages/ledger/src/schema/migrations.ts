import type { Dialect } from "../database/values.ts";

/** How one dialect spells what the migrations need. */
interface Words {
  readonly id: string;
  readonly int: string;
  readonly text: string;
  readonly json: string;
  readonly bytes: string;
  /** Ends the definition of a table. */
  readonly end: string;
  /** Ends the definition of a table whose rows are found by their key alone: they are stored in its index. */
  readonly keyed: string;
  /** Leaves room in each page, so that a changed row stays where it is and no index changes. */
  readonly roomy: string;
  /** A table or an index under its schema. */
  readonly table: (name: string) => string;
}

// A reference is declared where the referring column has an index of its own: without one, SQLite would look through the whole table
// for rows that refer to a changed one.

/** One step from a version to the next: statements, in order. A published step never changes. */
type Migration = (words: Words) => readonly string[];

const first: Migration = ({ id, int, text, json, bytes, end, keyed, roomy, table }) => [
  `CREATE TABLE ${table("tautan_gateways")} (
    ref ${id},
    key ${text} NOT NULL UNIQUE
  )${end}`,
  `CREATE TABLE ${table("tautan_links")} (
    ref ${id},
    gateway_ref ${int} REFERENCES ${table("tautan_gateways")},
    provider_id ${text},
    reference ${text} NOT NULL UNIQUE,
    state ${text} NOT NULL,
    fingerprint ${text},
    prepared ${json},
    sent_at ${text},
    link ${json},
    provider_updated_at ${text},
    link_as_of ${text},
    pending_terms ${json},
    status ${text},
    used ${int} NOT NULL DEFAULT 0,
    granted ${int} NOT NULL DEFAULT 0,
    used_limit ${int},
    expires_at ${text},
    created_at ${text} NOT NULL,
    customer_key ${text},
    erased_at ${text},
    create_leased_until ${text},
    create_problem ${text},
    create_problem_due_at ${text},
    look_at ${text},
    looks ${int} NOT NULL DEFAULT 0,
    close_at ${text},
    close_attempts ${int} NOT NULL DEFAULT 0,
    version ${int} NOT NULL DEFAULT 0,
    UNIQUE (gateway_ref, provider_id)
  )${roomy}`,
  `CREATE INDEX tautan_links_created ON ${table("tautan_links")} (created_at, ref)`,
  `CREATE INDEX tautan_links_gateway ON ${table("tautan_links")} (gateway_ref, created_at, ref)`,
  `CREATE INDEX tautan_links_status ON ${table("tautan_links")} (status, created_at, ref)`,
  `CREATE INDEX tautan_links_customer ON ${table("tautan_links")} (customer_key, created_at, ref) WHERE customer_key IS NOT NULL`,
  `CREATE INDEX tautan_links_look ON ${table("tautan_links")} (gateway_ref, look_at) WHERE look_at IS NOT NULL AND link IS NOT NULL`,
  `CREATE INDEX tautan_links_intents ON ${table("tautan_links")} (gateway_ref, look_at) WHERE look_at IS NOT NULL AND link IS NULL`,
  `CREATE INDEX tautan_links_close ON ${table("tautan_links")} (gateway_ref, close_at) WHERE close_at IS NOT NULL`,
  `CREATE INDEX tautan_links_create_problem ON ${table("tautan_links")} (create_problem, create_problem_due_at, ref) WHERE create_problem IS NOT NULL`,
  `CREATE TABLE ${table("tautan_histories")} (
    ref ${id},
    link_ref ${int} NOT NULL REFERENCES ${table("tautan_links")},
    gateway_ref ${int} NOT NULL REFERENCES ${table("tautan_gateways")},
    provider_id ${text} NOT NULL,
    record ${json} NOT NULL,
    status ${text} NOT NULL,
    is_paid ${int} NOT NULL,
    takes_use ${int} NOT NULL,
    mark ${text},
    event_names ${json} NOT NULL,
    amount ${text},
    currency ${text},
    paid_at ${text},
    first_seen_at ${text} NOT NULL,
    changed_at ${text} NOT NULL,
    learnt_by ${text} NOT NULL,
    UNIQUE (gateway_ref, provider_id)
  )${roomy}`,
  `CREATE INDEX tautan_histories_link ON ${table("tautan_histories")} (link_ref, ref)`,
  `CREATE INDEX tautan_histories_gateway ON ${table("tautan_histories")} (gateway_ref, changed_at, ref, status)`,
  `CREATE INDEX tautan_histories_moment ON ${table("tautan_histories")} (coalesce(paid_at, first_seen_at), ref)`,
  `CREATE INDEX tautan_histories_status ON ${table("tautan_histories")} (status, changed_at, ref) WHERE status <> 'paid' AND status <> 'settled'`,
  `CREATE INDEX tautan_histories_mark ON ${table("tautan_histories")} (mark, changed_at, ref) WHERE mark IS NOT NULL`,
  `CREATE TABLE ${table("tautan_history_ids")} (
    gateway_ref ${int} NOT NULL,
    other_id ${text} NOT NULL,
    history_ref ${int} NOT NULL,
    PRIMARY KEY (gateway_ref, other_id)
  )${keyed}`,
  `CREATE TABLE ${table("tautan_sweeps")} (
    gateway_ref ${int} NOT NULL PRIMARY KEY REFERENCES ${table("tautan_gateways")},
    since ${text} NOT NULL,
    started_at ${text} NOT NULL,
    cursor ${text},
    is_read ${int} NOT NULL,
    lease ${text} NOT NULL,
    leased_until ${text} NOT NULL
  )${end}`,
  `CREATE TABLE ${table("tautan_deliveries")} (
    ref ${id},
    gateway_ref ${int} NOT NULL REFERENCES ${table("tautan_gateways")},
    digest ${text} NOT NULL,
    received_at ${text} NOT NULL,
    state ${text} NOT NULL,
    link_ref ${int} REFERENCES ${table("tautan_links")},
    observations ${json},
    raw ${bytes},
    arrivals ${int} NOT NULL DEFAULT 1,
    attempts ${int} NOT NULL DEFAULT 0,
    due_at ${text},
    error ${text},
    problem ${text},
    problem_due_at ${text},
    UNIQUE (gateway_ref, digest)
  )${end}`,
  `CREATE INDEX tautan_deliveries_due ON ${table("tautan_deliveries")} (due_at) WHERE due_at IS NOT NULL`,
  `CREATE INDEX tautan_deliveries_state ON ${table("tautan_deliveries")} (state, received_at, ref) WHERE state <> 'applied'`,
  `CREATE INDEX tautan_deliveries_unresolved ON ${table("tautan_deliveries")} (received_at, ref) WHERE problem IS NOT NULL`,
  `CREATE INDEX tautan_deliveries_problem_due ON ${table("tautan_deliveries")} (problem_due_at) WHERE problem_due_at IS NOT NULL`,
  `CREATE INDEX tautan_deliveries_link ON ${table("tautan_deliveries")} (link_ref, ref)`,
  `CREATE TABLE ${table("tautan_delivery_candidates")} (
    gateway_ref ${int} NOT NULL,
    kind ${text} NOT NULL,
    value ${text} NOT NULL,
    delivery_ref ${int} NOT NULL REFERENCES ${table("tautan_deliveries")},
    PRIMARY KEY (gateway_ref, kind, value, delivery_ref)
  )${end}`,
  `CREATE INDEX tautan_delivery_candidates_delivery ON ${table("tautan_delivery_candidates")} (delivery_ref)`,
  `CREATE TABLE ${table("tautan_events")} (
    seq ${id},
    id ${text} NOT NULL,
    link_ref ${int} NOT NULL REFERENCES ${table("tautan_links")},
    history_ref ${int},
    type ${text} NOT NULL,
    at ${text} NOT NULL,
    cause ${text} NOT NULL,
    cause_ref ${text},
    learnt_at ${text} NOT NULL,
    for_application ${int} NOT NULL,
    attempts ${int} NOT NULL DEFAULT 0,
    replays ${int} NOT NULL DEFAULT 0,
    error ${text},
    handled_at ${text},
    dead_at ${text},
    UNIQUE (link_ref, id)
  )${roomy}`,
  `CREATE INDEX tautan_events_open ON ${table("tautan_events")} (link_ref, seq) WHERE handled_at IS NULL AND for_application = 1`,
  `CREATE INDEX tautan_events_handled ON ${table("tautan_events")} (handled_at, seq) WHERE handled_at IS NOT NULL`,
  `CREATE INDEX tautan_events_dead ON ${table("tautan_events")} (dead_at, seq) WHERE dead_at IS NOT NULL`,
  `CREATE TABLE ${table("tautan_lanes")} (
    consumer ${text} NOT NULL,
    link_ref ${int} NOT NULL,
    due_at ${text},
    lease ${text},
    wake ${int} NOT NULL DEFAULT 0,
    PRIMARY KEY (consumer, link_ref)
  )${keyed}`,
  `CREATE INDEX tautan_lanes_due ON ${table("tautan_lanes")} (consumer, due_at)`,
  `CREATE TABLE ${table("tautan_handled")} (
    consumer ${text} NOT NULL,
    event_id ${text} NOT NULL,
    at ${text} NOT NULL,
    PRIMARY KEY (consumer, event_id)
  )${keyed}`,
];

const MIGRATIONS: readonly Migration[] = [first];

/** The version of the tables that this package works with. */
export const SCHEMA_VERSION: number = MIGRATIONS.length;

/** The statements from one version to the present one. */
export const migrationsFrom = (version: number, dialect: Dialect, schema: string | undefined): readonly string[] => {
  const words = wordsOf(dialect, schema);
  return MIGRATIONS.slice(version).flatMap((migration) => migration(words));
};

/** The statements that must have run before the version can be read, each of which does nothing the second time. */
export const preparations = (dialect: Dialect, schema: string | undefined): readonly string[] => {
  const { text, end, table } = wordsOf(dialect, schema);
  const meta = `CREATE TABLE IF NOT EXISTS ${table("tautan_meta")} (key ${text} NOT NULL PRIMARY KEY, value ${text} NOT NULL)${end}`;
  if (dialect === "sqlite") return [meta];
  // One process migrates at a time; the number is of this package alone. An existing schema needs no right to create one.
  const lock = "SELECT pg_advisory_xact_lock(7465617461)";
  return schema === undefined ? [lock, meta] : [lock, createSchema(schema), meta];
};

/** The statement that finds the table of the version, whether or not it exists. */
export const metaTableQuery = (dialect: Dialect, schema: string | undefined): string =>
  dialect === "sqlite"
    ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'tautan_meta'"
    : `SELECT to_regclass('${wordsOf(dialect, schema).table("tautan_meta")}')::text AS name`;

const createSchema = (schema: string): string =>
  `DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = '${schema}') THEN CREATE SCHEMA "${schema}"; END IF; END $$`;

const wordsOf = (dialect: Dialect, schema: string | undefined): Words =>
  dialect === "sqlite"
    ? {
        id: "INTEGER PRIMARY KEY",
        int: "INTEGER",
        text: "TEXT",
        json: "TEXT",
        bytes: "BLOB",
        end: " STRICT",
        keyed: " STRICT, WITHOUT ROWID",
        roomy: " STRICT",
        table: (name) => name,
      }
    : {
        id: "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
        int: "BIGINT",
        text: 'TEXT COLLATE "C"',
        json: "JSONB",
        bytes: "BYTEA",
        end: "",
        keyed: "",
        roomy: " WITH (fillfactor = 80)",
        table: (name) => (schema === undefined ? name : `"${schema}".${name}`),
      };
