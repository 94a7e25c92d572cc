import { DAY_MS } from "../simulator-kit/index.ts";
import type { XfersLink } from "./links.ts";

// support-id.fazz.com, How long does settlement take: stores three working days, these banks in real time, all else one day.
const DAYS_BY_CODE: ReadonlyMap<string, number> = new Map([
  ["ALFAMART", 3],
  ["INDOMARET", 3],
  ["BRI", 0],
  ["BNI", 0],
  ["SAHABAT_SAMPOERNA", 0],
]);

/** When a paid link becomes `completed` automatically; infinity if it does not. */
export const settlementDueMs = ({ storedStatus, paidAtMs, method }: XfersLink): number => {
  if (storedStatus !== "paid" || paidAtMs === null) return Number.POSITIVE_INFINITY;
  return paidAtMs + (DAYS_BY_CODE.get(method?.code ?? "") ?? 1) * DAY_MS;
};
