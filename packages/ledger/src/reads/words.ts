import type { HistoryStatus, LinkStatus } from "@tautan/core";
import type { Mark } from "../events/event.ts";
import type { ListOrder } from "./types.ts";

// The compiler checks that no word of a union is missing.

export const LINK_STATUSES: Readonly<Record<LinkStatus, true>> = {
  draft: true,
  scheduled: true,
  active: true,
  held: true,
  partially_paid: true,
  exhausted: true,
  expired: true,
  closed: true,
  deleted: true,
  unknown: true,
};

export const HISTORY_STATUSES: Readonly<Record<HistoryStatus, true>> = {
  reversed: true,
  disputed: true,
  refunded: true,
  partially_refunded: true,
  settled: true,
  paid: true,
  review: true,
  authorized: true,
  pending: true,
  opened: true,
  cancelled: true,
  expired: true,
  failed: true,
  unknown: true,
};

export const MARKS: Readonly<Record<Mark, true>> = { excess: true, late: true, mismatched: true };

export const ORDERS: Readonly<Record<ListOrder, true>> = { newest_first: true, oldest_first: true };
