import type { MethodCurrencies, PaymentMethod, PaymentMethodKind } from "@tautan/core";

interface Channel {
  readonly kind: PaymentMethodKind;
  readonly channel?: string;
  /** The only currency in which it can be used, if the documents name its country. */
  readonly currency?: string;
  /** Only in answers: no document has it among the codes of requests. */
  readonly isReadOnly?: true;
}

const of = (
  kind: PaymentMethodKind,
  currency: string | undefined,
  channels: Readonly<Record<string, string>>,
): readonly (readonly [string, Channel])[] =>
  Object.entries(channels).map(([code, channel]) => [code, { kind, channel, ...(currency && { currency }) }] as const);

const named = (...codes: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(codes.map((code) => [code, code.toLowerCase()]));

/**
 * The channel codes that a request takes, which a paid invoice and a callback name too. Sources:
 * https://developers.xendit.co/api-reference/#create-invoice, payment_methods, as
 * https://github.com/PipedreamHQ/pipedream, components/xendit/common/constants.mjs has it; https://github.com/xendit/xendit-node,
 * docs/invoice/BankCode.md, EwalletType.md, RetailOutletName.md, QrCodeType.md, DirectDebitType.md and PaylaterType.md.
 */
const CHANNELS: ReadonlyMap<string, Channel> = new Map<string, Channel>([
  ["CREDIT_CARD", { kind: "card" }],
  ...of("virtual_account", "IDR", named("BCA", "BNI", "BRI", "BSI", "BNC", "MANDIRI", "PERMATA", "SAHABAT_SAMPOERNA")),
  ...of("virtual_account", "IDR", named("CIMB", "BJB", "MUAMALAT", "HANA")).map(
    ([code, each]) => [code, { ...each, isReadOnly: true }] as const,
  ),
  ...of("retail", "IDR", named("ALFAMART", "INDOMARET")),
  ...of("retail", "PHP", {
    ...named("7ELEVEN", "CEBUANA"),
    DP_MLHUILLIER: "mlhuillier",
    DP_PALAWAN: "palawan",
    DP_ECPAY_LOAN: "ecpay_loan",
  }),
  ["QRIS", { kind: "qris", currency: "IDR" }],
  ...of("qr", "PHP", named("QRPH")),
  ...of("qr", "THB", named("PROMPTPAY")),
  ...of("ewallet", "IDR", named("OVO", "DANA", "SHOPEEPAY", "LINKAJA", "JENIUSPAY", "ASTRAPAY")),
  ...of("ewallet", "PHP", named("GCASH", "PAYMAYA", "GRABPAY")),
  ...of("ewallet", "THB", named("TRUEMONEY", "LINEPAY")),
  ...of("ewallet", "VND", named("ZALOPAY", "MOMO", "APPOTA", "VIETTELPAY")),
  ...of("ewallet", "MYR", named("TOUCHNGO")),
  ...of("ewallet", undefined, named("WECHATPAY")),
  ...of("direct_debit", "IDR", { DD_BRI: "bri", DD_BCA_KLIKPAY: "bca_klikpay" }),
  ...of("direct_debit", "PHP", { DD_BPI: "bpi", DD_UBP: "ubp" }),
  ...of("paylater", "IDR", named("KREDIVO", "AKULAKU", "UANGME")),
  ...of("paylater", undefined, named("ATOME")),
  ...of("paylater", "PHP", named("BILLEASE", "CASHALO")),
]);

const methodOf = ({ kind, channel }: Channel): PaymentMethod => ({ kind, ...(channel && { channel }) });

/** The methods that a link can be restricted to. */
export const OFFERED_METHODS: readonly PaymentMethod[] = [...CHANNELS.values()]
  .filter(({ isReadOnly }) => !isReadOnly)
  .map(methodOf);

/** The methods that exist in one currency alone. */
export const METHOD_CURRENCIES: readonly MethodCurrencies[] = [...CHANNELS.values()].flatMap((each) =>
  each.currency === undefined || each.isReadOnly ? [] : [{ ...methodOf(each), currencies: [each.currency] }],
);

/** The code of an offered method. */
export const codeOfMethod = (method: PaymentMethod): string | undefined => {
  for (const [code, each] of CHANNELS) {
    if (each.kind === method.kind && each.channel === method.channel) return code;
  }
  return undefined;
};

/**
 * The kinds in a paid invoice. Source: https://github.com/xendit/xendit-node, docs/invoice/InvoicePaymentMethod.md. A virtual account of
 * an invoice is paid by a bank transfer.
 */
const KINDS: ReadonlyMap<string, PaymentMethodKind> = new Map([
  ["BANK_TRANSFER", "virtual_account"],
  ["POOL", "virtual_account"],
  ["CALLBACK_VIRTUAL_ACCOUNT", "virtual_account"],
  ["CREDIT_CARD", "card"],
  ["RETAIL_OUTLET", "retail"],
  ["QR_CODE", "qr"],
  ["QRIS", "qris"],
  ["EWALLET", "ewallet"],
  ["DIRECT_DEBIT", "direct_debit"],
  ["PAYLATER", "paylater"],
]);

/** The fields of a paid invoice or callback about its method. */
export interface PaymentMethodFields {
  readonly payment_method: string | undefined;
  readonly payment_channel: string | undefined;
  readonly bank_code: string | undefined;
  readonly ewallet_type: string | undefined;
  readonly retail_outlet_name: string | undefined;
}

/**
 * The method of a payment. New channels appear without notice, so that a channel that is not listed keeps its kind, and any other word
 * is `other`, each with the provider's word.
 */
export const methodOfPayment = (fields: PaymentMethodFields): PaymentMethod | undefined => {
  const code = fields.payment_channel ?? fields.bank_code ?? fields.ewallet_type ?? fields.retail_outlet_name;
  const kindWord = fields.payment_method;
  if (code === undefined && kindWord === undefined) return undefined;
  const raw = code ?? kindWord ?? "";
  const kind = KINDS.get(kindWord?.toUpperCase() ?? "");
  const listed = CHANNELS.get(raw.toUpperCase());
  // The kind decides: BRI is a bank with virtual accounts and one with direct debits.
  if (listed && (kind === undefined || kind === listed.kind || kind === "qr")) return { ...methodOf(listed), raw };
  if (kind === undefined) return { kind: "other", raw };
  const channel = code === undefined || code.toUpperCase() === kindWord?.toUpperCase() ? undefined : channelOf(code);
  return { kind, ...(channel && { channel }), raw };
};

const channelOf = (code: string): string =>
  code
    .toLowerCase()
    .replace(/^(?:dd|ba|dc|dp)_/, "")
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "");
