import type { FaultName } from "./chaos/faults.ts";
import type { ChaosRules, ChaosSettings } from "./chaos/rules.ts";
import type { Recording } from "./replay/recording.ts";

/** A source of time. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
}

/** A point in time: milliseconds since 1970, a `Date`, or ISO 8601 with an offset. */
export type Moment = number | Date | string;

/** How to start a sandbox. Every option has a default. `Known`: all providers that exist; `Started`: those of `gateways`. */
export interface SandboxOptionsOf<Known extends string, Started extends Known = Known> {
  /** The providers to start. Default: those in Indonesia. */
  readonly gateways?: readonly Started[] | undefined;
  /**
   * The seed of all random choices: the same seed, clock and calls give the same ids, faults and gaps between retries.
   * Default: a random seed.
   */
  readonly seed?: string | number | undefined;
  /** The address to listen on. Default `"127.0.0.1"`: reachable from this machine only. */
  readonly host?: string | undefined;
  /** The port of each server. 0 or absent: a free port. */
  readonly ports?: { readonly [Name in Known | "control"]?: number | undefined } | undefined;
  /** Where each provider sends its webhooks. Absent: webhooks are recorded, not sent. */
  readonly webhookUrls?: { readonly [Name in Known]?: string | undefined } | undefined;
  /** The source of time, or the time at which the clock is frozen until it is moved. Default: the time of the machine. */
  readonly clock?: Clock | { readonly frozenAt: Moment } | undefined;
  /** The faults that are set from the start, by provider and fault. */
  readonly chaos?: ChaosSettings<Known> | undefined;
  /** Links that exist from the start and after a reset, or the path of a JSON file with them. No webhooks are sent for them. */
  readonly initialLinks?: InitialLinks<Known> | string | undefined;
  /** How many requests, and how many deliveries, are kept; fewer if their bodies are long. Older ones are dropped. Default: 10,000. */
  readonly maxRecords?: number | undefined;
  /**
   * The path of a SQLite file that keeps everything, so that the next start continues where this process ends, even if it
   * is killed. The file is created if it does not exist. `frozenAt`, `chaos` and `initialLinks` apply to a new file and to
   * `reset`. Another `seed` than that of the file, a damaged file and a file in use are refused. Default: only in memory.
   */
  readonly stateFile?: string | undefined;
  /**
   * A recorded run, or the path of a JSON file with one, which the inspector shows step by step at `/inspector/replay`. Another
   * version of the format is refused. Default: the run of this sandbox.
   */
  readonly replay?: string | Recording | undefined;
}

/** Which payment a control action is about, and how the payer pays. */
export interface PayerOptions {
  /** The provider's own method code, such as `"bca_va"` or `"VA_BRI"`. Default: a virtual account if the link allows one, otherwise the first allowed method. */
  readonly method?: string | undefined;
  /** {@link Payment.id} of a payment made earlier. Default: the newest one that fits the action. */
  readonly payment?: string | undefined;
  /** In the smallest unit of {@link Payment.currency}, only for a link with an open amount. Default: the preset amount, otherwise the smallest allowed. */
  readonly amount?: number | undefined;
}

/** The outcome of a payment, and which payment. */
export interface PayOptions extends PayerOptions {
  /**
   * `failed` does the same as {@link SandboxActions.fail}, `pending` as {@link SandboxActions.open}. `challenged`, for
   * cards: the merchant must approve or deny it within a day. Default: `paid`.
   */
  readonly outcome?: "paid" | "failed" | "pending" | "challenged" | undefined;
}

/** Which payment is returned to its payer, and how much of it. */
export interface RefundOptions {
  /** {@link Payment.id} of the payment. Default: the newest one that can be refunded. */
  readonly payment?: string | undefined;
  /** In the smallest unit of {@link Payment.currency}. Default: what is left of the payment. */
  readonly amount?: number | undefined;
}

/** A payment by another product of the same account. */
export interface OtherPayment {
  /** The merchant's own order id. It gets no suffix. */
  readonly orderId: string;
  /** In the smallest unit of the currency. */
  readonly amount: number;
  /** Default: `"bca_va"`. */
  readonly method?: string | undefined;
  /** `pending` waits for a further call with the same order id; the others are those of {@link PayOptions}. Default: `paid`. */
  readonly outcome?: PayOptions["outcome"];
  /** `custom_field1` of its notifications. Default: none. */
  readonly customField1?: string | undefined;
}

/** Which sending of a webhook is repeated. */
export interface ResendOptions {
  /** {@link RecordedDelivery.sending}. Default: the newest. */
  readonly sending?: number | undefined;
}

/** A link that exists from the start. */
export interface InitialLink {
  /** The body that creates it at this provider. */
  readonly create: { readonly [field: string]: unknown };
  /** Its payments, in order: arguments of {@link SandboxActions.pay}. */
  readonly payments?: readonly PayOptions[] | undefined;
}

