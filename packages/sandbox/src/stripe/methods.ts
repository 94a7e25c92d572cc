import { CARD_LABEL, DAY_MS, type MethodKind, type PayMethod } from "../simulator-kit/index.ts";

/**
 * How a payment goes on after the payer's choice. `card`: a form; `redirect`: confirmed elsewhere, at once; `debit`: the
 * bank answers days later; `voucher`: the payer pays it later, or never.
 */
type MethodFlow = "card" | "redirect" | "debit" | "voucher";

export interface StripeMethod extends PayMethod {
  readonly flow: MethodFlow;
  /** Absent: all currencies. */
  readonly currencies?: readonly string[];
  /** Of a voucher. */
  readonly lifetimeMs?: number;
}

const method = (
  code: string,
  label: string,
  kind: MethodKind,
  flow: MethodFlow,
  currencies = "",
  lifetimeDays?: number,
): StripeMethod => ({
  code,
  label: code === "card" ? CARD_LABEL : label,
  kind,
  flow,
  ...(currencies !== "" && { currencies: currencies.split(" ") }),
  ...(lifetimeDays !== undefined && { lifetimeMs: lifetimeDays * DAY_MS }),
});

// The codes: `payment_method_types` of payment links, github.com/stripe/stripe-node, src/resources/PaymentLinks.ts.
// The currencies, and which methods notify later: docs.stripe.com/payments/payment-methods/payment-method-support.
// The days of a voucher: docs.stripe.com/payments/konbini, /boleto, /oxxo and /multibanco.
const METHODS: readonly StripeMethod[] = [
  method("card", "", "card", "card"),
  method("link", "Link", "ewallet", "redirect"),
  method("affirm", "Affirm", "paylater", "redirect", "usd cad"),
  method("afterpay_clearpay", "Afterpay", "paylater", "redirect", "usd cad gbp aud nzd eur"),
  method("alipay", "Alipay", "ewallet", "redirect", "cny aud cad eur gbp hkd jpy sgd myr nzd usd"),
  method("alma", "Alma", "paylater", "redirect", "eur"),
  method("au_becs_debit", "BECS Direct Debit", "direct_debit", "debit", "aud"),
  method("bacs_debit", "Bacs Direct Debit", "direct_debit", "debit", "gbp"),
  method("bancontact", "Bancontact", "online_banking", "redirect", "eur"),
  method("billie", "Billie", "paylater", "redirect", "eur gbp sek"),
  method("bizum", "Bizum", "ewallet", "redirect", "eur"),
  method("blik", "BLIK", "online_banking", "redirect", "pln"),
  method("boleto", "Boleto", "retail", "voucher", "brl", 3),
  method("cashapp", "Cash App Pay", "ewallet", "redirect", "usd"),
  method("eps", "EPS", "online_banking", "redirect", "eur"),
  method("fpx", "FPX", "online_banking", "redirect", "myr"),
  method("giropay", "giropay", "online_banking", "redirect", "eur"),
  method("grabpay", "GrabPay", "ewallet", "redirect", "sgd myr"),
  method("ideal", "iDEAL", "online_banking", "redirect", "eur"),
  method("klarna", "Klarna", "paylater", "redirect", "eur usd gbp dkk sek nok aud cad chf czk nzd pln ron"),
  method("konbini", "Konbini", "retail", "voucher", "jpy", 3),
  method("mb_way", "MB WAY", "ewallet", "redirect", "eur"),
  method("mobilepay", "MobilePay", "ewallet", "redirect", "eur dkk sek nok"),
  method("multibanco", "Multibanco", "retail", "voucher", "eur", 7),
  method("oxxo", "OXXO", "retail", "voucher", "mxn", 3),
  method("p24", "Przelewy24", "online_banking", "redirect", "eur pln"),
  method("pay_by_bank", "Pay by Bank", "online_banking", "redirect", "gbp eur"),
  method("paynow", "PayNow", "qr", "redirect", "sgd"),
  method("paypal", "PayPal", "ewallet", "redirect", "eur gbp usd chf czk dkk nok pln sek aud cad hkd nzd sgd"),
  method("paypay", "PayPay", "ewallet", "redirect", "jpy"),
  method("payto", "PayTo", "online_banking", "redirect", "aud"),
  method("pix", "Pix", "qr", "redirect", "brl"),
  method("promptpay", "PromptPay", "qr", "redirect", "thb"),
  method("satispay", "Satispay", "ewallet", "redirect", "eur"),
  method("scalapay", "Scalapay", "paylater", "redirect", "eur"),
  method("sepa_debit", "SEPA Direct Debit", "direct_debit", "debit", "eur"),
  method("sequra", "seQura", "paylater", "redirect", "eur"),
  method("sofort", "Sofort", "online_banking", "debit", "eur"),
  method("sunbit", "Sunbit", "paylater", "redirect", "usd"),
  method("swish", "Swish", "ewallet", "redirect", "sek"),
  method("twint", "TWINT", "ewallet", "redirect", "chf"),
  method("upi", "UPI", "ewallet", "redirect", "inr"),
  method("us_bank_account", "ACH Direct Debit", "direct_debit", "debit", "usd"),
  method("wechat_pay", "WeChat Pay", "ewallet", "redirect", "cny aud cad eur gbp hkd jpy sgd usd dkk nok sek chf"),
  method("zip", "Zip", "paylater", "redirect", "usd"),
];

const BY_CODE: ReadonlyMap<string, StripeMethod> = new Map(METHODS.map((one) => [one.code, one]));

export const METHOD_CODES: readonly string[] = [...BY_CODE.keys()];

export const methodOf = (code: string): StripeMethod => {
  const found = BY_CODE.get(code);
  if (found === undefined) throw new Error(`There is no method ${code} at Stripe.`);
  return found;
};

export const takesCurrency = ({ currencies }: StripeMethod, currency: string): boolean =>
  currencies === undefined || currencies.includes(currency);

/** The dynamic methods of an account that has turned on one of each kind: `payment_method_types` left out. */
const DYNAMIC =
  "card link alipay bacs_debit bancontact boleto cashapp fpx grabpay ideal klarna konbini oxxo p24 paynow pix promptpay sepa_debit swish twint upi us_bank_account wechat_pay".split(
    " ",
  );

export const dynamicMethods = (currency: string): readonly string[] =>
  DYNAMIC.filter((code) => takesCurrency(methodOf(code), currency));
