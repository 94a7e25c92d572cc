import type { Clock, CustomerField, DriverCapabilities, LinkChanges, Money, PaymentLink } from "@tautan/core";
import type { AnyDriver } from "@tautan/core/driver";
import type { FaultyNetwork } from "./network.ts";
import type { NetworkRequest } from "./traffic.ts";

/** Something that the provider has and this run cannot show. The reason stands in the results. */
export interface Skip {
  readonly skip: string;
}

/** Something that the provider does not have, so that there is nothing to show. The reason stands in the results. */
export interface Absent {
  readonly absent: string;
}

/** A webhook as the provider sent it; fits `parseWebhook`. */
export interface RawWebhook {
  readonly method: "POST";
  /** The public path and query that it was sent to. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * What to do to a genuine webhook. `changed`: change what its signature covers. `wrong_key`: sign it with another key.
 * `unsigned`: take the signature off. `unsigned_part`: make it deny the payment that it tells of, by changing only what the
 * signature does not cover, or as another account with the same key could have sent it; asked for only where
 * `capabilities.webhooks.trust` is below `signed`.
 */
export type Forgery = "changed" | "wrong_key" | "unsigned" | "unsigned_part";

/** A driver under test beside its provider or a simulator of it. Fresh for every test. */
export interface Running {
  /** Made with real options, and sending through the wire that `start` was given. */
  readonly driver: AnyDriver;
  /** The provider's time. The payment links under test get the same. */
  readonly clock: Clock;
  /** Every webhook that the provider has sent since the start, oldest first. */
  deliveries(): readonly RawWebhook[] | Promise<readonly RawWebhook[]>;
  stop(): Promise<void>;
}

/** Something that happens at the provider; resolves once the webhooks that it causes were sent. */
export type Act<R, Parameters extends readonly unknown[], Answer = unknown> =
  | ((running: R, ...parameters: Parameters) => Answer | PromiseLike<Answer>)
  | Skip
  | Absent;

/** What a payer sees of a link. */
export interface PayPage {
  /** All that stands there to be read, without mark-up. */
  readonly text: string;
  /** What the payer has to fill in. */
  readonly asksFor: readonly CustomerField[];
  /** Where the payer is led back to; absent where to nowhere. */
  readonly leadsTo?: string | undefined;
}

/** What payers, banks and time do at the provider. */
export interface Acts<R> {
  /** A payer opens the pay page, which alone tells whether all that was asked for arrived. */
  readonly look: Act<R, [link: PaymentLink], PayPage>;
  /** A payer chooses a method: a payment opens, to be paid later. */
  readonly open: Act<R, [link: PaymentLink]>;
  /**
   * A payer pays: the open payment where there is one, else a new one. `amount` where the payer chooses it. `next` where the
   * payment will be refunded or reversed: then it is by a method that allows this.
   */
  readonly pay: Act<R, [link: PaymentLink, amount?: Money, next?: "refund" | "reverse"]>;
  /** A payer makes a payment that was opened before the link expired or was used up. */
  readonly payLate: Act<R, [link: PaymentLink]>;
  /** A payer makes a payment that was opened before the link was closed. */
  readonly payAfterClose: Act<R, [link: PaymentLink]>;
  /** A payment is refused. */
  readonly fail: Act<R, [link: PaymentLink]>;
  /** The money of the last payment can be withdrawn. */
  readonly settle: Act<R, [link: PaymentLink]>;
  /** The last payment is given back, in part or in full. */
  readonly refund: Act<R, [link: PaymentLink, amount: Money]>;
  /** The bank takes the last payment back. */
  readonly reverse: Act<R, [link: PaymentLink]>;
  /** Time passes, in milliseconds. */
  readonly wait: Act<R, [ms: number]>;
  /** A genuine webhook is made a forgery. */
  readonly forge: Act<R, [webhook: RawWebhook, how: Forgery], RawWebhook>;
  /** The provider reports payments on each of these links in one delivery. */
  readonly batch: Act<R, [links: readonly PaymentLink[]]>;
  /** A genuine webhook about something that is no payment link. */
  readonly unknownEvent: Act<R, [], RawWebhook>;
}

export type ActName = keyof Acts<Running>;

/** Fields of a link that a read may leave out; `openAmount` stands for the bounds of an amount that the payer chooses. */
export type ReadBackField =
  | "title"
  | "openAmount"
  | "items"
  | "startsAt"
  | "methods"
  | "customer"
  | "collect"
  | "redirect"
  | "metadata"
  | "slug";

/** A driver to test, and how to play its provider. */
export interface ConformanceSubject<R extends Running = Running> {
  /** The driver's name. */
  readonly name: string;
  /** What the driver claims; decides which tests there are. */
  readonly capabilities: DriverCapabilities;
  /**
   * What is counted and made to misbehave: `http` requests of a transport (`wire.aroundTransport`), or `calls` of a driver
   * that works without a network (`wire.aroundCalls`); the latter leaves out the tests about replies.
   */
  readonly wire: "http" | "calls";
  /** Starts the provider and makes the driver. */
  start(wire: FaultyNetwork): Promise<R>;
  readonly acts: Acts<R>;
  /** Texts of at least 8 characters that no error and no printed object may show: every key that the driver is given. */
  readonly secrets: readonly string[];
  /** Fields that a read of a link does not tell, each with the reason. Default: a read tells them all. */
  readonly notToldByRead?: { readonly [Field in ReadBackField]?: Absent };
  /** What a list of histories does not tell and a read of one does, each with the reason. Default: it tells all. */
  readonly notToldByList?: { readonly partialRefund?: Absent };
  /** Fields that the provider has and `update` cannot change, each with the reason. Default: it can change them all. */
  readonly notChangeable?: { readonly [Field in keyof LinkChanges]?: Absent };
  /**
   * Options of a link that only this driver knows, with texts of at least 8 characters in them: no error may show one. They
   * must go with a request that has every other field the gateway takes.
   */
  readonly personalOptions?: Readonly<Record<string, unknown>>;
  /** Whether a request only prepares others, such as the one for a token: it is never made to misbehave. Default: none is. */
  readonly isPreparation?: (request: NetworkRequest) => boolean;
  /** The body of a refusal in the provider's form, with a text in it that it repeats. Default: a JSON object of common form. */
  readonly refusalBody?: (status: number, text: string) => string;
  /**
   * Faults that are known and not mended yet: by the test (`"group: test"`), the reason. Such a test counts as skipped while
   * it fails, and fails once the fault is mended, so that nobody forgets to take it off this list.
   */
  readonly knownFaults?: Readonly<Record<string, string>>;
}
