import type { InstantInput } from "./instant.ts";
import type { Money } from "./money.ts";
import type { LinkCollect, LinkCustomer, LinkRedirect } from "./payment-link.ts";
import type { PaymentChannel, PaymentMethodKind } from "./payment-method.ts";

/** A method to offer; every channel of the kind where none is named. */
export type PaymentMethodRequest = {
  readonly [Kind in PaymentMethodKind]: {
    readonly kind: Kind;
    readonly channel?: PaymentChannel<Kind> | undefined;
  };
}[PaymentMethodKind];

export interface LinkItemRequest {
  /** What the payer reads. */
  readonly name: string;
  /** A whole number, at least 1. */
  readonly quantity: number;
  /** Price of one, in the link's currency; negative for a discount. */
  readonly unitPrice: Money;
  /** The merchant's own article number. */
  readonly id?: string | undefined;
}

export interface OpenAmountRequest {
  readonly currency: string;
  /** Decimal string in major units. */
  readonly min?: string | undefined;
  /** Decimal string in major units. */
  readonly max?: string | undefined;
  /** Decimal string in major units, shown to begin with. */
  readonly preset?: string | undefined;
}

type Loose<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** Fields that can be left out where a gateway lacks them. */
export const OMITTABLE_FIELDS = [
  "title",
  "items",
  "usage",
  "startsAt",
  "expiresAt",
  "methods",
  "customer",
  "collect",
  "redirect",
  "metadata",
  "slug",
] as const;

export type OmittableField = (typeof OMITTABLE_FIELDS)[number];

/** What `create` takes. */
export interface CreatePaymentLink<ProviderOptions = Readonly<Record<string, unknown>>, Key extends string = string> {
  /**
   * The merchant's own unique id of the link, and its idempotency key: see `create`. 1 to 36 of `A-Z a-z 0-9 _ -`, starting with a letter
   * or digit and not ending in `-` and 10 or 13 digits: this form works on every gateway.
   */
  readonly reference: string;
  /** What the payer reads; up to 255 characters, fewer on some gateways. */
  readonly title?: string | undefined;
  /** What one payment costs, or `{ open: … }` where the payer chooses. */
  readonly amount: Money | { readonly open: OpenAmountRequest };
  /** What is paid for; must sum to `amount`. Not with an open amount. */
  readonly items?: readonly LinkItemRequest[] | undefined;
  /** How often the link may be paid. Default 1, whatever the provider's own default. */
  readonly usage?: { readonly limit: number | "unlimited" } | undefined;
  /** From when it can be paid. Default: at once. */
  readonly startsAt?: InstantInput | undefined;
  /**
   * Until when it takes new payers; `"never"` where the gateway has links without end. Default: 24 hours ahead
   * (`defaultExpiryMs` of the facade), where the gateway has an expiry at all.
   */
  readonly expiresAt?: InstantInput | undefined;
  /** The methods to offer. Default: all the gateway has. */
  readonly methods?: readonly PaymentMethodRequest[] | undefined;
  readonly customer?: Loose<LinkCustomer> | undefined;
  /** What the pay page must ask the payer for. */
  readonly collect?: Loose<LinkCollect> | undefined;
  readonly redirect?: LinkRedirect | undefined;
  /** Text pairs that come back with the link. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** The last part of the URL. Default: 32 random hexadecimal digits where the gateway takes a slug. Never a counter. */
  readonly slug?: string | undefined;
  /** What only one provider knows, by the name of its **driver**. Those of drivers that are not chosen are ignored. */
  readonly providerOptions?: ProviderOptions | undefined;
  /** Fields to leave out, with a warning, where the gateway cannot honour them. All others are refused. */
  readonly omitIfUnsupported?: readonly OmittableField[] | undefined;
  /** The gateway's key. Default: the facade's default. */
  readonly gateway?: Key | undefined;
}

/** What `update` takes: an absent field stays, `null` clears. */
export interface LinkChanges {
  readonly title?: string | null | undefined;
  readonly usage?: { readonly limit: number | "unlimited" } | undefined;
  /** `"never"` where the gateway has links without end. */
  readonly expiresAt?: InstantInput | undefined;
  /** `null` offers all methods again. */
  readonly methods?: readonly PaymentMethodRequest[] | null | undefined;
  readonly collect?: Loose<LinkCollect> | null | undefined;
  readonly redirect?: LinkRedirect | null | undefined;
  readonly metadata?: Readonly<Record<string, string>> | null | undefined;
}
