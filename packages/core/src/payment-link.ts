import type { LinkId } from "./identifiers.ts";
import type { Instant } from "./instant.ts";
import type { Money } from "./money.ts";
import type { PaymentMethod } from "./payment-method.ts";

/** An amount that the payer chooses, within optional bounds. */
export interface OpenAmount {
  /** ISO 4217 code. */
  readonly currency: string;
  /** Decimal string in major units; absent if there is no lower bound. */
  readonly min?: string;
  /** Decimal string in major units; absent if there is no upper bound. */
  readonly max?: string;
  /** The suggested amount, a decimal string in major units. */
  readonly preset?: string;
}

/** The amount of one payment through the link. */
export type LinkAmount = Money | { readonly open: OpenAmount };

/** One line of the purchase. The sum of `quantity` times `unitPrice` of all items is the link's amount. */
export interface LinkItem {
  /** The name on the pay page. */
  readonly name: string;
  /** A whole number, at least 1. */
  readonly quantity: number;
  /** The price of one, in the link's currency; negative for a discount. */
  readonly unitPrice: Money;
  /** The merchant's article number. */
  readonly id?: string;
}

/** How many payments a link allows, and how many were made. */
export interface LinkUsage {
  /** The number of payments allowed; absent if there is no limit. */
  readonly limit?: number;
  /** The number of payments made and not reversed. May exceed `limit`, because a late payment counts too. */
  readonly used: number;
  /** The number of uses that open payments hold; 0 if the gateway does not hold uses. */
  readonly held: number;
  /** `false` if the gateway does not report the number of payments: `used` is 0 then, and only the ledger knows it. */
  readonly counted?: boolean;
}

/** The person who is to pay. */
export interface LinkCustomer {
  readonly name?: string;
  readonly email?: string;
  readonly phone?: string;
}

/** The data that the payer must enter on the pay page. */
export interface LinkCollect {
  readonly name?: "required";
  readonly email?: "required";
  readonly phone?: "required";
}

/** Where the payer's browser goes afterwards. A redirect does not prove a payment: only a webhook or a read does. */
export interface LinkRedirect {
  readonly url: string;
}

/**
 * The status of a link. `acceptsPayments` states whether a new payer can pay.
 *
 * - `draft`: not issued.
 * - `scheduled`: starts later.
 * - `active`: can be paid.
 * - `held`: open payments hold every remaining use.
 * - `partially_paid`: paid in part; the rest can be paid.
 * - `exhausted`: all allowed payments were made.
 * - `expired`: the expiry has passed.
 * - `closed`: stopped. It can be reopened if the gateway supports this.
 * - `deleted`: removed.
 * - `unknown`: the gateway reported a status that this version does not know. Treat it neither as success nor as failure.
 */
export type LinkStatus = (typeof LINK_STATUSES)[number];

export const LINK_STATUSES = [
  "draft",
  "scheduled",
  "active",
  "held",
  "partially_paid",
  "exhausted",
  "expired",
  "closed",
  "deleted",
  "unknown",
] as const;

/** A difference between a created link and its request, or another fact that the caller should know. */
export interface LinkWarning {
  /**
   * - `omitted`: left out, as requested by `omitIfUnsupported`.
   * - `adjusted`: the value differs from the requested one.
   * - `provider_contacts_customer`: the provider contacts the customer automatically.
   * - `doubtful`: accepted as requested, but the provider's documentation suggests checking the result.
   */
  readonly code: "omitted" | "adjusted" | "provider_contacts_customer" | "doubtful";
  /** The field of the request. */
  readonly field: string;
  readonly message: string;
}

/** A payment link: its URL, amount, number of payments and expiry. */
export interface PaymentLink {
  readonly id: LinkId;
  /** The key of the gateway that created it. */
  readonly gateway: string;
  /** The provider's own id, as used in its API. */
  readonly providerId: string;
  /** The merchant's unique id of the link. If it was made elsewhere without one, the provider's id. */
  readonly reference: string;
  /** `true` if the link has no reference of the merchant: it was made elsewhere, as in the provider's dashboard. */
  readonly madeElsewhere?: boolean;
  /** The reference at the gateway, if the gateway could not accept `reference`. */
  readonly providerReference?: string;
  /** The URL of the pay page: share it with the payer. */
  readonly url: string;
  readonly status: LinkStatus;
  /** Whether a new payer can pay now. False if this is not known. */
  readonly acceptsPayments: boolean;
  readonly title?: string;
  readonly amount: LinkAmount;
  /** The part that was paid, if a link can be paid in parts there and the gateway reports it. */
  readonly amountPaid?: Money;
  readonly items?: readonly LinkItem[];
  readonly usage: LinkUsage;
  readonly startsAt?: Instant;
  /** When it stops accepting new payers; absent if it never does, or if the gateway does not report it. */
  readonly expiresAt?: Instant;
  /**
   * `"ledger"` if the gateway does not know `expiresAt`, because its links never end: the ledger closes the link then. See `enforceExpiry`
   * of the ledger's `create`.
   */
  readonly expiryEnforcedBy?: "ledger";
  /** The methods offered; absent if the gateway offers all its methods. */
  readonly methods?: readonly PaymentMethod[];
  readonly customer?: LinkCustomer;
  readonly collect?: LinkCollect;
  readonly redirect?: LinkRedirect;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly slug?: string;
  readonly createdAt?: Instant;
  readonly updatedAt?: Instant;
  readonly warnings: readonly LinkWarning[];
  /** The provider's own object. Not enumerable, so that it is not written to logs or JSON by accident. */
  readonly raw?: unknown;
}
