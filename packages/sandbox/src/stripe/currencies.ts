// docs.stripe.com/currencies
import type { Currency } from "../simulator-kit/index.ts";

// UGX is written with two decimals that must be zero: docs.stripe.com/currencies, "Special cases".
const WITHOUT_DECIMALS = "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split(" ");
const WITH_THREE_DECIMALS = "bhd jod kwd omr tnd".split(" ");

/** Two decimals on the wire, of which both are zero: docs.stripe.com/currencies, "Special cases". */
const WHOLE_UNITS_ONLY = ["isk", "ugx"];

/** "Supported presentment currencies"; the countries of an account, which decide about some of them, are not simulated. */
const OTHERS =
  "aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad cdf chf cny cop crc cve czk dkk dop " +
  "dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl htg huf idr ils inr jmd kes kgs khr kyd kzt lak lbp lkr lrd lsl mad mdl " +
  "mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab pen pgk php pkr pln qar ron rsd rub sar sbd scr sek sgd shp " +
  "sle sos srd std szl thb tjs top try ttd twd tzs uah usd uyu uzs wst xcd xcg yer zar zmw";

export const CURRENCY_CODES: readonly string[] = [
  ...WITHOUT_DECIMALS,
  ...WITH_THREE_DECIMALS,
  ...WHOLE_UNITS_ONLY,
  ...OTHERS.split(" "),
];

const REGIONS: Readonly<Record<string, string>> = { eur: "IE", xaf: "CM", xof: "SN", xpf: "PF" };
const LANGUAGES: Readonly<Record<string, string>> = {
  idr: "id",
  jpy: "ja",
  krw: "ko",
  brl: "pt",
  thb: "th",
  vnd: "vi",
};

const decimalsOf = (code: string): number => {
  if (WITHOUT_DECIMALS.includes(code)) return 0;
  return WITH_THREE_DECIMALS.includes(code) ? 3 : 2;
};

const NAMES = new Intl.DisplayNames("en", { type: "currency" });

/** `code` as Stripe writes it, in lower case. Amounts count its minor units at Stripe: 1500000 are Rp15.000. */
export const currencyOf = (code: string): Currency => {
  const decimals = decimalsOf(code);
  const name = NAMES.of(code.toUpperCase()) ?? code.toUpperCase();
  return {
    code: code.toUpperCase(),
    decimals,
    locale: `${LANGUAGES[code] ?? "en"}-${REGIONS[code] ?? code.slice(0, 2).toUpperCase()}`,
    name,
    unitName: decimals === 0 ? `a whole amount in ${name}` : `an amount in ${name}`,
  };
};

// docs.stripe.com/currencies, "Minimum and maximum charge amounts". Of other currencies the counterpart of 0.50 USD counts,
// which depends on the day's rate; these have no limit here.
const LEAST_CHARGES: Readonly<Record<string, number>> = {
  aed: 200,
  aud: 50,
  bgn: 100,
  brl: 50,
  cad: 50,
  chf: 50,
  czk: 1_500,
  dkk: 250,
  eur: 50,
  gbp: 30,
  hkd: 400,
  huf: 17_500,
  inr: 50,
  jpy: 50,
  mxn: 1_000,
  myr: 200,
  nok: 300,
  nzd: 50,
  pln: 200,
  ron: 200,
  sek: 300,
  sgd: 50,
  thb: 1_000,
  usd: 50,
};

/** In minor units. */
export const leastChargeIn = (code: string): number => LEAST_CHARGES[code] ?? 1;

// docs.stripe.com/currencies, "Minimum and maximum charge amounts": the digits of these, for cards.
const MOST_CHARGES: Readonly<Record<string, number>> = {
  cop: 9_999_999_999_999,
  huf: 9_999_999_999_999,
  idr: 999_999_999_999,
  inr: 999_999_999,
  jpy: 9_999_999_999_999,
  lbp: 99_999_999_999_999,
};

/** "99999999", eight digits, in minor units, of all others: docs.stripe.com/currencies. */
export const mostChargeIn = (code: string): number => MOST_CHARGES[code] ?? 99_999_999;

/** The problem of an amount because of its currency, with Stripe's code of it. */
export const problemWithAmount = (
  amount: number,
  code: string,
): { readonly code?: string; readonly message: string } | undefined => {
  // support.stripe.com/questions/deprecation-of-fractional-isk-charges-and-refunds
  if (WHOLE_UNITS_ONLY.includes(code) && amount % 100 !== 0) {
    return {
      code: "invalid_charge_amount_no_decimal_compatible",
      message: `Invalid amount: ${code.toUpperCase()} has no decimals, so the amount must be a multiple of 100.`,
    };
  }
  if (WITH_THREE_DECIMALS.includes(code) && amount % 10 !== 0) {
    return { message: `Invalid amount: the least significant digit of an amount in ${code.toUpperCase()} must be 0.` };
  }
  return undefined;
};
