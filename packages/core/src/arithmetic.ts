// The only file that calculates with money.
import { decimalPlaces, type Money } from "./money.ts";

/** Most amounts: whole numbers that a JavaScript number expresses exactly. */
const WHOLE = /^\d{1,15}$/;

/** The number of an amount that a JavaScript number expresses exactly; otherwise `NaN`. */
const wholeOf = (amount: string): number => (WHOLE.test(amount) ? Number(amount) : Number.NaN);

/** A decimal is `units / 10 ** scale`. */
const unitsAt = (scale: number, decimal: string): bigint =>
  BigInt(decimal.replace(".", "")) * 10n ** BigInt(scale - decimalPlaces(decimal));

const decimalOf = (units: bigint, scale: number): string => {
  if (scale === 0) return String(units);
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, "0");
  const text = `${digits.slice(0, -scale)}.${digits.slice(-scale)}`.replace(/\.?0+$/, "");
  return units < 0n ? `-${text}` : text;
};

/** The sum of canonical decimals; `"0"` if there is none. */
export const sumDecimals = (amounts: readonly string[]): string => {
  const whole = amounts.reduce((sum, amount) => sum + wholeOf(amount), 0);
  if (Number.isSafeInteger(whole)) return String(whole);
  const scale = amounts.reduce((most, amount) => Math.max(most, decimalPlaces(amount)), 0);
  return decimalOf(
    amounts.reduce((sum, amount) => sum + unitsAt(scale, amount), 0n),
    scale,
  );
};

export const timesInteger = (amount: string, factor: number): string => {
  const whole = wholeOf(amount) * factor;
  if (Number.isSafeInteger(whole)) return String(whole);
  const scale = decimalPlaces(amount);
  return decimalOf(unitsAt(scale, amount) * BigInt(factor), scale);
};

/**
 * Compares two decimal strings: negative if `left` is lower, zero if they are equal, positive if `left` is higher.
 *
 * @example
 * ```ts
 * import { compareDecimals } from "@tautan/core/driver";
 *
 * ["9", "10.5", "10"].sort(compareDecimals); // ["9", "10", "10.5"]
 * ```
 */
export const compareDecimals = (left: string, right: string): number => {
  if (WHOLE.test(left) && WHOLE.test(right)) return Number(left) - Number(right);
  const scale = Math.max(decimalPlaces(left), decimalPlaces(right));
  const [one, other] = [unitsAt(scale, left), unitsAt(scale, right)];
  return one < other ? -1 : Number(one > other);
};

/** Whether `left` is lower than `right`, if both are given. */
export const isBelow = (left: string | undefined, right: string | undefined): boolean =>
  left !== undefined && right !== undefined && compareDecimals(left, right) < 0;

/**
 * The sum of amounts, or `undefined` if there are none or their currencies differ.
 *
 * @example
 * ```ts
 * import { idr } from "@tautan/core";
 * import { sumMoney } from "@tautan/core/driver";
 *
 * sumMoney([idr(190_000), idr(10_000)]); // { amount: "200000", currency: "IDR" }
 * ```
 */
export const sumMoney = (amounts: readonly Money[]): Money | undefined => {
  const currency = amounts[0]?.currency;
  if (currency === undefined || amounts.some((each) => each.currency !== currency)) return undefined;
  return Object.freeze({ amount: sumDecimals(amounts.map((each) => each.amount)), currency });
};
