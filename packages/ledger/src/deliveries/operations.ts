import type { Instant, Observation, Page } from "@tautan/core";
import { instantAt, splitId } from "@tautan/core/driver";
import { err, ok, type Result, ResultAsync } from "neverthrow";
import type { LedgerContext } from "../context.ts";
import { run, runFirst, type Unit } from "../database/unit.ts";
import { lastBeyondRetention } from "../erase/retention.ts";
import { type LedgerError, type RefusedError, refused } from "../errors.ts";
import { parseObservations } from "../ingest/observations.ts";
import { openCursor, sealCursor } from "../reads/cursor.ts";
import { foreignCursor, readerOf } from "../reads/query-reader.ts";
import { type GatewayRefs, gatewaysFor } from "../schema/gateways.ts";
import { readSecret } from "../schema/secret.ts";
import { dropCandidates } from "../statements/deliveries.ts";
import {
  DELIVERY_LISTS,
  dropReports,
  ignoreDelivery,
  type ListedDelivery,
  lastDelivery,
  nextDelivery,
  readDelivery,
  readRaw,
  retryDelivery,
} from "../statements/delivery-lists.ts";
import type {
  DeliveryContent,
  DeliveryId,
  DeliveryProblem,
  DeliveryQuery,
  DeliveryState,
  LedgerDeliveries,
  ReceivedDelivery,
} from "./types.ts";

/** The operations on deliveries. */
export const deliveryOperations = (context: LedgerContext): LedgerDeliveries => ({
  list: (query = {}) => new ResultAsync(listPage(context, query)),
  get: (id, options = {}) => new ResultAsync(getDelivery(context, id, options)),
  retry: (id) => new ResultAsync(change(context, id, retryUnit)),
  ignore: (id) => new ResultAsync(change(context, id, ignoreUnit)),
});

const STATES: Readonly<Record<NonNullable<DeliveryQuery["state"]>, keyof typeof DELIVERY_LISTS>> = {
  unconfirmed: "other",
  waiting: "other",
  applied: "applied",
  ignored: "other",
  dead: "other",
  unresolved: "unresolved",
};

/** A checked query. */
interface DeliveryList {
  readonly filters: {
    readonly state: DeliveryQuery["state"];
    readonly gatewayRef: number | undefined;
    readonly from: Instant | undefined;
  };
  readonly limit: number;
  readonly cursor: string | undefined;
}

const listPage = async (
  context: LedgerContext,
  query: DeliveryQuery,
): Promise<Result<Page<ReceivedDelivery>, LedgerError>> => {
  const refs = await context.ready();
  if (refs.isErr()) return err(refs.error);
  const reader = readerOf(context, refs.value, query, ["state", "gateway", "receivedFrom", "limit", "cursor"]);
  const checked = reader.result<DeliveryList>({
    filters: {
      state: reader.word("state", STATES),
      gatewayRef: reader.gateway("gateway"),
      from: reader.moment("receivedFrom"),
    },
    limit: reader.limit(),
    cursor: reader.cursor(),
  });
  if (checked.isErr()) return err(checked.error);
  const page = await context.engine.read(() => pageUnit(context, refs.value, checked.value));
  return page.andThen((value) => (value ? ok(value) : err(foreignCursor())));
};

/** Sorts behind every time of the ledger. */
const END_OF_TIMES = "~";

/** A page; `undefined` if the cursor is not one of this query. */
function* pageUnit(
  context: LedgerContext,
  refs: GatewayRefs,
  { filters, limit, cursor }: DeliveryList,
): Unit<Page<ReceivedDelivery> | undefined> {
  const secret = yield* readSecret();
  const scope = `deliveries ${JSON.stringify(filters)}`;
  const position = cursor === undefined ? [END_OF_TIMES, Number.MAX_SAFE_INTEGER] : openCursor(secret, scope, cursor);
  if (!position) return undefined;
  const { state, gatewayRef, from } = filters;
  const listed = state === undefined ? "all" : STATES[state];
  const isByNumber = listed === "all" || listed === "applied";
  const rows = yield* run(DELIVERY_LISTS[listed], {
    beforeAt: String(position[0]),
    beforeRef: Number(position[1]),
    from: from ?? "",
    fromRef: from !== undefined && isByNumber ? yield* firstSince(from) : 0,
    state: state ?? null,
    gatewayRef: gatewayRef ?? null,
    // One more than asked for shows whether there is a next page.
    limit: limit + 1,
  });
  const items: ReceivedDelivery[] = [];
  for (const row of rows.slice(0, limit)) items.push(deliveryOf(row, yield* gatewaysFor(context, refs, row)));
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items, ...(last && { nextCursor: sealCursor(secret, scope, [last.received_at, last.ref]) }) };
}

/** How far the clocks of processes may be apart, in milliseconds. */
const CLOCKS_APART_MS = 60 * 60_000;

