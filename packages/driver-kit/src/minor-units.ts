import type { Money } from "@tautan/core";
import { canonicalDecimal, type DriverError, driverError } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import { type CurrencyRules, currencyDecimals } from "./currencies.ts";

/** The deviations of a provider. */
export interface MinorUnitRules extends CurrencyRules {
  /** Whether amounts below 0 are converted, such as the price of an item that is a discount. Default false: they are refused. */
  readonly signed?: boolean;
}

/**
 * Converts the amounts of one provider digit by digit: nothing on the way is a fraction of a number. Codes of currencies are
 * read in either case, and returned in upper case. No amount is rounded: one that the provider cannot take is an error.
 */
export interface MinorUnits {
  /** Digits after the point. */
  readonly decimalsOf: (currency: string) => number;
  /** `10.5` USD is 1050. An error if that is not a whole number below 2^53. `path` is the amount's place in the request. */
  readonly toMinor: (money: Money, path?: string) => Result<number, DriverError>;
  /** 1050 USD, as a number or in digits, is `10.5`. */
  readonly fromMinor: (minor: unknown, currency: string) => Result<Money, DriverError>;
  /** `10.5` USD is `10.50`, `10` JPY is `10`. */
  readonly toText: (money: Money, path?: string) => Result<string, DriverError>;
}

/** The conversions of a provider. */
export const minorUnits = ({ signed = false, ...rules }: MinorUnitRules = {}): MinorUnits => {
  const whole = signed ? /^-?\d+$/ : /^\d+$/;
  const decimalsOf = currencyDecimals(rules);
  const toText: MinorUnits["toText"] = ({ amount, currency }, path = "amount") => {
    const decimals = decimalsOf(currency);
    const [units = "", fraction = ""] = canonicalDecimal(amount)?.split(".") ?? [];
    if (!whole.test(units) || fraction.length > decimals) {
      const message = `nothing was sent: expected an amount${signed ? "" : " of 0 or more"} with at most ${decimals} decimals, got ${amount} ${currency}`;
      return err(driverError("amount_unrepresentable", { message, path, outcome: "not_sent" }));
    }
    return ok(decimals === 0 ? units : `${units}.${fraction.padEnd(decimals, "0")}`);
  };
  return {
    decimalsOf,
    toText,
    toMinor: (money, path = "amount") =>
      toText(money, path).andThen((text) => {
        const minor = Number(text.replace(".", ""));
        if (Number.isSafeInteger(minor)) return ok(minor);
        const message = `nothing was sent: ${money.amount} ${money.currency} is not below 2^53 in minor units`;
        return err(driverError("amount_unrepresentable", { message, path, outcome: "not_sent" }));
      }),
    fromMinor: (minor, currency) => {
      const digits = canonicalDecimal(minor);
      if (digits === undefined || !whole.test(digits)) {
        const message = "the response has an amount that is not a whole number of minor units";
        return err(driverError("malformed_response", { message }));
      }
      const decimals = decimalsOf(currency);
      const padded = digits.replace("-", "").padStart(decimals + 1, "0");
      const point = padded.length - decimals;
      const sign = digits.startsWith("-") ? "-" : "";
      const text = decimals === 0 ? digits : `${sign}${padded.slice(0, point)}.${padded.slice(point)}`;
      return ok({ amount: canonicalDecimal(text) ?? text, currency: currency.toUpperCase() });
    },
  };
};

/** The value of a result that core's checks guarantee. Throws if it is an error, which core reports as a defect of the driver. */
export const checkedByCore = <T>(result: Result<T, DriverError>): T => {
  if (result.isErr()) throw new RangeError(result.error.message);
  return result.value;
};
