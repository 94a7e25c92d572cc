import { epochMsOf } from "@tautan/core/driver";
import { CONSUMER } from "../apply/write.ts";
import type { LedgerContext } from "../context.ts";
import { runFirst, type Unit } from "../database/unit.ts";
import { oldestDueDelivery, oldestDueLane } from "../statements/unresolved.ts";

/** How long work may be due before it is mentioned, in milliseconds. */
const LONG_MS = 10 * 60_000;

/** Mentions that work has been due for long, at most once in a minute: whoever receives webhooks may have no worker. */
export const mentionWaitingWork = async ({ engine, clock, problems }: LedgerContext): Promise<void> => {
  if (!problems.isHeard || !problems.isDue("look_for_workers")) return;
  const oldest = await engine.read(oldestUnit);
  if (oldest.isErr() || oldest.value === undefined) return;
  const waitedMs = clock.now() - epochMsOf(oldest.value as `${string}Z`);
  if (waitedMs <= LONG_MS) return;
  problems.mention({
    kind: "work_is_waiting",
    waitedMs,
    message: `expected webhooks and events to be worked on when they are due, and some have been due for ${Math.floor(waitedMs / 60_000)} minutes`,
    hint: "Start process, or call drain from a cron job. If one runs, look at its errors, or start more workers.",
  });
};

function* oldestUnit(): Unit<string | undefined> {
  const delivery = yield* runFirst(oldestDueDelivery, {});
  const lane = yield* runFirst(oldestDueLane, { consumer: CONSUMER });
  const times = [delivery?.due_at, lane?.due_at].filter((each) => typeof each === "string");
  return times.toSorted()[0];
}
