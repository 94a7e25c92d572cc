import type { Money } from "@tautan/core";
import { type DriverError, driverError } from "@tautan/core/driver";
import { type MinorUnits, minorUnits } from "@tautan/driver-kit/http";
import { err, type Result } from "neverthrow";

/** Contoh Pay follows ISO 4217, for the rupiah too. Source: PROVIDER.md, Requests. */
const { toMinor, fromMinor } = minorUnits();

/** The documented currencies. */
const CURRENCIES: ReadonlySet<string> = new Set(["IDR", "JPY", "SGD"]);

export const toMinorUnits: MinorUnits["toMinor"] = toMinor;

/** The amount for a number of smallest units. An undocumented currency has no known decimals. */
export const fromMinorUnits = (units: number, currency: string): Result<Money, DriverError> => {
  if (CURRENCIES.has(currency)) return fromMinor(units, currency);
  const message = "the response has an amount in a currency that Contoh Pay does not document";
  return err(driverError("malformed_response", { message }));
};
