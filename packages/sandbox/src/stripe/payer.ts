import {
  formatMoney,
  type PayableLink,
  type PayerChoice,
  type Payment,
  RefusedAction,
  refuseUnless,
  undocumentedActions,
} from "../simulator-kit/index.ts";
import { required, type StripeAccount } from "./account.ts";
import { CONFIRMATION_FAILED, cardWith, GENERIC_DECLINE } from "./cards.ts";
import { currencyOf } from "./currencies.ts";
import { disputeOf, type StripeDisputes } from "./disputes.ts";
import { StripeRefusal } from "./errors.ts";
import { attemptsAt, chargeOf, customAmountOf, intentOf, methodsOf, statusOf, stripePayment } from "./facts.ts";
import { newId } from "./ids.ts";
import type { StripeMethod } from "./methods.ts";
import type { LineItem, StripeCharge, StripeLink, StripeSession } from "./model.ts";
import { stripePayPage } from "./page.ts";
import type { StripePayments } from "./payments.ts";
import type { StripeRefunds } from "./refunds.ts";

export interface StripeActions {
  readonly account: StripeAccount;
  readonly payments: StripePayments;
  readonly refunds: StripeRefunds;
  readonly disputes: StripeDisputes;
}

/** The actions of a payer on a link, or on their visit of it. */
export const payableStripeLink = (
  actions: StripeActions,
  link: StripeLink,
  visit: StripeSession | undefined,
): PayableLink => {
  const { account, payments, refunds, disputes } = actions;
  const { show, context, store } = account;
  const currency = currencyOf(link.currency);
  const paymentOf = (session: StripeSession): Payment => stripePayment(account, session);

  const find = (id: string): StripeSession => {
    const session = store
      .sessionsOf(link)
      .find((one) => one.id === id || one.intentId === id || chargeOf(account, one)?.id === id);
    if (session === undefined) throw new RefusedAction(404, `This link has no payment ${id}.`);
    return session;
  };

  /** Takes down what the payer chose on the page. */
  const choose = (session: StripeSession, choice: PayerChoice): void => {
    const items = itemsOf(session.items, choice);
    const chosenAmount = chooseAmount(account, link, choice);
    const method = chooseMethod(link, choice);
    const amount = show.amountOf({ items, chosenAmount });
    if (choice.amount !== undefined && chosenAmount === null && choice.amount !== amount) {
      throw new RefusedAction(400, `The amount of this link is fixed at ${formatMoney({ amount, currency })}.`);
    }
    session.items = items;
    session.chosenAmount = chosenAmount;
    session.method = method.code;
    const { settings } = link;
    session.payer = {
      email: choice.details?.email || session.prefilledEmail || "payer@example.test",
      name: choice.details?.name || "Sari Test",
      phone: settings.asksForPhone ? choice.details?.phone || "+6281100000000" : null,
    };
    if (settings.customerCreation === "always") session.customerId ??= newId(context.random, "cus");
    store.sessions.put(session);
  };

  const visitToOpen = (choice: PayerChoice): StripeSession => {
    if (choice.payment !== undefined) return find(choice.payment);
    if (visit !== undefined) return visit;
    refuseUnlessActive(link);
    return payments.visit(link);
  };

  const open = async (choice: PayerChoice): Promise<StripeSession> => {
    const session = visitToOpen(choice);
    refuseUnless(`The session ${session.id}`, session.status, ["open"], "be paid");
    choose(session, choice);
    await payments.submit(session);
    return session;
  };

  const hasTerms = (session: StripeSession, { method, amount }: PayerChoice): boolean =>
    (method === undefined || method === session.method) && (amount === undefined || amount === show.amountOf(session));

  /** The pending payment that is meant, or a new one. */
  const findOrOpen = async (choice: PayerChoice): Promise<StripeSession> => {
    const existing =
      choice.payment === undefined && visit === undefined
        ? attemptsAt(account, link).findLast(
            (session) => choice.isNew !== true && !session.isInHand && isPending(session) && hasTerms(session, choice),
          )
        : (visit ?? find(choice.payment ?? ""));
    if (existing === undefined || existing.method === undefined) {
      const session = await open(choice);
      session.isInHand = true;
      return session;
    }
    if (hasTerms(existing, choice)) return existing;
    // Before it is submitted, the payer can still choose.
    if (existing.status === "open") return open({ ...choice, payment: existing.id });
    throw new RefusedAction(
      400,
      `The payment ${existing.id} is by ${existing.method} for ${formatMoney({ amount: show.amountOf(existing), currency })}, and keeps both.`,
    );
  };

  const isPending = (session: StripeSession): boolean =>
    session.status === "open" || ["processing", "requires_action"].includes(statusOf(account, session));

  const pending = async (choice: PayerChoice, action: string): Promise<StripeSession> => {
    const session = await findOrOpen(choice);
    session.isInHand = false;
    if (!isPending(session)) {
      const words = "open, requires_action or processing";
      throw new RefusedAction(
        409,
        `The payment ${session.id} is ${statusOf(account, session)}; to ${action} it must be ${words}.`,
      );
    }
    return session;
  };

  /** The payment that is meant, or the newest of which `fits` holds, or else the newest. */
  const paid = (payment: string | undefined, fits: (session: StripeSession) => boolean): StripeCharge => {
    const all = attemptsAt(account, link);
    const session = payment === undefined ? (visit ?? all.findLast(fits) ?? all.at(-1)) : find(payment);
    if (session === undefined) throw new RefusedAction(409, "No payment was made on this link yet.");
    const charge = chargeOf(account, session);
    if (charge !== undefined) return charge;
    throw new RefusedAction(409, `The payment ${session.id} is ${statusOf(account, session)}; it must be paid.`);
  };

  const sessionOf = ({ sessionId }: StripeCharge): StripeSession => required(store.sessions.get(sessionId), sessionId);

  const isDisputed = (session: StripeSession): boolean => statusOf(account, session) === "disputed";
  const decide = async (payment: string | undefined, status: "won" | "lost"): Promise<Payment> => {
    const charge = paid(payment, isDisputed);
    const dispute = disputeOf(account, charge);
    if (dispute === undefined) throw new RefusedAction(409, `The payment ${charge.sessionId} is not disputed.`);
    await disputes.close(dispute, status);
    return paymentOf(sessionOf(charge));
  };

  return {
    ...undocumentedActions("Stripe", context.unsupported),
    async open(choice) {
      return paymentOf(await open(choice));
    },
    async pay(choice) {
      const session = await pending(choice, "be paid");
      const intent = intentOf(account, session);
      const card = intent?.status === "requires_action" ? cardWith(intent.card ?? "") : undefined;
      await (card?.decline === undefined
        ? payments.succeed(session, card)
        : payments.fail(session, card.decline, card));
      return paymentOf(session);
    },
    async fail(choice) {
      const session = await pending(choice, "fail");
      const isUnconfirmed = session.method === "card" && intentOf(account, session)?.status === "requires_action";
      await payments.fail(session, isUnconfirmed ? CONFIRMATION_FAILED : GENERIC_DECLINE);
      return paymentOf(session);
    },
    async payByCard(choice, number) {
      const card = cardWith(number);
      if (card === undefined) return undefined;
      const session = await pending(choice, "be paid");
      if (card.needsConfirmation === true) await payments.startConfirmation(session, card);
      else if (card.decline === undefined) await payments.succeed(session, card);
      else await payments.fail(session, card.decline, card);
      return { payment: paymentOf(session), isPaid: session.paymentStatus === "paid" };
    },
    async settle() {
      throw new RefusedAction(
        409,
        "Stripe sends no webhook about the settlement of a payment: payouts are not simulated.",
      );
    },
    async expire({ payment }) {
      const session = payment === undefined ? visit : find(payment);
      if (session === undefined) {
        throw new RefusedAction(
          409,
          "Links of Stripe never expire: name a payment, or deactivate the link by its API.",
        );
      }
      if (!isPending(session)) {
        throw new RefusedAction(
          409,
          `The payment ${session.id} is ${statusOf(account, session)}; to expire it must be open.`,
        );
      }
      if (intentOf(account, session)?.status === "processing") {
        throw new RefusedAction(409, `The payment ${session.id} is at the bank, which accepts or refuses it.`);
      }
      await payments.expire(session);
    },
    async refund({ payment, amount }) {
      const fits = (session: StripeSession): boolean =>
        ["paid", "partially_refunded"].includes(statusOf(account, session));
      const charge = paid(payment, fits);
      try {
        await refunds.create(charge, { amount }).notified;
      } catch (error) {
        if (error instanceof StripeRefusal) throw new RefusedAction(409, error.message);
        throw error;
      }
      return paymentOf(sessionOf(charge));
    },
    async chargeback({ payment, amount }) {
      const charge = paid(payment, (session) => ["paid", "partially_refunded"].includes(statusOf(account, session)));
      await disputes.open(charge, amount);
      return paymentOf(sessionOf(charge));
    },
    winDispute: ({ payment }) => decide(payment, "won"),
    loseDispute: ({ payment }) => decide(payment, "lost"),
    async failRefund({ payment }) {
      const charge = paid(payment, (session) => statusOf(account, session).endsWith("refunded"));
      const refund = store.refundsOf(charge).findLast(({ status }) => status === "succeeded" || status === "pending");
      if (refund === undefined)
        throw new RefusedAction(409, `The payment ${charge.sessionId} has no refund that could fail.`);
      await refunds.fail(refund);
      return paymentOf(sessionOf(charge));
    },
    page: () => stripePayPage(account, link, visit),
  };
};

