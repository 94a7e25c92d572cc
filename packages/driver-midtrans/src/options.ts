import { checkTransport, type HttpDriverOptions, OptionsCheck, type Transport } from "@tautan/driver-kit";

/** What a Midtrans account is reached with. */
export interface MidtransOptions extends HttpDriverOptions {
  /**
   * The server key, from Settings > Access Keys of the dashboard. Signs requests and verifies notifications. Sandbox and
   * production have different ones, and `environment` says which this is.
   */
  readonly serverKey: string;
}

/** Options of one link that only Midtrans knows. */
export interface MidtransProviderOptions {
  /** Comes back in every notification and shows in the dashboard; up to 255 characters. */
  readonly customField2?: string | undefined;
  /** Comes back in every notification and shows in the dashboard; up to 255 characters. */
  readonly customField3?: string | undefined;
  /** Whether cards go through 3-D Secure. Default true, although Midtrans' own default is false. */
  readonly cardSecure?: boolean | undefined;
}

/** Options after the check, frozen. */
export interface CheckedOptions {
  readonly serverKey: string;
  readonly baseUrl: string;
  readonly transport: Transport;
}

/** Source: docs.midtrans.com, Create Payment Link, "API Host Base URL". */
const BASE_URLS = {
  sandbox: "https://api.sandbox.midtrans.com",
  production: "https://api.midtrans.com",
} as const;

/** Throws `TypeError` where the options cannot work. */
export const checkOptions = (options: MidtransOptions): CheckedOptions => {
  const check = new OptionsCheck("createMidtransDriver", options, [
    "serverKey",
    "environment",
    "baseUrl",
    "transport",
    "maxRequestsPerSecond",
  ]);
  const environment = check.oneOf("environment", ["sandbox", "production"]);
  return Object.freeze({
    serverKey: check.text("serverKey"),
    baseUrl: check.baseUrl("baseUrl", BASE_URLS[environment]),
    transport: checkTransport(check, options),
  });
};
