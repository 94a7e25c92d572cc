import type { DriverCapabilities } from "@tautan/core";
import { AMOUNT_LIMITS, OFFERED_METHODS } from "./methods.ts";
import type { MidtransOptions } from "./options.ts";

const operations = {
  create: true,
  get: true,
  find: true,
  list: {
    unsupported: "Midtrans publishes no list of links",
    instead: "keep the references you created, and find them one by one",
  },
  update: {
    unsupported: "Midtrans cannot change a link",
    instead: "close it and create a new one under a fresh reference",
  },
  close: true,
  reopen: { unsupported: "Midtrans stops a link by deleting it", instead: "create a new one under a fresh reference" },
  delete: true,
  listHistories: true,
  listRecentHistories: {
    unsupported: "Midtrans publishes no list of an account's payments",
    instead: "list the histories of each link",
  },
  getHistory: true,
  listPaymentMethods: {
    unsupported: "Midtrans does not report which methods an account has",
    instead: "see the dashboard, Settings > Payment Channels",
  },
  parseWebhook: true,
  confirm: true,
} as const;

/** The capabilities of Midtrans Payment Link, as documented. */
export interface MidtransCapabilities extends DriverCapabilities {
  readonly operations: typeof operations;
}

/** Source of fields and limits, unless another is named: docs.midtrans.com, Create Payment Link and JSON Objects. */
const capabilities: MidtransCapabilities = {
  operations,
  currencies: { IDR: { decimals: 0, wire: "json_number" } },
  // JSON Objects: 36 for Payment Link, because the transaction's own limit is 50 and a suffix of 14 is appended.
  // "Order ID Structure", docs.midtrans.com/docs/payment-link-via-api: a purchase's order id is the link's with - and 13 digits, in one
  // sample after - and 10 digits. A reference of this form could not be distinguished from such an id.
  reference: {
    maxLength: 36,
    pattern: "(?!.*-(?:\\d{10}|\\d{13})$)[A-Za-z0-9_~.-]+",
    allowed: "letters, digits and - _ ~ ., without - and 10 or 13 digits at the end, which Midtrans appends itself",
  },
  title: { maxLength: 40 },
  items: { nameMaxLength: 50, idMaxLength: 50 },
  openAmount: true,
  usage: { maxLimit: 1_000_000, unlimited: false, openPaymentsHoldUses: true },
  startsAt: true,
  expiresAt: { never: true, resolutionMs: 60_000 },
  methods: { offered: OFFERED_METHODS, amountLimits: AMOUNT_LIMITS },
  customer: {
    required: [],
    nameMaxLength: 50,
    emailMaxLength: 50,
    phoneMaxLength: 20,
    // Midtrans e-mails the link to the given address.
    contactedByProvider: true,
  },
  // The list of required fields is inside customer_details, which requires a customer: docs.midtrans.com, Create Payment Link.
  collect: { fields: ["name", "email", "phone"], together: false, partNeedsCustomer: true },
  redirect: {
    maxLength: 255,
    // The parameter: docs.midtrans.com/reference/window-redirection, "Track Transaction Status via Query Params". Its form:
    // docs.midtrans.com/docs/payment-link-via-api, "Order ID Structure".
    namesPayment: { parameter: "order_id", suffix: "-\\d{13}" },
  },
  metadata: {
    unsupported: "a Midtrans link has no metadata",
    instead: "use providerOptions.midtrans.customField2 and customField3, which notifications return",
  },
  slug: { maxLength: 50, pattern: "[a-z0-9-]+", allowed: "a-z, 0-9 and -" },
  // Open payments are expired by their order ids: DANA and BI-SNAP are known by a transaction id that the link does not
  // contain, and an open page may begin another payment.
  close: { reversible: false, readableAfter: false, endsOpenPayments: false },
  settlementVisible: false,
  // 15 seconds: https://docs.midtrans.com/docs/https-notification-webhooks; another of its pages has 30.
  // Five retries after 2, 10, 30, 90 and 210 minutes: docs.midtrans.com, Best Practices to Handle Notification.
  webhooks: {
    trust: "partly_signed",
    namesMethod: true,
    respondWithinMs: 15_000,
    delivery: { windowMs: 342 * 60_000, documented: true },
  },
  createRecovery: "lookup",
};

/** The longest reference according to Create Payment Link, which does not mention the suffix. */
const LONGEST_REFERENCE = 50;

/** The capabilities with these options. */
export const capabilitiesOf = ({ longReferences = false }: MidtransOptions): MidtransCapabilities =>
  longReferences
    ? { ...capabilities, reference: { ...capabilities.reference, maxLength: LONGEST_REFERENCE } }
    : capabilities;
