import type { DriverCapabilities, PaymentMethod } from "@tautan/core";
import { EVERY_OPERATION } from "@tautan/driver-kit";

/** The memory driver supports everything, unless `like` or `traits` take something away. */
export interface MemoryCapabilities extends DriverCapabilities {
  readonly operations: typeof EVERY_OPERATION;
}

const CHANNELS: Readonly<Partial<Record<PaymentMethod["kind"], readonly string[]>>> = {
  virtual_account: ["bca", "bni", "bri", "mandiri", "permata"],
  ewallet: ["dana", "gopay", "ovo", "shopeepay"],
  retail: ["alfamart", "indomaret"],
};

/** Frozen, because callers receive the list itself. */
export const OFFERED_METHODS: readonly PaymentMethod[] = Object.freeze(
  [
    { kind: "card" } as const,
    { kind: "qris" } as const,
    ...Object.entries(CHANNELS).flatMap(([kind, channels]) =>
      channels.map((channel) => ({ kind: kind as PaymentMethod["kind"], channel })),
    ),
  ].map((method) => Object.freeze(method)),
);

export const capabilities: MemoryCapabilities = {
  operations: EVERY_OPERATION,
  currencies: {
    EUR: { decimals: 2, wire: "decimal_text" },
    IDR: { decimals: 0, wire: "decimal_text" },
    JPY: { decimals: 0, wire: "decimal_text" },
    KWD: { decimals: 3, wire: "decimal_text" },
    SGD: { decimals: 2, wire: "decimal_text" },
    USD: { decimals: 2, wire: "decimal_text" },
  },
  reference: { maxLength: 255, pattern: ".+", allowed: "any text" },
  title: { maxLength: 255 },
  items: { nameMaxLength: 255, idMaxLength: 255 },
  openAmount: true,
  usage: { maxLimit: Number.MAX_SAFE_INTEGER, unlimited: true, openPaymentsHoldUses: true },
  startsAt: true,
  expiresAt: { never: true, resolutionMs: 1 },
  methods: { offered: OFFERED_METHODS },
  customer: {
    required: [],
    nameMaxLength: 255,
    emailMaxLength: 255,
    phoneMaxLength: 255,
    contactedByProvider: false,
  },
  collect: { fields: ["name", "email", "phone"], together: false },
  redirect: { maxLength: 2048 },
  metadata: { maxEntries: 50, maxValueLength: 2048 },
  slug: { maxLength: 64, pattern: "[a-z0-9-]+", allowed: "a-z, 0-9 and -" },
  close: { reversible: true, readableAfter: true, endsOpenPayments: false },
  settlementVisible: true,
  webhooks: {
    trust: "signed",
    namesMethod: true,
    respondWithinMs: 30_000,
    delivery: { windowMs: 0, documented: true },
  },
  createRecovery: "lookup",
};
