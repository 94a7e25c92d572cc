// Deliveries and creates that need a person, and work that is due for long.
import { sql } from "kysely";
import { type Statement, statement } from "../database/statement.ts";
import { rowsOf, text } from "./rows.ts";

/** A delivery that needs a person. */
export interface UnresolvedRow {
  readonly ref: number;
  readonly gateway_ref: number;
  readonly digest: string;
  readonly problem: string | null;
}

/** Takes the problem that has been due for longest, until a time at which it is due again if it is not reported. */
export const leaseProblem: Statement<{ now: string; until: string }, UnresolvedRow> = statement(
  "lease_problem",
  ({ db, dialect }, { now, until }) => {
    const due = db
      .selectFrom("tautan_deliveries")
      .select("ref")
      .where("problem_due_at", "<=", now)
      .orderBy("problem_due_at")
      .limit(1);
    return db
      .updateTable("tautan_deliveries")
      .set({ problem_due_at: until })
      .where("ref", "=", dialect === "postgres" ? due.forUpdate().skipLocked() : due)
      .returning(["ref", "gateway_ref", "digest", "problem"]);
  },
);

/** Notes that a problem was reported, unless it has become another meanwhile. */
export const endProblem: Statement<{ ref: number; problem: string }, unknown> = statement(
  "end_problem",
  ({ db }, { ref, problem }) =>
    db
      .updateTable("tautan_deliveries")
      .set({ problem_due_at: null })
      .where("ref", "=", ref)
      .where("problem", "=", problem),
);

/** Marks deliveries of other gateways on which nobody works. The gateways of this process are a JSON list of `{ ref }`. */
export const flagForeignDeliveries: Statement<{ before: string; now: string; gateways: string }, unknown> = statement(
  "flag_foreign_deliveries",
  ({ db, dialect }, { before, now, gateways }) => {
    const own = db.selectFrom(rowsOf(dialect, gateways, { ref: "int" }).as("item")).select("item.ref");
    return db
      .updateTable("tautan_deliveries")
      .set({ problem: sql.lit("gateway_not_configured"), problem_due_at: text(now) })
      .where("due_at", "<=", before)
      .where("problem", "is", null)
      .where(
        dialect === "postgres"
          ? sql<boolean>`gateway_ref <> all(array(${own}))`
          : sql<boolean>`+gateway_ref not in (${own})`,
      );
  },
);

/** The delivery that has been due for longest, without those whose problem is known. */
export const oldestDueDelivery: Statement<object, { due_at: string | null }> = statement(
  "oldest_due_delivery",
  ({ db }) =>
    db
      .selectFrom("tautan_deliveries")
      .select("due_at")
      .where("due_at", "is not", null)
      .where("problem", "is", null)
      .orderBy("due_at")
      .limit(1),
);

/** The lane that has been due for longest. */
export const oldestDueLane: Statement<{ consumer: string }, { due_at: string | null }> = statement(
  "oldest_due_lane",
  ({ db }, { consumer }) =>
    db
      .selectFrom("tautan_lanes")
      .select("due_at")
      .where("consumer", "=", consumer)
      .where("due_at", "is not", null)
      .orderBy("due_at")
      .limit(1),
);

/** Marks creates with an unknown outcome of other gateways on which nobody works. The gateways of this process are a JSON list of `{ ref }`. */
export const flagForeignCreates: Statement<{ before: string; now: string; gateways: string }, unknown> = statement(
  "flag_foreign_creates",
  ({ db, dialect }, { before, now, gateways }) => {
    const own = db.selectFrom(rowsOf(dialect, gateways, { ref: "int" }).as("item")).select("item.ref");
    return db
      .updateTable("tautan_links")
      .set({ create_problem: "gateway_not_configured", create_problem_due_at: text(now) })
      .where("gateway_ref", "in", db.selectFrom("tautan_gateways").select("ref").where("ref", "not in", own))
      .where("look_at", "<=", before)
      .where("link", "is", null)
      .where("state", "in", [sql.lit("sent" as const), sql.lit("unknown" as const)])
      .where("create_problem", "is", null);
  },
);

/** A create whose outcome nobody finds out. */
export interface UnresolvedCreateRow {
  readonly ref: number;
  readonly gateway_ref: number | null;
  readonly reference: string;
}

/** Takes the one that has been due for longest, until a time at which it is due again if it is not reported. */
export const leaseCreateProblem: Statement<{ now: string; until: string }, UnresolvedCreateRow> = statement(
  "lease_create_problem",
  ({ db, dialect }, { now, until }) => {
    const due = db
      .selectFrom("tautan_links")
      .select("ref")
      .where("create_problem", "=", sql.lit("gateway_not_configured" as const))
      .where("create_problem_due_at", "<=", now)
      .orderBy("create_problem_due_at")
      .limit(1);
    return db
      .updateTable("tautan_links")
      .set({ create_problem_due_at: until })
      .where("ref", "=", dialect === "postgres" ? due.forUpdate().skipLocked() : due)
      .returning(["ref", "gateway_ref", "reference"]);
  },
);

/** Notes that it was reported. */
export const endCreateProblem: Statement<{ ref: number }, unknown> = statement(
  "end_create_problem",
  ({ db }, { ref }) => db.updateTable("tautan_links").set({ create_problem_due_at: null }).where("ref", "=", ref),
);

/** The creates whose outcome nobody finds out. */
export const listCreateProblems: Statement<{ limit: number }, UnresolvedCreateRow> = statement(
  "list_create_problems",
  ({ db }, { limit }) =>
    db
      .selectFrom("tautan_links")
      .select(["ref", "gateway_ref", "reference"])
      .where("create_problem", "=", sql.lit("gateway_not_configured" as const))
      .orderBy("create_problem_due_at")
      .orderBy("ref")
      .limit(limit),
);

/** A create that was sent, and has no known outcome. */
export interface OpenCreateRow extends UnresolvedCreateRow {
  readonly created_at: string;
  readonly sent_at: string | null;
  readonly look_at: string | null;
}

/** Creates that were sent and whose outcome is not known, the oldest first, without those that a process is sending. */
export const listOpenCreates: Statement<
  { now: string; afterAt: string; afterRef: number; limit: number },
  OpenCreateRow
> = statement("list_open_creates", ({ db }, { now, afterAt, afterRef, limit }) =>
  db
    .selectFrom("tautan_links")
    .select(["ref", "gateway_ref", "reference", "created_at", "sent_at", "look_at"])
    // Only a create that has made no link has no status: its index finds them.
    .where("status", "is", null)
    .where("link", "is", null)
    .where("state", "in", [sql.lit("sent" as const), sql.lit("unknown" as const)])
    .where((row) => row.or([row("create_leased_until", "is", null), row("create_leased_until", "<=", now)]))
    .where("created_at", ">=", afterAt)
    .where(sql<boolean>`(created_at, ref) > (${afterAt}, ${afterRef})`)
    .orderBy("created_at")
    .orderBy("ref")
    .limit(limit),
);
