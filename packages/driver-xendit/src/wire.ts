// The shapes of Xendit's replies and callbacks, with its own field names. Tolerant: only the necessary fields are required.
// Loaded only for a value of another form: wire.generated.ts reads the others.
import { decimal, lenient, webAddress, wholeNumber } from "@tautan/driver-kit/schemas";
import * as z from "zod";
import type { PaymentMethodFields } from "./methods.ts";
import { customerOfSession, isAbove0, itemOfSession, type WireCustomer, type WireItem } from "./wire-values.ts";

export type { WireCustomer, WireItem } from "./wire-values.ts";

/** The fields of an invoice that its reads and its callbacks share. */
interface InvoiceFields extends PaymentMethodFields {
  readonly id: string;
  readonly external_id: string | undefined;
  readonly status: string;
  /** Major units, in canonical spelling. */
  readonly amount: string;
  readonly currency: string | undefined;
  readonly paid_amount: string | undefined;
  readonly paid_at: string | undefined;
  readonly payment_id: string | undefined;
  readonly credit_card_charge_id: string | undefined;
}

/** An invoice: the reply to a create, a read or an expiry, and a row of the list. */
export interface Invoice extends InvoiceFields {
  readonly invoice_url: string | undefined;
  readonly expiry_date: string | undefined;
  readonly description: string | undefined;
  readonly items: readonly WireItem[] | undefined;
  readonly customer: WireCustomer | undefined;
  readonly payer_email: string | undefined;
  readonly success_redirect_url: string | undefined;
  readonly metadata: Readonly<Record<string, unknown>> | undefined;
  readonly created: string | undefined;
  readonly updated: string | undefined;
}

/** The flat body of a callback about an invoice. */
export interface InvoiceCallback extends InvoiceFields {
  readonly user_id: string | undefined;
}

/** A payment session: the reply to a create, a read or a cancel, and `data` of a callback about one. */
export interface Session {
  readonly payment_session_id: string;
  readonly reference_id: string | undefined;
  readonly status: string;
  readonly amount: string;
  readonly currency: string;
  readonly payment_link_url: string | undefined;
  readonly payment_id: string | undefined;
  readonly payment_request_id: string | undefined;
  readonly expires_at: string | undefined;
  readonly description: string | undefined;
  readonly items: readonly WireItem[] | undefined;
  readonly customer: WireCustomer | undefined;
  readonly success_return_url: string | undefined;
  readonly metadata: Readonly<Record<string, unknown>> | undefined;
  readonly created: string | undefined;
  readonly updated: string | undefined;
}

/** A refund: a row of the list, or `data` of a callback. */
export interface Refund {
  readonly id: string;
  readonly status: string | undefined;
  readonly failure_code: string | undefined;
  readonly amount: string | undefined;
  readonly currency: string | undefined;
  readonly created: string | undefined;
  readonly invoice_id: string | undefined;
  readonly payment_id: string | undefined;
}

export interface RefundPage {
  readonly data: readonly Refund[];
  readonly has_more: boolean | undefined;
}

/** The outside of a callback that names its event. */
export interface Envelope {
  readonly event: string;
  readonly business_id: string | undefined;
  readonly data: Readonly<Record<string, unknown>> | undefined;
}

const text = z.string().min(1);
const optionalText = lenient(text);
const url = lenient(webAddress);
const metadata = lenient(z.record(z.string(), z.unknown()));
const currency = z.string().regex(/^[A-Z]{3}$/);
/** An amount of a link is above 0. */
const amount = decimal.refine(isAbove0, "expected more than 0");

const invoiceItem: z.ZodType<WireItem> = z.object({
  name: text,
  price: decimal,
  quantity: wholeNumber,
  reference_id: optionalText,
});

const customer: z.ZodType<WireCustomer> = z.object({
  given_names: optionalText,
  surname: optionalText,
  email: optionalText,
  mobile_number: optionalText,
  phone_number: optionalText,
});

const invoiceFields = {
  id: text,
  external_id: optionalText,
  status: text,
  amount,
  currency: lenient(currency),
  paid_amount: lenient(amount),
  paid_at: optionalText,
  payment_id: optionalText,
  credit_card_charge_id: optionalText,
  payment_method: optionalText,
  payment_channel: optionalText,
  bank_code: optionalText,
  ewallet_type: optionalText,
  retail_outlet_name: optionalText,
};

/** Source: https://github.com/xendit/xendit-node, docs/invoice/Invoice.md. */
export const invoice: z.ZodType<Invoice> = z.object({
  ...invoiceFields,
  invoice_url: url,
  expiry_date: optionalText,
  description: optionalText,
  items: lenient(z.array(invoiceItem)),
  customer: lenient(customer),
  payer_email: optionalText,
  success_redirect_url: url,
  metadata,
  created: optionalText,
  updated: optionalText,
});

/** Source: https://github.com/xendit/xendit-node, docs/invoice/InvoiceCallback.md. */
export const invoiceCallback: z.ZodType<InvoiceCallback> = z.object({ ...invoiceFields, user_id: optionalText });

const sessionItem: z.ZodType<WireItem> = z
  .object({ name: text, net_unit_amount: decimal, quantity: wholeNumber, reference_id: optionalText })
  .transform(itemOfSession);

const sessionCustomer: z.ZodType<WireCustomer> = z
  .object({
    email: optionalText,
    mobile_number: optionalText,
    phone_number: optionalText,
    individual_detail: lenient(z.object({ given_names: optionalText, surname: optionalText })),
  })
  .transform(customerOfSession);

/** Source: https://docs.xendit.co/apidocs/get-session. */
export const session: z.ZodType<Session> = z.object({
  payment_session_id: text,
  reference_id: optionalText,
  status: text,
  amount,
  currency,
  payment_link_url: url,
  payment_id: optionalText,
  payment_request_id: optionalText,
  expires_at: optionalText,
  description: optionalText,
  items: lenient(z.array(sessionItem)),
  customer: lenient(sessionCustomer),
  success_return_url: url,
  metadata,
  created: optionalText,
  updated: optionalText,
});

/** Sources: https://github.com/xendit/xendit-node, docs/refund/Refund.md and RefundCallbackData.md. */
export const refund: z.ZodType<Refund> = z.object({
  id: text,
  status: optionalText,
  failure_code: optionalText,
  amount: lenient(decimal),
  currency: lenient(currency),
  created: optionalText,
  invoice_id: optionalText,
  payment_id: optionalText,
});

/** Source: https://github.com/xendit/xendit-node, docs/refund/RefundList.md. */
export const refundPage: z.ZodType<RefundPage> = z.object({ data: z.array(refund), has_more: lenient(z.boolean()) });

/** Source: https://github.com/xendit/xendit-node, docs/refund/RefundCallback.md. */
export const envelope: z.ZodType<Envelope> = z.object({
  event: text,
  business_id: optionalText,
  data: lenient(z.record(z.string(), z.unknown())),
});
