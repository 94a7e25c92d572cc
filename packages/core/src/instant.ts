const MIN_EPOCH_MS = 0;
const MAX_EPOCH_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** A moment in UTC, ISO 8601 with milliseconds: `2026-01-01T00:00:00.000Z`. Sorts as text in order of time. */
export type Instant = `${string}Z`;

/** What a caller may pass for a moment: a `Date`, or ISO 8601 text that states its offset (`Z` or `+07:00`). */
export type InstantInput = string | Date;

const ISO_WITH_OFFSET = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** The instant of a number of milliseconds since 1970, up to the end of year 9999. */
export const instantAt = (epochMs: number): Instant =>
  new Date(Math.min(Math.max(epochMs, MIN_EPOCH_MS), MAX_EPOCH_MS)).toISOString() as Instant;

/** Milliseconds since 1970. */
export const epochMsOf = (instant: Instant): number => Date.parse(instant);

/**
 * Reads a moment between 1970 and 9999. Text without an offset gives `undefined`: it would mean a different moment on
 * every machine.
 */
export const toInstant = (input: unknown): Instant | undefined => {
  if (input instanceof Date) {
    const time = input.getTime();
    return Number.isNaN(time) || time < MIN_EPOCH_MS || time > MAX_EPOCH_MS ? undefined : instantAt(time);
  }
  if (typeof input !== "string") return undefined;
  const parts = ISO_WITH_OFFSET.exec(input);
  if (!parts || !isRealDay(Number(parts[1]), Number(parts[2]), Number(parts[3]))) return undefined;
  // 24:00 is legal ISO 8601 and a classic source of off-by-one days.
  if (Number(parts[4]) > 23) return undefined;
  const time = Date.parse(input);
  return Number.isNaN(time) ? undefined : toInstant(new Date(time));
};

const isRealDay = (year: number, month: number, day: number): boolean => {
  // JavaScript rolls 30 February over into March instead of refusing it.
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
};
