import { err, ok, type Result } from "neverthrow";
import type { LedgerContext } from "../context.ts";
import type { StorageError } from "../errors.ts";
import type { Handler } from "../events/event.ts";
import type { Drained } from "../types.ts";
import { workNextDelivery } from "./due-deliveries.ts";
import { type LaneOptions, workNextLane } from "./work-lane.ts";

export interface DrainingOptions extends LaneOptions {
  readonly concurrency: number;
  /** Whether to go on with the next. */
  readonly goesOn: () => boolean;
}

/** Lanes that are worked on after no delivery was due, before the next look: each look is a statement. */
const LANES_BETWEEN_LOOKS = 16;

/** Works on what is due until nothing is, or until it is stopped: deliveries first, because events follow from them. */
export const drainDue = async <Tx, Done>(
  context: LedgerContext<Tx, Done>,
  handler: Handler<Tx, Done>,
  options: DrainingOptions,
): Promise<Result<Drained, StorageError>> => {
  const refs = await context.ready();
  if (refs.isErr()) return err(refs.error);
  let handled = 0;
  let isCutShort = false;
  const inTurn = async (): Promise<Result<void, StorageError>> => {
    let lanesBeforeLook = 0;
    for (;;) {
      if (!options.goesOn()) {
        isCutShort = true;
        return ok(undefined);
      }
      const looksForDelivery = lanesBeforeLook === 0;
      if (looksForDelivery) {
        const delivery = await workNextDelivery(context, refs.value);
        if (delivery.isErr()) return err(delivery.error);
        if (!delivery.value) lanesBeforeLook = LANES_BETWEEN_LOOKS;
      }
      const lane = await workNextLane(context, refs.value, handler, options);
      if (lane.isErr()) return err(lane.error);
      handled += lane.value ?? 0;
      if (lane.value !== undefined) lanesBeforeLook = Math.max(0, lanesBeforeLook - 1);
      else if (looksForDelivery && lanesBeforeLook > 0) return ok(undefined);
      else lanesBeforeLook = 0;
    }
  };
  const turns = await Promise.all(Array.from({ length: options.concurrency }, inTurn));
  const failed = turns.find((turn) => turn.isErr());
  if (failed?.isErr()) return err(failed.error);
  const swept = await context.retention.sweep(options.goesOn);
  return swept.map(() => ({ handled, more: isCutShort }));
};
