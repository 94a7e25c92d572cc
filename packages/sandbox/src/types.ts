import type { FaultName } from "./chaos/faults.ts";
import type { ChaosRules, ChaosSettings } from "./chaos/rules.ts";

/** Where the time comes from. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
}

/** A moment: milliseconds since 1970, a `Date`, or ISO 8601 with an offset. */
export type Moment = number | Date | string;

/** How to start a sandbox. Everything has a default. */
/** `Known`: all providers there are; `Started`: those of `gateways`. */
export interface SandboxOptionsOf<Known extends string, Started extends Known = Known> {
  /** The providers to start. Default: all of them. */
  readonly gateways?: readonly Started[] | undefined;
  /**
   * What is left to chance, it decides: with the same seed, clock and calls, ids, chaos and gaps between retries are the same. Default: another one each time.
   */
  readonly seed?: string | number | undefined;
  /** The address to listen on. Default `"127.0.0.1"`: reachable from this machine only. */
  readonly host?: string | undefined;
  /** A port for each server. 0 or absent: a free one. */
  readonly ports?: { readonly [Name in Known | "control"]?: number | undefined } | undefined;
  /** Where each provider sends its webhooks. Absent: webhooks are recorded, not sent. */
  readonly webhookUrls?: { readonly [Name in Known]?: string | undefined } | undefined;
  /** Where the time comes from, or where it stands still until it is moved. Default: the time of the machine. */
  readonly clock?: Clock | { readonly frozenAt: Moment } | undefined;
  /** What goes wrong from the start, by provider and fault. */
  readonly chaos?: ChaosSettings<Known> | undefined;
  /** Links to begin with, after a reset, too; or the path of a JSON file with them. Nobody is told of their payments. */
  readonly initialLinks?: InitialLinks<Known> | string | undefined;
  /** How many requests, and how many deliveries, are kept, fewer if they are long; older ones are dropped. Default 10,000. */
  readonly maxRecords?: number | undefined;
  /**
   * The path of a SQLite file that keeps everything, so that the next start goes on where this one ends, even if it is
   * killed. It is made where it does not exist. `frozenAt`, `chaos` and `initialLinks` are for a new file and for `reset`;
   * another `seed` than that of the file, a damaged file and one in use are refused. Default: memory alone.
   */
  readonly stateFile?: string | undefined;
}

/** Which payment a control action is about, and how the payer pays. */
export interface PayerOptions {
  /** The provider's own method code, such as `"bca_va"` or `"VA_BRI"`. Default: a virtual account where the link allows one, else the first method it allows. */
  readonly method?: string | undefined;
  /** {@link Payment.id} of a payment made earlier. Default: the newest one that fits the action. */
  readonly payment?: string | undefined;
  /** In the smallest unit of {@link Payment.currency}, for a link with an open amount only. Default: the preset amount, else the smallest allowed. */
  readonly amount?: number | undefined;
}

/** What a payment comes to, besides which. */
export interface PayOptions extends PayerOptions {
  /**
   * `failed` is {@link SandboxActions.fail}, `pending` is {@link SandboxActions.open}. `challenged`, for cards:
   * fraud detection leaves it to the merchant, who approves or denies it within a day. Default: `paid`.
   */
  readonly outcome?: "paid" | "failed" | "pending" | "challenged" | undefined;
}

/** Which payment goes back to its payer, and how much of it. */
export interface RefundOptions {
  /** {@link Payment.id} of the payment. Default: the newest one that can be refunded. */
  readonly payment?: string | undefined;
  /** In the smallest unit of {@link Payment.currency}. Default: what is left of the payment. */
  readonly amount?: number | undefined;
}

/** A payment by another product of the same account. */
export interface OtherPayment {
  /** The merchant's own, told as it is: no suffix comes to it. */
  readonly orderId: string;
  /** In the smallest unit of the currency. */
  readonly amount: number;
  /** Default: `"bca_va"`. */
  readonly method?: string | undefined;
  /** `pending` waits for a further call with the same order id; the others are those of {@link PayOptions}. Default: `paid`. */
  readonly outcome?: PayOptions["outcome"];
  /** `custom_field1` of its notifications. Default: there is none. */
  readonly customField1?: string | undefined;
}

/** Which sending of a webhook is repeated. */
export interface ResendOptions {
  /** {@link RecordedDelivery.sending}. Default: the newest. */
  readonly sending?: number | undefined;
}

