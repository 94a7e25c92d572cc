import { DAY_MS, MINUTE_MS } from "../time/times.ts";

export type MethodGroup = "va" | "qris" | "ewallet" | "offline_store" | "card";

/** An entry of the method catalogue. */
export interface SingapayMethod {
  readonly code: string;
  readonly name: string;
  readonly group: MethodGroup;
  /** How histories call it. */
  readonly historyName: string;
  /** How links echo the code. */
  readonly echoedCode: string;
}

const BANKS = "BCA BNC BNI BRI BSI CIMB DANAMON MANDIRI MAYBANK MUAMALAT OCBC PERMATA".split(" ");
const WALLETS = "DANA GOPAY OVO SHOPEEPAY".split(" ");

const method = (code: string, name: string, group: MethodGroup, historyName: string): SingapayMethod => ({
  code,
  name,
  group,
  historyName,
  echoedCode: code,
});

// docs-payment-b2b.singapay.id, get-available-payment-method; twenty codes in the sandbox of August 2026.
export const METHODS: readonly SingapayMethod[] = [
  ...BANKS.map((bank) => method(`VA_${bank}`, `Virtual Account ${bank}`, "va", `VA ${bank}`)),
  method("QRIS", "QRIS", "qris", "QRIS"),
  ...WALLETS.map((wallet) => method(`EWALLET_${wallet}`, wallet, "ewallet", wallet)),
  { ...method("ALFAMART", "Alfamart", "offline_store", "Alfamart (Linkqu)"), echoedCode: "RETAIL_ALFAMART_LINKQU" },
  { ...method("INDOMARET", "Indomaret", "offline_store", "Indomaret (Linkqu)"), echoedCode: "RETAIL_INDOMARET_LINKQU" },
  method("NICEPAY_CARD", "Credit Card", "card", "Credit Card"),
];

const METHOD_BY_CODE: ReadonlyMap<string, SingapayMethod> = new Map(
  METHODS.flatMap((entry) => [[entry.code, entry] as const, [entry.echoedCode, entry] as const]),
);

/** By the code of the catalogue or the one links echo; both are accepted. */
export const methodOf = (code: string): SingapayMethod | undefined => METHOD_BY_CODE.get(code);

const SHORT_LIVED: ReadonlySet<MethodGroup> = new Set(["qris", "ewallet", "card"]);

/** How long a payment can be paid. */
export const lifetimeMs = ({ group }: SingapayMethod): number => (SHORT_LIVED.has(group) ? 15 * MINUTE_MS : DAY_MS);
