export type {
  DevConfig,
  FromEnvironment,
  GatewayConfig,
  LedgerConfig,
  RouteRuleConfig,
  TautanConfig,
  WebhooksConfig,
} from "./config/define-config.ts";
export { defineConfig } from "./config/define-config.ts";
