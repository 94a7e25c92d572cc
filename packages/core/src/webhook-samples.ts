/** The events that samples may report. A driver has those that its provider sends. */
export type SampleEvent = "paid" | "settled" | "pending" | "expired" | "failed" | "cancelled" | "refunded";

/** The payment that a sample reports. */
export interface SampleSubject {
  /** The merchant's reference of the link. */
  readonly reference: string;
  /** The gateway's id of the link. */
  readonly linkId: string;
  readonly linkUrl: string;
  /** Whole rupiah, in digits. */
  readonly amount: string;
  /** When it happened, in milliseconds since 1970. */
  readonly atMs: number;
}

/** The context in which a sample is signed. */
export interface SampleSigning {
  /** The secret that the gateway would use. */
  readonly secret: string;
  /** The path and query to which it is sent. */
  readonly target: string;
  /** When it is sent, in milliseconds since 1970. */
  readonly atMs: number;
}

/** A webhook to send. */
export interface SampleWebhook {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * The webhooks of a driver as its provider documents them, for programs that try an endpoint. A driver's package exports them from its
 * entry point `testing` as `webhookSamples`.
 */
export interface WebhookSamples {
  /** The options of the driver that can have the secret, the one that is used first. */
  readonly secretOptions: readonly string[];
  /** The bodies, by the name of their event. */
  readonly events: { readonly [Event in SampleEvent]?: (subject: SampleSubject) => object };
  /** The addresses of the provider's API. */
  readonly apiUrls: { readonly sandbox: string; readonly production: string };
  /** The id of a link that does not exist. */
  readonly madeUpLinkId: (reference: string) => string;
  /** Signs a body. A body that contains its signature stays as it is. */
  readonly sign: (body: string, signing: SampleSigning) => Promise<SampleWebhook>;
}
