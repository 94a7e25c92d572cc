import type { HistoryStatus } from "@tautan/core";

/** Whether a history takes one of the link's uses. A reversal returns the use, a refund does not. */
export const takesUse = (status: HistoryStatus): boolean => USES.has(status);

const USES: ReadonlySet<HistoryStatus> = new Set(["paid", "settled", "partially_refunded", "refunded", "disputed"]);
