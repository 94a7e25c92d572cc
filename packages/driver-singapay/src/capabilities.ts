import type { DriverCapabilities } from "@tautan/core";
import { EVERY_OPERATION } from "@tautan/driver-kit";
import { OFFERED_METHODS } from "./methods.ts";

/** The API version of the calls that create, read and change a link; all other calls have only one. */
export type SingapayApiVersion = 1 | 2;

/** Source: docs.singapay.id, api-reference/payment-link/create and update. */
const firstGeneration = {
  // A million, the maximum, means no limit.
  usage: { maxLimit: 999_999, unlimited: true, openPaymentsHoldUses: false },
  // Sent in milliseconds, answered to the second.
  expiresAt: { never: true, resolutionMs: 1000 },
  customer: {
    unsupported: "a SingaPay link of API version 1 has no customer",
    instead: "use collect with name, email and phone, so that the pay page asks; or apiVersion 2",
  },
  collect: { fields: ["name", "email", "phone"], together: true },
} as const;

/**
 * Source: SingaPay's OpenAPI file, as https://github.com/aliziodev/laravel-singapay read and tried it. `customer` is only for links for
 * one payment, and `collect` only for links for several.
 */
const secondGeneration = {
  usage: { maxLimit: 1_000_000, unlimited: true, openPaymentsHoldUses: false },
  // The default is 24 hours; a link without expiry is not documented.
  expiresAt: { never: false, resolutionMs: 1000 },
  // No limits are documented; these are core's. That SingaPay contacts the customer is not documented either.
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

/** The capabilities of SingaPay payment links, as documented: of one version, or of either. */
export interface SingapayCapabilities<Version extends SingapayApiVersion = SingapayApiVersion>
  extends DriverCapabilities {
  readonly operations: typeof EVERY_OPERATION;
  readonly usage: Generations[Version]["usage"];
  readonly expiresAt: Generations[Version]["expiresAt"];
  readonly customer: Generations[Version]["customer"];
  readonly collect: Generations[Version]["collect"];
}

/** The capabilities of both versions. Source of fields and limits, unless another is named: https://docs.singapay.id/api-reference/payment-link/create. */
const common = {
  operations: EVERY_OPERATION,
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
    unsupported: "a SingaPay link can be paid immediately after its creation",
    instead: "create it later, or close it and reopen it later",
  },
  methods: { offered: OFFERED_METHODS },
  redirect: { maxLength: 2048 },
  // No limits are documented; these are core's.
  metadata: { maxEntries: 100, maxValueLength: 2048 },
  slug: {
    unsupported: "SingaPay uses the reference in a link's address",
    instead: "choose a reference that cannot be guessed",
  },
  close: { reversible: true, readableAfter: true, endsOpenPayments: false },
  settlementVisible: true,
  // Everything is signed, but not every delivery names its account. How long SingaPay waits is not documented.
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

/** The capabilities of a driver with this API version. */
export const capabilitiesOf = (version: SingapayApiVersion): SingapayCapabilities => ({
  ...common,
  ...(version === 1 ? firstGeneration : secondGeneration),
});
