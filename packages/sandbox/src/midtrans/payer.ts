import {
  allUses,
  type Clock,
  type PayableLink,
  type PayerChoice,
  type Payment,
  RefusedAction,
  RUPIAH_CURRENCY,
  refuseUnless,
  refuseUnlessLeft,
  rupiah,
  type SimulatorContext,
  undocumentedActions,
} from "../simulator-kit/index.ts";
import { chooseAmount, chooseMethod, paidStatus, WRONG_SUM } from "./choices.ts";
import { isSumRight } from "./create-request.ts";
import { type MidtransLinks } from "./link-store.ts";
import {
  currentTransaction,
  expireLink,
  isOpen,
  isUnderReview,
  type MidtransLink,
  type Purchase,
  stateOf,
  type TransactionStatus,
} from "./links.ts";
import type { MidtransMethod } from "./methods.ts";
import { CHARGEABLE_STATUSES, isChargeable, payPage } from "./page.ts";
import { isRefundable } from "./refunds.ts";
import type { Opening, Transactions } from "./transactions.ts";

/** The payer's actions on one link. `url` is its pay page. */
export const payableMidtransLink = (parts: {
  readonly link: MidtransLink;
  readonly url: string;
  readonly links: MidtransLinks;
  readonly transactions: Transactions;
  readonly clock: Clock;
  readonly unsupported: SimulatorContext["unsupported"];
}): PayableLink => {
  const { link, url, links, transactions, clock, unsupported } = parts;
  const paymentOf = (purchase: Purchase): Payment => midtransPayment(purchase, url);

  /** Opens a purchase, or another attempt in the refused purchase that was named. */
  const begin = (choice: PayerChoice): Opening => {
    if (choice.payment === undefined) {
      refuseUnlessOpen(link, clock.now());
      const amount = chooseAmount(link, choice);
      return transactions.open(link, chooseMethod(link, choice, amount), amount);
    }
    const purchase = findPayment(link, choice.payment);
    refuseUnlessIn(purchase, ["deny"], "start another attempt");
    if (choice.amount !== undefined && choice.amount !== purchase.amount) {
      throw new RefusedAction(
        400,
        `The payment ${purchase.orderId} was opened for ${rupiah(purchase.amount)}, and keeps that.`,
      );
    }
    refuseUnlessOpen(link, clock.now());
    const method =
      choice.method === undefined ? currentTransaction(purchase).method : chooseMethod(link, choice, purchase.amount);
    return { purchase, notified: transactions.retry(purchase, method) };
  };

  /** The open payment that is meant, or a new one. */
  const findOrBegin = async (choice: PayerChoice): Promise<Purchase> => {
    const existing = choice.payment === undefined ? newestOpen(link, choice) : findPayment(link, choice.payment);
    if (existing === undefined || currentTransaction(existing).status === "deny") {
      const { purchase, notified } = begin(choice);
      purchase.isInHand = true;
      await notified;
      return purchase;
    }
    refuseOtherTerms(existing, choice);
    return existing;
  };

  const complete = async (
    choice: PayerChoice,
    action: string,
    outcome: (purchase: Purchase) => TransactionStatus,
    fraud?: "challenge",
  ): Promise<Payment> => {
    const purchase = await findOrBegin(choice);
    purchase.isInHand = false;
    refuseUnlessIn(purchase, ["pending", "authorize"], action);
    if (fraud !== undefined) refuseUnlessReviewable(currentTransaction(purchase).method);
    await transactions.move(purchase, outcome(purchase), fraud);
    return paymentOf(purchase);
  };

  /** The merchant's decision on a payment that is under review. */
  const decide = async (
    { payment }: PayerChoice,
    action: string,
    decision: (purchase: Purchase) => Promise<void>,
  ): Promise<Payment> => {
    const reviewed = link.purchases.findLast((purchase) => isUnderReview(currentTransaction(purchase)));
    const purchase = payment === undefined ? reviewed : findPayment(link, payment);
    if (purchase === undefined) throw new RefusedAction(409, "No payment on this link is under review.");
    const { status } = currentTransaction(purchase);
    if (!isUnderReview(currentTransaction(purchase))) {
      throw new RefusedAction(
        409,
        `The payment ${purchase.orderId} is ${status}; to ${action} it must be under review.`,
      );
    }
    await decision(purchase);
    return paymentOf(purchase);
  };

  return {
    ...undocumentedActions("Midtrans", unsupported),
    async open(choice) {
      const { purchase, notified } = begin(choice);
      await notified;
      return paymentOf(purchase);
    },
    pay: (choice) => complete(choice, "be paid", paidStatus),
    fail: (choice) => complete(choice, "fail", () => "deny"),
    challenge: (choice) => complete(withCard(choice), "be challenged", paidStatus, "challenge"),
    async settle({ payment }) {
      const purchase =
        payment === undefined ? (newest(link, "capture") ?? link.purchases.at(-1)) : findPayment(link, payment);
      if (purchase === undefined) throw new RefusedAction(409, "No payment was made on this link yet.");
      refuseUnlessIn(
        purchase,
        ["capture"],
        "settle",
        "Only cards settle later; other methods are in settlement when paid.",
      );
      if (isUnderReview(currentTransaction(purchase))) {
        throw new RefusedAction(409, `The payment ${purchase.orderId} is under review; approve it first.`);
      }
      await transactions.move(purchase, "settlement");
      return paymentOf(purchase);
    },
    async expire({ payment }) {
      if (payment === undefined) {
        // docs.midtrans.com, Expire a Snap Session: a virtual account issued before stays payable.
        expireLink(link, clock.now());
        links.changed(link);
        return;
      }
      const purchase = findPayment(link, payment);
      refuseUnlessIn(purchase, ["pending"], "expire");
      await transactions.move(purchase, "expire");
    },
    approve: (choice) => decide(choice, "be approved", (purchase) => transactions.approve(purchase)),
    deny: (choice) => decide(choice, "be denied", (purchase) => transactions.move(purchase, "deny", "deny")),
    async reverse({ payment }) {
      const purchase = payment === undefined ? newest(link, "settlement") : findPayment(link, payment);
      if (purchase === undefined) throw new RefusedAction(409, "No payment on this link is in settlement.");
      refuseUnlessIn(purchase, ["settlement"], "be reversed");
      const { method } = currentTransaction(purchase);
      if (method.isReversible !== true) {
        throw new RefusedAction(
          409,
          `Midtrans documents reversals for permata_va, echannel and indomaret, not for ${method.code}.`,
        );
      }
      await transactions.move(purchase, "deny");
      return paymentOf(purchase);
    },
    async chargeback({ payment, amount }) {
      const fitting = link.purchases.findLast(isChargeable);
      const purchase = payment === undefined ? (fitting ?? link.purchases.at(-1)) : findPayment(link, payment);
      if (purchase === undefined) throw new RefusedAction(409, "No payment was made on this link yet.");
      const transaction = currentTransaction(purchase);
      if (transaction.method.paymentType !== "credit_card") {
        throw new RefusedAction(409, `Chargebacks are of cards, not of ${transaction.method.code}.`);
      }
      refuseUnlessIn(purchase, CHARGEABLE_STATUSES, "be charged back");
      const left = purchase.amount - transaction.chargedBack;
      const chosen = amount ?? left;
      refuseUnlessLeft(chosen, left, RUPIAH_CURRENCY);
      await transactions.chargeBack(purchase, chosen);
      return paymentOf(purchase);
    },
    async refund({ payment, amount }) {
      const fitting = link.purchases.findLast((purchase) => isRefundable(currentTransaction(purchase)));
      const purchase = payment === undefined ? (fitting ?? link.purchases.at(-1)) : findPayment(link, payment);
      if (purchase === undefined) throw new RefusedAction(409, "No payment was made on this link yet.");
      const result = transactions.refund(purchase, currentTransaction(purchase), { amount, reason: "" });
      if ("refused" in result) throw new RefusedAction(result.refused === "414" ? 400 : 409, result.why);
      await result.notified;
      return paymentOf(purchase);
    },
    page: () => payPage(link, clock.now()),
  };
};

