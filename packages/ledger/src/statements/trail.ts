import { type Statement, statement } from "../database/statement.ts";
import { isOfPage, nextSeqs } from "./events.ts";

/** A read or a call that is noted in the trail of a link. It is not an event for the application, and so it is handled. */
export interface Note {
  readonly id: string;
  readonly linkRef: number;
  readonly type: string;
  readonly cause: string;
  readonly error: string | null;
  readonly now: string;
}

export const addNote: Statement<Note, unknown> = statement(
  "add_note",
  ({ db }, { id, linkRef, type, cause, error, now }) =>
    db
      .insertInto("tautan_events")
      .values({
        id,
        link_ref: linkRef,
        type,
        at: now,
        cause,
        learnt_at: now,
        for_application: 0,
        handled_at: now,
        error,
      })
      .onConflict((conflict) => conflict.columns(["link_ref", "id"]).doNothing()),
);

export interface TrailParameters {
  readonly linkRef: number;
  readonly after: number;
  readonly limit: number;
}

/** A delivery of a trail. */
export interface TrailDelivery {
  readonly ref: number;
  readonly received_at: string;
  readonly digest: string;
  readonly state: string;
  readonly arrivals: number;
  readonly attempts: number;
  readonly error: string | null;
}

export const trailDeliveries: Statement<TrailParameters, TrailDelivery> = statement(
  "trail_deliveries",
  ({ db }, { linkRef, after, limit }) =>
    db
      .selectFrom("tautan_deliveries")
      .select(["ref", "received_at", "digest", "state", "arrivals", "attempts", "error"])
      .where("link_ref", "=", linkRef)
      .where("ref", ">", after)
      .orderBy("ref")
      .limit(limit),
);

/** An event, a read or a call of a trail. */
export interface TrailEvent {
  readonly seq: number;
  readonly id: string;
  readonly type: string;
  readonly at: string;
  readonly learnt_at: string;
  readonly cause: string;
  readonly cause_ref: string | null;
  readonly for_application: number;
  readonly attempts: number;
  readonly error: string | null;
  readonly handled_at: string | null;
  readonly dead_at: string | null;
  readonly history_provider_id: string | null;
}

export const trailEvents: Statement<TrailParameters, TrailEvent> = statement(
  "trail_events",
  (tables, { linkRef, after, limit }) =>
    tables.db
      .selectFrom("tautan_events")
      .leftJoin("tautan_histories", "tautan_histories.ref", "tautan_events.history_ref")
      .select([
        "tautan_events.seq",
        "tautan_events.id",
        "tautan_events.type",
        "tautan_events.at",
        "tautan_events.learnt_at",
        "tautan_events.cause",
        "tautan_events.cause_ref",
        "tautan_events.for_application",
        "tautan_events.attempts",
        "tautan_events.error",
        "tautan_events.handled_at",
        "tautan_events.dead_at",
        "tautan_histories.provider_id as history_provider_id",
      ])
      .where(isOfPage(tables, nextSeqs(tables, after, limit).where("tautan_events.link_ref", "=", linkRef)))
      .orderBy("tautan_events.seq"),
);
