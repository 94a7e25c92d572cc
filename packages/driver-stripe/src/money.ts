import type { Money } from "@tautan/core";
import { checkedByCore, type MinorUnits, minorUnits } from "@tautan/driver-kit/http";

/**
 * Amounts are whole numbers of minor units, with two decimals for rupiah: Rp15.000 is 1500000. Krona and Ugandan shilling keep two
 * decimals that are always 00, and the last of three decimals is always 0. Source: https://docs.stripe.com/currencies.
 */
const UNITS: MinorUnits = minorUnits({ exceptions: { ISK: 2, MGA: 0, UGX: 2 } });

/** An amount in minor units. Core has checked its decimals. */
export const toWireAmount = (amount: Money): number => checkedByCore(UNITS.toMinor(amount));

/** Minor units as a reply has them, checked by its schema, and the currency in lower case. */
export const moneyFromWire = (minor: number, currency: string): Money =>
  checkedByCore(UNITS.fromMinor(minor, currency.toUpperCase()));
