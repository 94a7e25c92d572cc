// The currencies that Stripe charges, and their amounts. Source: https://docs.stripe.com/currencies.
import type { CurrencyCapability } from "@tautan/core";

/** Presentment currencies with two decimals. */
const TWO_DECIMALS =
  "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CNY COP CRC CVE CZK " +
  "DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR JMD KES KGS KHR KYD KZT LAK LBP LKR " +
  "LRD LSL MAD MDL MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB " +
  "SAR SBD SCR SEK SGD SHP SLE SOS SRD STD SZL THB TJS TOP TRY TTD TWD TZS UAH USD UYU UZS WST XCD XCG YER ZAR ZMW";

/** "Zero-decimal currencies". */
const NO_DECIMALS = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF";

/** "Three-decimal currencies": amounts are in thousandths, and the last digit must be 0. */
const THREE_DECIMALS = "BHD JOD KWD OMR TND";

/** "Special cases": whole units only, with two decimals on the wire that are always 00. */
const WHOLE_UNITS = "ISK UGX";

/** The least amounts of accounts that are paid out in the same currency: "Minimum and maximum charge amounts". */
const MINIMA: Readonly<Record<string, string>> = {
  AED: "2",
  AUD: "0.5",
  BGN: "1",
  BRL: "0.5",
  CAD: "0.5",
  CHF: "0.5",
  CZK: "15",
  DKK: "2.5",
  EUR: "0.5",
  GBP: "0.3",
  HKD: "4",
  HUF: "175",
  INR: "0.5",
  JPY: "50",
  MXN: "10",
  MYR: "2",
  NOK: "3",
  NZD: "0.5",
  PLN: "2",
  RON: "2",
  SEK: "3",
  SGD: "0.5",
  THB: "10",
  USD: "0.5",
};

/** The highest amounts that are not eight digits of minor units: the same section. */
const MAXIMA: Readonly<Record<string, string>> = {
  COP: "9999999999.9",
  HUF: "9999999999",
  IDR: "9999999999.99",
  INR: "9999999.99",
  JPY: "9999999999",
  LBP: "999999999999",
};

const listed = (
  codes: string,
  decimals: number,
  max: string,
): readonly (readonly [code: string, capability: CurrencyCapability])[] =>
  codes.split(" ").map((code) => {
    const min = MINIMA[code];
    const capability = { decimals, wire: "decimal_text", max: MAXIMA[code] ?? max } as const;
    return [code, min === undefined ? capability : { ...capability, min }];
  });

/** The currencies of links. USD is the first, so that samples use it. */
export const CURRENCIES: Readonly<Record<string, CurrencyCapability>> = Object.fromEntries(
  [
    ...listed(TWO_DECIMALS, 2, "999999.99"),
    ...listed(NO_DECIMALS, 0, "99999999"),
    ...listed(THREE_DECIMALS, 2, "99999.99"),
    ...listed(WHOLE_UNITS, 0, "999999"),
  ].toSorted(([left], [right]) => Number(right === "USD") - Number(left === "USD") || (left < right ? -1 : 1)),
);
