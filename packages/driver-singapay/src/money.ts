import type { Money } from "@tautan/core";
import { checkedByCore, minorUnits } from "@tautan/driver-kit/http";
import type { WireAmount } from "./wire.ts";

const CURRENCY = "IDR";

/** A rupiah has no decimals, where ISO 4217 has two. Source: https://docs.singapay.id/api-reference/payment-link/create. */
const { toMinor } = minorUnits({ exceptions: { IDR: 0 }, signed: true });

/** An amount as SingaPay reads it: whole rupiah, as a number. */
export const toWireAmount = (amount: Money): number => checkedByCore(toMinor(amount));

export const rupiah = (amount: string): Money => ({ amount, currency: CURRENCY });

export const moneyOf = (amount: WireAmount | undefined): Money | undefined =>
  amount && { amount: amount.value, currency: amount.currency ?? CURRENCY };
