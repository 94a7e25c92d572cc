import type { HistoryRecord } from "@tautan/core";
import type { Mark } from "../../events/event.ts";

/** The values of a write. */
export interface Write {
  readonly linkRef: number;
  readonly gatewayRef: number;
  /** The version that was read. */
  readonly version: number;
  /** The link as JSON; null if it stays as it is. */
  readonly link: string | null;
  readonly providerUpdatedAt: string | null;
  readonly expiresAt: string | null;
  readonly usedLimit: number | null;
  readonly status: string;
  readonly used: number;
  readonly granted: number;
  readonly linkAsOf: string | null;
  /** JSON; null if there are none. */
  readonly pendingTerms: string | null;
  /** When the gateway is to be asked again; null if that stays as it is. */
  readonly lookAt: string | null;
  /** When the ledger is to close the link; null if never. */
  readonly closeAt: string | null;
  /** 1 if that stays as it is. */
  readonly keepsCloseAt: number;
  readonly histories: readonly HistoryItem[];
  readonly otherIds: readonly OtherIdItem[];
  readonly events: readonly EventItem[];
  readonly learntBy: string;
  readonly now: string;
  /** The lane's consumer; null if no event is for the application. */
  readonly consumer: string | null;
  /** The digest of the delivery that is applied; null if there is none, or if it is stored already. */
  readonly digest: string | null;
  readonly raw: Uint8Array | null;
}

/** A write whose rows are lists in JSON. */
export interface WriteAll extends Omit<Write, "histories" | "otherIds" | "events"> {
  readonly histories: string;
  readonly otherIds: string;
  readonly events: string;
}

/** A write without its rows. */
export type WriteOnce = Omit<Write, "histories" | "otherIds" | "events">;

/** The part of a write that a statement for one row needs. */
export type OfWrite = Pick<Write, "linkRef" | "gatewayRef" | "learntBy" | "now">;

/** A history, by the names of its columns. */
export interface HistoryItem {
  readonly provider_id: string;
  readonly record: HistoryRecord;
  readonly status: string;
  readonly is_paid: number;
  readonly takes_use: number;
  readonly mark: Mark | null;
  readonly event_names: readonly string[];
  readonly amount: string | null;
  readonly currency: string | null;
  readonly paid_at: string | null;
  /** Whether it is stored, and `paid_at` stays as it is. No column. */
  readonly keepsPaidAt: boolean;
}

/** The same with JSON as text. */
export interface HistoryValues extends Omit<HistoryItem, "record" | "event_names"> {
  readonly record: string;
  readonly event_names: string;
}

/** Another id of a history. */
export interface OtherIdItem {
  readonly history: string;
  readonly other_id: string;
}

/** An event; `history` is null for those of the link. */
export interface EventItem {
  readonly position: number;
  readonly id: string;
  readonly history: string | null;
  readonly type: string;
  readonly at: string;
  readonly cause: string;
  readonly cause_ref: string | null;
  readonly for_application: number;
  readonly handled_at: string | null;
}
