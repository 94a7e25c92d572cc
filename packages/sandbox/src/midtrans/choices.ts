// The methods and amounts that the payer of a link can choose.

import { type LocalText, type PayerChoice, RefusedAction, rupiah, rupiahWithin } from "../simulator-kit/index.ts";
import { isSumRight, type LinkRequest } from "./create-request.ts";
import { currentTransaction, type MidtransLink, type Purchase, type TransactionStatus } from "./links.ts";
import { type MidtransMethod, methodOf, takes } from "./methods.ts";

// docs.midtrans.com, Technical FAQ: the text of Snap.
export const WRONG_SUM = "transaction_details.gross_amount is not equal to the sum of item_details";

export const chooseMethod = (link: MidtransLink, { method }: PayerChoice, amount: number): MidtransMethod => {
  const allowed = methodsOf(link.request);
  if (method !== undefined) {
    const chosen = allowed.find(({ code }) => code === method);
    if (chosen !== undefined) return refuseBeyondLimits(chosen, amount);
    throw new RefusedAction(400, `This link does not allow ${method}; it allows ${link.request.methods.join(", ")}.`);
  }
  const fitting = allowed.filter((candidate) => takes(candidate, { min: amount, max: amount }));
  const chosen = fitting.find(({ paymentType }) => paymentType === "bank_transfer") ?? fitting[0];
  if (chosen !== undefined) return chosen;
  throw new RefusedAction(
    409,
    `No method of this link takes ${rupiah(amount)}; ${allowed.map(limitsInWords).join("; ")}.`,
  );
};

export const refuseBeyondLimits = (method: MidtransMethod, amount: number): MidtransMethod => {
  if (takes(method, { min: amount, max: amount })) return method;
  throw new RefusedAction(400, `The amount is ${rupiah(amount)}; ${limitsInWords(method)}.`);
};

const limitsInWords = ({ code, limits }: MidtransMethod): string =>
  `${code} takes ${rupiahWithin(limits.min, limits.max)}`;

const methodsOf = ({ methods }: LinkRequest): readonly MidtransMethod[] =>
  methods.map(methodOf).filter((method) => method !== undefined);

/** Those by which some amount that the link takes can be paid. */
export const methodsForPage = (request: LinkRequest): readonly MidtransMethod[] => {
  const { amount } = request;
  const bounds =
    typeof amount === "number"
      ? { min: amount, max: amount }
      : { min: amount.min ?? 1, max: amount.max ?? Number.MAX_SAFE_INTEGER };
  return methodsOf(request).filter((method) => takes(method, bounds));
};

export const chooseAmount = (link: MidtransLink, choice: PayerChoice): number => {
  const { amount } = link.request;
  if (typeof amount === "number") {
    if (choice.amount === undefined || choice.amount === amount) return amount;
    throw new RefusedAction(400, `The amount of this link is fixed at ${rupiah(amount)}.`);
  }
  const min = amount.min ?? 1;
  const max = amount.max ?? Number.MAX_SAFE_INTEGER;
  const chosen = choice.amount ?? amount.preset ?? min;
  if (Number.isSafeInteger(chosen) && chosen >= min && chosen <= max) return chosen;
  throw new RefusedAction(400, `The amount must be ${rupiahWithin(min, max)}.`);
};

export const paidStatus = (purchase: Purchase): TransactionStatus => {
  const { method, status } = currentTransaction(purchase);
  if (method.paymentType !== "credit_card") return "settlement";
  // docs.midtrans.com, JSON Objects, Credit Card Object: `authorize` leaves the capture to a second step.
  return status === "pending" && purchase.link.request.card.type === "authorize" ? "authorize" : "capture";
};

/** Why nobody can pay it, whatever its state is. */
export const defectOf = (request: LinkRequest): LocalText | undefined => {
  if (!isSumRight(request)) {
    return { en: `This page cannot be opened: ${WRONG_SUM}.`, id: `Halaman ini tidak bisa dibuka: ${WRONG_SUM}.` };
  }
  if (methodsForPage(request).length > 0) return undefined;
  return {
    en: "No payment method of this link takes its amount.",
    id: "Tidak ada metode pembayaran di link ini yang menerima nominalnya.",
  };
};
