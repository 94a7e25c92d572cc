import { type RawBuilder, type SelectQueryBuilder, sql } from "kysely";
import { type Statement, statement, type Tables } from "../database/statement.ts";
import type { LedgerTables } from "../schema/tables.ts";

/** An event with its link and its history as they are now. */
export interface EventRow {
  readonly seq: number;
  readonly id: string;
  readonly link_ref: number;
  readonly type: string;
  readonly at: string;
  readonly cause: string;
  readonly attempts: number;
  readonly replays: number;
  readonly error: string | null;
  readonly handled_at: string | null;
  readonly dead_at: string | null;
  readonly gateway_ref: number | null;
  readonly reference: string;
  readonly link: string | null;
  readonly used: number;
  readonly history_record: string | null;
}

/** The events for the application, with all that a handler receives. */
const selectEvents = ({ db }: Tables) =>
  db
    .selectFrom("tautan_events")
    .innerJoin("tautan_links", "tautan_links.ref", "tautan_events.link_ref")
    .leftJoin("tautan_histories", "tautan_histories.ref", "tautan_events.history_ref")
    .select([
      "tautan_events.seq",
      "tautan_events.id",
      "tautan_events.link_ref",
      "tautan_events.type",
      "tautan_events.at",
      "tautan_events.cause",
      "tautan_events.attempts",
      "tautan_events.replays",
      "tautan_events.error",
      "tautan_events.handled_at",
      "tautan_events.dead_at",
      "tautan_links.gateway_ref",
      "tautan_links.reference",
      "tautan_links.link",
      "tautan_links.used",
      "tautan_histories.record as history_record",
    ])
    // A literal, so that the partial index is used.
    .where("tautan_events.for_application", "=", sql.lit(1));

/** The events of a lane. A dead one stays at the head: it parks the lane. */
export const openEvents: Statement<{ linkRef: number; limit: number }, EventRow> = statement(
  "open_events",
  (tables, { linkRef, limit }) =>
    selectEvents(tables)
      .where("tautan_events.link_ref", "=", linkRef)
      .where("tautan_events.handled_at", "is", null)
      .orderBy("tautan_events.seq")
      .limit(limit),
);

/** One event, by its id, and by the id of its link or its history, with which that begins. */
export const findEvent: Statement<{ id: string; providerId: string }, EventRow> = statement(
  "find_event",
  (tables, { id, providerId }) => {
    const { db } = tables;
    // Of any gateway: the id has the key that its gateway had then.
    const gateways = db.selectFrom("tautan_gateways").select("ref");
    const ofLink = db
      .selectFrom("tautan_links")
      .select("ref")
      .where("gateway_ref", "in", gateways)
      .where("provider_id", "=", providerId);
    const ofHistory = db
      .selectFrom("tautan_histories")
      .select("link_ref as ref")
      .where("gateway_ref", "in", gateways)
      .where("provider_id", "=", providerId);
    return selectEvents(tables)
      .where("tautan_events.link_ref", "in", ofLink.union(ofHistory))
      .where("tautan_events.id", "=", id);
  },
);

type Seqs = SelectQueryBuilder<LedgerTables, "tautan_events", { seq: number }>;

/**
 * The numbers of the next events, so that no more than those of a page are read. Those of a link are sorted: no index has them in their
 * order, so that each event is in one index less.
 */
export const nextSeqs = ({ db }: Tables, after: number, limit: number): Seqs =>
  db
    .selectFrom("tautan_events")
    .select("tautan_events.seq")
    .where("tautan_events.seq", ">", after)
    .orderBy("tautan_events.seq")
    .limit(limit);

/** Whether an event has one of some numbers. */
export const isOfPage = ({ dialect }: Tables, seqs: Seqs): RawBuilder<boolean> =>
  dialect === "postgres" ? sql`tautan_events.seq = any(array(${seqs}))` : sql`tautan_events.seq in (${seqs})`;

/** The filters of a list of events. */
export interface EventListParameters {
  readonly after: number;
  readonly limit: number;
  readonly gatewayRef: number | null;
  readonly linkId: string | null;
}

