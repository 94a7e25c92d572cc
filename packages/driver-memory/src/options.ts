import type { Clock } from "@tautan/core";
import { OptionsCheck } from "@tautan/driver-kit";

export interface MemoryOptions {
  /** The time of links and payments; pass the facade the same one. Default: the system's. */
  readonly clock?: Clock | undefined;
  /** Signs and verifies webhooks. Default: a fixed word, as there is nothing to protect. */
  readonly webhookSecret?: string | undefined;
  /** How long a payer has once a method is chosen, in milliseconds. Default 24 hours. */
  readonly attemptExpiryMs?: number | undefined;
}

export interface CheckedOptions {
  readonly clock: Clock;
  readonly webhookSecret: string;
  readonly attemptExpiryMs: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Throws `TypeError` where the options cannot work. */
export const checkOptions = (options: MemoryOptions): CheckedOptions => {
  const check = new OptionsCheck("createMemoryDriver", options, ["clock", "webhookSecret", "attemptExpiryMs"]);
  const { clock = Date, attemptExpiryMs = DAY_MS } = options;
  if (typeof (clock as Clock | null)?.now !== "function") {
    check.refuse("clock", "expected an object with a now method, such as Date or createManualClock()");
  }
  if (typeof attemptExpiryMs !== "number" || !(attemptExpiryMs >= 1 && attemptExpiryMs <= Number.MAX_SAFE_INTEGER)) {
    check.refuse("attemptExpiryMs", "expected a number of milliseconds, at least 1");
  }
  const webhookSecret = options.webhookSecret === undefined ? "memory-webhook-secret" : check.text("webhookSecret");
  return Object.freeze({ clock, webhookSecret, attemptExpiryMs });
};
