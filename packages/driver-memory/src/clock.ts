import type { Clock } from "@tautan/core";
import { epochMsOf, toInstant } from "@tautan/core/driver";

/** A clock that only moves on request. */
export interface ManualClock extends Clock {
  /** Moves it forward, in milliseconds. Throws `TypeError` for anything but a number of 0 or more. */
  advance(ms: number): void;
  /**
   * Sets it, forward or back: milliseconds since 1970, a `Date`, or ISO 8601 text that states its offset (`Z` or `+07:00`).
   * Throws `TypeError` for anything else.
   */
  set(time: number | string | Date): void;
}

/**
 * Creates a clock that stands still; by default at 2026-01-01T00:00:00Z. Accepts the same values as {@link ManualClock.set},
 * and throws `TypeError` for anything else.
 */
export const createManualClock = (start: number | string | Date = "2026-01-01T00:00:00Z"): ManualClock => {
  let nowMs = epochMs("createManualClock", start);
  return {
    now: () => nowMs,
    advance: (ms) => {
      if (typeof ms !== "number" || !(ms >= 0)) {
        throw new TypeError(`clock.advance: expected milliseconds, 0 or more, got ${shown(ms)}; clock.set goes back`);
      }
      nowMs = epochMs("clock.advance", nowMs + ms);
    },
    set: (time) => {
      nowMs = epochMs("clock.set", time);
    },
  };
};

const epochMs = (caller: string, time: unknown): number => {
  const instant = toInstant(typeof time === "number" ? new Date(time) : time);
  if (instant !== undefined) return typeof time === "number" ? time : epochMsOf(instant);
  throw new TypeError(
    `${caller}: expected milliseconds, a Date, or text with its offset, such as 2026-01-01T00:00:00Z, from 1970 on; got ${shown(time)}`,
  );
};

const shown = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? JSON.stringify(String(value)) : typeof value;
