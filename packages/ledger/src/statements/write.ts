// What is written of a report: one statement on PostgreSQL, guarded by the link's version, and one for each table on SQLite, whose
// transaction is the guard. Both are made of the same parts.
import { type Kysely, type RawBuilder, sql } from "kysely";
import { type Statement, statement, type Tables } from "../database/statement.ts";
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
  /** Lists as JSON: see the columns of each part. */
  readonly histories: string;
  readonly otherIds: string;
  readonly events: string;
  readonly learntBy: string;
  readonly now: string;
  /** The lane's consumer; null if no event is for the application. */
  readonly consumer: string | null;
  /** The digest of the delivery that is applied; null if there is none, or if it is stored already. */
  readonly digest: string | null;
  readonly raw: Uint8Array | null;
}

/** Everything at once. Returns no row, and changes nothing, if the link has another version. */
export const writeAll: Statement<Write, { ref: number }> = statement("write_all", (tables, write) => {
  const { dialect } = tables;
  const inside = (db: unknown): Tables => ({ db: db as Kysely<LedgerTables>, dialect });
  return tables.db
    .with("guard", (db) => moveLink(inside(db), write))
    .with("stored", (db) => putHistories(inside(db), write, true))
    .with("stored_other_ids", (db) => putOtherIds(inside(db), write, true))
    .with("stored_events", (db) => putEvents(inside(db), write, true))
    .with("woken", (db) => wakeLane(inside(db), write, true))
    .with("delivered", (db) => putApplied(inside(db), write, true))
    .selectFrom("guard")
    .select("ref");
});

/** The same in parts, in this order. */
export const WRITE_PARTS: Readonly<
  Record<"link" | "counts" | "histories" | "otherIds" | "events" | "lane" | "delivery", Statement<Write, unknown>>
> = {
  link: statement("write_link", (tables, write) => moveLink(tables, write)),
  // Instead of `link`, if only the counts have changed: SQLite writes each index again whose columns are set, even to the same values.
  counts: statement("write_counts", ({ db }, { linkRef, used, granted }) =>
    db
      .updateTable("tautan_links")
      .set((now) => ({ version: now("version", "+", 1), used, granted }))
      .where("ref", "=", linkRef),
  ),
  histories: statement("write_histories", (tables, write) => putHistories(tables, write, false)),
  otherIds: statement("write_other_ids", (tables, write) => putOtherIds(tables, write, false)),
  events: statement("write_events", (tables, write) => putEvents(tables, write, false)),
  lane: statement("write_lane", (tables, write) => wakeLane(tables, write, false)),
  delivery: statement("write_delivery", (tables, write) => putApplied(tables, write, false)),
};

const moveLink = ({ db, dialect }: Tables, write: Write) =>
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
    .where("version", "=", write.version)
    .returning("ref");

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

/** A history of a list, by the names of its columns. */
export type HistoryItem = { readonly [Name in keyof typeof HISTORY_FIELDS]: unknown };

const putHistories = (tables: Tables, write: Write, isGuarded: boolean) => {
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
      guarded(tables, rowsOf(dialect, write.histories, HISTORY_FIELDS), isGuarded)
        .select([
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
        ])
        // Otherwise SQLite takes ON for the condition of a join.
        .where(sql<boolean>`true`),
    )
    .onConflict((conflict) =>
      conflict.columns(["gateway_ref", "provider_id"]).doUpdateSet((row) => ({
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
      })),
    )
    .returning(["ref", "provider_id"]);
};

/** Where the row of a stored history is found: on PostgreSQL, a part does not see what another part has written. */
const storedHistories = ({ db }: Tables, { gatewayRef }: Write, isGuarded: boolean) => {
  const stored = isGuarded
    ? (db as Kysely<LedgerTables & { stored: { ref: number; provider_id: string } }>)
        .selectFrom("stored")
        .select(["stored.ref", "stored.provider_id"])
    : db.selectFrom("tautan_histories").select(["ref", "provider_id"]).where("gateway_ref", "=", gatewayRef);
  return stored.as("history");
};

const OTHER_ID_FIELDS = { history: "text", other_id: "text" } as const;

/** Another id of a history of the list. */
export type OtherIdItem = { readonly [Name in keyof typeof OTHER_ID_FIELDS]: string };

const putOtherIds = (tables: Tables, write: Write, isGuarded: boolean) => {
  const { db, dialect } = tables;
  return db
    .insertInto("tautan_history_ids")
    .columns(["gateway_ref", "other_id", "history_ref"])
    .expression(
      guarded(tables, rowsOf(dialect, write.otherIds, OTHER_ID_FIELDS), isGuarded)
        .innerJoin(storedHistories(tables, write, isGuarded), "history.provider_id", "item.history")
        .select([int(write.gatewayRef).as("gateway_ref"), "item.other_id", "history.ref"])
        .where(sql<boolean>`true`),
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

/** An event of a list; `history` is null for those of the link. */
export type EventItem = { readonly [Name in keyof typeof EVENT_FIELDS]: string | number | null };

const putEvents = (tables: Tables, write: Write, isGuarded: boolean) => {
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
      guarded(tables, rowsOf(dialect, write.events, EVENT_FIELDS), isGuarded)
        .leftJoin(storedHistories(tables, write, isGuarded), "history.provider_id", "item.history")
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
        .where(sql<boolean>`true`)
        // Their numbers are the order in which they are handled.
        .orderBy("item.position"),
    )
    .onConflict((conflict) => conflict.column("id").doNothing());
};

const wakeLane = (tables: Tables, { consumer, linkRef, now }: Write, isGuarded: boolean) => {
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

const putApplied = (tables: Tables, write: Write, isGuarded: boolean) => {
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
