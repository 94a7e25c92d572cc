import type { Collection } from "../state/store.ts";
import type { Clock } from "../types.ts";

/** A clock that can be stopped and moved, and otherwise goes as another one does. */
export interface VirtualClock extends Clock {
  readonly isFrozen: boolean;
  freeze(): void;
  /** Goes on from where it stands. */
  resume(): void;
  /** Goes on from there, or stands there where it is frozen. */
  moveTo(atMs: number): void;
}

/** How the clock stands. */
export interface ClockState {
  /** Where it is frozen; `undefined` where it goes. */
  readonly standsAtMs: number | undefined;
  /** How far it is ahead of the other one while it goes. */
  readonly aheadMs: number;
}

/** `frozenAtMs`: it stands there from the beginning. It goes on as an earlier process left it in the collection. */
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
