import type { PaymentMethod, PaymentMethodKind } from "@tautan/core";

/** The fields of a payment object about its method, including the names within `instructions`. */
export interface PaymentMethodFields {
  readonly type: string;
  readonly bankShortCode?: string | undefined;
  readonly providerCode?: string | undefined;
  readonly retailOutletName?: string | undefined;
  readonly retailOutletCode?: string | undefined;
}

/**
 * The kinds of method. Sources: https://docs.fazz.com/v4-ID/docs/virtual-account, /v4-ID/edit/qris, /v4-ID/docs/e-wallet and
 * /v4-ID/docs/accept-retail-outlet.
 */
const KINDS: ReadonlyMap<string, PaymentMethodKind> = new Map([
  ["virtual_bank_account", "virtual_account"],
  ["qris", "qris"],
  ["e-wallet", "ewallet"],
  ["retail_outlet", "retail"],
]);

/** The method of a payment; `other` with the provider's word for a type that is not listed. */
export const methodOfPayment = (fields: PaymentMethodFields): PaymentMethod => {
  const { type: raw } = fields;
  const kind = KINDS.get(raw.toLowerCase());
  if (kind === undefined) return { kind: "other", raw };
  const channel = channelOf(kind, fields)
    ?.toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "");
  return { kind, ...(channel && { channel }), raw };
};

/** `retailOutletName` is in the documents, `retailOutletCode` in https://github.com/rl404/xfers-go. */
const channelOf = (kind: PaymentMethodKind, fields: PaymentMethodFields): string | undefined => {
  if (kind === "virtual_account") return fields.bankShortCode;
  if (kind === "ewallet") return fields.providerCode;
  return kind === "retail" ? (fields.retailOutletName ?? fields.retailOutletCode) : undefined;
};
