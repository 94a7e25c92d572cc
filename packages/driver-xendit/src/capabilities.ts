import type { DriverCapabilities, MethodsCapability, Unsupported } from "@tautan/core";
import { METHOD_CURRENCIES, OFFERED_METHODS } from "./methods.ts";

/**
 * The product that makes the links: an invoice, which can be listed, searched and refunded, or a payment session, the newer product. Both
 * can be paid once. A driver reads the links of either.
 */
export type XenditProduct = "invoice" | "session";

/** Source: https://github.com/xendit/xendit-node, docs/Invoice.md, which has create, get, list and expire. */
const invoiceOperations = {
  create: true,
  get: true,
  find: true,
  list: true,
  update: {
    unsupported: "Xendit does not change a link after its creation",
    instead: "close it and create another under a fresh reference",
  },
  close: true,
  reopen: { unsupported: "an expired Xendit link stays expired", instead: "create another under a fresh reference" },
  delete: { unsupported: "Xendit does not delete links", instead: "close it" },
  listHistories: true,
  listRecentHistories: true,
  getHistory: true,
  listPaymentMethods: {
    unsupported: "Xendit publishes no list of the channels that an account has activated",
    instead: "see the dashboard, or the available methods in the raw form of a link",
  },
  parseWebhook: true,
  confirm: true,
} as const;

/** Source: https://docs.xendit.co/apidocs/create-session and get-session; no list is documented. */
const sessionOperations = {
  create: true,
  get: true,
  find: {
    unsupported: "Xendit cannot look a payment session up by the merchant's reference",
    instead: 'keep the id that create returned, or use product "invoice"',
  },
  list: {
    unsupported: "Xendit publishes no list of payment sessions",
    instead: 'keep the ids that create returned, or use product "invoice"',
  },
  update: {
    unsupported: "Xendit does not change a link after its creation",
    instead: "close it and create another under a fresh reference",
  },
  close: true,
  reopen: { unsupported: "an expired Xendit link stays expired", instead: "create another under a fresh reference" },
  delete: { unsupported: "Xendit does not delete links", instead: "close it" },
  listHistories: true,
  listRecentHistories: {
    unsupported: "Xendit publishes no list of payment sessions",
    instead: 'list the histories of each link, or use product "invoice"',
  },
  getHistory: true,
  listPaymentMethods: {
    unsupported: "Xendit publishes no list of the channels that an account has activated",
    instead: "see the dashboard, or the available methods in the raw form of a link",
  },
  parseWebhook: true,
  confirm: true,
} as const;

interface Products {
  readonly invoice: {
    readonly operations: typeof invoiceOperations;
    readonly createRecovery: "scan";
    readonly methods: MethodsCapability;
  };
  readonly session: {
    readonly operations: typeof sessionOperations;
    readonly createRecovery: "none";
    readonly methods: Unsupported;
  };
}

/** The capabilities of Xendit links, as documented: of one product, or of either. */
export interface XenditCapabilities<Product extends XenditProduct = XenditProduct> extends DriverCapabilities {
  readonly operations: Products[Product]["operations"];
  readonly createRecovery: Products[Product]["createRecovery"];
  readonly methods: Products[Product]["methods"];
}

/** No page has a limit. This is the longest text that core accepts. */
const NO_KNOWN_LIMIT = 255;

const WHOLE = { decimals: 0, wire: "json_number" } as const;
const CENTS = { decimals: 2, wire: "json_number" } as const;

/** Source, unless another is named: https://github.com/xendit/xendit-node, docs/invoice/CreateInvoiceRequest.md. */
const common = {
  // In IDR, Xendit cuts decimals off without an error: https://developers.xendit.co/api-reference/#create-invoice, amount.
  currencies: { IDR: WHOLE, USD: CENTS, THB: CENTS, VND: WHOLE, PHP: CENTS, MYR: CENTS },
  title: { maxLength: NO_KNOWN_LIMIT },
  // At most 75 items: https://developers.xendit.co/api-reference/#create-invoice, items. A discount is a fee there.
  items: { nameMaxLength: NO_KNOWN_LIMIT, idMaxLength: NO_KNOWN_LIMIT, maxCount: 75, negativePrices: false },
  openAmount: { unsupported: "a Xendit link has a fixed amount", instead: "create a link for each amount" },
  usage: { maxLimit: 1, unlimited: false, openPaymentsHoldUses: false },
  startsAt: { unsupported: "a Xendit link can be paid immediately after its creation", instead: "create it later" },
  expiresAt: { never: false, resolutionMs: 1000 },
  customer: {
    required: [],
    nameMaxLength: NO_KNOWN_LIMIT,
    emailMaxLength: NO_KNOWN_LIMIT,
    phoneMaxLength: NO_KNOWN_LIMIT,
    // Only if the notifications are asked for: https://developers.xendit.co/api-reference/#create-invoice.
    contactedByProvider: false,
  },
  collect: { unsupported: "a Xendit link cannot require data of the payer", instead: "pass customer to create" },
  redirect: { maxLength: 2048 },
  metadata: { maxEntries: 50, maxKeyLength: 40, maxValueLength: 500 },
  slug: { unsupported: "Xendit chooses the address of a link" },
  close: { reversible: false, readableAfter: true, endsOpenPayments: false },
} as const;

/** No signature: a shared token is all that a callback has. Source: https://docs.xendit.co/api-integration/callback/setup. */
const webhooks = {
  trust: "token",
  // https://help.xendit.co, article 28686969138585.
  respondWithinMs: 30_000,
  // Six retries, the last 24 hours after the first try: https://docs.xendit.co/apidocs/webhook-behavior.
  delivery: { windowMs: 24 * 60 * 60_000, documented: true },
} as const;

/** The characters are not documented: printable ASCII is in every sample. */
const CHARACTERS = { pattern: "[\\x20-\\x7e]+", allowed: "printable ASCII characters" } as const;

const invoice: XenditCapabilities<"invoice"> = {
  ...common,
  operations: invoiceOperations,
  reference: { maxLength: NO_KNOWN_LIMIT, ...CHARACTERS },
  methods: { offered: OFFERED_METHODS, currencies: METHOD_CURRENCIES },
  settlementVisible: true,
  webhooks: { ...webhooks, namesMethod: true },
  createRecovery: "scan",
};

const session: XenditCapabilities<"session"> = {
  ...common,
  operations: sessionOperations,
  // https://docs.xendit.co/apidocs/create-session, reference_id.
  reference: { maxLength: 64, ...CHARACTERS },
  methods: {
    unsupported: "the channel codes of payment sessions differ from those of invoices and are not listed here",
    instead: 'providerOptions.xendit.allowedPaymentChannels with Xendit\'s codes, or product "invoice"',
  },
  settlementVisible: false,
  webhooks: { ...webhooks, namesMethod: false },
  createRecovery: "none",
};

/** The capabilities of a driver that creates links with this product. */
export const CAPABILITIES: { readonly [Product in XenditProduct]: XenditCapabilities<Product> } = { invoice, session };
