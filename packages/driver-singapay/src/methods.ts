import type { PaymentMethod, PaymentMethodKind } from "@tautan/core";
import type { JsonObject } from "@tautan/driver-kit/http";

const BANKS = [
  "BCA",
  "BNC",
  "BNI",
  "BRI",
  "BSI",
  "CIMB",
  "DANAMON",
  "MANDIRI",
  "MAYBANK",
  "MUAMALAT",
  "OCBC",
  "PERMATA",
] as const;
const WALLETS = ["DANA", "GOPAY", "OVO", "SHOPEEPAY"] as const;
const SHOPS = ["ALFAMART", "INDOMARET"] as const;

const withChannel = (kind: PaymentMethodKind, channel: string): PaymentMethod => ({
  kind,
  channel: channel.toLowerCase(),
});

/**
 * Codes of `whitelisted_payment_method`. Sources: docs-payment-b2b.singapay.id,
 * payment-link/get-available-payment-method, and the sandbox's response as https://github.com/aliziodev/laravel-singapay recorded
 * it.
 */
const METHOD_BY_CODE: ReadonlyMap<string, PaymentMethod> = new Map<string, PaymentMethod>([
  ...BANKS.map((bank) => [`VA_${bank}`, withChannel("virtual_account", bank)] as const),
  ["QRIS", { kind: "qris" }],
  ...WALLETS.map((wallet) => [`EWALLET_${wallet}`, withChannel("ewallet", wallet)] as const),
  ...SHOPS.map((shop) => [shop, withChannel("retail", shop)] as const),
  ["NICEPAY_CARD", { kind: "card" }],
]);

/** A link names shops by other codes than it was created with. Source: https://github.com/aliziodev/laravel-singapay. */
const CODE_BY_RENAMED: ReadonlyMap<string, string> = new Map(
  SHOPS.map((shop) => [`RETAIL_${shop}_LINKQU`, shop] as const),
);

/** Codes of other sources, which are never sent. */
const METHOD_BY_OTHER_CODE: ReadonlyMap<string, PaymentMethod> = new Map<string, PaymentMethod>([
  ...WALLETS.map((wallet) => [wallet, withChannel("ewallet", wallet)] as const),
  ["CARD", { kind: "card" }],
  ["CREDIT_CARD", { kind: "card" }],
]);

/** Groups of the list of methods, for codes that are newer than this table. Same source. */
const KIND_BY_GROUP: ReadonlyMap<string, PaymentMethodKind> = new Map<string, PaymentMethodKind>([
  ["va", "virtual_account"],
  ["qris", "qris"],
  ["ewallet", "ewallet"],
  ["offline_store", "retail"],
  ["card", "card"],
]);

/** The methods a link can be restricted to. */
export const OFFERED_METHODS: readonly PaymentMethod[] = [...METHOD_BY_CODE.values()];

/** The code of each method. */
export const codesOfMethod = ({ kind, channel }: PaymentMethod): readonly string[] =>
  [...METHOD_BY_CODE].filter(([, each]) => each.kind === kind && each.channel === channel).map(([code]) => code);

/** The code to send for a code of a read link. */
export const sendableCode = (code: string): string => CODE_BY_RENAMED.get(code) ?? code;

/** The method of a code. For one that is not listed, that of its group if there is one, otherwise `other`. */
export const methodOfCode = (code: string, group?: string): PaymentMethod => ({
  ...(knownMethod(code) ?? methodOfGroup(code, group)),
  raw: code,
});

const knownMethod = (code: string): PaymentMethod | undefined => {
  const upper = code.toUpperCase();
  return METHOD_BY_CODE.get(sendableCode(upper)) ?? METHOD_BY_OTHER_CODE.get(upper);
};

const methodOfGroup = (code: string, group = ""): PaymentMethod => {
  const kind = KIND_BY_GROUP.get(group.toLowerCase());
  if (kind === undefined) return { kind: "other" };
  const channel = channelName(code.replace(/^(?:VA|EWALLET|RETAIL)_/i, ""));
  return kind === "card" || kind === "qris" || channel === undefined ? { kind } : { kind, channel };
};

const channelName = (text: string): string | undefined =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "") || undefined;

/** The fields of a payment about its method. */
export interface MethodFields {
  /** A name for display: `VA BRI`, `Alfamart (Linkqu)`, `Credit Card`. */
  readonly payment_method_name?: string | undefined;
  /** For shops it has a `retail_code`. */
  readonly payment_method_additional?: JsonObject | undefined;
}

/**
 * The method of a payment. Payments have no code: a shop is known by its `retail_code`, others by their name. Known names:
 * docs.singapay.id, payment-link-history/list, and https://github.com/aliziodev/laravel-singapay; other names are read by what they
 * contain.
 */
export const methodOfHistory = ({
  payment_method_name: name,
  payment_method_additional: additional,
}: MethodFields): PaymentMethod | undefined => {
  const retailCode = additional?.["retail_code"];
  const shop = typeof retailCode === "string" ? knownMethod(retailCode) : undefined;
  if (name === undefined) return shop && { ...shop, raw: String(retailCode) };
  return { ...(shop ?? knownMethod(name) ?? methodOfName(name)), raw: name };
};

const methodOfName = (name: string): PaymentMethod => {
  const bank = /^VA (.+)/i.exec(name)?.[1];
  const bankChannel = bank === undefined ? undefined : channelName(bank);
  if (bankChannel !== undefined) return { kind: "virtual_account", channel: bankChannel };
  if (/qris/i.test(name)) return { kind: "qris" };
  const shop = /alfamart|indomaret/i.exec(name)?.[0];
  if (shop !== undefined) return withChannel("retail", shop);
  if (/card/i.test(name)) return { kind: "card" };
  const wallet = /\b(?:dana|gopay|ovo|shopeepay)\b/i.exec(name)?.[0];
  return wallet === undefined ? { kind: "other" } : withChannel("ewallet", wallet);
};
