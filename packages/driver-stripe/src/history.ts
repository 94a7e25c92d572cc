import type { DisputeRecord, FactName, HistoryRecord, Instant, RefundRecord, Trust } from "@tautan/core";
import { type DriverLinkCandidate, factsAt, historyRecord } from "@tautan/core/driver";
import { fromEpochSeconds } from "@tautan/driver-kit/http";
import { REFERENCE_KEY } from "./metadata.ts";
import { methodOfCode } from "./methods.ts";
import { moneyFromWire } from "./money.ts";
import { disputePhase, factsOfSession, refundPhase } from "./status.ts";
import type { Charge, Dispute, PaymentIntent, Refund, Session } from "./wire.ts";

/** The payment intent of a session, if it was read with it. */
export const intentOf = ({ payment_intent }: Session): PaymentIntent | undefined =>
  payment_intent && "object" in payment_intent ? payment_intent : undefined;

/** The last charge of a payment intent, if it was read with it. */
export const chargeOf = (intent: PaymentIntent | undefined): Charge | undefined =>
  intent?.latest_charge && "object" in intent.latest_charge ? intent.latest_charge : undefined;

/**
 * Whether a session is the history of a link: a visit of a payment link in which somebody tried to pay. Everyone who opens a link
 * begins a session, and its payment intent is made when the payer first tries to pay:
 * https://docs.stripe.com/payments/checkout/how-checkout-works.
 */
export const isHistory = (session: Session): boolean =>
  session.payment_link !== undefined && (session.payment_intent !== undefined || session.status === "complete");

/** Facts about a session from outside its own object. */
export interface SessionContext {
  readonly trust: Trust;
  readonly disputes?: readonly Dispute[];
  /** The time of an event that reports a payment. */
  readonly paidAt?: Instant | undefined;
  /** Facts of an event that the session's words do not have. */
  readonly facts?: readonly FactName[];
}

/** The history of a session. */
export const recordOf = (
  session: Session,
  { trust, disputes = [], paidAt, facts: more = [] }: SessionContext,
): HistoryRecord => {
  const intent = intentOf(session);
  const charge = chargeOf(intent);
  const hasFailed = intent?.last_payment_error !== undefined;
  const { facts, notes } = factsOfSession({ ...session, intent: intent && { status: intent.status, hasFailed } });
  const at: Readonly<Partial<Record<FactName, Instant | undefined>>> = {
    opened: fromEpochSeconds(session.created),
    paid: fromEpochSeconds(charge?.created) ?? paidAt,
    failed: fromEpochSeconds(charge?.created),
    cancelled: fromEpochSeconds(intent?.canceled_at),
    expired: fromEpochSeconds(session.expires_at),
  };
  const refunds = (charge?.refunds?.data ?? []).map(refundOf);
  const disputed = disputes.map(disputeOf);
  const method = charge?.payment_method_details?.type ?? onlyOne(intent?.payment_method_types);
  return historyRecord({
    providerId: session.id,
    trust,
    otherIds: [session.payment_intent?.id, intent?.latest_charge?.id],
    linkProviderId: session.payment_link,
    linkReference: session.metadata?.[REFERENCE_KEY],
    amount:
      session.amount_total === undefined || session.currency === undefined
        ? undefined
        : moneyFromWire(session.amount_total, session.currency),
    attemptId: attemptOf(session, intent),
    facts: factsAt([...facts, ...more], (fact) => at[fact]),
    method: method === undefined ? undefined : methodOfCode(method),
    expiresAt: fromEpochSeconds(session.expires_at),
    refunds: refunds.flatMap(({ record }) => record ?? []),
    // More refunds than the charge lists: their total is better than a part of them.
    refundedTotal: charge?.refunds?.has_more ? moneyFromWire(charge.amount_refunded, charge.currency) : undefined,
    disputes: disputed.flatMap(({ record }) => record ?? []),
    notes: [...notes, ...refunds.flatMap(({ note }) => note ?? []), ...disputed.flatMap(({ note }) => note ?? [])],
  });
};

/**
 * A payment intent is one attempt, except that a card that failed while the payer can choose again is an attempt of its own: the
 * next one may be pending for days.
 */
const attemptOf = ({ status, payment_intent }: Session, intent: PaymentIntent | undefined): string | undefined => {
  const isRetryable = status === "open" && intent?.status === "requires_payment_method";
  return (
    (isRetryable ? (intent.last_payment_error?.charge ?? intent.latest_charge?.id) : undefined) ?? payment_intent?.id
  );
};

const onlyOne = (codes: readonly string[] = []): string | undefined => (codes.length === 1 ? codes[0] : undefined);

interface Read<T> {
  readonly record?: T;
  readonly note?: string;
}

const refundOf = ({ id, status, amount, currency, created }: Refund): Read<RefundRecord> => {
  const phase = refundPhase(status);
  const at = fromEpochSeconds(created);
  return phase === undefined
    ? { note: `refund.status=${status}` }
    : { record: { id, phase, amount: moneyFromWire(amount, currency), ...(at !== undefined && { at }) } };
};

const disputeOf = ({ id, status, amount, currency, created }: Dispute): Read<DisputeRecord> => {
  const phase = disputePhase(status);
  const at = fromEpochSeconds(created);
  return phase === undefined || phase === "inquiry"
    ? { note: `dispute.status=${status}` }
    : { record: { id, phase, amount: moneyFromWire(amount, currency), ...(at !== undefined && { at }) } };
};

/** The link of a history, by its id and by the reference. */
export const linkCandidatesOf = ({
  payment_link,
  metadata,
}: Pick<Session, "payment_link" | "metadata">): readonly DriverLinkCandidate[] => {
  const reference = metadata?.[REFERENCE_KEY];
  return payment_link === undefined && reference === undefined
    ? []
    : [
        {
          ...(payment_link !== undefined && { providerId: payment_link }),
          ...(reference !== undefined && { reference }),
        },
      ];
};
