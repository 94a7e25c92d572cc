import { sql } from "kysely";
import { type Statement, statement } from "../database/statement.ts";
import { json, text } from "./rows.ts";

/** A link that the gateway has reported. */
export interface NewLink {
  readonly gatewayRef: number;
  readonly providerId: string;
  readonly reference: string;
  readonly state: "made" | "adopted";
  readonly link: string;
  readonly providerUpdatedAt: string | null;
  readonly status: string;
  readonly usedLimit: number | null;
  readonly expiresAt: string | null;
  readonly createdAt: string;
  readonly customerKey: string | null;
  readonly lookAt: string | null;
  /** When the ledger is to close it; null if never. */
  readonly closeAt: string | null;
}

/**
 * Stores a link that is not known yet, or what the gateway reports of an intended one. Returns no row if the reference is that of
 * a link which is made: that one is not touched.
 */
export const putLink: Statement<NewLink, { ref: number }> = statement("put_link", ({ db, dialect }, link) =>
  db
    .insertInto("tautan_links")
    .values({
      gateway_ref: link.gatewayRef,
      provider_id: link.providerId,
      reference: link.reference,
      state: link.state,
      link: json(dialect, link.link),
      provider_updated_at: link.providerUpdatedAt,
      status: link.status,
      used_limit: link.usedLimit,
      expires_at: link.expiresAt,
      created_at: link.createdAt,
      customer_key: link.customerKey,
      look_at: link.lookAt,
      close_at: link.closeAt,
    })
    .onConflict((conflict) =>
      conflict
        .column("reference")
        .doUpdateSet((row) => ({
          gateway_ref: row.ref("excluded.gateway_ref"),
          provider_id: row.ref("excluded.provider_id"),
          state: row.ref("excluded.state"),
          // The proof of which create made it is kept until it is known.
          prepared: sql<
            string | null
          >`case when ${row.ref("excluded.state")} = 'made' then null else tautan_links.prepared end`,
          link: row.ref("excluded.link"),
          provider_updated_at: row.ref("excluded.provider_updated_at"),
          status: row.ref("excluded.status"),
          used_limit: row.ref("excluded.used_limit"),
          expires_at: row.ref("excluded.expires_at"),
          // The intent knows the customer, if the gateway does not report one.
          customer_key: sql<string | null>`coalesce(excluded.customer_key, tautan_links.customer_key)`,
          create_problem: null,
          create_problem_due_at: null,
          create_leased_until: null,
          look_at: row.ref("excluded.look_at"),
          looks: 0,
          close_at: row.ref("excluded.close_at"),
          close_attempts: 0,
          version: sql<number>`tautan_links.version + 1`,
        }))
        .where("tautan_links.link", "is", null),
    )
    .returning("ref"),
);

/** Makes a link due to be looked at by a time, if it is not due earlier. */
export const lookBy: Statement<{ ref: number; lookAt: string }, { ref: number }> = statement(
  "look_by",
  ({ db }, { ref, lookAt }) =>
    db
      .updateTable("tautan_links")
      .set({ look_at: text(lookAt) })
      .where("ref", "=", ref)
      .where((where) => where.or([where("look_at", "is", null), where("look_at", ">", lookAt)]))
      .returning("ref"),
);

/** Stores the terms that are asked for, as a change of the link that no write overlooks. */
export const putPendingTerms: Statement<{ ref: number; terms: string | null }, unknown> = statement(
  "put_pending_terms",
  ({ db, dialect }, { ref, terms }) =>
    db
      .updateTable("tautan_links")
      .set((row) => ({ pending_terms: json(dialect, terms), version: row("version", "+", 1) }))
      .where("ref", "=", ref),
);

/** Stores the time at which the ledger is to close a link that was known before its create was answered. */
export const putEnforcedExpiry: Statement<
  { ref: number; link: string; expiresAt: string; closeAt: string | null; lookAt: string },
  unknown
> = statement("put_enforced_expiry", ({ db, dialect }, { ref, link, expiresAt, closeAt, lookAt }) =>
  db
    .updateTable("tautan_links")
    .set((row) => ({
      link: json(dialect, link),
      expires_at: expiresAt,
      close_at: closeAt,
      close_attempts: 0,
      look_at: lookAt,
      version: row("version", "+", 1),
    }))
    .where("ref", "=", ref),
);
