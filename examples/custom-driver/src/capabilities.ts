import type { DriverCapabilities } from "@tautan/core";
import { OFFERED_METHODS } from "./methods.ts";

const operations = {
  create: true,
  get: true,
  find: true,
  list: true,
  update: {
    unsupported: "Contoh Pay cannot change a link",
    instead: "close it and create another under a fresh reference",
  },
  close: true,
  reopen: true,
  delete: { unsupported: "Contoh Pay cannot delete a link", instead: "close it" },
  listHistories: true,
  listRecentHistories: { unsupported: "Contoh Pay lists payments of one link only" },
  getHistory: true,
  listPaymentMethods: { unsupported: "Contoh Pay does not report which methods an account has" },
  parseWebhook: true,
  confirm: true,
} as const;

/** The capabilities of Contoh Pay's links. */
export interface ContohCapabilities extends DriverCapabilities {
  readonly operations: typeof operations;
}

/** Source of everything: PROVIDER.md, Links and Webhooks. */
export const capabilities: ContohCapabilities = {
  operations,
  // Major units, as everywhere. In requests, the maximum is twelve digits of minor units.
  currencies: {
    IDR: { decimals: 0, wire: "json_number", min: "1000", max: "9999999999" },
    JPY: { decimals: 0, wire: "json_number", max: "999999999999" },
    SGD: { decimals: 2, wire: "json_number", max: "9999999999.99" },
  },
  reference: { maxLength: 64, pattern: "[A-Za-z0-9_-]+", allowed: "letters, digits, _ and -" },
  title: { maxLength: 120 },
  items: { unsupported: "a link at Contoh Pay has no items", instead: "describe them in title" },
  openAmount: { unsupported: "a link at Contoh Pay has a fixed amount", instead: "create a link for each amount" },
  usage: { maxLimit: 1000, unlimited: false, openPaymentsHoldUses: false },
  startsAt: {
    unsupported: "a link at Contoh Pay can be paid immediately after its creation",
    instead: "create it later",
  },
  expiresAt: { never: true, resolutionMs: 1000 },
  methods: { offered: OFFERED_METHODS },
  customer: {
    required: [],
    nameMaxLength: 120,
    emailMaxLength: 120,
    phoneMaxLength: 120,
    contactedByProvider: false,
  },
  collect: { unsupported: "the pay page has no form", instead: "pass customer to create" },
  redirect: { maxLength: 500 },
  metadata: { maxEntries: 20, maxValueLength: 200 },
  slug: { unsupported: "Contoh Pay chooses the address of a link" },
  close: { reversible: true, readableAfter: true, endsOpenPayments: true },
  settlementVisible: true,
  webhooks: {
    trust: "signed",
    namesMethod: true,
    respondWithinMs: 10_000,
    delivery: { windowMs: 0, documented: false },
  },
  // The reference is sent as the idempotency key.
  createRecovery: "replay",
};
