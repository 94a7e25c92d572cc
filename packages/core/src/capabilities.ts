import type { OperationName } from "./errors.ts";
import type { Trust } from "./history.ts";
import type { PaymentMethod } from "./payment-method.ts";

/** Something a gateway does not offer: why, and what to do instead where there is something. */
export interface Unsupported {
  readonly unsupported: string;
  readonly instead?: string;
}

/** Which operations a driver has. */
export type OperationSupport = { readonly [Operation in OperationName]: true | Unsupported };

/** Which texts a gateway takes. */
export interface TextLimits {
  readonly maxLength: number;
  /** Source of a regular expression that the whole text matches. */
  readonly pattern: string;
  /** The same in words: `letters, digits, - _ ~ .` */
  readonly allowed: string;
}

/** How exactly a gateway can write an amount. */
export interface CurrencyCapability {
  /** Digits it accepts behind the point: 0 for whole rupiah. */
  readonly decimals: number;
  /** How it is written on the wire. What a JSON number cannot hold exactly is refused. */
  readonly wire: "json_number" | "decimal_text";
  /** The least a link may cost, in major units; no bound known where absent. */
  readonly min?: string;
  /** The most a link may cost, in major units; no bound known where absent. */
  readonly max?: string;
}

/** The methods that a link can be restricted to, and what one payment by them may cost. */
export interface MethodsCapability {
  readonly offered: readonly PaymentMethod[];
  /**
   * Of those methods that are offered, the ones that do not take every amount. A link that none of its methods can pay is
   * refused before anything is sent.
   */
  readonly amountLimits?: readonly MethodAmountLimit[];
}

/** What one payment by a method may cost, in major units; both bounds are inclusive, and none is known where absent. */
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
 * What a driver can do: plain data, visible in the driver's type, checked before anything is sent and proven by tests.
 * A field of the request that a gateway cannot honour is `Unsupported`, and asking for it is refused, never dropped.
 */
export interface DriverCapabilities {
  readonly operations: OperationSupport;
  /** By ISO 4217 code; a currency that is not listed is refused. */
  readonly currencies: Readonly<Record<string, CurrencyCapability>>;
  readonly reference: TextLimits;
  readonly title: { readonly maxLength: number } | Unsupported;
  /** `idMaxLength` 0: its items have no id. */
  readonly items: { readonly nameMaxLength: number; readonly idMaxLength: number } | Unsupported;
  /** Whether the payer may choose the amount. */
  readonly openAmount: true | Unsupported;
  readonly usage: {
    /** The highest limit; 1 where every link is single-use. */
    readonly maxLimit: number;
    /** Whether `usage: { limit: "unlimited" }` can be asked for. */
    readonly unlimited: boolean;
    /** Whether an open attempt keeps a use from others until it ends. */
    readonly pendingHolds: boolean;
  };
  readonly startsAt: true | Unsupported;
  readonly expiresAt:
    | {
        /** Whether `expiresAt: "never"` can be asked for. */
        readonly never: boolean;
        /** How finely the gateway counts, in milliseconds. A finer wish is rounded down and the effective time returned. */
        readonly resolutionMs: number;
      }
    | Unsupported;
  readonly methods: MethodsCapability | Unsupported;
  readonly customer:
    | {
        readonly required: readonly CustomerField[];
        readonly nameMaxLength: number;
        readonly emailMaxLength: number;
        readonly phoneMaxLength: number;
        /** Whether the provider writes to a customer whose address it is given. */
        readonly contactedByProvider: boolean;
        /** Whether a customer goes only with a link for one payment. */
        readonly singleUseOnly?: boolean;
      }
    | Unsupported;
  /** What the pay page can be told to ask for. */
  readonly collect:
    | {
        readonly fields: readonly CustomerField[];
        /** Whether it is all or nothing. */
        readonly together: boolean;
        /** Whether asking for some of the fields needs a `customer` in the request; asking for all never does. */
        readonly partNeedsCustomer?: boolean;
        /** Whether it goes only with a link for several payments. */
        readonly severalUsesOnly?: boolean;
      }
    | Unsupported;
  readonly redirect: { readonly maxLength: number } | Unsupported;
  readonly metadata: { readonly maxEntries: number; readonly maxValueLength: number } | Unsupported;
  readonly slug: TextLimits | Unsupported;
  /** What closing a link means, where `operations.close` is there. */
  readonly close?: {
    readonly reversible: boolean;
    /** Whether the link can still be read afterwards. */
    readonly readableAfter: boolean;
    /** Whether attempts that are already open die with it. Where not, they may still be paid. */
    readonly endsOpenPayments: boolean;
  };
  /** Whether the gateway tells when the money can be withdrawn. Where not, `paid` is as far as a history goes. */
  readonly settlementVisible: boolean;
  readonly webhooks: {
    /** How far a genuine delivery can be trusted. Below `signed`, call `confirm`. */
    readonly trust: Trust;
    /** Whether the delivery that reports a payment names the method. */
    readonly namesMethod: boolean;
    /** How long the gateway waits for the answer to a delivery before it counts as failed, in milliseconds. */
    readonly respondWithinMs: number;
  };
  /**
   * How the link of a reference is found again, when a create is repeated and when its answer was lost: `lookup` by a reference
   * that the gateway takes once only; `scan` of a list where a reference may stand twice, which is also looked at before every
   * create, one at a time under a reference; `replay` of the identical request where the provider documents that a repeat gives the first result again; or
   * `none`, where a repeat may make a second link. The first two need `operations.find`.
   */
  readonly createRecovery: "lookup" | "scan" | "replay" | "none";
}

/** Whether a capability is there. */
export const isSupported = <T>(capability: T | Unsupported): capability is Exclude<T, Unsupported> =>
  typeof capability !== "object" || capability === null || !("unsupported" in capability);
