// For providers in Indonesia.
import { type Currency, formatMoney } from "./money.ts";

/** Rupiah have no fraction, so that a dot before three digits can only be one of the thousands. */
export const RUPIAH_CURRENCY: Currency = {
  code: "IDR",
  decimals: 0,
  locale: "id-ID",
  name: "rupiah",
  unitName: "whole rupiah",
};

/** `Rp190.000` */
export const rupiah = (amount: number): string => formatMoney({ amount, currency: RUPIAH_CURRENCY });

/** `whole rupiah, from Rp5.000 to Rp9.000` */
export const rupiahWithin = (min: number, max: number): string => {
  const bounds = max === Number.MAX_SAFE_INTEGER ? `${rupiah(min)} or more` : `from ${rupiah(min)} to ${rupiah(max)}`;
  return `${RUPIAH_CURRENCY.unitName}, ${bounds}`;
};
