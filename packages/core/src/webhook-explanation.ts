/** The options of `explainWebhook`. */
export interface ExplainWebhookOptions {
  /**
   * The URL of this gateway's webhooks as it is entered in the gateway's dashboard. Only gateways that sign the URL use it, to
   * recognise a delivery whose URL a proxy has changed.
   */
  readonly publicUrl?: string | undefined;
}

interface ExplanationOf<Cause extends string> {
  readonly cause: Cause;
  /** The gateway's configured key, or the requested key if there is no such gateway. */
  readonly gateway: string;
  /** The expected and the received value. Contains no secret, no signature and no personal data. */
  readonly message: string;
  /** What to do. */
  readonly hint: string;
  /** Whether the cause is certain. False: it is the likeliest, by the form of the delivery or of the configuration. */
  readonly proven: boolean;
  /** The comparisons that were made, in order. */
  readonly tried: readonly string[];
}

/** `parseWebhook` accepts the delivery. */
export type GenuineWebhook = ExplanationOf<"genuine">;

/** The signature, or a header or field that it needs, is absent. */
export interface HeaderMissing extends ExplanationOf<"header_missing"> {
  /** The headers or fields, if the driver names them. */
  readonly names: readonly string[];
}

/** The signature, or a header or field that it needs, does not have the documented form. */
export interface SignatureMalformed extends ExplanationOf<"signature_malformed"> {
  /** The header or field, if the driver names it. */
  readonly name?: string;
}

/** The signature is right for another secret of this configuration. */
export interface AnotherSecret extends ExplanationOf<"another_secret"> {
  /** The key of the other gateway whose secret fits; absent if it is this gateway's. */
  readonly otherGateway?: string;
  /** The option of this gateway that has the secret; absent if it is another gateway's. */
  readonly option?: string;
}

/** The signature is right once white space, quotes or the like around the configured secret are removed. */
export interface WhitespaceInSecret extends ExplanationOf<"whitespace_in_secret"> {
  readonly option: string;
}

/** The option has a key that never signs webhooks. */
export interface WrongKindOfKey extends ExplanationOf<"wrong_kind_of_key"> {
  readonly option: string;
}

/** The signature is right for the same content in another spelling. */
export interface BodyReserialised extends ExplanationOf<"body_reserialised"> {
  /** The form that was signed. */
  readonly signedForm: string;
}

/** The signature is right, but its time is too far from this machine's clock. */
export interface ClockOff extends ExplanationOf<"clock_off"> {
  /** How far the signed time is from this machine's clock, in whole seconds, if the driver reports it. */
  readonly seconds?: number;
  /** Whether the signed time is before or after this machine's clock. */
  readonly signedTime?: "past" | "future";
}

/** The signature is right for another URL. */
export interface WrongUrl extends ExplanationOf<"wrong_url"> {
  /** How the signed URL differs from the received one. */
  readonly signedForm: string;
}

/** The delivery is one for another gateway of this configuration. */
export interface DeliveredToAnotherGateway extends ExplanationOf<"delivered_to_another_gateway"> {
  readonly otherGateway: string;
}

/**
 * Why `parseWebhook` refuses a delivery. Distinguish the cases by `cause`.
 *
 * It is for the merchant's own tools and logs. Do not put it into the HTTP response: it names gateways and options, and whoever
 * sent the delivery could use it to find out how this server is set up.
 *
 * @example
 * ```ts
 * import type { WebhookExplanation } from "@tautan/core";
 *
 * const lineFor = ({ cause, message, hint, proven }: WebhookExplanation): string =>
 *   `${proven ? "" : "probably "}${cause}: ${message}. ${hint}`;
 * ```
 */
export type WebhookExplanation =
  | GenuineWebhook
  | HeaderMissing
  | SignatureMalformed
  | AnotherSecret
  | WhitespaceInSecret
  | WrongKindOfKey
  | BodyReserialised
  | ClockOff
  | WrongUrl
  | DeliveredToAnotherGateway
  /** The configured key is of the sandbox, and `environment` is production. */
  | ExplanationOf<"sandbox_key_at_production">
  /** The configured key is of production, and `environment` is the sandbox. */
  | ExplanationOf<"production_key_at_sandbox">
  /** The body is of the other environment. */
  | ExplanationOf<"another_environment">
  /** The body was parsed or read before: the signed bytes are gone. */
  | ExplanationOf<"body_already_parsed">
  | ExplanationOf<"body_empty">
  /** The end of the body is missing. */
  | ExplanationOf<"body_truncated">
  /** The body is larger than `maxWebhookBytes`. */
  | ExplanationOf<"body_too_large">
  /** The delivery is accepted once its content type is JSON. */
  | ExplanationOf<"wrong_content_type">
  /** Not a POST, or without a URL or headers. */
  | ExplanationOf<"request_malformed">
  /** The delivery does not have the documented content. */
  | ExplanationOf<"content_malformed">
  /** No gateway that sends webhooks is configured under the key. */
  | ExplanationOf<"unknown_gateway">
  /** None of the causes above: see `tried`. */
  | ExplanationOf<"unknown">;

/** The names of the causes. */
export type WebhookCause = WebhookExplanation["cause"];
