export const SECOND_MS = 1000;
export const MINUTE_MS: number = 60 * SECOND_MS;
export const HOUR_MS: number = 60 * MINUTE_MS;
export const DAY_MS: number = 24 * HOUR_MS;

// Asia/Jakarta has no daylight saving time.
const JAKARTA_OFFSET_MS = 7 * HOUR_MS;
const MONTH_NAMES = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The wall clock in Jakarta: `date` is `YYYY-MM-DD`, `time` is `HH:MM:SS`. */
export const jakartaWallClock = (atMs: number): { readonly date: string; readonly time: string } => {
  const [date = "", time = ""] = new Date(atMs + JAKARTA_OFFSET_MS).toISOString().split("T");
  return { date, time: time.slice(0, 8) };
};

/** `2026-03-15T10:00:00+07:00` */
export const isoJakarta = (atMs: number): string => {
  const { date, time } = jakartaWallClock(atMs);
  return `${date}T${time}+07:00`;
};

/** `20260315`, the day in Jakarta. */
export const compactJakartaDay = (atMs: number): string => jakartaWallClock(atMs).date.replaceAll("-", "");

/** `20260315100000`, the second in Jakarta. */
export const compactJakartaSecond = (atMs: number): string =>
  compactJakartaDay(atMs) + jakartaWallClock(atMs).time.replaceAll(":", "");

/** `15 Mar 2026 10:20:30` in Jakarta. */
export const spelledOutJakarta = (atMs: number): string => {
  const { date, time } = jakartaWallClock(atMs);
  const [year = "", month = "", day = ""] = date.split("-");
  return `${day} ${MONTH_NAMES[Number(month) - 1] ?? ""} ${year} ${time}`;
};

/** `15/03/2026` in Jakarta. */
export const slashedJakartaDay = (atMs: number): string =>
  jakartaWallClock(atMs).date.split("-").toReversed().join("/");

/** The first 12:00:00 in Jakarta after this moment. */
export const nextJakartaNoon = (atMs: number): number => {
  const firstMs = 12 * HOUR_MS - JAKARTA_OFFSET_MS;
  return firstMs + (Math.floor((atMs - firstMs) / DAY_MS) + 1) * DAY_MS;
};

const ISO_FORM = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d)?)(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?)?$/;

/** Milliseconds since 1970 of an ISO 8601 time; what names no offset is in Jakarta. */
export const momentOfIso = (text: string): number | undefined => {
  const [, date, time = "00:00", fraction = "", offset = "+07:00"] = ISO_FORM.exec(text) ?? [];
  const secondsMs = date === undefined ? undefined : momentOf(date, time, offset);
  return secondsMs === undefined ? undefined : secondsMs + Math.floor(Number(`0${fraction}`) * 1000);
};

/**
 * Milliseconds since 1970 of a written time, or `undefined` where no such moment exists (such as 31 February).
 * `date` is `YYYY-MM-DD`, `time` is `HH:MM` or `HH:MM:SS`, `offset` is `Z`, `+07:00` or `+0700`.
 */
export const momentOf = (date: string, time: string, offset: string): number | undefined => {
  const seconds = time.length === 5 ? `${time}:00` : time;
  const wallClockMs = Date.parse(`${date}T${seconds}Z`);
  // Some days that do not exist are parsed as days of the next month.
  if (Number.isNaN(wallClockMs) || !new Date(wallClockMs).toISOString().startsWith(`${date}T${seconds}`)) {
    return undefined;
  }
  const [, sign, hours, minutes] = /^([+-])([01]\d|2[0-3]):?([0-5]\d)$/.exec(offset) ?? [];
  if (sign === undefined) return offset === "Z" ? wallClockMs : undefined;
  const offsetMs = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS;
  return sign === "+" ? wallClockMs - offsetMs : wallClockMs + offsetMs;
};
