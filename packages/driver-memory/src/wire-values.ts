// Plain functions of the schemas in wire.ts.
import { type Instant, type Money, parseMoney } from "@tautan/core";
import { compareDecimals, toInstant } from "@tautan/core/driver";

export const isInstant = (value: unknown): value is Instant => value !== undefined && toInstant(value) === value;

export const isAmount = (value: unknown): value is Money => {
  const parsed = parseMoney(value);
  return parsed?.amount === (value as Money | undefined)?.amount && compareDecimals(parsed?.amount ?? "0", "0") > 0;
};
