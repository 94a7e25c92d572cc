// What is written of a report: one statement with lists on PostgreSQL, guarded by the link's version, and on SQLite, whose transaction is the
// guard, one for each row. Both change the same columns.
import type { HistoryRecord } from "@tautan/core";
import {
  type ExpressionBuilder,
  type Kysely,
  type OnConflictDatabase,
  type OnConflictTables,
  type RawBuilder,
  sql,
} from "kysely";
import { type Statement, statement, type Tables } from "../database/statement.ts";
import type { Mark } from "../events/event.ts";
import type { LedgerTables } from "../schema/tables.ts";
import { bytes, int, json, rowsOf, text } from "./rows.ts";

/** The values of a write. */
export interface Write {
  readonly linkRef: number;
  readonly gatewayRef: number;
  /** The version that was read. */
  readonly version: number;
  /** The link as JSON; null if it stays as it is. */
  readonly link: string | null;
  readonly providerUpdatedAt: string | null;
  readonly expiresAt: string | null;
  readonly usedLimit: number | null;
  readonly status: string;
  readonly used: number;
  readonly granted: number;
  readonly linkAsOf: string | null;
  /** JSON; null if there are none. */
  readonly pendingTerms: string | null;
  /** When the gateway is to be asked again; null if that stays as it is. */
  readonly lookAt: string | null;
  /** When the ledger is to close the link; null if never. */
  readonly closeAt: string | null;
  /** 1 if that stays as it is. */
  readonly keepsCloseAt: number;
  readonly histories: readonly HistoryItem[];
  readonly otherIds: readonly OtherIdItem[];
  readonly events: readonly EventItem[];
  readonly learntBy: string;
  readonly now: string;
  /** The lane's consumer; null if no event is for the application. */
  readonly consumer: string | null;
  /** The digest of the delivery that is applied; null if there is none, or if it is stored already. */
  readonly digest: string | null;
  readonly raw: Uint8Array | null;
}

/** A write whose rows are lists in JSON. */
export interface WriteAll extends Omit<Write, "histories" | "otherIds" | "events"> {
  readonly histories: string;
  readonly otherIds: string;
  readonly events: string;
}

/** A write without its rows. */
type WriteOnce = Omit<Write, "histories" | "otherIds" | "events">;

/** The part of a write that a statement for one row needs. */
type OfWrite = Pick<Write, "linkRef" | "gatewayRef" | "learntBy" | "now">;

/** Everything at once. Returns no row, and changes nothing, if the link has another version. */
export const writeAll: Statement<WriteAll, { ref: number }> = statement("write_all", (tables, write) => {
  const { dialect } = tables;
  const inside = (db: unknown): Tables => ({ db: db as Kysely<LedgerTables>, dialect });
  return tables.db
    .with("guard", (db) => moveLink(inside(db), write).returning("ref"))
    .with("stored", (db) => putHistories(inside(db), write))
    .with("stored_other_ids", (db) => putOtherIds(inside(db), write))
    .with("stored_events", (db) => putEvents(inside(db), write))
    .with("woken", (db) => wakeLane(inside(db), write, true))
    .with("delivered", (db) => putApplied(inside(db), write, true))
    .selectFrom("guard")
    .select("ref");
});

interface WriteParts {
  readonly link: Statement<WriteOnce, unknown>;
  readonly counts: Statement<WriteOnce, unknown>;
  readonly history: Statement<OfWrite & HistoryValues, unknown>;
  readonly otherId: Statement<OfWrite & OtherIdItem, unknown>;
  readonly event: Statement<OfWrite & EventItem, unknown>;
  readonly lane: Statement<WriteOnce, unknown>;
  readonly delivery: Statement<WriteOnce, unknown>;
}

