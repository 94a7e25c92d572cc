// Lists, page by page. Newest first, with the last id of a page as the cursor: https://docs.stripe.com/api/pagination.
import type { DriverError, DriverPage, PageInput } from "@tautan/core/driver";
import { type JsonObject, readBy, unknownCursor } from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import type { ListQuery } from "./client.ts";
import { listReply } from "./wire.generated.ts";

/** The most objects of a page. */
export const MAX_PER_PAGE = 100;

/** Requests one page. */
type RequestPage = (query: ListQuery) => Promise<Result<JsonObject, DriverError>>;

/** Reads a row; `undefined` to skip it. */
type Take<T> = (row: JsonObject) => Promise<Result<T | undefined, DriverError>>;

/**
 * Reads rows from the cursor on until enough were taken, the list ends or `maxPages` were read. A page with few items or none still
 * has a cursor if there are unread rows.
 */
export const collectRows = async <T>(
  { cursor, limit }: PageInput,
  { perPage, maxPages }: { readonly perPage: number; readonly maxPages: number },
  request: RequestPage,
  take: Take<T>,
): Promise<Result<DriverPage<T>, DriverError>> => {
  if (cursor !== undefined && !CURSOR.test(cursor)) return err(unknownCursor());
  const items: T[] = [];
  let startingAfter = cursor;
  for (let page = 0; page < maxPages; page += 1) {
    const list = await readBy(await request({ limit: perPage, startingAfter }), listReply);
    if (list.isErr()) return err(list.error);
    const { data, has_more } = list.value.reply;
    for (const [index, row] of data.entries()) {
      const taken = await take(row);
      if (taken.isErr()) return err(taken.error);
      startingAfter = idOf(row);
      if (taken.value !== undefined) items.push(taken.value);
      const isLast = index === data.length - 1 && !has_more;
      if (items.length === limit)
        return ok(isLast || startingAfter === undefined ? { items } : { items, nextCursor: startingAfter });
    }
    if (!has_more || data.length === 0 || startingAfter === undefined) return ok({ items });
  }
  return ok(startingAfter === undefined ? { items } : { items, nextCursor: startingAfter });
};

const CURSOR = /^\w{1,255}$/;

const idOf = ({ id }: JsonObject): string | undefined => (typeof id === "string" && CURSOR.test(id) ? id : undefined);
