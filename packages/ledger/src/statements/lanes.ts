import { sql } from "kysely";
import { type Statement, statement, type Tables } from "../database/statement.ts";
import type { Dialect } from "../database/values.ts";
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
    .where(withoutFlush(dialect))
    .returning(["link_ref", "wake"]);
});

/**
 * On PostgreSQL, its transaction does not wait for the disk. Only for a statement that is a transaction of its own, and of which
 * nothing depends on the loss: without its lease or its end, a lane is worked on once more, and the fences, which reached the disk
 * before, let no event happen again.
 */
const withoutFlush = (dialect: Dialect) =>
  dialect === "postgres" ? sql<boolean>`set_config('synchronous_commit', 'off', true) = 'off'` : sql<boolean>`true`;

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

/** The values of a fence. */
export interface FenceValues {
  readonly consumer: string;
  readonly eventId: string;
  readonly now: string;
  /** On PostgreSQL, the longest wait for another transaction that has the same fence, in milliseconds; null for no other than usual. */
  readonly lockWaitMs: string | null;
}

/** Marks that an event is handled. It can be inserted once. */
export const fenceStrict: Statement<FenceValues, unknown> = statement<FenceValues, unknown>(
  "fence_strict",
  (tables, values) =>
    tables.dialect === "postgres"
      ? limitedFence(tables, values, false)
      : tables.db.insertInto("tautan_handled").values(fenceRow(values)),
);

/** The same, which returns no row instead of failing. */
export const fenceQuiet: Statement<FenceValues, { event_id: string }> = statement("fence_quiet", (tables, values) =>
  tables.dialect === "postgres"
    ? limitedFence(tables, values, true)
    : tables.db
        .insertInto("tautan_handled")
        .values(fenceRow(values))
        .onConflict((conflict) => conflict.columns(["consumer", "event_id"]).doNothing())
        .returning("event_id"),
);

const fenceRow = ({ consumer, eventId, now }: FenceValues) => ({ consumer, event_id: eventId, at: now });

/**
 * A fence that does not wait for long, and restores the transaction's own limit for the handler, all in one statement: each would
 * cost a round trip. Each step reads from the one before, which gives them their order.
 */
const limitedFence = ({ db }: Tables, { consumer, eventId, now, lockWaitMs }: FenceValues, isQuiet: boolean) =>
  db
    .with(
      (cte) => cte("usual").materialized(),
      (each) => each.selectNoFrom(sql<string>`current_setting('lock_timeout')`.as("wait")),
    )
    .with(
      (cte) => cte("limited").materialized(),
      (each) =>
        each
          .selectFrom("usual")
          .select([
            "usual.wait",
            sql<string>`set_config('lock_timeout', coalesce(${text(lockWaitMs)}, wait), true)`.as("limit"),
          ]),
    )
    .with("fenced", (each) => {
      const inserted = each
        .insertInto("tautan_handled")
        .columns(["consumer", "event_id", "at"])
        .expression((limited) =>
          limited
            .selectFrom("limited")
            .select([text(consumer).as("consumer"), text(eventId).as("event_id"), text(now).as("at")])
            .where("limited.limit", "is not", null),
        )
        .returning("event_id");
      return isQuiet
        ? inserted.onConflict((conflict) => conflict.columns(["consumer", "event_id"]).doNothing())
        : inserted;
    })
    .selectFrom(["fenced", "limited"])
    .select(["fenced.event_id", sql<string>`set_config('lock_timeout', wait, true)`.as("restored")]);

export const findHandled: Statement<{ consumer: string; eventId: string }, { event_id: string }> = statement(
  "find_handled",
  ({ db }, { consumer, eventId }) =>
    db.selectFrom("tautan_handled").select("event_id").where("consumer", "=", consumer).where("event_id", "=", eventId),
);

/**
 * Marks events of a link as handled, so that they are read no more, unless they were replayed since they were read. Events are a JSON
 * list of `{ seq, replays }`.
 */
export const markHandled: Statement<{ linkRef: number; events: string; now: string }, unknown> = statement(
  "mark_handled",
  (tables, values) => marking(tables, values),
);

const marking = (
  { db, dialect }: Tables,
  { linkRef, events, now }: { readonly linkRef: number; readonly events: string; readonly now: string },
) =>
  db
    .updateTable("tautan_events")
    .set({ handled_at: text(now), dead_at: null })
    // By the index of open events.
    .where("link_ref", "=", linkRef)
    .where("handled_at", "is", null)
    .where("for_application", "=", sql.lit(1))
    .where((event) =>
      event(
        event.refTuple("seq", "replays"),
        "in",
        db
          .selectFrom(rowsOf(dialect, events, { seq: "int", replays: "int" }).as("item"))
          .select(["item.seq", "item.replays"])
          .$asTuple("seq", "replays"),
      ),
    );

/**
 * Marks events as handled, and drops their lane, which has nothing more, in one statement of PostgreSQL. Returns no row if the lane
 * stays; then the events are marked all the same.
 */
export const finishLane: Statement<
  { consumer: string; linkRef: number; lease: string; wake: number; events: string; now: string },
  { link_ref: number }
> = statement("finish_lane", (tables, values) => {
  const inside = (db: unknown): Tables => ({ db: db as Tables["db"], dialect: tables.dialect });
  return tables.db
    .with("marked", (db) => marking(inside(db), values).where(withoutFlush(tables.dialect)))
    .with("dropped", (db) => dropping(inside(db), values))
    .selectFrom("dropped")
    .select("link_ref");
});

/** A failed attempt of an event, as it was read; `deadAt` if it was the last. */
export interface Failure {
  readonly seq: number;
  readonly replays: number;
  readonly attempts: number;
  readonly error: string;
  readonly deadAt: string | null;
}

/** Notes a failed attempt of an event. Returns no row if it was skipped or replayed meanwhile. */
export const noteFailure: Statement<Failure, { seq: number }> = statement(
  "note_failure",
  ({ db }, { seq, replays, attempts, error, deadAt }) =>
    db
      .updateTable("tautan_events")
      .set({ attempts, error, dead_at: deadAt })
      .where("seq", "=", seq)
      .where("replays", "=", replays)
      .where("handled_at", "is", null)
      .returning("seq"),
);

/** Drops a lane that has nothing more. Returns no row if something has come since it was taken, or if the lease was lost. */
export const dropLane: Statement<
  { consumer: string; linkRef: number; lease: string; wake: number },
  { link_ref: number }
> = statement("drop_lane", (tables, values) => dropping(tables, values));

const dropping = (
  { db }: Tables,
  {
    consumer,
    linkRef,
    lease,
    wake,
  }: { readonly consumer: string; readonly linkRef: number; readonly lease: string; readonly wake: number },
) =>
  db
    .deleteFrom("tautan_lanes")
    .where("consumer", "=", consumer)
    .where("link_ref", "=", linkRef)
    .where("lease", "=", lease)
    .where("wake", "=", wake)
    .returning("link_ref");

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
