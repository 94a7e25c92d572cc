import type { Clock } from "@tautan/core";

/** A clock that only moves on request. */
export interface TestClock extends Clock {
  /** Moves it forward, in milliseconds. */
  advance(ms: number): void;
}

/** Makes a clock that stands still at a time of your choice; by default ten o'clock in Jakarta, 2 March 2026. */
export const createTestClock = (start = "2026-03-02T03:00:00Z"): TestClock => {
  let nowMs = Date.parse(start);
  if (Number.isNaN(nowMs)) throw new TypeError("createTestClock: expected a time in ISO 8601");
  return {
    now: () => nowMs,
    advance: (ms) => {
      nowMs += ms;
    },
  };
};
