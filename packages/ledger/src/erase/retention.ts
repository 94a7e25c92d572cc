import type { Clock } from "@tautan/core";
import { instantAt } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import { checkFields } from "../check-fields.ts";
import type { Engine } from "../database/engine.ts";
import { run, runFirst, type Unit } from "../database/unit.ts";
import type { DatabaseError } from "../errors.ts";
import { addMeta, lockMeta, putMeta } from "../statements/meta.ts";
import { dropHandledEvents, dropRaw, nextDeliveries } from "../statements/retention.ts";
import type { Retention } from "./types.ts";

/** Removes what has been kept for long enough. */
export interface RetentionSweep {
  /** Goes on until nothing is left or it is stopped. Does nothing if it has ended less than an hour ago. */
  sweep(goesOn: () => boolean): Promise<Result<void, DatabaseError>>;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const DEFAULT_RAW_MS = 30 * DAY_MS;
/** How often a process looks, in milliseconds. */
const EVERY_MS = 60 * 60 * 1000;
/** Rows of one transaction: others wait for no more. */
const BATCH = 500;

/** Makes the sweep of one ledger. Throws `TypeError` if an option is invalid. */
export const createRetention = (
  { engine, clock }: { readonly engine: Engine; readonly clock: Clock },
  options: Retention = {},
): RetentionSweep => {
  checkFields("createLedger: retention", options, { rawDeliveriesMs: true, handledEventsMs: true });
  const { rawDeliveriesMs = DEFAULT_RAW_MS, handledEventsMs } = options;
  checkMs("rawDeliveriesMs", rawDeliveriesMs);
  if (handledEventsMs !== undefined) checkMs("handledEventsMs", handledEventsMs);
  let nextMs = Number.NEGATIVE_INFINITY;
  return {
    sweep: async (goesOn) => {
      if (clock.now() < nextMs) return ok(undefined);
      for (let isOver = false; !isOver; ) {
        if (!goesOn()) return ok(undefined);
        const nowMs = clock.now();
        const raw = await engine.transaction(() => rawUnit(instantAt(nowMs - rawDeliveriesMs)));
        if (raw.isErr()) return err(raw.error);
        const events = await dropEvents(engine, handledEventsMs === undefined ? undefined : nowMs - handledEventsMs);
        if (events.isErr()) return err(events.error);
        isOver = raw.value === "over" && events.value === "over";
      }
      nextMs = clock.now() + EVERY_MS;
      return ok(undefined);
    },
  };
};

const checkMs = (name: string, value: number): void => {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw new TypeError(
    `createLedger: retention.${name}: expected a whole number of milliseconds from 0, got ${String(value)}`,
  );
};

type Progress = "more" | "over";

/** The number of the last delivery whose body was removed. Without it, each sweep would read all deliveries again. */
const DONE = "retention_deliveries";

/**
 * The number of the last delivery whose retention has ended. A sweep that is under way ends first, and waits for this transaction: call
 * it before a delivery is changed.
 */
export function* lastBeyondRetention(): Unit<number> {
  return Number((yield* runFirst(lockMeta, { key: DONE }))?.value ?? 0);
}

function* rawUnit(before: string): Unit<Progress> {
  yield* run(addMeta, { key: DONE, value: "0" });
  const after = Number((yield* runFirst(lockMeta, { key: DONE }))?.value ?? 0);
  const next = yield* run(nextDeliveries, { after, limit: BATCH });
  const end = next.findIndex(({ received_at }) => received_at >= before);
  const old = end === -1 ? next : next.slice(0, end);
  const last = old.at(-1);
  if (!last) return "over";
  yield* run(dropRaw, { after, upTo: last.ref });
  yield* run(putMeta, { key: DONE, value: String(last.ref) });
  return old.length === BATCH ? "more" : "over";
}

const dropEvents = async (engine: Engine, beforeMs: number | undefined): Promise<Result<Progress, DatabaseError>> => {
  if (beforeMs === undefined) return ok("over");
  const dropped = await engine.write(() => run(dropHandledEvents, { before: instantAt(beforeMs), limit: BATCH }));
  return dropped.map((rows) => (rows.length === BATCH ? "more" : "over"));
};
