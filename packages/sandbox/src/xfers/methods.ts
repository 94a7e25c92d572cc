/** A way to pay a link. Amounts are whole rupiah and inclusive. */
export interface XfersMethod {
  /** The bank's short code, the wallet's provider code, the outlet's name, or `QRIS`. */
  readonly code: string;
  readonly name: string;
  readonly min: number;
  readonly max: number;
}

const UNLIMITED = { min: 1, max: Number.MAX_SAFE_INTEGER } as const;

// docs.fazz.com, v4-ID: Virtual account (dynamic ones), QRIS, E-wallet, Accept retail outlet.
const METHODS: readonly XfersMethod[] = [
  { code: "BCA", name: "BCA virtual account", ...UNLIMITED },
  { code: "BRI", name: "BRI virtual account", ...UNLIMITED },
  { code: "BNI", name: "BNI virtual account", ...UNLIMITED },
  { code: "MANDIRI", name: "Mandiri virtual account", ...UNLIMITED },
  { code: "SAHABAT_SAMPOERNA", name: "Sahabat Sampoerna virtual account", ...UNLIMITED },
  { code: "QRIS", name: "QRIS", min: 1_500, max: 5_000_000 },
  { code: "SHOPEEPAY", name: "ShopeePay", min: 1, max: 10_000_000 },
  { code: "OVO", name: "OVO", min: 1, max: 10_000_000 },
  { code: "ALFAMART", name: "Alfamart", min: 15_000, max: 2_500_000 },
  { code: "INDOMARET", name: "Indomaret", min: 10_000, max: 5_000_000 },
];

/** A link cannot choose methods: every one whose limits fit the amount is offered. */
export const methodsFor = (amount: number): readonly XfersMethod[] =>
  METHODS.filter(({ min, max }) => amount >= min && amount <= max);
