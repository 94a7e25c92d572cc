import { type Check, good, warning } from "./check.ts";

/** Clocks may differ by this much, in milliseconds. */
const CLOCK_TOLERANCE_MS = 30_000;
/** Compares this machine's clock with that of another machine. */
export const checkClock = (subject: string, dateMs: number | undefined): readonly Check[] => {
  if (dateMs === undefined) return [];
  const offsetMs = Date.now() - dateMs;
  const seconds = Math.round(Math.abs(offsetMs) / 1_000);
  if (Math.abs(offsetMs) <= CLOCK_TOLERANCE_MS) return [good("clock", "clock", `agrees with that of ${subject}`)];
  return [
    warning(
      "clock",
      "clock_off",
      `this machine's clock is ${seconds} s ${offsetMs > 0 ? "ahead of" : "behind"} that of ${subject}`,
      "Set the clock, such as with NTP: signatures with a time are refused, and expiries are wrong.",
    ),
  ];
};
