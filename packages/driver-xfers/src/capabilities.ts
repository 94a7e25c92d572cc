import type { DriverCapabilities } from "@tautan/core";

const operations = {
  create: true,
  get: true,
  find: {
    unsupported: "Xfers cannot look a link up by the merchant's reference",
    instead: "keep the id that create returned, and read the link with get",
  },
  list: {
    unsupported: "Xfers publishes no list of links",
    instead: "keep the ids that create returned, and read the links one by one",
  },
  update: {
    unsupported: "Xfers changes links in the dashboard only, and only drafts",
    instead: "close it and create another under a fresh reference",
  },
  close: true,
  reopen: {
    unsupported: "a cancelled Xfers link stays cancelled",
    instead: "create another under a fresh reference",
  },
  delete: { unsupported: "Xfers deletes links in the dashboard only, and only drafts", instead: "close it" },
  listHistories: true,
  listRecentHistories: {
    unsupported: "Xfers publishes no list of the payments through links",
    instead: "list the histories of each link",
  },
  getHistory: true,
  listPaymentMethods: {
    unsupported: "Xfers does not report which methods an account has, and always offers all of them",
    instead: "see the dashboard",
  },
  parseWebhook: true,
  confirm: true,
} as const;

/** The capabilities of Xfers payment links, as documented. */
export interface XfersCapabilities extends DriverCapabilities {
  readonly operations: typeof operations;
}

/** The characters that Xfers accepts in references and descriptions: printable ASCII without `"`, `<`, `>` and the backslash. */
export const TAKEN_CHARACTERS = " !#-;=?-\\[\\]-~";

/** No page contains a limit. This is the longest text that core accepts. */
const NO_KNOWN_LIMIT = 255;

/** Source of fields, unless another is named: https://docs.fazz.com/v4-ID/reference/accept-payment-links. */
export const capabilities: XfersCapabilities = {
  operations,
  currencies: { IDR: { decimals: 0, wire: "json_number" } },
  // The characters are documented for Singapore only: https://docs.fazz.com/v4-SG-FAST/reference/create-payment.
  reference: {
    maxLength: NO_KNOWN_LIMIT,
    pattern: `[${TAKEN_CHARACTERS}]+`,
    allowed: 'letters, digits, spaces and ASCII punctuation other than " < > and the backslash',
  },
  title: { maxLength: NO_KNOWN_LIMIT },
  items: { unsupported: "an Xfers link has no items", instead: "describe them in title" },
  openAmount: { unsupported: "an Xfers link has a fixed amount", instead: "create a link for each amount" },
  usage: { maxLimit: 1, unlimited: false, openPaymentsHoldUses: false },
  startsAt: { unsupported: "an Xfers link can be paid immediately after its creation", instead: "create it later" },
  expiresAt: { never: false, resolutionMs: 1000 },
  methods: { unsupported: "Xfers always offers all methods of the account" },
  customer: {
    required: ["name", "email", "phone"],
    nameMaxLength: NO_KNOWN_LIMIT,
    emailMaxLength: NO_KNOWN_LIMIT,
    phoneMaxLength: NO_KNOWN_LIMIT,
    // Xfers e-mails the link to the given address: https://docs.fazz.com/v4-ID/docs/payment-link-via-api, step 2.
    contactedByProvider: true,
  },
  collect: { unsupported: "the pay page has no form", instead: "pass customer to create" },
  redirect: { unsupported: "an Xfers link has no redirect", instead: "use the callback" },
  metadata: { unsupported: "an Xfers link has no metadata", instead: "store it with the reference" },
  slug: { unsupported: "Xfers chooses the address of a link" },
  close: { reversible: false, readableAfter: true, endsOpenPayments: false },
  settlementVisible: true,
  // Only a quick response is documented: https://docs.fazz.com/v4-ID/docs/callbacks.
  webhooks: {
    trust: "signed",
    namesMethod: false,
    respondWithinMs: 5000,
    // Twenty deliveries, the first retry after 5 minutes and each gap 5 minutes longer: docs.xfers.com/docs/callback-retry-logic.
    delivery: { windowMs: 950 * 60_000, documented: true },
  },
  // A referenceId is the key of its request, and the same request is the documented retry:
  // https://docs.fazz.com/v4-ID/docs/idempotent-requests, https://docs.fazz.com/v4-ID/docs/payment-safety.
  createRecovery: "replay",
};
