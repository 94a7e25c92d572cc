import { isJsonObject } from "../http/input-reader.ts";
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
  | "chargeback";

/** Which options each action takes. */
export const actionOptions: Readonly<Record<ActionName, readonly OptionName[]>> = {
  open: ["method", "attempt", "amount"],
  pay: ["method", "attempt", "amount", "outcome"],
  fail: ["method", "attempt", "amount"],
  settle: ["attempt"],
  expire: ["attempt"],
  approve: ["attempt"],
  deny: ["attempt"],
  reverse: ["attempt"],
  refund: ["attempt", "amount"],
  chargeback: ["attempt", "amount"],
};

export const actionNames: readonly ActionName[] = Object.keys(actionOptions) as ActionName[];

/** What is wrong with the options of an action; empty where nothing is. */
export function faultsInAction(action: ActionName, link: unknown, options: unknown): readonly string[] {
  const faults = isText(link) ? [] : [`link must be the URL of a pay page, but is ${showValue(link)}`];
  if (typeof options !== "object" || options === null)
    return [...faults, `the options of ${action} must be an object, but are ${showValue(options)}`];
  const known = actionOptions[action];
  for (const [name, value] of Object.entries(options)) {
    if (!known.some((option) => option === name)) {
      faults.push(`there is no ${JSON.stringify(name)} for ${action}, which takes ${known.join(", ")}`);
    } else if (value !== undefined && !rules[name as OptionName].holds(value)) {
      faults.push(`${name} must be ${rules[name as OptionName].expected}, but is ${showValue(value)}`);
    }
  }
  return faults;
}

const otherPaymentNames = ["orderId", "amount", "method", "outcome", "customField1"] as const;

/** What is wrong with a payment by another product; empty where nothing is. */
export function faultsInOtherPayment(payment: unknown): readonly string[] {
  if (!isJsonObject(payment)) return [`the payment must be an object, but is ${showValue(payment)}`];
  const { orderId, amount, customField1 } = payment;
  const strangers = Object.keys(payment).filter((name) => !otherPaymentNames.some((known) => known === name));
  // docs.midtrans.com, JSON Objects: of Snap and of the Core API.
  const isOrderId = isText(orderId) && /^[A-Za-z0-9._~-]{1,50}$/.test(orderId as string);
  const isField = customField1 === undefined || (isText(customField1) && (customField1 as string).length <= 255);
  return [
    ...strangers.map(
      (name) => `there is no ${JSON.stringify(name)} for it, which takes ${otherPaymentNames.join(", ")}`,
    ),
    ...(isOrderId ? [] : [`orderId must be 1 to 50 letters, digits and -_~., but is ${showValue(orderId)}`]),
    ...(isNumber(amount) ? [] : [`amount must be a number of whole rupiah, 1 or more, but is ${showValue(amount)}`]),
    ...(isField ? [] : [`customField1 must be a text of at most 255 characters, but is ${showValue(customField1)}`]),
    ...(["method", "outcome"] as const).flatMap((name) => {
      const value = payment[name];
      return value === undefined || rules[name].holds(value)
        ? []
        : [`${name} must be ${rules[name].expected}, but is ${showValue(value)}`];
    }),
  ];
}

/** What is wrong with the options of a resend; empty where nothing is. */
export function faultsInResend(webhook: unknown, options: unknown): readonly string[] {
  const faults = isNumber(webhook) ? [] : [`webhook must be the number of a webhook, but is ${showValue(webhook)}`];
  if (typeof options !== "object" || options === null) {
    return [...faults, `the options of resend must be an object, but are ${showValue(options)}`];
  }
  for (const [name, value] of Object.entries(options)) {
    if (name !== "attempt") faults.push(`there is no ${JSON.stringify(name)} for resend, which takes attempt`);
    else if (value !== undefined && !isNumber(value)) {
      faults.push(`attempt must be a whole number, 1 or more, but is ${showValue(value)}`);
    }
  }
  return faults;
}

function isNumber(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 1;
}

const outcomes: readonly PayOptions["outcome"][] = ["paid", "failed", "pending", "challenged"];

const isText = (value: unknown): boolean => typeof value === "string" && value !== "";

const rules: Readonly<Record<OptionName, { readonly holds: (value: unknown) => boolean; readonly expected: string }>> =
  {
    method: { holds: isText, expected: "the provider's code of a method" },
    attempt: { holds: isText, expected: "the id of an attempt" },
    // Which amounts are possible, the link or the payment says.
    amount: { holds: (value) => typeof value === "number", expected: "a number of whole rupiah" },
    outcome: {
      holds: (value) => outcomes.some((outcome) => outcome === value),
      expected: `one of ${outcomes.join(", ")}`,
    },
  };
