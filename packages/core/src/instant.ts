const MIN_EPOCH_MS = 0;
const MAX_EPOCH_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * A time in UTC, [ISO 8601](https://www.iso.org/iso-8601-date-and-time-format.html) with milliseconds:
 * `2026-01-01T00:00:00.000Z`. Texts sort in the order of time.
 */
export type Instant = `${string}Z`;

/** A time in a request: a `Date`, or ISO 8601 text with an offset (`Z` or `+07:00`). */
export type InstantInput = string | Date;

const ISO_WITH_OFFSET = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** Converts milliseconds since 1970, up to the end of the year 9999. */
export const instantAt = (epochMs: number): Instant =>
  new Date(Math.min(Math.max(epochMs, MIN_EPOCH_MS), MAX_EPOCH_MS)).toISOString() as Instant;

/** Milliseconds since 1970. */
export const epochMsOf = (instant: Instant): number => Date.parse(instant);

/**
 * Reads a time between 1970 and 9999. Returns `undefined` for text without an offset, which would be a different time on each
 * machine.
 */
export const toInstant = (input: unknown): Instant | undefined => {
  const epochMs = typeof input === "string" ? parseIso(input) : input instanceof Date ? input.getTime() : Number.NaN;
  // The comparisons are false for NaN.
  return epochMs >= MIN_EPOCH_MS && epochMs <= MAX_EPOCH_MS ? (new Date(epochMs).toISOString() as Instant) : undefined;
};

const parseIso = (text: string): number => {
  const parts = ISO_WITH_OFFSET.exec(text);
  if (!parts || Number(parts[3]) > daysIn(Number(parts[1]), Number(parts[2]))) return Number.NaN;
  // 24:00 is valid ISO 8601, and a common source of errors by one day.
  return Number(parts[4]) > 23 ? Number.NaN : Date.parse(text);
};

/** `Date.parse` accepts 30 February as a day in March. */
const daysIn = (year: number, month: number): number => {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
};
