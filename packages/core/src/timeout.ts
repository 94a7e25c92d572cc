/** What a timer can wait at most. */
export const MAX_TIMEOUT_MS: number = 2 ** 31 - 1;

/** Whether a value can be a deadline in milliseconds. */
export const isTimeoutMs = (value: unknown): value is number =>
  typeof value === "number" && value >= 1 && value <= MAX_TIMEOUT_MS;
