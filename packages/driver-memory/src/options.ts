import type { Clock } from "@tautan/core";
import { OptionsCheck } from "@tautan/driver-kit";

/** The options of `createMemoryDriver`. */
export interface MemoryOptions {
  /** The time of links and payments. Pass the same clock to `createPaymentLinks`. Default: the system's clock. */
  readonly clock?: Clock | undefined;
  /** Signs and verifies webhooks. Default: a fixed text, because there is nothing to protect. */
  readonly webhookSecret?: string | undefined;
  /** The time that a payer has after choosing a method, in milliseconds. Default 24 hours. */
  readonly paymentExpiryMs?: number | undefined;
}

export interface CheckedOptions {
  readonly clock: Clock;
  readonly webhookSecret: string;
  readonly paymentExpiryMs: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

const isTime = (value: unknown): boolean => typeof value === "number" && value >= 1 && value <= Number.MAX_SAFE_INTEGER;

/** Throws `TypeError` if the options are invalid. */
export const checkOptions = (options: MemoryOptions): CheckedOptions => {
  const check = new OptionsCheck("createMemoryDriver", options, ["clock", "webhookSecret", "paymentExpiryMs"]);
  const { clock = Date, paymentExpiryMs = DAY_MS } = options;
  if (typeof (clock as Clock | null)?.now !== "function") {
    check.refuse("clock", "expected an object with a now method, such as Date or createManualClock()");
  }
  check.optional("paymentExpiryMs", "a number of milliseconds, at least 1", isTime);
  const webhookSecret = options.webhookSecret === undefined ? "memory-webhook-secret" : check.text("webhookSecret");
  return Object.freeze({ clock, webhookSecret, paymentExpiryMs });
};
