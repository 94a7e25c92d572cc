// The shapes of Xfers' replies and callbacks, with its own field names. Tolerant: only the necessary fields are required.
// Loaded only for a value of another form: wire.generated.ts reads the others.
import { decimal, lenient, webAddress } from "@tautan/driver-kit/schemas";
import * as z from "zod";
import type { PaymentMethodFields } from "./methods.ts";
import { isWholeRupiah } from "./wire-values.ts";

/** A link: the reply to `POST /payment_links` and `GET /payment_links/{id}`, and the body of a callback about one. */
export interface LinkDocument {
  readonly data: { readonly id: string; readonly attributes: LinkAttributes };
}

export interface LinkAttributes {
  readonly status: string;
  /** Whole rupiah, in canonical spelling. */
  readonly amount: string;
  /** Absent, as far as is known, only from links that were created in the dashboard. */
  readonly referenceId: string | undefined;
  readonly paymentLinkUrl: string | undefined;
  readonly description: string | undefined;
  readonly createdAt: string | undefined;
  readonly expiredAt: string | undefined;
  readonly customerName: string | undefined;
  readonly customerEmail: string | undefined;
  readonly customerPhoneNumber: string | undefined;
  /** Documented for payments, not for links. */
  readonly paymentMethod: PaymentMethodAttribute | undefined;
}

export interface PaymentMethodAttribute {
  readonly type: string;
  readonly instructions: Omit<PaymentMethodFields, "type"> | undefined;
}

/** The fields that distinguish callbacks about links from others. */
export interface CallbackHead {
  readonly data: { readonly type: string };
}

/** The fields that are read from an unsigned callback. */
export interface UnsignedCallback {
  readonly data: { readonly id: string };
}

const text = z.string().min(1);
const optionalText = lenient(text);

/** Amounts come with at least one decimal (`"10000.0"`); a rupiah has none. */
const rupiah = decimal.refine(isWholeRupiah, "expected whole rupiah");

/** Source: https://docs.xfers.com/docs/create-a-payment. */
const paymentMethod = z.object({
  type: text,
  instructions: lenient(
    z.object({
      bankShortCode: optionalText,
      providerCode: optionalText,
      retailOutletName: optionalText,
      retailOutletCode: optionalText,
    }),
  ),
});

export const linkDocument: z.ZodType<LinkDocument> = z.object({
  data: z.object({
    id: text,
    attributes: z.object({
      status: text,
      amount: rupiah,
      referenceId: optionalText,
      paymentLinkUrl: lenient(webAddress),
      description: optionalText,
      createdAt: optionalText,
      expiredAt: optionalText,
      customerName: optionalText,
      customerEmail: optionalText,
      customerPhoneNumber: optionalText,
      paymentMethod: lenient(paymentMethod),
    }),
  }),
});

export const callbackHead: z.ZodType<CallbackHead> = z.object({ data: z.object({ type: text }) });

/** The form of every documented id: a third party's text must not become another request. */
export const unsignedCallback: z.ZodType<UnsignedCallback> = z.object({
  data: z.object({ id: z.string().regex(/^paymentlink_\w{1,64}$/) }),
});
