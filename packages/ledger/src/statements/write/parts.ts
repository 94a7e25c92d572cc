// The parts that both forms of a write have.
import {
  type OnConflictDatabase,
  type OnConflictTables,
  type RawBuilder,
  sql,
  type UpdateObject,
  type UpdateQueryBuilder,
  type UpdateResult,
} from "kysely";
import type { Tables } from "../../database/statement.ts";
import type { LedgerTables } from "../../schema/tables.ts";
import { int, json, text } from "../rows.ts";
import type { WriteOnce } from "./values.ts";

/** Changes a link, if it still has the version that was read. */
export const moveLink = (
  { db, dialect }: Tables,
  write: WriteOnce,
): UpdateQueryBuilder<LedgerTables, "tautan_links", "tautan_links", UpdateResult> =>
  db
    .updateTable("tautan_links")
    .set((now) => ({
      version: now("version", "+", 1),
      link: sql<string>`coalesce(${json(dialect, write.link)}, link)`,
      provider_updated_at: sql<string>`coalesce(${text(write.providerUpdatedAt)}, provider_updated_at)`,
      expires_at: text(write.expiresAt),
      used_limit: int(write.usedLimit),
      status: write.status,
      used: write.used,
      granted: write.granted,
      link_as_of: text(write.linkAsOf),
      pending_terms: json(dialect, write.pendingTerms),
      look_at: sql<string | null>`coalesce(${text(write.lookAt)}, look_at)`,
      close_at: sql<
        string | null
      >`case when ${int(write.keepsCloseAt)} = 1 then close_at else ${text(write.closeAt)} end`,
      close_attempts: sql<number>`case when ${int(write.keepsCloseAt)} = 1 then close_attempts else 0 end`,
    }))
    .where("ref", "=", write.linkRef)
    .where("version", "=", write.version);

/** The new values of a stored row that conflicts with another. */
type OnConflict<Table extends keyof LedgerTables> = UpdateObject<
  OnConflictDatabase<LedgerTables, Table>,
  OnConflictTables<Table>,
  OnConflictTables<Table>
>;

const excluded = <T>(column: string): RawBuilder<T> => sql`${sql.ref(`excluded.${column}`)}`;

/** A history that is stored already. */
export const AS_REPORTED: OnConflict<"tautan_histories"> = {
  record: excluded("record"),
  status: excluded("status"),
  is_paid: excluded("is_paid"),
  takes_use: excluded("takes_use"),
  mark: excluded("mark"),
  event_names: excluded("event_names"),
  amount: excluded("amount"),
  currency: excluded("currency"),
  paid_at: excluded("paid_at"),
  changed_at: excluded("changed_at"),
};

/** A delivery that was given up before, and has arrived again; or another process stores the same. */
export const AS_APPLIED: OnConflict<"tautan_deliveries"> = {
  state: excluded("state"),
  link_ref: excluded("link_ref"),
  arrivals: sql`tautan_deliveries.arrivals + 1`,
  observations: null,
  due_at: null,
  error: null,
  problem: null,
  problem_due_at: null,
};
