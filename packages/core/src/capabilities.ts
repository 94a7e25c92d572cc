import type { OperationName } from "./errors.ts";
import type { Trust } from "./history.ts";
import type { PaymentMethod } from "./payment-method.ts";
import type { LinkChanges } from "./request.ts";

/** A feature that a gateway does not support: the reason, and an alternative if there is one. */
export interface Unsupported {
  readonly unsupported: string;
  readonly instead?: string;
}

/** The operations that a driver supports. */
export type OperationSupport = { readonly [Operation in OperationName]: true | Unsupported };

/** The texts that a gateway accepts. */
export interface TextLimits {
  readonly maxLength: number;
  /** The source of a regular expression that must match the whole text. */
  readonly pattern: string;
  /** The same in words: `letters, digits, - _ ~ .` */
  readonly allowed: string;
}

/** The amounts that a gateway accepts in one currency. */
export interface CurrencyCapability {
  /** The number of digits after the point: 0 for whole rupiah. */
  readonly decimals: number;
  /** The form of an amount in requests. An amount that a JSON number cannot express exactly is refused. */
  readonly wire: "json_number" | "decimal_text";
  /** The lowest amount of a link, in major units; absent if no bound is known. */
  readonly min?: string;
  /** The highest amount of a link, in major units; absent if no bound is known. */
  readonly max?: string;
}

/** The methods that a link can be restricted to, and their limits. */
export interface MethodsCapability {
  readonly offered: readonly PaymentMethod[];
  /**
   * The currencies of methods that do not take every currency of the gateway. A method is refused in any other currency, and a kind of
   * method without a channel means the channels that take the link's.
   */
  readonly currencies?: readonly MethodCurrencies[];
  /**
   * The limits of methods that do not accept every amount. If no method of a link accepts its amount, the link is refused
   * before anything is sent.
   */
  readonly amountLimits?: readonly MethodAmountLimit[];
}

/** The currencies that one method takes. */
export interface MethodCurrencies {
  readonly kind: PaymentMethod["kind"];
  readonly channel?: string;
  /** ISO 4217 codes. */
  readonly currencies: readonly string[];
}

/** The amounts that one method accepts, in major units. Both bounds are inclusive; an absent bound is not known. */
export interface MethodAmountLimit {
  readonly kind: PaymentMethod["kind"];
  readonly channel?: string;
  /** ISO 4217 code. */
  readonly currency: string;
  readonly min?: string;
  readonly max?: string;
}

export type CustomerField = "name" | "email" | "phone";

/**
 * The features of a driver: plain data, visible in the driver's type, checked before anything is sent, and covered by tests.
 * A request with an `Unsupported` field is refused. The field is never dropped silently.
 */
