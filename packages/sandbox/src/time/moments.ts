import { showValue } from "../show-value.ts";
import { momentOfIso } from "./times.ts";

export const FIRST_YEAR = 1970;

/** A hundred years later, where the longest expiry ends, years still have four digits. */
export const LAST_YEAR = 9898;

const LAST_MS = Date.UTC(LAST_YEAR, 11, 31, 23, 59, 59, 999);

/** Milliseconds since 1970, or `undefined` for an invalid time, one without an offset, or one that a clock cannot have. */
export const millisecondsOf = (moment: unknown): number | undefined => {
  const ms = rawMillisecondsOf(moment);
  return ms !== undefined && Number.isInteger(ms) && isTime(ms) ? ms : undefined;
};

/** Whether a clock can have this time, so that whatever comes of it has a date, too. */
export const isTime = (ms: number): boolean => ms >= 0 && ms <= LAST_MS;

/** Why a clock at `nowMs` cannot go forward by `ms`, or `undefined` if it can. */
export const problemWithStep = (nowMs: number, ms: number): string | undefined => {
  if (!Number.isInteger(ms) || ms < 0) return `expected whole milliseconds, 0 or more, but got ${showValue(ms)}`;
  if (isTime(nowMs + ms)) return undefined;
  return `the clock goes no further than the year ${LAST_YEAR}, and from ${new Date(nowMs).toISOString()} ${ms} milliseconds do`;
};

export const MOMENT_RULE: string = `milliseconds since 1970, a Date, or ISO 8601 with an offset, of the years ${FIRST_YEAR} to ${LAST_YEAR}`;

const rawMillisecondsOf = (moment: unknown): number | undefined => {
  if (moment instanceof Date) return moment.getTime();
  if (typeof moment === "number") return moment;
  const hasOffset = typeof moment === "string" && /T.*(?:Z|[+-]\d\d:\d\d)$/.test(moment);
  return hasOffset ? momentOfIso(moment) : undefined;
};