/** A number before the first delivery since a time. Numbers rise with the time, so that it is found without reading them all. */
function* firstSince(from: Instant): Unit<number> {
  const start = instantAt(Date.parse(from) - CLOCKS_APART_MS);
  let low = 0;
  let high = (yield* runFirst(lastDelivery, {}))?.ref ?? 0;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const next = yield* runFirst(nextDelivery, { ref: middle });
    if (!next || next.received_at >= start) high = middle;
    else low = Math.max(next.ref, middle) + 1;
  }
  return low;
}

const deliveryOf = (row: ListedDelivery, gateways: GatewayRefs): ReceivedDelivery => {
  const gateway = gateways.keyOf(row.gateway_ref);
  return {
    id: `${gateway}:${row.digest}`,
    gateway,
    digest: row.digest,
    receivedAt: row.received_at as Instant,
    state: row.state as DeliveryState,
    ...(row.problem !== null && { problem: row.problem as DeliveryProblem }),
    arrivals: row.arrivals,
    attempts: row.attempts,
    ...(row.due_at !== null && { dueAt: row.due_at as Instant }),
    ...(row.error !== null && { error: row.error }),
    ...(row.link_provider_id !== null && { linkId: `${gateway}:${row.link_provider_id}` as const }),
  };
};

interface Place {
  readonly gatewayRef: number;
  readonly digest: string;
}

const DIGEST = /^[0-9a-f]{64}$/;

const placeOf = ({ links }: LedgerContext, refs: GatewayRefs, id: unknown): Place | undefined => {
  const parts = splitId(typeof id === "string" ? (links.canonicalId(id) ?? id) : undefined);
  const gatewayRef = parts && refs.find(parts.gateway);
  if (!parts || gatewayRef === undefined || !DIGEST.test(parts.providerId)) return undefined;
  return { gatewayRef, digest: parts.providerId };
};

const unknownDelivery = (): RefusedError =>
  refused(
    "unknown_delivery",
    "expected the id of a delivery of this ledger, and it has none with this id",
    "Pass the id of a delivery as deliveries.list or onProblem returns it. A delivery that was refused is not stored.",
  );

const getDelivery = async (
  context: LedgerContext,
  id: DeliveryId,
  options: unknown,
): Promise<Result<DeliveryContent, LedgerError>> => {
  const refs = await context.ready();
  if (refs.isErr()) return err(refs.error);
  const reader = readerOf(context, refs.value, options, ["raw"]);
  const withRaw = reader.result(reader.flag("raw"));
  if (withRaw.isErr()) return err(withRaw.error);
  const place = placeOf(context, refs.value, id);
  if (!place) return err(unknownDelivery());
  const found = await context.engine.read(function* (): Unit<DeliveryContent | undefined> {
    const row = yield* runFirst(readDelivery, place);
    if (!row) return undefined;
    const raw = withRaw.value ? (yield* runFirst(readRaw, place))?.raw : undefined;
    return {
      ...deliveryOf(row, yield* gatewaysFor(context, refs.value, row)),
      observations: readable(row.observations),
      ...(raw && { raw: new Uint8Array(raw) }),
    };
  });
  return found.andThen((delivery) => (delivery ? ok(delivery) : err(unknownDelivery())));
};

/** If they cannot be read, its error has the reason. */
const readable = (observations: string | null): readonly Observation[] => {
  try {
    return parseObservations(observations ?? "[]");
  } catch {
    return [];
  }
};

type Changed = "changed" | "nothing_to_do" | "unknown";

const change = async (
  context: LedgerContext,
  id: DeliveryId,
  unit: (place: Place, now: string) => Unit<boolean>,
): Promise<Result<void, LedgerError>> => {
  const refs = await context.ready();
  if (refs.isErr()) return err(refs.error);
  const place = placeOf(context, refs.value, id);
  if (!place) return err(unknownDelivery());
  const changed = await context.engine.transaction(function* (): Unit<Changed> {
    if (yield* unit(place, instantAt(context.clock.now()))) return "changed";
    return (yield* runFirst(readDelivery, place)) ? "nothing_to_do" : "unknown";
  });
  if (changed.isErr()) return err(changed.error);
  if (changed.value === "unknown") return err(unknownDelivery());
  if (changed.value === "nothing_to_do") return err(nothingToRetry());
  context.wakeWorkers();
  return ok(undefined);
};

const nothingToRetry = (): RefusedError =>
  refused(
    "nothing_to_retry",
    "expected a delivery with reports that are not applied, and it has none: they are applied, or their retention has ended",
    "If a payment is missing, read it with confirm or reconcile.",
  );

function* retryUnit(place: Place, now: string): Unit<boolean> {
  return (yield* runFirst(retryDelivery, { ...place, now })) !== undefined;
}

/**
 * The links that it may belong to stay known: it can be retried, and what it reports is erased with their customers. Beyond its
 * retention, nothing of it stays.
 */
function* ignoreUnit(place: Place): Unit<boolean> {
  const last = yield* lastBeyondRetention();
  const ignored = yield* runFirst(ignoreDelivery, place);
  if (ignored && ignored.ref <= last) {
    yield* run(dropReports, ignored);
    yield* run(dropCandidates, { deliveryRef: ignored.ref });
  }
  return ignored !== undefined;
}
