import type { Clock } from "@tautan/core";

/** A clock that moves only when told to. */
export interface ManualClock extends Clock {
  /** Moves it forward, in milliseconds. */
  advance(ms: number): void;
  /** Sets it, in milliseconds since 1970, an ISO 8601 text or a `Date`. */
  set(time: number | string | Date): void;
}

/** Makes a clock that stands still; by default at 2026-01-01T00:00:00Z. */
export const createManualClock = (start: number | string | Date = "2026-01-01T00:00:00Z"): ManualClock => {
  let nowMs = epochMs(start);
  return {
    now: () => nowMs,
    advance: (ms) => {
      nowMs += ms;
    },
    set: (time) => {
      nowMs = epochMs(time);
    },
  };
};

const epochMs = (time: number | string | Date): number => {
  const ms = new Date(time).getTime();
  if (Number.isNaN(ms)) throw new TypeError("createManualClock: expected a time, got one that cannot be read");
  return ms;
};
