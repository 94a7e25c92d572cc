import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../time/times.ts";

/** The units that a length of time is typed in. */
export const UNITS_MS: ReadonlyMap<string, number> = new Map([
  ["seconds", SECOND_MS],
  ["minutes", MINUTE_MS],
  ["hours", HOUR_MS],
  ["days", DAY_MS],
]);

/** ` (30 days)`, for numbers that are hard to read; nothing below a minute, or if it is not a whole number. */
export const inLargeUnit = (ms: number): string => {
  const [unit, unitMs = 0] = [...UNITS_MS].findLast(([, length]) => ms >= length && ms % length === 0) ?? [];
  if (unit === undefined || unitMs < MINUTE_MS) return "";
  return ` (${amountOf(ms / unitMs, unit)})`;
};

/** `1 hour 5 minutes`: the two largest units, rounded down; below a second in milliseconds. Without a sign. */
export const lengthInWords = (ms: number): string => {
  let rest = Math.abs(ms);
  if (rest < SECOND_MS) return `${rest} ms`;
  const words: string[] = [];
  for (const [unit, unitMs] of [...UNITS_MS].toReversed()) {
    const count = Math.floor(rest / unitMs);
    rest -= count * unitMs;
    if (count > 0) words.push(amountOf(count, unit));
    else if (words.length > 0) break;
  }
  return words.slice(0, 2).join(" ");
};

/** `1 day`, `30 days` */
export const amountOf = (count: number, unit: string): string => `${count} ${count === 1 ? unit.slice(0, -1) : unit}`;
