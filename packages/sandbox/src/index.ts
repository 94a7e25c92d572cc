export type {
  ApiFaultName,
  FaultDescription,
  FaultName,
  FaultParameter,
  FaultParameterName,
  WebhookFaultName,
} from "./chaos/faults.ts";
export type { ChaosRules, ChaosSettings, FaultSetting, FaultState } from "./chaos/rules.ts";
export { createSandbox } from "./sandbox.ts";
export type {
  Attempt,
  Clock,
  InitialLink,
  InitialLinks,
  LinkSummary,
  Moment,
  OtherPayment,
  PayerOptions,
  PayOptions,
  Provider,
  ProviderServers,
  RecordedDelivery,
  RecordedRequest,
  RefundOptions,
  ResendOptions,
  Sandbox,
  SandboxActions,
  SandboxClock,
  SandboxOptions,
} from "./types.ts";