/** The same in parts, in this order. A row has its own statement: lists, and rows that are returned, cost SQLite twice the time. */
export const WRITE_PARTS: WriteParts = {
  link: statement("write_link", (tables, write) => moveLink(tables, write)),
  // Instead of `link`, if only the counts have changed: SQLite writes each index again whose columns are set, even to the same values.
  counts: statement("write_counts", ({ db }, { linkRef, used, granted }) =>
    db
      .updateTable("tautan_links")
      .set((now) => ({ version: now("version", "+", 1), used, granted }))
      .where("ref", "=", linkRef),
  ),
  history: statement("write_history", ({ db, dialect }, row) =>
    db
      .insertInto("tautan_histories")
      .values({
        link_ref: row.linkRef,
        gateway_ref: row.gatewayRef,
        provider_id: row.provider_id,
        record: json(dialect, row.record),
        status: row.status,
        is_paid: row.is_paid,
        takes_use: row.takes_use,
        mark: row.mark,
        event_names: json(dialect, row.event_names),
        amount: row.amount,
        currency: row.currency,
        paid_at: row.paid_at,
        first_seen_at: row.now,
        changed_at: row.now,
        learnt_by: row.learntBy,
      })
      .onConflict((conflict) => conflict.columns(["gateway_ref", "provider_id"]).doUpdateSet(asReported)),
  ),
  otherId: statement("write_other_id", ({ db }, { gatewayRef, history, other_id }) =>
    db
      .insertInto("tautan_history_ids")
      .columns(["gateway_ref", "other_id", "history_ref"])
      .expression(
        db
          .selectFrom("tautan_histories")
          .select([int(gatewayRef).as("gateway_ref"), text(other_id).as("other_id"), "ref"])
          .where("gateway_ref", "=", gatewayRef)
          .where("provider_id", "=", history),
      )
      .onConflict((conflict) => conflict.columns(["gateway_ref", "other_id"]).doNothing()),
  ),
  event: statement("write_event", ({ db }, row) =>
    db
      .insertInto("tautan_events")
      .values({
        id: row.id,
        link_ref: row.linkRef,
        history_ref: db
          .selectFrom("tautan_histories")
          .select("ref")
          .where("gateway_ref", "=", row.gatewayRef)
          .where("provider_id", "=", row.history),
        type: row.type,
        at: row.at,
        cause: row.cause,
        cause_ref: row.cause_ref,
        learnt_at: row.now,
        for_application: row.for_application,
        handled_at: row.handled_at,
      })
      .onConflict((conflict) => conflict.column("id").doNothing()),
  ),
  lane: statement("write_lane", (tables, write) => wakeLane(tables, write, false)),
  delivery: statement("write_delivery", (tables, write) => putApplied(tables, write, false)),
};

const moveLink = ({ db, dialect }: Tables, write: WriteOnce) =>
  db
    .updateTable("tautan_links")
    .set((now) => ({
      version: now("version", "+", 1),
      link: sql<string>`coalesce(${json(dialect, write.link)}, link)`,
      provider_updated_at: sql<string>`coalesce(${text(write.providerUpdatedAt)}, provider_updated_at)`,
      expires_at: text(write.expiresAt),
      used_limit: int(write.usedLimit),
      status: write.status,
      used: write.used,
      granted: write.granted,
      link_as_of: text(write.linkAsOf),
      pending_terms: json(dialect, write.pendingTerms),
      look_at: sql<string | null>`coalesce(${text(write.lookAt)}, look_at)`,
      close_at: sql<
        string | null
      >`case when ${int(write.keepsCloseAt)} = 1 then close_at else ${text(write.closeAt)} end`,
      close_attempts: sql<number>`case when ${int(write.keepsCloseAt)} = 1 then close_attempts else 0 end`,
    }))
    .where("ref", "=", write.linkRef)
    .where("version", "=", write.version);

/** Rows of a list, none of them if the guard has none. */
const guarded = <Row>({ db }: Tables, rows: RawBuilder<Row>, isGuarded: boolean) => {
  const guardedRows = isGuarded ? sql<Row>`(select item.* from ${rows} as item, guard)` : rows;
  return db.selectFrom(guardedRows.as("item"));
};

