import type { Issue } from "@tautan/core";
import { type CreateInput, type DriverError, invalidRequest } from "@tautan/core/driver";
import {
  type Check,
  checkProviderOptions,
  expected,
  fields,
  fieldsBy,
  listOf,
  matching,
  oneOf,
  textUpTo,
  trueOrFalse,
} from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import type { MidtransProviderOptions } from "./options.ts";

const months: Check = listOf(
  expected("a whole number of months, at least 1", (value) => Number.isInteger(value) && Number(value) >= 1),
);

/** Source of lists and limits: docs.midtrans.com, Create Payment Link; lengths also Custom Virtual Account Number. */
const checkOptions = fields({
  customField1: textUpTo(255),
  customField2: textUpTo(255),
  customField3: textUpTo(255),
  customerRequired: trueOrFalse,
  customer: fields({ lastName: textUpTo(50), notes: textUpTo(255) }),
  items: listOf(fields({ brand: textUpTo(50), category: textUpTo(50), merchantName: textUpTo(50) })),
  creditCard: fields({
    secure: trueOrFalse,
    bank: oneOf("bca", "bni", "mandiri", "cimb", "bri", "danamon", "maybank", "mega"),
    channel: oneOf("migs"),
    type: oneOf("authorize", "authorize_capture"),
    whitelistBins: listOf(
      matching("the first 1 to 8 digits of cards, or a bank's name in small letters", /^(?:\d{1,8}|[a-z_]{1,30})$/),
    ),
    installment: fields({
      required: trueOrFalse,
      disabled: trueOrFalse,
      terms: fieldsBy(
        (name) => (/^[a-z0-9_]{1,30}$/.test(name) ? months : undefined),
        "a bank in small letters, or offline",
      ),
    }),
  }),
  virtualAccounts: fields({
    bca: matching("6 to 11 digits", /^\d{6,11}$/),
    bni: matching("1 to 8 digits", /^\d{1,8}$/),
    bri: matching("1 to 13 digits", /^\d{1,13}$/),
    permata: matching("10 digits", /^\d{10}$/),
    cimb: matching("1 to 12 digits", /^\d{1,12}$/),
  }),
});

/** The options of one link, if they are valid and fit the rest of the request. */
export const readProviderOptions = (
  input: CreateInput<MidtransProviderOptions>,
): Result<MidtransProviderOptions, DriverError> =>
  checkProviderOptions("midtrans", input.providerOptions, checkOptions).andThen((options) => {
    const issues = contradictions(input, options);
    return issues.length === 0 ? ok(options) : err(invalidRequest("the request", issues));
  });

const contradictions = (
  { items = [], customer, collect, startsAt, expiresAt }: CreateInput,
  options: MidtransProviderOptions,
): readonly Issue[] => {
  const issues: Issue[] = [];
  if ((options.items?.length ?? 0) > items.length) {
    const message = `expected no more than the ${items.length} items of the request: each belongs to the item at the same position`;
    issues.push({ path: "providerOptions.midtrans.items", message });
  }
  if (options.customer && !customer) {
    const message = "expected a name, email or phone in the request's customer, which these options extend";
    issues.push({ path: "providerOptions.midtrans.customer", message });
  }
  if (options.customerRequired === false && collect) {
    const message = "expected true, because collect requires fields";
    issues.push({ path: "providerOptions.midtrans.customerRequired", message });
  }
  // A start is a part of the expiry, which requires a duration: docs.midtrans.com, Create Payment Link, "expiry".
  if (startsAt !== undefined && expiresAt === undefined) {
    const message = "expected an expiresAt too: a Midtrans link without an end cannot have a start";
    issues.push({ path: "startsAt", message });
  }
  return issues;
};
