// The shapes of the simulator's webhooks. Strict: the signature proves who wrote them, but the secret may be shared with
// another version of this driver, or with a test that writes its own bodies. Loaded only for a body of another form.
import { type Instant, type Money, PAYMENT_METHOD_KINDS } from "@tautan/core";
import * as z from "zod";
import type { PaymentReport } from "./report.ts";
import { isAmount, isInstant } from "./wire-values.ts";

const text = z.string().min(1);
const instant = z.custom<Instant>(isInstant);
const time = instant.exactOptional();

const amount = z.custom<Money>(isAmount);

const paymentReport: z.ZodType<PaymentReport> = z.object({
  link: z.object({ id: text, reference: text }),
  payment: z.object({
    id: text,
    method: z.object({ kind: z.enum(PAYMENT_METHOD_KINDS), channel: text.exactOptional() }).exactOptional(),
    amount,
    openedAt: instant,
    expiresAt: instant,
    paidAt: time,
    settledAt: time,
    failedAt: time,
    reversedAt: time,
    dispute: z.object({ id: text, phase: z.enum(["opened", "won", "lost"]), at: instant }).exactOptional(),
    refunds: z.array(z.object({ id: text, amount, at: instant })),
  }),
  expired: z.boolean(),
});

/** A webhook that names its subject only. */
export interface Notice {
  readonly notice: { readonly resource: "link" | "history"; readonly id: string };
}

/** A webhook about the account's other business. */
export interface OtherEvent {
  readonly event: string;
}

/** One webhook can report several events. */
export type EventBody = PaymentReport | Notice | OtherEvent;

const event: z.ZodType<EventBody> = z.union([
  paymentReport,
  z.object({ notice: z.object({ resource: z.enum(["link", "history"]), id: text }) }),
  z.strictObject({ event: z.string().regex(/^[a-z_]{1,40}$/) }),
]);

export const webhookBody: z.ZodType<{ readonly events: readonly EventBody[] } | EventBody> = z.union([
  z.strictObject({ events: z.array(event).min(1) }),
  event,
]);
