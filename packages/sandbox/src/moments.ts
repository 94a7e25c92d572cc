/** Milliseconds since 1970, or `undefined` where it is no moment, or one without an offset. */
export function millisecondsOf(moment: unknown): number | undefined {
  const ms = rawMillisecondsOf(moment);
  return ms !== undefined && Number.isInteger(ms) && isTime(ms) ? ms : undefined;
}

/** Whether a date can have this time. */
export function isTime(ms: number): boolean {
  return !Number.isNaN(new Date(ms).getTime());
}

export const momentRule = "milliseconds since 1970, a Date, or ISO 8601 with an offset";

function rawMillisecondsOf(moment: unknown): number | undefined {
  if (moment instanceof Date) return moment.getTime();
  if (typeof moment === "number") return moment;
  const hasOffset = typeof moment === "string" && /^\d{4}-\d\d-\d\dT.*(?:Z|[+-]\d\d:\d\d)$/.test(moment);
  return hasOffset ? Date.parse(moment) : undefined;
}
