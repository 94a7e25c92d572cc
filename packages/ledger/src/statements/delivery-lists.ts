// Deliveries as they are read and put right by hand.
import { type RawBuilder, sql } from "kysely";
import { type Statement, statement, type Tables } from "../database/statement.ts";
import { int } from "./rows.ts";

export interface DeliveryListParameters {
  /** The row before the page: its time and number. */
  readonly beforeAt: string;
  readonly beforeRef: number;
  /** The first time, and the first number. */
  readonly from: string;
  readonly fromRef: number;
  readonly state: string | null;
  readonly gatewayRef: number | null;
  readonly limit: number;
}

/** A delivery of a list, with its link. */
export interface ListedDelivery {
  readonly ref: number;
  readonly gateway_ref: number;
  readonly digest: string;
  readonly received_at: string;
  readonly state: string;
  readonly problem: string | null;
  readonly arrivals: number;
  readonly attempts: number;
  readonly due_at: string | null;
  readonly error: string | null;
  readonly link_provider_id: string | null;
}

const COLUMNS = [
  "tautan_deliveries.ref",
  "tautan_deliveries.gateway_ref",
  "tautan_deliveries.digest",
  "tautan_deliveries.received_at",
  "tautan_deliveries.state",
  "tautan_deliveries.problem",
  "tautan_deliveries.arrivals",
  "tautan_deliveries.attempts",
  "tautan_deliveries.due_at",
  "tautan_deliveries.error",
  "tautan_links.provider_id as link_provider_id",
] as const;

const deliveries = ({ db }: Tables) =>
  db.selectFrom("tautan_deliveries").leftJoin("tautan_links", "tautan_links.ref", "tautan_deliveries.link_ref");

/** `all` and `applied` are nearly the whole table: they are read by number. The others have an index by time. */
type Listed = "all" | "applied" | "other" | "unresolved";

const listDeliveries = (listed: Listed): Statement<DeliveryListParameters, ListedDelivery> =>
  statement(`list_deliveries_${listed}`, (tables, p) => {
    const gateway = int(p.gatewayRef) as RawBuilder<number>;
    let query = deliveries(tables)
      .select(COLUMNS)
      .where(sql<boolean>`(${gateway} is null or tautan_deliveries.gateway_ref = ${gateway})`)
      .where("tautan_deliveries.received_at", ">=", p.from);
    if (listed === "all" || listed === "applied") {
      if (listed === "applied") query = query.where("tautan_deliveries.state", "=", sql.lit("applied"));
      return query
        .where("tautan_deliveries.ref", ">=", p.fromRef)
        .where("tautan_deliveries.ref", "<", p.beforeRef)
        .orderBy("tautan_deliveries.ref", "desc")
        .limit(p.limit);
    }
    query =
      listed === "unresolved"
        ? query.where("tautan_deliveries.problem", "is not", null)
        : query
            .where("tautan_deliveries.state", "=", p.state as "dead")
            // As in the index.
            .where("tautan_deliveries.state", "<>", sql.lit("applied"));
    return query
      .where("tautan_deliveries.received_at", "<=", p.beforeAt)
      .where(sql<boolean>`(tautan_deliveries.received_at, tautan_deliveries.ref) < (${p.beforeAt}, ${p.beforeRef})`)
      .orderBy("tautan_deliveries.received_at", "desc")
      .orderBy("tautan_deliveries.ref", "desc")
      .limit(p.limit);
  });

/** Deliveries, newest first. */
export const DELIVERY_LISTS: Readonly<Record<Listed, Statement<DeliveryListParameters, ListedDelivery>>> = {
  all: listDeliveries("all"),
  applied: listDeliveries("applied"),
  other: listDeliveries("other"),
  unresolved: listDeliveries("unresolved"),
};

/** The first delivery from a number on. */
export const nextDelivery: Statement<{ ref: number }, { ref: number; received_at: string }> = statement(
  "next_delivery",
  ({ db }, { ref }) =>
    db.selectFrom("tautan_deliveries").select(["ref", "received_at"]).where("ref", ">=", ref).orderBy("ref").limit(1),
);

export const lastDelivery: Statement<object, { ref: number }> = statement("last_delivery", ({ db }) =>
  db.selectFrom("tautan_deliveries").select("ref").where("ref", ">", sql.lit(0)).orderBy("ref", "desc").limit(1),
);

/** One delivery with its content. */
export const readDelivery: Statement<
  { gatewayRef: number; digest: string },
  ListedDelivery & { readonly observations: string | null }
> = statement("read_delivery", (tables, { gatewayRef, digest }) =>
  deliveries(tables)
    .select([...COLUMNS, "tautan_deliveries.observations"])
    .where("tautan_deliveries.gateway_ref", "=", gatewayRef)
    .where("tautan_deliveries.digest", "=", digest),
);

export const readRaw: Statement<{ gatewayRef: number; digest: string }, { raw: Uint8Array | null }> = statement(
  "read_raw",
  ({ db }, { gatewayRef, digest }) =>
    db.selectFrom("tautan_deliveries").select("raw").where("gateway_ref", "=", gatewayRef).where("digest", "=", digest),
);

/**
 * Makes a delivery due, as if it had just arrived: whoever works on it meanwhile does not store its outcome. Returns no row if it was
 * applied, or has nothing to apply.
 */
export const retryDelivery: Statement<{ gatewayRef: number; digest: string; now: string }, { ref: number }> = statement(
  "retry_delivery",
  ({ db }, { gatewayRef, digest, now }) =>
    db
      .updateTable("tautan_deliveries")
      .set((row) => ({
        state: sql.lit("unconfirmed"),
        due_at: now,
        attempts: 0,
        error: null,
        arrivals: row("arrivals", "+", 1),
      }))
      .where("gateway_ref", "=", gatewayRef)
      .where("digest", "=", digest)
      .where("observations", "is not", null)
      .returning("ref"),
);

/** Gives a delivery up. Whoever works on it meanwhile does not store its outcome: it counts as having arrived again. */
export const ignoreDelivery: Statement<{ gatewayRef: number; digest: string }, { ref: number }> = statement(
  "ignore_delivery",
  ({ db }, { gatewayRef, digest }) =>
    db
      .updateTable("tautan_deliveries")
      .set((row) => ({
        state: sql.lit("ignored"),
        due_at: null,
        problem: null,
        problem_due_at: null,
        arrivals: row("arrivals", "+", 1),
      }))
      .where("gateway_ref", "=", gatewayRef)
      .where("digest", "=", digest)
      .where("state", "<>", sql.lit("applied"))
      .returning("ref"),
);

/** Removes what a delivery reports. */
export const dropReports: Statement<{ ref: number }, unknown> = statement("drop_reports", ({ db }, { ref }) =>
  db.updateTable("tautan_deliveries").set({ observations: null }).where("ref", "=", ref),
);
