const MIN_EPOCH_MS = 0;
const MAX_EPOCH_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * A time in UTC, [ISO 8601](https://www.iso.org/iso-8601-date-and-time-format.html) with milliseconds:
 * `2026-01-01T00:00:00.000Z`. Texts sort in the order of time.
 */
export type Instant = `${string}Z`;

/** A time in a request: a `Date`, or ISO 8601 text with an offset (`Z` or `+07:00`). */
export type InstantInput = string | Date;

/** Converts milliseconds since 1970, up to the end of the year 9999. */
export const instantAt = (epochMs: number): Instant =>
  textOf(Math.trunc(Math.min(Math.max(epochMs, MIN_EPOCH_MS), MAX_EPOCH_MS)));

/** Milliseconds since 1970. */
export const epochMsOf = (instant: Instant): number => {
  if (instant !== last.instant) keep(instant, epochMsIn(instant, ISO) || Date.parse(instant));
  return last.epochMs;
};

/** The time that was read or written last: a call reads one time, the expiry of its link, again and again. */
const last = { instant: "", epochMs: Number.NaN };

const keep = <Text extends string>(instant: Text, epochMs: number): Text => {
  last.epochMs = epochMs;
  last.instant = instant;
  return instant;
};

/**
 * Reads a time between 1970 and 9999. Returns `undefined` for text without an offset, which would be a different time on each
 * machine.
 */
export const toInstant = (input: unknown): Instant | undefined => {
  if (typeof input === "string") return readInstant(input, ISO);
  return input instanceof Date ? instantIn(input.getTime()) : undefined;
};

/** The forms of a time, beside `2026-01-31T17:00:00.000+07:00` with or without seconds and their decimals. */
export interface InstantForm {
  /** The characters that may be between day and hour. */
  readonly separators: "T" | "T ";
  /** Whether `+0700` is an offset too, also after a space. */
  readonly offsetColon: "required" | "optional";
  /** The offset of a text that has none, such as `+07:00`. Without it, such a text is refused. */
  readonly offsetWhenAbsent?: string | undefined;
}

const ISO: InstantForm = { separators: "T", offsetColon: "required" };

/** Reads a time between 1970 and 9999. */
export const readInstant = (text: string, form: InstantForm): Instant | undefined => instantIn(epochMsIn(text, form));

/** Read character by character: a pattern and a `Date` take several times as long. `NaN` for a text of another form. */
const epochMsIn = (text: string, { separators, offsetColon, offsetWhenAbsent }: InstantForm): number => {
  if (text[4] !== "-" || text[7] !== "-" || text[13] !== ":" || !separators.includes(text[10] ?? "?"))
    return Number.NaN;
  const year = digitsAt(text, 0) * 100 + digitsAt(text, 2);
  const month = digitsAt(text, 5);
  const day = digitsAt(text, 8);
  const hour = digitsAt(text, 11);
  const minute = digitsAt(text, 14);
  let second = 0;
  let millisecond = 0;
  let end = 16;
  if (text[16] === ":") {
    second = digitsAt(text, 17);
    end = 19;
    if (text[19] === ".") {
      end = endOfDigits(text, 20);
      if (end === 20 || end > 29) return Number.NaN;
      millisecond = Number(text.slice(20, Math.min(end, 23)).padEnd(3, "0"));
    }
  }
  const given = offsetColon === "optional" ? text.slice(end).trimStart() : text.slice(end);
  const offsetMs = offsetMsOf(given === "" ? (offsetWhenAbsent ?? "") : given, offsetColon);
  // 24:00 is valid ISO 8601, and a common source of errors by one day. Comparisons are false for NaN.
  // For years below 100, `Date.UTC` returns those of the 20th century.
  const isMoment = year >= 100 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month) && hour <= 23;
  if (!isMoment || !(minute <= 59) || !(second <= 59)) return Number.NaN;
  return Date.UTC(year, month - 1, day, hour, minute, second, millisecond) - offsetMs;
};

const instantIn = (epochMs: number): Instant | undefined =>
  epochMs >= MIN_EPOCH_MS && epochMs <= MAX_EPOCH_MS ? textOf(epochMs) : undefined;

/** The number of two digits at a place; `NaN` if they are not digits. */
const digitsAt = (text: string, at: number): number => {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
};

const endOfDigits = (text: string, start: number): number => {
  let end = start;
  while (text.charCodeAt(end) >= 48 && text.charCodeAt(end) <= 57) end += 1;
  return end;
};

/** `Z`, `+07:00` or, if the colon is optional, `+0700`. `NaN` for anything else. */
const offsetMsOf = (text: string, colon: InstantForm["offsetColon"]): number => {
  if (text === "Z") return 0;
  const hasColon = text[3] === ":";
  const isForm = text.length === (hasColon ? 6 : 5) && (hasColon || colon === "optional");
  const hours = digitsAt(text, 1);
  const minutes = digitsAt(text, hasColon ? 4 : 3);
  if (!isForm || !(hours <= 23) || !(minutes <= 59)) return Number.NaN;
  const ms = hours * HOUR_MS + minutes * MINUTE_MS;
  return text[0] === "+" ? ms : text[0] === "-" ? -ms : Number.NaN;
};

/** `Date.UTC` accepts 30 February as a day in March. */
const daysIn = (year: number, month: number): number => {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
};

/** From `00:` to `59:`, and from `00.000Z` to `59.000Z`: the fewer its parts, the faster a text is made. */
const TWO_DIGITS: readonly string[] = Array.from({ length: 60 }, (_, number) => `${String(number).padStart(2, "0")}:`);
const WHOLE_SECONDS: readonly string[] = TWO_DIGITS.map((each) => `${each.slice(0, 2)}.000Z`);
/** The days that were written last: the times of an event are of few days, and `toISOString` takes six times as long as the rest. */
const KEPT_DAYS = { days: Array.from({ length: 64 }, () => -1), texts: Array.from({ length: 64 }, () => "") };

/** For whole milliseconds from 1970 to 9999. */
const textOf = (epochMs: number): Instant => {
  const day = Math.floor(epochMs / DAY_MS);
  const slot = day % 64;
  if (KEPT_DAYS.days[slot] !== day) {
    KEPT_DAYS.texts[slot] = new Date(day * DAY_MS).toISOString().slice(0, 11);
    KEPT_DAYS.days[slot] = day;
  }
  // Divided and subtracted: the remainder of numbers of this size takes several times as long.
  const time = epochMs - day * DAY_MS;
  const hour = Math.floor(time / HOUR_MS);
  const minute = Math.floor(time / MINUTE_MS);
  const second = Math.floor(time / 1000);
  const seconds = WHOLE_SECONDS[second - minute * 60] as string;
  const rest = time - second * 1000;
  const decimals = rest === 0 ? seconds : `${seconds.slice(0, 3)}${String(rest).padStart(3, "0")}Z`;
  return keep(
    `${KEPT_DAYS.texts[slot]}${TWO_DIGITS[hour]}${TWO_DIGITS[minute - hour * 60]}${decimals}` as Instant,
    epochMs,
  );
};
