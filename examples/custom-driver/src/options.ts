import { checkTransport, HTTP_OPTIONS, type HttpDriverOptions, OptionsCheck, type Transport } from "@tautan/driver-kit";

/** The options of `createContohDriver`. */
export interface ContohOptions extends HttpDriverOptions {
  /** The secret key. Starts with `sk_test_` in the sandbox and with `sk_live_` in production. */
  readonly secretKey: string;
  /** The secrets that sign webhooks, at least one; two while one is being replaced. */
  readonly webhookSecrets: readonly string[];
  /**
   * The maximum age of a webhook in milliseconds. Default: five minutes, because Contoh Pay signs each delivery anew. A webhook
   * may be five minutes ahead of this machine's clock, independent of this option.
   */
  readonly webhookMaxAgeMs?: number | undefined;
}

/** Options after the check, frozen. */
export interface CheckedOptions {
  readonly secretKey: string;
  readonly webhookSecrets: readonly string[];
  readonly webhookMaxAgeMs: number;
  readonly baseUrl: string;
  readonly transport: Transport;
}

/** Source: PROVIDER.md, Requests. */
const ENVIRONMENTS = {
  sandbox: { baseUrl: "https://sandbox.contohpay.example/v1", keyPrefix: "sk_test_" },
  production: { baseUrl: "https://api.contohpay.example/v1", keyPrefix: "sk_live_" },
} as const;

/** Source: PROVIDER.md, Webhooks. */
export const WEBHOOK_TOLERANCE_MS: number = 5 * 60 * 1000;

/** Throws `TypeError` if the options are invalid. */
export const checkOptions = (options: ContohOptions): CheckedOptions => {
  const check = new OptionsCheck("createContohDriver", options, [
    "secretKey",
    "webhookSecrets",
    "webhookMaxAgeMs",
    ...HTTP_OPTIONS,
  ]);
  const environment = check.oneOf("environment", ["sandbox", "production"]);
  const { baseUrl, keyPrefix } = ENVIRONMENTS[environment];
  const secretKey = check.text("secretKey");
  if (!secretKey.startsWith(keyPrefix)) {
    check.refuse("secretKey", `expected a key of the environment ${environment}, which starts with ${keyPrefix}`);
  }
  const { webhookMaxAgeMs = WEBHOOK_TOLERANCE_MS } = options;
  if (!Number.isSafeInteger(webhookMaxAgeMs) || webhookMaxAgeMs < 1) {
    check.refuse("webhookMaxAgeMs", "expected a whole number of milliseconds, at least 1");
  }
  return Object.freeze({
    secretKey,
    webhookSecrets: check.texts("webhookSecrets"),
    webhookMaxAgeMs,
    baseUrl: check.baseUrl("baseUrl", baseUrl),
    transport: checkTransport(check, options),
  });
};
