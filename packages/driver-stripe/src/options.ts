import { checkTransport, HTTP_OPTIONS, type HttpDriverOptions, OptionsCheck, type Transport } from "@tautan/driver-kit";
import { replyReader } from "@tautan/driver-kit/reply-headers";

/** The options of `createStripeDriver`. The sandbox and live mode have different keys; set `environment` accordingly. */
export interface StripeOptions extends HttpDriverOptions {
  /**
   * The secret key, `sk_test_…` or `sk_live_…`, or a restricted one, `rk_…`, that may write payment links and prices, and read
   * payment links, checkout sessions, payment intents, charges, refunds and disputes.
   */
  readonly secretKey: string;
  /**
   * The signing secrets of the webhook endpoint, `whsec_…`. Pass both while a secret is being rolled. Default: none, so that no
   * webhook is accepted.
   */
  readonly webhookSecrets?: readonly string[] | undefined;
  /**
   * The maximum age of a delivery in milliseconds, by its signed time. Default 300,000, as in Stripe's own libraries: a repeated
   * delivery is signed again. A delivery may be at most five minutes ahead of this machine's clock, independent of this option.
   */
  readonly webhookMaxAgeMs?: number | undefined;
}

/** How the payer may change the quantity of a line. */
export interface StripeAdjustableQuantity {
  /** The lowest quantity. Default 0. */
  readonly minimum?: number | undefined;
  /** The highest quantity. Default 99, at most 999,999. */
  readonly maximum?: number | undefined;
}

/** Details of one line of a link. */
export interface StripeItem {
  /** Allows the payer to change the quantity, and so the amount of the payment. */
  readonly adjustableQuantity?: StripeAdjustableQuantity | undefined;
  /** A longer text under the name. */
  readonly description?: string | undefined;
}

/** The provider options of one link. */
export interface StripeProviderOptions {
  /** For `items`, in their order; the first one alone for a link without items. */
  readonly items?: readonly StripeItem[] | undefined;
  /** The word on the button. It also changes the host of the link. Default `auto`. */
  readonly submitType?: "auto" | "book" | "donate" | "pay" | undefined;
  /** Whether the payer must always enter a billing address. Default `auto`: only if the method needs it. */
  readonly billingAddress?: "auto" | "required" | undefined;
  /** The text on the page of a closed link. */
  readonly inactiveMessage?: string | undefined;
  /** The text after a payment, if there is no `redirect`. */
  readonly confirmationMessage?: string | undefined;
  /** A text about the payment, in the dashboard and on receipts. */
  readonly description?: string | undefined;
  /** Appended to the account's own text on the statement of a card. */
  readonly statementDescriptorSuffix?: string | undefined;
}

/** Options after the check, frozen. */
export interface CheckedOptions extends Pick<StripeOptions, "environment" | "secretKey"> {
  readonly webhookSecrets: readonly string[];
  readonly webhookMaxAgeMs: number;
  readonly baseUrl: string;
  readonly transport: Transport;
}

/** One host; the key decides the mode. Source: https://docs.stripe.com/api. */
const BASE_URL = "https://api.stripe.com";

const DEFAULT_WEBHOOK_MAX_AGE_MS = 300_000;

/** A page of a hundred sessions, each with its payment, charge and refunds, is larger than the kit expects. */
const MAX_REPLY_BYTES = 8 * 2 ** 20;

/** The environment in a key, if it has the documented form. Source: https://docs.stripe.com/keys. */
export const environmentOfKey = (key: string): "sandbox" | "production" | undefined => {
  const mode = /^(?:sk|rk)_(test|live)_/.exec(key)?.[1];
  return mode === undefined ? undefined : mode === "test" ? "sandbox" : "production";
};

/** A header that is more precise than the status: https://docs.stripe.com/error-low-level. */
const readReply = replyReader({ repeats: "Stripe-Should-Retry" });

const isAge = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 1;

/** Throws `TypeError` if the options are invalid. */
export const checkOptions = (options: StripeOptions): CheckedOptions => {
  const check = new OptionsCheck("createStripeDriver", options, [
    "secretKey",
    "webhookSecrets",
    "webhookMaxAgeMs",
    ...HTTP_OPTIONS,
  ]);
  const environment = check.oneOf("environment", ["sandbox", "production"]);
  const secretKey = check.text("secretKey");
  if (secretKey.startsWith("pk_")) {
    check.refuse("secretKey", "expected a secret key, sk_… or rk_…, got a publishable key");
  }
  if (secretKey.startsWith("whsec_")) {
    check.refuse("secretKey", "expected a secret key, sk_… or rk_…, got the signing secret of a webhook endpoint");
  }
  const ofKey = environmentOfKey(secretKey);
  if (ofKey !== undefined && ofKey !== environment) {
    check.refuse("secretKey", `expected a key for ${environment}, got one for ${ofKey}`);
  }
  check.optional("webhookMaxAgeMs", "a whole number of milliseconds, at least 1", isAge);
  const { webhookMaxAgeMs = DEFAULT_WEBHOOK_MAX_AGE_MS } = options;
  return Object.freeze({
    environment,
    secretKey,
    webhookSecrets: options.webhookSecrets === undefined ? Object.freeze([]) : check.texts("webhookSecrets"),
    webhookMaxAgeMs,
    baseUrl: check.baseUrl("baseUrl", BASE_URL),
    transport: checkTransport(check, options, { maxReplyBytes: MAX_REPLY_BYTES, readReply }),
  });
};
