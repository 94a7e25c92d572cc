import type { Collection } from "../state/store.ts";
import type { Clock } from "../types.ts";

/** A clock that can be stopped and moved, and otherwise goes as another one does. */
export interface VirtualClock extends Clock {
  readonly isFrozen: boolean;
  freeze(): void;
  /** Runs on from its present time. */
  resume(): void;
  /** Runs on from that time, or stays there if it is frozen. */
  moveTo(atMs: number): void;
}

/** How the clock stands. */
export interface ClockState {
  /** Where it is frozen; `undefined` where it goes. */
  readonly standsAtMs: number | undefined;
  /** How far it is ahead of the other one while it goes. */
  readonly aheadMs: number;
}

/** `frozenAtMs`: frozen at that time from the start. It continues from the state of an earlier process in the collection. */
export const createVirtualClock = (
  source: Clock,
  frozenAtMs: number | undefined,
  collection: Collection<ClockState>,
): VirtualClock => {
  let state: ClockState;
  const become = (next: ClockState): void => {
    state = next;
    collection.put("", next);
  };
  become(collection.stored.get("") ?? { standsAtMs: frozenAtMs, aheadMs: 0 });
  const now = (): number => state.standsAtMs ?? source.now() + state.aheadMs;
  return {
    now,
    get isFrozen() {
      return state.standsAtMs !== undefined;
    },
    freeze() {
      become({ ...state, standsAtMs: now() });
    },
    resume() {
      if (state.standsAtMs === undefined) return;
      become({ standsAtMs: undefined, aheadMs: state.standsAtMs - source.now() });
    },
    moveTo(atMs) {
      if (state.standsAtMs === undefined) become({ ...state, aheadMs: atMs - source.now() });
      else become({ ...state, standsAtMs: atMs });
    },
  };
};
