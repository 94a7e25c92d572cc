import type { CreateInput, DriverError } from "@tautan/core/driver";
import { type Check, checkProviderOptions, expected, fields, listOf, oneOf, textUpTo } from "@tautan/driver-kit/http";
import type { Result } from "neverthrow";
import type { StripeProviderOptions } from "./options.ts";

/** Source: https://docs.stripe.com/api/payment-link/create. */
const MAX_QUANTITY = 999_999;

const quantity: Check = expected(
  `a whole number from 0 to ${MAX_QUANTITY}`,
  (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MAX_QUANTITY,
);

/** 22 characters, with the account's own text: https://docs.stripe.com/get-started/account/statement-descriptors. */
const suffix: Check = expected(
  "a text of 1 to 22 characters with at least one letter, and none of < > \\ ' \" *",
  (value) => typeof value === "string" && /^(?=.*[A-Za-z])[^<>\\'"*\p{C}]{1,22}$/u.test(value),
);

const CHECK = fields({
  items: listOf(
    fields({ adjustableQuantity: fields({ minimum: quantity, maximum: quantity }), description: textUpTo(5000) }),
  ),
  submitType: oneOf("auto", "book", "donate", "pay"),
  billingAddress: oneOf("auto", "required"),
  inactiveMessage: textUpTo(500),
  confirmationMessage: textUpTo(500),
  description: textUpTo(1000),
  statementDescriptorSuffix: suffix,
});

/** The options of one link, if they are valid. */
export const readProviderOptions = (
  input: CreateInput<StripeProviderOptions>,
): Result<StripeProviderOptions, DriverError> => checkProviderOptions("stripe", input.providerOptions, CHECK);
