/** The families of payment methods; a code a driver does not know is `other`. */
export const PAYMENT_METHOD_KINDS = [
  "card",
  "virtual_account",
  "qris",
  "ewallet",
  "retail",
  "paylater",
  "online_banking",
  "direct_debit",
  "bank_transfer",
  "other",
] as const;

export type PaymentMethodKind = (typeof PAYMENT_METHOD_KINDS)[number];

/** How a customer pays. */
export interface PaymentMethod {
  readonly kind: PaymentMethodKind;
  /** The bank, wallet or shop, in lower snake case: `bca`, `gopay`, `alfamart`. */
  readonly channel?: string;
  /** The provider's own code, as it was sent. */
  readonly raw?: string;
}

/** Whether `wanted` covers `candidate`: the same kind and, where `wanted` names a channel, the same channel. */
export const coversMethod = (wanted: PaymentMethod, candidate: PaymentMethod): boolean =>
  wanted.kind === candidate.kind && (wanted.channel === undefined || wanted.channel === candidate.channel);

/** `virtual_account/bca`, for messages. */
export const describeMethod = ({ kind, channel }: PaymentMethod): string =>
  channel === undefined ? kind : `${kind}/${channel}`;
