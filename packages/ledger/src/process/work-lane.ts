import { randomUUID } from "node:crypto";
import { instantAt } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import { CONSUMER } from "../apply/write.ts";
import type { LedgerContext } from "../context.ts";
import { type Fence } from "../database/engine.ts";
import { run, runFirst, type Unit } from "../database/unit.ts";
import type { DatabaseError } from "../errors.ts";
import type { Handler, LedgerEvent } from "../events/event.ts";
import { eventOf } from "../events/event-of.ts";
import { type GatewayRefs, gatewaysFor } from "../schema/gateways.ts";
import { type EventRow, openEvents, openLane } from "../statements/events.ts";
import {
  dropLane,
  type Failure,
  fenceQuiet,
  fenceStrict,
  findHandled,
  finishLane,
  freeLane,
  leaseLane,
  markHandled,
  noteFailure,
  parkLane,
  renewLease,
  unparkLane,
} from "../statements/lanes.ts";
import { backoffMs } from "./backoff.ts";
import { notify } from "./notify.ts";

/** The checked options of a worker. */
export interface LaneOptions {
  readonly maxAttempts: number;
  readonly leaseMs: number;
  readonly onError: (error: unknown, event: LedgerEvent) => void;
}

/** Most events of one link before another link gets its turn. */
const MAX_EVENTS = 16;
const MAX_ERROR_LENGTH = 500;
/** The longest wait for another transaction that has the same fence, in milliseconds. */
const MAX_LOCK_WAIT_MS = 5_000;

interface Lane {
  readonly linkRef: number;
  readonly lease: string;
  /** How many events had come when it was taken. */
  readonly wake: number;
}

/**
 * Takes the next lane that is due, and handles its events in order until one fails. Returns how many were handled; `undefined` if
 * no lane is due.
 */
export const workNextLane = async <Tx, Done>(
  context: LedgerContext<Tx, Done>,
  refs: GatewayRefs,
  handler: Handler<Tx, Done>,
  options: LaneOptions,
): Promise<Result<number | undefined, DatabaseError>> => {
  const { engine, clock } = context;
  const lease = randomUUID();
  // Twice, so that an event which begins late in the first half still has the whole time.
  const until = (): string => instantAt(clock.now() + 2 * options.leaseMs);
  const taken = await engine.write(() =>
    runFirst(leaseLane, { consumer: CONSUMER, now: instantAt(clock.now()), until: until(), lease }),
  );
  if (taken.isErr()) return err(taken.error);
  if (!taken.value) return ok(undefined);
  const lane: Lane = { linkRef: taken.value.link_ref, lease, wake: taken.value.wake };
  let leasedUntilMs = clock.now() + 2 * options.leaseMs;
  const read = await engine.read(() => readUnit(context, refs, lane.linkRef));
  if (read.isErr()) return err(read.error);
  const { rows, gateways } = read.value;
  const done: EventRow[] = [];
  for (const row of rows) {
    // Parked by a dead event, which only `replay` or `skip` moves. Either of them may have come meanwhile.
    if (row.dead_at !== null) return finish(context, lane, done, "parked");
    if (leasedUntilMs - clock.now() < options.leaseMs) {
      const renewed = await engine.write(() => runFirst(renewLease, { consumer: CONSUMER, ...lane, until: until() }));
      if (renewed.isErr()) return err(renewed.error);
      // Another worker goes on from here.
      if (!renewed.value) return finish(context, lane, done, "lost");
      leasedUntilMs = clock.now() + 2 * options.leaseMs;
    }
    const outcome = await handleEvent(context, gateways, handler, row, options);
    if (outcome.isErr()) return err(outcome.error);
    if (outcome.value === "handled") {
      done.push(row);
      continue;
    }
    return finish(context, lane, done, outcome.value);
  }
  return finish(context, lane, done, rows.length === MAX_EVENTS ? { dueAt: instantAt(clock.now()) } : "drained");
};

/** The open events of a link, and the gateways with that of the link. */
function* readUnit(
  context: LedgerContext,
  refs: GatewayRefs,
  linkRef: number,
): Unit<{ readonly rows: readonly EventRow[]; readonly gateways: GatewayRefs }> {
  const rows = yield* run(openEvents, { linkRef, limit: MAX_EVENTS });
  const [first] = rows;
  return { rows, gateways: first ? yield* gatewaysFor(context, refs, first) : refs };
}

/** An event that was not handled: when its lane is due again, at once if it is dead, and what is noted of it. */
interface Stopped {
  readonly dueAt: string | null;
  readonly failure?: Failure;
}

/** Why a worker leaves a lane: nothing is left, a dead event parks it, its lease has ended, or an event was not handled. */
type LaneEnd = "drained" | "parked" | "lost" | Stopped;

