import { checkTransport, HTTP_OPTIONS, type HttpDriverOptions, OptionsCheck, type Transport } from "@tautan/driver-kit";
import type { SingapayApiVersion } from "./capabilities.ts";

/** What a SingaPay account is reached with. Sandbox and production have different keys; `environment` says which these are. */
export interface SingapayOptions extends HttpDriverOptions {
  /** The client id of the credential that owns the account. */
  readonly clientId: string;
  /** The client secret of the same credential. Signs the request for an access token and, by default, verifies webhooks. */
  readonly clientSecret: string;
  /** The API key, which SingaPay also calls partner id. */
  readonly apiKey: string;
  /** The id of the account whose links these are. */
  readonly accountId: string;
  /**
   * The number that deliveries call the same account by, `account_id` in that of a payment. With it, a payment that names it is
   * proven without a further call, and one that names another account is none of this gateway's. Default: not known, so that
   * `confirm` asks.
   */
  readonly accountNumber?: string | undefined;
  /**
   * Secrets that webhooks may be signed with: several while a secret is being changed, or where credentials share an
   * address. Default: the client secret alone.
   */
  readonly webhookSecrets?: readonly string[] | undefined;
  /**
   * How old a delivery may be, in milliseconds, by the time that is signed with it. Default: 30 days, because one that is sent
   * again by hand bears its first time. Ahead of this machine's clock it may be five minutes, whatever stands here.
   */
  readonly webhookMaxAgeMs?: number | undefined;
  /**
   * Which generation of calls creates, reads and changes links. Default 1, the one that SingaPay's pages describe; 2 has
   * links without a limit and with a customer, and none that never expires. Links of either stay readable by both.
   */
  readonly apiVersion?: SingapayApiVersion | undefined;
}

/** Options of one link that only SingaPay knows: API version 1 has none. */
export type SingapayProviderOptions<Version extends SingapayApiVersion = SingapayApiVersion> = {
  readonly 1: Readonly<Record<string, never>>;
  readonly 2: {
    /** Where the payer's browser goes from a link that expired. Default: `redirect.url`. */
    readonly expiredRedirectUrl?: string | undefined;
  };
}[Version];

/** Options after the check, frozen. */
export interface CheckedOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly apiKey: string;
  readonly accountId: string;
  readonly accountNumber: string | undefined;
  readonly webhookSecrets: readonly string[];
  readonly webhookMaxAgeMs: number;
  readonly apiVersion: SingapayApiVersion;
  readonly baseUrl: string;
  readonly transport: Transport;
}

/** Source: docs.singapay.id, api-reference/payment-link/create, servers. */
const BASE_URLS = {
  sandbox: "https://sandbox-payment-b2b.singapay.id",
  production: "https://payment-b2b.singapay.id",
} as const;

const DEFAULT_WEBHOOK_MAX_AGE_MS = 30 * 24 * 60 * 60 * 1000;

/** A page of a hundred links, each with all its items, is larger than the kit expects. */
const MAX_REPLY_BYTES = 8 * 2 ** 20;

/** Throws `TypeError` where the options cannot work. */
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
  const { accountNumber } = options;
  if (accountNumber !== undefined && !(typeof accountNumber === "string" && /^[1-9]\d{0,18}$/.test(accountNumber))) {
    check.refuse("accountNumber", "expected a number as a text, of digits alone");
  }
  const { apiVersion = 1, webhookMaxAgeMs = DEFAULT_WEBHOOK_MAX_AGE_MS } = options;
  if (!Number.isSafeInteger(webhookMaxAgeMs) || webhookMaxAgeMs < 1) {
    check.refuse("webhookMaxAgeMs", "expected a whole number of milliseconds, at least 1");
  }
  if (apiVersion !== 1 && apiVersion !== 2) check.refuse("apiVersion", "expected 1 or 2, as a number");
  return Object.freeze({
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
