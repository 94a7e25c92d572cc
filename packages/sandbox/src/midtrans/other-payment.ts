import { isJsonObject, isNumber, isText, optionRules, showValue } from "../simulator-kit/index.ts";

const OTHER_PAYMENT_NAMES = ["orderId", "amount", "method", "outcome", "customField1"] as const;

/** The problems of a payment by another product. */
export const problemsWithOtherPayment = (payment: unknown): readonly string[] => {
  if (!isJsonObject(payment)) return [`the payment must be an object, but is ${showValue(payment)}`];
  const { orderId, amount, customField1 } = payment;
  const strangers = Object.keys(payment).filter((name) => !OTHER_PAYMENT_NAMES.some((known) => known === name));
  // docs.midtrans.com, JSON Objects: of Snap and of the Core API.
  const isOrderId = isText(orderId) && /^[A-Za-z0-9._~-]{1,50}$/.test(orderId as string);
  const isField = customField1 === undefined || (isText(customField1) && (customField1 as string).length <= 255);
  return [
    ...strangers.map(
      (name) => `there is no ${JSON.stringify(name)} for it, which takes ${OTHER_PAYMENT_NAMES.join(", ")}`,
    ),
    ...(isOrderId ? [] : [`orderId must be 1 to 50 letters, digits and -_~., but is ${showValue(orderId)}`]),
    ...(isNumber(amount) ? [] : [`amount must be a number of whole rupiah, 1 or more, but is ${showValue(amount)}`]),
    ...(isField ? [] : [`customField1 must be a text of at most 255 characters, but is ${showValue(customField1)}`]),
    ...(["method", "outcome"] as const).flatMap((name) => {
      const value = payment[name];
      return value === undefined || optionRules[name].holds(value)
        ? []
        : [`${name} must be ${optionRules[name].expected}, but is ${showValue(value)}`];
    }),
  ];
};
