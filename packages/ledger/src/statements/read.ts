// The rows of a link and a history that are read before a report is applied.
import { sql } from "kysely";
import { type Statement, statement } from "../database/statement.ts";
import { knownDelivery } from "./deliveries.ts";

/**
 * The link and, if it is stored, the history of a report, together with the delivery that is known by a digest. By the history
 * first: it knows its link. Always one row; nothing else is read if the delivery is known.
 */
export const readByHistory: Statement<
  { gatewayRef: number; historyId: string; linkId: string | null; digest: string | null },
  Absent<LinkRow> & HistoryRow & { readonly delivery_ref: number | null }
> = statement("read_by_history", ({ db }, { gatewayRef, historyId, linkId, digest }) => {
  const byId = db
    .selectFrom("tautan_histories")
    .select("ref")
    .where("gateway_ref", "=", gatewayRef)
    .where("provider_id", "=", historyId);
  const byOtherId = db
    .selectFrom("tautan_history_ids")
    .select("history_ref")
    .where("gateway_ref", "=", gatewayRef)
    .where("other_id", "=", historyId);
  const byLink = db
    .selectFrom("tautan_links")
    .select("ref")
    .where("gateway_ref", "=", gatewayRef)
    .where("provider_id", "=", linkId);
  return db
    .selectFrom(db.selectNoFrom(knownDelivery(db, { gatewayRef, digest }).select("ref").as("ref")).as("known_delivery"))
    .leftJoin("tautan_histories", (join) =>
      join
        .on("known_delivery.ref", "is", null)
        .on("tautan_histories.ref", "=", sql<number>`coalesce(${byId}, ${byOtherId})`),
    )
    .leftJoin("tautan_links", (join) =>
      join
        .on("known_delivery.ref", "is", null)
        .on("tautan_links.ref", "=", sql<number>`coalesce(tautan_histories.link_ref, ${byLink})`),
    )
    .select("known_delivery.ref as delivery_ref")
    .select(LINK_COLUMNS)
    .select(HISTORY_COLUMNS);
});

export const readByLinkId: Statement<{ gatewayRef: number; linkId: string }, LinkRow> = statement(
  "read_by_link_id",
  ({ db }, { gatewayRef, linkId }) =>
    db
      .selectFrom("tautan_links")
      .select(LINK_COLUMNS)
      .where("gateway_ref", "=", gatewayRef)
      .where("provider_id", "=", linkId),
);

export const readByReference: Statement<{ gatewayRef: number; reference: string }, LinkRow> = statement(
  "read_by_reference",
  ({ db }, { gatewayRef, reference }) =>
    db
      .selectFrom("tautan_links")
      .select(LINK_COLUMNS)
      .where("reference", "=", reference)
      .where("gateway_ref", "=", gatewayRef),
);

/** One history, by its id or another. */
export const readHistory: Statement<{ gatewayRef: number; historyId: string }, HistoryRow> = statement(
  "read_history",
  ({ db }, { gatewayRef, historyId }) => {
    const byId = db
      .selectFrom("tautan_histories")
      .select("ref")
      .where("gateway_ref", "=", gatewayRef)
      .where("provider_id", "=", historyId);
    const byOtherId = db
      .selectFrom("tautan_history_ids")
      .select("history_ref")
      .where("gateway_ref", "=", gatewayRef)
      .where("other_id", "=", historyId);
    return db
      .selectFrom("tautan_histories")
      .select(HISTORY_COLUMNS)
      .where("ref", "=", sql<number>`coalesce(${byId}, ${byOtherId})`);
  },
);

/** Locks a link until the transaction ends. It must be read by the next statement. */
export const lockLink: Statement<{ linkRef: number }, { ref: number }> = statement(
  "lock_link",
  ({ db, dialect }, { linkRef }) => {
    const query = db.selectFrom("tautan_links").select("ref").where("ref", "=", linkRef);
    // Rows that refer to it can be written meanwhile: whoever writes one may have what this transaction waits for.
    return dialect === "postgres" ? query.forNoKeyUpdate() : query;
  },
);

const LINK_COLUMNS = [
  "tautan_links.ref as link_ref",
  "tautan_links.gateway_ref as link_gateway_ref",
  "tautan_links.provider_id as link_provider_id",
  "tautan_links.reference as link_reference",
  "tautan_links.link as link",
  "tautan_links.status as link_status",
  "tautan_links.used as link_used",
  "tautan_links.granted as link_granted",
  "tautan_links.link_as_of as link_as_of",
  "tautan_links.pending_terms as link_pending_terms",
  "tautan_links.version as link_version",
  "tautan_links.erased_at as link_erased_at",
] as const;

const HISTORY_COLUMNS = [
  "tautan_histories.ref as history_ref",
  "tautan_histories.link_ref as history_link_ref",
  "tautan_histories.provider_id as history_provider_id",
  "tautan_histories.record as history_record",
  "tautan_histories.mark as history_mark",
  "tautan_histories.event_names as history_event_names",
  "tautan_histories.paid_at as history_paid_at",
] as const;

/** A link as these statements return it. */
export interface LinkRow {
  readonly link_ref: number;
  readonly link_gateway_ref: number | null;
  readonly link_provider_id: string | null;
  readonly link_reference: string;
  readonly link: string | null;
  readonly link_status: string | null;
  readonly link_used: number;
  readonly link_granted: number;
  readonly link_as_of: string | null;
  readonly link_pending_terms: string | null;
  readonly link_version: number;
  readonly link_erased_at: string | null;
}

/** A row of an outer join: all fields are null if there is none. */
export type Absent<Row> = { readonly [Name in keyof Row]: Row[Name] | null };

/** A history as these statements return it; all fields are null if there is none. */
export interface HistoryRow {
  readonly history_ref: number | null;
  readonly history_link_ref: number | null;
  readonly history_provider_id: string | null;
  readonly history_record: string | null;
  readonly history_mark: string | null;
  readonly history_event_names: string | null;
  readonly history_paid_at: string | null;
}
