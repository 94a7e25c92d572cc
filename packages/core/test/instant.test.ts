import { epochMsOf, instantAt, toInstant } from "@tautan/core/driver";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

describe("reading an instant", () => {
  test.each([
    ["2026-01-31T17:00:00+07:00", "2026-01-31T10:00:00.000Z"],
    ["2026-01-31T17:00+07:00", "2026-01-31T10:00:00.000Z"],
    ["2026-01-31T10:00:00Z", "2026-01-31T10:00:00.000Z"],
    ["2026-01-31T10:00:00.123456Z", "2026-01-31T10:00:00.123Z"],
    ["2028-02-29T00:00:00Z", "2028-02-29T00:00:00.000Z"],
    [new Date(0), "1970-01-01T00:00:00.000Z"],
  ])("%s", (input, expected) => expect(toInstant(input)).toBe(expected));

  test.each([
    ["no offset", "2026-01-31T10:00:00"],
    ["a day alone", "2026-01-31"],
    ["30 February", "2026-02-30T00:00:00Z"],
    ["29 February of no leap year", "2026-02-29T00:00:00Z"],
    ["hour 24", "2026-01-31T24:00:00Z"],
    ["month 13", "2026-13-01T00:00:00Z"],
    ["an impossible offset", "2026-01-31T10:00:00+99:00"],
    ["an offset without a colon", "2026-01-31T10:00:00+0700"],
    ["a space", "2026-01-31 10:00:00Z"],
    ["English", "tomorrow"],
    ["before 1970", "1969-12-31T23:59:59Z"],
    ["a broken Date", new Date(Number.NaN)],
    ["a number", 1_767_225_600_000],
    ["null", null],
  ])("refuses %s", (_name, input) => expect(toInstant(input)).toBeUndefined());

  test("instants sort as text in order of time, and come back as they went", () => {
    const times = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) });
    fc.assert(
      fc.property(times, times, (left, right) => {
        expect(epochMsOf(instantAt(left))).toBe(left);
        expect(instantAt(left) < instantAt(right)).toBe(left < right);
        expect(toInstant(instantAt(left))).toBe(instantAt(left));
      }),
    );
  });
});