/** Links by provider. */
export type InitialLinks<Known extends string = string> = {
  readonly [Name in Known]?: readonly InitialLink[] | undefined;
};

/** A payment through a link, which can be paid once. */
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
  /** In the smallest unit of the currency that the provider accepts: rupiah, or cents. */
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
}

/** A link as the control API lists it. */
export interface LinkSummary<Known extends string = string> {
  /** Counted from 1 in the order of creation, over all gateways. */
  readonly number: number;
  readonly provider: Known;
  /** The pay page. */
  readonly link: string;
  /** The merchant's reference. */
  readonly reference: string;
  /** Other ids by which calls and webhooks name the link and its payments. Absent: there are none. */
  readonly names?: readonly string[];
  readonly title: string;
  /** The state that the pay page shows now. */
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
  /** Empty if none was sent. A body above 64 KiB is replaced by a note. */
  readonly body: string;
  /** The HTTP status of the response. Absent if a fault prevented a response. */
  readonly status?: number;
  /** The body of the response, cut after 64 KiB. Absent together with `status`. */
  readonly answer?: string;
  /** Milliseconds until the response was ready, by the machine's clock. */
  readonly durationMs: number;
  /** The faults that affected it. */
  readonly faults: readonly FaultName[];
  /** When it was answered, in milliseconds since 1970. */
  readonly atMs: number;
}

/** One sending of a webhook, recorded when it was answered, had failed, or had no URL. */
export interface RecordedDelivery<Known extends string = string> {
  /** Its place among all API calls and webhooks, in the order in which they began, also if the clock stands still. */
  readonly order: number;
  /** The number of the webhook, counted from 1. A webhook that is sent again keeps its number. */
  readonly webhook: number;
  /** 1 for the first, and one more each time the provider sends it again. */
  readonly sending: number;
  /** The faults that affected it. */
  readonly faults: readonly FaultName[];
  readonly provider: Known;
  /** Absent if no webhook URL was set, so nothing was sent. */
  readonly url: string | undefined;
  readonly method: "POST";
  readonly headers: Readonly<Record<string, string>>;
  /** The exact body. */
  readonly body: string;
  /** Why it was sent, if not because of a payment. */
  readonly note?: string;
  /** The HTTP status of the merchant's response. */
  readonly status?: number;
  /** The body of the merchant's response, cut after 64 KiB. */
  readonly answer?: string;
  /** Why there was no response. */
  readonly error?: string;
  /** The URLs of followed redirects, in order, for providers that follow them. */
  readonly redirects?: readonly string[];
  /** When it is sent again, in milliseconds since 1970. Absent if it is not. */
  readonly retryAtMs?: number;
  /** Milliseconds until the response or the failure, by the machine's clock. */
  readonly durationMs?: number;
  /** When it was signed to be sent, in milliseconds since 1970. */
  readonly atMs: number;
}

/** An API call or a webhook, as {@link SandboxActions.watch} reports it. */
export type SandboxRecord<Known extends string = string> =
  | { readonly kind: "request"; readonly request: RecordedRequest<Known> }
  | {
      readonly kind: "delivery";
      readonly delivery: RecordedDelivery<Known>;
      /** The provider's own name of the event. Empty if the body has none. */
      readonly event: string;
    };

/** The choices of a payer at a link now. */
export interface LinkOffer {
  /** In the smallest unit of the currency, or the bounds between which the payer chooses. */
  readonly amount: number | { readonly min: number; readonly max: number | undefined };
  /** ISO 4217. */
  readonly currency: string;
  /** The methods that the pay page shows, in its order. */
  readonly methods: readonly { readonly code: string; readonly label: string }[];
  /** The end of the link, in milliseconds since 1970. Absent if it has none, or if the provider's page does not show it. */
  readonly payableUntilMs?: number;
}

/** The part of a definition that its public types depend on. */
interface NamedDefinition {
  readonly name: string;
  readonly credentials: object;
}

/** The URL and the credentials of each provider's API. */
export type ServersOf<Definition extends NamedDefinition> = {
  readonly [Known in Definition as Known["name"]]: {
    readonly url: string;
    readonly credentials: Known["credentials"];
  };
};

/** The same for providers that are not known at compile time. */
export type Servers = Readonly<Record<string, { readonly url: string; readonly credentials: object }>>;

/** The time in the sandbox, for expiries, tokens, settlement, confirmations of refunds, and delayed and repeated webhooks. */
export interface SandboxClock extends Clock {
  readonly isFrozen: boolean;
  /** Stops the clock until it is moved or resumed. */
  freeze(): void;
  /** Resumes the clock at its present time. */
  resume(): void;
  /** A later time: the same as {@link SandboxActions.advance}. An earlier time: past events remain. */
  set(time: Moment): Promise<void>;
}

