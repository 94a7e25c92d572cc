/** The kinds of payment methods. A method that a driver does not know is `other`. */
export const PAYMENT_METHOD_KINDS = [
  "card",
  "virtual_account",
  "qris",
  "qr",
  "ewallet",
  "retail",
  "paylater",
  "online_banking",
  "direct_debit",
  "bank_transfer",
  "other",
] as const;

export type PaymentMethodKind = (typeof PAYMENT_METHOD_KINDS)[number];

/**
 * The banks, wallets and shops that drivers of this version know, by kind of method. A new driver must use the names of this
 * list, so that a bank has the same name on every gateway.
 */
export const PAYMENT_CHANNELS = {
  card: [],
  virtual_account: [
    "bca",
    "bjb",
    "bnc",
    "bni",
    "bri",
    "bsi",
    "cimb",
    "cimb_niaga",
    "danamon",
    "hana",
    "mandiri",
    "maybank",
    "muamalat",
    "ocbc",
    "other",
    "permata",
    "sahabat_sampoerna",
    "saqu",
    "seabank",
  ],
  qris: ["airpay_shopee", "gopay"],
  qr: ["paynow", "pix", "promptpay", "qrph"],
  ewallet: [
    "alipay",
    "amazon_pay",
    "appota",
    "astrapay",
    "bizum",
    "cashapp",
    "dana",
    "gcash",
    "gopay",
    "grabpay",
    "jeniuspay",
    "kakao_pay",
    "linepay",
    "link",
    "linkaja",
    "mb_way",
    "mobilepay",
    "momo",
    "naver_pay",
    "ovo",
    "payco",
    "paymaya",
    "paypal",
    "revolut_pay",
    "samsung_pay",
    "satispay",
    "shopeepay",
    "swish",
    "telkomsel",
    "touchngo",
    "truemoney",
    "twint",
    "viettelpay",
    "wechatpay",
    "zalopay",
  ],
  retail: [
    "7eleven",
    "alfamart",
    "boleto",
    "cebuana",
    "ecpay_loan",
    "indomaret",
    "konbini",
    "mlhuillier",
    "multibanco",
    "oxxo",
    "palawan",
  ],
  paylater: [
    "affirm",
    "afterpay_clearpay",
    "akulaku",
    "alma",
    "atome",
    "billease",
    "billie",
    "cashalo",
    "gopay",
    "klarna",
    "kredivo",
    "sunbit",
    "uangme",
    "zip",
  ],
  online_banking: [
    "bancontact",
    "bca",
    "blik",
    "bri",
    "cimb",
    "danamon",
    "eps",
    "fpx",
    "giropay",
    "ideal",
    "klikbca",
    "klikpay",
    "p24",
    "pay_by_bank",
    "sofort",
    "uob",
    "upi",
  ],
  direct_debit: [
    "acss",
    "au_becs",
    "bacs",
    "bca_klikpay",
    "bpi",
    "bri",
    "nz_bank_account",
    "payto",
    "sepa",
    "ubp",
    "us_bank_account",
  ],
  bank_transfer: [],
  other: [],
} as const;

/**
 * The bank, wallet or shop of a kind of method, in lower snake case: `"bca"`, `"gopay"`, `"alfamart"`. Editors complete the
 * known names. Any other text is accepted, because gateways add channels faster than this library.
 */
export type PaymentChannel<Kind extends PaymentMethodKind = PaymentMethodKind> =
  | (typeof PAYMENT_CHANNELS)[Kind][number]
  // With `string` alone, editors would not complete the names.
  | (string & {});

/** A way to pay, of one kind. */
export interface PaymentMethodOf<Kind extends PaymentMethodKind> {
  readonly kind: Kind;
  /** The bank, wallet or shop. */
  readonly channel?: PaymentChannel<Kind>;
  /** The provider's own code, as received. */
  readonly raw?: string;
}

/** A payment method. `kind` determines the possible values of `channel`. */
export type PaymentMethod = { readonly [Kind in PaymentMethodKind]: PaymentMethodOf<Kind> }[PaymentMethodKind];

interface MethodName {
  readonly kind: PaymentMethodKind;
  readonly channel?: string | undefined;
}

/** Whether `wanted` covers `candidate`: the same kind and, if `wanted` names a channel, the same channel. */
export const coversMethod = (wanted: MethodName, candidate: MethodName): boolean =>
  wanted.kind === candidate.kind && (wanted.channel === undefined || wanted.channel === candidate.channel);

/** `virtual_account/bca`, for messages. */
export const describeMethod = ({ kind, channel }: MethodName): string =>
  channel === undefined ? kind : `${kind}/${channel}`;
