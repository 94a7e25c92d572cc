import {
  CARD_LABEL,
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
  type PayMethod,
  SECOND_MS,
  virtualAccountOf,
} from "../simulator-kit/index.ts";

/** A payment method that a Midtrans link can allow. Its code is that of `enabled_payments`. */
export interface MidtransMethod extends PayMethod {
  /** As in notifications. */
  readonly paymentType: string;
  /** How long a payment stays pending. */
  readonly lifetimeMs: number;
  /** The bank of a virtual account, as in `va_numbers`. */
  readonly bank?: string;
  readonly store?: string;
  /** Its limits for one payment. */
  readonly limits: AmountLimits;
  /** The bank or store may take a settled payment back (docs.midtrans.com, Transaction Status Cycle). */
  readonly isReversible?: true;
  /** Present if a settled payment can be refunded. */
  readonly refund?: RefundRules;
}

/** Whole rupiah, inclusive. */
export interface AmountLimits {
  readonly min: number;
  readonly max: number;
}

/** The refunds that a method allows. */
interface RefundRules {
  /** For how long after the payment. Absent: no end is documented. */
  readonly windowMs?: number;
  /** Nothing less than the whole payment. */
  readonly isInFullOnly?: true;
  /** Not by the call that hears of it at once. */
  readonly isQueuedOnly?: true;
}

// docs.midtrans.com, "Berapa jumlah transaksi minimal dan maksimal", 2026-03-30. Methods that it does not name, and bounds
// that it leaves out, have none. Alfamart takes 5,000,000 where it is not paid in cash; wallets of payers who have not
// proved who they are take 2,000,000.
const LIMITS_BY_CODE: Readonly<Record<string, Partial<AmountLimits>>> = {
  credit_card: { min: 10_000, max: 999_999_999 },
  bca_va: { min: 10_000 },
  bsi_va: { min: 1_000 },
  cimb_va: { max: 250_000_000 },
  seabank_va: { min: 10_000, max: 100_000_000 },
  gopay: { max: 20_000_000 },
  shopeepay: { max: 20_000_000 },
  dana: { max: 20_000_000 },
  other_qris: { max: 10_000_000 },
  alfamart: { max: 2_500_000 },
  indomaret: { min: 10_000, max: 5_000_000 },
  akulaku: { min: 5_000 },
};

type MethodWithoutLimits = Omit<MidtransMethod, "limits">;

const virtualAccount = (code: string, name: string, bank: string): MethodWithoutLimits => ({
  code,
  ...virtualAccountOf(name),
  paymentType: "bank_transfer",
  lifetimeMs: DAY_MS,
  bank,
});

// docs.midtrans.com, Code 2xx: 24 hours for virtual accounts, 10 minutes for 3-D Secure, 2 hours for online banking.
// Create Payment Link, `enabled_payments`: these are the methods "active" here when the link names none.
// Refund Transactions: which methods can be refunded, for how many days, and that ShopeePay and OVO only can be in full.
const ON_LINK_PAGE: readonly MethodWithoutLimits[] = [
  {
    code: "credit_card",
    kind: "card",
    label: CARD_LABEL,
    paymentType: "credit_card",
    lifetimeMs: 10 * MINUTE_MS,
    refund: {},
  },
  {
    code: "echannel",
    kind: "virtual_account",
    label: "Mandiri Bill",
    paymentType: "echannel",
    lifetimeMs: DAY_MS,
    isReversible: true,
  },
  { ...virtualAccount("permata_va", "Permata", "permata"), isReversible: true },
  virtualAccount("bca_va", "BCA", "bca"),
  virtualAccount("bni_va", "BNI", "bni"),
  virtualAccount("bri_va", "BRI", "bri"),
  virtualAccount("cimb_va", "CIMB Niaga", "cimb"),
  virtualAccount("danamon_va", "Danamon", "danamon"),
  virtualAccount("bsi_va", "BSI", "bsi"),
  {
    code: "gopay",
    kind: "ewallet",
    label: "GoPay",
    paymentType: "gopay",
    lifetimeMs: 15 * MINUTE_MS,
    refund: { windowMs: 45 * DAY_MS },
  },
  {
    code: "shopeepay",
    kind: "ewallet",
    label: "ShopeePay",
    paymentType: "shopeepay",
    lifetimeMs: 15 * MINUTE_MS,
    refund: { windowMs: 365 * DAY_MS, isInFullOnly: true },
  },
  {
    code: "other_qris",
    kind: "qris",
    label: "QRIS",
    paymentType: "qris",
    lifetimeMs: 15 * MINUTE_MS,
    refund: { windowMs: 45 * DAY_MS },
  },
  { code: "alfamart", kind: "retail", label: "Alfamart", paymentType: "cstore", lifetimeMs: DAY_MS, store: "alfamart" },
  {
    code: "indomaret",
    kind: "retail",
    label: "Indomaret",
    paymentType: "cstore",
    lifetimeMs: DAY_MS,
    store: "indomaret",
    isReversible: true,
  },
  {
    code: "akulaku",
    kind: "paylater",
    label: "Akulaku PayLater",
    paymentType: "akulaku",
    lifetimeMs: 2 * HOUR_MS,
    refund: {},
  },
  {
    code: "kredivo",
    kind: "paylater",
    label: "Kredivo",
    paymentType: "kredivo",
    lifetimeMs: DAY_MS,
    refund: { windowMs: 14 * DAY_MS },
  },
];

