// The reasons why a payer's action is impossible.
import { type Currency, formatMoney } from "../money.ts";
import { type PayableLink, type PayerChoice, RefusedAction, type SimulatorContext } from "../simulator.ts";

/** `The link is paid; to fail it must be pending.` */
export const refuseUnless = (
  subject: string,
  status: string,
  expected: readonly string[],
  action: string,
  hint?: string,
): void => {
  if (expected.includes(status)) return;
  const sentence = `${subject} is ${status}; to ${action} it must be ${expected.join(" or ")}.`;
  throw new RefusedAction(409, hint === undefined ? sentence : `${sentence} ${hint}`);
};

/** For a link whose payer does not choose the amount. */
export const refuseOtherAmount = (amount: number, currency: Currency, choice: PayerChoice): void => {
  if (choice.amount === undefined || choice.amount === amount) return;
  throw new RefusedAction(400, `The amount of this link is fixed at ${formatMoney({ amount, currency })}.`);
};

/** For a part of what is left of a payment. */
export const refuseUnlessLeft = (amount: number, left: number, currency: Currency): void => {
  if (Number.isSafeInteger(amount) && amount >= 1 && amount <= left) return;
  const range = `from ${formatMoney({ amount: 1, currency })} to ${formatMoney({ amount: left, currency })}`;
  throw new RefusedAction(400, `The amount must be ${currency.unitName}, ${range}, which is left of the payment.`);
};

/** The actions of a link whose provider documents none of the special ones. A provider overrides those it has. */
export const undocumentedActions = (
  label: string,
  unsupported: SimulatorContext["unsupported"],
): Pick<
  PayableLink,
  "challenge" | "approve" | "deny" | "reverse" | "chargeback" | "refund" | "winDispute" | "loseDispute" | "failRefund"
> => {
  const refuseDecision = unsupported("dispute", `${label} documents no decision on a dispute`);
  const refuseReview = unsupported("review", `${label} documents no review of a payment`);
  return {
    challenge: refuseReview,
    approve: refuseReview,
    deny: refuseReview,
    reverse: unsupported("reverse", `${label} documents no reversal of a payment`),
    chargeback: unsupported("chargeback", `${label} documents no chargeback`),
    refund: unsupported("refund", `${label} documents no refund through a link`),
    winDispute: refuseDecision,
    loseDispute: refuseDecision,
    failRefund: unsupported("failedRefund", `${label} documents no refund that fails later`),
  };
};
