import type { RecordedHistory } from "@tautan/ledger";
import * as z from "zod";
import { methodView } from "./link.ts";
import { INSTANT, METHOD, MONEY, UNTRUSTED } from "./shared.ts";

/** A payment as results show it. */
export const PAYMENT = z.strictObject({
  id: z.string(),
  linkId: z.string(),
  reference: z.string().describe("The merchant's reference of the link."),
  gateway: z.string(),
  status: z.string(),
  isPaid: z.boolean().describe("Whether the merchant has the money. Do not deliver on it if there is a mark."),
  mark: z
    .enum(["excess", "late", "mismatched"])
    .optional()
    .describe(
      "Why a paid payment is not one to deliver on: more payments than allowed, after the expiry, or another amount.",
    ),
  amount: MONEY.optional(),
  tip: MONEY.optional(),
  refunded: MONEY.optional(),
  method: METHOD.optional(),
  openedAt: INSTANT.optional(),
  paidAt: INSTANT.optional(),
  settledAt: INSTANT.optional(),
  firstSeenAt: INSTANT,
  changedAt: INSTANT,
  learntBy: z.string().describe("How the ledger learnt of it. reconcile: no webhook reported it."),
  conflicts: z.int().optional().describe("How many values the sources disagree about."),
  untrusted: z
    .strictObject({ notes: z.array(z.string()) })
    .optional()
    .describe(UNTRUSTED),
});

export type PaymentView = z.input<typeof PAYMENT>;

const MAX_NOTES = 10;

/** A payment without its record and the provider's own object. */
export const paymentView = (recorded: RecordedHistory): PaymentView => {
  const { history, linkId, reference, mark, firstSeenAt, changedAt, learntBy } = recorded;
  const { conflicts, notes, method } = history;
  return {
    id: history.id,
    linkId,
    reference,
    gateway: history.gateway,
    status: history.status,
    isPaid: history.isPaid,
    mark,
    amount: history.amount,
    tip: history.tip,
    refunded: history.refunded,
    method: method && methodView(method),
    openedAt: history.openedAt,
    paidAt: history.paidAt,
    settledAt: history.settledAt,
    firstSeenAt,
    changedAt,
    learntBy,
    conflicts: conflicts.length === 0 ? undefined : conflicts.length,
    untrusted: notes.length === 0 ? undefined : { notes: notes.slice(0, MAX_NOTES) },
  };
};
