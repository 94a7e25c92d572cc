// The only file that calculates with money.
import { Big } from "big.js";
import { canonicalDecimal, type Money } from "./money.ts";

// A separate constructor, because its settings apply to all its users. Strict mode refuses JavaScript numbers, so that no float
// can enter a sum.
const Decimal = Big();
Decimal.strict = true;

/** Most amounts: whole numbers that a JavaScript number expresses exactly. */
const WHOLE = /^\d{1,15}$/;

/** A whole number calculated from whole numbers; `undefined` if one of them, or the result, is not exact. */
const ofWhole = (amounts: readonly string[], calculate: (amounts: readonly number[]) => number): string | undefined => {
  if (!amounts.every((each) => WHOLE.test(each))) return undefined;
  const result = calculate(amounts.map(Number));
  return Number.isSafeInteger(result) ? String(result) : undefined;
};

const canonical = (value: Big): string => canonicalDecimal(value.toFixed()) ?? value.toFixed();

/** The sum of canonical decimals; `"0"` if there is none. */
export const sumDecimals = (amounts: readonly string[]): string =>
  ofWhole(amounts, (whole) => whole.reduce((sum, amount) => sum + amount, 0)) ??
  canonical(amounts.reduce((sum, amount) => sum.plus(amount), new Decimal("0")));

export const timesInteger = (amount: string, factor: number): string =>
  ofWhole([amount], ([whole = 0]) => whole * factor) ?? canonical(new Decimal(amount).times(String(factor)));

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
export const compareDecimals = (left: string, right: string): number =>
  WHOLE.test(left) && WHOLE.test(right) ? Number(left) - Number(right) : new Decimal(left).cmp(right);

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