const HISTORY_FIELDS = {
  provider_id: "text",
  record: "json",
  status: "text",
  is_paid: "int",
  takes_use: "int",
  mark: "text",
  event_names: "json",
  amount: "text",
  currency: "text",
  paid_at: "text",
} as const;

/** A history, by the names of its columns. */
export interface HistoryItem {
  readonly provider_id: string;
  readonly record: HistoryRecord;
  readonly status: string;
  readonly is_paid: number;
  readonly takes_use: number;
  readonly mark: Mark | null;
  readonly event_names: readonly string[];
  readonly amount: string | null;
  readonly currency: string | null;
  readonly paid_at: string | null;
}

/** The same with JSON as text. */
interface HistoryValues extends Omit<HistoryItem, "record" | "event_names"> {
  readonly record: string;
  readonly event_names: string;
}

/** The new values of a stored history that conflicts with a row. */
const asReported = (
  row: ExpressionBuilder<OnConflictDatabase<LedgerTables, "tautan_histories">, OnConflictTables<"tautan_histories">>,
) => ({
  record: row.ref("excluded.record"),
  status: row.ref("excluded.status"),
  is_paid: row.ref("excluded.is_paid"),
  takes_use: row.ref("excluded.takes_use"),
  mark: row.ref("excluded.mark"),
  event_names: row.ref("excluded.event_names"),
  amount: row.ref("excluded.amount"),
  currency: row.ref("excluded.currency"),
  paid_at: row.ref("excluded.paid_at"),
  changed_at: row.ref("excluded.changed_at"),
});

const putHistories = (tables: Tables, write: WriteAll) => {
  const { db, dialect } = tables;
  return db
    .insertInto("tautan_histories")
    .columns([
      "link_ref",
      "gateway_ref",
      "provider_id",
      "record",
      "status",
      "is_paid",
      "takes_use",
      "mark",
      "event_names",
      "amount",
      "currency",
      "paid_at",
      "first_seen_at",
      "changed_at",
      "learnt_by",
    ])
    .expression(
      guarded(tables, rowsOf(dialect, write.histories, HISTORY_FIELDS), true).select([
        int(write.linkRef).as("link_ref"),
        int(write.gatewayRef).as("gateway_ref"),
        "item.provider_id",
        "item.record",
        "item.status",
        "item.is_paid",
        "item.takes_use",
        "item.mark",
        "item.event_names",
        "item.amount",
        "item.currency",
        "item.paid_at",
        text(write.now).as("first_seen_at"),
        text(write.now).as("changed_at"),
        text(write.learntBy).as("learnt_by"),
      ]),
    )
    .onConflict((conflict) => conflict.columns(["gateway_ref", "provider_id"]).doUpdateSet(asReported))
    .returning(["ref", "provider_id"]);
};

/** The histories that were just stored: on PostgreSQL, a part does not see what another part has written. */
const storedHistories = ({ db }: Tables) =>
  (db as Kysely<LedgerTables & { stored: { ref: number; provider_id: string } }>)
    .selectFrom("stored")
    .select(["stored.ref", "stored.provider_id"])
    .as("history");

const OTHER_ID_FIELDS = { history: "text", other_id: "text" } as const;

/** Another id of a history. */
export interface OtherIdItem {
  readonly history: string;
  readonly other_id: string;
}

const putOtherIds = (tables: Tables, write: WriteAll) => {
  const { db, dialect } = tables;
  return db
    .insertInto("tautan_history_ids")
    .columns(["gateway_ref", "other_id", "history_ref"])
    .expression(
      guarded(tables, rowsOf(dialect, write.otherIds, OTHER_ID_FIELDS), true)
        .innerJoin(storedHistories(tables), "history.provider_id", "item.history")
        .select([int(write.gatewayRef).as("gateway_ref"), "item.other_id", "history.ref"]),
    )
    .onConflict((conflict) => conflict.columns(["gateway_ref", "other_id"]).doNothing());
};

