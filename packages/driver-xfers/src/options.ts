import { checkTransport, HTTP_OPTIONS, type HttpDriverOptions, OptionsCheck, type Transport } from "@tautan/driver-kit";

/** What an Xfers (Fazz Business) account is reached with. */
export interface XfersOptions extends HttpDriverOptions {
  /** The API key, from Developer Tools of the dashboard. Starts with `test_` in the sandbox and with `live_` in production. */
  readonly apiKey: string;
  /** The secret key that belongs to the API key. */
  readonly secretKey: string;
  /**
   * The signing secrets of the callback addresses, at least one. Each address in the dashboard has its own; a callback is
   * genuine where any of these fits.
   */
  readonly signingSecrets: readonly string[];
  /**
   * Whether a callback without any signature is taken for a hint: nothing but the link's id is read from it, and
   * `confirm` asks Xfers. One about something else than a link is an unknown event, without `raw`, of which its type is kept
   * where that is a short word. One whose signature is wrong is refused all the same. Default false: every callback must be
   * signed.
   */
  readonly acceptUnsignedCallbacks?: boolean | undefined;
  /**
   * Another address for the API, `/api/v4` included, such as a local sandbox. Plain `http` only on this machine.
   */
  readonly baseUrl?: string | undefined;
}

/** Options of one link that only Xfers knows. */
export interface XfersProviderOptions {
  /** The name that payers see on the screens of banks and cash machines; up to 255 characters, which a bank may cut. */
  readonly displayName?: string | undefined;
}

/** Options after the check, frozen. */
export interface CheckedOptions {
  readonly apiKey: string;
  readonly secretKey: string;
  readonly signingSecrets: readonly string[];
  readonly acceptUnsignedCallbacks: boolean;
  readonly environment: "sandbox" | "production";
  readonly baseUrl: string;
  readonly transport: Transport;
}

/** Source: docs.fazz.com/v4-ID/reference/update-payment-link. */
const BASE_URLS = {
  sandbox: "https://sandbox-id.xfers.com/api/v4",
  production: "https://id.xfers.com/api/v4",
} as const;

/** How keys of the other environment begin. Documented for Singapore; the samples for Indonesia on docs.fazz.com show `test_`. */
const FOREIGN_PREFIXES = { sandbox: "live_", production: "test_" } as const;

/** Throws `TypeError` where the options cannot work. */
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
  if (apiKey.includes(":")) check.refuse("apiKey", "expected no colon; secretKey is an option of its own");
  const { acceptUnsignedCallbacks = false } = options;
  if (typeof acceptUnsignedCallbacks !== "boolean") check.refuse("acceptUnsignedCallbacks", "expected true or false");
  return Object.freeze({
    environment,
    apiKey,
    secretKey: key("secretKey"),
    signingSecrets: check.texts("signingSecrets"),
    acceptUnsignedCallbacks,
    baseUrl: check.baseUrl("baseUrl", BASE_URLS[environment]),
    transport: checkTransport(check, options),
  });
};
