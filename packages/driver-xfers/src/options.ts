import { checkTransport, HTTP_OPTIONS, type HttpDriverOptions, OptionsCheck, type Transport } from "@tautan/driver-kit";

/** The options of `createXfersDriver`. */
export interface XfersOptions extends HttpDriverOptions {
  /** The API key, from Developer Tools of the dashboard. Starts with `test_` in the sandbox and with `live_` in production. */
  readonly apiKey: string;
  /** The secret key that belongs to the API key. */
  readonly secretKey: string;
  /**
   * The signing secrets of the callback addresses, at least one. Each address in the dashboard has its own. A callback is genuine
   * if one of the secrets verifies it.
   */
  readonly signingSecrets: readonly string[];
  /**
   * Whether a callback without a signature is accepted as a notice. Only the link's id is read from it, and `confirm` asks
   * Xfers. A callback that is not about a link becomes an unknown event without `raw`; its type is kept if it is a short word. A
   * wrong signature is always refused. Default false: every callback must be signed.
   */
  readonly acceptUnsignedCallbacks?: boolean | undefined;
  /**
   * Another base URL of the API including `/api/v4`, such as a local sandbox. Plain `http` is allowed only on this machine.
   */
  readonly baseUrl?: string | undefined;
}

/** The provider options of one link. */
export interface XfersProviderOptions {
  /** The name on the screens of banks and cash machines, up to 255 characters. A bank may shorten it. */
  readonly displayName?: string | undefined;
}

/** Options after the check, frozen. */
export interface CheckedOptions extends Pick<XfersOptions, "environment" | "apiKey" | "secretKey" | "signingSecrets"> {
  readonly acceptUnsignedCallbacks: boolean;
  readonly baseUrl: string;
  readonly transport: Transport;
}

/** Source: https://docs.fazz.com/v4-ID/reference/update-payment-link. */
const BASE_URLS = {
  sandbox: "https://sandbox-id.xfers.com/api/v4",
  production: "https://id.xfers.com/api/v4",
} as const;

/** The beginning of keys of the other environment. Documented for Singapore; the samples for Indonesia on docs.fazz.com show `test_`. */
const FOREIGN_PREFIXES = { sandbox: "live_", production: "test_" } as const;

/** Throws `TypeError` if the options are invalid. */
export const checkOptions = (options: XfersOptions): CheckedOptions => {
  const check = new OptionsCheck("createXfersDriver", options, [
    "apiKey",
    "secretKey",
    "signingSecrets",
    "acceptUnsignedCallbacks",
    ...HTTP_OPTIONS,
  ]);
  const environment = check.oneOf("environment", ["sandbox", "production"]);
  const key = (option: "apiKey" | "secretKey"): string => {
    const value = check.text(option);
    const foreign = FOREIGN_PREFIXES[environment];
    return value.startsWith(foreign)
      ? check.refuse(option, `a key that starts with ${foreign} does not belong to the environment ${environment}`)
      : value;
  };
  const apiKey = key("apiKey");
  // Basic authentication ends the user at the first colon.
  if (apiKey.includes(":")) check.refuse("apiKey", "expected no colon; secretKey is a separate option");
  check.optional("acceptUnsignedCallbacks", "true or false", (value) => typeof value === "boolean");
  return Object.freeze({
    environment,
    apiKey,
    secretKey: key("secretKey"),
    signingSecrets: check.texts("signingSecrets"),
    acceptUnsignedCallbacks: options.acceptUnsignedCallbacks ?? false,
    baseUrl: check.baseUrl("baseUrl", BASE_URLS[environment]),
    transport: checkTransport(check, options),
  });
};
