/** A currency as one provider takes it. */
export interface Currency {
  /** ISO 4217. */
  readonly code: string;
  /** How many digits of the amounts that the sandbox counts with are after the decimal point. */
  readonly decimals: number;
  /** How its people write amounts, as a BCP 47 tag. */
  readonly locale: string;
  /** In the middle of a sentence: `euros`. */
  readonly name: string;
  /** The units in which amounts are entered, for sentences: `euros and cents`. */
  readonly unitName: string;
}

/** `amount` counts the smallest unit that the provider takes, so that sums are exact. */
export interface Money {
  readonly amount: number;
  readonly currency: Currency;
}

/**
 * As its people write it: `€19.99`, without decimals if there are none. `language`: as they write it in that language, such as
 * `en` for rupiah with dots between thousands.
 */
export const formatMoney = ({ amount, currency }: Money, language?: string): string =>
  formatOf(currency, language)
    .formatToParts(amount / 10 ** currency.decimals)
    // Between the sign of the currency and the number some have a space that does not break; these pages have none.
    .filter(({ type, value }) => type !== "literal" || value.trim() !== "")
    .map(({ value }) => value)
    .join("");

/** `Rp` */
export const symbolOf = (currency: Currency): string =>
  formatOf(currency)
    .formatToParts(0)
    .find(({ type }) => type === "currency")?.value ?? currency.code;

/** An amount as it is typed, or as a field of a form has it; `undefined` if it cannot be one. */
export const parseAmount = (text: string, currency: Currency): number | undefined => {
  const { decimals, locale } = currency;
  const { group, decimal } = separatorsOf(locale);
  const typed = text.trim();
  // Fields of forms have a point, whatever the language.
  const isPlain = /^\d+\.\d+$/.test(typed) && (typed.split(".")[1] ?? "").length <= decimals;
  const [whole = "", fraction = "", ...others] = decimals === 0 ? [typed] : typed.split(isPlain ? "." : decimal);
  const isWhole = /^\d+$/.test(whole) || isGrouped(whole.split(group));
  if (!isWhole || others.length > 0 || !/^\d*$/.test(fraction) || fraction.length > decimals) return undefined;
  return Number(whole.replaceAll(group, "") + fraction.padEnd(decimals, "0"));
};

/** An amount as a field of a form has it: `19.99`. */
export const plainAmount = (amount: number, { decimals }: Currency): string =>
  (amount / 10 ** decimals).toFixed(decimals);

/** How far apart the amounts are that a field of a form takes: `1`, or `0.01`. */
export const amountStep = (currency: Currency): string => plainAmount(1, currency);

/** `190000 or 190.000`: the ways to type an amount. */
export const typedExamples = (amount: number, currency: Currency): string => typedForms(amount, currency).join(" or ");

/** `190000` and `190.000` */
export const typedForms = (amount: number, currency: Currency): readonly [string, string] => {
  const { group, decimal } = separatorsOf(currency.locale);
  const [whole = "", fraction] = plainAmount(amount, currency).split(".");
  const rest = fraction === undefined ? "" : decimal + fraction;
  return [whole + rest, whole.replaceAll(/\B(?=(\d{3})+$)/g, group) + rest];
};

const FORMATS = new Map<string, Intl.NumberFormat>();

const formatOf = ({ code, decimals, locale }: Currency, language?: string): Intl.NumberFormat => {
  const { region } = new Intl.Locale(locale);
  const wanted = language === undefined || region === undefined ? locale : `${language}-${region}`;
  const key = `${code} ${decimals} ${wanted}`;
  const known = FORMATS.get(key);
  if (known !== undefined) return known;
  const format = new Intl.NumberFormat(wanted, {
    style: "currency",
    currency: code,
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
    trailingZeroDisplay: "stripIfInteger",
  });
  FORMATS.set(key, format);
  return format;
};

const isGrouped = ([first = "", ...groups]: readonly string[]): boolean =>
  /^[1-9]\d{0,2}$/.test(first) && groups.length > 0 && groups.every((digits) => /^\d{3}$/.test(digits));

const separatorsOf = (locale: string): { readonly group: string; readonly decimal: string } => {
  const parts = new Intl.NumberFormat(locale, { minimumFractionDigits: 1 }).formatToParts(1_234_567.8);
  const valueOf = (wanted: string, otherwise: string): string =>
    parts.find(({ type }) => type === wanted)?.value ?? otherwise;
  return { group: valueOf("group", ","), decimal: valueOf("decimal", ".") };
};
