// What happens to a visit of a link: docs.stripe.com/payments/checkout/how-checkout-works and docs.stripe.com/checkout/fulfillment.
import { DAY_MS, type DueTask, dueTask, RefusedAction } from "../simulator-kit/index.ts";
import { required, type StripeAccount } from "./account.ts";
import { CONFIRMATION_FAILED, cardWith, type Decline, GENERIC_DECLINE, type StripeCard } from "./cards.ts";
import type { StripeDisputes } from "./disputes.ts";
import type { Notice } from "./events.ts";
import { letters, newId } from "./ids.ts";
import { methodOf } from "./methods.ts";
import type { StripeCharge, StripeIntent, StripeLink, StripeSession } from "./model.ts";

/** "default 24 h": docs.stripe.com/api/checkout/sessions/create, `expires_at`. */
const SESSION_LIFE_MS = DAY_MS;

/** State changes at once; the promises wait for the webhooks. */
export interface StripePayments {
  /** Somebody opens the link. */
  visit(link: StripeLink, about?: Partial<Pick<StripeSession, "clientReferenceId" | "prefilledEmail">>): StripeSession;
  /** The payer has chosen a method: at some, the payment is under way from here. */
  submit(session: StripeSession): Promise<void>;
  /** The card of a payer who has to confirm at their bank. */
  startConfirmation(session: StripeSession, card: StripeCard): Promise<void>;
  succeed(session: StripeSession, card?: StripeCard): Promise<void>;
  fail(session: StripeSession, decline?: Decline, card?: StripeCard): Promise<void>;
  /** The time of a visit, or of a voucher, is over. */
  expire(session: StripeSession): Promise<void>;
  readonly tasks: readonly DueTask[];
}

