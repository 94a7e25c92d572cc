/** The longest time of a timer. */
export const MAX_TIMEOUT_MS: number = 2 ** 31 - 1;

export const isTimeoutMs = (value: unknown): value is number =>
  typeof value === "number" && value >= 1 && value <= MAX_TIMEOUT_MS;