/** A link that is there from the start. */
export interface InitialLink {
  /** The body that creates it at this provider. */
  readonly create: { readonly [field: string]: unknown };
  /** What happened to it, in order: what {@link SandboxActions.pay} takes. */
  readonly payments?: readonly PayOptions[] | undefined;
}

/** Links by provider. */
export type InitialLinks<Known extends string = string> = {
  readonly [Name in Known]?: readonly InitialLink[] | undefined;
};

/** One payer's try at paying a link. */
export interface Payment<Known extends string = string> {
  readonly provider: Known;
  /** The pay page of the link. */
  readonly link: string;
  /** The provider's id of it; the link's id at a provider that has no id for payments. */
  readonly id: string;
  /** Present if the provider has a transaction for each attempt: the newest. */
  readonly transactionId?: string;
  /** Present if the provider also gives it a number. */
  readonly historyId?: number;
  /** The provider's method code. */
  readonly method: string;
  /** The provider's own status word, such as `"settlement"`, `"completed"` or `"paid"`. */
  readonly status: string;
  /** In the smallest unit of the currency that the provider takes: whole rupiah, or cents. */
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
}

/** A link as the control API lists it. */
export interface LinkSummary<Known extends string = string> {
  /** Counted from 1 in the order in which links are made, over all gateways. */
  readonly number: number;
  readonly provider: Known;
  /** The pay page. */
  readonly link: string;
  /** The merchant's reference. */
  readonly reference: string;
  readonly title: string;
  /** What the pay page would say now. */
  readonly state: string;
  /** In milliseconds since 1970. */
  readonly createdAtMs: number;
  readonly payments: readonly Payment<Known>[];
}

/** One API call that reached a provider's server. */
export interface RecordedRequest<Known extends string = string> {
  /** Its place among all API calls and webhooks, in the order in which they began, also if the clock stands still. */
  readonly order: number;
  readonly provider: Known;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Header names in lower case; the value of `authorization` is replaced. */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty where none was sent; what is longer than 64 KiB is left out, and says so. */
  readonly body: string;
  /** The HTTP status of the answer. Absent: chaos left it without one. */
  readonly status?: number;
  /** The body of the answer, cut where it is longer than 64 KiB. Absent as `status` is. */
  readonly answer?: string;
  /** Milliseconds by the machine's clock, until the answer was there to be sent. */
  readonly durationMs: number;
  /** What chaos did to it. */
  readonly faults: readonly FaultName[];
  /** When it was answered, in milliseconds since 1970. */
  readonly atMs: number;
}

/** One sending of a webhook, recorded once it was answered, had failed, or had nowhere to go. */
export interface RecordedDelivery<Known extends string = string> {
  /** Its place among all API calls and webhooks, in the order in which they began, also if the clock stands still. */
  readonly order: number;
  /** Which webhook, counted from 1. What is sent again has the number of the first. */
  readonly webhook: number;
  /** 1 for the first, one more each time the provider tries again. */
  readonly sending: number;
  /** What chaos did to it. */
  readonly faults: readonly FaultName[];
  readonly provider: Known;
  /** Absent: no webhook URL was set, so nothing was sent. */
  readonly url: string | undefined;
  readonly method: "POST";
  readonly headers: Readonly<Record<string, string>>;
  /** The exact body. */
  readonly body: string;
  /** Why it was sent, where that was not because of a payment. */
  readonly note?: string;
  /** The HTTP status of the merchant's answer. */
  readonly status?: number;
  /** The body of the merchant's answer, cut where it is longer than 64 KiB. */
  readonly answer?: string;
  /** Why there was no answer. */
  readonly error?: string;
  /** Where redirects led, in order, for providers that follow them. */
  readonly redirects?: readonly string[];
  /** When it is sent again, in milliseconds since 1970. Absent: it is not. */
  readonly retryAtMs?: number;
  /** Milliseconds until the answer or the failure, by the machine's clock. */
  readonly durationMs?: number;
  /** When it was signed to be sent, in milliseconds since 1970. */
  readonly atMs: number;
}

/** What of a definition has to do with its public types. */
interface NamedDefinition {
  readonly name: string;
  readonly credentials: object;
}

/** Where each provider's API is, and who may call it. */
export type ServersOf<Definition extends NamedDefinition> = {
  readonly [Known in Definition as Known["name"]]: {
    readonly url: string;
    readonly credentials: Known["credentials"];
  };
};

