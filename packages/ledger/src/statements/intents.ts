// Links that are to be made. Each of these statements but the first changes a row only in the version that was read: whoever was
// overtaken learns it, and has changed nothing.
import { sql } from "kysely";
import { type Statement, statement } from "../database/statement.ts";
import type { LedgerTables } from "../schema/tables.ts";
import { json } from "./rows.ts";

/** The create that is to be sent, stored before it is. */
export interface NewIntent {
  readonly reference: string;
  readonly gatewayRef: number;
  readonly fingerprint: string;
  readonly prepared: string;
  readonly customerKey: string | null;
  readonly leasedUntil: string;
  readonly now: string;
}

/** Stores an intent. Returns no row if the reference is known. */
export const addIntent: Statement<NewIntent, Held> = statement(
  "add_intent",
  ({ db, dialect }, { reference, gatewayRef, fingerprint, prepared, customerKey, leasedUntil, now }) =>
    db
      .insertInto("tautan_links")
      .values({
        gateway_ref: gatewayRef,
        reference,
        state: "intended",
        fingerprint,
        prepared: json(dialect, prepared),
        created_at: now,
        customer_key: customerKey,
        create_leased_until: leasedUntil,
        // If this process dies, it is looked at when its lease ends.
        look_at: leasedUntil,
      })
      .onConflict((conflict) => conflict.column("reference").doNothing())
      .returning(["ref", "version"]),
);

/** A row that this process alone may change, in this version. */
export interface Held {
  readonly ref: number;
  readonly version: number;
}

/** A link or an intent, with all that a create must know of it. */
export interface IntentRow extends Held {
  readonly gateway_ref: number | null;
  readonly provider_id: string | null;
  readonly reference: string;
  readonly state: LedgerTables["tautan_links"]["state"];
  readonly fingerprint: string | null;
  readonly prepared: string | null;
  readonly sent_at: string | null;
  readonly link: string | null;
  readonly used: number;
  readonly looks: number;
  readonly create_leased_until: string | null;
  readonly erased_at: string | null;
}

const COLUMNS = [
  "ref",
  "version",
  "gateway_ref",
  "provider_id",
  "reference",
  "state",
  "fingerprint",
  "prepared",
  "sent_at",
  "link",
  "used",
  "looks",
  "create_leased_until",
  "erased_at",
] as const;

/** A process that takes an intent has its gateway. */
const NO_PROBLEM = { create_problem: null, create_problem_due_at: null } as const;

/** A link or an intent by its reference. */
export const readIntent: Statement<{ reference: string }, IntentRow> = statement(
  "read_intent",
  ({ db }, { reference }) => db.selectFrom("tautan_links").select(COLUMNS).where("reference", "=", reference),
);

/** Puts a new request in the place of one of which certainly nothing was made. */
export const replaceIntent: Statement<
  Held & Pick<NewIntent, "gatewayRef" | "fingerprint" | "prepared" | "customerKey" | "leasedUntil">,
  Held
> = statement("replace_intent", ({ db, dialect }, intent) =>
  db
    .updateTable("tautan_links")
    .set((now) => ({
      gateway_ref: intent.gatewayRef,
      state: "intended",
      fingerprint: intent.fingerprint,
      prepared: json(dialect, intent.prepared),
      sent_at: null,
      customer_key: intent.customerKey,
      erased_at: null,
      ...NO_PROBLEM,
      create_leased_until: intent.leasedUntil,
      look_at: intent.leasedUntil,
      looks: 0,
      version: now("version", "+", 1),
    }))
    .where("ref", "=", intent.ref)
    .where("version", "=", intent.version)
    .where("link", "is", null)
    .returning(["ref", "version"]),
);

/** Takes an intent whose process has died or given up. */
export const leaseIntent: Statement<Held & { readonly leasedUntil: string }, Held> = statement(
  "lease_intent",
  ({ db }, { ref, version, leasedUntil }) =>
    db
      .updateTable("tautan_links")
      .set((now) => ({
        ...NO_PROBLEM,
        create_leased_until: leasedUntil,
        look_at: leasedUntil,
        version: now("version", "+", 1),
      }))
      .where("ref", "=", ref)
      .where("version", "=", version)
      .where("link", "is", null)
      .returning(["ref", "version"]),
);

/** Takes the intent of a gateway that has been due for longest. Its lease has ended, because it is due only then. */
export const leaseDueIntent: Statement<{ gatewayRef: number; now: string; leasedUntil: string }, IntentRow> = statement(
  "lease_due_intent",
  ({ db, dialect }, { gatewayRef, now, leasedUntil }) => {
    const due = db
      .selectFrom("tautan_links")
      .select("ref")
      .where("gateway_ref", "=", gatewayRef)
      .where("look_at", "<=", now)
      .where("link", "is", null)
      .orderBy("look_at")
      .limit(1);
    return db
      .updateTable("tautan_links")
      .set({
        ...NO_PROBLEM,
        create_leased_until: leasedUntil,
        look_at: leasedUntil,
        version: sql<number>`version + 1`,
      })
      .where("ref", "=", dialect === "postgres" ? due.forUpdate().skipLocked() : due)
      .returning(COLUMNS);
  },
);

/** Notes that a create is sent, before it is. */
export const markSent: Statement<Held & Pick<NewIntent, "gatewayRef" | "prepared" | "leasedUntil" | "now">, Held> =
  statement("mark_sent", ({ db, dialect }, { ref, version, gatewayRef, prepared, leasedUntil, now }) =>
    db
      .updateTable("tautan_links")
      .set((row) => ({
        gateway_ref: gatewayRef,
        state: "sent",
        prepared: json(dialect, prepared),
        sent_at: now,
        create_leased_until: leasedUntil,
        look_at: leasedUntil,
        version: row("version", "+", 1),
      }))
      .where("ref", "=", ref)
      .where("version", "=", version)
      .where("link", "is", null)
      .returning(["ref", "version"]),
  );

/** Stores the outcome of an intent that did not make a link, or not for certain. */
export const settleIntent: Statement<
  Held & { readonly state: "failed" | "unknown"; readonly looks: number; readonly lookAt: string | null },
  Held
> = statement("settle_intent", ({ db }, { ref, version, state, looks, lookAt }) =>
  db
    .updateTable("tautan_links")
    .set((now) => ({
      state,
      create_leased_until: null,
      look_at: lookAt,
      looks,
      version: now("version", "+", 1),
    }))
    .where("ref", "=", ref)
    .where("version", "=", version)
    .where("link", "is", null)
    .returning(["ref", "version"]),
);

/** Notes that a known link is that of the request with this fingerprint. */
export const verifyLink: Statement<{ ref: number; fingerprint: string }, Held> = statement(
  "verify_link",
  ({ db }, { ref, fingerprint }) =>
    db
      .updateTable("tautan_links")
      .set((now) => ({
        state: "made",
        fingerprint,
        prepared: null,
        create_leased_until: null,
        version: now("version", "+", 1),
      }))
      .where("ref", "=", ref)
      .where("link", "is not", null)
      .returning(["ref", "version"]),
);