const handleEvent = async <Tx, Done>(
  context: LedgerContext<Tx, Done>,
  refs: GatewayRefs,
  handler: Handler<Tx, Done>,
  row: EventRow,
  options: LaneOptions,
): Promise<Result<"handled" | Stopped, DatabaseError>> => {
  const { engine, clock, random } = context;
  const failed = (thrown: unknown): Stopped => {
    const attempts = row.attempts + 1;
    const isLast = attempts >= options.maxAttempts;
    const nowMs = clock.now();
    return {
      dueAt: isLast ? null : instantAt(nowMs + backoffMs(attempts, random)),
      failure: {
        seq: row.seq,
        replays: row.replays,
        attempts,
        error: textOf(thrown),
        deadAt: isLast ? instantAt(nowMs) : null,
      },
    };
  };
  const gateways = await gatewaysOf(context, refs, row);
  if (gateways.isErr()) return err(gateways.error);
  let event: LedgerEvent;
  try {
    event = eventOf(row, gateways.value, clock.now());
  } catch (thrown) {
    // Other links go on.
    return ok(failed(thrown));
  }
  const mark = {
    consumer: CONSUMER,
    eventId: row.id,
    now: instantAt(clock.now()),
    lockWaitMs: String(Math.min(options.leaseMs, MAX_LOCK_WAIT_MS)),
  };
  const fence: Fence = {
    quiet: { statement: fenceQuiet, parameters: mark },
    strict: { statement: fenceStrict, parameters: mark },
  };
  let hasThrown = false;
  const noting = (thrown: unknown): never => {
    hasThrown = true;
    throw thrown;
  };
  const work = (tx: Tx): Done => {
    try {
      return withRejection(handler(event, tx), noting);
    } catch (thrown) {
      return noting(thrown);
    }
  };
  try {
    const handled = await engine.handle(fence, work, { leaseMs: options.leaseMs, timer: context.timer });
    // A worker whose lease has ended still works on it. That is not an attempt.
    return ok(handled === "elsewhere" ? { dueAt: instantAt(clock.now() + options.leaseMs) } : "handled");
  } catch (thrown) {
    // The fence fails, in as many forms as there are libraries, if the event was handled before.
    const before = await engine.read(() => runFirst(findHandled, mark));
    if (before.isErr()) return err(before.error);
    if (before.value) return ok("handled");
    // The handler was not reached, or its writes could not be committed: that is not an attempt of the handler.
    const failure = hasThrown ? undefined : engine.failureOf(thrown);
    if (failure) return err(failure);
    notify(options.onError, thrown, event);
    return ok(failed(thrown));
  }
};

/** Most rows are of a gateway that was known at the start: then nothing is read. */
const gatewaysOf = async (
  context: LedgerContext,
  refs: GatewayRefs,
  row: EventRow,
): Promise<Result<GatewayRefs, DatabaseError>> =>
  row.gateway_ref === null || refs.has(row.gateway_ref)
    ? ok(refs)
    : context.engine.read(() => gatewaysFor(context, refs, row));

/** The value that a handler returned; if it is a promise, with another way to reject. */
const withRejection = <Done>(returned: Done, onRejection: (thrown: unknown) => never): Done =>
  returned instanceof Promise ? (returned.catch(onRejection) as Done) : returned;

const finish = async (
  { engine, clock }: LedgerContext,
  lane: Lane,
  done: readonly EventRow[],
  end: LaneEnd,
): Promise<Result<number, DatabaseError>> => {
  const now = instantAt(clock.now());
  if (engine.dialect === "postgres" && end === "drained" && done.length > 0) {
    const values = { consumer: CONSUMER, ...lane, events: seqsOf(done), now };
    const dropped = await engine.write(() => runFirst(finishLane, values));
    if (dropped.isErr()) return err(dropped.error);
    if (dropped.value) return ok(done.length);
  }
  const finished = await engine.transaction(() => finishUnit(lane, done, end, now));
  return finished.map(() => done.length);
};

function* finishUnit(lane: Lane, done: readonly EventRow[], end: LaneEnd, now: string): Unit<void> {
  if (done.length > 0) yield* run(markHandled, { linkRef: lane.linkRef, events: seqsOf(done), now });
  if (yield* leaveLane(lane, end, now)) {
    const isNoted =
      typeof end !== "object" || !end.failure || (yield* runFirst(noteFailure, end.failure)) !== undefined;
    // Its event was replayed or skipped meanwhile: the lane does not wait for another attempt.
    if (!isNoted) yield* run(openLane, { consumer: CONSUMER, linkRef: lane.linkRef, now });
  } else if (done.length > 0) {
    // Whoever has had the lane since may have parked it behind an event that was handled here all the same.
    yield* run(unparkLane, { consumer: CONSUMER, linkRef: lane.linkRef, now });
  }
}

const seqsOf = (events: readonly EventRow[]): string =>
  JSON.stringify(events.map(({ seq, replays }) => ({ seq, replays })));

/** Gives the lane back. Returns whether it was still leased: otherwise its tries are counted by another worker. */
function* leaveLane({ linkRef, lease, wake }: Lane, end: LaneEnd, now: string): Unit<boolean> {
  const its = { consumer: CONSUMER, linkRef, lease };
  if (end === "lost") return false;
  if (end === "parked" || end === "drained") {
    // Only if nothing has come since the events were read: else they are to be read again.
    const left = yield* runFirst(end === "parked" ? parkLane : dropLane, { ...its, wake });
    if (left) return true;
  }
  // The next worker finds a dead event, and parks the lane.
  const dueAt = typeof end === "object" ? (end.dueAt ?? now) : now;
  return (yield* runFirst(freeLane, { ...its, dueAt })) !== undefined;
}

const textOf = (thrown: unknown): string => {
  const text = messageOf(thrown) ?? `threw a value of type ${typeof thrown}`;
  return text.toWellFormed().replaceAll("\0", "").slice(0, MAX_ERROR_LENGTH);
};

/** Of an error as libraries make them: one may have a message that is not text, or throw when it is read. */
const messageOf = (thrown: unknown): string | undefined => {
  try {
    return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : undefined;
  } catch {
    return undefined;
  }
};
