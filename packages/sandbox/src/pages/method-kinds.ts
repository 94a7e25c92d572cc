import type { LocalText } from "./language.ts";

/** The kinds of payment methods, in the order of a pay page. */
export const METHOD_KINDS = [
  "virtual_account",
  "qris",
  "qr",
  "ewallet",
  "card",
  "retail",
  "online_banking",
  "direct_debit",
  "bank_transfer",
  "paylater",
  "other",
] as const;

export type MethodKind = (typeof METHOD_KINDS)[number];

/** A way to pay, as a pay page offers it. */
export interface PayMethod {
  /** The provider's own. No payer sees it. */
  readonly code: string;
  readonly kind: MethodKind;
  /** The name that payers know. */
  readonly label: LocalText;
  /** The part of the label that is enough among methods of its kind: `BCA`. */
  readonly brand?: string;
}

/** `BCA virtual account`, in each language. */
export const virtualAccountOf = (bank: string): Pick<PayMethod, "kind" | "label" | "brand"> => ({
  kind: "virtual_account",
  label: { en: `${bank} virtual account`, id: `Virtual account ${bank}` },
  brand: bank,
});

export const CARD_LABEL: LocalText = { en: "Credit or debit card", id: "Kartu kredit atau debit" };

export interface MethodGroup {
  readonly kind: MethodKind;
  readonly methods: readonly PayMethod[];
}

/** The methods by kind, in the order of `kinds`; those of a kind keep their order. */
export const groupByKind = (
  methods: readonly PayMethod[],
  kinds: readonly MethodKind[] = METHOD_KINDS,
): readonly MethodGroup[] =>
  [...new Set([...kinds, ...METHOD_KINDS])]
    .map((kind) => ({ kind, methods: methods.filter((method) => method.kind === kind) }))
    .filter((group) => group.methods.length > 0);
