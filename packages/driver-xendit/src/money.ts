import type { Money } from "@tautan/core";
import { checkedByCore, minorUnits } from "@tautan/driver-kit/http";

/**
 * Amounts are in major units. In IDR, Xendit cuts decimals off: `4550.50` becomes `4550`. Source:
 * https://developers.xendit.co/api-reference/#create-invoice, amount.
 */
const { toText } = minorUnits({ exceptions: { IDR: 0 } });

/** An amount as Xendit reads it: a number in major units. */
export const toWireAmount = (amount: Money): number => Number(checkedByCore(toText(amount)));
