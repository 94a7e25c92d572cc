// The shapes of Stripe's objects, with its own field names. Tolerant: only the necessary fields are required. Loaded only for a
// value of another form: wire.generated.ts reads the others. Source: https://docs.stripe.com/api, version 2026-07-29.dahlia.
import { lenient, maybe, webAddress } from "@tautan/driver-kit/schemas";
import * as z from "zod";
import { idOfObject, objectOfId } from "./wire-values.ts";

export type Metadata = Readonly<Record<string, string>>;

/** https://docs.stripe.com/api/payment-link/object */
export interface LinkReply {
  readonly id: string;
  readonly active: boolean;
  readonly url: string;
  readonly currency: string | undefined;
  readonly metadata: Metadata | undefined;
  readonly restrictions: { readonly completed_sessions: UsageLimit } | undefined;
  readonly after_completion: { readonly redirect: { readonly url: string } | undefined } | undefined;
  readonly phone_number_collection: { readonly enabled: boolean } | undefined;
  readonly name_collection: { readonly individual: { readonly enabled: boolean } | undefined } | undefined;
  readonly payment_method_types: readonly string[] | undefined;
  /** Only if it is expanded. */
  readonly line_items: ItemsReply | undefined;
}

export interface UsageLimit {
  readonly limit: number;
  readonly count: number;
}

export interface ItemsReply {
  readonly data: readonly WireItem[];
  readonly has_more: boolean;
}

/** https://docs.stripe.com/api/payment-link/line_items */
export interface WireItem {
  readonly id: string;
  readonly description: string | undefined;
  readonly quantity: number | undefined;
  /** In minor units. */
  readonly amount_total: number;
  readonly currency: string;
  readonly price: WirePrice | undefined;
}

/** https://docs.stripe.com/api/prices/object */
export interface WirePrice {
  readonly id: string;
  readonly currency: string;
  /** Absent if it is not a whole number of minor units, or if the payer chooses it. */
  readonly unit_amount: number | undefined;
  readonly custom_unit_amount: WireBounds | undefined;
}

/** The bounds of an amount that the payer chooses, in minor units. */
export interface WireBounds {
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
  readonly preset: number | undefined;
}

/** https://docs.stripe.com/api/checkout/sessions/object */
export interface Session {
  readonly id: string;
  readonly payment_link: string | undefined;
  readonly mode: string;
  readonly status: string | undefined;
  readonly payment_status: string;
  readonly amount_total: number | undefined;
  readonly currency: string | undefined;
  /** Seconds since 1970. */
  readonly created: number;
  readonly expires_at: number | undefined;
  readonly metadata: Metadata | undefined;
  readonly payment_intent: PaymentIntent | { readonly id: string } | undefined;
}

/** https://docs.stripe.com/api/payment_intents/object */
export interface PaymentIntent {
  readonly id: string;
  readonly object: "payment_intent";
  readonly status: string;
  readonly created: number;
  readonly canceled_at: number | undefined;
  readonly metadata: Metadata | undefined;
  readonly payment_method_types: readonly string[] | undefined;
  readonly last_payment_error: { readonly charge: string | undefined } | undefined;
  readonly latest_charge: Charge | { readonly id: string } | undefined;
}

/** https://docs.stripe.com/api/charges/object */
export interface Charge {
  readonly id: string;
  readonly object: "charge";
  readonly status: string;
  readonly created: number;
  readonly currency: string;
  readonly amount_refunded: number;
  readonly disputed: boolean;
  readonly payment_intent: string | undefined;
  readonly metadata: Metadata | undefined;
  readonly payment_method_details: { readonly type: string } | undefined;
  /** Only if they are expanded. */
  readonly refunds: { readonly data: readonly Refund[]; readonly has_more: boolean } | undefined;
}

/** https://docs.stripe.com/api/refunds/object */
export interface Refund {
  readonly id: string;
  readonly status: string | undefined;
  readonly amount: number;
  readonly currency: string;
  readonly created: number;
  readonly payment_intent: string | undefined;
}

/** https://docs.stripe.com/api/disputes/object */
export interface Dispute {
  readonly id: string;
  readonly status: string;
  readonly amount: number;
  readonly currency: string;
  readonly created: number;
  readonly payment_intent: string | undefined;
}

