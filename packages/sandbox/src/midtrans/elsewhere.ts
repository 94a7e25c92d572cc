// Payments that no link has: one account has one notification URL, whatever product a payment came by.
import { type Clock, type OtherPayment, RefusedAction, rupiah } from "../simulator-kit/index.ts";
import { paidStatus, refuseBeyondLimits } from "./choices.ts";
import type { LinkRequest } from "./create-request.ts";
import { type MidtransLinks } from "./link-store.ts";
import { currentTransaction, isOpen, type Purchase } from "./links.ts";
import { METHOD_CODES, type MidtransMethod, methodOf } from "./methods.ts";
import { refuseUnlessReviewable } from "./payer.ts";
import type { Opening, Transactions } from "./transactions.ts";

/** A payment through Snap or the Core API; goes on with the one that has its order id, if that can still be paid. */
export const payElsewhere = async (parts: {
  readonly payment: OtherPayment;
  readonly links: MidtransLinks;
  readonly transactions: Transactions;
  readonly clock: Clock;
}): Promise<Purchase> => {
  const { payment, links, transactions, clock } = parts;
  const { orderId, amount, outcome = "paid" } = payment;

  const known = transactions.find(orderId)?.purchase;
  const knownMethod = known === undefined ? undefined : currentTransaction(known).method;
  const method =
    payment.method === undefined && knownMethod !== undefined
      ? knownMethod
      : chosenMethod(payment.method ?? "bca_va", amount);

  const begin = (): Opening => {
    if (outcome === "challenged") refuseUnlessReviewable(method);
    if (known === undefined) {
      return transactions.open(links.addElsewhere(requestOf(payment, method), clock.now()), method, amount);
    }
    const transaction = currentTransaction(known);
    const isRefused = transaction.status === "deny";
    if (!known.link.isElsewhere || (!isOpen(transaction) && !isRefused)) {
      throw new RefusedAction(409, `The order id ${orderId} was used already, and is ${transaction.status}.`);
    }
    refuseOtherTerms(known, payment);
    // docs.midtrans.com, Snap: several tries under one order id, after refusals.
    return isRefused
      ? { purchase: known, notified: transactions.retry(known, method) }
      : { purchase: known, notified: Promise.resolve() };
  };

  const { purchase, notified } = begin();
  await notified;
  if (outcome === "failed") await transactions.move(purchase, "deny");
  if (outcome === "paid") await transactions.move(purchase, paidStatus(purchase));
  if (outcome === "challenged") await transactions.move(purchase, paidStatus(purchase), "challenge");
  return purchase;
};

const refuseOtherTerms = (known: Purchase, { amount, customField1, method }: OtherPayment): void => {
  const { orderId, link } = known;
  const refuse = (kept: string): never => {
    throw new RefusedAction(400, `The order id ${orderId} ${kept}, and keeps that.`);
  };
  const current = currentTransaction(known);
  const [field] = link.request.customFields;
  if (known.amount !== amount) refuse(`is for ${rupiah(known.amount)}`);
  if (customField1 !== undefined && customField1 !== field) refuse(`has ${field ?? "nothing"} in custom_field1`);
  if (isOpen(current) && method !== undefined && method !== current.method.code) {
    refuse(`is pending by ${current.method.code}`);
  }
};

const chosenMethod = (code: string, amount: number): MidtransMethod => {
  const method = methodOf(code);
  if (method === undefined) {
    throw new RefusedAction(400, `Midtrans has no method ${code}; it has ${METHOD_CODES.join(", ")}.`);
  }
  return refuseBeyondLimits(method, amount);
};

const requestOf = ({ orderId, amount, customField1 }: OtherPayment, { code }: MidtransMethod): LinkRequest => ({
  orderId,
  slug: undefined,
  title: undefined,
  amount,
  items: [],
  customer: undefined,
  requiredDetails: [],
  usageLimit: 1,
  expiry: undefined,
  methods: [code],
  card: { isSecure: true, bank: undefined, type: "authorize_capture", whitelistBins: [] },
  virtualAccounts: new Map(),
  customFields: [customField1],
  finishUrl: undefined,
});
