/**
 * An exact amount: a canonical decimal string in **major** units, and a currency code of
 * [ISO 4217](https://www.iso.org/iso-4217-currency-codes.html).
 *
 * `{ amount: "190000", currency: "IDR" }` is Rp190.000; `{ amount: "10.5", currency: "USD" }` is 10.50 US dollars. It is never a
 * float and never in minor units: one gateway writes fifteen thousand rupiah as `1500000`, another as `15000`, a third as
 * `"15000.0"`. The canonical form has no exponent, no leading zeros, no trailing zeros after the point and no `-0`. So equal
 * amounts are equal strings.
 */
export interface Money {
  readonly amount: string;
  readonly currency: string;
}

const DECIMAL = /^-?\d+(?:\.\d+)?$/;
const CURRENCY = /^[A-Z]{3}$/;
/** 18 digits before the point and 18 after it are enough for every currency, and limit hostile input. */
const MAX_DECIMAL_LENGTH = 38;

/**
 * The canonical form of a decimal number, or `undefined` if the input is not one. Exponents are refused.
 *
 * @example
 * ```ts
 * import { canonicalDecimal } from "@tautan/core/driver";
 *
 * canonicalDecimal("0190000.00"); // "190000"
 * canonicalDecimal("1e3"); // undefined
 * ```
 */
export const canonicalDecimal = (input: unknown): string | undefined => {
  const text = typeof input === "string" ? input : isExactNumber(input) ? String(input) : undefined;
  if (text === undefined || text.length > MAX_DECIMAL_LENGTH || !DECIMAL.test(text)) return undefined;
  const sign = text[0] === "-" ? "-" : "";
  let start = sign.length;
  let end = text.length;
  if (text.includes(".")) {
    while (text[end - 1] === "0") end -= 1;
    if (text[end - 1] === ".") end -= 1;
  }
  while (text[start] === "0" && start + 1 < end && text[start + 1] !== ".") start += 1;
  const digits = text.slice(start, end);
  return digits === "0" ? "0" : sign + digits;
};

const isExactNumber = (input: unknown): input is number | bigint =>
  typeof input === "bigint" ||
  // Beyond 2^53, a number may differ from the integer that was written.
  (typeof input === "number" && Number.isFinite(input) && Math.abs(input) <= Number.MAX_SAFE_INTEGER);

/** The currencies with three decimals, by list one of https://www.six-group.com/en/products-services/financial-information/data-standards.html. */
const THREE_DECIMALS = new Set(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]);

/** Whether the point of a decimal may separate thousands: `"190.000"` is 190 thousand in Indonesia and 190 elsewhere. */
export const isAmbiguous = (amount: unknown, currency: unknown): boolean =>
  typeof amount === "string" && amount.at(-4) === "." && !THREE_DECIMALS.has(currency as string);

/**
 * Reads `Money` from untrusted input, or returns `undefined`. An amount with three decimals is refused in currencies without
 * three decimals, because `"190.000"` is 190 thousand in Indonesia and 190 elsewhere.
 *
 * @example
 * ```ts
 * import { parseMoney } from "@tautan/core";
 *
 * parseMoney({ amount: "10.50", currency: "USD" }); // { amount: "10.5", currency: "USD" }
 * parseMoney({ amount: 10.5, currency: "USD" }); // undefined
 * ```
 */
export const parseMoney = (input: unknown): Money | undefined => {
  const read = readMoney(input);
  return read && !isAmbiguous((input as Money).amount, read.currency) ? read : undefined;
};

/** Reads `Money` that was stored or that a gateway reported: there, a point always separates decimals. */
export const readMoney = (input: unknown): Money | undefined => {
  if (typeof input !== "object" || input === null) return undefined;
  const { amount, currency } = input as Partial<Record<keyof Money, unknown>>;
  const decimal = typeof amount === "string" ? canonicalDecimal(amount) : undefined;
  if (decimal === undefined || typeof currency !== "string" || !CURRENCY.test(currency)) return undefined;
  return Object.freeze({ amount: decimal, currency });
};

/** The amounts that `money` accepts. A number literal with a fraction is a compile error, because it is not exact. */
export type MoneyAmount<Amount extends string | number | bigint> = Amount extends number
  ? `${Amount}` extends `${string}${"." | "e"}${string}`
    ? 'a number with a fraction is not exact: write it as text, such as "10.50"'
    : Amount
  : Amount;

