// The shapes of Midtrans' replies and notifications, with its own field names. Tolerant: only the necessary fields are
// required. Loaded only for a value of another form: wire.generated.ts reads the others.
import { decimal, idText, lenient, maybe, plain, webAddress, wholeNumber } from "@tautan/driver-kit/schemas";
import * as z from "zod";
import { readCurrency, wordOrKind } from "./wire-values.ts";

/** Reply to `POST /v1/payment-links`. */
export interface CreateReply {
  readonly order_id: string;
  readonly payment_url: string;
}

/** Reply to `GET /v1/payment-links/{order_id}`. */
export interface LinkReply {
  readonly order_id: string;
  readonly payment_link_url: string;
  readonly payment_link_id: string | undefined;
  readonly payment_link_type: string | undefined;
  readonly gross_amount: string | undefined;
  readonly dynamic_amount: DynamicAmount | undefined;
  readonly title: string | undefined;
  readonly enabled_payments: readonly string[] | undefined;
  readonly usage_limit: number | undefined;
  readonly usage: number | undefined;
  readonly expiry_start: string | undefined;
  readonly expiry_duration: number | undefined;
  readonly expiry_unit: string | undefined;
  readonly customer_details: CustomerDetails | undefined;
  readonly item_details: readonly ItemDetail[] | undefined;
  readonly purchases: readonly Purchase[] | undefined;
  readonly created_at: string | undefined;
  readonly updated_at: string | undefined;
  readonly deletedAt: boolean;
  readonly delete_at: boolean;
  readonly canceled_at: boolean;
}

export interface DynamicAmount {
  readonly min_amount: string | undefined;
  readonly max_amount: string | undefined;
  readonly preset_amount: string | undefined;
}

export interface CustomerDetails {
  readonly first_name: string | undefined;
  readonly email: string | undefined;
  readonly phone: string | undefined;
}

export interface ItemDetail {
  readonly name: string;
  readonly price: string;
  readonly quantity: number;
  /** The merchant's own id; `id` would be Midtrans'. */
  readonly item_id: string | undefined;
}

export interface Purchase {
  readonly order_id: string;
  readonly payment_status: string | undefined;
  readonly payment_method: string | undefined;
  readonly created_at: string | undefined;
  readonly updated_at: string | undefined;
}

/** A notification, and the reply to `GET /v2/{id}/status`: the same fields. */
export interface Transaction {
  readonly order_id: string;
  readonly transaction_id: string;
  readonly transaction_status: string;
  readonly status_code: string;
  readonly gross_amount: string;
  readonly currency: string | undefined;
  readonly payment_type: string;
  readonly fraud_status: string | undefined;
  readonly transaction_time: string | undefined;
  readonly settlement_time: string | undefined;
  readonly expiry_time: string | undefined;
  readonly custom_field1: string | undefined;
  readonly va_numbers: readonly { readonly bank: string | undefined }[] | undefined;
  readonly permata_va_number: string | undefined;
  readonly store: string | undefined;
  readonly acquirer: string | undefined;
  readonly payment_option_type: string | undefined;
  readonly refund_amount: string | undefined;
  readonly refunds: readonly Refund[] | undefined;
}

export interface Refund {
  readonly refund_chargeback_id: string | undefined;
  readonly refund_amount: string | undefined;
  readonly created_at: string | undefined;
}

const text = z.string().min(1);
const optionalText = lenient(text);
const decidingWord: z.ZodType<string | undefined> = z.unknown().optional().transform(wordOrKind);
/** Whether a time of an end is present, in any form. */
const isSet: z.ZodType<boolean> = z.unknown().optional().transform(Boolean);

export const createReply: z.ZodType<CreateReply> = z.object({ order_id: text, payment_url: webAddress });

const itemDetail = z.object({ name: text, price: decimal, quantity: wholeNumber, item_id: lenient(idText) });

const purchase = z.object({
  order_id: text,
  payment_status: decidingWord,
  payment_method: optionalText,
  created_at: optionalText,
  updated_at: optionalText,
});

export const linkReply: z.ZodType<LinkReply> = z.object({
  order_id: text,
  payment_link_url: webAddress,
  payment_link_id: optionalText,
  payment_link_type: optionalText,
  gross_amount: lenient(decimal),
  dynamic_amount: lenient(
    z.object({ min_amount: lenient(decimal), max_amount: lenient(decimal), preset_amount: lenient(decimal) }),
  ),
  title: optionalText,
  enabled_payments: lenient(z.array(z.string())),
  usage_limit: lenient(wholeNumber),
  usage: lenient(wholeNumber),
  expiry_start: optionalText,
  expiry_duration: lenient(wholeNumber),
  expiry_unit: optionalText,
  customer_details: lenient(z.object({ first_name: optionalText, email: optionalText, phone: optionalText })),
  item_details: lenient(z.array(itemDetail)),
  purchases: maybe(z.array(purchase)),
  created_at: optionalText,
  updated_at: optionalText,
  deletedAt: isSet,
  delete_at: isSet,
  canceled_at: isSet,
});

const refund = z.object({
  refund_chargeback_id: lenient(idText),
  refund_amount: lenient(decimal),
  created_at: optionalText,
});

export const transaction: z.ZodType<Transaction> = z.object({
  order_id: text,
  transaction_id: text,
  transaction_status: text,
  // A number in the sample notification of the Payment Link API, text in all others.
  status_code: idText,
  gross_amount: decimal,
  // Rupiah if it is absent; if it is present, it must be readable.
  currency: maybe(plain(readCurrency, "three letters")),
  payment_type: text,
  fraud_status: decidingWord,
  transaction_time: optionalText,
  settlement_time: optionalText,
  expiry_time: optionalText,
  custom_field1: optionalText,
  va_numbers: lenient(z.array(z.object({ bank: optionalText }))),
  permata_va_number: lenient(idText),
  store: optionalText,
  acquirer: optionalText,
  payment_option_type: optionalText,
  refund_amount: lenient(decimal),
  refunds: lenient(z.array(refund)),
});