// Allowed when a link names them: the link page's list of 2022, and what Snap adds, on which links run.
const ON_REQUEST: readonly MethodWithoutLimits[] = [
  {
    code: "other_va",
    kind: "virtual_account",
    label: { en: "Virtual account for other banks", id: "Virtual account bank lain" },
    paymentType: "bank_transfer",
    lifetimeMs: DAY_MS,
    bank: "bni",
  },
  virtualAccount("seabank_va", "SeaBank", "seabank"),
  virtualAccount("saqu_va", "Bank Saqu", "saqu"),
  {
    code: "dana",
    kind: "ewallet",
    label: "DANA",
    paymentType: "dana",
    lifetimeMs: 15 * MINUTE_MS,
    refund: { windowMs: 45 * DAY_MS, isQueuedOnly: true },
  },
  {
    code: "ovo",
    kind: "ewallet",
    label: "OVO",
    paymentType: "ovo",
    lifetimeMs: 65 * SECOND_MS,
    refund: { windowMs: 7 * DAY_MS, isInFullOnly: true, isQueuedOnly: true },
  },
  {
    code: "bca_klikbca",
    kind: "online_banking",
    label: "KlikBCA",
    paymentType: "bca_klikbca",
    lifetimeMs: 2 * HOUR_MS,
  },
  {
    code: "bca_klikpay",
    kind: "online_banking",
    label: "BCA KlikPay",
    paymentType: "bca_klikpay",
    lifetimeMs: 2 * HOUR_MS,
  },
  { code: "bri_epay", kind: "online_banking", label: "BRImo", paymentType: "bri_epay", lifetimeMs: 2 * HOUR_MS },
  {
    code: "cimb_clicks",
    kind: "online_banking",
    label: "CIMB Clicks",
    paymentType: "cimb_clicks",
    lifetimeMs: 2 * HOUR_MS,
  },
  {
    code: "danamon_online",
    kind: "online_banking",
    label: "Danamon Online",
    paymentType: "danamon_online",
    lifetimeMs: 2 * HOUR_MS,
  },
  { code: "uob_ezpay", kind: "online_banking", label: "UOB EZ Pay", paymentType: "uob_ezpay", lifetimeMs: 2 * HOUR_MS },
  {
    code: "telkomsel_cash",
    kind: "ewallet",
    label: "Telkomsel Cash",
    paymentType: "telkomsel_cash",
    lifetimeMs: 15 * MINUTE_MS,
  },
];

const METHOD_BY_CODE: ReadonlyMap<string, MidtransMethod> = new Map(
  [...ON_LINK_PAGE, ...ON_REQUEST].map((method) => [
    method.code,
    { ...method, limits: { min: 1, max: Number.MAX_SAFE_INTEGER, ...LIMITS_BY_CODE[method.code] } },
  ]),
);

export const METHOD_CODES: readonly string[] = [...METHOD_BY_CODE.keys()];
export const DEFAULT_METHOD_CODES: readonly string[] = ON_LINK_PAGE.map(({ code }) => code);

/** Those that can be refunded. */
export const REFUNDABLE_CODES: readonly string[] = [...METHOD_BY_CODE.values()]
  .filter(({ refund }) => refund !== undefined)
  .map(({ code }) => code);

export const methodOf = (code: string): MidtransMethod | undefined => METHOD_BY_CODE.get(code);

/** Whether a payment of some amount within the bounds can be made by it. */
export const takes = ({ limits }: MidtransMethod, { min, max }: AmountLimits): boolean =>
  limits.min <= max && limits.max >= min;
