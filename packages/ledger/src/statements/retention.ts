import { sql } from "kysely";
import { type Statement, statement } from "../database/statement.ts";

/** The next deliveries by their numbers, which rise with the time. */
export const nextDeliveries: Statement<{ after: number; limit: number }, { ref: number; received_at: string }> =
  statement("next_deliveries", ({ db }, { after, limit }) =>
    db
      .selectFrom("tautan_deliveries")
      .select(["ref", "received_at"])
      .where("ref", ">", after)
      .orderBy("ref")
      .limit(limit),
  );

/** Removes bodies, and the reports of deliveries that were given up: both can name customers. */
export const dropRaw: Statement<{ after: number; upTo: number }, unknown> = statement(
  "drop_raw",
  ({ db }, { after, upTo }) =>
    db
      .updateTable("tautan_deliveries")
      .set({
        raw: null,
        observations: sql<string | null>`case when due_at is null then null else observations end`,
      })
      .where("ref", ">", after)
      .where("ref", "<=", upTo)
      .where((where) => where.or([where("raw", "is not", null), where("observations", "is not", null)])),
);

/** Removes events that were handled before a time. Their marks stay, so that none is handled twice. */
export const dropHandledEvents: Statement<{ before: string; limit: number }, { seq: number }> = statement(
  "drop_handled_events",
  ({ db, dialect }, { before, limit }) => {
    const newest = db.selectFrom("tautan_events").select(({ fn }) => fn.max("seq").as("seq"));
    const old = db
      .selectFrom("tautan_events")
      .select("seq")
      .where("handled_at", "<", before)
      // SQLite numbers events by the newest: their numbers must rise, because lists go on behind one.
      .where("seq", "<", newest)
      .orderBy("handled_at")
      .limit(limit);
    // As an array, because PostgreSQL would join the two, and read the whole table for that.
    const isOld = dialect === "postgres" ? sql<boolean>`seq = any(array(${old}))` : sql<boolean>`seq in (${old})`;
    return db.deleteFrom("tautan_events").where(isOld).returning("seq");
  },
);
