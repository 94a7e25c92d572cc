import type { InstantInput } from "./instant.ts";
import type { Money } from "./money.ts";
import type { LinkCollect, LinkCustomer, LinkItem, LinkRedirect, OpenAmount } from "./payment-link.ts";
import type { PaymentChannel, PaymentMethodKind } from "./payment-method.ts";

/** A method to offer. Without a `channel`: every channel of the kind. */
export type PaymentMethodRequest = {
  readonly [Kind in PaymentMethodKind]: {
    readonly kind: Kind;
    readonly channel?: PaymentChannel<Kind> | undefined;
  };
}[PaymentMethodKind];

/** The same fields; the optional ones may also be `undefined`. */
export type Loose<T> = { readonly [K in keyof T]: undefined extends T[K] ? T[K] | undefined : T[K] };

/** One line of the purchase. */
export type LinkItemRequest = Loose<LinkItem>;

/** An amount that the payer chooses. */
export type OpenAmountRequest = Loose<OpenAmount>;

/** Fields that can be left out if a gateway does not support them. */
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

/** The argument of `create`. */
export interface CreatePaymentLink<ProviderOptions = Readonly<Record<string, unknown>>, Key extends string = string> {
  /**
   * The merchant's unique id of the link, and the idempotency key of its creation: see `create`. It has 1 to 36 characters of
   * `A-Z a-z 0-9 _ -` and starts with a letter or digit. This form works on every gateway, but a gateway may keep an ending for
   * itself: Midtrans refuses `-` and 10 or 13 digits at the end.
   */
  readonly reference: string;
  /** The title on the pay page, up to 255 characters; fewer on some gateways. */
  readonly title?: string | undefined;
  /** The amount of one payment, or `{ open: … }` if the payer chooses it. */
  readonly amount: Money | { readonly open: OpenAmountRequest };
  /** The purchased items. They must sum to `amount`. Not allowed with an open amount. */
  readonly items?: readonly LinkItemRequest[] | undefined;
  /** How many payments the link allows. Default 1, independent of the provider's default. */
  readonly usage?: { readonly limit: number | "unlimited" } | undefined;
  /** When the link starts to accept payments. Default: immediately. */
  readonly startsAt?: InstantInput | undefined;
  /**
   * When the link stops accepting new payers, or `"never"` if the gateway supports links without expiry. Default: 24 hours
   * after the start (option `defaultExpiryMs`), if the gateway supports an expiry.
   */
  readonly expiresAt?: InstantInput | undefined;
  /** The payment methods to offer. Default: all methods of the gateway. */
  readonly methods?: readonly PaymentMethodRequest[] | undefined;
  /** The person who is to pay. */
  readonly customer?: Loose<LinkCustomer> | undefined;
  /** The data that the payer must enter on the pay page. */
  readonly collect?: Loose<LinkCollect> | undefined;
  /** Where the payer's browser goes afterwards. A redirect does not prove a payment. */
  readonly redirect?: LinkRedirect | undefined;
  /** Pairs of strings that are returned with the link. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** The last part of the URL. Default: 32 random hexadecimal digits, if the gateway supports slugs. Do not use a counter. */
  readonly slug?: string | undefined;
  /** Options of a single provider, keyed by the name of its **driver**. Options of other drivers are ignored. */
  readonly providerOptions?: ProviderOptions | undefined;
  /** Fields to leave out, with a warning, if the gateway does not support them. All others are refused. */
  readonly omitIfUnsupported?: readonly OmittableField[] | undefined;
  /** The key of the gateway. Default: the route, or the default gateway. */
  readonly gateway?: Key | undefined;
}

/** The changes of `update`: an absent field is kept, `null` clears it. */
export interface LinkChanges {
  readonly title?: string | null | undefined;
  readonly usage?: { readonly limit: number | "unlimited" } | undefined;
  /** `"never"` if the gateway supports links without expiry. */
  readonly expiresAt?: InstantInput | undefined;
  /** `null` offers all methods again. */
  readonly methods?: readonly PaymentMethodRequest[] | null | undefined;
  readonly collect?: Loose<LinkCollect> | null | undefined;
  readonly redirect?: LinkRedirect | null | undefined;
  readonly metadata?: Readonly<Record<string, string>> | null | undefined;
}
