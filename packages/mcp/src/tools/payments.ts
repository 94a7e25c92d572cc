import type { HistoryStatus, LinkId } from "@tautan/core";
import * as z from "zod";
import { faultOf } from "../results/failure.ts";
import { PAYMENT, paymentView } from "../schemas/payment.ts";
import { GATEWAY, INSTANT, LINK_ID, MONEY, PAGE_INPUT, PAGE_OUTPUT, TIME, UNTRUSTED } from "../schemas/shared.ts";
import { type Tool, tool } from "../tool.ts";

/** The statuses of a payment. The type fails if core has another one. */
const STATUSES: Readonly<Record<HistoryStatus, HistoryStatus>> = {
  reversed: "reversed",
  disputed: "disputed",
  refunded: "refunded",
  partially_refunded: "partially_refunded",
  settled: "settled",
  paid: "paid",
  review: "review",
  authorized: "authorized",
  pending: "pending",
  opened: "opened",
  cancelled: "cancelled",
  expired: "expired",
  failed: "failed",
  unknown: "unknown",
};

export const LIST_PAYMENTS: Tool = tool({
  name: "list_payments",
  title: "List payments",
  description:
    "Returns a page of payments that the ledger knows, of one link or of all. A payment with a mark is not one to deliver on. Asks no gateway: a payment that no webhook has reported yet is missing.",
  input: z.strictObject({
    link: LINK_ID.optional(),
    gateway: GATEWAY.optional(),
    status: z.enum(STATUSES).optional(),
    mark: z.enum(["excess", "late", "mismatched"]).optional(),
    changedFrom: TIME.optional(),
    changedTo: TIME.optional(),
    order: z.enum(["newest_first", "oldest_first"]).optional(),
    ...PAGE_INPUT,
  }),
  output: z.object({ payments: z.array(PAYMENT), ...PAGE_OUTPUT }),
  run: ({ link, ...query }, { ledger }) =>
    ledger
      .histories({ ...query, link: link as LinkId | undefined })
      .map(({ items, nextCursor }) => ({ payments: items.map(paymentView), nextCursor }))
      .mapErr((error) => faultOf(error, { isChange: false })),
});

const ENTRY = z.strictObject({
  what: z.enum(["delivery", "read", "call", "event"]),
  at: INSTANT,
  name: z.string().describe("The state of a delivery, the operation of a call, or the type of an event."),
  cause: z.string().optional().describe("How it was learnt, or why the gateway was asked."),
  id: z.string().optional(),
  historyId: z.string().optional(),
  happenedAt: INSTANT.optional(),
  state: z.string().optional(),
  digest: z.string().optional(),
  delivery: z.string().optional(),
  arrivals: z.int().optional(),
  attempts: z.int().optional(),
  untrusted: z.strictObject({ error: z.string() }).optional().describe(UNTRUSTED),
});

export const GET_TRAIL: Tool = tool({
  name: "get_trail",
  title: "Read what happened to a link",
  description:
    "Returns a page of everything that the ledger knows to have happened to a link, oldest first: webhooks, reads, calls, events with their causes. It answers why a link is paid, or is not. Asks no gateway.",
  input: z.strictObject({ link: LINK_ID, ...PAGE_INPUT }),
  output: z.object({ entries: z.array(ENTRY), ...PAGE_OUTPUT }),
  run: ({ link, ...page }, { ledger }) =>
    ledger
      .trail(link as LinkId, page)
      .map(({ items, nextCursor }) => ({
        entries: items.map(({ error, ...entry }) => ({
          ...entry,
          untrusted: error === undefined ? undefined : { error },
        })),
        nextCursor,
      }))
      .mapErr((error) => faultOf(error, { isChange: false })),
});

const TOTAL = z.strictObject({
  gateway: z.string(),
  status: z.string(),
  count: z.int(),
  amount: MONEY.optional().describe(
    "The exact sum. Refunds are not deducted. Absent if no source reports the amounts.",
  ),
});

export const GET_TOTALS: Tool = tool({
  name: "get_totals",
  title: "Sum up payments",
  description:
    "Counts and sums up the payments of a range, exactly, by gateway, status and currency. Do not add up pages of list_payments yourself. Asks no gateway.",
  input: z.strictObject({
    from: TIME.describe("The first moment, in ISO 8601 with its offset."),
    to: TIME.optional().describe("The first moment that is too late. Default: none."),
    gateway: GATEWAY.optional(),
  }),
  output: z.object({ totals: z.array(TOTAL) }),
  run: (query, { ledger }) =>
    ledger
      .totals(query)
      .map((totals) => ({ totals: totals.map((each) => ({ ...each })) }))
      .mapErr((error) => faultOf(error, { isChange: false })),
});
