import type { MethodCurrencies, PaymentMethod } from "@tautan/core";

/**
 * Codes of `payment_method_types`. Source: https://docs.stripe.com/api/payment-link/create, and
 * https://docs.stripe.com/payments/payment-methods/payment-method-support for their kinds.
 */
const CODES = {
  card: { kind: "card" },
  affirm: { kind: "paylater", channel: "affirm" },
  afterpay_clearpay: { kind: "paylater", channel: "afterpay_clearpay" },
  alipay: { kind: "ewallet", channel: "alipay" },
  alma: { kind: "paylater", channel: "alma" },
  au_becs_debit: { kind: "direct_debit", channel: "au_becs" },
  bacs_debit: { kind: "direct_debit", channel: "bacs" },
  bancontact: { kind: "online_banking", channel: "bancontact" },
  billie: { kind: "paylater", channel: "billie" },
  bizum: { kind: "ewallet", channel: "bizum" },
  blik: { kind: "online_banking", channel: "blik" },
  boleto: { kind: "retail", channel: "boleto" },
  cashapp: { kind: "ewallet", channel: "cashapp" },
  eps: { kind: "online_banking", channel: "eps" },
  fpx: { kind: "online_banking", channel: "fpx" },
  giropay: { kind: "online_banking", channel: "giropay" },
  grabpay: { kind: "ewallet", channel: "grabpay" },
  ideal: { kind: "online_banking", channel: "ideal" },
  klarna: { kind: "paylater", channel: "klarna" },
  konbini: { kind: "retail", channel: "konbini" },
  link: { kind: "ewallet", channel: "link" },
  mb_way: { kind: "ewallet", channel: "mb_way" },
  mobilepay: { kind: "ewallet", channel: "mobilepay" },
  multibanco: { kind: "retail", channel: "multibanco" },
  oxxo: { kind: "retail", channel: "oxxo" },
  p24: { kind: "online_banking", channel: "p24" },
  pay_by_bank: { kind: "online_banking", channel: "pay_by_bank" },
  paynow: { kind: "qr", channel: "paynow" },
  paypal: { kind: "ewallet", channel: "paypal" },
  payto: { kind: "direct_debit", channel: "payto" },
  pix: { kind: "qr", channel: "pix" },
  promptpay: { kind: "qr", channel: "promptpay" },
  satispay: { kind: "ewallet", channel: "satispay" },
  sepa_debit: { kind: "direct_debit", channel: "sepa" },
  sofort: { kind: "online_banking", channel: "sofort" },
  sunbit: { kind: "paylater", channel: "sunbit" },
  swish: { kind: "ewallet", channel: "swish" },
  twint: { kind: "ewallet", channel: "twint" },
  upi: { kind: "online_banking", channel: "upi" },
  us_bank_account: { kind: "direct_debit", channel: "us_bank_account" },
  wechat_pay: { kind: "ewallet", channel: "wechatpay" },
  zip: { kind: "paylater", channel: "zip" },
} as const satisfies Readonly<Record<string, PaymentMethod>>;

/**
 * The currencies of methods that do not take every one. Source: https://docs.stripe.com/payments/payment-methods/payment-method-support,
 * "Country and currency support".
 */
const CURRENCIES: Readonly<Partial<Record<keyof typeof CODES, string>>> = {
  affirm: "USD CAD",
  afterpay_clearpay: "USD CAD GBP AUD NZD EUR",
  alipay: "CNY AUD CAD EUR GBP HKD JPY SGD MYR NZD USD",
  alma: "EUR",
  au_becs_debit: "AUD",
  bacs_debit: "GBP",
  bancontact: "EUR",
  billie: "EUR GBP SEK",
  bizum: "EUR",
  blik: "PLN",
  boleto: "BRL",
  cashapp: "USD",
  eps: "EUR",
  fpx: "MYR",
  giropay: "EUR",
  grabpay: "SGD MYR",
  ideal: "EUR",
  klarna: "EUR USD GBP DKK SEK NOK AUD CAD CHF CZK NZD PLN RON",
  konbini: "JPY",
  mb_way: "EUR",
  mobilepay: "EUR DKK SEK NOK",
  multibanco: "EUR",
  oxxo: "MXN",
  p24: "EUR PLN",
  pay_by_bank: "GBP EUR",
  paynow: "SGD",
  paypal: "EUR GBP USD CHF CZK DKK NOK PLN SEK AUD CAD HKD NZD SGD",
  payto: "AUD",
  pix: "BRL",
  promptpay: "THB",
  satispay: "EUR",
  sepa_debit: "EUR",
  sofort: "EUR",
  sunbit: "USD",
  swish: "SEK",
  twint: "CHF",
  upi: "INR",
  us_bank_account: "USD",
  wechat_pay: "CNY AUD CAD EUR GBP HKD JPY SGD USD DKK NOK SEK CHF",
  zip: "USD",
};

/**
 * Codes of payments that a link cannot be restricted to. Source: https://docs.stripe.com/api/charges/object,
 * `payment_method_details.type`.
 */
const OTHER_CODES: Readonly<Record<string, PaymentMethod>> = {
  acss_debit: { kind: "direct_debit", channel: "acss" },
  amazon_pay: { kind: "ewallet", channel: "amazon_pay" },
  customer_balance: { kind: "bank_transfer" },
  kakao_pay: { kind: "ewallet", channel: "kakao_pay" },
  kr_card: { kind: "card" },
  naver_pay: { kind: "ewallet", channel: "naver_pay" },
  nz_bank_account: { kind: "direct_debit", channel: "nz_bank_account" },
  payco: { kind: "ewallet", channel: "payco" },
  revolut_pay: { kind: "ewallet", channel: "revolut_pay" },
  samsung_pay: { kind: "ewallet", channel: "samsung_pay" },
};

const METHOD_BY_CODE: ReadonlyMap<string, PaymentMethod> = new Map(Object.entries({ ...CODES, ...OTHER_CODES }));

/** The methods that a link can be restricted to. */
export const OFFERED_METHODS: readonly PaymentMethod[] = Object.values(CODES);

/** The currencies of methods, as capabilities have them. */
export const METHOD_CURRENCIES: readonly MethodCurrencies[] = Object.entries(CURRENCIES).map(([code, currencies]) => ({
  ...CODES[code as keyof typeof CODES],
  currencies: currencies.split(" "),
}));

/** The `payment_method_types` code of a method. */
export const codesOfMethod = (method: PaymentMethod): readonly string[] =>
  Object.entries(CODES)
    .filter(
      ([, each]: readonly [string, PaymentMethod]) => each.kind === method.kind && each.channel === method.channel,
    )
    .map(([code]) => code);

/** The method of a code. Total: an undocumented code is `other`, with the code. */
export const methodOfCode = (code: string): PaymentMethod => ({
  ...(METHOD_BY_CODE.get(code) ?? { kind: "other" as const }),
  raw: code,
});
