import { type Page, ResultAsync } from "@tautan/core";
import { instantAt, splitId } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import { storableText, storedId } from "../apply/storable.ts";
import { CONSUMER } from "../apply/write.ts";
import type { LedgerContext } from "../context.ts";
import { run, runFirst, type Unit } from "../database/unit.ts";
import { type LedgerError, refused } from "../errors.ts";
import { openCursor, sealCursor } from "../reads/cursor.ts";
import { foreignCursor, type LinkPlace, readerOf } from "../reads/query-reader.ts";
import { type GatewayRefs, gatewaysFor } from "../schema/gateways.ts";
import { readSecret } from "../schema/secret.ts";
import { dropFence, EVENT_LISTS, type EventRow, findEvent, openLane, reviveEvent } from "../statements/events.ts";
import { fenceQuiet, markHandled } from "../statements/lanes.ts";
import type { EventQuery, LedgerEvents, StoredEvent } from "../types.ts";
import type { EventState } from "./event.ts";
import { eventOf } from "./event-of.ts";

/** The operations on events. */
export const eventOperations = (context: LedgerContext): LedgerEvents => ({
  list: (query = {}) => new ResultAsync(listPage(context, query)),
  replay: (id, options = {}) => new ResultAsync(replay(context, id, options)),
  skip: (id) => new ResultAsync(change(context, id, skipUnit)),
});

/** A checked query. */
interface EventList {
  readonly state: EventState | undefined;
  readonly link: LinkPlace | undefined;
  readonly limit: number;
  readonly cursor: string | undefined;
}

const STATES: Readonly<Record<EventState, true>> = { waiting: true, dead: true, handled: true };

const listPage = async (context: LedgerContext, query: EventQuery): Promise<Result<Page<StoredEvent>, LedgerError>> => {
  const refs = await context.ready();
  if (refs.isErr()) return err(refs.error);
  const reader = readerOf(context, refs.value, query, ["state", "link", "limit", "cursor"]);
  const checked = reader.result({
    state: reader.word("state", STATES),
    link: reader.link("link"),
    limit: reader.limit(),
    cursor: reader.cursor(),
  });
  if (checked.isErr()) return err(checked.error);
  const page = await context.engine.read(() => pageUnit(context, refs.value, checked.value));
  return page.andThen((value) => (value ? ok(value) : err(foreignCursor())));
};

/** A page; `undefined` if the cursor is not one of this query. */
function* pageUnit(
  context: LedgerContext,
  refs: GatewayRefs,
  { state, link, limit, cursor }: EventList,
): Unit<Page<StoredEvent> | undefined> {
  const secret = yield* readSecret();
  const scope = `events ${JSON.stringify([state, link])}`;
  const position = cursor === undefined ? [0] : openCursor(secret, scope, cursor);
  if (!position) return undefined;
  const statement = EVENT_LISTS[link === undefined ? "ofAll" : "ofLink"][state ?? "all"];
  const place = { gatewayRef: link?.gatewayRef ?? null, linkId: link?.linkId ?? null };
  // One more than asked for shows whether there is a next page.
  const rows = yield* run(statement, { ...place, after: Number(position[0]), limit: limit + 1 });
  const items: StoredEvent[] = [];
  for (const row of rows.slice(0, limit)) {
    items.push(storedEventOf(row, yield* gatewaysFor(context, refs, row), context.clock.now()));
  }
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items, ...(last && { nextCursor: sealCursor(secret, scope, [last.seq]) }) };
}

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
    const text = storableText(id);
    const providerId = storedId(splitId(text.split("#")[0])?.providerId ?? "");
    const row = yield* runFirst(findEvent, { id: text, providerId });
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

const replay = async (context: LedgerContext, id: string, options: unknown): Promise<Result<void, LedgerError>> => {
  const refs = await context.ready();
  if (refs.isErr()) return err(refs.error);
  const reader = readerOf(context, refs.value, options, ["force"]);
  const force = reader.result(reader.flag("force"));
  if (force.isErr()) return err(force.error);
  return change(context, id, (row, now) => replayUnit(row, now, force.value));
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
  const isFirst = (yield* run(fenceQuiet, { consumer: CONSUMER, eventId: row.id, now, lockWaitMs: null })).length > 0;
  if (row.handled_at === null) {
    const { seq, replays } = row;
    yield* run(markHandled, { linkRef: row.link_ref, events: JSON.stringify([{ seq, replays }]), now });
    yield* run(openLane, { consumer: CONSUMER, linkRef: row.link_ref, now });
  }
  return isFirst ? "changed" : "is_handled";
}
