/** A provider whose API the sandbox speaks. */
export type Provider = "midtrans" | "xfers" | "singapay";

/** Where the time comes from. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
}

/** How to start a sandbox. Everything has a default. */
export interface SandboxOptions {
  /** The address to listen on. Default `"127.0.0.1"`: reachable from this machine only. */
  readonly host?: string | undefined;
  /** A port for each server. 0 or absent: a free one. */
  readonly ports?:
    | {
        readonly control?: number | undefined;
        readonly midtrans?: number | undefined;
        readonly xfers?: number | undefined;
        readonly singapay?: number | undefined;
      }
    | undefined;
  /** Where each provider sends its webhooks. Absent: webhooks are recorded, not sent. */
  readonly webhookUrls?: { readonly [Name in Provider]?: string | undefined } | undefined;
  /** Default: the time of the machine. */
  readonly clock?: Clock | undefined;
}

/** Which attempt a control action is about, and how the payer pays. */
export interface PayerOptions {
  /** The provider's own method code, such as `"bca_va"` or `"VA_BRI"`. Default: a virtual account where the link allows one, else the first method it allows. */
  readonly method?: string | undefined;
  /** {@link Attempt.id} of an attempt made earlier. Default: the newest one that fits the action. */
  readonly attempt?: string | undefined;
  /** Whole rupiah, for a link with an open amount only. Default: the preset amount, else the smallest allowed. */
  readonly amount?: number | undefined;
}

/** One payer's try at paying a link. */
export interface Attempt {
  readonly provider: Provider;
  /** The pay page of the link. */
  readonly link: string;
  /** Midtrans: the suffixed order id. Xfers, which has no attempts: the link's id. SingaPay: the history's `reff_no`. */
  readonly id: string;
  /** Midtrans only: the newest `transaction_id` under this order id. */
  readonly transactionId?: string;
  /** SingaPay only: the numeric id of the Payment Link History. */
  readonly historyId?: number;
  /** The provider's method code. */
  readonly method: string;
  /** The provider's own status word, such as `"settlement"`, `"completed"` or `"paid"`. */
  readonly status: string;
  /** Whole rupiah. */
  readonly amount: number;
}

/** A link as the control API lists it. */
export interface LinkSummary {
  readonly provider: Provider;
  /** The pay page. */
  readonly link: string;
  /** The merchant's reference. */
  readonly reference: string;
  readonly title: string;
  /** What the pay page would say now. */
  readonly state: string;
  readonly attempts: readonly Attempt[];
}

/** One API call that a provider's server answered. */
export interface RecordedRequest {
  readonly provider: Provider;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Header names in lower case; the value of `authorization` is replaced. */
  readonly headers: Readonly<Record<string, string>>;
  /** The HTTP status of the answer. */
  readonly status: number;
  /** When it was answered, in milliseconds since 1970. */
  readonly atMs: number;
}

/** One webhook, recorded once it was answered, had failed, or had nowhere to go. */
export interface RecordedDelivery {
  readonly provider: Provider;
  /** Absent: no webhook URL was set, so nothing was sent. */
  readonly url: string | undefined;
  readonly method: "POST";
  readonly headers: Readonly<Record<string, string>>;
  /** The exact body. */
  readonly body: string;
  /** The HTTP status of the merchant's answer. */
  readonly status?: number;
  /** Why there was no answer. */
  readonly error?: string;
  /** When it was composed, in milliseconds since 1970. */
  readonly atMs: number;
}

/** The running sandbox. Actions that make no sense reject with an `Error` that says what was expected. */
export interface Sandbox {
  readonly control: { readonly url: string };
  readonly midtrans: { readonly url: string; readonly credentials: { readonly serverKey: string } };
  readonly xfers: {
    readonly url: string;
    readonly credentials: { readonly apiKey: string; readonly secretKey: string; readonly signingSecret: string };
  };
  readonly singapay: {
    readonly url: string;
    readonly credentials: {
      readonly clientId: string;
      readonly clientSecret: string;
      readonly apiKey: string;
      readonly accountId: string;
    };
  };
  /** Sends this provider's webhooks there from now on; `undefined` records them only. */
  setWebhookUrl(provider: Provider, url: string | undefined): void;
  /** The payer chooses a method: a pending attempt. Resolves once the webhooks it causes were answered or have failed. */
  open(link: string, options?: PayerOptions): Promise<Attempt>;
  /** Completes the pending attempt, or opens one and completes it. */
  pay(link: string, options?: PayerOptions): Promise<Attempt>;
  /** The payment is refused: the pending attempt fails, or one is opened and fails. */
  fail(link: string, options?: PayerOptions): Promise<Attempt>;
  /** A paid attempt is settled to the merchant. */
  settle(link: string, options?: Pick<PayerOptions, "attempt">): Promise<Attempt>;
  /** With `attempt`: that attempt runs out of time. Without: the link does. */
  expire(link: string, options?: Pick<PayerOptions, "attempt">): Promise<void>;
  /** Midtrans only: a settled payment is taken back by its bank or store, so `settlement` becomes `deny`. */
  reverse(link: string, options?: Pick<PayerOptions, "attempt">): Promise<Attempt>;
  /** Lets what is due by the clock happen, and resolves when no webhook is under way any more. */
  idle(): Promise<void>;
  readonly requests: readonly RecordedRequest[];
  readonly deliveries: readonly RecordedDelivery[];
  /** Stops listening and gives up webhooks under way. */
  close(): Promise<void>;
}
