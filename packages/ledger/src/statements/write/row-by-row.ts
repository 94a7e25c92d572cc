// A write as a statement for each row: for SQLite, whose transaction is the guard. Lists, and rows that are returned, cost it twice the time.
import { type RawBuilder, sql } from "kysely";
import { type Statement, statement } from "../../database/statement.ts";
import type { Dialect } from "../../database/values.ts";
import { bytes, int, json, text } from "../rows.ts";
import { AS_APPLIED, AS_REPORTED, moveLink } from "./parts.ts";
import type { EventItem, HistoryValues, OfWrite, OtherIdItem, WriteOnce } from "./values.ts";

interface RowStatements {
  readonly link: Statement<WriteOnce, unknown>;
  readonly counts: Statement<Pick<WriteOnce, "linkRef" | "used" | "granted">, unknown>;
  readonly history: Statement<OfWrite & HistoryValues, unknown>;
  readonly historyAgain: Statement<OfWrite & HistoryValues, unknown>;
  readonly otherId: Statement<OfWrite & OtherIdItem, unknown>;
  readonly event: Statement<OfWrite & EventItem, unknown>;
  readonly delivery: Statement<WriteOnce, unknown>;
}

/** The columns that each report of a history changes. */
const reported = (dialect: Dialect, row: OfWrite & HistoryValues) => ({
  record: json(dialect, row.record),
  status: row.status,
  is_paid: row.is_paid,
  takes_use: row.takes_use,
  mark: row.mark,
  event_names: json(dialect, row.event_names),
  amount: row.amount,
  currency: row.currency,
  changed_at: row.now,
});

/**
 * The statements, in their order; the lane is woken before the delivery. SQLite writes an index again if one of its columns is set, even to
 * the same value, and each page that a commit writes costs time: hence the narrower forms.
 */
export const ROW_STATEMENTS: RowStatements = {
  link: statement("write_link", (tables, write) => moveLink(tables, write)),
  // Instead of `link`, if only the counts have changed.
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
        ...reported(dialect, row),
        paid_at: row.paid_at,
        first_seen_at: row.now,
        learnt_by: row.learntBy,
      })
      .onConflict((conflict) => conflict.columns(["gateway_ref", "provider_id"]).doUpdateSet(AS_REPORTED)),
  ),
  // Instead of `history`, if it is stored, and was paid when it is known to have been.
  historyAgain: statement("write_history_again", ({ db, dialect }, row) =>
    db
      .updateTable("tautan_histories")
      .set(reported(dialect, row))
      .where("gateway_ref", "=", row.gatewayRef)
      .where("provider_id", "=", row.provider_id),
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
      .onConflict((conflict) => conflict.columns(["link_ref", "id"]).doNothing()),
  ),
  delivery: statement("write_delivery", ({ db, dialect }, { gatewayRef, digest, now, linkRef, raw }) =>
    db
      .insertInto("tautan_deliveries")
      .values({
        gateway_ref: gatewayRef,
        digest: text(digest) as RawBuilder<string>,
        received_at: now,
        state: sql.lit("applied" as const),
        link_ref: linkRef,
        raw: bytes(dialect, raw),
      })
      .onConflict((conflict) => conflict.columns(["gateway_ref", "digest"]).doUpdateSet(AS_APPLIED)),
  ),
};
