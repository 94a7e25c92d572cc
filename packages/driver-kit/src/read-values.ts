// Readers of single values, without zod. The schemas of drivers are built from them, and so are the generated readers.
import type { Instant } from "@tautan/core";
import { canonicalDecimal } from "@tautan/core/driver";
import { REFUSED, type Refused } from "./reader.ts";
import { fromEpochSeconds } from "./time.ts";

export const readAnyText = (value: unknown): string | Refused => (typeof value === "string" ? value : REFUSED);

export const readText = (value: unknown): string | Refused =>
  typeof value === "string" && value !== "" ? value : REFUSED;

export const readBoolean = (value: unknown): boolean | Refused => (typeof value === "boolean" ? value : REFUSED);

export const readInteger = (value: unknown): number | Refused =>
  Number.isSafeInteger(value) ? (value as number) : REFUSED;

/** Returns the canonical decimal. */
export const readDecimal = (value: unknown): string | Refused =>
  (typeof value === "string" || typeof value === "number" ? canonicalDecimal(value) : undefined) ?? REFUSED;

/** Returns an id as text. */
export const readIdText = (value: unknown): string | Refused =>
  Number.isSafeInteger(value) ? String(value) : readText(value);

/** Reads up to 15 digits of text as a number. */
export const readWholeNumber = (value: unknown): number | Refused => {
  if (typeof value === "string") return /^\d{1,15}$/.test(value) ? Number(value) : REFUSED;
  return readInteger(value);
};

/** An http or https address, without the white space that a URL parser ignores. */
export const readWebAddress = (value: unknown): string | Refused => {
  if (typeof value !== "string") return REFUSED;
  const trimmed = value.trim();
  return /^https?:\/\//i.test(trimmed) && URL.canParse(trimmed) ? trimmed.replace(/[\t\n\r]/g, "") : REFUSED;
};

export const readEpochSeconds = (value: unknown): Instant | Refused => fromEpochSeconds(value) ?? REFUSED;

/** For a field that may be absent or `null`. */
export const absentAsUndefined = <T>(value: T | null | undefined): T | undefined => value ?? undefined;
