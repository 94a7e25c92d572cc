// The shape of the simulator's webhooks. Strict: the signature proves who wrote them, but the secret may be shared with
// another version of this driver, or with a test that writes its own bodies. Loaded with the first delivery.
import { type Instant, type Money, PAYMENT_METHOD_KINDS, parseMoney } from "@tautan/core";
import { compareDecimals, toInstant } from "@tautan/core/driver";
import * as z from "zod";
import type { PaymentReport } from "./report.ts";

const text = z.string().min(1);
const instant = z.custom<Instant>((value) => value !== undefined && toInstant(value) === value);
const time = instant.exactOptional();

const amount = z.custom<Money>((value) => {
  const parsed = parseMoney(value);
  return parsed?.amount === (value as Money | undefined)?.amount && compareDecimals(parsed?.amount ?? "0", "0") > 0;
});

export const paymentReport: z.ZodType<PaymentReport> = z.object({
  link: z.object({ id: text, reference: text }),
  payment: z.object({
    id: text,
    method: z.object({ kind: z.enum(PAYMENT_METHOD_KINDS), channel: text.exactOptional() }),
    amount,
    openedAt: instant,
    expiresAt: instant,
    paidAt: time,
    settledAt: time,
    failedAt: time,
    reversedAt: time,
    refunds: z.array(z.object({ id: text, amount, at: instant })),
  }),
  expired: z.boolean(),
});
