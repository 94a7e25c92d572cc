// Plain functions of the schemas in wire.ts.
import { REFUSED, type Refused } from "@tautan/driver-kit/http";

/**
 * A word that decides about money. A value of another form must not count as absent, which can mean that all is well: it
 * becomes an unknown word.
 */
export const wordOrKind = (value: unknown): string | undefined => {
  if (value === undefined || value === null || value === "") return undefined;
  return typeof value === "string" ? value : typeof value;
};

/** The code of a currency, in capitals. */
export const readCurrency = (value: unknown): string | Refused =>
  typeof value === "string" && /^[A-Za-z]{3}$/.test(value) ? value.toUpperCase() : REFUSED;