/** The actions of a sandbox. An impossible action rejects with an `Error` that contains what was expected. */
export interface SandboxActions<Known extends string = string> {
  readonly control: { readonly url: string };
  /** Sends this provider's webhooks there from now on; `undefined` records them only. */
  setWebhookUrl(provider: Known, url: string | undefined): void;
  /** The payer chooses a method: the payment is pending. Resolves when the webhooks that it causes were answered or have failed. */
  open(link: string, options?: PayerOptions): Promise<Payment<Known>>;
  /** Completes the pending payment, or opens one and completes it. */
  pay(link: string, options?: PayOptions): Promise<Payment<Known>>;
  /** The payment is refused: the pending payment fails, or one is opened and fails. */
  fail(link: string, options?: PayerOptions): Promise<Payment<Known>>;
  /** A payment is settled to the merchant. */
  settle(link: string, options?: Pick<PayerOptions, "payment">): Promise<Payment<Known>>;
  /** With `payment`, that payment expires; without, the link does. */
  expire(link: string, options?: Pick<PayerOptions, "payment">): Promise<void>;
  /** Some providers only: the merchant approves a card payment that fraud detection challenged. */
  approve(link: string, options?: Pick<PayerOptions, "payment">): Promise<Payment<Known>>;
  /** Some providers only: the merchant denies a card payment that fraud detection challenged. */
  deny(link: string, options?: Pick<PayerOptions, "payment">): Promise<Payment<Known>>;
  /** Some providers only: the bank or store takes a settled payment back, so `settlement` becomes `deny`. */
  reverse(link: string, options?: Pick<PayerOptions, "payment">): Promise<Payment<Known>>;
  /** Some providers only: the merchant refunds a settled payment, in part or in full; the same as its refund call without a key. */
  refund(link: string, options?: RefundOptions): Promise<Payment<Known>>;
  /** Some providers only: the bank takes a settled card payment back from the merchant, in part or in full. */
  chargeback(link: string, options?: RefundOptions): Promise<Payment<Known>>;
  /** Some providers only: the dispute that a chargeback has opened is decided for the merchant. */
  winDispute(link: string, options?: Pick<PayerOptions, "payment">): Promise<Payment<Known>>;
  /** Some providers only: the dispute that a chargeback has opened is decided for the payer. */
  loseDispute(link: string, options?: Pick<PayerOptions, "payment">): Promise<Payment<Known>>;
  /** Some providers only: the payer's bank sends the newest refund back, so that it fails after it was reported. */
  failRefund(link: string, options?: Pick<PayerOptions, "payment">): Promise<Payment<Known>>;
  /**
   * Some providers only: a payment by another product of the same account. It belongs to no link, and its
   * webhooks are sent to the same URL.
   */
  payElsewhere(payment: OtherPayment): Promise<Omit<Payment<Known>, "link">>;
  /**
   * Sends a webhook again with the same bytes and headers, as a merchant does in the gateway's dashboard: once, and without
   * faults. `webhook` is {@link RecordedDelivery.webhook}. Resolves when it was answered or has failed.
   */
  resend(webhook: number, options?: ResendOptions): Promise<RecordedDelivery<Known>>;
  readonly clock: SandboxClock;
  /** Moves the clock by an integer number of milliseconds. Everything that becomes due happens in order and at its own time. Resolves when the webhooks were answered. */
  advance(ms: number): Promise<void>;
  readonly chaos: ChaosRules<Known>;
  /** Executes what is due by the clock. Resolves when no webhook is being sent. */
  idle(): Promise<void>;
  /** All links with their payments, oldest first. */
  readonly links: readonly LinkSummary<Known>[];
  /** The choices of a payer at a link now. Throws if there is no such link. */
  offer(link: string): LinkOffer;
  /**
   * Calls `listener` for each API call and each webhook from now on, as soon as it is recorded, until the returned function is called.
   * An exception of the listener is not caught.
   */
  watch(listener: (record: SandboxRecord<Known>) => void): () => void;
  /** Oldest first. */
  readonly requests: readonly RecordedRequest<Known>[];
  /** Oldest first. */
  readonly deliveries: readonly RecordedDelivery<Known>[];
  /** How many older ones were dropped. */
  readonly dropped: { readonly requests: number; readonly deliveries: number };
  /** The seed of this run. Pass it to repeat the run. */
  readonly seed: string;
  /** Restores the state after the start, with the same options and ports. Connections that a fault keeps waiting are closed. Rejects, and changes nothing, if a link of `initialLinks` can no longer be created. */
  reset(): Promise<void>;
  /** Stops listening, and aborts webhooks that are being sent. */
  close(): Promise<void>;
}

/** A running sandbox: the started providers, and the actions on them. */
export type SandboxOf<
  Definition extends NamedDefinition,
  Started extends Definition["name"] = Definition["name"],
> = SandboxActions<Definition["name"]> & Pick<ServersOf<Definition>, Started>;
