// Pages of histories, by the time of their last change. Each index of that time is written again with each change, so that there are few: for
// each gateway, whose pages are merged if none is given, and for what few histories have, a mark or an exceptional status.
import { type RawBuilder, sql } from "kysely";
import { type Statement, statement } from "../database/statement.ts";
import { direction, isAfter, type Lists, listKey, listsOf, type Order, unindexed } from "./lists.ts";

/** The filters of a list of histories, the best first. `exception` is a status that few histories have; most have a `status` of the others. */
const FILTERS = ["link", "mark", "exception", "status", "gateway"] as const;

type Filter = (typeof FILTERS)[number];

/** The statuses in which nearly all histories end. */
const USUAL_STATUSES = ["paid", "settled"] as const;

export interface HistoryListParameters {
  /** The row before the page: its time and number, or only its number if the list is of a link. */
  readonly afterAt: string;
  readonly afterRef: number;
  readonly from: string;
  readonly to: string;
  readonly linkRef: number | null;
  readonly mark: string | null;
  readonly status: string | null;
  readonly gatewayRef: number | null;
  readonly limit: number;
}

/** A history of a list, with what is stored of its link. */
export interface ListedHistory {
  readonly ref: number;
  readonly gateway_ref: number;
  readonly record: string;
  readonly mark: string | null;
  readonly first_seen_at: string;
  readonly changed_at: string;
  readonly learnt_by: string;
  readonly link_provider_id: string | null;
  readonly reference: string;
}

/** The columns of a listed history. */
export const HISTORY_COLUMNS = [
  "tautan_histories.ref",
  "tautan_histories.gateway_ref",
  "tautan_histories.record",
  "tautan_histories.mark",
  "tautan_histories.first_seen_at",
  "tautan_histories.changed_at",
  "tautan_histories.learnt_by",
  "tautan_links.provider_id as link_provider_id",
  "tautan_links.reference",
] as const;

/** The filters of the list that has all that is given. */
export const historyFilters = ({
  link,
  mark,
  status,
  gateway,
}: Readonly<Record<"link" | "mark" | "status" | "gateway", unknown>>): readonly string[] => {
  const isPlain = link !== undefined || mark !== undefined || USUAL_STATUSES.some((each) => each === status);
  const given = { link, mark, [isPlain ? "status" : "exception"]: status, gateway };
  return FILTERS.filter((filter) => given[filter] !== undefined);
};

/** An exception is looked for only where neither a link nor a mark finds fewer. */
const isAskedFor = (filters: readonly Filter[]): boolean =>
  !filters.includes("exception") || !filters.some((each) => each === "link" || each === "mark" || each === "status");

const listHistories = (filters: readonly Filter[], order: Order): Statement<HistoryListParameters, ListedHistory> =>
  statement(`list_histories_${listKey(filters, order)}`, ({ db, dialect }, p) => {
    const isNewestFirst = order === "newest_first";
    const best = filters.find((each) => each !== "status");
    const table = best === undefined ? "own" : "tautan_histories";
    const column = (name: string): RawBuilder<unknown> => sql.ref(`${table}.${name}`);
    const indexed = (name: string, by: Filter | undefined): RawBuilder<unknown> =>
      best === by ? column(name) : unindexed(dialect, `${table}.${name}`);
    const changedAt = best === "link" ? unindexed(dialect, `${table}.changed_at`) : column("changed_at");
    const filtering: Readonly<Record<Filter, RawBuilder<boolean>>> = {
      link: sql`${column("link_ref")} = ${p.linkRef}`,
      mark: sql`${indexed("mark", "mark")} = ${p.mark}`,
      // With literals, so that the index of exceptions is used.
      exception: sql`${column("status")} = ${p.status} and ${sql.join(
        USUAL_STATUSES.map((each) => sql`${column("status")} <> ${sql.lit(each)}`),
        sql` and `,
      )}`,
      status: sql`${column("status")} = ${p.status}`,
      gateway: sql`${indexed("gateway_ref", "gateway")} = ${p.gatewayRef}`,
    };
    const range =
      best === "link"
        ? [
            sql`${column("ref")} ${sql.raw(isNewestFirst ? "<" : ">")} ${p.afterRef}`,
            sql`${changedAt} >= ${p.from} and ${changedAt} < ${p.to}`,
          ]
        : [
            isNewestFirst
              ? sql`${changedAt} >= ${p.from} and ${changedAt} <= ${p.afterAt}`
              : sql`${changedAt} >= ${p.afterAt} and ${changedAt} < ${p.to}`,
            isAfter(order, [`${table}.changed_at`, `${table}.ref`], [p.afterAt, p.afterRef]),
          ];
    const conditions = sql<boolean>`${sql.join([...filters.map((each) => filtering[each]), ...range], sql` and `)}`;
    const sorting = best === "link" ? (["ref"] as const) : (["changed_at", "ref"] as const);
    const select = db.selectFrom("tautan_histories");
    // Of each gateway as many as the page has: one statement, so that the page is of one moment.
    const ofGateway = sql`(select own.ref from ${sql.table("tautan_histories")} as own where own.gateway_ref = tautan_gateways.ref and ${conditions} order by ${sql.join(sorting.map((each) => sql`${column(each)} ${sql.raw(direction(order))}`))} limit ${p.limit})`;
    const isOfPage =
      dialect === "postgres"
        ? sql<boolean>`tautan_histories.ref = any(array${ofGateway})`
        : sql<boolean>`tautan_histories.ref in ${ofGateway}`;
    let query = (
      best === undefined ? select.innerJoin("tautan_gateways", (join) => join.on(isOfPage)) : select.where(conditions)
    )
      .innerJoin("tautan_links", "tautan_links.ref", "tautan_histories.link_ref")
      .select(HISTORY_COLUMNS);
    for (const each of sorting) query = query.orderBy(`tautan_histories.${each}`, direction(order));
    return query.limit(p.limit);
  });

/** Histories by the time of their last change, or in the order in which they were first seen if they are those of a link. */
export const HISTORY_LISTS: Lists<HistoryListParameters, ListedHistory> = listsOf(FILTERS, listHistories, isAskedFor);
