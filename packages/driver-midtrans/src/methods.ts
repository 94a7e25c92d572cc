import type { MethodAmountLimit, PaymentMethod } from "@tautan/core";

/**
 * `enabled_payments` codes. Sources: docs.midtrans.com, Create Payment Link (the first sixteen) and Snap's Request Body
 * JSON Parameter (seabank_va to uob_ezpay); the last six are only in the Payment Link API page of 2022.
 */
const CODES = {
  credit_card: { kind: "card" },
  echannel: { kind: "virtual_account", channel: "mandiri" },
  permata_va: { kind: "virtual_account", channel: "permata" },
  bca_va: { kind: "virtual_account", channel: "bca" },
  bni_va: { kind: "virtual_account", channel: "bni" },
  bri_va: { kind: "virtual_account", channel: "bri" },
  cimb_va: { kind: "virtual_account", channel: "cimb" },
  danamon_va: { kind: "virtual_account", channel: "danamon" },
  bsi_va: { kind: "virtual_account", channel: "bsi" },
  gopay: { kind: "ewallet", channel: "gopay" },
  shopeepay: { kind: "ewallet", channel: "shopeepay" },
  other_qris: { kind: "qris" },
  alfamart: { kind: "retail", channel: "alfamart" },
  indomaret: { kind: "retail", channel: "indomaret" },
  akulaku: { kind: "paylater", channel: "akulaku" },
  kredivo: { kind: "paylater", channel: "kredivo" },
  seabank_va: { kind: "virtual_account", channel: "seabank" },
  saqu_va: { kind: "virtual_account", channel: "saqu" },
  other_va: { kind: "virtual_account", channel: "other" },
  ovo: { kind: "ewallet", channel: "ovo" },
  dana: { kind: "ewallet", channel: "dana" },
  uob_ezpay: { kind: "online_banking", channel: "uob" },
  cimb_clicks: { kind: "online_banking", channel: "cimb" },
  bca_klikbca: { kind: "online_banking", channel: "klikbca" },
  bca_klikpay: { kind: "online_banking", channel: "klikpay" },
  bri_epay: { kind: "online_banking", channel: "bri" },
  danamon_online: { kind: "online_banking", channel: "danamon" },
  telkomsel_cash: { kind: "ewallet", channel: "telkomsel" },
} as const satisfies Readonly<Record<string, PaymentMethod>>;

/**
 * The limits of one payment by a code, in rupiah. Source: docs.midtrans.com, "Berapa jumlah transaksi minimal dan maksimal",
 * 2026-03-30. Alfamart's limit is for cash; a wallet of an unverified holder has a lower limit.
 */
const AMOUNTS: Readonly<Partial<Record<keyof typeof CODES, { readonly min?: string; readonly max?: string }>>> = {
  credit_card: { min: "10000", max: "999999999" },
  bca_va: { min: "10000" },
  bsi_va: { min: "1000" },
  cimb_va: { max: "250000000" },
  seabank_va: { min: "10000", max: "100000000" },
  gopay: { max: "20000000" },
  shopeepay: { max: "20000000" },
  dana: { max: "20000000" },
  other_qris: { max: "10000000" },
  alfamart: { max: "2500000" },
  indomaret: { min: "10000", max: "5000000" },
  akulaku: { min: "5000" },
};

const METHOD_BY_CODE: ReadonlyMap<string, PaymentMethod> = new Map(Object.entries(CODES));

const sameMethod = (left: PaymentMethod, right: PaymentMethod): boolean =>
  left.kind === right.kind && left.channel === right.channel;

/** The methods a link can be restricted to. */
export const OFFERED_METHODS: readonly PaymentMethod[] = [...METHOD_BY_CODE.values()];

/** The methods with limits. */
export const AMOUNT_LIMITS: readonly MethodAmountLimit[] = Object.entries(AMOUNTS).map(([code, bounds]) => ({
  ...CODES[code as keyof typeof CODES],
  currency: "IDR",
  ...bounds,
}));

/** The `enabled_payments` code of a method. */
export const codesOfMethod = (method: PaymentMethod): readonly string[] =>
  [...METHOD_BY_CODE].filter(([, each]) => sameMethod(each, method)).map(([code]) => code);

/** The reads of a link list all its methods. */
const REPORTED_METHODS: ReadonlyMap<string, PaymentMethod> = new Map(
  Object.entries(CODES).map(([code, method]) => [code, Object.freeze({ ...method, raw: code })]),
);

/** The method of an `enabled_payments` code; `other` for one that is not listed. */
export const methodOfCode = (code: string): PaymentMethod =>
  REPORTED_METHODS.get(code) ?? {
    ...(METHOD_BY_CODE.get(code.toLowerCase()) ?? { kind: "other" as const }),
    raw: code,
  };

/** The fields of a transaction about its method. */
export interface PaymentTypeFields {
  readonly payment_type: string;
  readonly va_numbers?: readonly { readonly bank?: string | undefined }[] | undefined;
  readonly permata_va_number?: string | undefined;
  readonly store?: string | undefined;
  readonly acquirer?: string | undefined;
  readonly payment_option_type?: string | undefined;
}

const channelName = (text: string | undefined): string | undefined => {
  const lower = text?.toLowerCase() ?? "";
  if (/^[a-z0-9]+$/.test(lower)) return lower;
  return lower.replace(/[^a-z0-9]+/g, "_").replace(/^_|_$/g, "") || undefined;
};

const withChannel = (kind: PaymentMethod["kind"], channel: string | undefined, raw: string): PaymentMethod =>
  channel === undefined ? { kind, raw } : { kind, channel, raw };

/**
 * The method of a transaction. Source: https://docs.midtrans.com/docs/https-notification-webhooks, samples by payment type, and Get
 * Transaction Status. `payment_type` is written in capitals in the purchases of a link.
 */
export const methodOfTransaction = (fields: PaymentTypeFields): PaymentMethod => {
  const raw = fields.payment_type;
  const type = raw.toLowerCase();
  switch (type) {
    case "bank_transfer":
      return withChannel(
        "virtual_account",
        channelName(fields.va_numbers?.[0]?.bank) ?? (fields.permata_va_number === undefined ? undefined : "permata"),
        raw,
      );
    case "qris":
      return withChannel("qris", channelName(fields.acquirer), raw);
    case "cstore":
      return withChannel("retail", channelName(fields.store), raw);
    case "gopay":
      // The GoPay app also lends: docs.midtrans.com, Get Transaction Status, payment_option_type.
      return withChannel(
        /^(PAY_LATER|GO_CICIL)$/i.test(fields.payment_option_type ?? "") ? "paylater" : "ewallet",
        "gopay",
        raw,
      );
    default:
      return methodOfCode(raw);
  }
};
