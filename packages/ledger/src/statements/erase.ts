import { type RawBuilder, sql } from "kysely";
import { type Statement, statement, type Tables } from "../database/statement.ts";
import { json } from "./rows.ts";

export const findLinkToErase: Statement<{ reference: string }, { ref: number }> = statement(
  "find_link_to_erase",
  ({ db }, { reference }) => db.selectFrom("tautan_links").select("ref").where("reference", "=", reference),
);

export const findCustomerLinks: Statement<{ customerKey: string; limit: number }, { ref: number }> = statement(
  "find_customer_links",
  ({ db }, { customerKey, limit }) =>
    db
      .selectFrom("tautan_links")
      .select("ref")
      .where("customer_key", "=", customerKey)
      .orderBy("created_at")
      .limit(limit),
);

/** The data of a customer in a link. */
export interface LinkToErase {
  readonly gateway_ref: number | null;
  readonly provider_id: string | null;
  readonly reference: string;
  readonly link: string | null;
  readonly prepared: string | null;
}

export const readLinkToErase: Statement<{ linkRef: number }, LinkToErase> = statement(
  "read_link_to_erase",
  ({ db }, { linkRef }) =>
    db
      .selectFrom("tautan_links")
      .select(["gateway_ref", "provider_id", "reference", "link", "prepared"])
      .where("ref", "=", linkRef),
);

/** Stores a link without its customer. Its version moves, so that whoever has read it before does not store the customer again. */
export const eraseLink: Statement<
  { linkRef: number; link: string | null; prepared: string | null; now: string },
  unknown
> = statement("erase_link", ({ db, dialect }, { linkRef, link, prepared, now }) =>
  db
    .updateTable("tautan_links")
    .set((row) => ({
      link: json(dialect, link),
      prepared: json(dialect, prepared),
      customer_key: null,
      erased_at: now,
      version: row("version", "+", 1),
    }))
    .where("ref", "=", linkRef),
);

/** Handlers throw what they like. */
export const eraseEventErrors: Statement<{ linkRef: number }, unknown> = statement(
  "erase_event_errors",
  ({ db }, { linkRef }) =>
    db.updateTable("tautan_events").set({ error: null }).where("link_ref", "=", linkRef).where("error", "is not", null),
);

/** The deliveries that were applied to a link. */
export const eraseRawOfLink: Statement<{ linkRef: number }, unknown> = statement(
  "erase_raw_of_link",
  ({ db }, { linkRef }) =>
    db.updateTable("tautan_deliveries").set({ raw: null }).where("link_ref", "=", linkRef).where("raw", "is not", null),
);

export interface PendingParameters {
  readonly linkRef: number;
  readonly gatewayRef: number | null;
  readonly linkId: string | null;
  readonly reference: string;
}

/** The deliveries of a link, or perhaps of it, that are not applied yet. */
export const findPendingDeliveries: Statement<PendingParameters, { ref: number; observations: string | null }> =
  statement("find_pending_deliveries", ({ db }, { linkRef, gatewayRef, linkId, reference }) => {
    const candidates = (kind: "id" | "reference", value: string | null) =>
      db
        .selectFrom("tautan_delivery_candidates")
        .select("delivery_ref as ref")
        .where("gateway_ref", "=", gatewayRef as number)
        .where("kind", "=", kind)
        .where("value", "=", value as string);
    const ofHistories = db
      .selectFrom("tautan_histories")
      .innerJoin("tautan_delivery_candidates", (join) =>
        join
          .onRef("tautan_delivery_candidates.gateway_ref", "=", "tautan_histories.gateway_ref")
          .onRef("tautan_delivery_candidates.value", "=", "tautan_histories.provider_id")
          .on("tautan_delivery_candidates.kind", "=", sql.lit("history")),
      )
      .select("tautan_delivery_candidates.delivery_ref as ref")
      .where("tautan_histories.link_ref", "=", linkRef);
    const ofLink = db.selectFrom("tautan_deliveries").select("ref").where("link_ref", "=", linkRef);
    return db
      .selectFrom("tautan_deliveries")
      .select(["ref", "observations"])
      .where(
        "ref",
        "in",
        ofLink.union(candidates("id", linkId)).union(candidates("reference", reference)).union(ofHistories),
      )
      .where("observations", "is not", null);
  });

/** Whoever works on it meanwhile does not store what it has read: it counts as having arrived again. */
export const erasePendingDelivery: Statement<{ ref: number; observations: string }, unknown> = statement(
  "erase_pending_delivery",
  ({ db, dialect }, { ref, observations }) =>
    db
      .updateTable("tautan_deliveries")
      .set((row) => ({ observations: json(dialect, observations), raw: null, arrivals: row("arrivals", "+", 1) }))
      .where("ref", "=", ref),
);

/** A body, or null if the customer of its link was erased. */
export const rawUnlessErased = ({ db }: Tables, linkRef: number | null): RawBuilder<Uint8Array | null> => {
  const erased = db
    .selectFrom("tautan_links")
    .select("ref")
    .where("ref", "=", linkRef as number)
    .where("erased_at", "is not", null);
  return sql<Uint8Array | null>`case when exists ${erased} then null else raw end`;
};
