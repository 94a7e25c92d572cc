import type { LinkId, Page, PaymentLink } from "@tautan/core";
import { splitId } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import { storableText } from "../apply/storable.ts";
import { linkOf } from "../apply/stored-rows.ts";
import type { LedgerContext } from "../context.ts";
import { run, runFirst, type Unit } from "../database/unit.ts";
import { customerKeyOf } from "../erase/customer-key.ts";
import { type LedgerError, type RefusedError, refused } from "../errors.ts";
import { linkAsOf } from "../plan/link-state.ts";
import { type GatewayRefs, gatewaysFor } from "../schema/gateways.ts";
import { readSecret } from "../schema/secret.ts";
import {
  type FoundLink,
  findLinkById,
  findLinkByReference,
  LINK_FILTERS,
  LINK_LISTS,
  type LinkListParameters,
  type ListedLink,
  listKey,
} from "../statements/lists.ts";
import { openCursor, type Position, sealCursor } from "./cursor.ts";
import { endOfPrefix } from "./prefix.ts";
import { END_OF_TIMES, foreignCursor, placeOf, readerOf } from "./query-reader.ts";
import type { LinkQuery, ListOrder } from "./types.ts";
import { LINK_STATUSES, ORDERS } from "./words.ts";

/** Sorts before every time of the ledger. */
export const FIRST_TIME = "";
const END_OF_TEXTS = "\u{10FFFF}".repeat(4);

/** Reads one link. */
export const getLink = async (
  context: LedgerContext,
  link: LinkId | { readonly reference: string },
): Promise<Result<PaymentLink, LedgerError>> => {
  const refs = await context.ready();
  if (refs.isErr()) return err(refs.error);
  const place = typeof link === "string" ? placeOf(context, refs.value, link) : undefined;
  const reference = referenceOf(link);
  if (!place && reference === undefined) return err(unknownGateway(context, refs.value, link) ?? unknownLink());
  const found = await context.engine.read(function* (): Unit<FoundLink | PaymentLink | undefined> {
    const row = place
      ? yield* runFirst(findLinkById, place)
      : yield* runFirst(findLinkByReference, { reference: storableText(reference ?? "") });
    return row && row.link !== null ? yield* linkOfRow(context, refs.value, row) : row;
  });
  if (found.isErr()) return err(found.error);
  if (!found.value) return err(unknownLink());
  return "state" in found.value ? err(notMade(found.value.state)) : ok(found.value);
};

const referenceOf = (link: unknown): string | undefined => {
  const reference = typeof link === "object" && link !== null && "reference" in link ? link.reference : undefined;
  return typeof reference === "string" ? reference : undefined;
};

/** The error of a link that the ledger does not have. */
export const unknownLink = (): RefusedError =>
  refused(
    "unknown_link",
    "expected a link of this ledger, and it has no such link",
    "Pass link.id or the reference of a link that create returned.",
  );

/** The error of a link whose gateway is not configured: its id looks like any other. `undefined` if it is. */
export const unknownGateway = ({ links }: LedgerContext, refs: GatewayRefs, id: unknown): RefusedError | undefined => {
  const gateway = splitId(typeof id === "string" ? id : undefined)?.gateway;
  if (gateway === undefined || refs.find(gateway) !== undefined) return undefined;
  return refused(
    "unknown_link",
    `expected a link of a gateway that is or was configured (${refs.keys.join(", ")}), and none has the key ${JSON.stringify(gateway.slice(0, MAX_KEY_LENGTH))}`,
    `Configure the gateway in createPaymentLinks, which has ${links.gateways.join(", ")}. If it was renamed, its former key belongs in aliases.`,
  );
};

const MAX_KEY_LENGTH = 64;

const notMade = (state: string): RefusedError =>
  refused(
    "unknown_link",
    `expected a link, and its create has not made one as far as is known (${state})`,
    "Call create again with the same request: it returns the link once there is one.",
  );

/** The link of a row as it is now. */
function* linkOfRow(context: LedgerContext, refs: GatewayRefs, row: ListedLink): Unit<PaymentLink> {
  const gateways = yield* gatewaysFor(context, refs, row);
  return linkAsOf(linkOf(row.link ?? "", gateways.keyOf(row.gateway_ref ?? 0)), row.used, context.clock.now());
}

/** A checked query. */
interface LinkList {
  readonly filters: Pick<LinkQuery, "status" | "referencePrefix" | "customerEmail"> & {
    readonly gatewayRef: number | undefined;
    readonly from: string;
    readonly to: string;
  };
  readonly order: ListOrder;
  readonly limit: number;
  readonly cursor: string | undefined;
}

const FIELDS = [
  "gateway",
  "status",
  "referencePrefix",
  "customerEmail",
  "createdFrom",
  "createdTo",
  "order",
  "limit",
  "cursor",
];

