import { sql } from "kysely";
import { type Statement, statement } from "../database/statement.ts";
import { rowsOf, text } from "./rows.ts";

/** Takes the lane that has been due for longest. A lease that has ended is due too. */
export const leaseLane: Statement<
  { consumer: string; now: string; until: string; lease: string },
  { link_ref: number; wake: number }
> = statement("lease_lane", ({ db, dialect }, { consumer, now, until, lease }) => {
  const due = db
    .selectFrom("tautan_lanes")
    .select("link_ref")
    .where("consumer", "=", consumer)
    .where("due_at", "<=", now)
    .orderBy("due_at")
    .limit(1);
  return db
    .updateTable("tautan_lanes")
    .set({ due_at: until, lease })
    .where("consumer", "=", consumer)
    .where("link_ref", "=", dialect === "postgres" ? due.forUpdate().skipLocked() : due)
    .returning(["link_ref", "wake"]);
});

/** Extends a lease. Returns no row if it has ended and another worker has the lane. */
export const renewLease: Statement<
  { consumer: string; linkRef: number; lease: string; until: string },
  { link_ref: number }
> = statement("renew_lease", ({ db }, { consumer, linkRef, lease, until }) =>
  db
    .updateTable("tautan_lanes")
    .set({ due_at: until })
    .where("consumer", "=", consumer)
    .where("link_ref", "=", linkRef)
    .where("lease", "=", lease)
    .returning("link_ref"),
);

/** Marks that an event is handled. It can be inserted once. */
export const fenceStrict: Statement<{ consumer: string; eventId: string; now: string }, unknown> = statement(
  "fence_strict",
  ({ db }, { consumer, eventId, now }) =>
    db.insertInto("tautan_handled").values({ consumer, event_id: eventId, at: now }),
);

/** The same, which returns no row instead of failing. */
export const fenceQuiet: Statement<{ consumer: string; eventId: string; now: string }, { event_id: string }> =
  statement("fence_quiet", ({ db }, { consumer, eventId, now }) =>
    db
      .insertInto("tautan_handled")
      .values({ consumer, event_id: eventId, at: now })
      .onConflict((conflict) => conflict.columns(["consumer", "event_id"]).doNothing())
      .returning("event_id"),
  );

export const findHandled: Statement<{ consumer: string; eventId: string }, { event_id: string }> = statement(
  "find_handled",
  ({ db }, { consumer, eventId }) =>
    db.selectFrom("tautan_handled").select("event_id").where("consumer", "=", consumer).where("event_id", "=", eventId),
);

/** Marks events of a link as handled, so that they are read no more. Events are a JSON list of `{ seq }`. */
export const markHandled: Statement<{ linkRef: number; events: string; now: string }, unknown> = statement(
  "mark_handled",
  ({ db, dialect }, { linkRef, events, now }) =>
    db
      .updateTable("tautan_events")
      .set({ handled_at: text(now), dead_at: null })
      // By the index of open events.
      .where("link_ref", "=", linkRef)
      .where("handled_at", "is", null)
      .where("for_application", "=", sql.lit(1))
      .where("seq", "in", db.selectFrom(rowsOf(dialect, events, { seq: "int" }).as("item")).select("item.seq")),
);

/** Notes a failed try of an event; `deadAt` if it was the last. */
export const noteFailure: Statement<{ seq: number; attempts: number; error: string; deadAt: string | null }, unknown> =
  statement("note_failure", ({ db }, { seq, attempts, error, deadAt }) =>
    db
      .updateTable("tautan_events")
      .set({ attempts, error, dead_at: deadAt })
      .where("seq", "=", seq)
      // It may have been skipped meanwhile.
      .where("handled_at", "is", null),
  );

/** Drops a lane that has nothing more. Returns no row if something has come since it was taken, or if the lease was lost. */
export const dropLane: Statement<
  { consumer: string; linkRef: number; lease: string; wake: number },
  { link_ref: number }
> = statement("drop_lane", ({ db }, { consumer, linkRef, lease, wake }) =>
  db
    .deleteFrom("tautan_lanes")
    .where("consumer", "=", consumer)
    .where("link_ref", "=", linkRef)
    .where("lease", "=", lease)
    .where("wake", "=", wake)
    .returning("link_ref"),
);

/** Parks a lane behind its dead event. Returns no row if something has come since it was taken, or if the lease was lost. */
export const parkLane: Statement<
  { consumer: string; linkRef: number; lease: string; wake: number },
  { link_ref: number }
> = statement("park_lane", ({ db }, { consumer, linkRef, lease, wake }) =>
  db
    .updateTable("tautan_lanes")
    .set({ due_at: null, lease: null })
    .where("consumer", "=", consumer)
    .where("link_ref", "=", linkRef)
    .where("lease", "=", lease)
    .where("wake", "=", wake)
    .returning("link_ref"),
);

/** Gives a lane back, due at a time. Returns no row if the lease was lost. */
export const freeLane: Statement<
  { consumer: string; linkRef: number; lease: string; dueAt: string | null },
  { link_ref: number }
> = statement("free_lane", ({ db }, { consumer, linkRef, lease, dueAt }) =>
  db
    .updateTable("tautan_lanes")
    .set({ due_at: dueAt, lease: null })
    .where("consumer", "=", consumer)
    .where("link_ref", "=", linkRef)
    .where("lease", "=", lease)
    .returning("link_ref"),
);

/** Makes a parked lane due. The next worker parks it again if an event of it is dead. */
export const unparkLane: Statement<{ consumer: string; linkRef: number; now: string }, unknown> = statement(
  "unpark_lane",
  ({ db }, { consumer, linkRef, now }) =>
    db
      .updateTable("tautan_lanes")
      .set({ due_at: now })
      .where("consumer", "=", consumer)
      .where("link_ref", "=", linkRef)
      .where("due_at", "is", null)
      .where("lease", "is", null),
);

/** Notes that an event has come. Neither a lease nor a wait is cut short: a worker that has the lane sees that more has come. */
export const wakeLane: Statement<{ consumer: string; linkRef: number; now: string }, unknown> = statement(
  "wake_lane",
  ({ db }, { consumer, linkRef, now }) =>
    db
      .insertInto("tautan_lanes")
      .values({ consumer, link_ref: linkRef, due_at: now, wake: 1 })
      .onConflict((conflict) =>
        conflict.columns(["consumer", "link_ref"]).doUpdateSet({ wake: sql<number>`tautan_lanes.wake + 1` }),
      ),
);
