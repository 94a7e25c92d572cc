import { CARD_LABEL, type MethodKind, type PayMethod, virtualAccountOf } from "../simulator-kit/index.ts";

/** A way to pay a link. Its code is the channel code of requests. */
export interface XenditMethod extends PayMethod {
  /** Absent: in every currency. */
  readonly currency?: string;
  /** `payment_method` of a paid invoice. */
  readonly wire: string;
}

const WIRE: Readonly<Partial<Record<MethodKind, string>>> = {
  virtual_account: "BANK_TRANSFER",
  retail: "RETAIL_OUTLET",
  ewallet: "EWALLET",
  direct_debit: "DIRECT_DEBIT",
  paylater: "PAYLATER",
  qris: "QR_CODE",
  qr: "QR_CODE",
  card: "CREDIT_CARD",
};

const of = (kind: MethodKind, currency: string, labels: Readonly<Record<string, string>>): readonly XenditMethod[] =>
  Object.entries(labels).map(([code, label]) => ({ code, kind, label, currency, wire: WIRE[kind] ?? "" }));

const accounts = (labels: Readonly<Record<string, string>>): readonly XenditMethod[] =>
  Object.entries(labels).map(([code, bank]) => ({
    code,
    ...virtualAccountOf(bank),
    currency: "IDR",
    wire: "BANK_TRANSFER",
  }));

// developers.xendit.co, Create Invoice, payment_methods; github.com/xendit/xendit-node, docs/invoice, the enums of channels.
const METHODS: readonly XenditMethod[] = [
  ...accounts({
    BCA: "BCA",
    BNI: "BNI",
    BRI: "BRI",
    BSI: "BSI",
    BNC: "BNC",
    MANDIRI: "Mandiri",
    PERMATA: "Permata",
    SAHABAT_SAMPOERNA: "Sahabat Sampoerna",
  }),
  ...of("qris", "IDR", { QRIS: "QRIS" }),
  ...of("qr", "PHP", { QRPH: "QR Ph" }),
  ...of("qr", "THB", { PROMPTPAY: "PromptPay" }),
  ...of("ewallet", "IDR", {
    OVO: "OVO",
    DANA: "DANA",
    SHOPEEPAY: "ShopeePay",
    LINKAJA: "LinkAja",
    JENIUSPAY: "Jenius Pay",
    ASTRAPAY: "AstraPay",
  }),
  ...of("ewallet", "PHP", { GCASH: "GCash", PAYMAYA: "Maya", GRABPAY: "GrabPay" }),
  ...of("ewallet", "THB", { TRUEMONEY: "TrueMoney", LINEPAY: "LINE Pay" }),
  ...of("ewallet", "VND", { ZALOPAY: "ZaloPay", MOMO: "MoMo", APPOTA: "Appota", VIETTELPAY: "Viettel Money" }),
  ...of("ewallet", "MYR", { TOUCHNGO: "Touch 'n Go" }),
  { code: "WECHATPAY", kind: "ewallet", label: "WeChat Pay", wire: "EWALLET" },
  { code: "CREDIT_CARD", kind: "card", label: CARD_LABEL, wire: "CREDIT_CARD" },
  ...of("retail", "IDR", { ALFAMART: "Alfamart", INDOMARET: "Indomaret" }),
  ...of("retail", "PHP", {
    "7ELEVEN": "7-Eleven",
    CEBUANA: "Cebuana",
    DP_MLHUILLIER: "M Lhuillier",
    DP_PALAWAN: "Palawan",
    DP_ECPAY_LOAN: "ECPay",
  }),
  ...of("direct_debit", "IDR", { DD_BRI: "BRI", DD_BCA_KLIKPAY: "BCA KlikPay" }),
  ...of("direct_debit", "PHP", { DD_BPI: "BPI", DD_UBP: "UnionBank" }),
  ...of("paylater", "IDR", { KREDIVO: "Kredivo", AKULAKU: "Akulaku", UANGME: "UangMe" }),
  { code: "ATOME", kind: "paylater", label: "Atome", wire: "PAYLATER" },
  ...of("paylater", "PHP", { BILLEASE: "BillEase", CASHALO: "Cashalo" }),
];

/** The channels of a currency, and of these the requested ones. */
export const methodsFor = (currency: string, codes: readonly string[] | undefined): readonly XenditMethod[] =>
  METHODS.filter((each) => each.currency === undefined || each.currency === currency).filter(
    ({ code }) => codes === undefined || codes.includes(code),
  );

export const methodOf = (code: string): XenditMethod | undefined => METHODS.find((each) => each.code === code);

/** Money that was handed over in cash or sent from a bank cannot be sent back: none found, for invoices. */
export const isRefundable = ({ kind }: XenditMethod): boolean => kind !== "virtual_account" && kind !== "retail";
