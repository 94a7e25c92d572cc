/**
 * An exact amount: a canonical decimal string in **major** units and an ISO 4217 currency code.
 *
 * `{ amount: "190000", currency: "IDR" }` is Rp190.000; `{ amount: "10.5", currency: "USD" }` is ten dollars fifty.
 * Never a float and never minor units: one gateway writes fifteen thousand rupiah as `1500000`, another as `15000`, a
 * third as `"15000.0"`. Canonical means no exponent, no leading zero, no trailing zero after the point, no `-0`; so equal
 * amounts are equal strings.
 */
export interface Money {
  readonly amount: string;
  readonly currency: string;
}

const DECIMAL = /^(-?)0*(\d+?)(?:\.(\d+?)0*)?$/;
const CURRENCY = /^[A-Z]{3}$/;
/** 18 digits before the point and 18 behind cover every currency and keep hostile input short. */
const MAX_DECIMAL_LENGTH = 38;

/** The canonical spelling of a decimal number, or `undefined` where the input is not one. Exponents are refused. */
export const canonicalDecimal = (input: unknown): string | undefined => {
  const text = typeof input === "string" ? input : isExactNumber(input) ? String(input) : undefined;
  if (text === undefined || text.length > MAX_DECIMAL_LENGTH) return undefined;
  const parts = DECIMAL.exec(text);
  if (!parts) return undefined;
  const [, sign = "", whole = "0", fraction = ""] = parts;
  const digits = fraction === "" || /^0+$/.test(fraction) ? whole : `${whole}.${fraction}`;
  return digits === "0" ? "0" : sign + digits;
};

const isExactNumber = (input: unknown): input is number | bigint =>
  typeof input === "bigint" ||
  // Past 2^53 a double no longer holds every integer, so the number may not be the one that was written.
  (typeof input === "number" && Number.isFinite(input) && Math.abs(input) <= Number.MAX_SAFE_INTEGER);

/** The `Money` an input spells, or `undefined`: for values that come from outside. */
export const parseMoney = (input: unknown): Money | undefined => {
  if (typeof input !== "object" || input === null) return undefined;
  const { amount, currency } = input as Partial<Record<keyof Money, unknown>>;
  const decimal = typeof amount === "string" ? canonicalDecimal(amount) : undefined;
  if (decimal === undefined || typeof currency !== "string" || !CURRENCY.test(currency)) return undefined;
  return Object.freeze({ amount: decimal, currency });
};

/** What `money` takes. A number with a fraction is refused where it is written: it is not the number it looks like. */
export type MoneyAmount<Amount extends string | number | bigint> = Amount extends number
  ? `${Amount}` extends `${string}${"." | "e"}${string}`
    ? 'a number with a fraction is not exact: write it as text, such as "10.50"'
    : Amount
  : Amount;

/** What `idr` takes: whole rupiah, as a number or as text of digits alone. */
export type RupiahAmount<Amount extends string | number | bigint> = Amount extends string
  ? string extends Amount
    ? Amount
    : Amount extends `${bigint}`
      ? Amount
      : 'digits only, such as "190000": a point or comma is read differently in each country'
  : MoneyAmount<Amount>;

/**
 * An amount in major units: `money("10.50", "USD")`, `money(190_000, "IDR")`.
 *
 * A fraction is written as text: the number `0.1 + 0.2` is not `0.3`, and no number says how many digits were meant. A literal
 * with a fraction does not compile. Throws `TypeError` where the amount is not a decimal number (`NaN`, `"1e3"`, a number
 * with a fraction or past 2^53) or the currency not three capital letters. How many decimals a gateway accepts is checked
 * when a link is created.
 */
export const money = <const Amount extends string | number | bigint>(
  amount: MoneyAmount<Amount>,
  currency: string,
): Money => makeMoney("money", amount, currency);

/**
 * Rupiah: `idr(190_000)` and `idr("190000")` are Rp190.000. Text with a point or comma does not compile where it is written
 * out, and throws elsewhere: `"190.000"` is 190 thousand in Indonesia and 190 elsewhere. Throws `TypeError` like
 * {@link money}.
 */
export const idr = <const Amount extends string | number | bigint>(amount: RupiahAmount<Amount>): Money => {
  if (typeof amount === "string" && /[.,]/.test(amount)) {
    throw new TypeError(`idr: digits only were expected, such as "190000", got ${describe(amount)}`);
  }
  return makeMoney("idr", amount, "IDR");
};

/** From plain JavaScript anything may come. */
const makeMoney = (name: "money" | "idr", amount: unknown, currency: string): Money => {
  if (typeof amount === "number" && Number.isFinite(amount) && !Number.isInteger(amount)) {
    const instead = name === "idr" ? "whole rupiah" : 'a fraction as text, such as "10.50",';
    throw new TypeError(`${name}: ${instead} was expected, because a number is not exact; got ${describe(amount)}`);
  }
  const decimal = canonicalDecimal(amount);
  if (decimal === undefined) {
    throw new TypeError(
      `${name}: a decimal number such as ${name === "idr" ? '"190000"' : '"10.50"'} was expected, without exponent and exact, got ${describe(amount)}`,
    );
  }
  if (typeof currency !== "string" || !CURRENCY.test(currency)) {
    throw new TypeError(`money: an ISO 4217 code such as "IDR" was expected, got ${describe(currency)}`);
  }
  return Object.freeze({ amount: decimal, currency });
};

/** Whether two amounts are the same amount of the same currency. */
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
