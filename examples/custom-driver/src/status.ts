import type { FactName } from "@tautan/core";
import type { ProviderLinkState } from "@tautan/core/driver";
import type { WirePayment, WireRefund } from "./wire.ts";

/** Every documented status of a link. A complete link is an open one whose uses are all used. Source: PROVIDER.md, Links. */
const LINK_STATES: ReadonlyMap<string, ProviderLinkState> = new Map([
  ["open", "open"],
  ["complete", "open"],
  ["expired", "expired"],
  ["closed", "closed"],
]);

/** The meaning of a link's status word. Total: any other word is unknown. */
export const linkState = (status: string): ProviderLinkState => LINK_STATES.get(status) ?? "unknown";

type TimeField = "created_at" | "paid_at" | "ended_at";

/** Every documented status of a payment: the event, and the field with its time. Source: PROVIDER.md, Payments. */
const PAYMENT_FACTS: ReadonlyMap<string, Readonly<Partial<Record<FactName, TimeField>>>> = new Map([
  ["pending", { pending: "created_at" }],
  ["paid", { paid: "paid_at" }],
  ["failed", { failed: "ended_at" }],
  ["cancelled", { cancelled: "ended_at" }],
  ["expired", { expired: "ended_at" }],
  // The bank took it back: it was paid, and will never be paid again.
  ["reversed", { paid: "paid_at", voided: "ended_at" }],
]);

export interface PaymentMeaning {
  /** The facts, with their times in seconds since 1970 if known. */
  readonly facts: Readonly<Partial<Record<FactName, number | undefined>>>;
  /** Words that this version does not know. */
  readonly notes: readonly string[];
}

/** The meaning of a payment. Total: an undocumented status becomes a note, never a fact. */
export const meaningOfPayment = (payment: WirePayment): PaymentMeaning => {
  const known = PAYMENT_FACTS.get(payment.status);
  const facts = Object.entries(known ?? {}).map(([fact, field]) => [fact, payment[field]]);
  return {
    facts: {
      opened: payment.created_at,
      ...Object.fromEntries(facts),
      ...(known && payment.settled_at !== undefined && { settled: payment.settled_at }),
    },
    notes: [
      ...(known ? [] : [`status=${payment.status}`]),
      ...payment.refunds
        .filter((each) => !REFUND_PHASES.has(each.status))
        .map((each) => `refunds.status=${each.status}`),
    ],
  };
};

/** Source: PROVIDER.md, Payments. */
const REFUND_PHASES: ReadonlyMap<string, "requested" | "succeeded" | "failed"> = new Map([
  ["pending", "requested"],
  ["done", "succeeded"],
  ["failed", "failed"],
]);

/** The state of a refund. Total: a refund with an undocumented word is only known to be requested. */
export const refundPhase = ({ status }: WireRefund): "requested" | "succeeded" | "failed" =>
  REFUND_PHASES.get(status) ?? "requested";
