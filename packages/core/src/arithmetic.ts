// The only file that calculates with money. Loaded when it is first needed.
import { Big } from "big.js";
import { canonicalDecimal, type Money } from "./money.ts";

// A constructor of our own, because its settings are global to whoever shares it. Strict mode refuses JavaScript numbers,
// so that no float can slip into a sum.
const Decimal = Big();
Decimal.strict = true;

const canonical = (value: Big): string => canonicalDecimal(value.toFixed()) ?? value.toFixed();

/** The sum of canonical decimals; `"0"` of none. */
export const sumDecimals = (amounts: readonly string[]): string =>
  canonical(amounts.reduce((sum, amount) => sum.plus(amount), new Decimal("0")));

/** A canonical decimal times a whole number. */
export const timesInteger = (amount: string, factor: number): string =>
  canonical(new Decimal(amount).times(String(factor)));

/** Negative, zero or positive, as `left` is less than, equal to or greater than `right`. */
export const compareDecimals = (left: string, right: string): number => new Decimal(left).cmp(right);

/** The sum of amounts of one currency, or `undefined` where the currencies differ or there is none to sum. */
export const sumMoney = (amounts: readonly Money[]): Money | undefined => {
  const currency = amounts[0]?.currency;
  if (currency === undefined || amounts.some((each) => each.currency !== currency)) return undefined;
  return Object.freeze({ amount: sumDecimals(amounts.map((each) => each.amount)), currency });
};
