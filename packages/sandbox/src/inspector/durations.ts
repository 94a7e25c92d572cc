import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../time/times.ts";

/** The units that a length of time is typed in. */
export const UNITS_MS: ReadonlyMap<string, number> = new Map([
  ["seconds", SECOND_MS],
  ["minutes", MINUTE_MS],
  ["hours", HOUR_MS],
  ["days", DAY_MS],
]);

/** ` (30 days)`, for numbers that are hard to read; nothing below a minute, or where it is no whole number. */
export const inLargeUnit = (ms: number): string => {
  const [unit, unitMs = 0] = [...UNITS_MS].findLast(([, length]) => ms >= length && ms % length === 0) ?? [];
  if (unit === undefined || unitMs < MINUTE_MS) return "";
  return ` (${amountOf(ms / unitMs, unit)})`;
};

/** `1 day`, `30 days` */
export const amountOf = (count: number, unit: string): string => `${count} ${count === 1 ? unit.slice(0, -1) : unit}`;
