import type { Money } from "@tautan/core";
import { checkedByCore, minorUnits } from "@tautan/driver-kit/http";

/** A rupiah has no decimals, where ISO 4217 has two. Source: https://docs.fazz.com/v4-ID/docs/payment-link-via-api, step 1. */
const { toMinor } = minorUnits({ exceptions: { IDR: 0 } });

/** An amount as Xfers reads it: whole rupiah, as a number. */
export const toWireAmount = (amount: Money): number => checkedByCore(toMinor(amount));

/** The currency of all links. */
export const rupiah = (amount: string): Money => ({ amount, currency: "IDR" });
