import { readFileSync } from "node:fs";
import type { ConfigError, PaymentLinks, ResultAsync } from "@tautan/core";
import { createPaymentLinksFromConfig, type Environment } from "@tautan/core/config";
import { midtrans } from "@tautan/driver-midtrans";
import { singapay } from "@tautan/driver-singapay";
import { xfers } from "@tautan/driver-xfers";
import type { Sandbox } from "@tautan/sandbox";

interface Configuration {
  readonly default: string;
  readonly gateways: Readonly<Record<string, object>>;
}

/** The configuration file with the gateways and the default one. */
export const readConfiguration = (): Configuration =>
  JSON.parse(readFileSync(new URL("../gateways.json", import.meta.url), "utf8")) as Configuration;

/** The keys of a local sandbox, under the names in the file. In production: `process.env`. */
export const environmentOf = ({ midtrans: m, xfers: x, singapay: s }: Sandbox): Environment => ({
  MIDTRANS_SERVER_KEY: m.credentials.serverKey,
  XFERS_API_KEY: x.credentials.apiKey,
  XFERS_SECRET_KEY: x.credentials.secretKey,
  XFERS_SIGNING_SECRET: x.credentials.signingSecret,
  SINGAPAY_CLIENT_ID: s.credentials.clientId,
  SINGAPAY_CLIENT_SECRET: s.credentials.clientSecret,
  SINGAPAY_API_KEY: s.credentials.apiKey,
  SINGAPAY_ACCOUNT_ID: s.credentials.accountId,
});

/** Points the gateways of a configuration at a local sandbox, which has their APIs on ports of this machine. */
export const onSandbox = (configuration: Configuration, sandbox: Sandbox): Configuration => {
  const baseUrls: Readonly<Record<string, string>> = {
    midtrans: sandbox.midtrans.url,
    xfers: `${sandbox.xfers.url}/api/v4`,
    singapay: sandbox.singapay.url,
  };
  const gateways = Object.entries(configuration.gateways).map(([key, entry]) => [
    key,
    { ...entry, baseUrl: baseUrls[key] },
  ]);
  return { ...configuration, gateways: Object.fromEntries(gateways) as Configuration["gateways"] };
};

/** The payment links that a configuration describes. */
export const loadPaymentLinks = (
  configuration: Configuration,
  env: Environment,
): ResultAsync<PaymentLinks, ConfigError> =>
  createPaymentLinksFromConfig(configuration, { drivers: [midtrans, xfers, singapay], env });
