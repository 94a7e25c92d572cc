import type { DriverCapabilities } from "@tautan/core";
import { OFFERED_METHODS } from "./methods.ts";

const operations = {
  create: true,
  get: true,
  find: true,
  list: true,
  update: true,
  close: true,
  reopen: true,
  delete: true,
  listHistories: true,
  getHistory: true,
  listPaymentMethods: true,
  parseWebhook: true,
  confirm: true,
} as const;

/** What SingaPay payment links can do, as its documents say. */
export interface SingapayCapabilities extends DriverCapabilities {
  readonly operations: typeof operations;
}

/** Source of fields and limits, where no other is named: docs.singapay.id, api-reference/payment-link/create. */
export const capabilities: SingapayCapabilities = {
  operations,
  // The least total: docs-payment-b2b.singapay.id, payment-link/create.
  currencies: { IDR: { decimals: 0, wire: "json_number", min: "10000" } },
  reference: { maxLength: 40, pattern: "[^\\s/\\\\]+", allowed: "texts without spaces and slashes" },
  title: { maxLength: 255 },
  // An item has a name, a quantity and a price, and no id.
  items: { nameMaxLength: 255, idMaxLength: 0 },
  openAmount: {
    unsupported: "a SingaPay link has one fixed amount",
    instead: "create a link for each amount",
  },
  usage: { maxLimit: 1_000_000, unlimited: false, pendingHolds: false },
  startsAt: {
    unsupported: "a SingaPay link can be paid from the moment it is made",
    instead: "create it when it may be paid, or close it and reopen it then",
  },
  // Sent in milliseconds, answered to the second.
  expiresAt: { never: true, resolutionMs: 1000 },
  methods: { offered: OFFERED_METHODS },
  customer: {
    unsupported: "SingaPay takes no customer with a link",
    instead: "let the pay page ask: collect with name, email and phone",
  },
  collect: { fields: ["name", "email", "phone"], together: true },
  redirect: { maxLength: 2048 },
  // No bound is documented; these are the domain's own.
  metadata: { maxEntries: 100, maxValueLength: 2048 },
  slug: {
    unsupported: "SingaPay makes a link's address of its reference",
    instead: "choose a reference that cannot be guessed",
  },
  close: { reversible: true, readableAfter: true, killsAttempts: false },
  settlementVisible: true,
  webhooks: { trust: "signed", namesMethod: false },
  createRecovery: "scan",
};