const checkQuery = (context: LedgerContext, refs: GatewayRefs, query: LinkQuery): Result<LinkList, RefusedError> => {
  const reader = readerOf(context, refs, query, FIELDS);
  return reader.result({
    filters: {
      gatewayRef: reader.gateway("gateway"),
      status: reader.word("status", LINK_STATUSES),
      referencePrefix: reader.text("referencePrefix"),
      customerEmail: reader.text("customerEmail"),
      from: reader.moment("createdFrom") ?? FIRST_TIME,
      to: reader.moment("createdTo") ?? END_OF_TIMES,
    },
    order: reader.word("order", ORDERS) ?? "newest_first",
    limit: reader.limit(),
    cursor: reader.cursor(),
  });
};

/** Reads a page of links. */
export const listLinks = async (
  context: LedgerContext,
  query: LinkQuery,
): Promise<Result<Page<PaymentLink>, LedgerError>> => {
  const refs = await context.ready();
  if (refs.isErr()) return err(refs.error);
  const checked = checkQuery(context, refs.value, query);
  if (checked.isErr()) return err(checked.error);
  const page = await context.engine.read(() => pageUnit(context, refs.value, checked.value));
  return page.andThen((value) => (value ? ok(value) : err(foreignCursor())));
};

/** Most reads for one page, if the status of many links has changed by the time alone. */
const MAX_READS = 5;

/** A page; `undefined` if the cursor is not one of this query. */
function* pageUnit(context: LedgerContext, refs: GatewayRefs, list: LinkList): Unit<Page<PaymentLink> | undefined> {
  const { filters, order, limit, cursor } = list;
  const secret = yield* readSecret();
  const scope = `links ${JSON.stringify([filters, order])}`;
  let position: Position | undefined = cursor === undefined ? firstPosition(list) : openCursor(secret, scope, cursor);
  if (!position) return undefined;
  const statement = LINK_LISTS[listKey(filtersIn(filters), order)];
  if (!statement) throw new TypeError("there is no list with these filters");
  const parameters = yield* parametersOf(filters);
  const items: PaymentLink[] = [];
  for (let reads = 1; ; reads += 1) {
    const rows: readonly ListedLink[] = yield* run(statement, {
      ...parameters,
      ...placeIn(position, list),
      limit: limit + 1,
    });
    for (const row of rows) {
      const link = yield* linkOfRow(context, refs, row);
      if (filters.status === undefined || link.status === filters.status) {
        // One more than asked for shows that there is a next page.
        if (items.length === limit) return { items, nextCursor: sealCursor(secret, scope, position) };
        items.push(link);
      }
      position = positionOf(row, list);
    }
    if (rows.length <= limit) return { items };
    if (reads === MAX_READS) return { items, nextCursor: sealCursor(secret, scope, position) };
  }
}

const filtersIn = ({ referencePrefix, customerEmail, status, gatewayRef }: LinkList["filters"]): readonly string[] => {
  const given = { prefix: referencePrefix, customer: customerEmail, status, gateway: gatewayRef };
  return LINK_FILTERS.filter((filter) => given[filter] !== undefined);
};

function* parametersOf(filters: LinkList["filters"]): Unit<Omit<LinkListParameters, "limit" | keyof Place>> {
  return {
    from: filters.from,
    to: filters.to,
    customerKey: yield* customerKeyOf(filters.customerEmail),
    status: filters.status ?? null,
    gatewayRef: filters.gatewayRef ?? null,
  };
}

/** Before the first row: a time and a number, or the reference from or before which a page of a prefix is. */
const firstPosition = ({ filters, order }: LinkList): Position => {
  const isNewestFirst = order === "newest_first";
  const { first, end } = rangeOf(filters.referencePrefix);
  if (filters.referencePrefix !== undefined) return [isNewestFirst ? end : first];
  return isNewestFirst ? [filters.to, 0] : [filters.from, 0];
};

/** Behind a row: no stored text has a character below this one. */
const FIRST_CHARACTER = "\u0001";

const positionOf = (row: ListedLink, { filters, order }: LinkList): Position => {
  if (filters.referencePrefix === undefined) return [row.created_at, row.ref];
  return [order === "newest_first" ? row.reference : `${row.reference}${FIRST_CHARACTER}`];
};

type Place = Pick<LinkListParameters, "afterAt" | "afterRef" | "firstReference" | "endReference">;

const placeIn = ([at = "", ref = 0]: Position, { filters, order }: LinkList): Place => {
  const { first, end } = rangeOf(filters.referencePrefix);
  const isNewestFirst = order === "newest_first";
  return {
    afterAt: String(at),
    afterRef: Number(ref),
    firstReference: isNewestFirst ? first : String(at),
    endReference: isNewestFirst ? String(at) : end,
  };
};

const rangeOf = (referencePrefix = ""): { readonly first: string; readonly end: string } => {
  const first = storableText(referencePrefix);
  return { first, end: endOfPrefix(first) ?? END_OF_TEXTS };
};
