import { createManualClock } from "@tautan/driver-memory";
import { describe, expect, test } from "vitest";

const START = Date.parse("2026-01-01T00:00:00Z");

describe("a clock that moves only when told to", () => {
  test("stands still, and moves forward and back", () => {
    const clock = createManualClock();
    expect(clock.now()).toBe(START);
    clock.advance(1500);
    clock.advance(0);
    expect(clock.now()).toBe(START + 1500);
    clock.set("2025-12-31T23:59:59+07:00");
    expect(clock.now()).toBe(Date.parse("2025-12-31T16:59:59Z"));
  });

  test.each([
    ["milliseconds", START],
    ["a Date", new Date(START)],
    ["text in UTC", "2026-01-01T00:00:00.000Z"],
    ["text in Jakarta's time", "2026-01-01T07:00+07:00"],
  ])("starts at %s and can be set to it", (_name, time) => {
    expect(createManualClock(time).now()).toBe(START);
    const clock = createManualClock(0);
    clock.set(time);
    expect(clock.now()).toBe(START);
  });

  test.each<[string, unknown]>([
    ["text without an offset", "2026-01-01T00:00:00"],
    ["a day", "2026-01-01"],
    ["a year", "2026"],
    ["words", "never"],
    ["an empty text", ""],
    ["a day that is none", "2026-02-30T00:00:00Z"],
    ["NaN", Number.NaN],
    ["infinity", Number.POSITIVE_INFINITY],
    ["a time before 1970", -1],
    ["a Date that is none", new Date("never")],
    ["null", null],
    ["a list", [START]],
  ])("refuses %s with a TypeError that says what to write", (_name, time) => {
    expect(() => createManualClock(time as string)).toThrow(TypeError);
    expect(() => createManualClock(time as string)).toThrow(/createManualClock: .*such as 2026-01-01T00:00:00Z/);
    const clock = createManualClock();
    expect(() => clock.set(time as string)).toThrow(/clock\.set: .*offset/);
    expect(clock.now()).toBe(START);
  });

  test.each<[string, unknown]>([
    ["NaN", Number.NaN],
    ["infinity", Number.POSITIVE_INFINITY],
    ["a negative number", -1],
    ["text", "1000"],
    ["nothing", undefined],
    ["more than there is time", Number.MAX_SAFE_INTEGER],
  ])("refuses to advance by %s, and stays where it was", (_name, ms) => {
    const clock = createManualClock();
    expect(() => clock.advance(ms as number)).toThrow(TypeError);
    expect(() => clock.advance(ms as number)).toThrow("clock.advance");
    expect(clock.now()).toBe(START);
  });

  test("tells who goes back by advance what to call", () => {
    expect(() => createManualClock().advance(-5)).toThrow("clock.set goes back");
  });
});
