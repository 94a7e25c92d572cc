// Facts derived from the records of a link and its visits.
import type { Payment } from "../simulator-kit/index.ts";
import { required, type StripeAccount } from "./account.ts";
import { leastChargeIn, mostChargeIn } from "./currencies.ts";
import { disputeOf } from "./disputes.ts";
import { dynamicMethods, methodOf, type StripeMethod } from "./methods.ts";
import type { CustomAmount, StripeCharge, StripeIntent, StripeLink, StripeSession } from "./model.ts";

/** The methods that the page of a link shows, in its order. */
export const methodsOf = ({ settings, currency }: StripeLink): readonly StripeMethod[] =>
  (settings.methods ?? dynamicMethods(currency)).map(methodOf);

/** The bounds of an amount that the payer chooses; `undefined` if it is fixed. */
export const customAmountOf = (
  { show }: StripeAccount,
  { items, currency }: StripeLink,
): { readonly min: number; readonly max: number; readonly preset: number | undefined } | undefined => {
  const custom = items
    .map(({ priceId }) => show.priceOf(priceId).customAmount)
    .find((one): one is CustomAmount => one !== null);
  if (custom === undefined) return undefined;
  return {
    min: custom.minimum ?? leastChargeIn(currency),
    max: custom.maximum ?? mostChargeIn(currency),
    preset: custom.preset ?? undefined,
  };
};

export const intentOf = ({ store }: StripeAccount, { intentId }: StripeSession): StripeIntent | undefined =>
  intentId === undefined ? undefined : store.intents.get(intentId);

/** The one that paid. */
export const chargeOf = (account: StripeAccount, session: StripeSession): StripeCharge | undefined => {
  const charge = account.store.charges.get(intentOf(account, session)?.chargeId ?? "");
  return charge?.status === "succeeded" ? charge : undefined;
};

/** Where a session is, in Stripe's words of the session, its PaymentIntent and its charge. */
export const statusOf = (account: StripeAccount, session: StripeSession): string => {
  const intent = intentOf(account, session);
  if (session.status === "expired") return "expired";
  if (session.status === "open") return intent?.status ?? "open";
  if (session.paymentStatus === "no_payment_required") return session.paymentStatus;
  if (session.paymentStatus === "unpaid")
    return intent === undefined || intent.lastError !== null ? "failed" : intent.status;
  const charge = chargeOf(account, session);
  if (charge === undefined) return "paid";
  const dispute = disputeOf(account, charge);
  if (dispute !== undefined && dispute.status !== "won") return dispute.status === "lost" ? "lost" : "disputed";
  if (charge.refundedAmount === 0) return "paid";
  return charge.refundedAmount === charge.amount ? "refunded" : "partially_refunded";
};

export const stripePayment = (account: StripeAccount, session: StripeSession): Payment => {
  const link = required(account.store.links.get(session.linkId), session.linkId);
  return {
    provider: "stripe",
    link: account.urlOf(link),
    id: session.id,
    ...(session.intentId !== undefined && { transactionId: session.intentId }),
    method: session.method ?? "",
    status: statusOf(account, session),
    amount: account.show.amountOf(session),
    currency: link.currency.toUpperCase(),
  };
};

/** Visits that led to an attempt. */
export const attemptsAt = ({ store }: StripeAccount, link: StripeLink): readonly StripeSession[] =>
  store.sessionsOf(link).filter(({ method }) => method !== undefined);