const EVENT_FIELDS = {
  position: "int",
  id: "text",
  history: "text",
  type: "text",
  at: "text",
  cause: "text",
  cause_ref: "text",
  for_application: "int",
  handled_at: "text",
} as const;

/** An event; `history` is null for those of the link. */
export interface EventItem {
  readonly position: number;
  readonly id: string;
  readonly history: string | null;
  readonly type: string;
  readonly at: string;
  readonly cause: string;
  readonly cause_ref: string | null;
  readonly for_application: number;
  readonly handled_at: string | null;
}

const putEvents = (tables: Tables, write: WriteAll) => {
  const { db, dialect } = tables;
  return db
    .insertInto("tautan_events")
    .columns([
      "id",
      "link_ref",
      "history_ref",
      "type",
      "at",
      "cause",
      "cause_ref",
      "learnt_at",
      "for_application",
      "handled_at",
    ])
    .expression(
      guarded(tables, rowsOf(dialect, write.events, EVENT_FIELDS), true)
        .leftJoin(storedHistories(tables), "history.provider_id", "item.history")
        .select([
          "item.id",
          int(write.linkRef).as("link_ref"),
          "history.ref",
          "item.type",
          "item.at",
          "item.cause",
          "item.cause_ref",
          text(write.now).as("learnt_at"),
          "item.for_application",
          "item.handled_at",
        ])
        // Their numbers are the order in which they are handled.
        .orderBy("item.position"),
    )
    .onConflict((conflict) => conflict.column("id").doNothing());
};

const wakeLane = (tables: Tables, { consumer, linkRef, now }: WriteOnce, isGuarded: boolean) => {
  const { db } = tables;
  const one = sql<{ one: number }>`(select 1 as one)`;
  return db
    .insertInto("tautan_lanes")
    .columns(["consumer", "link_ref", "due_at", "wake"])
    .expression(
      guarded(tables, one, isGuarded)
        .select([text(consumer).as("consumer"), int(linkRef).as("link_ref"), text(now).as("due_at"), "item.one"])
        .where(sql<boolean>`${text(consumer)} is not null`),
    )
    .onConflict((conflict) =>
      // Neither a lease nor a wait is cut short: a worker that has the lane sees that more has come.
      conflict.columns(["consumer", "link_ref"]).doUpdateSet({ wake: sql<number>`tautan_lanes.wake + 1` }),
    );
};

const putApplied = (tables: Tables, write: WriteOnce, isGuarded: boolean) => {
  const { db, dialect } = tables;
  const one = sql<{ one: number }>`(select 1 as one)`;
  return db
    .insertInto("tautan_deliveries")
    .columns(["gateway_ref", "digest", "received_at", "state", "link_ref", "raw"])
    .expression(
      guarded(tables, one, isGuarded)
        .select([
          int(write.gatewayRef).as("gateway_ref"),
          text(write.digest).as("digest"),
          text(write.now).as("received_at"),
          sql<"applied">`'applied'`.as("state"),
          int(write.linkRef).as("link_ref"),
          bytes(dialect, write.raw).as("raw"),
        ])
        .where(sql<boolean>`${text(write.digest)} is not null`),
    )
    .onConflict((conflict) =>
      // It was given up before, and has arrived again; or another process stores the same.
      conflict.columns(["gateway_ref", "digest"]).doUpdateSet((row) => ({
        state: row.ref("excluded.state"),
        link_ref: row.ref("excluded.link_ref"),
        arrivals: sql<number>`tautan_deliveries.arrivals + 1`,
        observations: null,
        due_at: null,
        error: null,
        problem: null,
        problem_due_at: null,
      })),
    );
};
