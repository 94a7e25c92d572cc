/** The possible events of a payment after the payer has made it. */
export const NEXT_ACTIONS = [
  "settle",
  "approve",
  "deny",
  "refund",
  "failRefund",
  "reverse",
  "chargeback",
  "winDispute",
  "loseDispute",
] as const;

export type NextAction = (typeof NEXT_ACTIONS)[number];

export const isNextAction = (text: string): text is NextAction => NEXT_ACTIONS.some((action) => action === text);
