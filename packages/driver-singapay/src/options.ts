import { checkTransport, HTTP_OPTIONS, type HttpDriverOptions, OptionsCheck, type Transport } from "@tautan/driver-kit";
import type { SingapayApiVersion } from "./capabilities.ts";

/** The options of `createSingapayDriver`. Sandbox and production have different keys; set `environment` accordingly. */
export interface SingapayOptions extends HttpDriverOptions {
  /** The client id of the credential that owns the account. */
  readonly clientId: string;
  /** The client secret of the same credential. It signs requests for access tokens and, by default, verifies webhooks. */
  readonly clientSecret: string;
  /** The API key, which SingaPay also calls partner id. */
  readonly apiKey: string;
  /** The id of the account that owns the links. */
  readonly accountId: string;
  /**
   * The number of the same account in deliveries: `account_id` in the delivery of a payment. If it is given, a payment with this
   * number needs no further call, and a payment with another number does not belong to this gateway. Default: not known, so
   * `confirm` asks the gateway.
   */
  readonly accountNumber?: string | undefined;
  /**
   * The secrets that may sign webhooks. Pass several while a secret is being changed, or if credentials share an address.
   * Default: only the client secret.
   */
  readonly webhookSecrets?: readonly string[] | undefined;
  /**
   * The maximum age of a delivery in milliseconds, by its signed time. Default: 30 days, because a delivery that is repeated by
   * hand keeps its first time. A delivery may be at most five minutes ahead of this machine's clock, independent of this option.
   */
  readonly webhookMaxAgeMs?: number | undefined;
  /**
   * The API version that creates, reads and changes links. Default 1, which SingaPay's pages document. Version 2 supports links
   * without a limit and with a customer, but no links that never expire. Both versions can read the links of the other.
   */
  readonly apiVersion?: SingapayApiVersion | undefined;
}

/** The provider options of one link. API version 1 has none. */
export type SingapayProviderOptions<Version extends SingapayApiVersion = SingapayApiVersion> = {
  readonly 1: Readonly<Record<string, never>>;
  readonly 2: {
    /** Where the payer's browser goes if the link has expired. Default: `redirect.url`. */
    readonly expiredRedirectUrl?: string | undefined;
  };
}[Version];

/** Options after the check, frozen. */
export interface CheckedOptions
  extends Pick<SingapayOptions, "environment" | "clientId" | "clientSecret" | "apiKey" | "accountId"> {
  readonly accountNumber: string | undefined;
  readonly webhookSecrets: readonly string[];
  readonly webhookMaxAgeMs: number;
  readonly apiVersion: SingapayApiVersion;
  readonly baseUrl: string;
  readonly transport: Transport;
}

/** Source: https://docs.singapay.id/api-reference/payment-link/create, servers. */
const BASE_URLS = {
  sandbox: "https://sandbox-payment-b2b.singapay.id",
  production: "https://payment-b2b.singapay.id",
} as const;

const DEFAULT_WEBHOOK_MAX_AGE_MS = 30 * 24 * 60 * 60 * 1000;

/** A page of a hundred links, each with all its items, is larger than the kit expects. */
const MAX_REPLY_BYTES = 8 * 2 ** 20;

const isAccountNumber = (value: unknown): boolean => typeof value === "string" && /^[1-9]\d{0,18}$/.test(value);

const isAge = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 1;

/** Throws `TypeError` if the options are invalid. */
export const checkOptions = (options: SingapayOptions): CheckedOptions => {
  const check = new OptionsCheck("createSingapayDriver", options, [
    "clientId",
    "clientSecret",
    "apiKey",
    "accountId",
    "accountNumber",
    "webhookSecrets",
    "webhookMaxAgeMs",
    "apiVersion",
    ...HTTP_OPTIONS,
  ]);
  const environment = check.oneOf("environment", ["sandbox", "production"]);
  const clientId = check.text("clientId");
  const clientSecret = check.text("clientSecret");
  const apiKey = check.text("apiKey");
  const accountId = check.text("accountId");
  if (!/^[A-Za-z0-9_-]+$/.test(accountId)) {
    check.refuse("accountId", "expected only letters, digits, _ and -");
  }
  check.optional("accountNumber", "a number as a text, of digits alone", isAccountNumber);
  check.optional("webhookMaxAgeMs", "a whole number of milliseconds, at least 1", isAge);
  check.optional("apiVersion", "1 or 2, as a number", (value) => value === 1 || value === 2);
  const { accountNumber, apiVersion = 1, webhookMaxAgeMs = DEFAULT_WEBHOOK_MAX_AGE_MS } = options;
  return Object.freeze({
    environment,
    clientId,
    clientSecret,
    apiKey,
    accountId,
    accountNumber,
    webhookSecrets:
      options.webhookSecrets === undefined ? Object.freeze([clientSecret]) : check.texts("webhookSecrets"),
    webhookMaxAgeMs,
    apiVersion,
    baseUrl: check.baseUrl("baseUrl", BASE_URLS[environment]),
    transport: checkTransport(check, options, { maxReplyBytes: MAX_REPLY_BYTES }),
  });
};
