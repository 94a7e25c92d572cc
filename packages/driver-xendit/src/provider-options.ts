import type { CreateInput, DriverError } from "@tautan/core/driver";
import {
  type Check,
  checkProviderOptions,
  expected,
  fields,
  listOf,
  matching,
  oneOf,
  textUpTo,
  trueOrFalse,
  webUrl,
} from "@tautan/driver-kit/http";
import type { Result } from "neverthrow";
import type { XenditProviderOptions } from "./options.ts";

type Options<Product extends "invoice" | "session"> = Pick<
  CreateInput<XenditProviderOptions<Product>>,
  "providerOptions"
>;

const atMost =
  (count: number, check: Check): Check =>
  (value, path) =>
    Array.isArray(value) && value.length > count
      ? [{ path, message: `expected at most ${count}` }]
      : check(value, path);

/** Source: https://github.com/xendit/xendit-node, docs/invoice/NotificationChannel.md. */
const channels = listOf(oneOf("email", "whatsapp", "viber", "sms"));

const wholeNumber = expected(
  "a whole number from 1 to 365",
  (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 365,
);

const number = expected("a number", (value) => typeof value === "number" && Number.isFinite(value));

/** An option that is an object with each of these fields. */
const whole =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value, path) => {
    const issues = fields(checks)(value, path);
    if (issues.length > 0) return issues;
    const missing = Object.keys(checks).filter(
      (name) => (value as Readonly<Record<string, unknown>>)[name] === undefined,
    );
    return missing.map((name) => ({ path: `${path}.${name}`, message: "expected a value, got none" }));
  };

/** Source: https://github.com/xendit/xendit-node, docs/invoice/CreateInvoiceRequest.md, and ChannelPropertiesCards.md for `cardBins`. */
const checkInvoice = fields({
  sendEmail: trueOrFalse,
  notifications: fields({ created: channels, reminder: channels, paid: channels }),
  reminder: whole({ time: wholeNumber, unit: oneOf("days", "hours") }),
  failureRedirectUrl: webUrl(2048),
  // At most 10: https://developers.xendit.co/api-reference/#create-invoice, fees.
  fees: atMost(10, listOf(whole({ type: textUpTo(255), value: number }))),
  cardBins: listOf(matching("the first 6 or 8 digits of a card's number", /^(?:\d{6}|\d{8})$/)),
  authenticateCard: trueOrFalse,
  callbackVirtualAccountId: textUpTo(255),
  midLabel: textUpTo(255),
  locale: oneOf("en", "id"),
});

/** Source: https://docs.xendit.co/apidocs/create-session. */
const checkSession = fields({
  country: matching("two capital letters, such as ID", /^[A-Z]{2}$/),
  allowedPaymentChannels: listOf(matching("a code of a channel, such as CARDS", /^\w{1,64}$/)),
  cancelReturnUrl: webUrl(2048),
  locale: matching("a language, such as en", /^[a-z]{2}(?:[-_][A-Za-z]{2})?$/),
});

/** The options of one invoice, if they are valid. */
export const readInvoiceOptions = ({
  providerOptions,
}: Options<"invoice">): Result<XenditProviderOptions<"invoice">, DriverError> =>
  checkProviderOptions("xendit", providerOptions, checkInvoice);

/** The options of one session, if they are valid. */
export const readSessionOptions = ({
  providerOptions,
}: Options<"session">): Result<XenditProviderOptions<"session">, DriverError> =>
  checkProviderOptions("xendit", providerOptions, checkSession);
