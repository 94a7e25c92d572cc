import { checkTransport, HTTP_OPTIONS, type HttpDriverOptions, OptionsCheck, type Transport } from "@tautan/driver-kit";
import { replyReader } from "@tautan/driver-kit/reply-headers";
import type { XenditProduct } from "./capabilities.ts";

/** The options of `createXenditDriver`. */
export interface XenditOptions extends HttpDriverOptions {
  /** The secret key. Starts with `xnd_development_` in the sandbox and with `xnd_production_` in production. */
  readonly secretKey: string;
  /**
   * The webhook verification tokens of the account, at least one, from the dashboard. A callback is genuine if its header
   * `x-callback-token` is one of them. Pass two while a token is being changed.
   */
  readonly webhookTokens: readonly string[];
  /** The product of new links. Default `"invoice"`. Links of both can be read and closed, whatever this is. */
  readonly product?: XenditProduct | undefined;
  /** ISO 3166 code of the country of new sessions. Default: that of the currency, which USD does not have. */
  readonly country?: string | undefined;
  /** The id of the sub-account of a platform that requests are for. Default: the account of the key. */
  readonly forUserId?: string | undefined;
  /**
   * The id of the account in callbacks: `user_id` or `business_id`. If it is given, a callback of another account is an unknown event.
   * Default: `forUserId`; if that is absent too, callbacks of every account are read, and `confirm` fails for those of others.
   */
  readonly businessId?: string | undefined;
  /**
   * Whether the refunds of a payment are read, with one more request for each paid link. `false` if the key must not read refunds; then
   * none is confirmed: a callback about one is only a hint, because it proves no more than its token. Default true.
   */
  readonly readsRefunds?: boolean | undefined;
}

/** A channel of Xendit's messages to the customer. */
export type XenditNotificationChannel = "email" | "whatsapp" | "viber" | "sms";

interface InvoiceOptions {
  /** Whether Xendit sends e-mails about the link to the customer's address. Default false. */
  readonly sendEmail?: boolean | undefined;
  /** The channels of messages to the customer, by event. Default: none are sent. */
  readonly notifications?:
    | {
        readonly created?: readonly XenditNotificationChannel[] | undefined;
        readonly reminder?: readonly XenditNotificationChannel[] | undefined;
        readonly paid?: readonly XenditNotificationChannel[] | undefined;
      }
    | undefined;
  /** How long before the expiry the reminder is sent: a whole number of days or hours. */
  readonly reminder?: { readonly time: number; readonly unit: "days" | "hours" } | undefined;
  /** Where the payer's browser goes after a failure. Default: `redirect.url`. */
  readonly failureRedirectUrl?: string | undefined;
  /** Fees that the pay page shows, at most 10. They are a part of the amount; a discount has a negative value, in major units. */
  readonly fees?: readonly { readonly type: string; readonly value: number }[] | undefined;
  /** The accepted cards, by the first 6 or 8 digits of their numbers. */
  readonly cardBins?: readonly string[] | undefined;
  /** Whether cards are paid with 3-D Secure. Default: the account's setting. */
  readonly authenticateCard?: boolean | undefined;
  /** The id of a fixed virtual account to which the link is bound. */
  readonly callbackVirtualAccountId?: string | undefined;
  /** The label of the merchant id for cards. */
  readonly midLabel?: string | undefined;
  /** The language of the pay page. */
  readonly locale?: "en" | "id" | undefined;
}

interface SessionOptions {
  /** ISO 3166 code of the country. Default: the option `country` of the driver. */
  readonly country?: string | undefined;
  /** The channels that are offered, by Xendit's codes. Default: all that are activated. */
  readonly allowedPaymentChannels?: readonly string[] | undefined;
  /** Where the payer's browser goes if the payer cancels. Default: `redirect.url`. */
  readonly cancelReturnUrl?: string | undefined;
  /** The language of the pay page. */
  readonly locale?: string | undefined;
}

/** The provider options of one link. */
export type XenditProviderOptions<Product extends XenditProduct = XenditProduct> = {
  readonly invoice: InvoiceOptions;
  readonly session: SessionOptions;
}[Product];

/** Options after the check, frozen. */
export interface CheckedOptions extends Pick<XenditOptions, "environment" | "secretKey" | "webhookTokens"> {
  readonly product: XenditProduct;
  readonly country: string | undefined;
  readonly forUserId: string | undefined;
  readonly businessId: string | undefined;
  readonly readsRefunds: boolean;
  readonly baseUrl: string;
  readonly transport: Transport;
}

/** The key decides whether a request is a test. Source: https://github.com/xendit/xendit-node, invoice/apis/Invoice.ts. */
const BASE_URL = "https://api.xendit.co";

/** The beginning of keys of the other environment. Source: https://xendit.github.io/apireference/#authentication. */
const FOREIGN_PREFIXES = { sandbox: "xnd_production_", production: "xnd_development_" } as const;

/** A page of a hundred links, each with its items and the account's banks, is larger than the kit expects. */
const MAX_REPLY_BYTES = 8 * 2 ** 20;

/** Seconds, may be a fraction, on every reply. Source: https://docs.xendit.co/apidocs/rate-limits. */
const readReply = replyReader({ resets: [{ name: "Rate-Limit-Reset", unit: "seconds" }] });

const isId = (value: unknown): boolean => typeof value === "string" && /^[\w-]{1,64}$/.test(value);

/** Throws `TypeError` if the options are invalid. */
export const checkOptions = (options: XenditOptions): CheckedOptions => {
  const check = new OptionsCheck("createXenditDriver", options, [
    "secretKey",
    "webhookTokens",
    "product",
    "country",
    "forUserId",
    "businessId",
    "readsRefunds",
    ...HTTP_OPTIONS,
  ]);
  const environment = check.oneOf("environment", ["sandbox", "production"]);
  const secretKey = check.text("secretKey");
  const foreign = FOREIGN_PREFIXES[environment];
  if (secretKey.startsWith(foreign)) {
    check.refuse("secretKey", `a key that starts with ${foreign} does not belong to the environment ${environment}`);
  }
  if (secretKey.startsWith("xnd_public_")) check.refuse("secretKey", "expected the secret key, got a public one");
  // Basic authentication ends the user at the first colon.
  if (secretKey.includes(":")) check.refuse("secretKey", "expected no colon: the key is the user, without a password");
  check.optional("product", '"invoice" or "session"', (value) => value === "invoice" || value === "session");
  check.optional("country", "two capital letters, such as ID", (value) => /^[A-Z]{2}$/.test(String(value)));
  check.optional("forUserId", "the id of an account: letters, digits, _ and -", isId);
  check.optional("businessId", "the id of an account: letters, digits, _ and -", isId);
  check.optional("readsRefunds", "true or false", (value) => typeof value === "boolean");
  const { product = "invoice", country, forUserId, businessId = forUserId, readsRefunds = true } = options;
  return Object.freeze({
    environment,
    secretKey,
    webhookTokens: check.texts("webhookTokens"),
    product,
    country,
    forUserId,
    businessId,
    readsRefunds,
    baseUrl: check.baseUrl("baseUrl", BASE_URL),
    transport: checkTransport(check, options, { maxReplyBytes: MAX_REPLY_BYTES, readReply }),
  });
};
