// docs.stripe.com/api/pagination
import { SECOND_MS } from "../simulator-kit/index.ts";
import { missing, StripeRefusal } from "./errors.ts";
import type { Params } from "./params.ts";

export interface ListQuery {
  readonly limit: number;
  readonly startingAfter: string | undefined;
  readonly endingBefore: string | undefined;
}

export const readListQuery = (params: Params): ListQuery => {
  const startingAfter = params.text("starting_after");
  const endingBefore = params.text("ending_before");
  if (startingAfter !== undefined && endingBefore !== undefined) {
    params.refuse("ending_before", { message: "You can only specify one of starting_after and ending_before." });
  }
  return { limit: params.integer("limit", { min: 1, max: 100 }) ?? 10, startingAfter, endingBefore };
};

/** The newest first. Throws if a cursor is not the id of an item. */
export const pageOf = <Item extends { readonly id: string }>(
  newestFirst: readonly Item[],
  { limit, startingAfter, endingBefore }: ListQuery,
  kind: string,
): { readonly items: readonly Item[]; readonly hasMore: boolean } => {
  const placeOf = (id: string, param: string): number => {
    const place = newestFirst.findIndex((item) => item.id === id);
    if (place === -1) throw new StripeRefusal(missing(kind, id, param, 400));
    return place;
  };
  if (endingBefore !== undefined) {
    const end = placeOf(endingBefore, "ending_before");
    const start = Math.max(0, end - limit);
    return { items: newestFirst.slice(start, end), hasMore: start > 0 };
  }
  const start = startingAfter === undefined ? 0 : placeOf(startingAfter, "starting_after") + 1;
  return { items: newestFirst.slice(start, start + limit), hasMore: newestFirst.length > start + limit };
};

/** `created`, as a second or as bounds. */
export const readCreated = (params: Params): ((createdAtMs: number) => boolean) => {
  if (!params.has("created")) return () => true;
  const exact = params.isNested("created") ? undefined : params.integer("created", { min: 0 });
  if (exact !== undefined) return (ms) => Math.floor(ms / SECOND_MS) === exact;
  const bounds = params.object("created");
  const [gt, gte, lt, lte] = ["gt", "gte", "lt", "lte"].map((name) => bounds?.integer(name, { min: 0 }));
  return (ms) => {
    const seconds = Math.floor(ms / SECOND_MS);
    const isLateEnough = seconds > (gt ?? -1) && seconds >= (gte ?? 0);
    return isLateEnough && seconds < (lt ?? Number.MAX_SAFE_INTEGER) && seconds <= (lte ?? Number.MAX_SAFE_INTEGER);
  };
};
