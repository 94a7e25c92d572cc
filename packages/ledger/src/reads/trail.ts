import type { Instant, LinkId, Page, PageRequest } from "@tautan/core";
import { err, ok, type Result } from "neverthrow";
import type { LedgerContext } from "../context.ts";
import { run, runFirst, type Unit } from "../database/unit.ts";
import type { LedgerError, RefusedError } from "../errors.ts";
import type { LearntBy, LedgerEventType } from "../events/event.ts";
import { type GatewayRefs, gatewaysFor } from "../schema/gateways.ts";
import { readSecret } from "../schema/secret.ts";
import { findLinkById } from "../statements/lists.ts";
import { type TrailDelivery, type TrailEvent, trailDeliveries, trailEvents } from "../statements/trail.ts";
import { openCursor, sealCursor } from "./cursor.ts";
import { unknownGateway, unknownLink } from "./links.ts";
import { foreignCursor, type LinkPlace, placeOf, readerOf } from "./query-reader.ts";
import type { DeliveryEntry, TrailEntry } from "./types.ts";

/** Reads a page of what happened to a link. */
export const readTrail = async (
  context: LedgerContext,
  link: LinkId,
  page: PageRequest,
): Promise<Result<Page<TrailEntry>, LedgerError>> => {
  const refs = await context.ready();
  if (refs.isErr()) return err(refs.error);
  const reader = readerOf(context, refs.value, page, ["limit", "cursor"]);
  const checked = reader.result({ limit: reader.limit(), cursor: reader.cursor() });
  if (checked.isErr()) return err(checked.error);
  const place = placeOf(context, refs.value, link);
  if (!place) return err(unknownGateway(context, refs.value, link) ?? unknownLink());
  const read = await context.engine.read(() => trailUnit(context, refs.value, place, checked.value));
  return read.andThen((value) => ("items" in value ? ok(value) : err(value)));
};

/**
 * Deliveries and events are numbered apart, each in the order in which they came. They are merged by their times, and the cursor holds
 * the last number of each: so nothing is lost or doubled, whatever the clocks of the processes.
 */
function* trailUnit(
  context: LedgerContext,
  refs: GatewayRefs,
  place: LinkPlace,
  { limit, cursor }: { readonly limit: number; readonly cursor: string | undefined },
): Unit<Page<TrailEntry> | RefusedError> {
  const secret = yield* readSecret();
  const link = yield* runFirst(findLinkById, place);
  if (!link) return unknownLink();
  const scope = `trail ${link.ref}`;
  const position = cursor === undefined ? [0, 0] : openCursor(secret, scope, cursor);
  if (!position) return foreignCursor();
  let [afterDelivery = 0, afterEvent = 0] = position.map(Number);
  const gateway = (yield* gatewaysFor(context, refs, link)).keyOf(place.gatewayRef);
  const common = { linkRef: link.ref, limit: limit + 1 };
  const deliveries = [...(yield* run(trailDeliveries, { ...common, after: afterDelivery }))];
  const events = [...(yield* run(trailEvents, { ...common, after: afterEvent }))];
  const items: TrailEntry[] = [];
  while (items.length < limit) {
    const [delivery] = deliveries;
    const [event] = events;
    // A delivery comes before what follows from it, which has the same time or a later one.
    if (delivery && (!event || delivery.received_at <= event.learnt_at)) {
      items.push(deliveryOf(delivery));
      afterDelivery = delivery.ref;
      deliveries.shift();
    } else if (event) {
      items.push(eventOf(event, gateway));
      afterEvent = event.seq;
      events.shift();
    } else return { items };
  }
  const isOver = deliveries.length === 0 && events.length === 0;
  return { items, ...(!isOver && { nextCursor: sealCursor(secret, scope, [afterDelivery, afterEvent]) }) };
}

const deliveryOf = (row: TrailDelivery): TrailEntry => ({
  what: "delivery",
  at: row.received_at as Instant,
  name: row.state as DeliveryEntry["name"],
  digest: row.digest,
  arrivals: row.arrivals,
  attempts: row.attempts,
  ...(row.error !== null && { error: row.error }),
});

const CALL = "call:";

const eventOf = (row: TrailEvent, gateway: string): TrailEntry => {
  const common = {
    at: row.learnt_at as Instant,
    cause: row.cause as LearntBy,
    ...(row.error !== null && { error: row.error }),
  };
  if (row.for_application === 0) {
    return row.type.startsWith(CALL)
      ? { ...common, what: "call", name: row.type.slice(CALL.length) }
      : { ...common, what: "read", name: row.type };
  }
  return {
    ...common,
    what: "event",
    name: row.type as LedgerEventType,
    id: row.id,
    happenedAt: row.at as Instant,
    ...(row.cause_ref !== null && { delivery: row.cause_ref }),
    ...(row.history_provider_id !== null && { historyId: `${gateway}:${row.history_provider_id}` }),
    state: row.handled_at !== null ? "handled" : row.dead_at !== null ? "dead" : "waiting",
    attempts: row.attempts,
  };
};