export const midtransPayment = (purchase: Purchase, url: string): Payment => {
  const { id, method, status } = currentTransaction(purchase);
  return {
    provider: "midtrans",
    link: url,
    id: purchase.orderId,
    transactionId: id,
    method: method.code,
    status,
    amount: purchase.amount,
    currency: RUPIAH_CURRENCY.code,
  };
};

const newest = (link: MidtransLink, status: TransactionStatus): Purchase | undefined =>
  link.purchases.findLast((purchase) => currentTransaction(purchase).status === status);

const newestOpen = (link: MidtransLink, choice: PayerChoice): Purchase | undefined => {
  if (choice.isNew === true) return undefined;
  return link.purchases.findLast(
    (purchase) => !purchase.isInHand && isOpen(currentTransaction(purchase)) && hasTerms(purchase, choice),
  );
};

/** Whether the purchase is by the method and of the amount that were named, if any were. */
const hasTerms = (purchase: Purchase, { method, amount }: PayerChoice): boolean => {
  const isMethod = method === undefined || method === currentTransaction(purchase).method.code;
  return isMethod && (amount === undefined || amount === purchase.amount);
};

const findPayment = (link: MidtransLink, payment: string): Purchase => {
  const purchase = link.purchases.find(
    ({ orderId, transactions }) => orderId === payment || transactions.some(({ id }) => id === payment),
  );
  if (purchase === undefined) throw new RefusedAction(404, `This link has no payment ${payment}.`);
  return purchase;
};

/** Fraud detection looks at cards. */
const withCard = (choice: PayerChoice): PayerChoice =>
  choice.payment === undefined && choice.method === undefined ? { ...choice, method: "credit_card" } : choice;

export const refuseUnlessReviewable = (method: MidtransMethod): void => {
  if (method.paymentType === "credit_card") return;
  throw new RefusedAction(409, `Midtrans documents challenges by fraud detection for cards, not for ${method.code}.`);
};

/** Refuses unless the newest transaction has one of these statuses. */
const refuseUnlessIn = (
  purchase: Purchase,
  ...rule: [expected: readonly TransactionStatus[], action: string, hint?: string]
): void => {
  refuseUnless(`The payment ${purchase.orderId}`, currentTransaction(purchase).status, ...rule);
};

const refuseOtherTerms = (purchase: Purchase, choice: PayerChoice): void => {
  if (hasTerms(purchase, choice)) return;
  const { method } = currentTransaction(purchase);
  throw new RefusedAction(
    400,
    `The payment ${purchase.orderId} was opened with ${method.code} for ${rupiah(purchase.amount)}, and keeps both.`,
  );
};

const refuseUnlessOpen = (link: MidtransLink, nowMs: number): void => {
  const state = stateOf(link, nowMs);
  if (state === "open") {
    if (isSumRight(link.request)) return;
    throw new RefusedAction(409, `No payment can be opened on this link: ${WRONG_SUM}.`);
  }
  const reasons = {
    held: `${allUses(link.request.usageLimit)} made or held by pending payments`,
    paid: "it has been paid",
    used_up: `${allUses(link.request.usageLimit)} made`,
    expired: "it has expired",
    closed: "it was deleted",
    failed: "it has failed",
  } as const;
  throw new RefusedAction(409, `No payment can be opened on this link: ${reasons[state]}.`);
};
