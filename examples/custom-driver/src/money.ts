import type { Money } from "@tautan/core";
import { canonicalDecimal, type DriverError, driverError } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";

/** Digits behind the point by ISO 4217, which Contoh Pay follows for the rupiah too. Source: PROVIDER.md, Requests. */
const MINOR_UNIT_DIGITS: ReadonlyMap<string, number> = new Map([
  ["IDR", 2],
  ["JPY", 0],
  ["SGD", 2],
]);

/** The number of smallest units that an amount is, by moving the point in its text: no float ever holds a part of it. */
export const toMinorUnits = ({ amount, currency }: Money): Result<number, DriverError> => {
  const digits = MINOR_UNIT_DIGITS.get(currency) ?? 0;
  const [whole = "", fraction = ""] = amount.split(".");
  const units = Number(whole + fraction.padEnd(digits, "0"));
  if (fraction.length <= digits && Number.isSafeInteger(units)) return ok(units);
  const message = `nothing was sent: ${amount} ${currency} is no whole number of ${digits}-digit minor units below 2^53`;
  return err(driverError("amount_unrepresentable", { message, path: "amount", outcome: "not_sent" }));
};

/** The amount that a number of smallest units is. A currency that is not documented cannot be placed. */
export const fromMinorUnits = (units: number, currency: string): Result<Money, DriverError> => {
  const digits = MINOR_UNIT_DIGITS.get(currency);
  if (digits === undefined) {
    const message = "the answer has an amount in a currency that Contoh Pay does not document";
    return err(driverError("malformed_response", { message }));
  }
  const text = String(units).padStart(digits + 1, "0");
  const decimal = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  return ok({ amount: canonicalDecimal(decimal) ?? decimal, currency });
};
