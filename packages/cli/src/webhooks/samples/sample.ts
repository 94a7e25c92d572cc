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

/** The context in which a webhook is signed. */
export interface Signing {
  /** The secret that the gateway would use: the first one of the configuration. */
  readonly secret: string;
  /** The path and query to which it is sent. */
  readonly target: string;
  readonly atMs: number;
}

/** A webhook to send. */
export interface SignedWebhook {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The webhooks of a driver, as its provider documents them. */
export interface Samples {
  /** The options of the driver that can have the secret, the one that is used first. */
  readonly secretOptions: readonly string[];
  /** The bodies by the name of their event. */
  readonly events: Readonly<Record<string, (subject: SampleSubject) => object>>;
  /** The addresses of the provider's API. */
  readonly apiUrls: { readonly sandbox: string; readonly production: string };
  /** The id of a link that does not exist. */
  readonly madeUpLinkId: (reference: string) => string;
  /** Signs a body with the module `testing` of the driver's package. A body that contains its signature stays as it is. */
  readonly sign: (body: string, signing: Signing, testing: object) => Promise<SignedWebhook>;
}

/** The events of all drivers. */
export const SAMPLE_EVENTS = ["paid", "settled", "pending", "expired", "failed", "cancelled", "refunded"] as const;

const JAKARTA_MS = 7 * 3_600_000;

/** `2026-03-15 09:59:30` in Jakarta, without an offset. */
export const jakartaTime = (atMs: number): string =>
  new Date(atMs + JAKARTA_MS).toISOString().slice(0, 19).replace("T", " ");
