import type { Money } from "@tautan/core";

/** An amount as Xfers writes it: whole rupiah, as a number. */
export const toWireAmount = (amount: string): number => Number(amount);

/** The currency of all links. */
export const rupiah = (amount: string): Money => ({ amount, currency: "IDR" });
