import type { Instant } from "@tautan/core";
import { epochMsOf, instantAt, readInstant } from "@tautan/core/driver";

/**
 * Reads the numeric timestamps that providers write: with `T` or a space, with or without seconds, `+07:00` or `+0700`.
 * `offsetWhenAbsent`, such as `+07:00`, is the provider's documented time zone; without it a text without an offset
 * returns `undefined`.
 */
export const parseTimestamp = (text: unknown, offsetWhenAbsent?: string): Instant | undefined =>
  typeof text === "string"
    ? readInstant(text.trim(), { separators: "T ", offsetColon: "optional", offsetWhenAbsent })
    : undefined;

/** The end of the year 9999. */
const MAX_EPOCH_SECONDS = 253_402_300_799;

/**
 * Reads a time in whole seconds since 1970, as a number or in digits. `undefined` for any other value and for a time after the
 * year 9999, such as one in milliseconds.
 */
export const fromEpochSeconds = (value: unknown): Instant | undefined => {
  const seconds = typeof value === "string" && /^\d{1,12}$/.test(value) ? Number(value) : value;
  if (typeof seconds !== "number" || !Number.isInteger(seconds) || seconds < 0 || seconds > MAX_EPOCH_SECONDS) {
    return undefined;
  }
  return instantAt(seconds * 1000);
};

const JAKARTA_OFFSET_MS = 7 * 60 * 60 * 1000;

/**
 * The wall clock in Jakarta (UTC+7, no summer time), written as if it were UTC: `2026-03-15T10:20:30.000Z`. Stops at the end of
 * year 9999, which callers use for "never".
 */
export const jakartaWallClock = (epochMs: number): string => instantAt(epochMs + JAKARTA_OFFSET_MS);

/** A moment in whole seconds of Jakarta's time: `2026-03-15T10:20:30+07:00`. */
export const jakartaTime = (instant: Instant): string => `${jakartaWallClock(epochMsOf(instant)).slice(0, 19)}+07:00`;
