import { type SelectQueryBuilder, sql } from "kysely";
import { type Statement, statement, type Tables } from "../database/statement.ts";
import type { DeliveryProblem, DeliveryState } from "../deliveries/types.ts";
import type { LedgerTables } from "../schema/tables.ts";
import { rawUnlessErased } from "./erase.ts";
import { bytes, int, json, rowsOf, text } from "./rows.ts";

/**
 * A delivery that is known already, by its digest. Not one that was given up: it is worked on again when it arrives again, because
 * whatever was in its way may be gone.
 */
export const knownDelivery = (
  db: Tables["db"],
  { gatewayRef, digest }: { readonly gatewayRef: number; readonly digest: string | null },
): SelectQueryBuilder<LedgerTables, "tautan_deliveries", object> =>
  db
    .selectFrom("tautan_deliveries")
    .where("gateway_ref", "=", gatewayRef)
    .where("digest", "=", digest)
    .where("state", "!=", sql.lit("dead"))
    // It was ignored because it reports nothing, not because its link was not found: then its reports were removed by retention alone.
    .where((where) =>
      where.or([
        where("state", "!=", sql.lit("ignored")),
        where.and([where("observations", "is", null), where("problem", "is", null)]),
      ]),
    );

/** The delivery that is known already. */
export const findDelivery: Statement<{ gatewayRef: number; digest: string }, { ref: number }> = statement(
  "find_delivery",
  ({ db }, parameters) => knownDelivery(db, parameters).select("ref"),
);

/** A delivery that is stored before anything follows from it. */
export interface NewDelivery {
  readonly gatewayRef: number;
  readonly digest: string;
  readonly now: string;
  readonly state: DeliveryState;
  readonly observations: string | null;
  readonly raw: Uint8Array | null;
  readonly dueAt: string | null;
}

/** Stores a delivery, or counts one more arrival of the same, which then has to be confirmed again. */
export const putDelivery: Statement<NewDelivery, { ref: number; arrivals: number }> = statement(
  "put_delivery",
  ({ db, dialect }, { gatewayRef, digest, now, state, observations, raw, dueAt }) =>
    db
      .insertInto("tautan_deliveries")
      .values({
        gateway_ref: gatewayRef,
        digest,
        received_at: now,
        state,
        observations: json(dialect, observations),
        raw: bytes(dialect, raw),
        due_at: dueAt,
      })
      .onConflict((conflict) =>
        conflict.columns(["gateway_ref", "digest"]).doUpdateSet((row) => ({
          arrivals: sql<number>`tautan_deliveries.arrivals + 1`,
          state: row.ref("excluded.state"),
          observations: row.ref("excluded.observations"),
          due_at: row.ref("excluded.due_at"),
          attempts: 0,
          error: null,
        })),
      )
      .returning(["ref", "arrivals"]),
);

/**
 * Takes the delivery of some gateways that has been due for longest, until a time at which it is due again if nothing is done with
 * it. The gateways are a JSON list of `{ ref }`.
 */
export const leaseDelivery: Statement<{ now: string; until: string; gateways: string }, StoredDelivery> = statement(
  "lease_delivery",
  ({ db, dialect }, { now, until, gateways }) => {
    const known = db.selectFrom(rowsOf(dialect, gateways, { ref: "int" }).as("item")).select("item.ref");
    const due = db
      .selectFrom("tautan_deliveries")
      .select("ref")
      .where("due_at", "<=", now)
      // As an array and without the index of gateways, so that the index of what is due gives the order.
      .where(
        dialect === "postgres"
          ? sql<boolean>`gateway_ref = any(array(${known}))`
          : sql<boolean>`+gateway_ref in (${known})`,
      )
      .orderBy("due_at")
      .limit(1);
    const free = dialect === "postgres" ? due.forUpdate().skipLocked() : due;
    return db
      .updateTable("tautan_deliveries")
      .set({ due_at: until })
      .where("ref", "=", free)
      .returning([
        "ref",
        "gateway_ref",
        "digest",
        "received_at",
        "state",
        "observations",
        "arrivals",
        "attempts",
        "due_at",
      ])
      .$narrowType<{ due_at: string }>();
  },
);

