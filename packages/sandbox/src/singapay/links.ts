import type { PayerDetails } from "../simulator-kit/index.ts";
import type { LinkRequest, LinkSettings, StoredStatus } from "./link-request.ts";
import type { SingapayMethod } from "./methods.ts";

export type HistoryStatus = "pending" | "paid" | "failed" | "expired";

/** A Payment Link History. */
export interface History {
  readonly id: number;
  readonly link: SingapayLink;
  readonly reffNo: string;
  readonly method: SingapayMethod;
  /** The virtual account number or the code for the store; for other methods the `reffNo`. */
  readonly methodValue: string;
  /** JSON in a string, for stores only. */
  readonly methodAdditional: string | null;
  readonly amount: number;
  readonly payer: PayerDetails;
  readonly createdAtMs: number;
  expiresAtMs: number;
  status: HistoryStatus;
  /** Opened by a payer who is about to complete it: not for another to take over. */
  isInHand: boolean;
  paidAtMs: number | null;
  /** Of the account, once paid. Whole rupiah. */
  balanceAfter: number | null;
  settledAtMs: number | null;
  updatedAtMs: number;
}

export interface SingapayLink {
  /** {@link LinkSummary.number} */
  readonly number: number;
  readonly id: number;
  readonly request: LinkRequest;
  readonly createdAtMs: number;
  readonly histories: History[];
  settings: LinkSettings;
  /** Stays `open` after the expiry; {@link computedStatusOf} returns the current one. */
  status: StoredStatus;
  usage: number;
  /** The last expiry that the merchant received. */
  announcedExpiryMs: number | null;
  updatedAtMs: number;
}

export const isExpired = (link: SingapayLink, nowMs: number): boolean => {
  const { expiresAtMs } = link.settings;
  return link.status === "expired" || (expiresAtMs !== null && nowMs >= expiresAtMs);
};

export const computedStatusOf = (link: SingapayLink, nowMs: number): StoredStatus => {
  if (link.status === "closed") return "closed";
  return isExpired(link, nowMs) ? "expired" : "open";
};
