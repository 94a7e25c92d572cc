import type { DriverError, DriverPage, PageInput } from "@tautan/core/driver";
import { type JsonObject, unknownCursor } from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import type { PageQuery } from "./client.ts";
import type { PageReply } from "./wire.ts";

/** One page of SingaPay's rows. */
interface RowPage {
  readonly rows: readonly JsonObject[];
  readonly isLast: boolean;
}

/** Reads one page of rows. */
export type ReadPage = (query: PageQuery) => Promise<Result<RowPage, DriverError>>;

/** The maximum number of rows of a page. Source: comment in SingaPay's own SDK; the documents only contain the default of 25. */
export const MAX_PER_PAGE = 100;

/**
 * Whether no page follows. Lists have their length in `pagination` or in `meta`, in snake case or in camel case, or not at
 * all. A page that is not full proves nothing. Source: docs.singapay.id, payment-link/list and payment-link-history/list.
 */
export const isLastPage = (reply: PageReply, page: number): boolean => {
  const { pagination, meta } = reply;
  const [totalPages] = [pagination, meta].flatMap((each) => each?.total_pages ?? each?.totalPages ?? []);
  return reply.data.length === 0 || (totalPages !== undefined && page >= totalPages);
};

/** The position in a list: the next row of a page, and the size of the pages. */
interface Position extends PageQuery {
  readonly row: number;
}

/** The decision about a row: take it, skip it, or stop because all later rows are irrelevant. */
export type Verdict<T> = { readonly take: T } | "skip" | "stop";

/**
 * Reads rows from the cursor on until enough were taken, the list ends or `maxPages` were read. A page with few items or none
 * still has a cursor if there are unread rows. A row that occurs twice is taken once: pages are counted from the newest, so
 * new rows move rows that were already read to the next page.
 */
export const collectRows = async <T>(
  { cursor, limit }: PageInput,
  { perPage, maxPages }: { readonly perPage: number; readonly maxPages: number },
  read: ReadPage,
  judge: (row: JsonObject) => Promise<Result<Verdict<T>, DriverError>>,
): Promise<Result<DriverPage<T>, DriverError>> => {
  const start = cursor === undefined ? { page: 1, perPage, row: 0 } : parseCursor(cursor);
  if (!start) return err(unknownCursor());
  const items: T[] = [];
  const idsTaken = new Set<unknown>();
  for (let page = start.page; page < start.page + maxPages; page += 1) {
    const query = { page, perPage: start.perPage };
    const rows = await read(query);
    if (rows.isErr()) return err(rows.error);
    for (const [row, found] of rows.value.rows.entries()) {
      if (page === start.page && row < start.row) continue;
      if (items.length === limit) return ok({ items, nextCursor: cursorOf({ ...query, row }) });
      const verdict = await judge(found);
      if (verdict.isErr()) return err(verdict.error);
      if (verdict.value === "stop") return ok({ items });
      const { id } = found;
      if (verdict.value === "skip" || idsTaken.has(id)) continue;
      if (typeof id === "string" || typeof id === "number") idsTaken.add(id);
      items.push(verdict.value.take);
    }
    if (rows.value.isLast) return ok({ items });
    if (items.length === limit)
      return ok({ items, nextCursor: cursorOf({ page: page + 1, perPage: start.perPage, row: 0 }) });
  }
  return ok({ items, nextCursor: cursorOf({ page: start.page + maxPages, perPage: start.perPage, row: 0 }) });
};

const cursorOf = ({ page, perPage, row }: Position): string => `${page}.${row}.${perPage}`;

const parseCursor = (cursor: string): Position | undefined => {
  const parts = /^([1-9]\d{0,6})\.(\d{1,6})\.([1-9]\d{0,2})$/.exec(cursor);
  return parts ? { page: Number(parts[1]), row: Number(parts[2]), perPage: Number(parts[3]) } : undefined;
};
