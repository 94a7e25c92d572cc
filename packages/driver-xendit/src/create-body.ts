import type { LinkCustomer, LinkWarning } from "@tautan/core";
import type { CreateInput, DriverError, LinkPreview } from "@tautan/core/driver";
import { epochMsOf, invalidRequest } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import { codeOfMethod } from "./methods.ts";
import { toWireAmount } from "./money.ts";
import type { XenditProviderOptions } from "./options.ts";
import { readInvoiceOptions } from "./provider-options.ts";

/** The body of a create request, and what is known about the link besides its reply. */
export interface WireCreate {
  readonly body: object;
  /** The customer in the sent form. */
  readonly customer: LinkCustomer | undefined;
  readonly warnings: readonly LinkWarning[];
}

/**
 * Source of the fields: https://github.com/xendit/xendit-node, docs/invoice/CreateInvoiceRequest.md and CustomerObject.md;
 * `should_send_email` is always sent, so that nothing is sent to a customer without being asked for.
 */
export const toWireInvoice = (
  input: CreateInput<XenditProviderOptions<"invoice">>,
  nowMs: number,
): Result<WireCreate, DriverError> => {
  const read = readInvoiceOptions(input);
  if (read.isErr()) return err(read.error);
  const options = read.value;
  const duration = durationOf(input, nowMs);
  if (duration.isErr()) return err(duration.error);
  const customer = toWireCustomer(input);
  if (customer.isErr()) return err(customer.error);
  const { notifications, reminder } = options;
  const redirect = input.redirect?.url;
  // JSON leaves out what is undefined.
  const body = {
    external_id: input.reference,
    amount: "open" in input.amount ? undefined : toWireAmount(input.amount),
    currency: currencyOf(input),
    description: input.title,
    invoice_duration: duration.value,
    payer_email: customer.value?.email,
    should_send_email: options.sendEmail ?? false,
    customer: customer.value && {
      given_names: customer.value.name,
      email: customer.value.email,
      mobile_number: customer.value.phone,
    },
    customer_notification_preference: notifications && {
      invoice_created: notifications.created,
      invoice_reminder: notifications.reminder,
      invoice_paid: notifications.paid,
    },
    reminder_time: reminder?.time,
    reminder_time_unit: reminder?.unit,
    success_redirect_url: redirect,
    failure_redirect_url: options.failureRedirectUrl ?? redirect,
    payment_methods: input.methods?.map(codeOfMethod),
    items: input.items?.map(({ name, quantity, unitPrice, id }) => ({
      name,
      price: toWireAmount(unitPrice),
      quantity,
      reference_id: id,
    })),
    fees: options.fees?.map(({ type, value }) => ({ type, value })),
    channel_properties: options.cardBins && { cards: { allowed_bins: options.cardBins } },
    should_authenticate_credit_card: options.authenticateCard,
    callback_virtual_account_id: options.callbackVirtualAccountId,
    mid_label: options.midLabel,
    locale: options.locale,
    metadata: input.metadata,
  };
  const contacts = options.sendEmail === true || Object.values(notifications ?? {}).some((each) => each?.length);
  return ok({
    body,
    customer: customer.value,
    warnings: contacts && input.customer ? [CONTACTS] : [],
  });
};

export const currencyOf = ({ amount }: Pick<CreateInput, "amount">): string =>
  "open" in amount ? amount.open.currency : amount.currency;

const CONTACTS: LinkWarning = Object.freeze({
  code: "provider_contacts_customer",
  field: "customer",
  message: "Xendit sends messages about the link to the customer, as the provider options ask",
});

/** The seconds from now to the expiry: Xendit counts them from the creation. */
const durationOf = (
  { expiresAt }: Pick<CreateInput, "expiresAt">,
  nowMs: number,
): Result<number | undefined, DriverError> => {
  if (expiresAt === undefined) return ok(undefined);
  const seconds = Math.floor((epochMsOf(expiresAt) - nowMs) / 1000);
  if (seconds >= 1) return ok(seconds);
  const message = "expected a time at least one second ahead: Xendit counts whole seconds from the creation";
  return err(invalidRequest("the request", [{ path: "expiresAt", message }]));
};

/** The country code of a local number, by the currency of the link. */
const COUNTRY_CODES: ReadonlyMap<string, string> = new Map([
  ["IDR", "62"],
  ["THB", "66"],
  ["VND", "84"],
  ["PHP", "63"],
  ["MYR", "60"],
]);

/**
 * The customer with the telephone number in the form E.164, which Xendit requires: `0811-000-0001` of a link in rupiah is
 * `+628110000001`. Source: https://developers.xendit.co/api-reference/#create-invoice, customer.mobile_number.
 */
export const toWireCustomer = (
  input: Pick<CreateInput, "customer" | "amount">,
): Result<LinkCustomer | undefined, DriverError> => {
  const { customer } = input;
  if (customer?.phone === undefined) return ok(customer);
  const dialled = customer.phone.replace(/[^\d+]/g, "").replace(/^00/, "+");
  const code = COUNTRY_CODES.get(currencyOf(input));
  const local = code !== undefined && dialled.startsWith("0") ? `+${code}${dialled.slice(1)}` : dialled;
  // A number that begins with the country's code lacks only its plus.
  const phone = code !== undefined && local.startsWith(code) ? `+${local}` : local;
  if (/^\+[1-9]\d{4,14}$/.test(phone)) return ok({ ...customer, phone });
  const message = "expected a number with its country code, such as +628110000001";
  return err(invalidRequest("the request", [{ path: "customer.phone", message }]));
};

/** The expected link of this request: the telephone number in the sent form. */
export const previewOf = (wire: WireCreate): LinkPreview => ({
  adjusted: wire.customer ? { customer: wire.customer } : {},
});
