// Lists, page by page, and searches in them by reference.
import type { Instant } from "@tautan/core";
import { type DriverError, driverError, epochMsOf } from "@tautan/core/driver";
import { type JsonObject, parseTimestamp, readBy } from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import type { PageQuery } from "./client.ts";
import { isLastPage, MAX_PER_PAGE, type ReadPage } from "./paging.ts";
import { pageReply } from "./wire.generated.ts";

/**
 * The maximum number of pages of 100 in a search: neither links nor payments can be read by the merchant's reference, so the
 * newest are searched first.
 */
export const SEARCHED_PAGES = 20;

/** The extent of a search: the number of pages and of their rows. */
export interface Depth {
  readonly pages: number;
  readonly perPage: number;
  /** Whether older rows do not matter, so that finding nothing is a result. */
  readonly isEnough: boolean;
  /** Older rows are not searched. */
  readonly since?: Instant;
}

const FULL_DEPTH: Depth = { pages: SEARCHED_PAGES, perPage: MAX_PER_PAGE, isEnough: false };

/**
 * The newest links, in one request of the documented size: a repeated create finds its link there. SingaPay itself refuses
 * older references, as documented. Source of both: docs.singapay.id, payment-link/list and
 * create-payment-link.
 */
export const RECENT: Depth = { pages: 1, perPage: 25, isEnough: true };

/** All links that were created since a time. */
export const madeSince = (since: Instant): Depth => ({ ...FULL_DEPTH, since });

/** A row older by more than this ends the search: the two machines may have different clocks. */
const CLOCK_MARGIN_MS = 60 * 60 * 1000;

type RequestPage = (query: PageQuery) => Promise<Result<JsonObject, DriverError>>;

export const pagesOf =
  (request: RequestPage): ReadPage =>
  async (query) => {
    const read = await readBy(await request(query), pageReply);
    return read.map(({ reply }) => ({ rows: reply.data, isLast: isLastPage(reply, query.page) }));
  };

/** The row of a reference; rows of others are skipped, whatever their form. */
export const findRow = async (
  what: "link" | "payment",
  reference: string,
  request: RequestPage,
  { pages, perPage, isEnough, since }: Depth = FULL_DEPTH,
): Promise<Result<JsonObject, DriverError>> => {
  const read = pagesOf(request);
  let rowsSeen = 0;
  for (let page = 1; page <= pages; page += 1) {
    const rows = await read({ page, perPage });
    if (rows.isErr()) return err(rows.error);
    rowsSeen += rows.value.rows.length;
    const found = rows.value.rows.find((row) => isNamed(row, reference));
    if (found) return ok(found);
    const isComplete = rows.value.isLast || (since !== undefined && endBefore(since, rows.value.rows));
    if (isComplete) return err(notFound(what, rowsSeen, true));
  }
  return err(notFound(what, rowsSeen, isEnough));
};

const notFound = (what: "link" | "payment", rowsSeen: number, isAnswer: boolean): DriverError =>
  isAnswer
    ? driverError("not_found", {
        message: `SingaPay has no ${what} of this reference among all ${rowsSeen} it listed`,
        hint: "Check the reference, and that it was created with these keys and under this account.",
      })
    : // Not found would be a claim, which may cause a second link.
      driverError("rejected", {
        message: `the search for the ${what} of this reference ended without a result: it is not among the newest ${rowsSeen}, and older ones were not searched`,
        hint: "Read a link by its id, which never needs a search: store link.id when you create a link.",
        outcome: "refused",
      });

/** Whether all later rows are older. Only if this page itself is sorted by age. */
const endBefore = (since: Instant, rows: readonly JsonObject[]): boolean => {
  const [newest, oldest] = [madeAt(rows[0]), madeAt(rows.at(-1))];
  if (newest === undefined || oldest === undefined || newest < oldest) return false;
  return epochMsOf(oldest) < epochMsOf(since) - CLOCK_MARGIN_MS;
};

const madeAt = (row: JsonObject | undefined): Instant | undefined => parseTimestamp(row?.["created_at"]);

const isNamed = ({ reff_no }: JsonObject, reference: string): boolean =>
  (typeof reff_no === "number" ? String(reff_no) : reff_no) === reference;