/** A delivery that is due. */
export interface StoredDelivery {
  readonly ref: number;
  readonly gateway_ref: number;
  readonly digest: string;
  readonly received_at: string;
  readonly state: DeliveryState;
  readonly observations: string | null;
  readonly arrivals: number;
  readonly attempts: number;
  /** The end of the lease. */
  readonly due_at: string;
}

/** The outcome of a delivery. */
export interface DeliveryOutcome {
  readonly ref: number;
  /** The number of arrivals when it was read. */
  readonly arrivals: number;
  /** When it was due again if nothing was done with it: the end of the lease. */
  readonly leasedUntil: string;
  readonly state: DeliveryState;
  readonly linkRef: number | null;
  readonly observations: string | null;
  readonly attempts: number;
  readonly dueAt: string | null;
  readonly error: string | null;
  /** Why it needs a person. It is reported once for each reason. */
  readonly problem: DeliveryProblem | null;
  readonly now: string;
}

/**
 * Stores the outcome of a delivery. Returns no row if it has arrived again meanwhile, its link was made, or another worker has taken it:
 * then it is due again.
 */
export const finishDelivery: Statement<DeliveryOutcome, { ref: number }> = statement(
  "finish_delivery",
  (tables, { ref, arrivals, leasedUntil, state, linkRef, observations, attempts, dueAt, error, problem, now }) => {
    const { db, dialect } = tables;
    return db
      .updateTable("tautan_deliveries")
      .set({
        state,
        link_ref: sql<number>`coalesce(${int(linkRef)}, link_ref)`,
        observations: json(dialect, observations),
        raw: rawUnlessErased(tables, linkRef),
        attempts,
        due_at: dueAt,
        error,
        problem: text(problem),
        problem_due_at: sql<
          string | null
        >`case when ${text(problem)} is null then null when problem is not distinct from ${text(problem)} then problem_due_at else ${text(now)} end`,
      })
      .where("ref", "=", ref)
      .where("arrivals", "=", arrivals)
      .where("due_at", "=", leasedUntil)
      .returning("ref");
  },
);

export const addCandidate: Statement<
  { gatewayRef: number; kind: "id" | "reference" | "history"; value: string; deliveryRef: number },
  unknown
> = statement("add_candidate", ({ db }, { gatewayRef, kind, value, deliveryRef }) =>
  db
    .insertInto("tautan_delivery_candidates")
    .values({ gateway_ref: gatewayRef, kind, value, delivery_ref: deliveryRef })
    .onConflict((conflict) => conflict.columns(["gateway_ref", "kind", "value", "delivery_ref"]).doNothing()),
);

export const dropCandidates: Statement<{ deliveryRef: number }, unknown> = statement(
  "drop_candidates",
  ({ db }, { deliveryRef }) => db.deleteFrom("tautan_delivery_candidates").where("delivery_ref", "=", deliveryRef),
);

/** Makes the deliveries due that wait for a link with this id or reference, also one that is worked on now, and whose link was not found. */
export const wakeDeliveries: Statement<
  { gatewayRef: number; linkId: string; reference: string; now: string },
  { ref: number }
> = statement("wake_deliveries", ({ db }, { gatewayRef, linkId, reference, now }) => {
  const waiting = (kind: "id" | "reference", value: string) =>
    db
      .selectFrom("tautan_delivery_candidates")
      .select("delivery_ref")
      .where("gateway_ref", "=", gatewayRef)
      .where("kind", "=", kind)
      .where("value", "=", value);
  return db
    .updateTable("tautan_deliveries")
    .set({ due_at: text(now) })
    .where("state", "in", [sql.lit("waiting" as const), sql.lit("unconfirmed" as const)])
    .where("due_at", "is not", null)
    .where("ref", "in", waiting("id", linkId).union(waiting("reference", reference)))
    .returning("ref");
});
