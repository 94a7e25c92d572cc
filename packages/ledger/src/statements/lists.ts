// Pages of links. Each set of filters is a statement of its own, so that each is planned with the index that fits.
import { type RawBuilder, sql } from "kysely";
import { type Statement, statement } from "../database/statement.ts";
import type { Dialect } from "../database/values.ts";

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

/** The lists of all sets of filters, or of those that are asked for. */
export const listsOf = <Filter extends string, Parameters extends object, Result>(
  filters: readonly Filter[],
  build: (filters: readonly Filter[], order: Order) => Statement<Parameters, Result>,
  isAskedFor: (filters: readonly Filter[]) => boolean = () => true,
): Lists<Parameters, Result> =>
  Object.fromEntries(
    setsOf(filters)
      .filter(isAskedFor)
      .flatMap((set) => ORDERS.map((order) => [listKey(set, order), build(set, order)] as const)),
  );

/**
 * A column whose index SQLite must not take. Without statistics it takes the index with the most columns that fit, and so would read
 * all links of a gateway for one prefix.
 */
export const unindexed = (dialect: Dialect, column: string): RawBuilder<unknown> =>
  dialect === "sqlite" ? sql`+${sql.ref(column)}` : sql.ref(column);

/**
 * After which row a page begins: in the direction of the order. SQLite finds no row by this comparison, so that the first column must be
 * bounded apart.
 */
export const isAfter = (
  order: Order,
  columns: readonly string[],
  values: readonly (string | number)[],
): RawBuilder<boolean> =>
  sql<boolean>`(${sql.join(columns.map((column) => sql.ref(column)))}) ${sql.raw(order === "newest_first" ? "<" : ">")} (${sql.join(values)})`;

export const direction = (order: Order): "asc" | "desc" => (order === "newest_first" ? "desc" : "asc");

/** The filters of a list of links that have an index, the best first. */
export const LINK_FILTERS = ["prefix", "customer", "status", "gateway"] as const;

type LinkFilter = (typeof LINK_FILTERS)[number];

export interface LinkListParameters {
  /** The row before the page: its time and number. */
  readonly afterAt: string;
  readonly afterRef: number;
  /** The first time, and the first time that is too late. */
  readonly from: string;
  readonly to: string;
  /** The first reference of the page, and the first that is too far. */
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
  statement(`list_links_${listKey(filters, order)}`, ({ db, dialect }, p) => {
    const isNewestFirst = order === "newest_first";
    const isByPrefix = filters.includes("prefix");
    const isOfCustomer = filters.includes("customer");
    let query = db.selectFrom("tautan_links").select(LINK_COLUMNS).where("link", "is not", null);
    if (isOfCustomer) query = query.where("customer_key", "=", p.customerKey);
    if (filters.includes("status")) {
      query = query.where(isByPrefix ? unindexed(dialect, "status") : sql.ref("status"), "=", p.status);
    }
    if (filters.includes("gateway")) {
      const gateway = filters.length > 1 ? unindexed(dialect, "gateway_ref") : sql.ref("gateway_ref");
      query = query.where(gateway, "=", p.gatewayRef);
    }
    if (isByPrefix) {
      const createdAt = isOfCustomer ? sql.ref("created_at") : unindexed(dialect, "created_at");
      return query
        .where(createdAt, ">=", p.from)
        .where(createdAt, "<", p.to)
        .where("reference", ">=", p.firstReference)
        .where("reference", "<", p.endReference)
        .orderBy("reference", direction(order))
        .limit(p.limit);
    }
    return query
      .where("created_at", ">=", isNewestFirst ? p.from : p.afterAt)
      .where("created_at", isNewestFirst ? "<=" : "<", isNewestFirst ? p.afterAt : p.to)
      .where(isAfter(order, ["created_at", "ref"], [p.afterAt, p.afterRef]))
      .orderBy("created_at", direction(order))
      .orderBy("ref", direction(order))
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
