import type { Instant, Page } from "@tautan/core";
import { err, ok, type Result } from "neverthrow";
import { historyOf } from "../apply/stored-rows.ts";
import type { LedgerContext } from "../context.ts";
import { run, runFirst, type Unit } from "../database/unit.ts";
import type { LedgerError, RefusedError } from "../errors.ts";
import type { LearntBy, Mark } from "../events/event.ts";
import { type GatewayRefs, gatewaysFor } from "../schema/gateways.ts";
import { readSecret } from "../schema/secret.ts";
import {
  HISTORY_LISTS,
  type HistoryListParameters,
  historyFilters,
  type ListedHistory,
} from "../statements/history-lists.ts";
import { findLinkById, listKey } from "../statements/lists.ts";
import { openCursor, type Position, sealCursor } from "./cursor.ts";
import { FIRST_TIME, unknownLink } from "./links.ts";
import { END_OF_TIMES, foreignCursor, type LinkPlace, readerOf } from "./query-reader.ts";
import type { HistoryQuery, ListOrder, RecordedHistory } from "./types.ts";
import { HISTORY_STATUSES, MARKS, ORDERS } from "./words.ts";

/** A checked query. */
interface HistoryList {
  readonly filters: {
    readonly link: LinkPlace | undefined;
    readonly gatewayRef: number | undefined;
    readonly status: string | undefined;
    readonly mark: string | undefined;
    readonly from: string;
    readonly to: string;
  };
  readonly order: ListOrder;
  readonly limit: number;
  readonly cursor: string | undefined;
}

const FIELDS = ["link", "gateway", "status", "mark", "changedFrom", "changedTo", "order", "limit", "cursor"];

const checkQuery = (
  context: LedgerContext,
  refs: GatewayRefs,
  query: HistoryQuery,
): Result<HistoryList, RefusedError> => {
  const reader = readerOf(context, refs, query, FIELDS);
  return reader.result({
    filters: {
      link: reader.link("link"),
      gatewayRef: reader.gateway("gateway"),
      status: reader.word("status", HISTORY_STATUSES),
      mark: reader.word("mark", MARKS),
      from: reader.moment("changedFrom") ?? FIRST_TIME,
      to: reader.moment("changedTo") ?? END_OF_TIMES,
    },
    order: reader.word("order", ORDERS) ?? "newest_first",
    limit: reader.limit(),
    cursor: reader.cursor(),
  });
};

/** Reads a page of histories. */
export const listHistories = async (
  context: LedgerContext,
  query: HistoryQuery,
): Promise<Result<Page<RecordedHistory>, LedgerError>> => {
  const refs = await context.ready();
  if (refs.isErr()) return err(refs.error);
  const checked = checkQuery(context, refs.value, query);
  if (checked.isErr()) return err(checked.error);
  const page = await context.engine.read(() => pageUnit(context, refs.value, checked.value));
  return page.andThen((value) => ("items" in value ? ok(value) : err(value)));
};

function* pageUnit(
  context: LedgerContext,
  refs: GatewayRefs,
  { filters, order, limit, cursor }: HistoryList,
): Unit<Page<RecordedHistory> | RefusedError> {
  const secret = yield* readSecret();
  const scope = `histories ${JSON.stringify([filters, order])}`;
  const link = filters.link && (yield* runFirst(findLinkById, filters.link));
  if (filters.link && !link) return unknownLink();
  const position = cursor === undefined ? firstPosition(filters, order) : openCursor(secret, scope, cursor);
  if (!position) return foreignCursor();
  const [afterAt = "", afterRef = 0] = position;
  const statement = HISTORY_LISTS[listKey(historyFilters({ ...filters, gateway: filters.gatewayRef }), order)];
  if (!statement) throw new TypeError("there is no list with these filters");
  const parameters: HistoryListParameters = {
    afterAt: String(afterAt),
    afterRef: Number(afterRef),
    from: filters.from,
    to: filters.to,
    linkRef: link?.ref ?? null,
    mark: filters.mark ?? null,
    status: filters.status ?? null,
    gatewayRef: filters.gatewayRef ?? null,
    // One more than asked for shows whether there is a next page.
    limit: limit + 1,
  };
  const rows = yield* run(statement, parameters);
  const items: RecordedHistory[] = [];
  for (const row of rows.slice(0, limit)) items.push(yield* recordedOf(context, refs, row));
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items, ...(last && { nextCursor: sealCursor(secret, scope, [last.changed_at, last.ref]) }) };
}

/** The history of a row. */
export function* recordedOf(context: LedgerContext, refs: GatewayRefs, row: ListedHistory): Unit<RecordedHistory> {
  const gateway = (yield* gatewaysFor(context, refs, row)).keyOf(row.gateway_ref);
  return {
    history: historyOf(row.record, gateway),
    linkId: `${gateway}:${row.link_provider_id}`,
    reference: row.reference,
    ...(row.mark !== null && { mark: row.mark as Mark }),
    firstSeenAt: row.first_seen_at as Instant,
    changedAt: row.changed_at as Instant,
    learntBy: row.learnt_by as LearntBy,
  };
}

const firstPosition = ({ link, from, to }: HistoryList["filters"], order: ListOrder): Position => {
  if (order === "oldest_first") return [from, 0];
  return [to, link ? Number.MAX_SAFE_INTEGER : 0];
};
