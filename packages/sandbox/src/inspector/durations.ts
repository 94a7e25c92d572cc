import { dayMs, hourMs, minuteMs, secondMs } from "../time/times.ts";

/** The units that a length of time is typed in. */
export const unitsMs: ReadonlyMap<string, number> = new Map([
  ["seconds", secondMs],
  ["minutes", minuteMs],
  ["hours", hourMs],
  ["days", dayMs],
]);

/** ` (30 days)`, for numbers that are hard to read; nothing below a minute, or where it is no whole number. */
export const inLargeUnit = (ms: number): string => {
  const [unit, unitMs = 0] = [...unitsMs].findLast(([, length]) => ms >= length && ms % length === 0) ?? [];
  if (unit === undefined || unitMs < minuteMs) return "";
  return ` (${amountOf(ms / unitMs, unit)})`;
};

/** `1 day`, `30 days` */
export const amountOf = (count: number, unit: string): string => `${count} ${count === 1 ? unit.slice(0, -1) : unit}`;
