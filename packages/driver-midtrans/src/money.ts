import type { DisputeRecord, LinkAmount, Money } from "@tautan/core";
import { omitUndefined } from "@tautan/core/driver";
import { checkedByCore, minorUnits } from "@tautan/driver-kit/http";
import type { LinkReply } from "./wire.ts";

/** The currency of all links. */
const CURRENCY = "IDR";

/** Amounts are integers of rupiah, where ISO 4217 has two decimals. Source: docs.midtrans.com, Create Payment Link. */
const { toMinor } = minorUnits({ exceptions: { IDR: 0 }, signed: true });

/** An amount as Midtrans reads it: whole rupiah, as a number. */
export const toWireAmount = (amount: Money): number => checkedByCore(toMinor(amount));

export const moneyFromWire = (amount: string, currency: string = CURRENCY): Money => ({ amount, currency });

/**
 * The texts of a number that may have been signed. The sample of the Payment Link API has a number without decimals, but
 * the signature is over two decimals: https://docs.midtrans.com/docs/payment-link-via-api, "Notification".
 */
export const signedTexts = (written: string): readonly string[] => {
  const [whole, decimals = ""] = written.split(".");
  return [...new Set([written, `${whole}.${decimals.padEnd(2, "0")}`])];
};

/** The amount of a link; `undefined` if its details do not contain it. */
export const amountOfLink = ({
  payment_link_type,
  gross_amount,
  dynamic_amount,
}: LinkReply): LinkAmount | undefined => {
  if (payment_link_type?.toUpperCase() !== "DYNAMIC_AMOUNT") {
    return gross_amount === undefined ? undefined : moneyFromWire(gross_amount);
  }
  const { min_amount: min, max_amount: max, preset_amount: preset } = dynamic_amount ?? {};
  return { open: { currency: CURRENCY, ...omitUndefined({ min, max, preset }) } };
};

/** The amount of each payment of a link, if it is fixed. With an unknown type, the payer may choose it. */
export const fixedAmountOf = ({ payment_link_type = "FIXED_AMOUNT", gross_amount }: LinkReply): Money | undefined =>
  payment_link_type.toUpperCase() === "FIXED_AMOUNT" && gross_amount !== undefined
    ? moneyFromWire(gross_amount)
    : undefined;

/** Chargebacks have no id, so each transaction has one at most. */
export const openDispute = (id: string, extent: "whole" | "part", amount: Money | undefined): DisputeRecord => ({
  id,
  phase: "opened",
  ...(extent === "whole" && amount && { amount }),
});
