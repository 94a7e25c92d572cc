// Pages of links and histories. Each set of filters is a statement of its own, so that each is planned with the index that fits.
import { sql } from "kysely";
import { type Statement, statement } from "../database/statement.ts";

/** Which comes first on a page. */
export type Order = "newest_first" | "oldest_first";

const ORDERS: readonly Order[] = ["newest_first", "oldest_first"];

/** A statement for each set of filters and each order, by {@link listKey}. */
export type Lists<Parameters extends object, Result> = Readonly<Record<string, Statement<Parameters, Result>>>;

/** The name of a list among its kind. */
export const listKey = (filters: readonly string[], order: Order): string => [...filters, order].join("_");

/** All sets of some filters, in their order. */
const setsOf = <Filter>(filters: readonly Filter[]): readonly (readonly Filter[])[] =>
  filters.reduce<readonly (readonly Filter[])[]>(
    (sets, filter) => [...sets, ...sets.map((each) => [...each, filter])],
    [[]],
  );

const listsOf = <Filter extends string, Parameters extends object, Result>(
  filters: readonly Filter[],
  build: (filters: readonly Filter[], order: Order) => Statement<Parameters, Result>,
): Lists<Parameters, Result> =>
  Object.fromEntries(
    setsOf(filters).flatMap((set) => ORDERS.map((order) => [listKey(set, order), build(set, order)] as const)),
  );

/** After which row a page begins: in the direction of the order. */
const isAfter = (order: Order, columns: readonly string[], values: readonly (string | number)[]) =>
  sql<boolean>`(${sql.join(columns.map((column) => sql.ref(column)))}) ${sql.raw(order === "newest_first" ? "<" : ">")} (${sql.join(values)})`;

const direction = (order: Order): "asc" | "desc" => (order === "newest_first" ? "desc" : "asc");

/** The filters of a list of links that have an index, the best first. */
export const LINK_FILTERS = ["prefix", "customer", "status", "gateway"] as const;

export type LinkFilter = (typeof LINK_FILTERS)[number];

export interface LinkListParameters {
  /** The row before the page: its time and number, or its reference if the list is of a prefix. */
  readonly afterAt: string;
  readonly afterRef: number;
  readonly afterReference: string;
  /** The first time, and the first time that is too late. */
  readonly from: string;
  readonly to: string;
  /** The first reference, and the first that is too far. */
  readonly firstReference: string;
  readonly endReference: string;
  readonly customerKey: string | null;
  readonly status: string | null;
  readonly gatewayRef: number | null;
  readonly limit: number;
}

/** A link of a list. */
export interface ListedLink {
  readonly ref: number;
  readonly gateway_ref: number | null;
  readonly reference: string;
  readonly link: string | null;
  readonly used: number;
  readonly created_at: string;
}

const LINK_COLUMNS = ["ref", "gateway_ref", "reference", "link", "used", "created_at"] as const;

const listLinks = (filters: readonly LinkFilter[], order: Order): Statement<LinkListParameters, ListedLink> =>
  statement(`list_links_${listKey(filters, order)}`, ({ db }, p) => {
    let query = db
      .selectFrom("tautan_links")
      .select(LINK_COLUMNS)
      .where("link", "is not", null)
      .where("created_at", ">=", p.from)
      .where("created_at", "<", p.to);
    if (filters.includes("customer")) query = query.where("customer_key", "=", p.customerKey);
    if (filters.includes("status")) query = query.where("status", "=", p.status);
    if (filters.includes("gateway")) query = query.where("gateway_ref", "=", p.gatewayRef);
    if (!filters.includes("prefix")) {
      return query
        .where(isAfter(order, ["created_at", "ref"], [p.afterAt, p.afterRef]))
        .orderBy("created_at", direction(order))
        .orderBy("ref", direction(order))
        .limit(p.limit);
    }
    return query
      .where("reference", ">=", p.firstReference)
      .where("reference", "<", p.endReference)
      .where("reference", order === "newest_first" ? "<" : ">", p.afterReference)
      .orderBy("reference", direction(order))
      .limit(p.limit);
  });

/** Links by time, or by reference if they are those of a prefix. */
export const LINK_LISTS: Lists<LinkListParameters, ListedLink> = listsOf(LINK_FILTERS, listLinks);

/** A link, made or not. */
export interface FoundLink extends ListedLink {
  readonly state: string;
}

export const findLinkById: Statement<{ gatewayRef: number; linkId: string }, FoundLink> = statement(
  "find_link_by_id",
  ({ db }, { gatewayRef, linkId }) =>
    db
      .selectFrom("tautan_links")
      .select([...LINK_COLUMNS, "state"])
      .where("gateway_ref", "=", gatewayRef)
      .where("provider_id", "=", linkId),
);

export const findLinkByReference: Statement<{ reference: string }, FoundLink> = statement(
  "find_link_by_reference",
  ({ db }, { reference }) =>
    db
      .selectFrom("tautan_links")
      .select([...LINK_COLUMNS, "state"])
      .where("reference", "=", reference),
);

/** The filters of a list of histories that have an index, the best first. */
export const HISTORY_FILTERS = ["link", "mark", "status", "gateway"] as const;

export type HistoryFilter = (typeof HISTORY_FILTERS)[number];

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

const listHistories = (
  filters: readonly HistoryFilter[],
  order: Order,
): Statement<HistoryListParameters, ListedHistory> =>
  statement(`list_histories_${listKey(filters, order)}`, ({ db }, p) => {
    let query = db
      .selectFrom("tautan_histories")
      .innerJoin("tautan_links", "tautan_links.ref", "tautan_histories.link_ref")
      .select(HISTORY_COLUMNS)
      .where("tautan_histories.changed_at", ">=", p.from)
      .where("tautan_histories.changed_at", "<", p.to);
    if (filters.includes("mark")) query = query.where("tautan_histories.mark", "=", p.mark as "late");
    if (filters.includes("status")) query = query.where("tautan_histories.status", "=", p.status as string);
    if (filters.includes("gateway")) query = query.where("tautan_histories.gateway_ref", "=", p.gatewayRef as number);
    if (!filters.includes("link")) {
      return query
        .where(isAfter(order, ["tautan_histories.changed_at", "tautan_histories.ref"], [p.afterAt, p.afterRef]))
        .orderBy("tautan_histories.changed_at", direction(order))
        .orderBy("tautan_histories.ref", direction(order))
        .limit(p.limit);
    }
    return query
      .where("tautan_histories.link_ref", "=", p.linkRef as number)
      .where("tautan_histories.ref", order === "newest_first" ? "<" : ">", p.afterRef)
      .orderBy("tautan_histories.ref", direction(order))
      .limit(p.limit);
  });

/** Histories by the time of their last change, or in the order in which they were first seen if they are those of a link. */
export const HISTORY_LISTS: Lists<HistoryListParameters, ListedHistory> = listsOf(HISTORY_FILTERS, listHistories);
