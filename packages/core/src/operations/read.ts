import { err, ok, type Result } from "neverthrow";
import type { DriverError, DriverHistory, DriverPage, HistoryPageInput, PageInput } from "../driver-contract.ts";
import type { PaymentLinkError } from "../errors.ts";
import type { PaymentLinkHistory } from "../history.ts";
import { wasPaid } from "../history-status.ts";
import { joinId, splitId } from "../identifiers.ts";
import { type InstantInput, toInstant } from "../instant.ts";
import type { PaymentLink } from "../payment-link.ts";
import type { PaymentMethod } from "../payment-method.ts";
import { kindOf, nameInPath } from "../validation/reader.ts";
import { call, callById, isProviderId } from "./call.ts";
import type { CallOptions, Configuration, ConfiguredGateway, Operation } from "./configuration.ts";
import { invalidRequest } from "./driver-error.ts";
import { historiesOfLink, sameHistory, sameLink, sameReference } from "./match-reply.ts";
import { toPaymentLink, toPaymentLinkHistory } from "./to-domain.ts";

interface GatewayQuery {
  readonly gateway?: string | undefined;
}

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Pass it as `cursor` to get the next page. Absent on the last page. Opaque, and valid only for its gateway. */
  readonly nextCursor?: string;
}

/** The page to return. */
export interface PageRequest {
  /** The `nextCursor` of the previous page. */
  readonly cursor?: string | undefined;
  /** The maximum number of items on the page, 1 to 100. Default 25. */
  readonly limit?: number | undefined;
}

/** The histories of a link to return. */
export interface HistoryPageRequest extends PageRequest {
  /**
   * Whether only histories with a payment are returned, including those that were refunded or taken back since. Default false. If the
   * gateway cannot filter them, as many pages are read as are needed to find some, so that a page is empty only if it is the last.
   */
  readonly paidOnly?: boolean | undefined;
}

/** The histories to return: those of a whole account. */
export interface RecentHistoriesRequest<Key extends string = string> extends PageRequest {
  /** The time since which they were opened. Some that are older may be among them. */
  readonly since: InstantInput;
  readonly gateway?: Key | undefined;
}

export const getLink: Operation<unknown, PaymentLink> = (runtime, id, options) =>
  callById(runtime, { operation: "get", id, options }, async ({ gateway, handle, context }, providerId) => {
    const link = sameLink(gateway, await handle(providerId, context), providerId);
    return link.map((value) => toPaymentLink(gateway.key, value, runtime.clock.now()));
  });

export const findLink: Operation<GatewayQuery & { readonly reference: string }, PaymentLink> = (
  runtime,
  query,
  options,
) => {
  const { gateway: key = runtime.defaultKey, reference } = query;
  return call(runtime, { operation: "find", gateway: key, options }, async ({ gateway, handle, context }) => {
    if (typeof reference !== "string" || reference === "" || !isProviderId(reference)) {
      return err(invalid("reference", "expected the merchant's reference of the link"));
    }
    const link = sameReference(gateway, await handle(reference, context), reference);
    return link.map((value) => toPaymentLink(gateway.key, value, runtime.clock.now()));
  });
};

export const listLinks: Operation<PageRequest & GatewayQuery, Page<PaymentLink>> = (runtime, query, options) => {
  const { gateway: key, ...request } = query;
  const gatewayKey = key ?? splitId(request.cursor)?.gateway ?? runtime.defaultKey;
  return call(runtime, { operation: "list", gateway: gatewayKey, options }, async ({ gateway, handle, context }) => {
    const page = readPage(runtime, request, gateway);
    if (page.isErr()) return err(page.error);
    const links = await handle(page.value, context);
    return links.map((each) =>
      pageOf(gateway.key, each, (_, link) => toPaymentLink(gateway.key, link, runtime.clock.now())),
    );
  });
};

export const listHistoriesOf = (
  runtime: Configuration,
  linkId: unknown,
  { paidOnly = false, ...request }: HistoryPageRequest,
  options?: CallOptions,
): Promise<Result<Page<PaymentLinkHistory>, PaymentLinkError>> =>
  callById(runtime, { operation: "listHistories", id: linkId, options }, async (scope, providerId) => {
    const { gateway, handle, context } = scope;
    if (typeof paidOnly !== "boolean") return err(invalid("paidOnly", "expected true or false"));
    const page = readPage(runtime, request, gateway, "cursor, limit, paidOnly");
    if (page.isErr()) return err(page.error);
    const read = async (input: HistoryPageInput): Promise<Result<DriverPage<DriverHistory>, DriverError>> =>
      historiesOfLink(gateway, await handle(providerId, input, context), providerId);
    const histories = await (paidOnly ? nextPaid(page.value, read, context.signal) : read(page.value));
    return histories.map((each) => pageOf(gateway.key, each, toPaymentLinkHistory));
  });

