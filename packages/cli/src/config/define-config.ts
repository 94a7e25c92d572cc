/** The name of an environment variable. Secrets are never written in a configuration. */
export interface FromEnvironment {
  readonly env: string;
}

/** A gateway: the driver's name and its options. */
export interface GatewayConfig {
  /**
   * `"midtrans"` is the package `@tautan/driver-midtrans`. A driver of your own is named by its package (`"@acme/tautan-driver"`,
   * `"tautan-driver-acme"`) or by its path (`"./driver.js"`), from the folder of the configuration.
   */
  readonly driver: string;
  /** Former keys of this gateway. */
  readonly aliases?: readonly string[] | undefined;
  readonly [option: string]: unknown;
}

/** The ledger: links and payments in your own database. */
export interface LedgerConfig {
  /**
   * The file of a SQLite database, from the folder of the configuration, or a URL of PostgreSQL. A URL with a password is a secret:
   * `{ env: "DATABASE_URL" }`.
   */
  readonly database: string | FromEnvironment;
  /** The schema of the tables in PostgreSQL. Default: the first schema of the connection's search path. */
  readonly schema?: string | undefined;
}

/** Where the webhooks of the gateways arrive. `{gateway}` is the place of a gateway's key. */
export interface WebhooksConfig {
  /**
   * The public URL of your server, such as `https://shop.example`, or the whole URL that is in the gateways' dashboards:
   * `https://shop.example/hooks/{gateway}`.
   */
  readonly publicUrl?: string | undefined;
  /** The path on your server. Default `/webhooks/{gateway}`. */
  readonly path?: string | undefined;
}

/** The defaults of `tautan dev`. */
export interface DevConfig {
  /**
   * Where the sandbox sends webhooks. `{gateway}` is the key of a gateway; a URL without a path gets `webhooks.path`. Default:
   * `http://localhost:3000`, or the port in the environment variable `PORT`.
   */
  readonly webhookUrl?: string | undefined;
  /** The port of the inspector; the gateways have the next ones. 0: free ports. Default 7700. */
  readonly port?: number | undefined;
  /** A file that keeps links and payments between runs, from the folder of the configuration. Default: none. */
  readonly stateFile?: string | undefined;
}

/** A rule of the route: the gateways for creates that match. */
export interface RouteRuleConfig {
  readonly when?:
    | {
        readonly currencies?: readonly string[] | undefined;
        readonly minAmount?: string | undefined;
        readonly maxAmount?: string | undefined;
        readonly methodKinds?: readonly string[] | undefined;
      }
    | undefined;
  readonly gateways: readonly string[];
}

/** The configuration: `tautan.config.ts`, `.js`, `.mjs` or `.json`. */
export interface TautanConfig {
  /** The address of the JSON Schema, for editors. */
  readonly $schema?: string | undefined;
  /** The key of the gateway for calls without a gateway. */
  readonly default: string;
  /** Gateways by key. */
  readonly gateways: Readonly<Record<string, GatewayConfig>>;
  readonly ledger?: LedgerConfig | undefined;
  readonly webhooks?: WebhooksConfig | undefined;
  readonly dev?: DevConfig | undefined;
  /** The gateways for creates without a gateway: the first rule that matches. */
  readonly route?: readonly RouteRuleConfig[] | undefined;
  /** The deadline of a call, in milliseconds. Default 30,000. */
  readonly timeoutMs?: number | undefined;
  /** The lifetime of links without an expiry, in milliseconds. Default 24 hours. */
  readonly defaultExpiryMs?: number | undefined;
  /** How long `confirm` reuses a result, in milliseconds. Default 3,000. */
  readonly confirmReuseMs?: number | undefined;
  /** The largest webhook body, in bytes. Default 64 KiB. */
  readonly maxWebhookBytes?: number | undefined;
  /** References that work on every gateway (`portable`, the default), or any that the chosen gateway accepts. */
  readonly references?: "portable" | "provider" | undefined;
}

/**
 * Returns the configuration unchanged, with its types for editors.
 *
 * @example
 * ```ts
 * import { defineConfig } from "tautan";
 *
 * export default defineConfig({
 *   default: "midtrans",
 *   gateways: {
 *     midtrans: { driver: "midtrans", environment: "sandbox", serverKey: { env: "MIDTRANS_SERVER_KEY" } },
 *   },
 *   ledger: { database: "shop.db" },
 * });
 * ```
 */
export const defineConfig = (config: TautanConfig): TautanConfig => config;
