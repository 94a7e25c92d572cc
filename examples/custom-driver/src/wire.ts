// The shapes of Contoh Pay's replies and webhooks, with its own field names. Tolerant: only the necessary fields are
// required. Loaded with the first reply or delivery.
import { lenient } from "@tautan/driver-kit/schemas";
import * as z from "zod";

/** Source: PROVIDER.md, Links. */
export interface WireLink {
  readonly id: string;
  readonly reference: string;
  readonly title: string | undefined;
  /** In the currency's smallest unit. */
  readonly amount: number;
  readonly currency: string;
  readonly max_payments: number;
  readonly payments_made: number;
  readonly methods: readonly string[] | undefined;
  readonly customer: WireCustomer | undefined;
  readonly return_url: string | undefined;
  readonly metadata: Readonly<Record<string, string>> | undefined;
  /** Seconds since 1970, here and below. Absent: never. */
  readonly expires_at: number | undefined;
  readonly status: string;
  readonly url: string;
  readonly created_at: number | undefined;
  readonly updated_at: number | undefined;
}

export interface WireCustomer {
  readonly name: string | undefined;
  readonly email: string | undefined;
  readonly phone: string | undefined;
}

/** Source: PROVIDER.md, Payments. */
export interface WirePayment {
  readonly id: string;
  readonly link: string;
  readonly reference: string;
  /** In the currency's smallest unit. */
  readonly amount: number;
  readonly currency: string;
  readonly method: string | undefined;
  readonly status: string;
  readonly created_at: number | undefined;
  readonly paid_at: number | undefined;
  readonly settled_at: number | undefined;
  readonly ended_at: number | undefined;
  readonly expires_at: number | undefined;
  readonly refunds: readonly WireRefund[];
}

export interface WireRefund {
  readonly id: string;
  readonly amount: number;
  readonly status: string;
  readonly created_at: number | undefined;
}

/** Rows are read one by one, so a page with an unreadable row is an error. */
export interface WirePage<Row> {
  readonly data: readonly Row[];
  readonly next: string | null;
}

export interface WireEvent {
  readonly type: string;
  readonly data: unknown;
}

const text = z.string().min(1);
const optionalText = lenient(text);
const minorUnits = z.int().nonnegative();
const optionalSeconds = lenient(z.int().nonnegative());
/** An absent value has its own meaning here, so an unexpected form must not count as absent. */
const textsOrAll = z
  .array(text)
  .nullish()
  .transform((value) => value ?? undefined);
const secondsOrNever = z
  .int()
  .nonnegative()
  .nullish()
  .transform((value) => value ?? undefined);

export const link: z.ZodType<WireLink> = z.object({
  id: text,
  reference: text,
  title: optionalText,
  amount: minorUnits,
  currency: text,
  max_payments: z.int().positive(),
  payments_made: z.int().nonnegative(),
  methods: textsOrAll,
  customer: lenient(z.object({ name: optionalText, email: optionalText, phone: optionalText })),
  return_url: optionalText,
  metadata: lenient(z.record(z.string(), z.string())),
  expires_at: secondsOrNever,
  status: text,
  url: z.url({ protocol: /^https?$/ }),
  created_at: optionalSeconds,
  updated_at: optionalSeconds,
});

const refund = z.object({ id: text, amount: minorUnits, status: text, created_at: optionalSeconds });

export const payment: z.ZodType<WirePayment> = z.object({
  id: text,
  link: text,
  reference: text,
  amount: minorUnits,
  currency: text,
  method: optionalText,
  status: text,
  created_at: optionalSeconds,
  paid_at: optionalSeconds,
  settled_at: optionalSeconds,
  ended_at: optionalSeconds,
  expires_at: optionalSeconds,
  // An unreadable refund must not count as no refund.
  refunds: z.array(refund),
});

export const pageOf = <Row>(row: z.ZodType<Row>): z.ZodType<WirePage<Row>> =>
  z.object({ data: z.array(row), next: text.nullable() });

export const event: z.ZodType<WireEvent> = z.object({ type: text, data: z.unknown() });
