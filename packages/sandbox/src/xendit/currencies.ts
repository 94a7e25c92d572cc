import { type Currency, RUPIAH_CURRENCY } from "../simulator-kit/index.ts";

const withCents = (code: string, locale: string, name: string): Currency => ({
  code,
  decimals: 2,
  locale,
  name,
  unitName: `${name} and hundredths`,
});

// github.com/xendit/xendit-node, docs/invoice/InvoiceCurrency.md.
const CURRENCIES: ReadonlyMap<string, Currency> = new Map([
  ["IDR", RUPIAH_CURRENCY],
  ["USD", withCents("USD", "en-US", "dollars")],
  ["THB", withCents("THB", "th-TH", "baht")],
  ["VND", { code: "VND", decimals: 0, locale: "vi-VN", name: "dong", unitName: "whole dong" }],
  ["PHP", withCents("PHP", "en-PH", "pesos")],
  ["MYR", withCents("MYR", "ms-MY", "ringgit")],
]);

export const CURRENCY_CODES: readonly string[] = [...CURRENCIES.keys()];

export const currencyOf = (code: string): Currency => CURRENCIES.get(code) ?? RUPIAH_CURRENCY;

/** An amount of a request in the smallest unit. In rupiah, decimals are cut off: developers.xendit.co, Create Invoice, amount. */
export const minorOf = (amount: number, { decimals }: Currency): number =>
  decimals === 0 ? Math.trunc(amount) : Math.round(amount * 10 ** decimals);

/** An amount as the API writes it. */
export const majorOf = (amount: number, { decimals }: Currency): number => amount / 10 ** decimals;