const refuseUnlessActive = (link: StripeLink): void => {
  if (link.isActive) return;
  const { limit } = link.settings;
  const isUsedUp = limit !== null && link.completed >= limit;
  throw new RefusedAction(
    409,
    `No payment can be opened on this link: ${isUsedUp ? `its limit of ${limit} completed sessions is reached` : "it was deactivated"}.`,
  );
};

const chooseMethod = (link: StripeLink, { method }: PayerChoice): StripeMethod => {
  const allowed = methodsOf(link);
  const chosen = method === undefined ? allowed[0] : allowed.find(({ code }) => code === method);
  if (chosen !== undefined) return chosen;
  const codes = allowed.map(({ code }) => code).join(", ");
  throw new RefusedAction(400, `This link does not allow ${method}; it allows ${codes}.`);
};

/** `null` if it is not the payer's to choose. */
const chooseAmount = (account: StripeAccount, link: StripeLink, { amount }: PayerChoice): number | null => {
  const bounds = customAmountOf(account, link);
  if (bounds === undefined) return null;
  const { min, max, preset } = bounds;
  const chosen = amount ?? preset ?? min;
  if (Number.isSafeInteger(chosen) && chosen >= min && chosen <= max) return chosen;
  const currency = currencyOf(link.currency);
  const [from, to] = [min, max].map((bound) => formatMoney({ amount: bound, currency }));
  throw new RefusedAction(400, `The amount must be ${currency.unitName}, from ${from} to ${to}.`);
};

const itemsOf = (items: readonly LineItem[], { quantities = [] }: PayerChoice): readonly LineItem[] =>
  items.map((item, index) => {
    const { adjustable, quantity } = item;
    const chosen = quantities[index] ?? quantity;
    if (chosen === quantity) return item;
    if (adjustable === null) throw new RefusedAction(400, `The quantity of item ${index + 1} is fixed at ${quantity}.`);
    const { minimum, maximum } = adjustable;
    if (Number.isSafeInteger(chosen) && chosen >= minimum && chosen <= maximum) return { ...item, quantity: chosen };
    throw new RefusedAction(400, `The quantity of item ${index + 1} must be from ${minimum} to ${maximum}.`);
  });
