import type { ActionName, PagePayment, PaymentStatus, PayPage, PayPageState } from "../simulator-kit/index.ts";
import type { StripeAccount } from "./account.ts";
import { STRIPE_CARDS } from "./cards.ts";
import { currencyOf } from "./currencies.ts";
import { attemptsAt, chargeOf, customAmountOf, intentOf, methodsOf, statusOf } from "./facts.ts";
import { methodOf } from "./methods.ts";
import type { StripeLink, StripeSession } from "./model.ts";

const STATUSES: Readonly<Record<string, PaymentStatus>> = {
  open: "pending",
  requires_payment_method: "refused",
  requires_action: "pending",
  processing: "pending",
  succeeded: "paid",
  paid: "paid",
  no_payment_required: "paid",
  failed: "failed",
  expired: "expired",
  refunded: "refunded",
  partially_refunded: "refunded_in_part",
  disputed: "charged_back",
  lost: "charged_back",
};

export const linkStateOf = (link: StripeLink): PayPageState => {
  if (link.isActive) return "open";
  const { limit } = link.settings;
  return limit !== null && link.completed >= limit ? "used_up" : "closed";
};

const visitStateOf = (session: StripeSession): PayPageState => {
  if (session.status === "open") return "open";
  if (session.status === "expired") return "expired";
  return session.paymentStatus === "unpaid" ? "held" : "paid";
};

/** The hosted page of a link, or of one visit of it. */
export const stripePayPage = (account: StripeAccount, link: StripeLink, visit: StripeSession | undefined): PayPage => {
  const { show, store } = account;
  const items = visit?.items ?? link.items;
  const lines = items.map(({ priceId, quantity, adjustable }) => {
    const price = show.priceOf(priceId);
    return {
      name: store.products.get(price.productId)?.name ?? "",
      quantity,
      subtotal: show.amountOf({
        items: [{ id: "", priceId, quantity, adjustable }],
        chosenAmount: visit?.chosenAmount ?? null,
      }),
      ...(adjustable !== null && { adjustable: { min: adjustable.minimum, max: adjustable.maximum } }),
    };
  });
  const bounds = customAmountOf(account, link);
  const attempts =
    visit === undefined ? attemptsAt(account, link) : [visit].filter(({ method }) => method !== undefined);
  const state = visit === undefined ? linkStateOf(link) : visitStateOf(visit);
  const { afterCompletion, inactiveMessage, asksForPhone, names, customText } = link.settings;
  return {
    provider: "Stripe",
    // Stripe shows this text beside the button.
    title: customText.submit?.message ?? lines[0]?.name ?? "",
    // No payer sees an id of the link.
    reference: undefined,
    items: bounds === undefined ? lines : [],
    currency: currencyOf(link.currency),
    amount: bounds ?? show.amountOf({ items, chosenAmount: null }),
    state,
    endsLink: false,
    methods: methodsOf(link),
    firstKinds: ["card"],
    asksFor: [
      "email",
      ...(names?.individual?.enabled === true ? (["name"] as const) : []),
      ...(asksForPhone ? (["phone"] as const) : []),
    ],
    known: { email: visit?.prefilledEmail ?? undefined },
    payments: attempts.map((session) => pagePayment(account, link, session)),
    heldBy: state === "held" ? visit?.id : undefined,
    returnUrl:
      afterCompletion.type === "redirect"
        ? afterCompletion.url.replaceAll("{CHECKOUT_SESSION_ID}", visit?.id ?? "")
        : undefined,
    ...(afterCompletion.type === "hosted_confirmation" &&
      afterCompletion.message !== null && { paidNote: afterCompletion.message }),
    ...(inactiveMessage !== null && { closedNote: inactiveMessage }),
  };
};

const pagePayment = (account: StripeAccount, link: StripeLink, session: StripeSession): PagePayment => {
  const status = statusOf(account, session);
  const intent = intentOf(account, session);
  const method = methodOf(session.method ?? "card");
  const isPaid = session.status === "complete" && session.paymentStatus !== "unpaid";
  const isUnderWay = ["requires_action", "processing"].includes(status);
  const isOpen = session.status === "open" || isUnderWay;
  const isConfirmation = method.flow === "card" && status === "requires_action";
  return {
    id: session.id,
    method,
    status: STATUSES[status] ?? "pending",
    amount: account.show.amountOf(session),
    isPaid,
    isOpen,
    canBeRetried: false,
    instructions: isConfirmation
      ? { kind: "confirmation" }
      : method.flow === "card"
        ? { kind: "card", testCards: STRIPE_CARDS.map(({ number, does }) => ({ number, does })) }
        : method.flow === "voucher"
          ? { kind: "store", code: voucherNumber(session) }
          : { kind: method.flow === "debit" ? "debit" : "elsewhere" },
    payableUntilMs: session.status === "open" ? session.expiresAtMs : isOpen ? intent?.dueMs : undefined,
    actions: actionsOn(account, link, session, status),
  };
};

/** Digits that the id decides. */
const voucherNumber = ({ id }: StripeSession): string =>
  Array.from(id.slice(-12), (letter) => String((letter.codePointAt(0) ?? 0) % 10)).join("");

const actionsOn = (
  account: StripeAccount,
  _link: StripeLink,
  session: StripeSession,
  status: string,
): readonly ActionName[] => {
  const isUnderWay = ["requires_action", "processing"].includes(status);
  const isOpen = session.status === "open" || isUnderWay;
  const charge = chargeOf(account, session);
  const isDisputed = charge?.disputeId !== undefined;
  const canBe: readonly (readonly [ActionName, boolean])[] = [
    ["pay", isOpen],
    ["fail", isOpen],
    ["expire", isOpen && status !== "processing"],
    ["refund", charge !== undefined && !isDisputed && charge.refundedAmount < charge.amount],
    ["failRefund", charge !== undefined && charge.refundedAmount > 0],
    ["chargeback", charge !== undefined && !isDisputed && charge.refundedAmount < charge.amount],
    ["winDispute", status === "disputed"],
    ["loseDispute", status === "disputed"],
  ];
  return canBe.filter(([, holds]) => holds).map(([action]) => action);
};
