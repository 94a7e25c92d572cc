// Plain functions of the schemas in wire.ts.
import type { Instant } from "@tautan/core";
import {
  isJsonObject,
  type JsonObject,
  orUndefined,
  parseTimestamp,
  REFUSED,
  type Refused,
  readIdText,
} from "@tautan/driver-kit/http";

export interface WireAmount {
  readonly value: string;
  readonly currency: string | undefined;
}

/** A flag, as a boolean or as 0 or 1. */
export const readFlag = (value: unknown): boolean | Refused => {
  if (typeof value === "boolean") return value;
  if (value === 1 || value === "1") return true;
  return value === 0 || value === "0" ? false : REFUSED;
};

export const readInstant = (value: unknown): Instant | Refused => parseTimestamp(value) ?? REFUSED;

/** The code of a currency, in capitals. */
export const readCurrency = (value: unknown): string | Refused => {
  const code = typeof value === "string" ? value.toUpperCase() : "";
  return /^[A-Z]{3}$/.test(code) ? code : REFUSED;
};

/** An id as text, `null`, or `undefined` if it is absent or unreadable. */
export const referenceIfAny = (value: unknown): string | null | undefined =>
  value === null ? null : orUndefined(readIdText(value));

/** A reply in which a link without a limit has the limit 0. */
export const withLimit = (reply: unknown): unknown =>
  isJsonObject(reply) && readFlag(reply["is_unlimited_usage"]) === true ? { ...reply, max_usage: 0 } : reply;

export const isWhole = (amount: string): boolean => !amount.includes(".");

export const isNot0 = (id: string): boolean => id !== "0";

/** A text; `null` if it is absent or empty. */
export const readTextOrNull = (value: unknown): string | null | Refused => {
  if (value === undefined || value === null || value === "") return null;
  return typeof value === "string" ? value : REFUSED;
};

/** An object, empty if it is absent. PHP writes an empty object as an empty list. */
export const readMetadata = (value: unknown): JsonObject | Refused => {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return {};
  return isJsonObject(value) ? value : REFUSED;
};

export const inRupiah = (value: string): WireAmount => ({ value, currency: undefined });

export const hasMethods = ({ payment_methods, available_codes }: JsonObject): boolean =>
  payment_methods !== undefined || available_codes !== undefined;
