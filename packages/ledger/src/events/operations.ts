import { type Page, ResultAsync } from "@tautan/core";
import { instantAt, splitId } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import { storedId } from "../apply/storable.ts";
import { CONSUMER } from "../apply/write.ts";
import type { LedgerContext } from "../context.ts";
import { run, runFirst, type Unit } from "../database/unit.ts";
import { type LedgerError, type RefusedError, refused } from "../errors.ts";
import type { GatewayRefs } from "../schema/gateways.ts";
import {
  dropFence,
  EVENT_LISTS,
  type EventListParameters,
  type EventRow,
  findEvent,
  openLane,
  reviveEvent,
} from "../statements/events.ts";
import { fenceQuiet, markHandled } from "../statements/lanes.ts";
import type { EventQuery, LedgerEvents, StoredEvent } from "../types.ts";
import { eventOf } from "./event-of.ts";

/** The operations on events. */
export const eventOperations = (context: LedgerContext): LedgerEvents => ({
  list: (query = {}) => new ResultAsync(listPage(context, query)),
  replay: (id, { force = false } = {}) =>
    new ResultAsync(change(context, id, (row, now) => replayUnit(row, now, force))),
  skip: (id) => new ResultAsync(change(context, id, skipUnit)),
});

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 100;

const listPage = async (context: LedgerContext, query: EventQuery): Promise<Result<Page<StoredEvent>, LedgerError>> => {
  const { state, link, limit = DEFAULT_LIMIT, cursor } = query;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    return err(
      refused(
        "invalid_query",
        `limit: expected 1 to ${MAX_LIMIT}, got ${String(limit)}`,
        "Pass a smaller limit, and read on with nextCursor.",
      ),
    );
  }
  const after = cursor === undefined ? 0 : Number(cursor);
  if (!Number.isSafeInteger(after) || after < 0) {
    return err(
      refused(
        "invalid_query",
        "cursor: expected the nextCursor of an earlier page",
        "Leave it out to begin with the first page.",
      ),
    );
  }
  const refs = await context.ready();
  if (refs.isErr()) return err(refs.error);
  const place = placeOf(context, refs.value, link);
  if (place.isErr()) return err(place.error);
  const statement = EVENT_LISTS[link === undefined ? "ofAll" : "ofLink"][state ?? "all"];
  // One more than asked for shows whether there is a next page.
  const rows = await context.engine.read(() => run(statement, { ...place.value, after, limit: limit + 1 }));
  return rows.map((found) => {
    const items = found.slice(0, limit).map((row) => storedEventOf(row, refs.value, context.clock.now()));
    const last = found.length > limit ? found[limit - 1] : undefined;
    return { items, ...(last && { nextCursor: String(last.seq) }) };
  });
};

const placeOf = (
  { links }: LedgerContext,
  refs: GatewayRefs,
  link: string | undefined,
): Result<Pick<EventListParameters, "gatewayRef" | "linkId">, RefusedError> => {
  if (link === undefined) return ok({ gatewayRef: null, linkId: null });
  const parts = splitId(links.canonicalId(link));
  if (!parts)
    return err(refused("invalid_query", "link: expected the id of a link of a configured gateway", "Pass link.id."));
  return ok({ gatewayRef: refs.refOf(parts.gateway), linkId: storedId(parts.providerId) });
};

const storedEventOf = (row: EventRow, refs: GatewayRefs, nowMs: number): StoredEvent => ({
  ...eventOf(row, refs, nowMs),
  state: row.handled_at !== null ? "handled" : row.dead_at !== null ? "dead" : "waiting",
  ...(row.error !== null && { error: row.error }),
});

type Changed = "changed" | "is_handled" | "unknown";

const change = async (
  context: LedgerContext,
  id: string,
  unit: (row: EventRow, now: string) => Unit<Changed>,
): Promise<Result<void, LedgerError>> => {
  const refs = await context.ready();
  if (refs.isErr()) return err(refs.error);
  const changed = await context.engine.transaction(function* (): Unit<Changed> {
    const row = yield* runFirst(findEvent, { id });
    return row ? yield* unit(row, instantAt(context.clock.now())) : "unknown";
  });
  if (changed.isErr()) return err(changed.error);
  context.wakeWorkers();
  if (changed.value === "changed") return ok(undefined);
  return err(
    changed.value === "unknown"
      ? refused("unknown_event", "no event has this id", "Pass the id of an event as events.list returns it.")
      : refused(
          "event_is_handled",
          "the event was handled already",
          "To handle it once more, call replay with { force: true }.",
        ),
  );
};

function* replayUnit(row: EventRow, now: string, force: boolean): Unit<Changed> {
  if (row.handled_at !== null && !force) return "is_handled";
  if (force) yield* run(dropFence, { consumer: CONSUMER, eventId: row.id });
  yield* run(reviveEvent, { seq: row.seq });
  yield* run(openLane, { consumer: CONSUMER, linkRef: row.link_ref, now });
  return "changed";
}

function* skipUnit(row: EventRow, now: string): Unit<Changed> {
  // The fence decides: a handler may be committing this very event.
  const isFirst = (yield* run(fenceQuiet, { consumer: CONSUMER, eventId: row.id, now })).length > 0;
  if (row.handled_at === null) {
    yield* run(markHandled, { linkRef: row.link_ref, events: JSON.stringify([{ seq: row.seq }]), now });
    yield* run(openLane, { consumer: CONSUMER, linkRef: row.link_ref, now });
  }
  return isFirst ? "changed" : "is_handled";
}
