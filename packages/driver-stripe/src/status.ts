import type { DisputeRecord, FactName, RefundRecord } from "@tautan/core";

/** The meaning of a payment's words. */
export interface StatusMeaning {
  readonly facts: readonly FactName[];
  /** Words that this version does not know. */
  readonly notes: readonly string[];
}

/** The words of a session and of its payment. */
export interface StatusWords {
  /** Of the session: `mode`. */
  readonly mode: string;
  /** Of the session: `status`. */
  readonly status: string | undefined;
  /** Of the session: `payment_status`. */
  readonly payment_status: string;
  /** Of its payment intent, if it was read. */
  readonly intent: { readonly status: string; readonly hasFailed: boolean } | undefined;
}

/**
 * Every documented status of a payment intent that is more precise than its session. Source:
 * https://docs.stripe.com/payments/paymentintents/lifecycle.
 */
const INTENT_FACTS: ReadonlyMap<string, readonly FactName[]> = new Map<string, readonly FactName[]>([
  // The payer has not paid yet, or must choose again after a failure.
  ["requires_payment_method", []],
  ["requires_confirmation", ["pending"]],
  ["requires_action", ["pending"]],
  ["processing", ["pending"]],
  ["requires_capture", ["authorized"]],
  ["succeeded", ["paid"]],
  ["canceled", ["cancelled"]],
]);

/** Source: https://docs.stripe.com/api/checkout/sessions/object, `status`. */
const SESSION_STATUSES: ReadonlySet<string | undefined> = new Set(["open", "complete", "expired"]);

/** Source: https://docs.stripe.com/api/checkout/sessions/object, `payment_status`; whether the session was paid. */
const PAYMENT_STATUSES: ReadonlyMap<string, boolean> = new Map([
  ["paid", true],
  ["no_payment_required", true],
  ["unpaid", false],
]);

/** The modes in which money is taken. Source: https://docs.stripe.com/api/checkout/sessions/object, `mode`. */
const PAYING_MODES: ReadonlySet<string> = new Set(["payment", "subscription"]);

/**
 * The meaning of the words. Total: a word that is not listed becomes a note, never a fact. A payment needs the session's own word or
 * a payment intent that succeeded.
 */
export const factsOfSession = ({ mode, status, payment_status, intent }: StatusWords): StatusMeaning => {
  const notes: string[] = [];
  const isPaid = PAYMENT_STATUSES.get(payment_status);
  const ofIntent = intent && INTENT_FACTS.get(intent.status);
  if (!PAYING_MODES.has(mode)) return { facts: [], notes: [`mode=${mode}`] };
  if (!SESSION_STATUSES.has(status)) notes.push(`status=${status}`);
  if (isPaid === undefined) notes.push(`payment_status=${payment_status}`);
  if (intent && !ofIntent) notes.push(`payment_intent.status=${intent.status}`);
  const facts = new Set<FactName>(["opened", ...(ofIntent ?? [])]);
  if (isPaid && status === "complete") facts.add("paid");
  if (status === "expired") facts.add("expired");
  if (intent?.status === "requires_payment_method" && intent.hasFailed) facts.add("failed");
  // A delayed method: the money arrives later, or not.
  if (!intent && status === "complete" && isPaid === false) facts.add("pending");
  return { facts: [...facts], notes };
};

/** Every documented status of a refund. Source: https://docs.stripe.com/api/refunds/object. */
const REFUND_PHASES: ReadonlyMap<string, RefundRecord["phase"]> = new Map<string, RefundRecord["phase"]>([
  ["pending", "requested"],
  ["requires_action", "requested"],
  ["succeeded", "succeeded"],
  ["failed", "failed"],
  ["canceled", "failed"],
]);

/** The phase of a refund; `undefined` for a word that is not listed. */
export const refundPhase = (status: string | undefined): RefundRecord["phase"] | undefined =>
  REFUND_PHASES.get(status ?? "");

/**
 * Every documented status of a dispute. An inquiry, `warning_…`, takes no money, so it is a note: it may become a dispute. One that was
 * prevented, as by a refund, is not lost. Source: https://docs.stripe.com/api/disputes/object.
 */
const DISPUTE_PHASES: ReadonlyMap<string, DisputeRecord["phase"] | "inquiry"> = new Map<
  string,
  DisputeRecord["phase"] | "inquiry"
>([
  ["warning_needs_response", "inquiry"],
  ["warning_under_review", "inquiry"],
  ["warning_closed", "inquiry"],
  ["needs_response", "opened"],
  ["under_review", "opened"],
  ["won", "won"],
  ["lost", "lost"],
  ["prevented", "won"],
]);

/** The phase of a dispute; `undefined` for a word that is not listed. */
export const disputePhase = (status: string): DisputeRecord["phase"] | "inquiry" | undefined =>
  DISPUTE_PHASES.get(status);