/** https://docs.stripe.com/api/events/object */
export interface Event {
  readonly id: string;
  readonly type: string;
  readonly created: number;
  readonly livemode: boolean;
  /** The connected account of the event, if it is about one. */
  readonly account: string | undefined;
  readonly data: { readonly object: Readonly<Record<string, unknown>> };
}

const id = z.string().min(1).max(255);
const text = lenient(z.string());
const minor = z.int().nonnegative();
const seconds = z.int().nonnegative();
const metadata: z.ZodType<Metadata | undefined> = lenient(z.record(z.string(), z.string()));
/** The id of an object, whether or not it is expanded. */
const idOf: z.ZodType<string | undefined> = lenient(z.union([id, z.object({ id }).transform(idOfObject)]));

export const price: z.ZodType<WirePrice> = z.object({
  id,
  currency: z.string(),
  unit_amount: lenient(minor),
  custom_unit_amount: lenient(z.object({ minimum: lenient(minor), maximum: lenient(minor), preset: lenient(minor) })),
});

export const item: z.ZodType<WireItem> = z.object({
  id,
  description: text,
  quantity: lenient(z.int()),
  amount_total: z.int(),
  currency: z.string(),
  price: maybe(price),
});

export const itemsReply: z.ZodType<ItemsReply> = z.object({ data: z.array(item), has_more: z.boolean() });

export const linkReply: z.ZodType<LinkReply> = z.object({
  id,
  active: z.boolean(),
  url: webAddress,
  currency: text,
  metadata,
  restrictions: maybe(
    z.object({ completed_sessions: z.object({ limit: z.int().positive(), count: z.int().nonnegative() }) }),
  ),
  after_completion: lenient(z.object({ redirect: lenient(z.object({ url: webAddress })) })),
  phone_number_collection: lenient(z.object({ enabled: z.boolean() })),
  name_collection: lenient(z.object({ individual: lenient(z.object({ enabled: z.boolean() })) })),
  payment_method_types: lenient(z.array(z.string())),
  line_items: maybe(itemsReply),
});

export const refund: z.ZodType<Refund> = z.object({
  id,
  status: text,
  amount: minor,
  currency: z.string(),
  created: seconds,
  payment_intent: idOf,
});

export const dispute: z.ZodType<Dispute> = z.object({
  id,
  status: z.string(),
  amount: minor,
  currency: z.string(),
  created: seconds,
  payment_intent: idOf,
});

export const charge: z.ZodType<Charge> = z.object({
  id,
  object: z.literal("charge"),
  status: z.string(),
  created: seconds,
  currency: z.string(),
  amount_refunded: minor,
  disputed: z.boolean(),
  payment_intent: idOf,
  metadata,
  payment_method_details: lenient(z.object({ type: z.string() })),
  refunds: maybe(z.object({ data: z.array(refund), has_more: z.boolean() })),
});

/** An object, or its id if it is not expanded. An expanded object that cannot be read is an error. */
const expandable = <T>(schema: z.ZodType<T>): z.ZodType<T | { readonly id: string } | undefined> =>
  maybe(z.union([id.transform(objectOfId), schema]));

export const paymentIntent: z.ZodType<PaymentIntent> = z.object({
  id,
  object: z.literal("payment_intent"),
  status: z.string(),
  created: seconds,
  canceled_at: lenient(seconds),
  metadata,
  payment_method_types: lenient(z.array(z.string())),
  last_payment_error: maybe(z.object({ charge: text })),
  latest_charge: expandable(charge),
});

export const session: z.ZodType<Session> = z.object({
  id,
  payment_link: idOf,
  mode: z.string(),
  status: text,
  payment_status: z.string(),
  amount_total: lenient(minor),
  currency: text,
  created: seconds,
  expires_at: lenient(seconds),
  metadata,
  payment_intent: expandable(paymentIntent),
});

export const event: z.ZodType<Event> = z.object({
  id,
  type: z.string().min(1).max(255),
  created: seconds,
  livemode: z.boolean(),
  account: text,
  data: z.object({ object: z.record(z.string(), z.unknown()) }),
});

/** https://docs.stripe.com/api/pagination */
export interface ListReply {
  readonly data: readonly Readonly<Record<string, unknown>>[];
  readonly has_more: boolean;
}

export const listReply: z.ZodType<ListReply> = z.object({
  data: z.array(z.record(z.string(), z.unknown())),
  has_more: z.boolean(),
});
