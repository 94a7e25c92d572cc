import type { Clock, CustomerField, DriverCapabilities, LinkChanges, Money, PaymentLink } from "@tautan/core";
import type { AnyDriver } from "@tautan/core/driver";
import type { FaultyNetwork } from "./network.ts";
import type { NetworkRequest } from "./traffic.ts";

/** A feature that the provider has and this run cannot show. The reason is in the results. */
export interface Skip {
  readonly skip: string;
}

/** A feature that the provider does not have. The reason is in the results. */
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
 * The change of a genuine webhook. `changed`: change what its signature covers. `wrong_key`: sign it with another key.
 * `unsigned`: remove the signature. `unsigned_part`: make it deny the payment that it reports, by changing only unsigned
 * parts, or as another account with the same key could have sent it; used only if `capabilities.webhooks.trust` is below
 * `signed`.
 */
export type Forgery = "changed" | "wrong_key" | "unsigned" | "unsigned_part";

/** A driver under test and its provider, or a simulator of it. Fresh for every test. */
export interface Running {
  /** Created with real options, and sending through the `network` that `start` received. */
  readonly driver: AnyDriver;
  /** The provider's time. The payment links under test use the same clock. */
  readonly clock: Clock;
  /** Every webhook that the provider has sent since the start, oldest first. */
  deliveries(): readonly RawWebhook[] | Promise<readonly RawWebhook[]>;
  stop(): Promise<void>;
}

/** An event at the provider. Resolves once its webhooks were sent. */
export type Act<R, Parameters extends readonly unknown[], Answer = unknown> =
  | ((running: R, ...parameters: Parameters) => Answer | PromiseLike<Answer>)
  | Skip
  | Absent;

/** The pay page of a link. */
export interface PayPage {
  /** All text of the page, without mark-up. */
  readonly text: string;
  /** The fields that the payer must fill in. */
  readonly asksFor: readonly CustomerField[];
  /** The address to which the payer is sent back; absent if there is none. */
  readonly leadsTo?: string | undefined;
}

/** Actions of payers, banks and time at the provider. An act that is left out skips its tests. */
export interface Acts<R> {
  /** A payer opens the pay page. Only the page shows whether every requested field arrived. */
  readonly look: Act<R, [link: PaymentLink], PayPage>;
  /** A payer chooses a method: a payment is open, to be paid later. */
  readonly open: Act<R, [link: PaymentLink]>;
  /**
   * A payer pays the open payment if there is one, else a new one. `amount`, if the payer chooses it. `next`, if the
   * payment will be refunded, reversed or disputed: then it is by a method that allows this.
   */
  readonly pay: Act<R, [link: PaymentLink, amount?: Money, next?: "refund" | "reverse" | "dispute"]>;
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
  /** A genuine webhook about something other than a payment link. */
  readonly unknownEvent: Act<R, [], RawWebhook>;
  /** The payer disputes the last payment. */
  readonly dispute?: Act<R, [link: PaymentLink]>;
  /** The dispute of the last payment ends: the merchant keeps the money, or loses it. */
  readonly endDispute?: Act<R, [link: PaymentLink, end: "won" | "lost"]>;
  /** A genuine webhook about a payment at the account's other business, without a payment link. */
  readonly notOurs?: Act<R, [], RawWebhook>;
}

export type ActName = keyof Acts<Running>;

/**
 * Fields of a link that a read may leave out. `openAmount` means the bounds of an open amount; `closed` that a link was closed, if a
 * read reports a closed link as expired.
 */
export type ReadBackField =
  | "closed"
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

/** A driver to test, and the actions that control its provider. */
export interface ConformanceSubject<R extends Running = Running> {
  /** The driver's name. */
  readonly name: string;
  /** The driver's capabilities. They determine the tests. */
  readonly capabilities: DriverCapabilities;
  /**
   * The traffic that is counted and misbehaves: `http` requests of a transport (`network.aroundTransport`), or `calls` of a driver
   * that works without a network (`network.aroundCalls`). With `calls`, the tests about replies are left out.
   */
  readonly traffic: "http" | "calls";
  /** Starts the provider and makes the driver. */
  start(network: FaultyNetwork): Promise<R>;
  readonly acts: Acts<R>;
  /** Texts of at least 8 characters that no error and no printed object may show: every key that the driver is given. */
  readonly secrets: readonly string[];
  /** Fields that a read of a link does not return, each with the reason. Default: none. */
  readonly notReportedByRead?: { readonly [Field in ReadBackField]?: Absent };
  /** Facts that a list of histories does not report and a read does, each with the reason. Default: none. */
  readonly notReportedByList?: { readonly partialRefund?: Absent };
  /**
   * What signatures do not cover, each with the reason: the spelling of the body, the URL, or a time. Default: all of them are
   * covered, so that a change must be refused and named by `explainWebhook`.
   */
  readonly notSigned?: { readonly [Part in "spelling" | "url" | "time"]?: Absent };
  /** Fields that the provider has and `update` cannot change, each with the reason. Default: none. */
  readonly notChangeable?: { readonly [Field in keyof LinkChanges]?: Absent };
  /**
   * Options of a link that only this driver has, with texts of at least 8 characters: no error may show one. They
   * must be valid in a request that has every other supported field.
   */
  readonly personalOptions?: Readonly<Record<string, unknown>>;
  /** Whether a request could create or change something. Default: every request but a GET. */
  readonly isWrite?: (request: NetworkRequest) => boolean;
  /** Whether a request only prepares others, such as a request for a token: it never misbehaves. Default: none. */
  readonly isPreparation?: (request: NetworkRequest) => boolean;
  /** The body of a refusal in the provider's form that repeats the given text. Default: a JSON object of a common form. */
  readonly refusalBody?: (status: number, text: string) => string;
  /**
   * Known faults: by the test (`"group: test"`), the reason. Such a test counts as skipped while
   * it fails, and fails once the fault is fixed. Then remove it from this list.
   */
  readonly knownFaults?: Readonly<Record<string, string>>;
}
