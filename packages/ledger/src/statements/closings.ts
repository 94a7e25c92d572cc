// Links that the ledger closes at their expiry, because their gateway does not know it.
import { sql } from "kysely";
import { type Statement, statement } from "../database/statement.ts";

/** A link that is to be closed, and that this process has until the end of its lease. */
export interface DueClosing {
  readonly ref: number;
  readonly provider_id: string;
  readonly reference: string;
  /** How often it was tried, this time included. */
  readonly close_attempts: number;
}

/** Takes links that are to be closed, those that have been due for longest first. */
export const leaseClosings: Statement<
  { readonly gatewayRef: number; readonly dueBy: string; readonly until: string; readonly limit: number },
  DueClosing
> = statement("lease_closings", ({ db, dialect }, { gatewayRef, dueBy, until, limit }) => {
  const due = db
    .selectFrom("tautan_links")
    .select("ref")
    .where("gateway_ref", "=", gatewayRef)
    .where("close_at", "<=", dueBy)
    .orderBy("close_at")
    .limit(limit);
  // As an array, so that PostgreSQL finds the rows by their index, however many it expects.
  const isDue =
    dialect === "postgres"
      ? sql<boolean>`ref = any(array(${due.forUpdate().skipLocked()}))`
      : sql<boolean>`ref in (${due})`;
  return db
    .updateTable("tautan_links")
    .set({ close_at: until, close_attempts: sql<number>`close_attempts + 1` })
    .where(isDue)
    .returning(["ref", "provider_id", "reference", "close_attempts"])
    .$narrowType<{ provider_id: string }>();
});

/** Notes when to close a link again, or that it is closed, unless its expiry was moved or another process has taken it meanwhile. */
export const finishClosing: Statement<
  { readonly ref: number; readonly until: string; readonly closeAt: string | null },
  unknown
> = statement("finish_closing", ({ db }, { ref, until, closeAt }) =>
  db.updateTable("tautan_links").set({ close_at: closeAt }).where("ref", "=", ref).where("close_at", "=", until),
);