export interface DriverCapabilities {
  readonly operations: OperationSupport;
  /** By ISO 4217 code. A currency that is not listed is refused. */
  readonly currencies: Readonly<Record<string, CurrencyCapability>>;
  readonly reference: TextLimits;
  readonly title: { readonly maxLength: number } | Unsupported;
  readonly items:
    | {
        readonly nameMaxLength: number;
        /** 0 if items have no ids. */
        readonly idMaxLength: number;
        /** The highest number of items; absent if no bound is known. */
        readonly maxCount?: number;
        /** Whether an item may have a negative price, for a discount. Default true. */
        readonly negativePrices?: boolean;
      }
    | Unsupported;
  /** Whether the payer may choose the amount. */
  readonly openAmount: true | Unsupported;
  readonly usage: {
    /** The highest limit; 1 if a limit can only be one payment, 0 if a link has no limit at all. */
    readonly maxLimit: number;
    /** Whether `usage: { limit: "unlimited" }` is supported. */
    readonly unlimited: boolean;
    /** Whether an open payment holds a use until it ends. */
    readonly openPaymentsHoldUses: boolean;
    /** `false` if the gateway does not report how many payments a link had. The ledger counts them. Default true. */
    readonly counted?: boolean;
  };
  readonly startsAt: true | Unsupported;
  readonly expiresAt:
    | {
        /** Whether `expiresAt: "never"` is supported. */
        readonly never: boolean;
        /** The gateway's resolution in milliseconds. A requested time is rounded down, and the effective time returned. */
        readonly resolutionMs: number;
        /** Why no time can be set, if links of this gateway never end. The ledger can close such a link at a time. */
        readonly moments?: Unsupported;
        /** The earliest expiry after the creation, in milliseconds; absent if no bound is known. */
        readonly minLeadMs?: number;
        /** The latest expiry after the creation, in milliseconds; absent if no bound is known. */
        readonly maxLeadMs?: number;
      }
    | Unsupported;
  readonly methods: MethodsCapability | Unsupported;
  readonly customer:
    | {
        readonly required: readonly CustomerField[];
        readonly nameMaxLength: number;
        readonly emailMaxLength: number;
        readonly phoneMaxLength: number;
        /** Whether the provider contacts the customer automatically. */
        readonly contactedByProvider: boolean;
        /** Whether a customer is allowed only for links with a single use. */
        readonly singleUseOnly?: boolean;
      }
    | Unsupported;
  /** The data that the pay page can ask for. */
  readonly collect:
    | {
        readonly fields: readonly CustomerField[];
        /** Whether the fields can be requested only all together. */
        readonly together: boolean;
        /** Whether some of the fields can be requested only with a `customer` in the request. All fields never need one. */
        readonly partNeedsCustomer?: boolean;
        /** Whether it is allowed only for links with several uses. */
        readonly severalUsesOnly?: boolean;
      }
    | Unsupported;
  /** The data that every pay page of the gateway asks for, whether or not the request does. */
  readonly alwaysCollects?: readonly CustomerField[];
  readonly redirect:
    | {
        readonly maxLength: number;
        /** The payment that the gateway names in the query of the redirect, if it names one. Anyone can type it: it proves nothing. */
        readonly namesPayment?: {
          /** The parameter. Its value is the provider's id of the history. */
          readonly parameter: string;
          /** The regular expression of the part that follows the link's reference in it. */
          readonly suffix: string;
        };
      }
    | Unsupported;
  readonly metadata:
    | {
        readonly maxEntries: number;
        readonly maxValueLength: number;
        /** The longest key, in characters; absent if no bound is known. */
        readonly maxKeyLength?: number;
      }
    | Unsupported;
  readonly slug: TextLimits | Unsupported;
  /** The fields that `update` can change. Default: all that a create can set. */
  readonly changes?: readonly (keyof LinkChanges)[];
  /** The effect of closing a link, if `operations.close` is supported. */
  readonly close?: {
    readonly reversible: boolean;
    /** Whether the link can still be read afterwards. */
    readonly readableAfter: boolean;
    /** Whether closing ends open payments. If not, they may still be paid. */
    readonly endsOpenPayments: boolean;
  };
  /** Whether the gateway reports when the money can be withdrawn. If not, a history never becomes `settled`. */
  readonly settlementVisible: boolean;
  readonly webhooks: {
    /** The trust of a genuine delivery. Below `signed`, call `confirm`. */
    readonly trust: Trust;
    /** Whether the delivery that reports a payment names the method. */
    readonly namesMethod: boolean;
    /** How long the gateway waits for the response to a delivery, in milliseconds. */
    readonly respondWithinMs: number;
    /** How long the gateway repeats a delivery that is answered with `retryLater`. */
    readonly delivery: {
      /** From the first to the last try, in milliseconds. 0 if it is sent once, or if that is not known. */
      readonly windowMs: number;
      /** Whether the provider documents it. */
      readonly documented: boolean;
    };
  };
  /**
   * How the link of a reference is found again, if a create is repeated or its response is lost.
   *
   * - `lookup`: by reference. The gateway accepts a reference only once.
   * - `scan`: by a search of the list, which may contain a reference twice. The list is also searched before every
   *   create; creates under one reference run one at a time in a process.
   * - `replay`: by sending the identical request again. The provider documents that it returns the first result.
   * - `keyed`: by sending the identical request again under the same key. The gateway keeps its first answer under the key for
   *   `createKeyKeptMs` and returns it unchanged, so that the link is read whenever an answer may be a kept one.
   * - `none`: not possible. A repeat may create a second link.
   *
   * `lookup` and `scan` need `operations.find`; `keyed` needs `operations.get` and `createKeyKeptMs`.
   */
  readonly createRecovery: "lookup" | "scan" | "replay" | "keyed" | "none";
  /**
   * How long a gateway with `createRecovery: "keyed"` keeps an answer at least, in milliseconds. A create that was prepared earlier is
   * not sent again, nor one whose repeat could arrive later: `resume` ends 15 minutes before. A new create under an old reference makes
   * a second link, unless a ledger holds the reference.
   */
  readonly createKeyKeptMs?: number;
}

/** Whether a capability is supported. */
export const isSupported = <T>(capability: T | Unsupported): capability is Exclude<T, Unsupported> =>
  typeof capability !== "object" || capability === null || !("unsupported" in capability);
