// Links at which the gateway is to be looked at.
import { sql } from "kysely";
import { type Statement, statement, type Tables } from "../database/statement.ts";

/** A link that is due, and that this process has until the end of its lease. */
export interface DueLink {
  readonly ref: number;
  readonly provider_id: string;
  readonly reference: string;
  readonly status: string | null;
  readonly expires_at: string | null;
  readonly created_at: string;
  /** When the ledger sent its create; null if another did. */
  readonly sent_at: string | null;
  /** How often the gateway was asked, this time included. */
  readonly looks: number;
}

interface Due {
  readonly gatewayRef: number;
  /** Only what was due by then. */
  readonly dueBy: string;
  readonly until: string;
  readonly limit: number;
}

const dueLinks = ({ db }: Pick<Tables, "db">, { gatewayRef, dueBy }: Pick<Due, "gatewayRef" | "dueBy">) =>
  db
    .selectFrom("tautan_links")
    .where("gateway_ref", "=", gatewayRef)
    .where("look_at", "<=", dueBy)
    // As in the index.
    .where("link", "is not", null);

const LEASED = ["ref", "provider_id", "reference", "status", "expires_at", "created_at", "sent_at", "looks"] as const;

/** A link that is made has its id at the provider. */
const leased = (tables: Tables, until: string, refs: ReturnType<typeof refsOf>) =>
  tables.db
    .with("due", () => refs)
    .updateTable("tautan_links")
    .set({ look_at: until, looks: sql<number>`looks + 1` })
    .where("ref", "in", (db) => db.selectFrom("due").select("due.ref"))
    .returning(LEASED)
    .$narrowType<{ provider_id: string }>();

const refsOf = (
  tables: Tables,
  due: Due,
  narrow: (query: ReturnType<typeof dueLinks>) => ReturnType<typeof dueLinks>,
) => {
  const refs = narrow(dueLinks(tables, due)).select("ref").orderBy("look_at").limit(due.limit);
  return tables.dialect === "postgres" ? refs.forUpdate().skipLocked() : refs;
};

/** Takes links that are due and were created since a time, those that have been due for longest first. */
export const leaseDueLinks: Statement<Due & { readonly since: string }, DueLink> = statement(
  "lease_due_links",
  (tables, due) =>
    leased(
      tables,
      due.until,
      refsOf(tables, due, (query) => query.where("created_at", ">=", due.since)),
    ),
);

/** Takes links that are due because they have just expired: the clock alone shows that, before the gateway is asked once more. */
export const leaseExpiredLinks: Statement<Due & { readonly expiredSince: string }, DueLink> = statement(
  "lease_expired_links",
  (tables, due) =>
    leased(
      tables,
      due.until,
      refsOf(tables, due, (query) =>
        query
          .where("expires_at", "<=", due.dueBy)
          .where("expires_at", ">", due.expiredSince)
          // Once is enough: then the gateway is asked.
          .where("status", "is distinct from", sql.lit("expired" as const)),
      ),
    ),
);

/** Notes when to look again, unless another process has taken the link meanwhile. */
export const finishLook: Statement<
  { readonly ref: number; readonly looks: number; readonly newLooks: number; readonly lookAt: string | null },
  unknown
> = statement("finish_look", ({ db }, { ref, looks, newLooks, lookAt }) =>
  db
    .updateTable("tautan_links")
    .set({ look_at: lookAt, looks: newLooks })
    .where("ref", "=", ref)
    .where("looks", "=", looks),
);

/** When the oldest link that is due was created; null if none is. */
export const oldestDue: Statement<
  { readonly gatewayRef: number; readonly dueBy: string },
  { created_at: string | null }
> = statement("oldest_due", (tables, due) =>
  dueLinks(tables, due).select(({ fn }) => fn.min<string | null>("created_at").as("created_at")),
);

/** A read of the recent histories of an account. */
export interface Sweep {
  readonly since: string;
  readonly started_at: string;
  readonly cursor: string | null;
  readonly is_read: number;
}

/** Begins a sweep, or takes one that another process has left. Returns no row if another process is at it. */
export const takeSweep: Statement<
  {
    readonly gatewayRef: number;
    readonly since: string;
    readonly now: string;
    readonly lease: string;
    readonly until: string;
  },
  Sweep
> = statement("take_sweep", ({ db }, { gatewayRef, since, now, lease, until }) =>
  db
    .insertInto("tautan_sweeps")
    .values({ gateway_ref: gatewayRef, since, started_at: now, cursor: null, is_read: 0, lease, leased_until: until })
    .onConflict((conflict) =>
      conflict
        .column("gateway_ref")
        .doUpdateSet((row) => ({ lease: row.ref("excluded.lease"), leased_until: row.ref("excluded.leased_until") }))
        .where("tautan_sweeps.leased_until", "<=", now),
    )
    .returning(["since", "started_at", "cursor", "is_read"]),
);

/** Notes how far a sweep has come. Returns no row if another process has it. */
export const saveSweep: Statement<
  {
    readonly gatewayRef: number;
    readonly lease: string;
    readonly since: string;
    readonly startedAt: string;
    readonly cursor: string | null;
    readonly isRead: number;
    readonly until: string;
  },
  { gateway_ref: number }
> = statement("save_sweep", ({ db }, { gatewayRef, lease, since, startedAt, cursor, isRead, until }) =>
  db
    .updateTable("tautan_sweeps")
    .set({ since, started_at: startedAt, cursor, is_read: isRead, leased_until: until })
    .where("gateway_ref", "=", gatewayRef)
    .where("lease", "=", lease)
    .returning("gateway_ref"),
);

/** Ends a sweep. */
export const endSweep: Statement<{ readonly gatewayRef: number; readonly lease: string }, unknown> = statement(
  "end_sweep",
  ({ db }, { gatewayRef, lease }) =>
    db.deleteFrom("tautan_sweeps").where("gateway_ref", "=", gatewayRef).where("lease", "=", lease),
);

/** The histories of a link that may still change. */
export const openHistoryIds: Statement<
  { readonly gatewayRef: number; readonly linkId: string },
  { provider_id: string }
> = statement("open_history_ids", ({ db }, { gatewayRef, linkId }) =>
  db
    .selectFrom("tautan_histories")
    .select("provider_id")
    .where("link_ref", "=", (link) =>
      link
        .selectFrom("tautan_links")
        .select("ref")
        .where("gateway_ref", "=", gatewayRef)
        .where("provider_id", "=", linkId),
    )
    .where("status", "not in", [sql.lit("reversed"), sql.lit("refunded")])
    .orderBy("ref"),
);