/** Of providers that are not known before. */
export type Servers = Readonly<Record<string, { readonly url: string; readonly credentials: object }>>;

/** The time in the sandbox. Expiries, tokens, settlement, confirmations of refunds, and webhooks that come later or again go by it. */
export interface SandboxClock extends Clock {
  readonly isFrozen: boolean;
  /** It stands still until it is moved. */
  freeze(): void;
  /** It goes on from where it stands. */
  resume(): void;
  /** To a later time: as {@link SandboxActions.advance}. To an earlier one: what has happened stays. */
  set(time: Moment): Promise<void>;
}

/** What a sandbox does. Actions that make no sense reject with an `Error` that says what was expected. */
export interface SandboxActions<Known extends string = string> {
  readonly control: { readonly url: string };
  /** Sends this provider's webhooks there from now on; `undefined` records them only. */
  setWebhookUrl(provider: Known, url: string | undefined): void;
  /** The payer chooses a method: it is pending. Resolves once the webhooks it causes were answered or have failed. */
  open(link: string, options?: PayerOptions): Promise<Payment<Known>>;
  /** Completes the pending payment, or opens one and completes it. */
  pay(link: string, options?: PayOptions): Promise<Payment<Known>>;
  /** The payment is refused: the pending payment fails, or one is opened and fails. */
  fail(link: string, options?: PayerOptions): Promise<Payment<Known>>;
  /** A payment is settled to the merchant. */
  settle(link: string, options?: Pick<PayerOptions, "payment">): Promise<Payment<Known>>;
  /** With `payment`: that payment runs out of time. Without: the link does. */
  expire(link: string, options?: Pick<PayerOptions, "payment">): Promise<void>;
  /** Some providers only: the merchant takes a card payment that fraud detection had challenged. */
  approve(link: string, options?: Pick<PayerOptions, "payment">): Promise<Payment<Known>>;
  /** Some providers only: the merchant refuses a card payment that fraud detection had challenged. */
  deny(link: string, options?: Pick<PayerOptions, "payment">): Promise<Payment<Known>>;
  /** Some providers only: a settled payment is taken back by its bank or store, so `settlement` becomes `deny`. */
  reverse(link: string, options?: Pick<PayerOptions, "payment">): Promise<Payment<Known>>;
  /** Some providers only: the merchant gives a settled payment back, in part or in full, as its refund call does without a key. */
  refund(link: string, options?: RefundOptions): Promise<Payment<Known>>;
  /** Some providers only: the bank of a card gives a settled payment back to its payer against the merchant, in part or in full. */
  chargeback(link: string, options?: RefundOptions): Promise<Payment<Known>>;
  /**
   * Some providers only: a payment by another product of the same account. No link has it, and the
   * merchant is told of it at the same URL.
   */
  payElsewhere(payment: OtherPayment): Promise<Omit<Payment<Known>, "link">>;
  /**
   * Sends a webhook once more, byte for byte and header for header, as a merchant does in the gateway's dashboard: once,
   * and spared by chaos. `webhook` is {@link RecordedDelivery.webhook}. Resolves once it was answered or has failed.
   */
  resend(webhook: number, options?: ResendOptions): Promise<RecordedDelivery<Known>>;
  readonly clock: SandboxClock;
  /** Moves the clock by whole milliseconds. What is due on the way happens in its order and at its time, and webhooks are answered. */
  advance(ms: number): Promise<void>;
  readonly chaos: ChaosRules<Known>;
  /** Lets what is due by the clock happen, and resolves when no webhook is under way any more. */
  idle(): Promise<void>;
  /** Oldest first. */
  readonly requests: readonly RecordedRequest<Known>[];
  /** Oldest first. */
  readonly deliveries: readonly RecordedDelivery<Known>[];
  /** How many older ones are no longer there. */
  readonly dropped: { readonly requests: number; readonly deliveries: number };
  /** The seed of this run: pass it to have the run again. */
  readonly seed: string;
  /** As if just started with the same options, on the same ports. Connections that chaos keeps waiting are cut. Rejects, and changes nothing, where a link of `initialLinks` cannot be made any more. */
  reset(): Promise<void>;
  /** Stops listening and gives up webhooks under way. */
  close(): Promise<void>;
}

/** The running sandbox: the providers that were started, and what to do with them. */
export type SandboxOf<
  Definition extends NamedDefinition,
  Started extends Definition["name"] = Definition["name"],
> = SandboxActions<Definition["name"]> & Pick<ServersOf<Definition>, Started>;