export const listRecentHistoriesOf: Operation<RecentHistoriesRequest, Page<PaymentLinkHistory>> = (
  runtime,
  query,
  options,
) => {
  const { gateway: key, since, ...request } = query;
  const gatewayKey = key ?? splitId(request.cursor)?.gateway ?? runtime.defaultKey;
  return call(runtime, { operation: "listRecentHistories", gateway: gatewayKey, options }, async (scope) => {
    const { gateway, handle, context } = scope;
    const instant = toInstant(since);
    if (instant === undefined) {
      return err(invalid("since", "expected a valid Date or ISO 8601 text with an offset"));
    }
    const page = readPage(runtime, request, gateway);
    if (page.isErr()) return err(page.error);
    const histories = await handle(instant, page.value, context);
    return histories.map((each) => pageOf(gateway.key, each, toPaymentLinkHistory));
  });
};

export const getHistoryById: Operation<unknown, PaymentLinkHistory> = (runtime, id, options) =>
  callById(runtime, { operation: "getHistory", id, options }, async ({ gateway, handle, context }, providerId) => {
    const history = sameHistory(gateway, await handle(providerId, context), providerId);
    return history.map((value) => toPaymentLinkHistory(gateway.key, value));
  });

export const listMethods: Operation<GatewayQuery, readonly PaymentMethod[]> = (
  runtime,
  { gateway: key = runtime.defaultKey },
  options,
) =>
  call(runtime, { operation: "listPaymentMethods", gateway: key, options }, ({ handle, context }) => handle(context));

const readPage = (
  runtime: Configuration,
  { cursor, limit = 25, ...rest }: PageRequest,
  gateway: ConfiguredGateway,
  names = "cursor, limit",
): Result<PageInput, DriverError> => {
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined) return err(invalid(nameInPath(unknown), `there is no such field; expected ${names}`));
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
    const got = typeof limit === "number" ? String(limit) : kindOf(limit);
    return err(invalid("limit", `expected a whole number from 1 to 100, got ${got}`));
  }
  if (cursor === undefined) return ok({ limit });
  const parts = splitId(cursor);
  // An older cursor may have an alias of the key.
  if (!parts || runtime.gateways.get(parts.gateway) !== gateway) {
    return err(invalid("cursor", `expected a nextCursor of ${gateway.key}`));
  }
  return ok({ limit, cursor: parts.providerId });
};

/** The first page from a cursor on that has a paid history, without the others; the last page if there is none. */
const nextPaid = async (
  first: PageInput,
  read: (input: HistoryPageInput) => PromiseLike<Result<DriverPage<DriverHistory>, DriverError>>,
  signal: AbortSignal,
): Promise<Result<DriverPage<DriverHistory>, DriverError>> => {
  const seen = new Set<string | undefined>();
  let input: HistoryPageInput = { ...first, paidOnly: true };
  for (;;) {
    const page = await read(input);
    if (page.isErr()) return err(page.error);
    const { nextCursor } = page.value;
    const items = page.value.items.filter(({ record }) => wasPaid(record));
    seen.add(input.cursor);
    // A cursor that repeats is returned, so that the caller notices. After the deadline, the call returns its own error.
    const isEnd = nextCursor === undefined || seen.has(nextCursor) || signal.aborted;
    if (isEnd || items.length > 0) return ok({ ...page.value, items });
    input = { ...input, cursor: nextCursor };
  }
};

const pageOf = <Item, T>(
  gateway: string,
  { items, nextCursor }: DriverPage<Item>,
  convert: (gateway: string, item: Item) => T,
): Page<T> =>
  Object.freeze({
    items: Object.freeze(items.map((each) => convert(gateway, each))),
    ...(nextCursor !== undefined && { nextCursor: joinId(gateway, nextCursor) }),
  });

const invalid = (path: string, message: string): DriverError => invalidRequest(path, [{ path, message }]);
