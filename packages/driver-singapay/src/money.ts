import type { Money } from "@tautan/core";
import type { WireAmount } from "./wire.ts";

const CURRENCY = "IDR";

/** An amount as SingaPay writes it: whole rupiah, as a number. */
export const toWireAmount = (amount: string): number => Number(amount);

export const rupiah = (amount: string): Money => ({ amount, currency: CURRENCY });

export const moneyOf = (amount: WireAmount | undefined): Money | undefined =>
  amount && { amount: amount.value, currency: amount.currency ?? CURRENCY };
