import type { Money } from "@tautan/core";
import { canonicalDecimal, type DriverError, driverError } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";

/**
 * Digits after the point of the currencies that do not have two. Source: ISO 4217, list one of 2026-01-01, "CcyMnrUnts":
 * https://www.six-group.com/dam/download/financial-information/data-center/iso-currrency/lists/list-one.xml
 */
const CURRENCIES: Readonly<Record<number, string>> = {
  0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
  3: "BHD IQD JOD KWD LYD OMR TND",
  4: "CLF UYW",
};

const DECIMALS: ReadonlyMap<string, number> = new Map(
  Object.entries(CURRENCIES).flatMap(([decimals, codes]) =>
    codes.split(" ").map((code) => [code, Number(decimals)] as const),
  ),
);

/** The deviations of a provider. */
export interface MinorUnitRules {
  /** The decimals of currencies in which it deviates from ISO 4217. */
  readonly exceptions?: Readonly<Record<string, number>>;
  /** Whether amounts below 0 are converted, such as the price of an item that is a discount. Default false: they are refused. */
  readonly signed?: boolean;
}

/** Converts the amounts of one provider digit by digit: nothing on the way is a fraction of a number. */
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
export const minorUnits = ({ exceptions = {}, signed = false }: MinorUnitRules = {}): MinorUnits => {
  const whole = signed ? /^-?\d+$/ : /^\d+$/;
  const decimalsOf = (currency: string): number => exceptions[currency] ?? DECIMALS.get(currency) ?? 2;
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
      return ok({ amount: canonicalDecimal(text) ?? text, currency });
    },
  };
};

/** The value of a result that core's checks guarantee. Throws if it is an error, which core reports as a defect of the driver. */
export const checkedByCore = <T>(result: Result<T, DriverError>): T =>
  result.match(
    (value) => value,
    ({ message }) => {
      throw new RangeError(message);
    },
  );
