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
    ["before the year 100", "0075-01-01T00:00:00Z"],
    ["a broken Date", new Date(Number.NaN)],
    ["a number", 1_767_225_600_000],
    ["null", null],
  ])("refuses %s", (_name, input) => expect(toInstant(input)).toBeUndefined());

  test("any text is read as the language reads it, or refused", () => {
    const digits = (length: number) =>
      fc.integer({ min: 0, max: 10 ** length - 1 }).map((each) => String(each).padStart(length, "0"));
    const day = fc
      .tuple(fc.constantFrom("1969", "1970", "1900", "2000", "2023", "2024", "9999"), digits(2), digits(2))
      .map((each) => each.join("-"));
    const near = (max: number) => fc.integer({ min: 0, max }).map((each) => String(each).padStart(2, "0"));
    const seconds = fc.oneof(
      fc.constant(""),
      near(62).map((each) => `:${each}`),
      fc.tuple(near(60), fc.integer({ min: 1, max: 10 }).chain(digits)).map(([each, part]) => `:${each}.${part}`),
    );
    const offset = fc.oneof(
      fc.constantFrom("Z", "z", "", "+07:00", "-00:00", "+0700", "+24:00", "+07:60", " +07:00", "+7:00"),
      fc
        .tuple(fc.constantFrom("+", "-"), near(25), near(61))
        .map(([sign, hours, minutes]) => `${sign}${hours}:${minutes}`),
    );
    const text = fc
      .tuple(
        fc.oneof(day, fc.constant("2026-01-31")),
        fc.constantFrom("T", " ", "t"),
        near(25),
        near(61),
        seconds,
        offset,
      )
      .map(([date, separator, hours, minutes, rest, zone]) => `${date}${separator}${hours}:${minutes}${rest}${zone}`);
    const FORM = /^(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;
    const reference = (input: string) => {
      const [, year, month, date] = FORM.exec(input) ?? [];
      const hasDay = new Date(Date.UTC(Number(year), Number(month) - 1, Number(date))).getUTCDate() === Number(date);
      const epochMs = hasDay && Number(month) <= 12 ? Date.parse(input) : Number.NaN;
      return epochMs >= 0 && epochMs <= Date.UTC(9999, 11, 31, 23, 59, 59, 999)
        ? new Date(epochMs).toISOString()
        : undefined;
    };
    fc.assert(
      fc.property(text, (input) => {
        expect(toInstant(input)).toBe(reference(input));
      }),
      { numRuns: 2000 },
    );
  });

  test("instants sort as text in order of time, and come back as they went", () => {
    const times = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) });
    fc.assert(
      fc.property(times, times, (left, right) => {
        expect(instantAt(left)).toBe(new Date(left).toISOString());
        expect(epochMsOf(instantAt(left))).toBe(left);
        expect(instantAt(left) < instantAt(right)).toBe(left < right);
        expect(toInstant(instantAt(left))).toBe(instantAt(left));
      }),
    );
  });
});