export const createStripePayments = (account: StripeAccount, disputes: StripeDisputes): StripePayments => {
  const { store, show, events } = account;
  const { clock, random } = account.context;
  const linkOf = ({ linkId }: StripeSession): StripeLink => required(store.links.get(linkId), linkId);
  const intentOf = ({ intentId }: StripeSession): StripeIntent | undefined =>
    intentId === undefined ? undefined : store.intents.get(intentId);

  /** The one of a session, made at its first attempt: docs.stripe.com/changelog/2022-08-01/deferred-paymentintent-checkout-session */
  const intentFor = (session: StripeSession): StripeIntent => {
    const known = intentOf(session);
    const method = required(session.method, `method of ${session.id}`);
    if (known !== undefined) {
      known.method = method;
      known.amount = show.amountOf(session);
      return known;
    }
    const link = linkOf(session);
    const intent: StripeIntent = {
      id: `pi_3${letters(random, 23)}`,
      sessionId: session.id,
      createdAtMs: clock.now(),
      data: link.settings.intentData,
      currency: link.currency,
      amount: show.amountOf(session),
      status: "requires_payment_method",
      method,
      methodId: null,
      card: undefined,
      lastError: null,
      chargeId: undefined,
      canceledAtMs: null,
      dueMs: undefined,
    };
    session.intentId = intent.id;
    return intent;
  };

  const keep = (session: StripeSession, intent?: StripeIntent): void => {
    if (intent !== undefined) store.intents.put(intent);
    store.sessions.put(session);
  };

  const charge = (intent: StripeIntent, failure: StripeCharge["failure"]): StripeCharge => {
    const made: StripeCharge = {
      id: `ch_3${letters(random, 23)}`,
      intentId: intent.id,
      sessionId: intent.sessionId,
      amount: intent.amount,
      currency: intent.currency,
      createdAtMs: clock.now(),
      method: intent.method,
      methodId: intent.methodId,
      card: intent.card,
      failure,
      status: failure === null ? "succeeded" : "failed",
      refundedAmount: 0,
      disputeId: undefined,
    };
    store.charges.put(made);
    intent.chargeId = made.id;
    return made;
  };

  /** Counts the session, and deactivates the link after the last one. */
  const complete = (session: StripeSession): readonly Notice[] => {
    const link = linkOf(session);
    const before = show.link(link);
    session.status = "complete";
    session.isInHand = false;
    link.completed += 1;
    const { limit } = link.settings;
    const isOver = limit !== null && link.completed >= limit && link.isActive;
    if (isOver) link.isActive = false;
    store.links.put(link);
    return isOver ? [{ type: "payment_link.updated", object: show.link(link), before }] : [];
  };

  const about = (type: string, session: StripeSession): Notice => ({ type, object: show.session(session) });
  const aboutIntent = (type: string, intent: StripeIntent): Notice => ({ type, object: show.intent(intent) });
  const aboutCharge = (type: string, one: StripeCharge): Notice => ({ type, object: show.charge(one) });

  const submit: StripePayments["submit"] = async (session) => {
    const { flow, lifetimeMs } = methodOf(required(session.method, `method of ${session.id}`));
    if (flow === "card") {
      keep(session);
      return;
    }
    if (show.amountOf(session) === 0) return;
    const intent = intentFor(session);
    intent.methodId = newId(random, "pm");
    intent.lastError = null;
    intent.status = flow === "debit" ? "processing" : "requires_action";
    intent.dueMs = lifetimeMs === undefined ? undefined : clock.now() + lifetimeMs;
    keep(session, intent);
    const notices = [aboutIntent(`payment_intent.${intent.status}`, intent)];
    if (flow === "redirect") return events.tell(...notices);
    const ofLink = complete(session);
    keep(session, intent);
    return events.tell(...notices, ...ofLink, about("checkout.session.completed", session));
  };

  const succeed: StripePayments["succeed"] = async (session, card) => {
    const isLate = session.status === "complete";
    if (show.amountOf(session) === 0) {
      session.paymentStatus = "no_payment_required";
      const ofLink = complete(session);
      keep(session);
      return events.tell(...ofLink, about("checkout.session.completed", session));
    }
    const intent = intentFor(session);
    intent.methodId ??= newId(random, "pm");
    intent.card = intent.method === "card" ? (card?.number ?? intent.card) : undefined;
    intent.lastError = null;
    intent.status = "succeeded";
    intent.dueMs = undefined;
    const made = charge(intent, null);
    session.paymentStatus = "paid";
    const ofLink = isLate ? [] : complete(session);
    keep(session, intent);
    await events.tell(
      aboutIntent("payment_intent.succeeded", intent),
      aboutCharge("charge.succeeded", made),
      about(isLate ? "checkout.session.async_payment_succeeded" : "checkout.session.completed", session),
      ...ofLink,
    );
    const { dispute } = (intent.card === undefined ? undefined : cardWith(intent.card)) ?? {};
    if (dispute !== undefined) await disputes.open(made, made.amount, dispute);
  };

  const fail: StripePayments["fail"] = async (session, decline = GENERIC_DECLINE, card) => {
    const isLate = session.status === "complete";
    const intent = intentFor(session);
    intent.methodId = newId(random, "pm");
    intent.card = intent.method === "card" ? (card?.number ?? intent.card) : undefined;
    intent.lastError = {
      code: decline.code,
      declineCode: decline.declineCode ?? null,
      message: decline.message,
    };
    intent.status = "requires_payment_method";
    intent.dueMs = undefined;
    session.isInHand = false;
    // Who did not confirm at their bank was not charged.
    const made = decline === CONFIRMATION_FAILED ? undefined : charge(intent, intent.lastError);
    keep(session, intent);
    return events.tell(
      aboutIntent("payment_intent.payment_failed", intent),
      ...(made === undefined ? [] : [aboutCharge("charge.failed", made)]),
      ...(isLate ? [about("checkout.session.async_payment_failed", session)] : []),
    );
  };

  const expire: StripePayments["expire"] = async (session) => {
    const intent = intentOf(session);
    if (session.status === "complete") {
      return fail(session, {
        code: "payment_intent_payment_attempt_expired",
        message: "The payment attempt has expired.",
      });
    }
    if (session.status !== "open")
      throw new RefusedAction(409, `The session ${session.id} is ${session.status} already.`);
    session.status = "expired";
    session.isInHand = false;
    const notices: Notice[] = [];
    if (intent !== undefined) {
      intent.status = "canceled";
      intent.canceledAtMs = clock.now();
      notices.push(aboutIntent("payment_intent.canceled", intent));
    }
    keep(session, intent);
    return events.tell(...notices, about("checkout.session.expired", session));
  };

  return {
    visit(link, { clientReferenceId = null, prefilledEmail = null } = {}) {
      const nowMs = clock.now();
      const session: StripeSession = {
        id: `cs_test_a1${letters(random, 56)}`,
        linkId: link.id,
        createdAtMs: nowMs,
        expiresAtMs: nowMs + SESSION_LIFE_MS,
        clientReferenceId,
        prefilledEmail,
        status: "open",
        paymentStatus: "unpaid",
        items: link.items.map((item) => ({ ...item, id: newId(random, "li") })),
        chosenAmount: null,
        method: undefined,
        payer: undefined,
        customerId: null,
        intentId: undefined,
        isInHand: false,
      };
      store.sessions.put(session);
      return session;
    },
    submit,
    async startConfirmation(session, card) {
      const intent = intentFor(session);
      intent.methodId = newId(random, "pm");
      intent.card = card.number;
      intent.lastError = null;
      intent.status = "requires_action";
      keep(session, intent);
      return events.tell(aboutIntent("payment_intent.requires_action", intent));
    },
    succeed,
    fail,
    expire,
    tasks: [
      dueTask({
        items: store.sessions.all,
        dueMs: ({ status, expiresAtMs }) => (status === "open" ? expiresAtMs : Number.POSITIVE_INFINITY),
        run: (due) => Promise.all(due.map(expire)),
      }),
      dueTask({
        items: store.intents.all,
        dueMs: ({ status, dueMs }) =>
          status === "requires_action" && dueMs !== undefined ? dueMs : Number.POSITIVE_INFINITY,
        run: (due) =>
          Promise.all(due.map(({ sessionId }) => expire(required(store.sessions.get(sessionId), sessionId)))),
      }),
    ],
  };
};
