import { showValue } from "../show-value.ts";
import type { PayOptions } from "../types.ts";

type OptionName = keyof PayOptions;
export type ActionName =
  | "open"
  | "pay"
  | "fail"
  | "settle"
  | "expire"
  | "approve"
  | "deny"
  | "reverse"
  | "refund"
  | "chargeback"
  | "winDispute"
  | "loseDispute"
  | "failRefund";

/** Which options each action takes. */
export const ACTION_OPTIONS: Readonly<Record<ActionName, readonly OptionName[]>> = {
  open: ["method", "payment", "amount"],
  pay: ["method", "payment", "amount", "outcome"],
  fail: ["method", "payment", "amount"],
  settle: ["payment"],
  expire: ["payment"],
  approve: ["payment"],
  deny: ["payment"],
  reverse: ["payment"],
  refund: ["payment", "amount"],
  chargeback: ["payment", "amount"],
  winDispute: ["payment"],
  loseDispute: ["payment"],
  failRefund: ["payment"],
};

export const ACTION_NAMES: readonly ActionName[] = Object.keys(ACTION_OPTIONS) as ActionName[];

/** The problems of an action's options. */
export const faultsInAction = (action: ActionName, link: unknown, options: unknown): readonly string[] => {
  const faults = isText(link) ? [] : [`link must be the URL of a pay page, but is ${showValue(link)}`];
  if (typeof options !== "object" || options === null)
    return [...faults, `the options of ${action} must be an object, but are ${showValue(options)}`];
  const known = ACTION_OPTIONS[action];
  for (const [name, value] of Object.entries(options)) {
    if (!known.some((option) => option === name)) {
      faults.push(`there is no ${JSON.stringify(name)} for ${action}, which takes ${known.join(", ")}`);
    } else if (value !== undefined && !optionRules[name as OptionName].holds(value)) {
      faults.push(`${name} must be ${optionRules[name as OptionName].expected}, but is ${showValue(value)}`);
    }
  }
  return faults;
};

/** The problems of a resend's options. */
export const faultsInResend = (webhook: unknown, options: unknown): readonly string[] => {
  const faults = isNumber(webhook) ? [] : [`webhook must be the number of a webhook, but is ${showValue(webhook)}`];
  if (typeof options !== "object" || options === null) {
    return [...faults, `the options of resend must be an object, but are ${showValue(options)}`];
  }
  for (const [name, value] of Object.entries(options)) {
    if (name !== "sending") faults.push(`there is no ${JSON.stringify(name)} for resend, which takes sending`);
    else if (value !== undefined && !isNumber(value)) {
      faults.push(`sending must be a whole number, 1 or more, but is ${showValue(value)}`);
    }
  }
  return faults;
};

/** An amount, or the number of something. */
export const isNumber = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 1;

const OUTCOMES: readonly PayOptions["outcome"][] = ["paid", "failed", "pending", "challenged"];

export const isText = (value: unknown): boolean => typeof value === "string" && value !== "";

/** The check of each option. */
export const optionRules: Readonly<
  Record<OptionName, { readonly holds: (value: unknown) => boolean; readonly expected: string }>
> = {
  method: { holds: isText, expected: "the provider's code of a method" },
  payment: { holds: isText, expected: "the id of a payment" },
  // The possible amounts depend on the link or the payment.
  amount: { holds: (value) => typeof value === "number", expected: "a number in the smallest unit of the currency" },
  outcome: {
    holds: (value) => OUTCOMES.some((outcome) => outcome === value),
    expected: `one of ${OUTCOMES.join(", ")}`,
  },
};