/** The amounts that `idr` accepts: whole rupiah, as a number or as a string of digits. */
export type RupiahAmount<Amount extends string | number | bigint> = Amount extends string
  ? string extends Amount
    ? Amount
    : Amount extends `${bigint}`
      ? Amount
      : 'digits only, such as "190000": a point or comma is read differently in each country'
  : MoneyAmount<Amount>;

/**
 * Creates an amount in major units.
 *
 * Pass a fraction as a string, because the number `0.1 + 0.2` is not `0.3`. A number literal with a fraction is a compile
 * error. `"190.000"` is refused, except in currencies with three decimals: the point may separate thousands. The number of decimals that a gateway accepts is checked when a link is created.
 *
 * @throws `TypeError` if the amount is not a decimal number (`NaN`, `"1e3"`, a number with a fraction or beyond 2^53), or if
 * the currency is not three capital letters.
 *
 * @example
 * ```ts
 * import { money } from "@tautan/core";
 *
 * money("10.50", "USD"); // { amount: "10.5", currency: "USD" }
 * money(190_000, "IDR"); // { amount: "190000", currency: "IDR" }
 * ```
 */
export const money = <const Amount extends string | number | bigint>(
  amount: MoneyAmount<Amount>,
  currency: string,
): Money => makeMoney("money", amount, currency);

/**
 * Creates an amount in rupiah.
 *
 * A string literal with a point or comma is a compile error; any other such string throws. `"190.000"` is 190 thousand in
 * Indonesia and 190 elsewhere.
 *
 * @throws `TypeError`, like {@link money}.
 *
 * @example
 * ```ts
 * import { idr } from "@tautan/core";
 *
 * idr(190_000); // Rp190.000
 * idr("190000"); // the same
 * ```
 */
export const idr = <const Amount extends string | number | bigint>(amount: RupiahAmount<Amount>): Money => {
  if (typeof amount === "string" && /[.,]/.test(amount)) {
    throw new TypeError(`idr: expected only digits, such as "190000", got ${describe(amount)}`);
  }
  return makeMoney("idr", amount, "IDR");
};

/** Checks all types: the caller may write plain JavaScript. */
const makeMoney = (name: "money" | "idr", amount: unknown, currency: string): Money => {
  if (typeof amount === "number" && Number.isFinite(amount) && !Number.isInteger(amount)) {
    const instead = name === "idr" ? "whole rupiah," : 'a fraction as text, such as "10.50",';
    throw new TypeError(`${name}: expected ${instead} because a number is not exact, got ${describe(amount)}`);
  }
  const decimal = canonicalDecimal(amount);
  if (decimal === undefined) {
    const example = name === "idr" ? '"190000"' : '"10.50"';
    throw new TypeError(
      `${name}: expected a decimal number such as ${example}, exact and without an exponent, got ${describe(amount)}`,
    );
  }
  if (typeof currency !== "string" || !CURRENCY.test(currency)) {
    throw new TypeError(`money: expected an ISO 4217 code such as "IDR", got ${describe(currency)}`);
  }
  if (isAmbiguous(amount, currency)) {
    throw new TypeError(
      `${name}: expected digits without a separator of thousands, such as "190000", got ${describe(amount)}`,
    );
  }
  return Object.freeze({ amount: decimal, currency });
};

/**
 * Whether two amounts have the same value and currency.
 *
 * @example
 * ```ts
 * import { idr, money, sameMoney } from "@tautan/core";
 *
 * sameMoney(idr(190_000), money("190000.00", "IDR")); // true
 * ```
 */
export const sameMoney = (left: Money, right: Money): boolean =>
  left.amount === right.amount && left.currency === right.currency;

/** Digits after the point: 0 for `"190000"`, 1 for `"10.5"`. */
export const decimalPlaces = (amount: string): number => {
  const point = amount.indexOf(".");
  return point === -1 ? 0 : amount.length - point - 1;
};

const describe = (value: unknown): string => {
  if (typeof value === "function" || (typeof value === "object" && value !== null))
    return `a value of type ${typeof value}`;
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 60)}… (${text.length} characters)` : text;
};
