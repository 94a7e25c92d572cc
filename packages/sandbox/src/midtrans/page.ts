import {
  type ActionName,
  type PagePayment,
  type PaymentStatus,
  type PayPage,
  RUPIAH_CURRENCY,
} from "../simulator-kit/index.ts";
import { defectOf, methodsForPage } from "./choices.ts";
import { lengthMs } from "./create-request.ts";
import { instructionsOf } from "./instructions.ts";
import {
  currentTransaction,
  holdersOf,
  isOpen,
  isPaid,
  isUnderReview,
  type MidtransLink,
  type Purchase,
  stateOf,
  type TransactionStatus,
} from "./links.ts";
import { whyNotRefundable } from "./refunds.ts";

// docs.midtrans.com, reference/transaction-status.
export const CHARGEABLE_STATUSES: readonly TransactionStatus[] = ["settlement", "partial_chargeback"];

export const isChargeable = (purchase: Purchase): boolean => {
  const { status, method } = currentTransaction(purchase);
  return method.paymentType === "credit_card" && CHARGEABLE_STATUSES.includes(status);
};

const STATUSES: Readonly<Record<TransactionStatus, PaymentStatus>> = {
  pending: "pending",
  authorize: "reserved",
  capture: "paid",
  settlement: "paid",
  partial_refund: "refunded_in_part",
  refund: "refunded",
  partial_chargeback: "charged_back_in_part",
  chargeback: "charged_back",
  deny: "refused",
  cancel: "cancelled",
  expire: "expired",
};

const pagePayment = (purchase: Purchase, nowMs: number): PagePayment => {
  const transaction = currentTransaction(purchase);
  const { method, status } = transaction;
  return {
    id: purchase.orderId,
    method,
    status: isUnderReview(transaction) ? "under_review" : STATUSES[status],
    amount: purchase.amount,
    isPaid: isPaid(transaction),
    isOpen: isOpen(transaction),
    isUnderReview: isUnderReview(transaction),
    canBeRetried: status === "deny",
    instructions: instructionsOf(transaction),
    payableUntilMs: status === "pending" ? transaction.expiresAtMs : undefined,
    actions: actionsOn(purchase, nowMs),
  };
};

const actionsOn = (purchase: Purchase, nowMs: number): readonly ActionName[] => {
  const transaction = currentTransaction(purchase);
  const { status, method } = transaction;
  const canBePaid = isOpen(transaction) || (status === "deny" && stateOf(purchase.link, nowMs) === "open");
  const canBe: readonly (readonly [ActionName, boolean])[] = [
    ["pay", canBePaid],
    ["fail", canBePaid],
    ["expire", status === "pending"],
    ["approve", isUnderReview(transaction)],
    ["deny", isUnderReview(transaction)],
    ["settle", status === "capture" && !isUnderReview(transaction)],
    ["reverse", status === "settlement" && method.isReversible === true],
    ["chargeback", isChargeable(purchase)],
    ["refund", whyNotRefundable(purchase, transaction, nowMs) === undefined],
  ];
  return canBe.filter(([, holds]) => holds).map(([action]) => action);
};

export const payPage = (link: MidtransLink, nowMs: number): PayPage => {
  const { request } = link;
  const state = stateOf(link, nowMs);
  const holder = holdersOf(link).at(-1);
  return {
    provider: "Midtrans",
    title: request.title ?? request.orderId,
    reference: request.orderId,
    currency: RUPIAH_CURRENCY,
    items: request.items.map(({ name, price, quantity }) => ({ name, quantity, subtotal: price * quantity })),
    amount: typeof request.amount === "number" ? request.amount : { ...request.amount, min: request.amount.min ?? 1 },
    state,
    payableUntilMs: link.expiry === undefined ? undefined : link.startMs + lengthMs(link.expiry),
    methods: methodsForPage(request),
    defect: defectOf(request),
    asksFor: request.requiredDetails.map((field) => (field === "first_name" ? "name" : field)),
    payments: link.purchases.map((purchase) => pagePayment(purchase, nowMs)),
    heldBy: state === "held" ? holder?.orderId : undefined,
    returnUrl: request.finishUrl,
  };
};
