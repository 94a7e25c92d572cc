import { DAY_MS, HOUR_MS, isoJakarta, MINUTE_MS } from "../time/times.ts";
import type { Language } from "./language.ts";

const UNITS = [
  ["day", DAY_MS],
  ["hour", HOUR_MS],
  ["minute", MINUTE_MS],
] as const;

/** `23 hours 12 minutes`: the two largest units, of whole minutes. `undefined`: less than a minute. */
export const durationText = (ms: number, language: Language): string | undefined => {
  if (ms < MINUTE_MS) return undefined;
  let restMs = Math.round(ms / MINUTE_MS) * MINUTE_MS;
  const first = UNITS.findIndex(([, unitMs]) => restMs >= unitMs);
  const parts = UNITS.slice(first, first + 2).flatMap(([unit, unitMs]) => {
    const count = Math.floor(restMs / unitMs);
    restMs -= count * unitMs;
    const format = new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" });
    return count === 0 ? [] : [format.format(count)];
  });
  return parts.join(" ");
};

/** `15 March 2026 at 22:20 WIB`, which is the time of Jakarta; `iso` is for machines. */
export const momentText = (atMs: number, language: Language): { readonly iso: string; readonly text: string } => {
  const format = new Intl.DateTimeFormat(language === "en" ? "en-GB" : "id-ID", {
    dateStyle: "long",
    timeStyle: "short",
    timeZone: "Asia/Jakarta",
  });
  // The name of the time zone that both languages use; Intl has it in Indonesian only.
  return { iso: isoJakarta(atMs), text: `${format.format(atMs)} WIB` };
};
