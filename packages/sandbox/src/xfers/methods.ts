import { type PayMethod, virtualAccountOf } from "../simulator-kit/index.ts";

/**
 * A way to pay a link. Amounts are whole rupiah and inclusive. Its code is the bank's short code, the wallet's provider code,
 * the outlet's name, or `QRIS`.
 */
export interface XfersMethod extends PayMethod {
  readonly min: number;
  readonly max: number;
}

const UNLIMITED = { min: 1, max: Number.MAX_SAFE_INTEGER } as const;

// docs.fazz.com, v4-ID: Virtual account (dynamic ones), QRIS, E-wallet, Accept retail outlet.
const METHODS: readonly XfersMethod[] = [
  { code: "BCA", ...virtualAccountOf("BCA"), ...UNLIMITED },
  { code: "BRI", ...virtualAccountOf("BRI"), ...UNLIMITED },
  { code: "BNI", ...virtualAccountOf("BNI"), ...UNLIMITED },
  { code: "MANDIRI", ...virtualAccountOf("Mandiri"), ...UNLIMITED },
  { code: "SAHABAT_SAMPOERNA", ...virtualAccountOf("Sahabat Sampoerna"), ...UNLIMITED },
  { code: "QRIS", kind: "qris", label: "QRIS", min: 1_500, max: 5_000_000 },
  { code: "SHOPEEPAY", kind: "ewallet", label: "ShopeePay", min: 1, max: 10_000_000 },
  { code: "OVO", kind: "ewallet", label: "OVO", min: 1, max: 10_000_000 },
  { code: "ALFAMART", kind: "retail", label: "Alfamart", min: 15_000, max: 2_500_000 },
  { code: "INDOMARET", kind: "retail", label: "Indomaret", min: 10_000, max: 5_000_000 },
];

/** A link cannot choose methods: every one whose limits fit the amount is offered. */
export const methodsFor = (amount: number): readonly XfersMethod[] =>
  METHODS.filter(({ min, max }) => amount >= min && amount <= max);
