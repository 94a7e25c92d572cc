// The list of invoices, page by page, and the search in it by reference.
import type { DriverError, DriverHistory, DriverLink, DriverPage, PageInput } from "@tautan/core/driver";
import { driverError } from "@tautan/core/driver";
import { unknownCursor } from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import type { InvoiceQuery, XenditClient } from "./client.ts";
import { linkIn, type ReadLink } from "./reads.ts";

/** The size of a page of a search. */
const PER_PAGE = 100;

/** The most links of one reference that a search reads. */
const MAX_PAGES = 10;

interface LinkPage {
  readonly links: readonly ReadLink[];
  /** The id of the last row, if more may follow: the list has no other sign of its end than a page that is not full. */
  readonly after: string | undefined;
}

const readPage = async (
  client: XenditClient,
  query: InvoiceQuery,
  nowMs: number,
): Promise<Result<LinkPage, DriverError>> => {
  const rows = await client.listInvoices(query);
  if (rows.isErr()) return err(rows.error);
  const links: ReadLink[] = [];
  for (const row of rows.value) {
    const link = await linkIn("invoice", ok(row), nowMs);
    if (link.isErr()) return err(link.error);
    links.push(link.value);
  }
  return ok({ links, after: rows.value.length < query.limit ? undefined : links.at(-1)?.id });
};

/** An id in a cursor; anything else never becomes a request. */
const isCursor = (cursor: string): boolean => /^[\w-]{1,64}$/.test(cursor);

const pageOf = async <T>(
  client: XenditClient,
  { cursor, limit }: PageInput,
  filter: Omit<InvoiceQuery, "limit" | "after">,
  nowMs: number,
  itemOf: (link: ReadLink) => Result<T, DriverError>,
): Promise<Result<DriverPage<T>, DriverError>> => {
  if (cursor !== undefined && !isCursor(cursor)) return err(unknownCursor());
  const page = await readPage(client, { ...filter, limit, after: cursor }, nowMs);
  return page.andThen(({ links, after }) =>
    allOf(links.map(itemOf)).map((items) => ({ items, ...(after !== undefined && { nextCursor: after }) })),
  );
};

const allOf = <T>(results: readonly Result<T, DriverError>[]): Result<readonly T[], DriverError> => {
  const items: T[] = [];
  for (const each of results) {
    if (each.isErr()) return err(each.error);
    items.push(each.value);
  }
  return ok(items);
};

/** One page of links. */
export const listLinks = (
  client: XenditClient,
  page: PageInput,
  nowMs: number,
): Promise<Result<DriverPage<DriverLink>, DriverError>> => pageOf(client, page, {}, nowMs, ({ link }) => link);

/** One page of payments since a time. Their refunds are not read: each would be one more request. */
export const listPaidSince = (
  client: XenditClient,
  since: string,
  page: PageInput,
  nowMs: number,
): Promise<Result<DriverPage<DriverHistory>, DriverError>> =>
  pageOf(client, page, { statuses: ["PAID", "SETTLED"], paidAfter: since }, nowMs, ({ record, raw }) =>
    ok({ record: record([]), raw }),
  );

/**
 * The link of a reference. Xendit accepts a reference twice. Of several links, the first is a paid one, then one that can be paid, then the
 * newest.
 */
export const findLink = async (
  client: XenditClient,
  reference: string,
  nowMs: number,
): Promise<Result<DriverLink, DriverError>> => {
  const found: DriverLink[] = [];
  let isAll = false;
  for (let page = 0, after: string | undefined; page < MAX_PAGES; page += 1) {
    const read = await readPage(client, { reference, limit: PER_PAGE, after }, nowMs);
    if (read.isErr()) return err(read.error);
    for (const each of read.value.links) {
      // The filter may match more than the whole reference.
      if (each.reference !== reference) continue;
      if (each.link.isErr()) return err(each.link.error);
      found.push(each.link.value);
    }
    after = read.value.after;
    isAll = after === undefined;
    if (isAll) break;
  }
  const [best] = found.toSorted((left, right) => rankOf(right) - rankOf(left) || newestFirst(left, right));
  if (best) return ok(best);
  return err(isAll ? driverError("not_found", { message: "Xendit has no invoice with this reference" }) : NOT_SEARCHED);
};

/** Not found would be a claim, which may cause a second link. */
const NOT_SEARCHED: DriverError = driverError("rejected", {
  message: `the search for the link of this reference ended without a result: it is not among the newest ${PER_PAGE * MAX_PAGES} that Xendit listed for it`,
  hint: "Read a link by its id, which never needs a search: store link.id when you create a link.",
  outcome: "refused",
});

const rankOf = ({ usage, state }: DriverLink): number => (usage.used > 0 ? 2 : state === "open" ? 1 : 0);

const newestFirst = (left: DriverLink, right: DriverLink): number =>
  (left.createdAt ?? "") < (right.createdAt ?? "") ? 1 : -1;
