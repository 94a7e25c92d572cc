import type { LinkId } from "./identifiers.ts";
import type { Instant } from "./instant.ts";
import type { Money } from "./money.ts";
import type { PaymentMethod } from "./payment-method.ts";

/** An amount the payer chooses, within bounds where there are any. */
export interface OpenAmount {
  readonly currency: string;
  /** Decimal string in major units; no lower bound where absent. */
  readonly min?: string;
  /** Decimal string in major units; no upper bound where absent. */
  readonly max?: string;
  /** Decimal string in major units, shown to begin with. */
  readonly preset?: string;
}

/** What one payment through the link costs. */
export type LinkAmount = Money | { readonly open: OpenAmount };

/** One line of what is paid for. `quantity` times `unitPrice` of all items is the link's amount. */
export interface LinkItem {
  readonly name: string;
  /** A whole number, at least 1. */
  readonly quantity: number;
  /** Price of one; negative for a discount. */
  readonly unitPrice: Money;
  /** The merchant's own article number. */
  readonly id?: string;
}

/** How often a link may be paid. */
export interface LinkUsage {
  /** Payments allowed; absent where there is no limit. */
  readonly limit?: number;
  /** Payments made and not reversed. May exceed `limit`: a late payment is recorded, never hidden. */
  readonly used: number;
  /** Uses that open attempts keep from others for now; 0 where the gateway does not hold any. */
  readonly held: number;
}

/** Who is to pay. */
export interface LinkCustomer {
  readonly name?: string;
  readonly email?: string;
  readonly phone?: string;
}

/** What the pay page asks the payer for. */
export interface LinkCollect {
  readonly name?: "required";
  readonly email?: "required";
  readonly phone?: "required";
}

/** Where the payer's browser goes afterwards. A redirect proves nothing: only a webhook or a read does. */
export interface LinkRedirect {
  readonly url: string;
}

/**
 * What a link can be. `acceptsPayments` says whether a new payer may pay.
 *
 * `draft`: not issued. `scheduled`: starts later. `active`: can be paid. `held`: every use left is held by an open
 * attempt. `partially_paid`: paid in part, the rest can be paid. `exhausted`: paid as often as allowed. `expired`: past its
 * time. `closed`: stopped, may be reopened where the gateway can. `deleted`: gone. `unknown`: the gateway said something
 * this version does not know; never read it as success or failure.
 */
export type LinkStatus =
  | "draft"
  | "scheduled"
  | "active"
  | "held"
  | "partially_paid"
  | "exhausted"
  | "expired"
  | "closed"
  | "deleted"
  | "unknown";

/** Something a caller should know about a link that was made all the same. */
export interface LinkWarning {
  /**
   * `omitted`: left out at the caller's wish (`omitIfUnsupported`). `adjusted`: honoured, not to the letter.
   * `provider_contacts_customer`: the provider writes to the customer by itself. `doubtful`: taken as asked for, and the
   * provider's documents give reason to look whether it holds.
   */
  readonly code: "omitted" | "adjusted" | "provider_contacts_customer" | "doubtful";
  /** The field of the request it is about. */
  readonly field: string;
  readonly message: string;
}

/** The parent: what is paid for, how often, until when. Owns the URL that payers open. */
export interface PaymentLink {
  readonly id: LinkId;
  /** The key of the gateway that made it. */
  readonly gateway: string;
  /** The provider's own id, as its API takes it. */
  readonly providerId: string;
  /** The merchant's own unique id. */
  readonly reference: string;
  /** What the gateway calls the link where it could not take `reference`. */
  readonly providerReference?: string;
  /** What payers open. */
  readonly url: string;
  readonly status: LinkStatus;
  /** Whether a new payer can pay now. False where it is not known. */
  readonly acceptsPayments: boolean;
  readonly title?: string;
  readonly amount: LinkAmount;
  readonly items?: readonly LinkItem[];
  readonly usage: LinkUsage;
  readonly startsAt?: Instant;
  /** When it stops taking new payers; absent where it never does, or the gateway does not tell. */
  readonly expiresAt?: Instant;
  /** The methods offered; absent where the gateway offers all it has. */
  readonly methods?: readonly PaymentMethod[];
  readonly customer?: LinkCustomer;
  readonly collect?: LinkCollect;
  readonly redirect?: LinkRedirect;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly slug?: string;
  readonly createdAt?: Instant;
  readonly updatedAt?: Instant;
  readonly warnings: readonly LinkWarning[];
  /** The provider's own object. Not enumerable, so that it reaches no log and no JSON by accident. */
  readonly raw?: unknown;
}
