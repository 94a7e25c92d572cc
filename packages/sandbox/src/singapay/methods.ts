import {
  CARD_LABEL,
  DAY_MS,
  type LocalText,
  type MethodKind,
  MINUTE_MS,
  type PayMethod,
  virtualAccountOf,
} from "../simulator-kit/index.ts";

export type MethodGroup = "va" | "qris" | "ewallet" | "offline_store" | "card";

/** An entry of the method catalogue. */
export interface SingapayMethod extends PayMethod {
  /** In the catalogue. */
  readonly name: string;
  readonly group: MethodGroup;
  /** How histories call it. */
  readonly historyName: string;
  /** How links echo the code. */
  readonly echoedCode: string;
}

const BANKS = {
  BCA: "BCA",
  BNC: "BNC",
  BNI: "BNI",
  BRI: "BRI",
  BSI: "BSI",
  CIMB: "CIMB Niaga",
  DANAMON: "Danamon",
  MANDIRI: "Mandiri",
  MAYBANK: "Maybank",
  MUAMALAT: "Muamalat",
  OCBC: "OCBC",
  PERMATA: "Permata",
} as const;
const WALLETS = { DANA: "DANA", GOPAY: "GoPay", OVO: "OVO", SHOPEEPAY: "ShopeePay" } as const;

const KINDS: Readonly<Record<MethodGroup, MethodKind>> = {
  va: "virtual_account",
  qris: "qris",
  ewallet: "ewallet",
  offline_store: "retail",
  card: "card",
};

const method = (
  code: string,
  name: string,
  group: MethodGroup,
  historyName: string,
  label: LocalText = name,
): SingapayMethod => ({ code, kind: KINDS[group], label, name, group, historyName, echoedCode: code });

// docs-payment-b2b.singapay.id, get-available-payment-method; twenty codes in the sandbox of August 2026.
export const METHODS: readonly SingapayMethod[] = [
  ...Object.entries(BANKS).map(([code, bank]) => ({
    ...method(`VA_${code}`, `Virtual Account ${code}`, "va", `VA ${code}`),
    ...virtualAccountOf(bank),
  })),
  method("QRIS", "QRIS", "qris", "QRIS"),
  ...Object.entries(WALLETS).map(([code, wallet]) => method(`EWALLET_${code}`, code, "ewallet", code, wallet)),
  { ...method("ALFAMART", "Alfamart", "offline_store", "Alfamart (Linkqu)"), echoedCode: "RETAIL_ALFAMART_LINKQU" },
  { ...method("INDOMARET", "Indomaret", "offline_store", "Indomaret (Linkqu)"), echoedCode: "RETAIL_INDOMARET_LINKQU" },
  method("NICEPAY_CARD", "Credit Card", "card", "Credit Card", CARD_LABEL),
];

const METHOD_BY_CODE: ReadonlyMap<string, SingapayMethod> = new Map(
  METHODS.flatMap((entry) => [[entry.code, entry] as const, [entry.echoedCode, entry] as const]),
);

/** By the code of the catalogue or the one links echo; both are accepted. */
export const methodOf = (code: string): SingapayMethod | undefined => METHOD_BY_CODE.get(code);

const SHORT_LIVED: ReadonlySet<MethodGroup> = new Set(["qris", "ewallet", "card"]);

/** How long a payment stays pending. */
export const lifetimeMs = ({ group }: SingapayMethod): number => (SHORT_LIVED.has(group) ? 15 * MINUTE_MS : DAY_MS);
