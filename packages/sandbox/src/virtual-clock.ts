import type { Clock } from "./types.ts";

/** A clock that can be stopped and moved, and otherwise goes as another one does. */
export interface VirtualClock extends Clock {
  readonly isFrozen: boolean;
  freeze(): void;
  /** Goes on from where it stands. */
  resume(): void;
  /** Goes on from there, or stands there where it is frozen. */
  moveTo(atMs: number): void;
}

/** `frozenAtMs`: it stands there from the beginning. */
export function createVirtualClock(source: Clock, frozenAtMs: number | undefined): VirtualClock {
  let standsAtMs = frozenAtMs;
  let aheadMs = 0;
  const now = (): number => standsAtMs ?? source.now() + aheadMs;
  return {
    now,
    get isFrozen() {
      return standsAtMs !== undefined;
    },
    freeze() {
      standsAtMs = now();
    },
    resume() {
      if (standsAtMs === undefined) return;
      aheadMs = standsAtMs - source.now();
      standsAtMs = undefined;
    },
    moveTo(atMs) {
      if (standsAtMs === undefined) aheadMs = atMs - source.now();
      else standsAtMs = atMs;
    },
  };
}
