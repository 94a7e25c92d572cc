import type { JsonObject, WebhookEvent } from "../simulator-kit/index.ts";
import type { StripeAccount } from "./account.ts";
import { disputeOf } from "./disputes.ts";
import { chargeOf, intentOf } from "./facts.ts";
import type { StripeLink } from "./model.ts";

// docs.stripe.com/api/events/types
export const WEBHOOK_EVENTS: readonly WebhookEvent[] = [
  { name: "checkout.session.completed", label: "a visit was completed, paid or under way", about: "payment" },
  { name: "checkout.session.async_payment_succeeded", label: "a delayed payment has succeeded", about: "payment" },
  { name: "checkout.session.async_payment_failed", label: "a delayed payment has failed", about: "payment" },
  { name: "checkout.session.expired", label: "a visit has expired", about: "payment" },
  { name: "payment_intent.succeeded", label: "a payment has succeeded", about: "payment" },
  { name: "payment_intent.processing", label: "a payment is at the bank", about: "payment" },
  { name: "payment_intent.requires_action", label: "the payer has to confirm, or to pay a voucher", about: "payment" },
  { name: "payment_intent.payment_failed", label: "an attempt has failed", about: "payment" },
  { name: "payment_intent.canceled", label: "a payment was canceled", about: "payment" },
  { name: "charge.succeeded", label: "a charge has succeeded", about: "payment" },
  { name: "charge.failed", label: "a charge has failed", about: "payment" },
  { name: "charge.refunded", label: "a charge was refunded, in part or in full", about: "payment" },
  { name: "refund.created", label: "a refund was made", about: "payment" },
  { name: "refund.updated", label: "a refund has changed", about: "payment" },
  { name: "refund.failed", label: "a refund has failed", about: "payment" },
  { name: "charge.refund.updated", label: "a refund of a charge has changed", about: "payment" },
  { name: "charge.dispute.created", label: "the payer disputes a payment", about: "payment" },
  { name: "charge.dispute.funds_withdrawn", label: "the bank has taken the money back", about: "payment" },
  { name: "charge.dispute.updated", label: "evidence was given", about: "payment" },
  { name: "charge.dispute.closed", label: "a dispute was won or lost", about: "payment" },
  { name: "charge.dispute.funds_reinstated", label: "the money of a won dispute is back", about: "payment" },
  { name: "payment_link.created", label: "a link was made", about: "link" },
  { name: "payment_link.updated", label: "a link has changed", about: "link" },
];

/** The body of a webhook about a link or a payment as it is now; `undefined` if what it is about is not there. */
export const eventBody = (
  account: StripeAccount,
  type: string,
  link: StripeLink,
  payment: string | undefined,
): string | undefined => {
  const object = type.startsWith("payment_link.") ? account.show.link(link) : objectOf(account, type, link, payment);
  return object === undefined ? undefined : account.events.bodyOf({ type, object });
};

const objectOf = (
  account: StripeAccount,
  type: string,
  link: StripeLink,
  payment: string | undefined,
): JsonObject | undefined => {
  const { store, show } = account;
  const session = store.sessionsOf(link).find(({ id }) => id === payment);
  if (session === undefined) return undefined;
  if (type.startsWith("checkout.session.")) return show.session(session);
  const intent = intentOf(account, session);
  if (type.startsWith("payment_intent.")) return intent === undefined ? undefined : show.intent(intent);
  const charge = chargeOf(account, session) ?? store.charges.get(intent?.chargeId ?? "");
  if (charge === undefined) return undefined;
  if (type.startsWith("charge.dispute.")) {
    const dispute = disputeOf(account, charge);
    return dispute === undefined ? undefined : show.dispute(dispute);
  }
  const refund = store.refundsOf(charge).at(-1);
  if (type.includes("refund.")) return refund === undefined ? undefined : show.refund(refund);
  return show.charge(charge);
};
