// A write as one statement with lists, guarded by the link's version: for PostgreSQL, to which each statement is a round trip. It changes the
// same columns as the statements for each row.
import { type Kysely, type RawBuilder, sql } from "kysely";
import { type Statement, statement, type Tables } from "../../database/statement.ts";
import type { LedgerTables } from "../../schema/tables.ts";
import { bytes, int, rowsOf, text } from "../rows.ts";
import { AS_APPLIED, AS_REPORTED, moveLink } from "./parts.ts";
import type { WriteAll } from "./values.ts";

/** Everything at once. Returns no row, and changes nothing, if the link has another version. */
export const writeAll: Statement<WriteAll, { ref: number }> = statement("write_all", (tables, write) => {
  const { dialect } = tables;
  const inside = (db: unknown): Tables => ({ db: db as Kysely<LedgerTables>, dialect });
  return tables.db
    .with("guard", (db) => moveLink(inside(db), write).returning("ref"))
    .with("stored", (db) => putHistories(inside(db), write))
    .with("stored_other_ids", (db) => putOtherIds(inside(db), write))
    .with("stored_events", (db) => putEvents(inside(db), write))
    .with("woken", (db) => wakeLane(inside(db), write))
    .with("delivered", (db) => putApplied(inside(db), write))
    .selectFrom("guard")
    .select("ref");
});

/** Rows of a list, none of them if the guard has none. */
const guarded = <Row>({ db }: Tables, rows: RawBuilder<Row>) =>
  db.selectFrom(sql<Row>`(select item.* from ${rows} as item, guard)`.as("item"));

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
      guarded(tables, rowsOf(dialect, write.histories, HISTORY_FIELDS)).select([
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
    .onConflict((conflict) => conflict.columns(["gateway_ref", "provider_id"]).doUpdateSet(AS_REPORTED))
    .returning(["ref", "provider_id"]);
};

/** The histories that were just stored: on PostgreSQL, a part does not see what another part has written. */
const storedHistories = ({ db }: Tables) =>
  (db as Kysely<LedgerTables & { stored: { ref: number; provider_id: string } }>)
    .selectFrom("stored")
    .select(["stored.ref", "stored.provider_id"])
    .as("history");

const OTHER_ID_FIELDS = { history: "text", other_id: "text" } as const;

const putOtherIds = (tables: Tables, write: WriteAll) => {
  const { db, dialect } = tables;
  return db
    .insertInto("tautan_history_ids")
    .columns(["gateway_ref", "other_id", "history_ref"])
    .expression(
      guarded(tables, rowsOf(dialect, write.otherIds, OTHER_ID_FIELDS))
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
      guarded(tables, rowsOf(dialect, write.events, EVENT_FIELDS))
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
    .onConflict((conflict) => conflict.columns(["link_ref", "id"]).doNothing());
};

/** One row. */
const ONE = sql<{ one: number }>`(select 1 as one)`;

const wakeLane = (tables: Tables, { consumer, linkRef, now }: WriteAll) =>
  tables.db
    .insertInto("tautan_lanes")
    .columns(["consumer", "link_ref", "due_at", "wake"])
    .expression(
      guarded(tables, ONE)
        .select([text(consumer).as("consumer"), int(linkRef).as("link_ref"), text(now).as("due_at"), "item.one"])
        .where(sql<boolean>`${text(consumer)} is not null`),
    )
    .onConflict((conflict) =>
      // Neither a lease nor a wait is cut short: a worker that has the lane sees that more has come.
      conflict.columns(["consumer", "link_ref"]).doUpdateSet({ wake: sql<number>`tautan_lanes.wake + 1` }),
    );

const putApplied = (tables: Tables, write: WriteAll) => {
  const { db, dialect } = tables;
  return db
    .insertInto("tautan_deliveries")
    .columns(["gateway_ref", "digest", "received_at", "state", "link_ref", "raw"])
    .expression(
      guarded(tables, ONE)
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
    .onConflict((conflict) => conflict.columns(["gateway_ref", "digest"]).doUpdateSet(AS_APPLIED));
};
