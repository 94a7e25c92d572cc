import { readFileSync } from "node:fs";
import type { ConfigError, PaymentLinks, ResultAsync } from "@tautan/core";
import { createPaymentLinksFromConfig, type DriverDefinition, type Environment } from "@tautan/core/config";
import { midtrans } from "@tautan/driver-midtrans";
import { singapay } from "@tautan/driver-singapay";
import { stripe } from "@tautan/driver-stripe";
import { xendit } from "@tautan/driver-xendit";
import { xfers } from "@tautan/driver-xfers";
import type { ProviderServers } from "@tautan/sandbox";

interface Configuration {
  readonly default: string;
  readonly gateways: Readonly<Record<string, object>>;
}

/** A gateway of the configuration file. */
export type GatewayKey = "midtrans" | "xfers" | "singapay" | "xendit" | "stripe";

/** All gateways of the configuration file, in its order. */
export const GATEWAY_KEYS: readonly GatewayKey[] = ["midtrans", "xfers", "singapay", "xendit", "stripe"];

/** The servers of a sandbox that has some of the gateways. */
export type Servers = Partial<Pick<ProviderServers, GatewayKey>>;

export const DRIVERS: readonly DriverDefinition[] = [midtrans, xfers, singapay, xendit, stripe];

/** The configuration file with the gateways and the default one. */
export const readConfiguration = (): Configuration =>
  JSON.parse(readFileSync(new URL("../gateways.json", import.meta.url), "utf8")) as Configuration;

/** The keys of a local sandbox, under the names in the file. In production: `process.env`. */
export const environmentOf = (servers: Servers): Environment => ({
  MIDTRANS_SERVER_KEY: servers.midtrans?.credentials.serverKey,
  XFERS_API_KEY: servers.xfers?.credentials.apiKey,
  XFERS_SECRET_KEY: servers.xfers?.credentials.secretKey,
  XFERS_SIGNING_SECRET: servers.xfers?.credentials.signingSecret,
  SINGAPAY_CLIENT_ID: servers.singapay?.credentials.clientId,
  SINGAPAY_CLIENT_SECRET: servers.singapay?.credentials.clientSecret,
  SINGAPAY_API_KEY: servers.singapay?.credentials.apiKey,
  SINGAPAY_ACCOUNT_ID: servers.singapay?.credentials.accountId,
  XENDIT_SECRET_KEY: servers.xendit?.credentials.secretKey,
  XENDIT_WEBHOOK_TOKEN: servers.xendit?.credentials.webhookToken,
  STRIPE_SECRET_KEY: servers.stripe?.credentials.secretKey,
  STRIPE_WEBHOOK_SECRET: servers.stripe?.credentials.webhookSecret,
});

/**
 * The gateways of a configuration that a local sandbox has, which are then its APIs on ports of this machine. If the default is none of
 * them, the first one is.
 */
export const onSandbox = (configuration: Configuration, servers: Servers): Configuration => {
  const baseUrls: Readonly<Record<string, string | undefined>> = {
    midtrans: servers.midtrans?.url,
    xfers: servers.xfers && `${servers.xfers.url}/api/v4`,
    singapay: servers.singapay?.url,
    xendit: servers.xendit?.url,
    stripe: servers.stripe?.url,
  };
  const gateways = Object.entries(configuration.gateways)
    .filter(([key]) => baseUrls[key] !== undefined)
    .map(([key, entry]) => [key, { ...entry, baseUrl: baseUrls[key] }] as const);
  const [first] = gateways[0] ?? [configuration.default];
  const isThere = gateways.some(([key]) => key === configuration.default);
  return { default: isThere ? configuration.default : first, gateways: Object.fromEntries(gateways) };
};

/** The payment links that a configuration describes. */
export const loadPaymentLinks = (
  configuration: Configuration,
  env: Environment,
): ResultAsync<PaymentLinks, ConfigError> => createPaymentLinksFromConfig(configuration, { drivers: DRIVERS, env });