type Listed = "all" | "waiting" | "dead" | "handled";

const listEvents = (listed: Listed, isOfLink: boolean): Statement<EventListParameters, EventRow> =>
  statement(`list_${listed}_events${isOfLink ? "_of_link" : ""}`, (tables, { after, limit, gatewayRef, linkId }) => {
    const { db } = tables;
    let seqs = nextSeqs(tables, after, limit).where("tautan_events.for_application", "=", sql.lit(1));
    if (listed === "handled") seqs = seqs.where("tautan_events.handled_at", "is not", null);
    if (listed === "waiting" || listed === "dead") seqs = seqs.where("tautan_events.handled_at", "is", null);
    if (listed === "waiting") seqs = seqs.where("tautan_events.dead_at", "is", null);
    if (listed === "dead") seqs = seqs.where("tautan_events.dead_at", "is not", null);
    const link = db
      .selectFrom("tautan_links")
      .select("ref")
      .where("gateway_ref", "=", gatewayRef)
      .where("provider_id", "=", linkId);
    if (isOfLink) seqs = seqs.where("tautan_events.link_ref", "=", link);
    return selectEvents(tables).where(isOfPage(tables, seqs)).orderBy("tautan_events.seq");
  });

const listsOf = (isOfLink: boolean): Readonly<Record<Listed, Statement<EventListParameters, EventRow>>> => ({
  all: listEvents("all", isOfLink),
  waiting: listEvents("waiting", isOfLink),
  dead: listEvents("dead", isOfLink),
  handled: listEvents("handled", isOfLink),
});

/** The lists of events, oldest first. */
export const EVENT_LISTS: Readonly<
  Record<"ofAll" | "ofLink", Readonly<Record<Listed, Statement<EventListParameters, EventRow>>>>
> = { ofAll: listsOf(false), ofLink: listsOf(true) };

/** Puts an event back: as if it had never been tried. A worker that has it now changes nothing of that. */
export const reviveEvent: Statement<{ seq: number }, unknown> = statement("revive_event", ({ db }, { seq }) =>
  db
    .updateTable("tautan_events")
    .set((row) => ({ attempts: 0, error: null, handled_at: null, dead_at: null, replays: row("replays", "+", 1) }))
    .where("seq", "=", seq),
);

/** Removes the mark that an event was handled. */
export const dropFence: Statement<{ consumer: string; eventId: string }, unknown> = statement(
  "drop_fence",
  ({ db }, { consumer, eventId }) =>
    db.deleteFrom("tautan_handled").where("consumer", "=", consumer).where("event_id", "=", eventId),
);

/** Makes a lane due, whether or not it is there. */
export const openLane: Statement<{ consumer: string; linkRef: number; now: string }, unknown> = statement(
  "open_lane",
  ({ db }, { consumer, linkRef, now }) =>
    db
      .insertInto("tautan_lanes")
      .values({ consumer, link_ref: linkRef, due_at: now, wake: 1 })
      .onConflict((conflict) =>
        conflict.columns(["consumer", "link_ref"]).doUpdateSet((row) => ({
          wake: sql<number>`tautan_lanes.wake + 1`,
          // A worker that has it ends first; then it is due again, because something has come.
          due_at: sql<string>`case when tautan_lanes.lease is null then ${row.ref("excluded.due_at")} else tautan_lanes.due_at end`,
        })),
      ),
);

/** Stores an event of a link alone. Returns no row if it was stored before. */
export const addLinkEvent: Statement<
  { id: string; linkRef: number; type: string; at: string; cause: string; now: string },
  { seq: number }
> = statement("add_link_event", ({ db }, { id, linkRef, type, at, cause, now }) =>
  db
    .insertInto("tautan_events")
    .values({ id, link_ref: linkRef, type, at, cause, learnt_at: now, for_application: 1 })
    .onConflict((conflict) => conflict.columns(["link_ref", "id"]).doNothing())
    .returning("seq"),
);
