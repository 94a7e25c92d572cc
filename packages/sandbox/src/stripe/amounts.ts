import { exactSum } from "../simulator-kit/index.ts";
import type { LineItem, StripePrice } from "./model.ts";

/** With at most twelve decimals below the minor unit: docs.stripe.com/api/prices/create, `unit_amount_decimal`. */
export const DECIMAL_FORM: RegExp = /^\d{1,12}(\.\d{1,12})?$/;

/** `null` if the price has decimals below the minor unit. */
export const wholeAmountIn = (decimal: string): number | null => {
  const [whole = "0", fraction = ""] = decimal.split(".");
  return /^0*$/.test(fraction) ? Number(whole) : null;
};

/** Of so many, in minor units. Halves are rounded up. */
const timesQuantity = (decimal: string, quantity: number): number => {
  const [whole = "0", fraction = ""] = decimal.split(".");
  const scale = 10n ** BigInt(fraction.length);
  const product = BigInt(whole + fraction) * BigInt(quantity);
  return Number((product * 2n + scale) / (scale * 2n));
};

/** Of one line, in minor units. `chosen`: what the payer chose, if the price leaves it to them. */
export const lineAmount = (price: StripePrice, quantity: number, chosen: number | null): number => {
  if (price.customAmount !== null) return chosen ?? price.customAmount.preset ?? 0;
  if (price.unitAmount !== null) return price.unitAmount * quantity;
  return timesQuantity(price.unitAmountDecimal ?? "0", quantity);
};

/** `undefined` if a number on the way is too large to be exact. */
export const totalOf = (
  items: readonly Pick<LineItem, "priceId" | "quantity">[],
  priceOf: (id: string) => StripePrice,
  chosen: number | null,
): number | undefined => exactSum(items.map(({ priceId, quantity }) => lineAmount(priceOf(priceId), quantity, chosen)));
