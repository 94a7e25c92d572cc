import type { DriverCapabilities } from "@tautan/core";
import { OFFERED_METHODS } from "./methods.ts";

/** The generation of the calls that create, read and change a link; all others have one alone. */
export type SingapayApiVersion = 1 | 2;

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

/** Source: docs.singapay.id, api-reference/payment-link/create and update. */
const firstGeneration = {
  // A million, the most that is taken, stands for no limit.
  usage: { maxLimit: 999_999, unlimited: true, openPaymentsHoldUses: false },
  // Sent in milliseconds, answered to the second.
  expiresAt: { never: true, resolutionMs: 1000 },
  customer: {
    unsupported: "SingaPay takes no customer with a link of API version 1",
    instead: "let the pay page ask: collect with name, email and phone; or use apiVersion 2",
  },
  collect: { fields: ["name", "email", "phone"], together: true },
} as const;

/**
 * Source: SingaPay's OpenAPI file, as github.com/aliziodev/laravel-singapay read and tried it. A customer goes with a link
 * for one payment alone, and `collect` with one for several.
 */
const secondGeneration = {
  usage: { maxLimit: 1_000_000, unlimited: true, openPaymentsHoldUses: false },
  // Left out, it is 24 hours; how to say never is not documented.
  expiresAt: { never: false, resolutionMs: 1000 },
  // No bound is documented; these are the domain's own. Nor is it that SingaPay writes to anybody.
  customer: {
    required: [],
    nameMaxLength: 255,
    emailMaxLength: 255,
    phoneMaxLength: 255,
    contactedByProvider: false,
    singleUseOnly: true,
  },
  collect: { fields: ["email", "phone"], together: false, severalUsesOnly: true },
} as const;

interface Generations {
  readonly 1: typeof firstGeneration;
  readonly 2: typeof secondGeneration;
}

/** What SingaPay payment links can do, as its documents say: one version's, or either's. */
export interface SingapayCapabilities<Version extends SingapayApiVersion = SingapayApiVersion>
  extends DriverCapabilities {
  readonly operations: typeof operations;
  readonly usage: Generations[Version]["usage"];
  readonly expiresAt: Generations[Version]["expiresAt"];
  readonly customer: Generations[Version]["customer"];
  readonly collect: Generations[Version]["collect"];
}

/** What both generations have. Source of fields and limits, where no other is named: docs.singapay.id, api-reference/payment-link/create. */
const common = {
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
  startsAt: {
    unsupported: "a SingaPay link can be paid from the moment it is made",
    instead: "create it when it may be paid, or close it and reopen it then",
  },
  methods: { offered: OFFERED_METHODS },
  redirect: { maxLength: 2048 },
  // No bound is documented; these are the domain's own.
  metadata: { maxEntries: 100, maxValueLength: 2048 },
  slug: {
    unsupported: "SingaPay makes a link's address of its reference",
    instead: "choose a reference that cannot be guessed",
  },
  close: { reversible: true, readableAfter: true, endsOpenPayments: false },
  settlementVisible: true,
  // All is signed, but not every delivery says whose account it is about. How long SingaPay waits is not documented.
  webhooks: {
    trust: "partly_signed",
    namesMethod: false,
    respondWithinMs: 10_000,
    // Five retries a minute apart: docs.singapay.id, api-reference/webhooks/retry-mechanism. About nine within eight minutes were
    // seen live.
    delivery: { windowMs: 8 * 60_000, documented: true },
  },
  createRecovery: "scan",
} as const;

/** What a driver can do that creates, reads and changes links by these calls. */
export const capabilitiesOf = (version: SingapayApiVersion): SingapayCapabilities => ({
  ...common,
  ...(version === 1 ? firstGeneration : secondGeneration),
});
