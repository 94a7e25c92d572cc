import type { DriverCapabilities } from "@tautan/core";
import { CURRENCIES } from "./currencies.ts";
import { METHOD_CURRENCIES, OFFERED_METHODS } from "./methods.ts";

const operations = {
  create: true,
  get: true,
  find: true,
  list: true,
  update: true,
  close: true,
  reopen: true,
  delete: { unsupported: "Stripe deletes no link", instead: "close it" },
  listHistories: true,
  listRecentHistories: true,
  getHistory: true,
  listPaymentMethods: {
    unsupported: "Stripe chooses the methods for each payer, by country, currency and device",
    instead: "see the dashboard, Settings > Payment methods",
  },
  parseWebhook: true,
  confirm: true,
} as const;

/** The fields that a change can set: a price, and so a title, is fixed. */
const changes = ["usage", "methods", "collect", "redirect", "metadata"] as const;

const DAY_MS = 24 * 60 * 60 * 1000;

/** The capabilities of Stripe Payment Links, as documented. */
export interface StripeCapabilities extends DriverCapabilities {
  readonly operations: typeof operations;
  readonly changes: typeof changes;
  readonly createRecovery: "keyed";
}

/** Source of fields and limits, unless another is named: https://docs.stripe.com/api/payment-link/create. */
export const capabilities: StripeCapabilities = {
  operations,
  currencies: CURRENCIES,
  // A value of metadata, and the name of the product if there is no title: https://docs.stripe.com/api/metadata.
  reference: { maxLength: 250, pattern: "[^\\p{C}]+", allowed: "texts without control characters" },
  // It becomes the name of the product, or a text beside the button.
  title: { maxLength: 250 },
  items: { nameMaxLength: 250, idMaxLength: 0, maxCount: 20, negativePrices: false },
  openAmount: true,
  usage: { maxLimit: 2_147_483_647, unlimited: true, openPaymentsHoldUses: false },
  startsAt: {
    unsupported: "a Stripe link can be paid immediately after its creation",
    instead: "create it later, or close it and reopen it later",
  },
  expiresAt: {
    never: true,
    resolutionMs: 1000,
    moments: {
      unsupported: "a Stripe link never ends",
      instead: 'pass expiresAt: "never" and close it later, or call ledger.create with enforceExpiry: true',
    },
  },
  methods: { offered: OFFERED_METHODS, currencies: METHOD_CURRENCIES },
  customer: {
    unsupported: "a Stripe link has no customer",
    instead: "append ?prefilled_email= with the address to link.url",
  },
  collect: { fields: ["name", "email", "phone"], together: false },
  alwaysCollects: ["email"],
  redirect: { maxLength: 2048 },
  // 50 keys of 40 characters, with values of 500: https://docs.stripe.com/api/metadata. Two keys are this driver's.
  metadata: { maxEntries: 48, maxValueLength: 500, maxKeyLength: 40 },
  slug: { unsupported: "Stripe chooses the address of a link", instead: "use link.url" },
  changes,
  close: { reversible: true, readableAfter: true, endsOpenPayments: false },
  settlementVisible: false,
  // Three days: https://docs.stripe.com/webhooks, "Retry behavior". How long Stripe waits for an answer is not documented.
  webhooks: {
    trust: "signed",
    namesMethod: false,
    respondWithinMs: 10_000,
    delivery: { windowMs: 3 * DAY_MS, documented: true },
  },
  createRecovery: "keyed",
  // https://docs.stripe.com/api/idempotent_requests
  createKeyKeptMs: DAY_MS,
};
